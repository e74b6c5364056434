"""Many equal dots: stamped from pictures of one, each at another part of a pixel, in a twentieth of the time."""

from functools import lru_cache

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from explorer.draw.curves import Array, fragments_of, places_of
from explorer.draw.style import draws_vectors

MANY = 40
"""Fewer dots are drawn one by one."""
PHASES = 4
"""Places in a pixel, along x and y, of which there is a picture: a dot is at most an eighth of a px off along each."""


def draw_dots(painter: QPainter, points: Array, colour: QColor, diameter: float) -> None:
    """Draw discs around points (n, 2), px of the painter."""
    if not len(points):
        return
    if len(points) < MANY or draws_vectors(painter):
        painter.setPen(_round_pen(colour, diameter))
        painter.drawPoints(places_of(points))
        return
    device = painter.deviceTransform()
    places = points * (device.m11(), device.m22()) + (device.dx(), device.dy())
    corner = np.floor(places)
    pictures = _pictures(colour.rgba(), diameter * device.m11())
    side = pictures.width() // PHASES
    painter.save()
    painter.resetTransform()
    base = painter.deviceTransform()  # of a window: where in it the widget is, and its pixels per unit
    at = (corner - (base.dx(), base.dy())) / (base.m11(), base.m22())
    source = np.floor(PHASES * (places - corner)) * side
    painter.drawPixmapFragments(fragments_of(at, source, side, 1 / base.m11()), QPixmap.fromImage(pictures))
    painter.restore()


def _round_pen(colour: QColor, diameter: float) -> QPen:
    pen = QPen(colour, diameter)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


@lru_cache(maxsize=64)
def _pictures(colour: int, diameter: float) -> QImage:
    """A dot in the middle of a pixel's every part, side by side: PHASES × PHASES pictures.

    An image: a pixmap must not live longer than the application.
    """
    side = 2 * int(np.ceil(diameter / 2 + 1))
    pictures = QImage(PHASES * side, PHASES * side, QImage.Format.Format_ARGB32_Premultiplied)
    pictures.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pictures)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_round_pen(QColor.fromRgba(colour), diameter))
    for i, j in np.ndindex(PHASES, PHASES):
        painter.drawPoint(QPointF(*(k * side + side / 2 + (k + 0.5) / PHASES for k in (i, j))))
    painter.end()
    return pictures

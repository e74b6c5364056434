"""Discs, rings, circles and pluses."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from explorer.core.figure import Points
from explorer.draw.area import Area, Range, extent, to_view
from explorer.draw.curves import Array
from explorer.draw.dots import draw_dots
from explorer.draw.marks import LAYERS, MarkItem, in_parts
from explorer.draw.style import PINNED, draws_vectors

STROKED_FROM = 7.0
"""Discs of at least this diameter have a paper stroke; on smaller ones it would look like a diamond."""
STROKE = 1.5
RING = 2.2
PLUS = (2.0, 4.4)
"""Width of a plus, and of the paper around it."""
CROWD = 400
"""So many discs are stamped on whole pixels of an image: a path of them would take 20 times as long."""
SAMPLES = 8


class PointsItem(MarkItem[Points]):
    """Points whose centre is in the plot are drawn whole."""

    clipped = False

    def read(self) -> None:
        self.xs, self.ys = to_view(self.mark.x, self.logs[0]), to_view(self.mark.y, self.logs[1])
        self.setZValue(LAYERS["pinned"] if self.mark.pinned else 7.0 if self.mark.symbol == "ring" else 8.0)
        self.px = self.py = np.zeros(0)
        self.path = QPainterPath()

    def extents(self) -> tuple[Range | None, Range | None]:
        whole = np.isfinite(self.xs) & np.isfinite(self.ys)
        return extent(self.xs[whole]), extent(self.ys[whole])

    def locate(self, area: Area) -> None:
        x, y = area.x.view_px(self.xs), area.y.view_px(self.ys)
        with np.errstate(invalid="ignore"):
            shown = (x >= area.left - 0.5) & (x <= area.right + 0.5) & (y >= area.top - 0.5) & (y <= area.bottom + 0.5)
        self.px, self.py = x[shown], y[shown]
        self.path = QPainterPath() if self.crowded else self._path()
        self.look = (self.mark.role, self.mark.symbol, self.mark.size, self.mark.pinned, *in_parts(self.px, self.py))

    @property
    def crowded(self) -> bool:
        return self.mark.symbol == "disc" and self.px.size >= CROWD

    def _path(self) -> QPainterPath:
        radius = self.mark.size * self.style.scale / 2
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        for x, y in zip(self.px.tolist(), self.py.tolist(), strict=True):
            if self.mark.symbol == "plus":
                for way in (QPointF(radius, 0), QPointF(0, radius)):
                    path.moveTo(QPointF(x, y) - way)
                    path.lineTo(QPointF(x, y) + way)
            else:
                path.addEllipse(QPointF(x, y), radius, radius)
        return path

    def draw(self, painter: QPainter) -> None:
        colour = self.fill(PINNED if self.mark.pinned else 1.0).color()
        paper, scale = QColor(self.style.palette.paper), self.style.scale
        if self.crowded:
            self._draw_crowd(painter, colour)
        elif self.mark.symbol in ("plus", "circle"):
            width = PLUS if self.mark.symbol == "plus" else (RING, RING + 2 * STROKE)
            painter.strokePath(self.path, QPen(paper, width[1] * scale))
            painter.strokePath(self.path, QPen(colour, width[0] * scale))
        else:
            edge = QPen(paper, STROKE * scale) if self.mark.size >= STROKED_FROM else QPen(Qt.PenStyle.NoPen)
            ring = self.mark.symbol == "ring"
            painter.setPen(QPen(colour, RING * scale) if ring else edge)
            painter.setBrush(paper if ring else colour)
            painter.drawPath(self.path)

    def _draw_crowd(self, painter: QPainter, colour: QColor) -> None:
        if draws_vectors(painter):  # as the dots of a round pen: each a place and no more
            draw_dots(painter, np.column_stack((self.px, self.py)), colour, self.mark.size * self.style.scale)
            return
        per_px = max(painter.deviceTransform().m11(), 1e-3)
        diameter = self.mark.size * self.style.scale * per_px
        bounds = self._painted.toAlignedRect()
        size = round(bounds.width() * per_px), round(bounds.height() * per_px)
        cover = stamped((self.px - bounds.left()) * per_px, (self.py - bounds.top()) * per_px, diameter, size)
        painter.drawImage(QRectF(bounds), tinted(cover, colour))


def stamped(x: Array, y: Array, diameter: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Coverage (height, width), 0 … 255, of discs around the pixels that hold their centres.

    Pixels of less coverage are set first, so that where discs overlap the larger coverage stays.
    """
    width, height = size
    reach = int(np.ceil(diameter / 2 + 0.5))
    cover = np.zeros((height + 2 * reach, width + 2 * reach), np.uint8)  # a margin: stamps are never cut
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    corner = y[inside].astype(np.intp) * cover.shape[1] + x[inside].astype(np.intp)
    stamp = _disc(diameter, 2 * reach + 1)
    for row, column in np.argwhere(stamp)[np.argsort(stamp[stamp > 0], kind="stable")].tolist():
        cover.ravel()[corner + row * cover.shape[1] + column] = stamp[row, column]
    return cover[reach : reach + height, reach : reach + width]


def _disc(diameter: float, n: int) -> NDArray[np.uint8]:
    """Coverage (n, n) of a disc in the middle."""
    along = (np.arange(n * SAMPLES) + 0.5) / SAMPLES - n / 2
    inside = np.hypot(along[:, None], along) <= diameter / 2
    return np.rint(255 * inside.reshape(n, SAMPLES, n, SAMPLES).mean((1, 3))).astype(np.uint8)


def tinted(cover: NDArray[np.uint8], colour: QColor) -> QImage:
    """Image of one colour that covers so much (height, width) of what is below."""
    height, width = cover.shape
    alpha = np.arange(256, dtype=np.uint32)
    red, green, blue = (alpha * part // 255 for part in colour.getRgb()[:3])
    pixels = (alpha << 24 | red << 16 | green << 8 | blue)[cover]
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()

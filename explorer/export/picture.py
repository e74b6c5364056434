"""A figure as a picture for slides and papers: PNG of any resolution, PDF, or an image for the clipboard.

Every picture is laid out anew on the units of its look (a slide has 1280×720; larger in one direction where its shape
asks for it) and then scaled as a whole, so that type, lines and markers keep their proportions at every resolution.
"""

import dataclasses
import importlib
import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from PyQt6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QPageSize, QPaintDevice, QPainter, QPdfWriter
from PyQt6.QtWidgets import QApplication, QGraphicsScene

from explorer import __version__
from explorer.core.figure import Figure
from explorer.core.i18n import _
from explorer.core.selection import arrange
from explorer.core.session import Session, dumps
from explorer.draw.figure_canvas import FigureCanvas, Margins
from explorer.draw.fonts import load_fonts
from explorer.draw.palette import PALETTES
from explorer.draw.style import Style
from explorer.export.look import PER_INCH, Look, Size, Type, check_size

TEXT_KEY = "explorer-session"
ATTACHMENT = "session.json"
SCALES: dict[Type, tuple[tuple[int, float], ...]] = {
    "slide": ((1, 1.85), (99, 1.2)),
    "quarter": ((1, 2.7), (4, 2.1), (99, 1.7)),
    "paper": ((99, 1.8),),
}
"""Scale of the type for up to so many panels. On paper the smallest type has 7 pt."""
MARGINS: dict[Type, Margins] = {
    "slide": Margins(36, 28, 36, 18, foot="Explorer"),
    "quarter": Margins(12, 8, 12, 8, foot="Explorer"),
    "paper": Margins(2, 2, 14, 4, foot="Explorer"),  # at the right, room for half a number
}
NARROW, LEAST_PANEL = 560.0, 240.0
"""Narrower figures (px at scale 1) have as few panels side by side as keep so much each."""
LEAST_PLOT = 12.0
"""Where a plot is lower (px at scale 1), the texts of one panel run into the next."""

PNG_QUALITY = 60
"""Nothing is lost at any: Qt compresses less, so that a file takes three quarters of the time and is a tenth larger."""

_application: QApplication | None = None


def picture(figure: Figure, look: Look, pixels: Size | None = None) -> QImage:
    """The figure as an image, with other `pixels` a smaller or larger one of the same picture.

    Raises ValueError for sizes that no image can have.
    """
    check_size(look.size)
    width, height = pixels or look.size
    transparent = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(width, height, transparent if look.transparent else QImage.Format.Format_RGB32)
    if image.isNull():
        raise ValueError(_("size: not enough memory for {width}×{height} px").format(width=width, height=height))
    image.fill(Qt.GlobalColor.transparent)
    with laid_out(figure, look) as scene:
        paint(scene, image, QRectF(0, 0, width, height))
    per_metre = round(width / look.inches[0] / 0.0254)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    return image


def png_bytes(figure: Figure, _frame: Any, session: Session, look: Look) -> bytes:
    """Contents of a PNG file that carries the session as text. Raises ValueError for a bad size."""
    image = picture(figure, look)
    image.setText(TEXT_KEY, dumps(session))
    image.setText("Title", figure.headline)
    image.setText("Software", f"Explorer {__version__}")
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", PNG_QUALITY)
    return buffer.data().data()


def pdf_bytes(figure: Figure, _frame: Any, session: Session, look: Look) -> bytes:
    """Contents of a PDF with one page of that shape: vectors, text as text, the session attached."""
    return pdf_pages([figure], look, figure.headline, {ATTACHMENT: dumps(session)})


def pdf_pages(
    figures: Sequence[Figure], look: Look, title: str = "", attachments: Mapping[str, str] | None = None
) -> bytes:
    """Contents of a PDF with a page for each figure; `attachments`: JSON by file name. Raises ValueError for a size."""
    check_size(look.size)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(round(PER_INCH[look.type]))
    points = QSizeF(*look.inches) * 72
    writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    writer.setTitle(title)
    writer.setCreator(f"Explorer {__version__}")
    for name, text in (attachments or {}).items():
        writer.addFileAttachment(name, QByteArray(text.encode()), "application/json")
    _paint_pages(writer, figures, look)
    del writer  # the file ends when it goes
    return _with_spaces(buffer.data().data())


def _paint_pages(writer: QPdfWriter, figures: Sequence[Figure], look: Look) -> None:
    painter = QPainter(writer)
    for i, figure in enumerate(figures):
        if i:
            writer.newPage()
        with laid_out(figure, look) as scene:
            _render(scene, painter, scene.sceneRect())
    painter.end()


def _with_spaces(pdf: bytes) -> bytes:
    """Let blanks be read as spaces: Qt writes that they mean tabs, the first character that looks like them."""

    def corrected(table: re.Match[bytes]) -> bytes:
        return re.sub(rb"\[[^\]]*\]", lambda meanings: meanings[0].replace(b"<0009>", b"<0020>"), table[0])

    return re.sub(rb"beginbfrange.*?endbfrange", corrected, pdf, flags=re.DOTALL)


@contextmanager
def laid_out(figure: Figure, look: Look) -> Iterator[QGraphicsScene]:
    """The figure laid out on the units of its look. Raises ValueError where its panels have no room there."""
    _ensure_application()
    palette, (width, height) = PALETTES[look.theme], look.units
    margins = MARGINS[look.type] if look.caption else dataclasses.replace(MARGINS[look.type], foot="")
    canvas = FigureCanvas(Style(palette, _scale(figure, look)), margins)
    scene = QGraphicsScene(0, 0, width, height)
    if not look.transparent:
        scene.setBackgroundBrush(QColor(palette.paper))
    scene.addItem(canvas)
    canvas.set_size(width, height)
    canvas.show_figure(chosen(figure, look))
    _check_room(canvas, look)
    yield scene
    scene.clear()


def check_room(figure: Figure, look: Look) -> None:
    """Raise ValueError, in one line, for a figure that has no room on a picture of that look."""
    with laid_out(figure, look):
        pass


def _check_room(canvas: FigureCanvas, look: Look) -> None:
    """Raise ValueError, in one line, where panels lie upon one another."""
    areas = [item.area for item in canvas.panels.values() if item.area]
    if min((area.bottom - area.top for area in areas), default=LEAST_PLOT) < LEAST_PLOT * canvas.style.scale:
        raise ValueError(
            _(
                "size: {n} panel(s) with their texts have no room on {wide:.3g} × {high:.3g} in; "
                "choose fewer, a larger size, or another type"
            ).format(n=len(areas), wide=look.inches[0], high=look.inches[1])
        )


def _scale(figure: Figure, look: Look) -> float:
    return next(scale for most, scale in SCALES[look.type] if len(figure.panels) <= most)


def chosen(figure: Figure, look: Look) -> Figure:
    """What of a figure is to be shown, in fewer columns where it is narrow."""
    width = look.units[0] / _scale(figure, look)
    if width < NARROW:
        figure = arrange(figure, max(math.floor(width / LEAST_PANEL), 1))
    return dataclasses.replace(
        figure,
        headline=figure.headline if look.title else "",
        key=figure.key if look.legend else (),
        settings=figure.settings if look.caption else "",
    )


def paint(scene: QGraphicsScene, device: QPaintDevice, target: QRectF) -> None:
    """Draw a scene into a place of a device."""
    painter = QPainter(device)
    _render(scene, painter, target)
    painter.end()


def _render(scene: QGraphicsScene, painter: QPainter, target: QRectF) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene.render(painter, target, scene.sceneRect(), Qt.AspectRatioMode.IgnoreAspectRatio)


def get_ready() -> None:
    """Do what the first picture would else wait for, while there is nothing to draw yet: fonts, and paths of curves."""
    _ensure_application()
    load_fonts()
    importlib.import_module("pyqtgraph.functions")


def _ensure_application() -> None:
    """Fonts need an application; the command line has none, and needs no screen for it."""
    global _application
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QApplication(["explorer"])

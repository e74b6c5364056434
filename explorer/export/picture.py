"""A figure as a picture for slides: PNG of any resolution, PDF, or an image for the clipboard.

Every picture is laid out anew on a slide of 1280×720 px (larger in one direction where its shape asks for it) and then
scaled as a whole, so that type, lines and markers keep their proportions whatever the resolution.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from PyQt6.QtCore import QBuffer, QByteArray, QMarginsF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter
from PyQt6.QtWidgets import QApplication, QGraphicsScene

from explorer import __version__
from explorer.core.figure import Figure
from explorer.core.i18n import _
from explorer.draw.figure_canvas import FigureCanvas, Margins
from explorer.draw.palette import PALETTES
from explorer.draw.style import Style
from explorer.export.look import Look, Size

SLIDE = (1280.0, 720.0)
DPI = 96
"""With it a slide is 13⅓ × 7½ inches, as in presentation programs."""
LEAST, MOST, MOST_PIXELS = 200, 16384, 200_000_000
TEXT_KEY = "explorer-session"
ATTACHMENT = "session.json"
SCALES = {1: 1.85}
"""Scale of the type by number of panels; else:"""
SCALE = 1.2
MARGINS = Margins(36, 28, 36, 18, foot="Explorer")

_application: QApplication | None = None


def picture(figure: Figure, look: Look) -> QImage:
    """The figure as an image. Raises ValueError for sizes that no image can have."""
    check_size(look.size)
    width, height = look.size
    image = QImage(width, height, QImage.Format.Format_RGB32)
    if image.isNull():
        raise ValueError(_("size: not enough memory for {width}×{height} px").format(width=width, height=height))
    with _slide(figure, look) as scene:
        _paint(scene, image, QRectF(0, 0, width, height))
    per_metre = round(_enlargement(look.size) * DPI / 0.0254)
    image.setDotsPerMeterX(per_metre)
    image.setDotsPerMeterY(per_metre)
    return image


def png_bytes(figure: Figure, look: Look, session: str) -> bytes:
    """Contents of a PNG file that carries the session as text. Raises ValueError for a bad size."""
    image = picture(figure, look)
    image.setText(TEXT_KEY, session)
    image.setText("Title", figure.headline)
    image.setText("Software", f"Explorer {__version__}")
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return buffer.data().data()


def pdf_bytes(figure: Figure, look: Look, session: str) -> bytes:
    """Contents of a PDF with one page of that shape: vectors, text as text, the session attached."""
    check_size(look.size)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    with _slide(figure, look) as scene:
        whole = scene.sceneRect()
        writer = QPdfWriter(buffer)
        writer.setResolution(DPI)
        points = QSizeF(whole.width(), whole.height()) * 72 / DPI
        writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
        writer.setPageMargins(QMarginsF())
        writer.setTitle(figure.headline)
        writer.setCreator(f"Explorer {__version__}")
        writer.addFileAttachment(ATTACHMENT, QByteArray(session.encode()), "application/json")
        _paint(scene, writer, whole)
        del writer  # the file ends when it goes
    return _with_spaces(buffer.data().data())


def _with_spaces(pdf: bytes) -> bytes:
    """Let blanks be read as spaces: Qt writes that they mean tabs, the first character that looks like them."""

    def corrected(table: re.Match[bytes]) -> bytes:
        return re.sub(rb"\[[^\]]*\]", lambda meanings: meanings[0].replace(b"<0009>", b"<0020>"), table[0])

    return re.sub(rb"beginbfrange.*?endbfrange", corrected, pdf, flags=re.DOTALL)


def check_size(size: Size) -> None:
    """Raise ValueError, in one line, for a size that is too small, too large, or no size."""
    width, height = size
    if not (LEAST <= width <= MOST and LEAST <= height <= MOST and width * height <= MOST_PIXELS):
        raise ValueError(
            _("size: {width}×{height} is out of range; allowed: {least} to {most} px a side, {pixels} Mpx").format(
                width=width, height=height, least=LEAST, most=MOST, pixels=MOST_PIXELS // 1_000_000
            )
        )


def _enlargement(size: Size) -> float:
    """Pixels per pixel of the slide."""
    return min(size[0] / SLIDE[0], size[1] / SLIDE[1])


@contextmanager
def _slide(figure: Figure, look: Look) -> Iterator[QGraphicsScene]:
    """The figure laid out on a slide of the shape of the picture."""
    _ensure_application()
    scale = _enlargement(look.size)
    width, height = look.size[0] / scale, look.size[1] / scale
    palette = PALETTES[look.theme]
    canvas = FigureCanvas(Style(palette, SCALES.get(len(figure.panels), SCALE)), MARGINS)
    scene = QGraphicsScene(0, 0, width, height)
    scene.setBackgroundBrush(QColor(palette.paper))
    scene.addItem(canvas)
    canvas.set_size(width, height)
    canvas.show_figure(figure)
    yield scene
    scene.clear()


def _paint(scene: QGraphicsScene, device: QImage | QPdfWriter, target: QRectF) -> None:
    painter = QPainter(device)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene.render(painter, target, scene.sceneRect(), Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()


def _ensure_application() -> None:
    """Fonts need an application; the command line has none, and needs no screen for it."""
    global _application
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        _application = QApplication(["explorer"])

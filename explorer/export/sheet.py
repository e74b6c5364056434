"""Shapes on a slide of a presentation, placed in the units of its layout."""

import io
from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt
from PyQt6.QtCore import QBuffer
from PyQt6.QtGui import QImage

from explorer.draw.style import Style
from explorer.export.slide import EMU, POINTS, Rect

SWATCH = "━ "
ALIGN = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}


def rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#"))


def png_of(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return buffer.data().data()


def _plain(shape: Any) -> Any:
    """Take the theme's style, which has a shadow, from a shape; return its line."""
    shape._element.remove(shape._element.find(qn("p:style")))
    return shape.line


class Sheet:
    """A slide under its title, which takes `top` units, with the style of what is put on it."""

    def __init__(self, page: Any, style: Style, top: float) -> None:
        self.page, self.style, self.top = page, style, top

    def emu(self, rect: Rect) -> tuple[int, ...]:
        left, top, width, height = rect
        return tuple(round(n * EMU) for n in (left, top + self.top, width, height))

    def size(self, px: float) -> Pt:
        """Size of type, or thickness, that has so many px at scale 1."""
        return Pt(round(px * self.style.scale * POINTS, 1))

    def write(
        self, rect: Rect, text: str, px: float, colour: str, bold: bool = False, align: str = "left", name: str = ""
    ) -> None:
        """Put a line of text there, centred between top and bottom."""
        box = self.page.shapes.add_textbox(*self.emu(rect))
        box.name = name or text
        frame = box.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = False, MSO_AUTO_SIZE.NONE, MSO_ANCHOR.MIDDLE
        frame.text = text
        frame.paragraphs[0].alignment = ALIGN[align]
        font = frame.paragraphs[0].font
        font.size, font.bold, font.color.rgb = self.size(px), bold, rgb(colour)

    def draw_line(self, start: tuple[float, float], end: tuple[float, float], colour: str, px: float) -> Any:
        left, top, right, bottom = self.emu((*start, end[0], end[1] + self.top))
        shape = self.page.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, left, top, right, bottom)
        _plain(shape).color.rgb, shape.line.width = rgb(colour), self.size(px)
        return shape.line

    def draw_way(self, points: Sequence[tuple[float, float]], colour: str, px: float) -> None:
        """Draw straight strokes from point to point, as one shape; at least two points."""
        first, *others = (self.emu((x, y, 0, 0))[:2] for x, y in points)
        builder = self.page.shapes.build_freeform(*first)
        builder.add_line_segments(others, close=False)
        shape = builder.convert_to_shape()
        shape.fill.background()
        _plain(shape).color.rgb, shape.line.width = rgb(colour), self.size(px)

    def circle(self, rect: Rect, colour: str) -> None:
        shape = self.page.shapes.add_shape(MSO_SHAPE.OVAL, *self.emu(rect))
        shape.fill.background()
        shape.line.color.rgb, shape.line.width = rgb(colour), self.size(2)
        shape.shadow.inherit = False

    def fill(self, rect: Rect, colour: str, round_: bool = False) -> None:
        """Fill a rectangle, or the ellipse in it."""
        shape = self.page.shapes.add_shape(MSO_SHAPE.OVAL if round_ else MSO_SHAPE.RECTANGLE, *self.emu(rect))
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False

    def show(self, image: QImage, rect: Rect, description: str) -> None:
        """Put a picture there; `description` is for who cannot see it."""
        picture = self.page.shapes.add_picture(io.BytesIO(png_of(image)), *self.emu(rect))
        picture._element.nvPicPr.cNvPr.set("descr", description)

    def write_cell(self, cell: Any, text: str, colour: str, align: str, px: float, swatch: str = "") -> None:
        """Write into a cell of a table; `swatch`: colour of a line before the text."""
        cell.margin_top = cell.margin_bottom = 0
        cell.margin_left = cell.margin_right = self.size(4)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = ALIGN[align]
        for part, ink in ((SWATCH if swatch else "", swatch), (text, colour)):
            if part:
                run = paragraph.add_run()
                run.text, run.font.size, run.font.color.rgb = part, self.size(px), rgb(ink)

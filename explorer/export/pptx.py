"""Slides for PowerPoint, LibreOffice Impress and Keynote: title, figure, notes for the speaker, and the session.

A slide is 13⅓ × 7½ inches, 1280 × 720 px at 96 dpi, as every picture is laid out. Office Open XML: ECMA-376.
"""

import dataclasses
import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.util import Pt

from explorer import __version__
from explorer.core.figure import Figure
from explorer.core.session import dumps
from explorer.draw.palette import PALETTES, Palette
from explorer.export.look import Look
from explorer.export.picture import png_bytes
from explorer.export.slide import Slide

SESSION = "urn:explorer:session"
"""Namespace of the part of a slide that holds its session."""
WIDTH, HEIGHT = 1280, 720
PX = 9525
"""English metric units per px: 914400 an inch."""
TITLE = (36, 22, WIDTH - 72, 74)
"""Left, top, width and height of the title (px); two lines at:"""
TITLE_SIZE = Pt(24)
PICTURE = (0, 96, WIDTH, HEIGHT - 96)
LEAST_PIXELS = 1920
"""Across a picture, however small the look is: it fills a slide."""
BLANK = 5
"""Of python-pptx's template: the layout with a title alone."""


def pptx_bytes(slides: Sequence[Slide], look: Look, charts: bool = False) -> bytes:
    """Contents of a presentation with a slide per figure. Raises ValueError for a bad size."""
    palette = PALETTES[look.theme]
    deck = Presentation()
    _shape_template(deck, palette)
    for number, slide in enumerate(slides, 1):
        page = deck.slides.add_slide(deck.slide_layouts[BLANK])
        _write_title(page, slide.title)
        _add_picture(page, slide, look)
        page.notes_slide.notes_text_frame.text = slide.notes
        _attach_session(page, number, dumps(slide.session))
    deck.core_properties.title = slides[0].title if len(slides) == 1 else ""
    deck.core_properties.author = f"Explorer {__version__}"
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _shape_template(deck: Any, palette: Palette) -> None:
    """Make python-pptx's 4:3 template 16:9, and dress its master: new slides that the speaker adds look alike."""
    wider = WIDTH * PX / deck.slide_width
    deck.slide_width, deck.slide_height = WIDTH * PX, HEIGHT * PX
    for part in (deck.slide_master, *deck.slide_layouts):
        for place in part.element.iter(qn("a:off"), qn("a:ext")):
            for name in {"x", "cx"} & set(place.attrib):
                place.set(name, str(round(int(place.get(name)) * wider)))
    fill = deck.slide_master.background.fill
    fill.solid()
    fill.fore_color.rgb = _rgb(palette.paper)
    styles = deck.slide_master.element.find(qn("p:txStyles"))
    for colour in styles.iter(qn("a:schemeClr")):
        colour.getparent().replace(colour, colour.makeelement(qn("a:srgbClr"), {"val": palette.text[1:]}))


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour[1:])


def _write_title(page: Any, text: str) -> None:
    title = page.shapes.title
    title.left, title.top, title.width, title.height = (n * PX for n in TITLE)
    frame = title.text_frame
    frame.text, frame.vertical_anchor, frame.word_wrap = text, MSO_ANCHOR.BOTTOM, True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = TITLE_SIZE, True


def _add_picture(page: Any, slide: Slide, look: Look) -> None:
    """Put the figure below the title that the slide has of its own."""
    left, top, width, height = (n * PX for n in PICTURE)
    pixels = max(look.size[0], LEAST_PIXELS)
    size = (pixels, round(pixels * height / width))
    figure = dataclasses.replace(slide.figure, headline="")
    png = png_bytes(figure, None, slide.session, dataclasses.replace(look, size=size))
    picture = page.shapes.add_picture(io.BytesIO(png), left, top, width, height)
    picture._element.nvPicPr.cNvPr.set("descr", description(slide.figure))


def description(figure: Figure) -> str:
    """What a screen reader says of a figure."""
    panels = (f"{panel.title}: {panel.summary or panel.quantity}" for panel in figure.panels)
    return "\n".join((figure.headline, *panels))


def _attach_session(page: Any, number: int, session: str) -> None:
    contents = f'<session xmlns="{SESSION}">{escape(session)}</session>'.encode()
    part = Part(PackURI(f"/customXml/item{number}.xml"), "application/xml", page.part.package, contents)
    page.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)

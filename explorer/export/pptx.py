"""Slides for PowerPoint, LibreOffice Impress and Keynote: title, figure, notes for the speaker, and the session.

A slide is 13⅓ × 7½ inches. Office Open XML: ECMA-376.
"""

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
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from explorer import __version__
from explorer.core.figure import Figure
from explorer.core.session import Session, dumps
from explorer.draw.palette import PALETTES, Palette
from explorer.export.chart_slide import add_figure
from explorer.export.look import Look, check_size
from explorer.export.picture import png_bytes
from explorer.export.read import SESSION_SPACE
from explorer.export.read_parts import PART
from explorer.export.slide import EMU, HEIGHT, WIDTH, Rect, Slide, slide_of
from explorer.export.svg import svg_bytes

SVG_EXTENSION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{id}"/>'
    "</a:ext></a:extLst>"
)
TITLE: Rect = (36, 16, WIDTH - 72, 70)
"""Of the title; two lines at:"""
TITLE_SIZE = Pt(22)
BELOW_TITLE = 86.0
LEAST_PIXELS = 1920
"""Across a picture, however small the look is: it fills a slide."""
TITLED, BLANK = 5, 6
"""Numbers of the layouts, in python-pptx's template, with a title alone and with nothing."""


def pptx_file(figure: Figure, _frame: Any, session: Session, look: Look) -> bytes:
    """Contents of a presentation of one slide. Raises ValueError for a bad size."""
    return pptx_bytes([slide_of(figure, session)], look, look.charts)


def pptx_bytes(slides: Sequence[Slide], look: Look, charts: bool = False, cards: str = "") -> bytes:
    """Contents of a presentation with a slide per figure; it carries `cards`, a deck. Raises ValueError for a size."""
    check_size(look.size)
    palette = PALETTES[look.theme]
    deck = Presentation()
    _shape_template(deck, palette)
    for number, slide in enumerate(slides, 1):
        page = deck.slides.add_slide(deck.slide_layouts[TITLED if look.title else BLANK])
        if look.title:
            _write_title(page, slide.title)
        _add_figure(page, slide, look, charts)
        page.notes_slide.notes_text_frame.text = slide.notes
        _attach(page.part, number, "session", dumps(slide.session))
    if cards:
        _attach(deck.part, len(slides) + 1, "deck", cards)
    deck.core_properties.title = slides[0].title if len(slides) == 1 else ""
    deck.core_properties.author = f"Explorer {__version__}"
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _shape_template(deck: Any, palette: Palette) -> None:
    """Make python-pptx's 4:3 template 16:9, and dress its master: new slides that the speaker adds look alike."""
    width, height = round(WIDTH * EMU), round(HEIGHT * EMU)
    wider = width / deck.slide_width
    deck.slide_width, deck.slide_height = width, height
    for part in (deck.slide_master, *deck.slide_layouts):
        for place in part.element.iter(qn("a:off"), qn("a:ext")):
            for name in {"x", "cx"} & set(place.attrib):
                place.set(name, str(round(int(place.get(name)) * wider)))
    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'"Calibri"', b'"Arial"')  # which every computer has, or one as wide
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
    title.left, title.top, title.width, title.height = (round(n * EMU) for n in TITLE)
    frame = title.text_frame
    text = text.replace(" %", "\N{NO-BREAK SPACE}%")
    frame.text, frame.vertical_anchor, frame.word_wrap = text, MSO_ANCHOR.BOTTOM, True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold = TITLE_SIZE, True


class _OnSlide(Look):
    """A picture that is as wide as a slide, whatever its height: its type has the size of a whole slide's."""

    @property
    def enlargement(self) -> float:
        return self.size[0] / WIDTH


def _add_figure(page: Any, slide: Slide, look: Look, charts: bool) -> None:
    top = BELOW_TITLE if look.title else 0.0
    pixels = max(look.size[0], LEAST_PIXELS)
    size = (pixels, round(pixels * (HEIGHT - top) / WIDTH))
    shown = _OnSlide(size, look.theme, title=False, legend=look.legend, caption=look.caption, outlines=True)
    if charts:
        add_figure(page, slide.figure, shown, top)
    else:
        _add_picture(page, slide, shown, top)


def _add_picture(page: Any, slide: Slide, look: Look, top: float) -> None:
    """Put the figure on the slide as SVG, and as PNG for who cannot draw that."""
    png = png_bytes(slide.figure, None, slide.session, look)
    place = (round(n * EMU) for n in (0, top, WIDTH, HEIGHT - top))
    picture = page.shapes.add_picture(io.BytesIO(png), *place)
    picture._element.nvPicPr.cNvPr.set("descr", description(slide.figure))
    _add_svg(page, picture, svg_bytes(slide.figure, None, slide.session, look))


def _add_svg(page: Any, picture: Any, svg: bytes) -> None:
    """[MS-ODRAWXML] 2.3.3: a drawing of the picture, as an extension of it."""
    package = page.part.package
    part = Part(package.next_partname("/ppt/media/drawing%d.svg"), "image/svg+xml", package, svg)
    extension = parse_xml(SVG_EXTENSION.format(id=page.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)))
    picture._element.blipFill.find(qn("a:blip")).append(extension)


def description(figure: Figure) -> str:
    """What a screen reader says of a figure."""
    panels = (f"{panel.title}: {panel.summary or panel.quantity}" for panel in figure.panels)
    return "\n".join((figure.headline, *panels))


def _attach(owner: Any, number: int, tag: str, text: str) -> None:
    contents = f'<{tag} xmlns="{SESSION_SPACE}">{escape(text)}</{tag}>'.encode()
    part = Part(PackURI("/" + PART.format(number=number)), "application/xml", owner.package, contents)
    owner.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)

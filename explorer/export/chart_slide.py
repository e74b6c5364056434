"""A figure on a slide as charts and tables that can be edited there; panels that have no such form stay pictures."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

from PyQt6.QtCore import QRect, QRectF
from PyQt6.QtGui import QImage

from explorer.core.figure import (
    Bars,
    Cell,
    Contours,
    Cross,
    Figure,
    HeatMap,
    Label,
    Line,
    Mark,
    Panel,
    Points,
    Region,
    Rule,
    Table,
)
from explorer.core.i18n import _
from explorer.draw.area import Area, Span
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.head import KEY, SWATCH
from explorer.draw.marks import REGION_SHARE
from explorer.draw.panel import PanelItem
from explorer.draw.style import WIDTHS
from explorer.draw.title import QUANTITY, TITLE, TITLE_LINE
from explorer.export.chart import (
    LINE_DASHES,
    TEXT,
    add_bar_chart,
    add_xy_chart,
    charted,
    filling,
    put_picture_behind,
)
from explorer.export.look import Look
from explorer.export.picture import laid_out, paint
from explorer.export.sheet import Sheet, png_of
from explorer.export.slide import Rect

MAPS = (HeatMap, Contours)
CHARTED = (Line, Points)
LAID_OVER = (Rule, Label, Cross, Region)
OVERHANG = 12.0
"""By which a number may stand out of a panel at its right (px at scale 1)."""
FEW = 12
"""Points of a line over bars: more are no annotation."""


def add_figure(page: Any, figure: Figure, look: Look, top: float) -> None:
    """Add a figure to a slide, below `top`: its key, its panels, its settings."""
    with laid_out(figure, look) as scene:
        canvas = next(item for item in scene.items() if isinstance(item, FigureCanvas))
        image = QImage(*look.size, QImage.Format.Format_RGB32)
        paint(scene, image, QRectF(image.rect()))
        sheet = Sheet(page, canvas.style, top)
        _add_key(sheet, canvas)
        for item in canvas.panels.values():
            _add_panel(sheet, item, image, look)
        if look.caption:
            _add_foot(sheet, canvas)


def _add_key(sheet: Sheet, canvas: FigureCanvas) -> None:
    left, top, scale = canvas.head.x(), canvas.head.y(), sheet.style.scale
    for rect, entry in canvas.head.layout.entries:
        x, y = left + rect.left(), top + rect.center().y()
        line = sheet.draw_line((x, y), (x + SWATCH * scale, y), sheet.style.palette.colour(entry.role), 3)
        if entry.role.dash != "solid":
            line.dash_style = LINE_DASHES[entry.role.dash]
        place = (x + (SWATCH + 6) * scale, top + rect.top(), rect.width() - (SWATCH + 6) * scale, rect.height())
        sheet.write(place, entry.name, KEY[0], sheet.style.palette.text)


def _add_foot(sheet: Sheet, canvas: FigureCanvas) -> None:
    if foot := canvas.foot:
        place = (foot.x(), foot.y(), foot.boundingRect().width(), foot.height)
        sheet.write(place, foot.left, TEXT, sheet.style.palette.muted)


# --- panels ------------------------------------------------------------------------------------------------------
def _add_panel(sheet: Sheet, item: PanelItem, image: QImage, look: Look) -> None:
    panel, whole = item.content, item.boundingRect().translated(item.pos())
    tables = [mark for mark in panel.marks if isinstance(mark, Table)]
    bars = _bars_of(item)
    if tables:
        _add_titles(sheet, item)
        _add_table(sheet, tables[0], _below_title(item))
    elif bars:
        _add_bars(sheet, item, bars)
    elif _is_chart(panel):
        _add_curves(sheet, item, image, look)
    else:
        description = f"{panel.title}: {panel.summary or panel.quantity}"
        whole.adjust(0, 0, OVERHANG * item.style.scale, 0)
        sheet.show(_cut(image, whole, look), _rect(whole), description)


def _is_chart(panel: Panel) -> bool:
    """Whether everything in a panel can be charted, laid over a chart, or put behind it."""
    curves = any(isinstance(mark, CHARTED) and len(mark.x) for mark in panel.marks)
    return curves and all(isinstance(mark, (*CHARTED, *LAID_OVER, *MAPS)) for mark in panel.marks)


def _bars_of(item: PanelItem) -> Bars | None:
    """Return the histogram of a panel that has one, and beside it only what can be laid over it."""
    bars = [mark for mark in item.content.marks if isinstance(mark, Bars)]
    others = [mark for mark in item.content.marks if not isinstance(mark, Bars)]
    if len(bars) != 1 or item.area is None or not all(_is_annotation(mark) for mark in others):
        return None
    return filling(bars[0], item.area.x)


def _is_annotation(mark: Mark) -> bool:
    return isinstance(mark, LAID_OVER) or (isinstance(mark, CHARTED) and len(mark.x) <= FEW)


def _rect(rect: QRectF) -> Rect:
    return rect.left(), rect.top(), rect.width(), rect.height()


def _cut(image: QImage, rect: QRectF, look: Look) -> QImage:
    k = look.enlargement
    ends = (rect.left() * k, rect.top() * k, rect.width() * k, rect.height() * k)
    return image.copy(QRect(*map(round, ends)))


def _add_titles(sheet: Sheet, item: PanelItem) -> None:
    scale, panel, width = sheet.style.scale, item.content, item.boundingRect().width()
    title = (item.x(), item.y(), width, 16 * scale)
    sheet.write(title, panel.title, TITLE[0], sheet.style.palette.text, bold=True)
    if panel.quantity:
        below = (item.x(), item.y() + 16 * scale, width, 14 * scale)
        sheet.write(below, panel.quantity, QUANTITY[0], sheet.style.palette.muted)


def _below_title(item: PanelItem) -> Rect:
    left, top, width, height = _rect(item.boundingRect().translated(item.pos()))
    title = TITLE_LINE * item.style.scale
    return left, top + title, width, height - title


def _add_curves(sheet: Sheet, item: PanelItem, image: QImage, look: Look) -> None:
    panel, ticks = item.content, (item.axes.x_ticks, item.axes.y_ticks)
    area = charted(_on_slide(item), *ticks, panel)
    _add_titles(sheet, item)
    _add_colour_bar(sheet, item, image, look)
    for mark in panel.marks:
        if isinstance(mark, Region):
            _lay_region(sheet, mark, area)
    chart = add_xy_chart(sheet, panel, _frame(item, area), area, ticks)
    if any(isinstance(mark, MAPS) for mark in panel.marks):
        put_picture_behind(chart, png_of(_map_of(panel, area, look)))
    _lay_over(sheet, item, area)


def _add_bars(sheet: Sheet, item: PanelItem, bars: Bars) -> None:
    panel, ticks = item.content, (item.axes.x_ticks, item.axes.y_ticks)
    shown = _on_slide(item)
    area = dataclasses.replace(charted(shown, *ticks, panel), x=shown.x)
    _add_titles(sheet, item)
    left, right = area.x.px([bars.edges[0], bars.edges[-1]]).tolist()
    filled = dataclasses.replace(area, x=Span(float(bars.edges[0]), float(bars.edges[-1]), left, right))
    add_bar_chart(sheet, panel, bars, _frame(item, area), filled, ticks)
    _write_ticks(sheet, ((area.x.at(place), text) for place, text in ticks[0].major), area)
    for mark in panel.marks:
        if isinstance(mark, CHARTED):
            _lay_line(sheet, mark, area)
    _lay_over(sheet, item, area)


def _on_slide(item: PanelItem) -> Area:
    """The plot of a panel, on the slide."""
    assert item.area is not None
    x, y, area = item.x(), item.y(), item.area
    return Area(
        dataclasses.replace(area.x, start=area.x.start + x, end=area.x.end + x),
        dataclasses.replace(area.y, start=area.y.start + y, end=area.y.end + y),
    )


def _frame(item: PanelItem, area: Area) -> Rect:
    """Where the chart lies around its plot."""
    whole = item.boundingRect().translated(item.pos())
    top = area.top - 8 * item.style.scale
    return whole.left(), top, whole.width() + 8 * item.style.scale, whole.bottom() - top


def _add_colour_bar(sheet: Sheet, item: PanelItem, image: QImage, look: Look) -> None:
    if bar := item.title.bar:
        line = 14 * sheet.style.scale
        place = QRectF(item.x() + bar.left - 2, item.y() + 17 * sheet.style.scale, bar.right - bar.left + 4, line)
        sheet.show(
            _cut(image, place, look),
            _rect(place),
            _("colours from {low} to {high}").format(low=bar.scale.low_text, high=bar.scale.high_text),
        )


def _map_of(panel: Panel, area: Area, look: Look) -> QImage:
    """The maps of a panel alone, over the whole plot."""
    limits = ((span.data(span.low), span.data(span.high)) for span in (area.x, area.y))
    x, y = (dataclasses.replace(axis, limits=ends) for axis, ends in zip((panel.x, panel.y), limits, strict=True))
    marks = tuple(mark for mark in panel.marks if isinstance(mark, MAPS))
    alone = Figure("", "", (), (dataclasses.replace(panel, x=x, y=y, marks=marks, cell=Cell(0, 0)),))
    with laid_out(alone, look) as scene:
        canvas = next(item for item in scene.items() if isinstance(item, FigureCanvas))
        image = QImage(*look.size, QImage.Format.Format_RGB32)
        paint(scene, image, QRectF(image.rect()))
        plot = _on_slide(next(iter(canvas.panels.values())))
    return _cut(image, QRectF(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top), look)


# --- over a chart ------------------------------------------------------------------------------------------------
def _lay_over(sheet: Sheet, item: PanelItem, area: Area) -> None:
    panel = item.content
    if panel.x.ticks is not None:
        _write_ticks(sheet, ((area.x.at(place), text) for place, text in item.axes.x_ticks.major), area)
    if panel.y.ticks is not None:
        _write_ticks_at_left(sheet, item, area)
    for mark in panel.marks:
        if isinstance(mark, Rule):
            _lay_rule(sheet, mark, area)
        if isinstance(mark, Points) and mark.symbol == "circle":
            _lay_circles(sheet, mark, area)
        if isinstance(mark, Label | Cross):
            _lay_text(sheet, mark, area)


def _write_ticks(sheet: Sheet, ticks: Iterator[tuple[float, str]], area: Area) -> None:
    height = 14 * sheet.style.scale
    for x, text in ticks:
        sheet.write(
            (x - 40, area.bottom + height / 3, 80, height), text, TEXT, sheet.style.palette.muted, align="centre"
        )


def _write_ticks_at_left(sheet: Sheet, item: PanelItem, area: Area) -> None:
    height, left = 14 * sheet.style.scale, item.x()
    width = area.left - left - 7 * sheet.style.scale
    for place, text in item.axes.y_ticks.major:
        rect = (left, area.y.at(place) - height / 2, width, height)
        sheet.write(rect, text, TEXT, sheet.style.palette.muted, align="right")


def _lay_region(sheet: Sheet, mark: Region, area: Area) -> None:
    colour = sheet.style.on_paper(sheet.style.palette.colour(mark.role), REGION_SHARE).name()
    ends = (area.x.px(mark.x0), area.x.px(mark.x1), area.y.px(mark.y1), area.y.px(mark.y0))
    for left, right, top, bottom in zip(*(end.tolist() for end in ends), strict=True):
        if right > left and bottom > top:
            sheet.fill((left, top, right - left, bottom - top), colour)


def _lay_rule(sheet: Sheet, mark: Rule, area: Area) -> None:
    colour, height = sheet.style.palette.axis, 14 * sheet.style.scale
    if mark.x is not None and area.x.holds(x := float(area.x.px(mark.x))):
        sheet.draw_line((x, area.top), (x, area.bottom), colour, 1)
        left = x - area.left > area.right - x
        place = (area.left, area.top, x - area.left - 5, height) if left else (x + 5, area.top, area.right - x, height)
        sheet.write(place, mark.text, 10.5, sheet.style.palette.muted, align="right" if left else "left")
    if mark.y is not None and area.y.holds(y := float(area.y.px(mark.y))):
        sheet.draw_line((area.left, y), (area.right, y), colour, 1)
        place = (area.left, y - height, area.right - area.left, height)
        sheet.write(place, mark.text, 10.5, sheet.style.palette.muted, align="right")


def _lay_text(sheet: Sheet, mark: Label | Cross, area: Area) -> None:
    x, y = float(area.x.px(mark.x)), float(area.y.px(mark.y))
    if not area.holds(x, y):
        return
    left = isinstance(mark, Label) and mark.side == "left"
    colour, height, gap = sheet.style.palette.text_colour(mark.role), 14 * sheet.style.scale, 9 * sheet.style.scale
    place = (x - 200 - gap, y - height / 2, 200, height) if left else (x + gap, y - height / 2, 200, height)
    text = f"✕ {mark.text}" if isinstance(mark, Cross) else mark.text
    sheet.write(place, text, TEXT, colour, align="right" if left else "left")


def _lay_circles(sheet: Sheet, mark: Points, area: Area) -> None:
    size = mark.size * sheet.style.scale
    for x, y in zip(area.x.px(mark.x).tolist(), area.y.px(mark.y).tolist(), strict=True):
        if area.holds(x, y):
            sheet.circle((x - size / 2, y - size / 2, size, size), sheet.style.point_colour(mark).name())


def _lay_line(sheet: Sheet, mark: Line | Points, area: Area) -> None:
    """A few points over bars, and the lines between them."""
    points = list(zip(area.x.px(mark.x).tolist(), area.y.px(mark.y).tolist(), strict=True))
    if isinstance(mark, Points):
        size, colour = mark.size * sheet.style.scale, sheet.style.point_colour(mark).name()
        for x, y in points:
            if area.holds(x, y):
                sheet.fill((x - size / 2, y - size / 2, size, size), colour, round_=True)
        return
    colour = sheet.style.line_colour(mark.role, mark.weight).name()
    for start, end in itertools.pairwise(points):
        if all(area.holds(*point) for point in (start, end)):
            sheet.draw_line(start, end, colour, WIDTHS[mark.weight])


def _add_table(sheet: Sheet, table: Table, place: Rect) -> None:
    left, top, width, height = place
    rows = len(table.rows) + 1
    row = min(height / rows, 24 * sheet.style.scale)
    shape = sheet.page.shapes.add_table(rows, len(table.columns), *sheet.emu((left, top, width, row * rows)))
    grid = shape.table
    grid.first_row = grid.horz_banding = False
    style, palette = shape._element.graphic.graphicData.tbl.tblPr, sheet.style.palette
    style.find("{*}tableStyleId").text = NO_STYLE
    for i, column in enumerate(table.columns):
        sheet.write_cell(grid.cell(0, i), column, palette.muted, "right" if i else "left", TEXT)
    for n, line in enumerate(table.rows, 1):
        sheet.write_cell(grid.cell(n, 0), line.name, palette.text, "left", TEXT + 1, swatch=palette.colour(line.role))
        for i, text in enumerate(line.cells, 1):
            sheet.write_cell(grid.cell(n, i), text, palette.text, "right", TEXT + 1)
    for line in grid.rows:
        line.height = sheet.emu((0, 0, 0, row))[3]


NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""Of tables in presentations: "no style, no grid"."""

"""A figure on a slide as charts and tables that can be edited there; panels that have no such form stay pictures."""

import dataclasses
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
from explorer.draw.panel import PanelItem
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
from explorer.export.overlay import lay_line, lay_over, lay_region, write_ticks
from explorer.export.picture import laid_out, paint
from explorer.export.sheet import Sheet, png_of
from explorer.export.slide import Rect

MAPS = (HeatMap, Contours)
CHARTED = (Line, Points)
LAID_OVER = (Rule, Label, Cross, Region)
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""Of tables in presentations: "no style, no grid"."""
OVERHANG = 12.0
"""By which a number may stand out of a panel at its right (px at scale 1)."""
FEW = 12
"""Points over bars: each is a shape of its own."""


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
    return isinstance(mark, (*LAID_OVER, Line)) or (isinstance(mark, Points) and len(mark.x) <= FEW)


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
            lay_region(sheet, mark, area)
    chart = add_xy_chart(sheet, panel, _frame(item, area), area, ticks)
    if any(isinstance(mark, MAPS) for mark in panel.marks):
        put_picture_behind(chart, png_of(_map_of(panel, area, look)))
    lay_over(sheet, item, area)


def _add_bars(sheet: Sheet, item: PanelItem, bars: Bars) -> None:
    panel, ticks = item.content, (item.axes.x_ticks, item.axes.y_ticks)
    shown = _on_slide(item)
    area = dataclasses.replace(charted(shown, *ticks, panel), x=shown.x)
    _add_titles(sheet, item)
    left, right = area.x.px([bars.edges[0], bars.edges[-1]]).tolist()
    filled = dataclasses.replace(area, x=Span(float(bars.edges[0]), float(bars.edges[-1]), left, right))
    add_bar_chart(sheet, panel, bars, _frame(item, area), filled, ticks)
    write_ticks(sheet, ((area.x.at(place), text) for place, text in ticks[0].major), area)
    for mark in panel.marks:
        if isinstance(mark, CHARTED):
            lay_line(sheet, mark, area)
    lay_over(sheet, item, area)


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

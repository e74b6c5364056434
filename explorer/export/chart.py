"""A panel as a chart that can be edited in PowerPoint: curves and points over two number axes, or bars.

The plot lies where a picture would have it, so that what no chart can show is laid over it as shapes. Of axes: ticks
begin at the axis' lower end there, so it is moved down to the next tick.
"""

import dataclasses
import io
import math
from typing import Any

import numpy as np
from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from explorer.core.figure import Bars, Line, Panel, Points
from explorer.core.roles import Role
from explorer.draw.area import Area, Span, to_view
from explorer.draw.axes import text_of
from explorer.draw.histograms import BAR_SHARE
from explorer.draw.marks import LAYERS
from explorer.draw.style import WIDTHS, Style
from explorer.draw.ticks import Ticks
from explorer.export.sheet import Sheet, rgb
from explorer.export.slide import POINTS, Rect
from explorer.export.thin import Array, pieces, thinned

LINE_DASHES = {"dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT}
HOLLOW = Role("ink")
"""Of the inside of a ring: it is told from ink by being this very object."""
LEAST_MARKER, LARGEST_MARKER = 2, 72
"""Of the format, in points."""
TEXT = 11.0
NEARLY = 0.2
"""An axis that begins so little (of a tick's distance) before a tick begins at it."""
HOLE = 0.55
"""Of a ring, as a share of its diameter."""
BothTicks = tuple[Ticks, Ticks]
PLOT = (
    f"<c:layout {nsdecls('c')}><c:manualLayout><c:layoutTarget val='inner'/><c:xMode val='edge'/><c:yMode val='edge'/>"
    "{shares}</c:manualLayout></c:layout>"
)
PICTURE = (
    f"<c:spPr {nsdecls('c', 'a', 'r')}><a:blipFill><a:blip r:embed='{{id}}'/><a:stretch><a:fillRect/></a:stretch>"
    "</a:blipFill></c:spPr>"
)


def charted(area: Area, x: Ticks, y: Ticks, panel: Panel) -> Area:
    """The area whose axes begin at a tick, as charts will have it."""
    spans = (_from_tick(s, t, a.ticks is not None) for s, t, a in ((area.x, x, panel.x), (area.y, y, panel.y)))
    return Area(*spans)


def _from_tick(span: Span, ticks: Ticks, named: bool) -> Span:
    """On a log axis LibreOffice also counts from the upper end, where that is below one."""
    if named:
        return span
    unit = 1.0 if span.log else unit_of(span, ticks)
    above = math.ceil(span.low / unit - NEARLY)
    low = above if above - span.low / unit < NEARLY else above - 1
    high = math.ceil(span.high - 1e-9) if span.log and span.high < 0 else span.high
    return Span(low * unit, high, span.start, span.end, span.log)


def unit_of(span: Span, ticks: Ticks) -> float:
    """Distance of ticks."""
    places = [place for place, _text in ticks.major]
    return places[1] - places[0] if len(places) > 1 else span.high - span.low


# --- curves and points -------------------------------------------------------------------------------------------
def add_xy_chart(sheet: Sheet, panel: Panel, place: Rect, area: Area, ticks: BothTicks) -> Any:
    """Add a scatter chart of the panel's curves and points to a slide."""
    drawn = [(mark, x, y) for mark in _in_order(panel) for x, y in _points(mark, panel)]
    longest = max((x.size for _mark, x, _y in drawn), default=0)
    data = XyChartData()
    for mark, x, y in drawn:
        series = data.add_series(mark.name or mark.key)
        padding = longest - x.size  # LibreOffice leaves out a first series that is shorter than others
        for point in zip(np.pad(x, (0, padding), "edge"), np.pad(y, (0, padding), "edge"), strict=True):
            series.add_data_point(*map(float, point))
    chart = _added(sheet, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, place, area, data)
    for (mark, _x, _y), series in zip(drawn, chart.plots[0].series, strict=True):
        _dress(mark, series, sheet.style)
    _dress_axis(chart.category_axis, area.x, ticks[0], panel, sheet.style, below=True)
    _dress_axis(chart.value_axis, area.y, ticks[1], panel, sheet.style, below=False)
    return chart


def _in_order(panel: Panel) -> list[Line | Points]:
    """The marks from the lowest to the highest. LibreOffice draws no outlines of markers: a ring becomes two discs."""
    lines = [mark for mark in panel.marks if isinstance(mark, Line)]
    marks: list[Line | Points] = [*sorted(lines, key=lambda line: LAYERS[line.weight])]
    for mark in panel.marks:
        if isinstance(mark, Points) and mark.symbol != "circle":
            marks.append(mark)
        if isinstance(mark, Points) and mark.symbol == "ring":
            marks.append(dataclasses.replace(mark, key=f"{mark.key}:hole", name="", size=HOLE * mark.size, role=HOLLOW))
    return marks


def _points(mark: Line | Points, panel: Panel) -> list[tuple[Array, Array]]:
    """Parts of a curve, points; only what a logarithm exists of."""
    x, y = (np.asarray(values, float) for values in (mark.x, mark.y))
    shown = np.isfinite(to_view(x, panel.x.log)) & np.isfinite(to_view(y, panel.y.log))
    x, y = np.where(shown, x, np.nan), np.where(shown, y, np.nan)
    if isinstance(mark, Points):
        return [(x[shown], y[shown])] if shown.any() else []
    return [thinned(*piece) for piece in pieces(x, y)]


def _dress(mark: Line | Points, series: Any, style: Style) -> None:
    series.smooth = False
    if isinstance(mark, Points):
        _dress_points(mark, series, style)
        return
    series.marker.style = XL_MARKER_STYLE.NONE
    line = series.format.line
    line.width = Pt(WIDTHS[mark.weight] * style.scale * POINTS)
    line.color.rgb = rgb(style.line_colour(mark.role, mark.weight).name())
    if mark.role.dash != "solid":
        line.dash_style = LINE_DASHES[mark.role.dash]


def _dress_points(mark: Points, series: Any, style: Style) -> None:
    series.format.line.fill.background()
    paper, marker = style.palette.paper, series.marker
    colour = rgb(paper if mark.role is HOLLOW else style.point_colour(mark).name())
    marker.style = XL_MARKER_STYLE.PLUS if mark.symbol == "plus" else XL_MARKER_STYLE.CIRCLE
    size = mark.size * style.scale * POINTS
    marker.size = round(min(max(size, LEAST_MARKER), LARGEST_MARKER))
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = marker.format.line.color.rgb = colour


# --- bars --------------------------------------------------------------------------------------------------------
def add_bar_chart(sheet: Sheet, panel: Panel, bars: Bars, place: Rect, area: Area, ticks: BothTicks) -> Any:
    """Add a column chart without gaps; `bars` fill the plot from one side to the other."""
    data = CategoryChartData(number_format="0.###")
    data.categories = ((bars.edges[:-1] + bars.edges[1:]) / 2).tolist()
    data.add_series(bars.name or panel.title, bars.count.tolist())
    chart = _added(sheet, XL_CHART_TYPE.COLUMN_CLUSTERED, place, area, data)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 0, 100
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = rgb(sheet.style.on_paper(sheet.style.palette.colour(bars.role), BAR_SHARE).name())
    _dress_axis(chart.value_axis, area.y, ticks[1], panel, sheet.style, below=False)
    axis = chart.category_axis
    axis.tick_label_position, axis.major_tick_mark = XL_TICK_LABEL_POSITION.NONE, XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.format.line.color.rgb = rgb(sheet.style.palette.axis)
    return chart


def filling(bars: Bars, span: Span) -> Bars | None:
    """Return bars of the same width with empty ones on both sides, up to the ends of the axis; None if uneven."""
    edges = np.asarray(bars.edges, float)
    widths = np.diff(edges)
    if span.log or not np.allclose(widths, widths[0], rtol=1e-3):
        return None
    inside = (edges[:-1] >= span.low - widths[0] / 2) & (edges[1:] <= span.high + widths[0] / 2)
    if not inside.any():
        return None
    count, first = np.asarray(bars.count, float)[inside], edges[:-1][inside][0]
    before = max(round((first - span.low) / widths[0]), 0)
    after = max(round((span.high - first) / widths[0]) - count.size, 0)
    edges = first + widths[0] * np.arange(-before, count.size + after + 1)
    return Bars(bars.key, edges, np.pad(count, (before, after)), bars.role, bars.name)


# --- what both have ----------------------------------------------------------------------------------------------
def _added(sheet: Sheet, kind: Any, place: Rect, area: Area, data: Any) -> Any:
    """A chart whose plot lies exactly in its place, with nothing around it."""
    left, top, width, height = place
    chart = sheet.page.shapes.add_chart(kind, *sheet.emu(place), data).chart
    chart.has_legend = chart.has_title = False
    shares = {
        "x": (area.left - left) / width,
        "y": (area.top - top) / height,
        "w": (area.right - area.left) / width,
        "h": (area.bottom - area.top) / height,
    }
    layout = PLOT.format(shares="".join(f"<c:{name} val='{share:.6f}'/>" for name, share in shares.items()))
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall(qn("c:layout")):
        plot.remove(old)
    plot.insert(0, parse_xml(layout))
    return chart


def _dress_axis(axis: Any, span: Span, ticks: Ticks, panel: Panel, style: Style, below: bool) -> None:
    """Range, numbers and lines as the drawing has them."""
    named = (panel.x if below else panel.y).ticks is not None
    axis.minimum_scale, axis.maximum_scale = span.data(span.low), span.data(span.high)
    axis.crosses = XL_AXIS_CROSSES.MINIMUM
    if span.log:
        scaling = axis._element.find(qn("c:scaling"))
        scaling.insert(0, etree.SubElement(scaling, qn("c:logBase"), {"val": "10"}))
    elif not named:
        axis.major_unit = unit_of(span, ticks)
    axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.major_tick_mark = XL_TICK_MARK.OUTSIDE if below and not named else XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE if named else XL_TICK_LABEL_POSITION.LOW
    font = axis.tick_labels.font
    font.size, font.color.rgb = Pt(TEXT * style.scale * POINTS), rgb(style.palette.muted)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "General", False
    axis.has_major_gridlines = panel.grid == ("x" if below else "y") and not named
    if axis.has_major_gridlines:
        axis.major_gridlines.format.line.color.rgb = rgb(style.palette.grid)
    if below:
        axis.format.line.color.rgb = rgb(style.palette.axis)
    else:
        axis.format.line.fill.background()
    axis.has_title = below and bool(text_of(panel.x))
    if axis.has_title:
        frame = axis.axis_title.text_frame
        frame.text = text_of(panel.x)
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = font.size, False
        run.font.color.rgb = rgb(style.palette.muted)


def put_picture_behind(chart: Any, png: bytes) -> None:
    """Fill the plot with a picture."""
    image = chart.part.package.get_or_add_image_part(io.BytesIO(png))
    fill = parse_xml(PICTURE.format(id=chart.part.relate_to(image, RELATIONSHIP_TYPE.IMAGE)))
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall(qn("c:spPr")):
        plot.remove(old)
    plot.append(fill)

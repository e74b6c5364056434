"""A panel as a chart that can be edited in PowerPoint: curves and points over two number axes, or bars.

The plot lies where a picture would have it, so that what no chart can show is laid over it as shapes. Of axes: ticks
begin at the axis' lower end there, so it is moved down to the next tick.
"""

import io
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_AXIS_CROSSES, XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from explorer.core.figure import Bars, Line, Panel, Points
from explorer.draw.area import Area, Span, to_view
from explorer.draw.axes import text_of
from explorer.draw.style import WIDTHS, Style
from explorer.draw.ticks import Ticks
from explorer.export.thin import Array, pieces, thinned

POINTS_PER_UNIT = 0.75
"""A unit of the layout is a px at 96 dpi."""
DASHES = {"dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT}
SYMBOLS = {"disc": "CIRCLE", "ring": "CIRCLE", "circle": "CIRCLE", "plus": "PLUS"}
LEAST_MARKER, LARGEST_MARKER = 2, 72
"""Of the format, in points."""
TEXT = 11.0
PLOT = "<c:layout %s><c:manualLayout><c:layoutTarget val='inner'/><c:xMode val='edge'/><c:yMode val='edge'/>%s</c:manualLayout></c:layout>"
AREA_PICTURE = (
    '<c:spPr %s><a:blipFill><a:blip r:embed="{id}"/><a:stretch><a:fillRect/></a:stretch></a:blipFill></c:spPr>'
)


@dataclass(frozen=True)
class Place:
    """Where a chart lies: its frame (left, top, width, height) and the plot in it, in units of the layout."""

    frame: tuple[float, float, float, float]
    area: Area
    """Of the slide."""


def charted(area: Area, x: Ticks, y: Ticks, panel: Panel) -> Area:
    """The area whose axes begin at a tick, as charts will have it."""
    spans = (_from_tick(s, t, a.ticks is not None) for s, t, a in ((area.x, x, panel.x), (area.y, y, panel.y)))
    return Area(*spans)


def _from_tick(span: Span, ticks: Ticks, named: bool) -> Span:
    if named:
        return span
    unit = 1.0 if span.log else unit_of(span, ticks)
    return Span(math.floor(span.low / unit + 1e-9) * unit, span.high, span.start, span.end, span.log)


def unit_of(span: Span, ticks: Ticks) -> float:
    """Distance of ticks."""
    places = [place for place, _text in ticks.major]
    return places[1] - places[0] if len(places) > 1 else span.high - span.low


def rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#")[-6:])


# --- curves and points -------------------------------------------------------------------------------------------
def add_xy_chart(page: Any, panel: Panel, place: Place, ticks: tuple[Ticks, Ticks], style: Style) -> Any:
    """Add a scatter chart of the panel's curves and points to a slide."""
    drawn = [(mark, x, y) for mark in panel.marks if isinstance(mark, Line | Points) for x, y in _points(mark, panel)]
    longest = max((x.size for _mark, x, _y in drawn), default=0)
    data = XyChartData()
    for mark, x, y in drawn:
        series = data.add_series(mark.name or mark.key)
        padding = longest - x.size  # LibreOffice leaves out a first series that is shorter than others
        for point in zip(np.pad(x, (0, padding), "edge"), np.pad(y, (0, padding), "edge"), strict=True):
            series.add_data_point(*map(float, point))
    chart = _added(page, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, place, data)
    for (mark, _x, _y), series in zip(drawn, chart.plots[0].series, strict=True):
        _dress(mark, series, style)
    _dress_axis(chart.category_axis, place.area.x, ticks[0], panel, style, below=True)
    _dress_axis(chart.value_axis, place.area.y, ticks[1], panel, style, below=False)
    return chart


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
    line.width = Pt(WIDTHS[mark.weight] * style.scale * POINTS_PER_UNIT)
    line.color.rgb = rgb(style.line_colour(mark.role, mark.weight).name())
    if mark.role.dash != "solid":
        line.dash_style = DASHES[mark.role.dash]


def _dress_points(mark: Points, series: Any, style: Style) -> None:
    series.format.line.fill.background()
    marker, colour = series.marker, rgb(style.palette.colour(mark.role))
    marker.style = XL_MARKER_STYLE[SYMBOLS[mark.symbol]]
    size = mark.size * style.scale * POINTS_PER_UNIT
    marker.size = round(min(max(size, LEAST_MARKER), LARGEST_MARKER))
    if mark.symbol == "circle":
        marker.format.fill.background()
    else:
        marker.format.fill.solid()
        marker.format.fill.fore_color.rgb = rgb(style.palette.paper) if mark.symbol == "ring" else colour
    marker.format.line.color.rgb = colour
    if mark.symbol != "disc":
        marker.format.line.width = Pt(2 * style.scale * POINTS_PER_UNIT)


# --- bars --------------------------------------------------------------------------------------------------------
def add_bar_chart(page: Any, panel: Panel, bars: Bars, place: Place, ticks: tuple[Ticks, Ticks], style: Style) -> Any:
    """Add a column chart without gaps; `bars` fill the plot from one side to the other."""
    data = CategoryChartData(number_format="0.###")
    data.categories = ((bars.edges[:-1] + bars.edges[1:]) / 2).tolist()
    data.add_series(bars.name or panel.title, bars.count.tolist())
    chart = _added(page, XL_CHART_TYPE.COLUMN_CLUSTERED, place, data)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 0, 100
    fill = plot.series[0].format.fill
    fill.solid()
    fill.fore_color.rgb = rgb(style.on_paper(style.palette.colour(bars.role), 0.5).name())
    _dress_axis(chart.value_axis, place.area.y, ticks[1], panel, style, below=False)
    axis = chart.category_axis
    axis.tick_label_position, axis.major_tick_mark = XL_TICK_LABEL_POSITION.NONE, XL_TICK_MARK.NONE
    axis.has_major_gridlines = False
    axis.format.line.color.rgb = rgb(style.palette.axis)
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
def _added(page: Any, kind: Any, place: Place, data: Any) -> Any:
    """A chart whose plot lies exactly in its place, with nothing around it."""
    left, top, width, height = place.frame
    units = 9525
    chart = page.shapes.add_chart(kind, *(round(n * units) for n in place.frame), data).chart
    chart.has_legend = chart.has_title = False
    area = place.area
    shares = {
        "x": (area.left - left) / width,
        "y": (area.top - top) / height,
        "w": (area.right - area.left) / width,
        "h": (area.bottom - area.top) / height,
    }
    layout = PLOT % (nsdecls("c"), "".join(f"<c:{name} val='{share:.6f}'/>" for name, share in shares.items()))
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
    font.size, font.color.rgb = Pt(TEXT * style.scale * POINTS_PER_UNIT), rgb(style.palette.muted)
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
    _image, relation = chart.part.get_or_add_image_part(io.BytesIO(png))
    fill = parse_xml(AREA_PICTURE.format(id=relation) % nsdecls("c", "a", "r"))
    plot = chart._chartSpace.chart.plotArea
    for old in plot.findall(qn("c:spPr")):
        plot.remove(old)
    plot.append(fill)

"""Values under the cursor: what they are. How they are shown is in `readout`."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from PyQt6.QtCore import QPointF, QRectF

from explorer.core.figure import Axis
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.wording import percent
from explorer.draw.area import Area, Span
from explorer.draw.chain import ChainItem
from explorer.draw.curves import value_at
from explorer.draw.histograms import BarsItem, RidgeItem
from explorer.draw.maps import HeatMapItem
from explorer.draw.marks import LineItem, MarkItem
from explorer.draw.panel import PanelItem
from explorer.draw.points import PointsItem
from explorer.draw.ticks import fixed_text, number_text, short_text

NEAR = 8.0
"""Points this near to the cursor (px at scale 1) are read."""
NO_VALUE = "–"
Item = TypeVar("Item", bound=MarkItem)  # type: ignore[type-arg]


@dataclass(frozen=True)
class Value:
    """A value of one series: where it is (px), and what is said of it."""

    at: tuple[float, float]
    role: Role
    name: str
    value: float
    text: str


@dataclass(frozen=True)
class Reading:
    """All values at a cursor. `x_text` empty: values of one row of a panel with names at its left.

    `box` frames the cell of a map or the block of a chain (px); `y_text` says which row of the map it is in.
    """

    x: float
    x_text: str
    values: tuple[Value, ...]
    box: QRectF | None = None
    y_text: str = ""


def read(item: PanelItem, cursor: QPointF) -> Reading | None:
    """What stands at a point of a panel (px in it); None where there is nothing to say."""
    area = item.area
    if area is None or not area.holds(cursor.x(), cursor.y()):
        return None
    reading = _of_what_is_there(item, area, cursor)
    return reading if reading and reading.values else None


def _of_what_is_there(item: PanelItem, area: Area, cursor: QPointF) -> Reading | None:
    curves = [line for line in item.named_lines() if line.xs.size]
    if item.frame != "axes":
        return _of_block(item, cursor)
    if maps := list(_items(item, HeatMapItem)):
        return _of_cell(item, area, cursor, maps[-1])
    if ridges := list(_items(item, RidgeItem)):
        return _of_ridge(area, cursor, ridges)
    if curves:
        return _at_x(item, area, cursor.x(), curves)
    if bars := list(_items(item, BarsItem)):
        return _of_bars(area, cursor, bars)
    return _in_row(item, area, cursor)


def _items(item: PanelItem, kind: type[Item]) -> Iterator[Item]:
    return (mark for mark in item.marks.values() if isinstance(mark, kind))


# --- curves and points -----------------------------------------------------------------------------------------------
def _at_x(item: PanelItem, area: Area, cursor: float, curves: list[LineItem]) -> Reading:
    x = area.x.view(cursor)
    if item.content.x.integer:
        x = float(round(x))
    values = []
    for curve in curves:
        height = value_at(curve.xs, curve.ys, x)
        if math.isfinite(height) and area.y.holds(area.y.at(height)):
            values.append(_value(area, (x, height), curve, area.y, height))
    px = area.x.at(x)
    named = {curve.mark.name for curve in curves}
    values += [v for v in _points_near(item, area, QPointF(px, 0), across=False) if v.name not in named]
    values += [value for bars in _items(item, BarsItem) if (value := _bar(area, bars, x))]
    return Reading(px, _place_text(item.content.x, area.x, x), tuple(sorted(values, key=lambda v: v.at[1])))


def _in_row(item: PanelItem, area: Area, cursor: QPointF) -> Reading:
    """Of a panel with discs only: those in the cursor's row where y has names, else those above and below it."""
    rows = item.content.y.ticks is not None
    if not rows:
        values = _points_near(item, area, cursor, across=False)
        return Reading(cursor.x(), value_text(area.x.value(cursor.x()), area.x), tuple(values))
    values = _points_near(item, area, cursor, across=True)
    nearest = min((abs(v.at[1] - cursor.y()) for v in values), default=0.0)
    return Reading(cursor.x(), "", tuple(v for v in values if abs(v.at[1] - cursor.y()) <= nearest + 1))


def _points_near(item: PanelItem, area: Area, cursor: QPointF, across: bool) -> list[Value]:
    """Named discs at the cursor's x; `across`: all, with their x as value."""
    found = []
    for points in _items(item, PointsItem):
        if not points.mark.name:
            continue
        px, py = area.x.view_px(points.xs), area.y.view_px(points.ys)
        near = np.isfinite(px + py) & (across | (np.abs(px - cursor.x()) <= NEAR * item.style.scale))
        for i in np.flatnonzero(near).tolist():
            if area.holds(float(px[i]), float(py[i])):
                view = float(points.xs[i]), float(points.ys[i])
                span, value = (area.x, view[0]) if across else (area.y, view[1])
                found.append(_value(area, view, points, span, value))
    return found


def _value(area: Area, view: tuple[float, float], item: LineItem | PointsItem, span: Span, value: float) -> Value:
    data = span.data(value)
    at = area.x.at(view[0]), area.y.at(view[1])
    return Value(at, item.role, item.mark.name, data, value_text(data, span))


# --- distributions ---------------------------------------------------------------------------------------------------
def _of_bars(area: Area, cursor: QPointF, bars: list[BarsItem]) -> Reading | None:
    """The bars at the cursor's x, between the edges of the first of them."""
    x = area.x.view(cursor.x())
    i = int(np.searchsorted(bars[0].edges, x, side="right")) - 1
    if not 0 <= i < bars[0].tops.size:
        return None
    ends = [float(edge) for edge in bars[0].edges[i : i + 2]]
    step = area.x.data(ends[1]) - area.x.data(ends[0])
    text = " … ".join(fixed_text(area.x.data(end), step / 10) for end in ends)
    values = (value for item in bars if (value := _bar(area, item, sum(ends) / 2)))
    return Reading(area.x.at(sum(ends) / 2), text, tuple(values))


def _bar(area: Area, item: BarsItem, x: float) -> Value | None:
    i = int(np.searchsorted(item.edges, x, side="right")) - 1
    if not 0 <= i < item.tops.size:
        return None
    count = float(item.mark.count[i])
    whole = count == round(count) if math.isfinite(count) else False
    text = number_text(count, 0) if whole else short_text(count)
    top = area.y.at(float(item.tops[i])) if math.isfinite(item.tops[i]) else area.bottom
    return Value((area.x.at(x), top), item.role, item.mark.name, count, text)


def _of_ridge(area: Area, cursor: QPointF, ridges: list[RidgeItem]) -> Reading | None:
    """The ridge whose base is the next one below the cursor, as a share of its peak: heights have no unit."""
    below = [ridge for ridge in ridges if area.y.at(ridge.base) >= cursor.y()]
    ridge = min(below, key=lambda r: area.y.at(r.base), default=min(ridges, key=lambda r: r.base))
    x = area.x.view(cursor.x())
    height, peak = value_at(ridge.xs, ridge.ys, x) - ridge.base, float(np.nanmax(ridge.ys, initial=ridge.base))
    if not math.isfinite(height) or peak <= ridge.base:
        return None
    share = height / (peak - ridge.base)
    text = _("{share} of peak").format(share=percent(share))
    at = cursor.x(), area.y.at(ridge.base + height)
    value = Value(at, ridge.role, ridge.mark.name, share, text)
    return Reading(cursor.x(), value_text(area.x.data(x), area.x), (value,))


# --- maps and chains -------------------------------------------------------------------------------------------------
def _of_cell(item: PanelItem, area: Area, cursor: QPointF, heat: HeatMapItem) -> Reading | None:
    found = heat.cell_at(area.x.view(cursor.x()), area.y.view(cursor.y()))
    if found is None:
        return None
    box, (x, y, z) = found
    text = number_text(z, 0) if heat.mark.colours == "hues" else short_text(z)
    text = text if not math.isnan(z) else NO_VALUE
    value = Value((box.center().x(), box.center().y()), heat.role, heat.mark.name, z, text)
    x_text, y_text = _place_text(item.content.x, area.x, x), _place_text(item.content.y, area.y, y)
    return Reading(box.center().x(), x_text, (value,), box, y_text)


def _of_block(item: PanelItem, cursor: QPointF) -> Reading | None:
    for chain in _items(item, ChainItem):
        if (index := chain.block_at(cursor)) is not None:
            box, number = chain.blocks[index], float(chain.mark.values[index])
            text = short_text(number) if not math.isnan(number) else NO_VALUE
            value = Value((box.center().x(), box.center().y()), chain.role, chain.block_name(index), number, text)
            return Reading(box.center().x(), "", (value,), box)
    return None


# --- texts -----------------------------------------------------------------------------------------------------------
def _place_text(axis: Axis, span: Span, view: float) -> str:
    """Where on an axis: its own words, a whole number, or as exactly as a pixel can tell; "" without ticks."""
    if axis.ticks == ():
        return ""
    named = next((text for at, text in axis.ticks or () if abs(span.px(at) - span.at(view)) < 0.5), "")
    return named or (number_text(span.data(view), 0) if axis.integer else value_text(span.data(view), span))


def value_text(value: float, span: Span) -> str:
    """As exactly as a pixel can tell; on a log axis three digits."""
    return short_text(value) if span.log else fixed_text(value, abs(1 / span.per_unit))

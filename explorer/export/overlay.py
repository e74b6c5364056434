"""What no chart of a presentation can show, laid over it as shapes: rules, texts, named ticks, regions, points."""

import itertools
from collections.abc import Iterable

from explorer.core.figure import Cross, Label, Line, Points, Region, Rule
from explorer.draw.area import Area
from explorer.draw.marks import REGION_SHARE
from explorer.draw.panel import PanelItem
from explorer.draw.style import WIDTHS
from explorer.export.chart import TEXT
from explorer.export.sheet import Sheet


def lay_over(sheet: Sheet, item: PanelItem, area: Area) -> None:
    panel = item.content
    if panel.x.ticks is not None:
        write_ticks(sheet, ((area.x.at(place), text) for place, text in item.axes.x_ticks.major), area)
    if panel.y.ticks is not None:
        _write_ticks_at_left(sheet, item, area)
    for mark in panel.marks:
        if isinstance(mark, Rule):
            _lay_rule(sheet, mark, area)
        if isinstance(mark, Points) and mark.symbol == "circle":
            _lay_circles(sheet, mark, area)
        if isinstance(mark, Label | Cross):
            _lay_text(sheet, mark, area)


def write_ticks(sheet: Sheet, ticks: Iterable[tuple[float, str]], area: Area) -> None:
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


def lay_region(sheet: Sheet, mark: Region, area: Area) -> None:
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


def lay_line(sheet: Sheet, mark: Line | Points, area: Area) -> None:
    """A curve or points over bars, as far as they lie in the plot."""
    points = list(zip(area.x.px(mark.x).tolist(), area.y.px(mark.y).tolist(), strict=True))
    if isinstance(mark, Points):
        size, colour = mark.size * sheet.style.scale, sheet.style.point_colour(mark).name()
        for x, y in points:
            if area.holds(x, y):
                sheet.fill((x - size / 2, y - size / 2, size, size), colour, round_=True)
        return
    colour = sheet.style.line_colour(mark.role, mark.weight).name()
    for inside, part in itertools.groupby(points, key=lambda point: area.holds(*point)):
        way = list(part)
        if inside and len(way) > 1:
            sheet.draw_way(way, colour, WIDTHS[mark.weight])

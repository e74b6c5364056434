"""Drawn figures: the same items for new data, everything in its place, the right colours in the right pixels."""

import dataclasses

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor

from explorer.core.figure import Axis, Cell, Cross, Figure, Line, Panel, Points, Region
from explorer.core.roles import Role
from explorer.core.selection import only
from explorer.draw.figure_canvas import cell_rect, presentation_scale
from explorer.draw.palette import DARK, LIGHT, mix
from explorer.draw.style import Style
from tests.draw.drawing import BLUE, ORANGE, image_of, one, pixel_at
from tests.draw.figures import seven_panels


# --- the same items ---------------------------------------------------------------------------------------------
def test_new_data_go_to_the_items_that_are_there(draw):
    canvas = draw(seven_panels(seed=0))
    before = {(k, m): item for k, panel in canvas.panels.items() for m, item in panel.marks.items()}
    panels = dict(canvas.panels)
    canvas.show_figure(seven_panels(n=700, seed=1, last=700.0))
    after = {(k, m): item for k, panel in canvas.panels.items() for m, item in panel.marks.items()}
    assert canvas.panels == panels
    assert after == before
    assert canvas.panels["loss"].marks["tanh"].mark.x[-1] == 700.0


def test_marks_come_and_go_by_key(draw):
    x = np.arange(3.0)
    canvas = draw(one(Line("a", x, x, BLUE), Line("b", x, x, ORANGE)))
    kept, dropped = (canvas.panels["only"].marks[key] for key in "ab")
    canvas.show_figure(one(Line("c", x, x, ORANGE), Line("a", x, 2 * x, BLUE)))
    marks = canvas.panels["only"].marks
    assert list(marks) == ["c", "a"]
    assert marks["a"] is kept
    assert dropped.scene() is None


def test_a_mark_of_another_kind_is_another_item(draw):
    x = np.arange(3.0)
    canvas = draw(one(Line("a", x, x, BLUE)))
    canvas.show_figure(one(Points("a", x, x, BLUE)))
    assert isinstance(canvas.panels["only"].marks["a"].mark, Points)


def test_what_did_not_change_is_not_located_again(draw, monkeypatch):
    canvas = draw(seven_panels(seed=0))
    static = canvas.panels["function"].marks["tanh"]
    moving = canvas.panels["loss"].marks["tanh"]
    calls = []
    for item in (static, moving):
        monkeypatch.setattr(item, "locate", lambda area, item=item: calls.append(item))
    canvas.show_figure(seven_panels(seed=1))
    assert calls == [moving]


def test_panels_that_are_gone_leave_the_scene(draw):
    figure = seven_panels()
    canvas = draw(figure)
    gone = canvas.panels["gain"]
    canvas.show_figure(only(figure, ["loss", "function"]))
    assert set(canvas.panels) == {"loss", "function"}
    assert gone.scene() is None


# --- pixels -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_a_line_is_drawn_where_its_data_are_in_its_colour(draw, palette):
    x = np.linspace(0, 10, 50)
    canvas = draw(one(Line("a", x, np.full(50, 4.5), ORANGE), y=Axis(limits=(0, 10))), 600, 400, palette)
    assert pixel_at(canvas, 5, 4.5) == palette.series["orange"]
    assert pixel_at(canvas, 5, 7.1) == palette.paper


def test_raw_and_pinned_curves_are_mixed_into_paper(draw):
    x = np.linspace(0, 10, 50)
    raw = Line("raw", x, np.full(50, 3.3), BLUE, weight="raw")
    pinned = Line("pinned", x, np.full(50, 6.7), BLUE, weight="pinned")
    canvas = draw(one(raw, pinned, y=Axis(limits=(0, 10)), grid="none"), 600, 400)
    image, item = image_of(canvas), canvas.panels["only"]
    column = int(item.pos().x() + item.area.x.px(5.0))
    seen = {image.pixelColor(column, row).name().upper() for row in range(int(item.pos().y() + item.area.top), 340)}
    darkest = {
        "raw": mix(LIGHT.paper, LIGHT.series["blue"], 0.2),
        "pinned": mix(LIGHT.paper, LIGHT.series["blue"], 0.5),
    }
    luma = {name: QColor(colour).lightness() for name, colour in darkest.items()}
    assert darkest["pinned"] in seen
    assert min(QColor(c).lightness() for c in seen) >= luma["pinned"] - 1
    assert any(abs(QColor(c).lightness() - luma["raw"]) <= 12 and c != LIGHT.paper for c in seen)


def test_a_gap_stays_paper(draw):
    y = np.full(11, 5.5)
    y[4:7] = np.nan
    canvas = draw(one(Line("a", np.arange(11.0), y, BLUE), y=Axis(limits=(0, 10)), grid="none"), 600, 400)
    assert pixel_at(canvas, 5, 5.5) == LIGHT.paper
    assert pixel_at(canvas, 2.5, 5.5) == LIGHT.series["blue"]


def test_a_log_axis_places_logarithms(draw):
    canvas = draw(
        one(Line("a", np.array([0.0, 10]), np.array([0.03, 0.03]), BLUE), y=Axis(log=True, limits=(1e-3, 10)))
    )
    area = canvas.panels["only"].area
    share = (np.log10(0.03) + 3) / 4
    assert area.y.px(0.03) == pytest.approx(area.bottom + share * (area.top - area.bottom))
    assert pixel_at(canvas, 4.1, 0.03) == LIGHT.series["blue"]


def test_a_disc_on_the_edge_is_whole_and_one_beyond_is_not_drawn(draw):
    points = Points("p", np.array([0.0, 10.0]), np.array([5.0, 5.0]), BLUE, size=9)
    canvas = draw(one(points, x=Axis(limits=(0, 8)), y=Axis(limits=(0, 10)), grid="none"), 600, 400)
    item, image = canvas.panels["only"], image_of(canvas)
    left = int(item.pos().x() + item.area.left)
    row = int(item.pos().y() + item.area.y.px(5.0))
    assert image.pixelColor(left - 2, row).name().upper() == LIGHT.series["blue"]
    assert all(
        image.pixelColor(int(item.pos().x() + item.area.right) - i, row) == QColor(LIGHT.paper) for i in range(6)
    )


def test_a_region_covers_its_rectangle(draw):
    region = Region("r", np.array([2.0]), np.array([4.0]), np.array([1.0]), np.array([3.0]), BLUE)
    canvas = draw(one(region, x=Axis(limits=(0, 10)), y=Axis(limits=(0, 10)), grid="none"), 600, 400)
    assert pixel_at(canvas, 3, 2) == mix(LIGHT.paper, LIGHT.series["blue"], 0.84)
    assert pixel_at(canvas, 5, 2) == LIGHT.paper


@pytest.mark.parametrize("before", ["abc", "cab", "bca", "ca", "b"])
def test_later_marks_lie_over_earlier_ones_whatever_was_shown_before(draw, before):
    roles = {"a": BLUE, "b": Role("green"), "c": ORANGE}
    ends = np.array([0.0]), np.array([10.0])
    marks = {key: Region(key, *ends, *ends, role) for key, role in roles.items()}
    canvas = draw(one(*(marks[key] for key in before), x=Axis(limits=(0, 10)), y=Axis(limits=(0, 10))))
    canvas.show_figure(one(*marks.values(), x=Axis(limits=(0, 10)), y=Axis(limits=(0, 10))))
    assert pixel_at(canvas, 5, 5) == mix(LIGHT.paper, LIGHT.series["orange"], 0.84)


def test_a_cross_says_where_it_overflowed(draw):
    canvas = draw(one(Cross("c", 5.0, 5.0, ORANGE), x=Axis(limits=(0, 10)), y=Axis(limits=(0, 10)), grid="none"))
    assert pixel_at(canvas, 5, 5) == LIGHT.series["orange"]


def test_everything_scales_together(draw):
    x = np.linspace(0, 10, 50)
    figure = one(Line("a", x, np.full(50, 5.5), BLUE), y=Axis(limits=(0, 10)), grid="none")

    def thickness(scale: float) -> float:
        canvas = draw(figure, 900, 600, LIGHT, scale)
        item, image = canvas.panels["only"], image_of(canvas)
        column = int(item.pos().x() + item.area.x.px(5.0))
        rows = range(int(item.pos().y() + item.area.top) + 3, int(item.pos().y() + item.area.bottom) - 3)
        blue = [255 - image.pixelColor(column, row).red() for row in rows]
        return sum(blue) / (255 - QColor(LIGHT.series["blue"]).red())

    assert thickness(1.0) == pytest.approx(2.0, abs=0.1)
    assert thickness(2.5) == pytest.approx(5.0, abs=0.1)


def test_a_small_frame_and_empty_data_do_no_harm(draw):
    nothing = Line("a", np.zeros(0), np.zeros(0), BLUE, "nothing")
    gap = Line("b", np.arange(3.0), np.full(3, np.nan), BLUE, "gap", thin=True)
    for width, height in ((600, 400), (60, 40), (2, 2)):
        image_of(draw(one(nothing, gap, y=Axis(log=True)), width, height))


# --- place ------------------------------------------------------------------------------------------------------
def test_cells_share_twelve_columns_with_gutters():
    whole = QRectF(0, 0, 12 * 50 + 11 * 20, 410)
    assert cell_rect(Cell(0, 0, 1, 12), (1.0, 1.0), whole, 20, 10) == QRectF(0, 0, 820, 200)
    assert cell_rect(Cell(1, 3, 1, 3), (1.0, 1.0), whole, 20, 10) == QRectF(210, 210, 190, 200)
    assert cell_rect(Cell(0, 0, 2, 4), (1.0, 1.0), whole, 20, 10) == QRectF(0, 0, 260, 410)
    third = cell_rect(Cell(0, 7 / 3, 0.5, 7 / 3), (1.0, 1.0), whole, 20, 10)
    assert (third.x(), third.height()) == (163, 95)


def test_no_two_panels_touch(draw):
    canvas = draw(seven_panels())
    rects = [item.sceneBoundingRect() for item in canvas.panels.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])
    assert all(canvas.boundingRect().contains(rect) for rect in rects)


def test_plots_above_one_another_begin_and_end_together(draw):
    x = np.arange(10.0)
    panels = (
        Panel("a", "A", "q", Axis("x"), Axis(), (Line("l", x, 1e5 * x, BLUE, "a long name"),), Cell(0, 0, 1, 6)),
        Panel("b", "B", "q", Axis("x"), Axis(), (Line("l", x, x, BLUE, "name"),), Cell(1, 0, 1, 6)),
    )
    canvas = draw(Figure("H", "s", (), panels, (1.0, 1.0)))
    a, b = (canvas.panels[key].area for key in "ab")
    assert (a.left, a.right) == (b.left, b.right)


def test_names_are_dropped_where_they_need_too_much(draw):
    wide, narrow = (draw(seven_panels(), width, 800).panels["gradient"] for width in (1140, 700))
    assert wide.area.right < wide.boundingRect().right() - 40
    assert narrow.area.right == narrow.boundingRect().right()


def test_a_zoom_is_kept_until_autoscaled(draw):
    canvas = draw(seven_panels())
    own = canvas.panels["loss"].area
    canvas.zoom("loss", ((100.0, 200.0), (-1.0, 0.0)))
    canvas.show_figure(seven_panels(seed=1))
    canvas.set_style(Style(DARK, 1.3))
    area = canvas.panels["loss"].area
    assert (area.x.low, area.x.high, area.y.low, area.y.high) == (100, 200, -1, 0)
    canvas.autoscale()
    canvas.set_style(Style(LIGHT))
    canvas.show_figure(seven_panels())
    assert canvas.panels["loss"].area == own


def test_a_long_headline_takes_two_lines_and_the_key_as_many_as_it_needs(draw):
    figure = seven_panels()
    words = dataclasses.replace(figure, headline="word " * 60, key=figure.key * 4)
    plain, long = draw(figure, 700, 600).head, draw(words, 700, 600).head
    assert len(plain.layout.headline) == 1 or len(long.layout.headline) == 2
    assert long.layout.height > plain.layout.height
    assert all(rect.right() <= 660 for rect, _entry in long.layout.entries)


def test_pointing_at_a_role_dims_the_others(draw):
    x = np.linspace(0, 10, 50)
    lines = Line("a", x, np.full(50, 3.3), BLUE), Line("b", x, np.full(50, 6.7), ORANGE)
    canvas = draw(one(*lines, y=Axis(limits=(0, 10))))
    canvas.point_at(BLUE)
    assert pixel_at(canvas, 5.1, 3.3) == LIGHT.series["blue"]
    assert pixel_at(canvas, 5.1, 6.7) == mix(LIGHT.paper, LIGHT.series["orange"], 0.22)
    canvas.point_at(None)
    assert pixel_at(canvas, 5.1, 6.7) == LIGHT.series["orange"]


def test_the_lecture_hall_reads_larger_type():
    assert presentation_scale(1920, 1080, 4) == 1.8
    assert presentation_scale(1920, 1080, 1) == 2.6
    assert presentation_scale(3840, 2160, 4) == 3.6
    assert presentation_scale(400, 300, 4) == 1.0

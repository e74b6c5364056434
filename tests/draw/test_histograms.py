"""Bars and ridges in pixels."""

import numpy as np
import pytest

from explorer.core.figure import Axis, Bars, Ridge
from explorer.draw.palette import DARK, LIGHT, mix
from tests.draw.drawing import BLUE, ORANGE, image_of, one, pixel_at


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_bars_stand_on_zero_half_mixed_into_paper(draw, palette):
    canvas = draw(one(Bars("h", np.arange(4.0), np.array([4, 0, 2]), BLUE), grid="none"), 600, 400, palette)
    colour = mix(palette.paper, palette.series["blue"], 0.5)
    assert [pixel_at(canvas, 0.5, y) for y in (0.1, 3.9, 4.1)] == [colour, colour, palette.paper]
    assert [pixel_at(canvas, x, 1.9) for x in (1.5, 2.5)] == [palette.paper, colour]
    assert canvas.panels["only"].area.y.low == 0.0


def test_wide_bars_stand_a_pixel_apart_and_narrow_ones_are_one_shape(draw):
    for n, gaps in ((10, 9), (400, 0)):
        canvas = draw(one(Bars("h", np.arange(n + 1.0), np.full(n, 5), BLUE), grid="none"), 600, 400)
        item, image = canvas.panels["only"], image_of(canvas)
        y = int(item.pos().y() + item.area.y.px(2.0))
        left, right = (int(item.pos().x() + item.area.x.px(x)) for x in (0.01 * n, 0.99 * n))
        row = [image.pixelColor(x, y).name().upper() for x in range(left, right)]
        assert row.count(LIGHT.paper) == gaps
        assert set(row) <= {LIGHT.paper, mix(LIGHT.paper, LIGHT.series["blue"], 0.5)}


def test_bars_on_log_axes_reach_down_to_the_edge(draw):
    bars = Bars("h", np.geomspace(1e-3, 1, 4), np.array([1.0, 0.0, 100.0]), BLUE)
    canvas = draw(one(bars, x=Axis(log=True), y=Axis(log=True, limits=(0.1, 1000)), grid="none"), 600, 400)
    colour = mix(LIGHT.paper, LIGHT.series["blue"], 0.5)
    assert pixel_at(canvas, 0.003, 0.12) == pixel_at(canvas, 0.003, 0.9) == pixel_at(canvas, 0.3, 90) == colour
    assert pixel_at(canvas, 0.03, 0.12) == pixel_at(canvas, 0.003, 1.2) == LIGHT.paper


def test_a_histogram_without_a_count_is_left_empty(draw):
    canvas = draw(one(Bars("h", np.arange(3.0), np.array([np.nan, 2.0]), BLUE), grid="none"), 600, 400)
    assert pixel_at(canvas, 0.5, 0.2) == LIGHT.paper


def two_ridges(**about):
    x = np.linspace(0, 10, 101)
    back = Ridge("back", x, 1.0 + np.where(x < 5, 0.5, 0.0), 1.0, BLUE)
    front = Ridge("front", x, np.full(101, 1.2), 0.0, ORANGE)
    return one(back, front, y=Axis(limits=(-0.1, 2)), grid="none", **about)


def test_a_ridge_is_mixed_into_paper_and_hides_what_stands_behind(draw):
    canvas = draw(two_ridges(), 600, 400)
    blue, orange = (mix(LIGHT.paper, LIGHT.series[hue], 0.28) for hue in ("blue", "orange"))
    assert pixel_at(canvas, 2.5, 1.35) == blue
    assert pixel_at(canvas, 2.5, 1.1) == pixel_at(canvas, 2.5, 0.5) == orange
    assert pixel_at(canvas, 7.5, 1.35) == LIGHT.paper


def test_the_outline_of_a_ridge_is_drawn_in_full_colour(draw):
    canvas = draw(two_ridges(), 600, 400, scale=2.0)
    assert pixel_at(canvas, 2.5, 1.2) == LIGHT.series["orange"]
    assert pixel_at(canvas, 2.5, 1.5) == LIGHT.series["blue"]


def test_later_ridges_stand_in_front_whatever_came_first(draw):
    canvas = draw(two_ridges(), 600, 400)
    figure = two_ridges()
    back, front = figure.panels[0].marks
    canvas.show_figure(one(front, back, y=Axis(limits=(-0.1, 2)), grid="none"))
    assert pixel_at(canvas, 2.5, 1.1) == mix(LIGHT.paper, LIGHT.series["blue"], 0.28)


def test_a_ridge_with_gaps_or_nothing_is_no_accident(draw):
    x = np.arange(5.0)
    for y in (np.array([0, 1, np.nan, 1, 0.0]), np.full(5, np.nan)):
        image_of(draw(one(Ridge("r", x, y, 0.0, BLUE)), 300, 200))

"""Points: symbols, and crowds of them."""

import numpy as np
import pytest

from explorer.core.figure import Axis, HeatMap, Line, Points
from explorer.core.roles import INK
from explorer.draw.palette import LIGHT
from explorer.draw.points import CROWD, stamped
from tests.draw.drawing import BLUE, ORANGE, image_of, one, pixel_at

AT = np.array([5.0])
LIMITS = {"x": Axis(limits=(0, 10)), "y": Axis(limits=(0, 10))}


def count(canvas, colour: str) -> int:
    image = image_of(canvas)
    item = canvas.panels["only"]
    rows = range(int(item.pos().y() + item.area.top), int(item.pos().y() + item.area.bottom))
    columns = range(int(item.pos().x() + item.area.left), int(item.pos().x() + item.area.right))
    return sum(image.pixelColor(x, y).name().upper() == colour for y in rows for x in columns)


def test_a_disc_is_full_a_ring_holds_paper_and_a_circle_what_lies_below(draw):
    ground = HeatMap("z", np.array([5.0]), np.array([5.0]), np.ones((1, 1)), 0, 1)
    inside = {}
    for symbol in ("disc", "ring", "circle", "plus"):
        marks = (ground, Points("p", AT, AT, BLUE, size=21, symbol=symbol))
        canvas = draw(one(*marks, x=Axis(limits=(4.5, 5.5)), y=Axis(limits=(4.5, 5.5))), 600, 400)
        inside[symbol] = pixel_at(canvas, 5, 5)
    blue, below = LIGHT.series["blue"], LIGHT.maps["sequential"][-1]
    assert inside == {"disc": blue, "ring": LIGHT.paper, "circle": below, "plus": blue}


def test_a_circle_is_ink_between_paper(draw):
    canvas = draw(one(Points("p", AT, AT, INK, size=40, symbol="circle"), **LIMITS, grid="none"), 600, 400)
    item, image = canvas.panels["only"], image_of(canvas)
    centre = item.pos() + type(item.pos())(float(item.area.x.px(5)), float(item.area.y.px(5)))
    assert image.pixelColor(round(centre.x() + 20), int(centre.y())).name().upper() == LIGHT.text


def test_a_crowd_is_as_large_and_where_single_discs_are(draw):
    """The same discs, stamped on whole pixels and drawn as a path, cover the same area."""
    x, y = (v.ravel() for v in np.meshgrid(np.linspace(0.5, 9.5, 24), np.linspace(0.5, 9.5, 20)))
    assert x.size >= CROWD > x.size / 2
    few = [Points(f"p{i}", x[i::2], y[i::2], BLUE, size=6) for i in range(2)]
    crowd, path = (
        draw(one(*marks, **LIMITS, grid="none"), 600, 400) for marks in ([Points("p", x, y, BLUE, size=6)], few)
    )
    assert crowd.panels["only"].marks["p"].crowded
    assert not path.panels["only"].marks["p0"].crowded
    stamped_px, drawn_px = (count(canvas, LIGHT.series["blue"]) for canvas in (crowd, path))
    assert stamped_px == pytest.approx(drawn_px, rel=0.2)
    for i in (0, 137, -1):
        assert pixel_at(crowd, x[i], y[i]) == LIGHT.series["blue"]


def test_points_beside_the_plot_are_left_out(draw):
    x = np.linspace(-100, 100, 2000)
    canvas = draw(one(Points("p", x, x, BLUE, size=4), **LIMITS), 600, 400)
    assert canvas.panels["only"].marks["p"].px.size == ((x >= 0) & (x <= 10)).sum()


def test_where_stamps_overlap_the_larger_coverage_stays():
    cover = stamped(np.array([10.2, 12.7, -3.0]), np.array([8.0, 8.0, 8.0]), 5.0, (30, 20))
    alone = np.maximum(
        stamped(np.array([10.2]), np.array([8.0]), 5.0, (30, 20)),
        stamped(np.array([12.7]), np.array([8.0]), 5.0, (30, 20)),
    )
    np.testing.assert_array_equal(cover, alone)
    assert cover.shape == (20, 30)
    assert stamped(np.array([10.2]), np.array([8.0]), 5.0, (30, 20)).sum() / 255 == pytest.approx(
        np.pi * 2.5**2, rel=0.02
    )


# --- trajectories -------------------------------------------------------------------------------------------------
def test_a_trajectory_lies_on_paper_and_has_a_dot_at_every_long_step(draw):
    ground = HeatMap("z", np.array([5.0]), np.array([5.0]), np.ones((1, 1)), 0, 1)
    x = np.array([1.0, 5.0, 9.0, 9.01])
    line = Line("l", x, np.full(4, 5.5), ORANGE, weight="trajectory")
    canvas = draw(one(ground, line, x=Axis(limits=(0, 10)), y=Axis(limits=(4.5, 5.5))), 600, 400, scale=2.0)
    item, image = canvas.panels["only"], image_of(canvas)
    canvas.zoom("only", ((0.0, 10.0), (5.0, 6.0)))
    image = image_of(canvas)

    def thickness(at: float) -> int:
        column = int(item.pos().x() + item.area.x.px(at))
        middle = int(item.pos().y() + item.area.y.px(5.5))
        return sum(image.pixelColor(column, middle + d).name().upper() == LIGHT.series["orange"] for d in range(-8, 9))

    assert thickness(5.0) >= 8 > 4 >= thickness(3.0) >= 3
    middle = int(item.pos().y() + item.area.y.px(5.5))
    beside = image.pixelColor(int(item.pos().x() + item.area.x.px(3.0)), middle + 4).name().upper()
    assert beside not in (LIGHT.maps["sequential"][-1], LIGHT.series["orange"])


def test_a_way_out_of_the_plot_keeps_its_direction(draw):
    for far in (30.0, 1e9, 1e300):
        line = Line("l", np.array([0.0, far]), np.array([0.0, 3 * far]), ORANGE, weight="trajectory")
        canvas = draw(one(line, **LIMITS, grid="none"), 600, 400)
        assert pixel_at(canvas, 3.0, 9.0) == LIGHT.series["orange"]

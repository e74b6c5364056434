"""Pinned curves and points: faint, behind the others, told apart by numbers."""

import dataclasses

import numpy as np

from explorer.core.figure import Axis, Line, Points
from explorer.draw.palette import LIGHT, mix
from tests.draw.drawing import BLUE, ORANGE, one, pixel_at

X = np.arange(11.0)
AXES = {"x": Axis("step", limits=(0, 20)), "y": Axis(limits=(0, 10))}
FAINT = mix(LIGHT.paper, LIGHT.series["blue"], 0.5).upper()


def ghost(number, height, x=X, **about):
    return Line(f"pin{number}:a", x, np.full(x.size, float(height)), BLUE, str(number), "pinned", **about)


def test_pinned_points_are_faint_and_behind_a_curve(draw):
    at = np.array([5.0])
    discs = Points("pin1:p", at, at, BLUE, size=21, pinned=True)
    canvas = draw(one(discs, Line("a", X, np.full(11, 5.0), ORANGE), **AXES), 600, 400)
    item = canvas.panels["only"]
    assert item.marks["pin1:p"].zValue() < item.marks["a"].zValue()
    assert pixel_at(canvas, 5, 5) == LIGHT.series["orange"]
    assert pixel_at(canvas, 5, 5.2) == FAINT


def test_of_one_pinned_run_no_number_is_written_of_several_all(draw):
    live = Line("a", X, X, BLUE, "ReLU")
    canvas = draw(one(ghost(1, 2), live, **AXES), 600, 400)
    item = canvas.panels["only"]
    assert not item.marks["pin1:a"].named
    canvas.show_figure(one(ghost(1, 2), ghost(2, 4), live, **AXES))
    item = canvas.panels["only"]
    assert item.marks["pin1:a"].named
    assert item.marks["pin2:a"].named
    assert not item.marks["a"].named


def test_numbers_of_pinned_runs_never_take_the_room_of_the_curves_names(draw):
    far = np.arange(21.0)
    lines = [Line(f"{k}", far, np.full(21, k / 2), BLUE, f"curve {k}") for k in range(14)]
    pins = [dataclasses.replace(ghost(n, 1 + n), x=far, y=np.full(21, 1.0 + n)) for n in range(1, 7)]
    alone, crowded = (draw(one(*marks, *lines, **AXES), 600, 400) for marks in ([], pins))
    shown = [[item.mark.name for item, _height, _place in c.panels["only"].ends._names] for c in (alone, crowded)]
    assert shown[0] == shown[1] != []


def test_a_pinned_way_keeps_its_turns(draw):
    """A trajectory that goes back in x is drawn point by point, not thinned by x."""
    way = Line("pin1:w", np.array([2.0, 8.0, 2.0]), np.array([2.0, 5.0, 8.0]), BLUE, weight="pinned")
    item = draw(one(way, **AXES), 600, 400).panels["only"].marks["pin1:w"]
    assert item.path.elementCount() == 3

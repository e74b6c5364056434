import dataclasses

import numpy as np
import pytest

from explorer.core.experiment import ExperimentSpec
from explorer.core.figure import Axis, Bars, Figure, HeatMap, Line, Panel, Points, Ridge, series
from explorer.core.finals import finals
from explorer.core.ghosts import ghost_of, with_ghosts
from explorer.core.roles import INK, Role
from explorer.core.session import Session
from explorer.export.data import csv_bytes
from explorer.export.look import Look
from explorer.registry import EXPERIMENTS

BLUE = Role("blue")
X = np.arange(5.0)
each_experiment = pytest.mark.parametrize("spec", EXPERIMENTS.values(), ids=lambda spec: spec.name)


def figure(*marks, x=None, y=None, key="loss"):
    panel = Panel(key, "Loss", "nats", x or Axis("step", limits=(0, 10)), y or Axis(log=True, limits=(0.1, 1)), marks)
    return Figure("…", "…", (), (panel,))


def line(y, key="relu", **about):
    return Line(key, X, np.asarray(y, float), BLUE, "ReLU", **about)


def behind(live, pinned):
    return with_ghosts(live, [(ghost_of(pinned, 1), "lr 0.3 → 0.1")])


def test_a_ghost_has_the_pinned_data_in_the_same_role_under_a_key_of_its_own():
    pinned = line(X + 1, thin=True)
    found = behind(figure(line(X)), figure(pinned)).panels[0].marks
    assert [mark.key for mark in found] == ["pin1:relu", "relu"], "behind the live curve"
    assert found[0].y is pinned.y
    assert (found[0].role, found[0].weight, found[0].thin) == (BLUE, "pinned", True)


def test_axes_hold_both():
    wide = figure(line(X + 1), x=Axis("step", limits=(0, 300)), y=Axis(log=True, limits=(0.01, 0.5)))
    found = behind(figure(line(X)), wide).panels[0]
    assert (found.x.limits, found.y.limits) == ((0, 300), (0.01, 1))


def test_the_key_says_who_they_are():
    live, pinned = figure(line(X)), figure(line(X + 1))
    assert [entry.name for entry in behind(live, pinned).key] == ["pinned: lr 0.3 → 0.1"]
    several = [(ghost_of(pinned, n), "seed 0 → 1") for n in (1, 2)]
    assert [entry.name for entry in with_ghosts(live, several).key] == ["pin 1: seed 0 → 1", "pin 2: seed 0 → 1"]


def test_what_lies_under_the_live_curve_is_left_out():
    live = figure(line(X))
    assert behind(live, figure(line(X))) is live


@pytest.mark.parametrize(
    "axes",
    [
        {"x": Axis("layer")},
        {"y": Axis(log=False)},
        {"y": Axis(unit="%", log=True)},
        {"x": Axis("step", ticks=((0, "tanh"),))},
        {"key": "accuracy"},
    ],
)
def test_in_a_panel_whose_axes_do_not_fit_nothing_is_drawn(axes):
    live = figure(line(X))
    assert behind(live, figure(line(X + 1), **axes)) is live


def test_names_on_an_axis_must_be_the_same_where_both_have_them():
    def named(*names):
        return figure(line(X + len(names)), y=Axis(ticks=tuple(enumerate(names))))

    assert behind(named("tanh"), named("tanh", "ReLU")).panels[0].y.ticks == ((0, "tanh"), (1, "ReLU"))
    live = named("tanh")
    assert behind(live, named("ReLU", "tanh")) is live


def test_after_a_comma_a_label_may_explain():
    live, pinned = (figure(line(X + n), x=Axis(f"layer, {n}: read-out", integer=True, limits=(1, n))) for n in (4, 6))
    assert behind(live, pinned).panels[0].x.limits == (1, 6)


def test_only_on_the_same_map():
    z = np.arange(25.0).reshape(5, 5)
    live, same, other = (
        figure(HeatMap("map", X, X, values, 0, 1), line(X + n), x=Axis("x"), y=Axis("y"))
        for n, values in enumerate((z, z.copy(), z + 1))
    )
    assert len(behind(live, same).panels[0].marks) == 3
    assert behind(live, other) is live


def test_distributions_become_outlines():
    bars = Bars("b", np.array([0.0, 1.0, 2.0]), np.array([3, 5]), BLUE)
    found = behind(figure(bars), figure(dataclasses.replace(bars, count=np.array([1, 2])))).panels[0].marks[0]
    assert list(zip(found.x, found.y, strict=True)) == [(0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 0)]
    ridge = Ridge("r", X, X, 0.0, BLUE)
    found = behind(figure(ridge), figure(dataclasses.replace(ridge, y=X + 1))).panels[0].marks[0]
    assert (found.y == X + 1).all()


def test_points_stay_points_unless_they_only_mark_a_curve():
    marks = line(X + 1), Points("dots", X, X + 1, BLUE), Points("ends", X[:1], X[:1] - 1, BLUE), Points("i", X, X, INK)
    found = behind(figure(line(X)), figure(*marks)).panels[0].marks
    assert [mark.key for mark in found] == ["pin1:relu", "pin1:ends", "relu"]
    assert found[1].pinned


def test_raw_curves_theory_and_what_is_no_curve_have_no_ghosts():
    live = figure(line(X))
    marks = [line(X + 1, "a", weight="raw"), line(X + 2, "b", weight="theory"), Points("p", X, X, INK, symbol="plus")]
    assert behind(live, figure(*marks)) is live


def two_frames(spec: ExperimentSpec):
    run = spec.run(spec.hyperparams())
    for _ in range(2):
        run.step()
    pinned = run.frame()
    for _ in range(4):
        run.step()
    return pinned, run.frame()


@each_experiment
def test_in_every_experiment_ghosts_are_the_pinned_data_on_screen_and_in_csv(spec):
    pinned, live = (spec.figure(frame, spec.view_options()) for frame in two_frames(spec))
    found = behind(live, pinned)
    originals = {(panel, mark.key): mark for panel, mark in series(pinned)}
    ghosts = [(panel, mark) for panel, mark in series(found) if mark.key.startswith("pin1:")]
    assert any(isinstance(mark, Line) for _panel, mark in ghosts)
    for panel, mark in ghosts:
        original = originals[panel, mark.key.removeprefix("pin1:")]
        assert mark.role == original.role
        if not isinstance(original, Bars):
            np.testing.assert_array_equal(mark.x, original.x)
            np.testing.assert_array_equal(mark.y, original.y)
    assert [m for _p, m in series(found) if not m.key.startswith("pin")] == [m for _p, m in series(live)]
    session = Session(spec.name, spec.hyperparams(), spec.view_options())
    text = csv_bytes(found, None, session, Look()).decode()
    assert all(f"{panel},{mark.key}" in text for panel, mark in ghosts if mark.x.size)


@each_experiment
def test_every_experiment_has_final_values(spec):
    frame = two_frames(spec)[1]
    drawn = spec.figure(frame, spec.view_options())
    found = finals(drawn)
    assert found
    panel = next(panel for panel in drawn.panels if panel.title == found[0].panel)
    for final in found:
        curve = next(m for m in panel.marks if isinstance(m, Line) and m.weight == "curve" and m.name == final.name)
        assert final.value == curve.y[np.isfinite(curve.y)][-1]


def test_without_curves_over_the_steps_there_are_no_final_values():
    assert finals(figure(line(X), x=Axis("layer"))) == ()
    assert finals(figure(line(X * np.nan))) == ()

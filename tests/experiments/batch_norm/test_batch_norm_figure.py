"""The figure: the four steps on one unit, and maps that take room where they are on."""

from functools import cache

import numpy as np
import pytest

from explorer.core.figure import HeatMap, Label
from explorer.core.hyperparams import replace
from explorer.core.selection import fewer
from explorer.experiments.batch_norm.spec import PANELS, SPEC

ALL = tuple(p.name for p in PANELS)


@cache
def frame_of(**changes):
    run = SPEC.run(replace(SPEC.hyperparams(), {"depth": 3, "width": 16, "layer": 2} | changes))
    for _ in range(5):
        run.step()
    return run.frame()


def panels(*names, **changes):
    figure = SPEC.figure(frame_of(**changes), replace(SPEC.view_options(), {"panels": names}))
    return {panel.key: panel for panel in figure.panels}


def mark(panel, key):
    return next(mark for mark in panel.marks if mark.key == key)


@pytest.mark.parametrize("changes", [{}, {"init_scale": 10.0}, {"arms": ("layer_norm",)}])
def test_the_four_steps_are_counted_from_the_values(changes):
    frame, drawn = frame_of(**changes), panels(*ALL[:4], **changes)
    x = frame.channel_input
    values = {
        "batch": x,
        "centre": x - x.mean(),
        "divide": (x - x.mean()) / np.sqrt(x.var() + frame.eps),
        "shift": frame.channel_output,
    }
    for key, panel in drawn.items():
        bars = mark(panel, "values")
        assert bars.count.sum() == 64
        np.testing.assert_array_equal(bars.count, np.histogram(values[key], bars.edges)[0])
        assert panel.x.limits == (bars.edges[0], bars.edges[-1])
        assert bars.count.max() < panel.y.limits[1]


def test_a_step_shows_the_one_before_on_its_own_axis():
    drawn = panels(*ALL[:4], init_scale=10.0)
    assert drawn["centre"].x.limits != drawn["divide"].x.limits
    before, edges = mark(drawn["divide"], "before"), mark(drawn["divide"], "values").edges
    x = frame_of(init_scale=10.0).channel_input
    np.testing.assert_array_equal(before.y[1:-1:2], np.histogram(x - x.mean(), edges)[0])


def test_each_step_says_what_its_values_are():
    assert [panel.x.label for panel in panels(*ALL[:4]).values()] == ["x", "x − μ", "x̂", "y"]


@pytest.mark.parametrize("names", [ALL[:4], ALL[:5], ALL[:8], ALL[:14]])
def test_the_four_steps_have_a_row_of_their_own(names):
    cells = [panel.cell for panel in panels(*names).values()]
    assert [(cell.row, cell.column, cell.column_span) for cell in cells[:4]] == [(0, 3 * i, 3) for i in range(4)]
    assert sorted({cell.row for cell in cells[4:]}) == list(range(1, 1 + -(-(len(names) - 4) // 4)))


def test_maps_that_are_off_take_no_room():
    assert list(panels(*ALL)) == list(ALL[:14])
    (alone,) = panels("map_batch_norm", "map_none").values()
    assert isinstance(alone.marks[0], Label)
    assert "turn on Map" in alone.marks[0].text


def test_maps_that_are_on_are_drawn():
    drawn = panels(*ALL, map="batch_size")
    assert list(drawn) == list(ALL)
    assert isinstance(drawn["map_none"].marks[0], HeatMap)


def test_a_map_that_is_turned_on_is_seen_though_none_is_chosen():
    assert list(panels(*ALL[:8], map="batch_size")) == [*ALL[:8], "map_none", "map_batch_norm"]
    assert list(panels(*ALL[:8], "map_batch_norm", map="batch_size")) == [*ALL[:8], "map_batch_norm"]


@pytest.mark.parametrize(
    ("changes", "others"), [({}, ["activations", "gradient"]), ({"map": "batch_size"}, ["map_none", "map_batch_norm"])]
)
def test_four_panels_tell_what_becomes_of_the_arms(changes, others):
    figure = fewer(SPEC.figure(frame_of(**changes), SPEC.view_options()), 4)
    assert [panel.key for panel in figure.panels] == ["loss", "accuracy", *others]
    assert [entry.name for entry in figure.key] == ["no norm", "batch norm"]  # the step before is drawn in others


@pytest.mark.parametrize("batch_size", [2, 64])
def test_the_name_of_the_deviation_has_room_within_its_panel(batch_size):
    run = SPEC.run(replace(SPEC.hyperparams(), {"batch_size": batch_size}))
    for _step in range(300):
        run.step()
    for panel in SPEC.figure(run.frame(), SPEC.view_options()).panels[:4]:
        name, (low, high) = mark(panel, "name"), panel.x.limits
        assert low <= name.x <= high
        room = (high - name.x) if name.side == "right" else (name.x - low)
        assert room > 0.2 * (high - low)

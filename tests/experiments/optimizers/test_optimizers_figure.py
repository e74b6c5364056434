"""What the figure says and shows in each state."""

import numpy as np
import pytest

from explorer.core import hyperparams as hp
from explorer.core.figure import Cross, HeatMap, Line, Points, Table
from explorer.experiments.optimizers.spec import SPEC, ViewOptions


def drawn(steps, options=None, **changes):
    names = {name.replace("__", "."): value for name, value in changes.items()}
    run = SPEC.run(hp.replace(SPEC.hyperparams(), names))
    for _ in range(steps):
        run.step()
    while run.refined < 1:
        run.refine()
    frame = run.frame()
    return frame, SPEC.figure(frame, options or ViewOptions())


def marks(figure, panel, kind):
    return {m.key: m for m in figure.panel(panel).marks if isinstance(m, kind)}


def test_headlines_follow_the_run():
    assert drawn(0)[1].headline == "Six optimizers ready at the start: loss 112, the nearest minimum 4.9 away"
    assert drawn(300)[1].headline == "Three of six come to the minimum, Adam first, at step 41"
    lost = drawn(300, optimizers=["adam", "radam"], radam__lr=0.06)[1].headline
    assert lost == "Only Adam comes to the minimum, at step 41; RAdam overflows at step 3"
    assert "20 starts" in drawn(5, starts="cloud", n_starts=20)[1].headline


def test_the_first_comer_is_measured():
    frame, figure = drawn(300)
    diagonal = np.hypot(np.ptp(frame.surface_x), np.ptp(frame.surface_y))
    steps = {n: int((d[0] <= 0.01 * diagonal).argmax()) for n, d in zip(frame.optimizers, frame.distance, strict=True)}
    assert f"at step {min(s for s in steps.values() if s)}" in figure.headline


def test_a_way_holds_every_step_and_ends_at_its_disc():
    frame, figure = drawn(120)
    lines, discs = marks(figure, "surface", Line), marks(figure, "surface", Points)
    for i, name in enumerate(frame.optimizers):
        np.testing.assert_array_equal(np.column_stack([lines[name].x, lines[name].y]), frame.path[i, 0])
        assert (discs[f"{name}.now"].x[0], discs[f"{name}.now"].y[0]) == tuple(frame.path[i, 0, -1])
    assert figure.panel("surface").pick == ("start",)
    assert figure.panel("surface").x.limits == (frame.surface_x[0], frame.surface_x[-1])


def test_an_overflow_is_crossed_within_the_picture():
    frame, figure = drawn(30, optimizers=["sgd", "radam"], radam__lr=0.06)
    cross = marks(figure, "surface", Cross)["radam.overflow"]
    assert frame.surface_x[0] < cross.x < frame.surface_x[-1]
    assert frame.surface_y[0] < cross.y < frame.surface_y[-1]
    assert cross.text == f"RAdam overflows, step {frame.diverged_at[1, 0]}"
    assert marks(figure, "loss", Cross)["radam.overflow"].x == frame.diverged_at[1, 0]


def test_the_race_counts_steps():
    frame, figure = drawn(300)
    table = marks(figure, "race", Table)["race"]
    for i, row in enumerate(table.rows):
        below = frame.loss[i, 0] < 0.01
        assert row.cells[0] == (str(below.argmax()) if below.any() else "–")
    assert table.rows[-1].cells[-1] == "settled"


@pytest.mark.parametrize("starts", ["grid", "cloud"])
def test_basins_colour_every_start_by_its_minimum(starts):
    frame, figure = drawn(60, surface="himmelblau", starts=starts, n_starts=400, optimizers=["sgd"])
    tile = marks(figure, "surface", HeatMap)["basins"]
    for start, reached in zip(frame.path[0, :, 0], frame.reached[0], strict=True):
        column, row = np.abs(tile.x - start[0]).argmin(), np.abs(tile.y - start[1]).argmin()
        if starts == "grid" and reached >= 0:
            assert tile.z[row, column] == reached
    assert set(np.unique(tile.z[np.isfinite(tile.z)])) <= set(range(len(frame.minima)))
    assert figure.panel("surface").pick == ("start",)


def test_the_fair_race_takes_the_place_of_the_rates():
    frame, figure = drawn(5, surface="himmelblau", optimizers=["sgd", "adam"], race=True, race_steps=60)
    lines, rings = marks(figure, "effective", Line), marks(figure, "effective", Points)
    np.testing.assert_array_equal(lines["adam"].x, frame.race_lr)
    middle = np.sort(frame.race_loss[1], axis=-1)[:, [3, 4]]
    best = np.flatnonzero(frame.race_lr == rings["adam.best"].x[0])[0]
    assert middle[best, 0] <= middle[:, 1].min()
    assert "best of 31 rates" in figure.headline


def test_glyphs_stand_at_the_present_points():
    frame, figure = drawn(10, ViewOptions(glyphs=("gradient", "velocity", "rate")))
    lines = marks(figure, "surface", Line)
    for i, name in enumerate(frame.optimizers):
        arrow = lines[f"{name}.gradient"]
        span = np.array([np.ptp(frame.surface_x), np.ptp(frame.surface_y)])
        way = np.array([arrow.x[1] - arrow.x[0], arrow.y[1] - arrow.y[0]]) / span
        downhill = -frame.gradient[i, 0] / span
        assert way @ downhill == pytest.approx(np.hypot(*way) * np.hypot(*downhill))

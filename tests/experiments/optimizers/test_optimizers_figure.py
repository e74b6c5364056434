"""What the figure says and shows in each state."""

import pickle

import numpy as np
import pytest

from explorer.core import hyperparams as hp
from explorer.core.figure import Cross, HeatMap, Line, Points, Table
from explorer.core.wording import number
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
    assert drawn(300)[1].headline == "Five of six fall below loss 0.01, Adam first, at step 44"
    lost = drawn(300, optimizers=["adam", "radam"], radam__lr=0.06)[1].headline
    assert lost == "Only Adam falls below loss 0.01, at step 44; RAdam overflows at step 3"
    assert "20 starts" in drawn(5, starts="cloud", n_starts=20)[1].headline


def test_the_first_comer_is_measured():
    frame, figure = drawn(300)
    below = frame.loss[:, 0] < 0.01
    assert f"at step {below.argmax(1)[below.any(1)].min()}" in figure.headline
    cells = [row.cells[0] for row in marks(figure, "race", Table)["race"].rows]
    assert figure.headline.startswith("Five of six")
    assert sum(cell != "–" for cell in cells) == 5


def test_who_is_held_by_a_higher_minimum_is_said_to_be():
    frame, figure = drawn(400, surface="rastrigin", optimizers=["sgd", "adagrad"])
    assert (frame.minimum_loss[frame.reached[:, 0]] > 1).all()
    assert figure.headline == "SGD and Adagrad end at higher minima"


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
        downhill = -frame.gradient[i] / span
        assert way @ downhill == pytest.approx(np.hypot(*way) * np.hypot(*downhill))


def test_the_race_offers_its_best_rates_until_they_are_set():
    settings = {"surface": "himmelblau", "optimizers": ["sgd", "adam"], "race": True, "race_steps": 60}
    _frame, figure = drawn(5, **settings)
    offer, rings = figure.panel("effective").offer, marks(figure, "effective", Points)
    for name in ("sgd", "adam"):
        assert offer.values[f"{name}.lr"] == pytest.approx(rings[f"{name}.best"].x[0], rel=1e-2)
    applied = {name.replace(".", "__"): value for name, value in offer.values.items()}
    assert drawn(5, **settings, **applied)[1].panel("effective").offer is None


def test_a_glance_tells_the_same_steps_as_the_whole():
    """Thousands of steps in some hundred rows: arrivals, overflow and the way are still those of every step."""
    hyperparams = hp.replace(SPEC.hyperparams(), {"optimizers": ["sgd", "momentum", "adam", "radam"], "radam.lr": 0.06})
    run = SPEC.run(hyperparams)
    for step in range(6000):
        run.step()
        if step % 37 == 0:
            run.glance()
    whole, glance = run.frame(), run.glance()
    assert whole.is_whole
    assert not glance.is_whole
    assert glance.path_step.size < 1500
    figures = [SPEC.figure(frame, ViewOptions(threshold=3e-4)) for frame in (whole, glance)]
    tables = [marks(figure, "race", Table)["race"].rows for figure in figures]
    assert tables[0] == tables[1]
    assert figures[0].headline == figures[1].headline
    crosses = [marks(figure, "surface", Cross)["radam.overflow"] for figure in figures]
    assert (crosses[0].x, crosses[0].y) == (crosses[1].x, crosses[1].y)
    span = np.array([np.ptp(whole.surface_x), np.ptp(whole.surface_y)])
    for i in range(3):
        kept = glance.path[i, 0]
        nearest = np.min(np.hypot(*((whole.path[i, 0][:, None] - kept[None]) / span).transpose(2, 0, 1)), axis=1)
        assert nearest.max() < 0.01


def test_curves_above_one_another_share_the_label_of_their_steps():
    def labelled(figure):
        return [p.key for p in figure.panels if p.x.label == "step" and not p.x.shared]

    assert labelled(drawn(5)[1]) == ["effective"]
    assert labelled(drawn(5, race=True, race_steps=10)[1]) == ["distance"]
    assert labelled(drawn(5, ViewOptions(panels=("loss",)))[1]) == ["loss"]


def test_the_ground_is_worked_out_once_and_is_that_of_the_frame():
    """Marks of two frames of a run are the same objects: nothing is compared or drawn again."""
    run = SPEC.run(SPEC.hyperparams())
    frames = [run.frame()]
    run.step()
    frames += [pickle.loads(pickle.dumps(run.frame())), drawn(0, surface="quadratic")[0]]
    grounds = [SPEC.figure(frame, ViewOptions()).panel("surface").marks[:2] for frame in frames]
    assert grounds[0] is not grounds[1]
    assert all(a is b for a, b in zip(*grounds[:2], strict=True))
    for frame, (shade, contours) in zip(frames, grounds, strict=True):
        np.testing.assert_array_equal(contours.z, frame.surface_z - frame.lowest)
        np.testing.assert_array_equal(shade.z, np.maximum(frame.surface_z - frame.lowest, shade.low))
        np.testing.assert_array_equal(shade.x, frame.surface_x)
    fewer = SPEC.figure(frames[0], ViewOptions(levels=7, log_surface=False)).panel("surface").marks[1]
    assert len(fewer.levels) == 7


def test_the_median_loss_is_that_of_all_starts_with_overflows_as_infinite():
    frame, figure = drawn(30, starts="cloud", n_starts=6, optimizers=["sgd", "radam"], radam__lr=0.06)
    last = np.where(np.isfinite(frame.loss[..., -1]), frame.loss[..., -1], np.inf)
    assert np.isinf(last).any()
    for row, median in zip(marks(figure, "race", Table)["race"].rows, np.median(last, axis=1), strict=True):
        assert row.cells[-1] == number(float(median))


def test_words_of_overflows_do_not_lie_on_one_another():
    frame, figure = drawn(300, surface="quadratic", optimizers=["sgd", "momentum"], sgd__lr=0.5, momentum__lr=0.3)
    assert (frame.diverged_at > 0).all()
    low, high = np.log(figure.panel("loss").y.limits)
    heights = [np.log(cross.y) for cross in marks(figure, "loss", Cross).values()]
    assert len(heights) == 2
    assert abs(heights[0] - heights[1]) > 0.1 * (high - low)


def test_noise_is_not_blamed_for_what_the_schedule_does():
    settings = {"surface": "quadratic", "noise": 5.0, "optimizers": ["sgd", "adam"]}
    assert "oise" in drawn(80, **settings)[1].headline
    assert "oise" not in drawn(80, **settings, schedule="exponential", schedule_gamma=0.5)[1].headline


def test_the_exponential_schedule_brings_a_factor_that_lets_descend():
    assert drawn(0, schedule="exponential")[0].hyperparams.schedule_gamma == 0.99
    assert drawn(0, schedule="exponential", schedule_gamma=0.7)[0].hyperparams.schedule_gamma == 0.7
    assert drawn(0, schedule="step")[0].hyperparams.schedule_gamma == 0.5


def test_without_a_minimum_nobody_is_said_to_have_arrived():
    frame, figure = drawn(60, surface="own", expression="x + y")
    assert not len(frame.minima)
    assert figure.headline.startswith("After 60 steps losses from")


def test_a_start_without_a_loss_is_said_to_be_none():
    headline = drawn(0, surface="own", expression="log(x) + y**2")[1].headline
    assert headline == "The loss is not finite at the start: nobody can begin there"


def test_nobody_is_compared_with_himself():
    settings = {"surface": "rastrigin", "starts": "cloud", "n_starts": 3000, "optimizers": ["sgd", "adam"]}
    headline = drawn(300, **settings)[1].headline
    assert headline == "Of 3000 starts each optimizer ends 4 % elsewhere than at the nearest minimum"


def test_arrows_are_told_apart_in_words():
    quantity = drawn(5, ViewOptions(glyphs=("velocity",)))[1].panel("surface").quantity
    assert quantity == "y; bold arrow: last step"
    assert "arrow" not in drawn(5)[1].panel("surface").quantity


def test_curves_of_a_large_cloud_have_every_step():
    """Of its ways the screen has a few points: the median loss is known at each of them all the same."""
    run = SPEC.run(hp.replace(SPEC.hyperparams(), {"starts": "cloud", "n_starts": 10_000}))
    for _step in range(40):
        run.step()
    frame = run.glance()
    assert len(frame.path_step) < 10
    figure = SPEC.figure(frame, ViewOptions())
    for panel in ("loss", "distance", "effective"):
        np.testing.assert_array_equal(marks(figure, panel, Line)["sgd"].x, np.arange(41))
    assert figure.panel("loss").quantity.endswith("median of 1000 of the starts")
    np.testing.assert_allclose(marks(figure, "loss", Line)["adam"].y, frame.loss_quartiles[-1, 1])

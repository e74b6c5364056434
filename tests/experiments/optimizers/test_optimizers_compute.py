"""Trajectories beside `torch.optim` on a written-out loss, starts, noise, schedules, divergence, memory."""

import numpy as np
import pytest
import torch

from explorer.core import hyperparams as hp
from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.core.hyperparams import HyperparamError
from explorer.experiments.optimizers import track
from explorer.experiments.optimizers.compute import Run
from explorer.experiments.optimizers.grounds import GROUNDS
from explorer.experiments.optimizers.spec import SPEC, Hyperparams
from explorer.experiments.optimizers.track import Track

TORCH = {
    "sgd": torch.optim.SGD,
    "momentum": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
    "nesterov": lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "nadam": torch.optim.NAdam,
    "radam": torch.optim.RAdam,
    "adamax": torch.optim.Adamax,
    "rprop": torch.optim.Rprop,
}


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def run_of(steps=0, **changes):
    names = {name.replace("__", "."): value for name, value in changes.items()}
    run = Run(hp.replace(Hyperparams(), names))
    for _ in range(steps):
        run.step()
    return run


def test_trajectories_are_those_of_torch_optim():
    """Each from its own start by its own rate, over so few steps that rounding does not grow."""
    frame = run_of(40, surface="rosenbrock", optimizers=list(TORCH), start="-1.2, 1.1").frame()
    for i, name in enumerate(frame.optimizers):
        point = torch.tensor([-1.2, 1.1], dtype=torch.float64, requires_grad=True)
        theirs = TORCH[name]([point], lr=getattr(frame.hyperparams, name).lr)
        for step in range(41):
            loss = rosenbrock(*point)
            assert frame.loss[i, 0, step] == pytest.approx(loss.item(), rel=1e-9), (name, step)
            np.testing.assert_allclose(frame.path[i, 0, step], point.detach().numpy(), rtol=1e-9, err_msg=name)
            theirs.zero_grad()
            loss.backward()
            theirs.step()


@pytest.mark.parametrize(
    ("settings", "schedule"),
    [
        ({"schedule": "step", "schedule_steps": 7}, lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.5)),
        (
            {"schedule": "exponential", "schedule_gamma": 0.97},
            lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.97),
        ),
        ({"schedule": "cosine", "schedule_steps": 30}, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 30)),
        (
            {"schedule": "warmup", "schedule_steps": 10},
            lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.1, total_iters=9),
        ),
    ],
)
def test_schedules_are_those_of_torch(settings, schedule):
    frame = run_of(30, surface="rosenbrock", optimizers=["sgd"], **settings).frame()
    theirs = torch.optim.SGD([torch.zeros(1)], lr=frame.hyperparams.sgd.lr)
    scheduler = schedule(theirs)
    for rate in frame.effective_lr[0, 1:, 0]:
        assert rate == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-9, abs=1e-15)
        theirs.step()
        scheduler.step()


def test_many_starts_are_many_runs():
    together = run_of(30, surface="himmelblau", starts="cloud", n_starts=7, seed=3).frame()
    for i, start in enumerate(together.path[0, :, 0]):
        alone = run_of(30, surface="himmelblau", start="{},{}".format(*map(float, start))).frame()
        np.testing.assert_allclose(together.path[:, i], alone.path[:, 0], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("starts", "expected"), [("one", 1), ("line", 50), ("grid", 49), ("cloud", 50)])
def test_starts_lie_in_the_picture(starts, expected):
    frame = run_of(starts=starts, n_starts=50).frame()
    x, y = frame.path[0, :, 0].T
    assert len(x) == expected
    for values, ends in ((x, frame.surface_x), (y, frame.surface_y)):
        assert ends[0] - 1e-9 <= values.min() <= values.max() <= ends[-1] + 1e-9
    assert np.ptp(x) > 0.9 * np.ptp(frame.surface_x) or starts == "one"


def test_a_start_outside_widens_the_picture():
    frame = run_of(start="20,-30").frame()
    assert frame.path[0, 0, 0].tolist() == [20, -30]
    assert frame.surface_x[-1] > 20
    assert frame.surface_y[0] < -30


def test_noise_is_alike_for_all_and_leaves_the_loss_exact():
    """Two optimizers that are the same see the same noise; what is told is the loss without it."""
    frame = run_of(
        25, surface="quadratic", optimizers=["momentum", "sgd"], noise=3.0, momentum__momentum=0.0, momentum__lr=0.05
    ).frame()
    np.testing.assert_array_equal(frame.path[0], frame.path[1])
    x, y = frame.path[0, 0].T
    np.testing.assert_allclose(frame.loss[0, 0], 0.5 * (x**2 + 20 * y**2), rtol=1e-12)
    other = run_of(25, surface="quadratic", optimizers=["sgd"], noise=3.0, seed=1).frame()
    assert not np.array_equal(other.path[0], frame.path[1])


def test_overflow_is_taken_down_where_it_happens_and_the_others_go_on():
    frame = run_of(60, optimizers=["adam", "radam"], radam__lr=0.06).frame()
    lost = int(frame.diverged_at[1, 0])
    assert frame.diverged_at[0, 0] == -1
    assert np.isfinite(frame.loss[1, 0, :lost]).all()
    assert not np.isfinite(frame.loss[1, 0, lost])
    assert [(d.network, d.step) for d in frame.divergences] == [("RAdam", lost)]
    assert frame.loss[0, 0, -1] < 0.1 * frame.loss[0, 0, 0]


def test_a_run_is_done_when_nobody_is_left():
    run = run_of(200, optimizers=["sgd"], sgd__lr=1.0)
    assert run.done
    assert run.frame().diverged_at[0, 0] > 0


def test_a_new_surface_brings_start_and_rates_unless_they_are_set():
    values = hp.replace(Hyperparams(), {"adam.lr": 0.7, "surface": "rosenbrock"})
    assert values.adam.lr == 0.7
    assert values.start == GROUNDS["rosenbrock"].start
    assert values.sgd.lr == 0.001
    with pytest.raises(HyperparamError, match=r"start: .*two numbers"):
        hp.replace(Hyperparams(), {"start": "1"})


@pytest.mark.parametrize("surface", [s for s in GROUNDS if s not in ("own", "network")])
def test_defaults_reach_a_minimum(surface):
    """All thirteen, with what the surface brings, from its start: each comes within 0.01 of a minimum's loss."""
    everybody = [c.name for c in ALL_OPTIMIZERS]
    run = run_of(surface=surface, optimizers=everybody)
    minima, depths = (torch.from_numpy(run._picture[name]) for name in ("minima", "minimum_loss"))
    arrived = torch.zeros(len(everybody), dtype=bool)
    for _step in range(5000):
        nearest = torch.cdist(run._points[:, 0], minima).argmin(1)
        arrived |= run._loss[:, 0] - depths[nearest] < 0.01
        if arrived.all():
            break
        run.step()
    assert arrived.all(), [name for name, there in zip(everybody, arrived, strict=True) if not there]


def test_paths_are_complete_until_memory_is_full():
    track, row = Track(1, 1_000_000), np.zeros((1, 1_000_000, 2))
    for step in range(23):
        row[...] = step
        track.put(step, row, row[..., 0], row[:, 0])
    steps = track.steps(track.rows(track.count))
    assert steps[0] == 0
    assert steps[-1] == 22
    assert len(np.unique(np.diff(steps[:-1]))) == 1
    np.testing.assert_array_equal(track.path(track.rows(track.count))[0, 0, :, 0], steps)


def test_few_rows_are_put_into_a_frame_as_many_are(monkeypatch):
    run = run_of(60, starts="cloud", n_starts=30)
    monkeypatch.setattr(track, "FEW", 1000)
    by_loop = run.frame()
    monkeypatch.setattr(track, "FEW", 0)
    at_once = run.frame()
    for name in ("path", "loss"):
        np.testing.assert_array_equal(getattr(by_loop, name), getattr(at_once, name))
        assert getattr(by_loop, name).flags.c_contiguous


def test_what_a_surface_does_not_depend_on_does_not_compute_it_anew():
    first, other = (run_of(condition=condition)._picture for condition in (20.0, 30.0))
    assert first is other
    bowls = [run_of(surface="quadratic", condition=condition).frame() for condition in (20.0, 30.0)]
    for bowl, condition in zip(bowls, (20.0, 30.0), strict=True):
        x, y = np.meshgrid(bowl.surface_x, bowl.surface_y)
        np.testing.assert_allclose(bowl.surface_z, 0.5 * (x**2 + condition * y**2), rtol=1e-12)


def test_a_glance_is_light_and_says_which_steps_it_holds():
    run = run_of(60, starts="cloud", n_starts=2000)
    glance, frame = run.glance(), run.frame()
    assert glance.path.size < frame.path.size
    assert frame.path_step.tolist() == list(range(61))
    np.testing.assert_array_equal(glance.path, frame.path[:, :, glance.path_step])


@pytest.mark.parametrize(("surface", "n"), [("himmelblau", 300), ("rastrigin", 4000)])
def test_quartiles_are_those_of_the_starts_at_every_step(surface, n):
    """On Rastrigin, where there are 121 minima to be far from, of fewer starts."""
    run = run_of(surface=surface, optimizers=["sgd", "adam"], starts="cloud", n_starts=n)
    minima = run.frame().minima
    expected = []
    for _step in range(12):
        points, loss = run._points.numpy(), run._loss.numpy()
        away = np.sqrt(((points[:, :, None] - minima) ** 2).sum(-1)).min(-1)
        expected.append([np.quantile(values, (0.25, 0.5, 0.75), 1, method="nearest") for values in (loss, away)])
        run.step()
    glance = run.glance()
    assert glance.curve_step.tolist() == list(range(13))
    assert glance.quartiles_of == (300 if surface == "himmelblau" else 413)
    near = 1e-12 if n == glance.quartiles_of else 0.5
    for found, k in ((glance.loss_quartiles, 0), (glance.distance_quartiles, 1)):
        np.testing.assert_allclose(np.moveaxis(found, 2, 0)[:12], [np.swapaxes(e[k], 0, 1) for e in expected], near)


def test_an_overflow_counts_as_the_worst_of_losses():
    frame = run_of(60, surface="rosenbrock", optimizers=["sgd"], starts="cloud", n_starts=50, sgd__lr=0.005).frame()
    lost = (frame.diverged_at[0] >= 0).mean()
    assert 0.25 < lost < 1
    finite = np.isfinite(frame.loss_quartiles[0, :, -1])
    assert finite.tolist() == [lost < 0.75, lost < 0.5, False]


def test_the_fair_race_is_the_same_run_at_another_rate():
    """Its first seed begins at the start: a run with one of its rates ends where it says."""
    run = run_of(surface="himmelblau", optimizers=["sgd", "adam"], race=True, race_steps=50)
    assert run.refined == 0
    while run.refined < 1:
        run.refine()
    frame = run.frame()
    rate = frame.race_lr[17]
    alone = run_of(50, surface="himmelblau", optimizers=["sgd", "adam"], adam__lr=float(rate)).frame()
    assert frame.race_step == 50
    assert frame.race_loss[1, 17, 0] == pytest.approx(alone.loss[1, 0, -1], rel=1e-6)
    assert np.isinf(frame.race_loss[0, -1]).all()


def test_the_effective_rate_of_adagrad_is_its_formula():
    frame = run_of(50, surface="quadratic", optimizers=["adagrad"], start="-3,2").frame()
    gradient = frame.path[0, 0, :-1] * [1, 20]
    root = np.sqrt(np.cumsum(gradient**2, axis=0))
    np.testing.assert_allclose(frame.effective_lr[0, 1:], frame.hyperparams.adagrad.lr / root, rtol=1e-8)


def test_an_expression_is_a_surface_with_its_minima():
    frame = run_of(surface="own", expression="(x - 1)**2 * (x + 1)**2 + y**2").frame()
    np.testing.assert_allclose(frame.minima, [[-1, 0], [1, 0]], atol=1e-9)
    x, y = np.meshgrid(frame.surface_x, frame.surface_y)
    np.testing.assert_allclose(frame.surface_z, (x - 1) ** 2 * (x + 1) ** 2 + y**2, rtol=1e-9, atol=1e-12)


def test_a_surface_without_minima_or_values_is_drawn():
    for expression in ("x * y", "log(x)", "3", "1 / (x - x)"):
        frame = run_of(3, surface="own", expression=expression).frame()
        assert SPEC.figure(frame, SPEC.view_options()).headline


def test_all_steps_are_kept_where_they_are_asked_for():
    """10,000 starts fill the memory of a run at once; for a file every step is there, and they are the same."""
    kept, thinned = (run_of(optimizers=["sgd", "adam"], starts="cloud", n_starts=10_000) for _ in range(2))
    kept.keep_all(150)
    for _ in range(150):
        kept.step()
        thinned.step()
    whole, some = kept.frame(), thinned.frame()
    assert whole.path_step.tolist() == list(range(151))
    assert len(some.path_step) < 151
    np.testing.assert_array_equal(whole.path[:, :, some.path_step], some.path)
    assert whole.curve_step.tolist() == some.curve_step.tolist() == list(range(151))
    np.testing.assert_array_equal(whole.loss_quartiles, some.loss_quartiles)


@pytest.mark.parametrize("surface", ["beale", "network"])
def test_more_than_a_file_can_hold_is_refused_in_one_line(surface):
    run = run_of(surface=surface, starts="cloud", n_starts=10_000)
    with pytest.raises(ValueError, match=r"^the whole way to step 100000 is \d+ MB; a file can hold it up to step \d+"):
        run.keep_all(100_000)


@pytest.mark.parametrize(("surface", "steps"), [("beale", 4000), ("rosenbrock", 4500)])
def test_the_learning_rate_that_a_surface_brings_takes_radam_to_its_minimum(surface, steps):
    """Its first steps are not adapted: at a larger rate it is thrown out of the valley and does not come back."""
    elsewhere = hp.replace(Hyperparams(), {"surface": "quadratic", "optimizers": ["radam"]})
    run = Run(hp.replace(elsewhere, {"surface": surface}))
    for _step in range(steps):
        run.step()
    assert run.frame().loss[0, 0, -1] < 0.01

"""A network's training beside plain PyTorch, its surface beside a loop over the model, planes beside an SVD."""

import numpy as np
import pytest
import torch
from torch import nn

from explorer.core import hyperparams as hp
from explorer.core.experiment import Refining
from explorer.core.figure import HeatMap
from explorer.experiments.optimizers import network
from explorer.experiments.optimizers.compute import Run
from explorer.experiments.optimizers.plane import principal, random_plane, walks_share
from explorer.experiments.optimizers.spec import SPEC, Hyperparams
from explorer.nets.data import Batches

NAMES = ("sgd", "rmsprop", "adam")
NETWORK = {"surface": "network", "optimizers": NAMES, "width": 12, "resolution": 13, "samples": 100}


def run_of(steps=0, **changes):
    run = Run(hp.replace(Hyperparams(), {**NETWORK, **changes}))
    for _ in range(steps):
        run.step()
    return run


def module_of(weights):
    """A plain network with these weights, as they stand in a row."""
    model = nn.Sequential(nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
    w1, w2, b1, b2 = torch.as_tensor(weights, dtype=torch.float32).split([64 * 12, 12 * 10, 12, 10])
    with torch.no_grad():
        model[0].weight.copy_(w1.view(64, 12).T)
        model[2].weight.copy_(w2.view(12, 10).T)
        model[0].bias.copy_(b1)
        model[2].bias.copy_(b2)
    return model


def row_of(model):
    first, _relu, last = model
    parts = (first.weight.T, last.weight.T, first.bias, last.bias)
    return torch.cat([p.detach().flatten() for p in parts]).numpy()


@pytest.mark.parametrize(("i", "make"), list(enumerate((torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam))))
def test_training_is_that_of_plain_pytorch(i, make, monkeypatch):
    seen = []

    class Recorded(Batches):
        def next(self):
            seen.append(super().next())
            return seen[-1]

    monkeypatch.setattr(network, "Batches", Recorded)
    run = run_of()
    model = module_of(run._weights()[i])
    theirs = make(model.parameters(), lr=getattr(run.hyperparams, NAMES[i]).lr)
    for step in range(20):
        loss = nn.functional.cross_entropy(model(run._data.inputs[seen[step]]), run._data.labels[seen[step]])
        assert run.frame().loss[i, 0, step] == pytest.approx(loss.item(), rel=2e-3)
        theirs.zero_grad()
        loss.backward()
        theirs.step()
        run.step()
    np.testing.assert_allclose(run._weights()[i].numpy(), row_of(model), rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("plane", ["pca", "random"])
def test_the_surface_is_that_of_a_loop_over_the_model(plane):
    run = run_of(30, plane=plane)
    assert isinstance(run, Refining)
    before = run._weights().clone()
    while run.refined < 1:
        run.refine()
    frame, inputs, labels = run.frame(), run._data.inputs[:100], run._data.labels[:100]
    assert torch.equal(run._weights(), before)
    for row, column in ((0, 0), (5, 9), (12, 3)):
        at = np.array([frame.surface_x[column], frame.surface_y[row]])
        model = module_of(run._plane.centre + at @ run._plane.directions)
        loss = nn.functional.cross_entropy(model(inputs), labels).item()
        assert frame.surface_z[row, column] == pytest.approx(loss, rel=1e-4)


def test_the_surface_is_there_coarse_at_first():
    run = run_of(20)
    run.refine()
    assert 0 < run.refined < 1
    assert np.isfinite(run.frame().surface_z).all()
    run.cancel_refining()
    assert run.refined == 1


def test_looking_closer_leaves_the_training_alone():
    run, other = run_of(20), run_of(20)
    run.update(hp.replace(run.hyperparams, {"resolution": 21, "extent": 3.0, "samples": 50}))
    assert run.refined < 1
    for each in (run, other):
        for _ in range(10):
            each.step()
    np.testing.assert_array_equal(run.frame().loss, other.frame().loss)
    assert run.frame().surface_z.shape == (21, 21)


def test_principal_directions_are_those_of_an_svd():
    paths = np.cumsum(np.random.default_rng(0).normal(size=(3, 20, 200)), axis=1)
    plane = principal(paths)
    points = paths.reshape(-1, 200)
    away = points - points.mean(0)
    _left, values, right = np.linalg.svd(away, full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.directions @ right[:2].T), np.eye(2), atol=1e-9)
    assert plane.share(points) == pytest.approx((values[:2] ** 2).sum() / (values**2).sum())


def test_random_walks_show_what_theory_and_simulation_say():
    """Antognini & Sohl-Dickstein 2018: 76 % for one long walk, centred."""
    assert walks_share(1, 500) == pytest.approx(0.76, abs=0.005)
    paths = np.cumsum(np.random.default_rng(0).normal(size=(4, 24, 20_000)), axis=1)
    paths -= paths[:, :1]
    plane = principal(paths)
    assert plane.share(paths.reshape(-1, 20_000)) == pytest.approx(plane.by_chance, abs=0.02)


def test_random_directions_are_orthogonal_and_as_long_as_the_units():
    centre = np.random.default_rng(0).normal(size=6 * 4 + 4 * 3 + 4 + 3)
    shapes = ((6, 4), (4, 3), (1, 4), (1, 3))
    plane = random_plane(centre, shapes, torch.Generator().manual_seed(1))
    first, second = plane.directions
    assert first @ second == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(
        np.linalg.norm(first[:24].reshape(6, 4), axis=0), np.linalg.norm(centre[:24].reshape(6, 4), axis=0)
    )
    np.testing.assert_allclose(first[36:], 0)
    point = centre + 2 * first - 3 * second
    np.testing.assert_allclose(plane.project(point), [2, -3])


def test_the_figure_says_how_much_of_the_motion_it_shows():
    run = run_of(60)
    run.refine()
    frame = run.frame()
    figure = SPEC.figure(frame, SPEC.view_options())
    assert f"{100 * frame.shown.max():.0f} %" in figure.headline
    assert 0 < frame.shown.min() < frame.shown.max() < 1
    assert frame.shown_by_chance < frame.shown.max()
    assert figure.panel("surface").pick == ()
    assert isinstance(figure.panel("surface").marks[0], HeatMap)


def test_a_network_that_overflows_leaves_the_others_alone():
    run = run_of(60, **{"optimizers": ("sgd", "momentum", "adam"), "momentum.lr": 10.0, "momentum.weight_decay": 1.0})
    frame = run.frame()
    alone = run_of(60, optimizers=("adam",)).frame()
    assert frame.diverged_at[1, 0] > 0
    np.testing.assert_allclose(frame.loss[2, 0], alone.loss[0, 0], rtol=1e-3, atol=1e-4)
    assert SPEC.figure(frame, SPEC.view_options()).headline


def test_the_same_seed_gives_the_same_frame_however_it_is_watched():
    watched, alone = run_of(), run_of()
    for _ in range(25):
        watched.frame()
        watched.step()
        alone.step()
    one, two = watched.frame(), alone.frame()
    for name in ("path", "loss", "shown", "surface_x"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@pytest.mark.parametrize("centre", ["start", "adam", "lion"])
def test_random_directions_cross_where_they_are_told_to(centre):
    """Adam's own weights, or those of all at first; one that does not run gives way to the first that does."""
    run = run_of(30, plane="random", centre=centre)
    run.update(hp.replace(run.hyperparams, {"centre": "sgd"}))
    run.update(hp.replace(run.hyperparams, {"centre": centre}))
    weights = run._first if centre == "start" else run._weights()[NAMES.index(centre) if centre in NAMES else 0]
    middle = run._terrain.loss(torch.zeros(1, 2)).item()
    data = run._data
    model = module_of(weights)
    loss = nn.functional.cross_entropy(model(data.inputs[:100]), data.labels[:100]).item()
    assert middle == pytest.approx(loss, rel=1e-4)

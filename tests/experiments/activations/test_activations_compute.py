"""A run: it trains, measures, stops what diverges, and is the same every time."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from explorer.core.hyperparams import replace
from explorer.experiments.activations.compute import PROBES, Run
from explorer.experiments.activations.spec import SPEC, Hyperparams
from explorer.nets.data import load

MEASURED = ("gradient_norm", "readout_gradient_norm", "dead_fraction", "unit_slope", "activation_mean")


def run(steps=0, **changes):
    started = Run(replace(Hyperparams(), changes))
    for _step in range(steps):
        started.step()
    return started


def assert_same(one, other):
    for field in dataclasses.fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


@pytest.mark.parametrize("changes", [{}, {"optimizer": "adam", "batch_norm": True, "functions": ["prelu", "own"]}])
def test_the_same_whatever_was_looked_at_in_between(changes):
    watched, alone = run(**changes), run(20, **changes)
    for _step in range(20):
        watched.frame()
        watched.step()
    assert_same(watched.frame(), alone.frame())


def test_another_seed_is_another_run():
    one, other = run(5, seed=0).frame(), run(5, seed=1).frame()
    assert not np.array_equal(one.train_loss, other.train_loss)


def test_no_global_randomness():
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    run(3).frame()
    assert torch.equal(state, torch.random.get_rng_state())


def test_shapes_and_types():
    frame = run(7, depth=4, width=9, functions=["relu", "tanh"]).frame()
    assert frame.x.shape == (401,)
    assert frame.value.shape == frame.gradient.shape == (2, 401)
    assert frame.forward_gain.shape == frame.backward_gain.shape == (2,)
    assert frame.history_step.tolist() == list(range(1, 8))
    assert frame.train_loss.shape == frame.train_accuracy.shape == (2, 7)
    assert frame.gradient_norm.shape == frame.dead_fraction.shape == frame.activation_mean.shape == (2, 4)
    assert frame.readout_gradient_norm.shape == (2,)
    assert frame.unit_slope.shape == (2, 4, 9)
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.step = 0


def test_a_frame_does_not_change_when_the_run_goes_on():
    started = run(5)
    frame = started.frame()
    copies = {f.name: np.copy(getattr(frame, f.name)) for f in dataclasses.fields(frame) if f.name in MEASURED}
    loss = frame.train_loss.copy()
    for _step in range(5):
        started.step()
    started.frame()
    np.testing.assert_array_equal(frame.train_loss, loss)
    for name, copied in copies.items():
        np.testing.assert_array_equal(getattr(frame, name), copied)


def test_networks_see_the_same_batches_and_start_from_the_same_weights():
    """Two functions that are one and the same train as one and the same, beside others or alone."""
    changes = {"expression": "max(x, 0)", "initializer": "he_normal"}
    frame = run(30, functions=["tanh", "relu", "own"], **changes).frame()
    np.testing.assert_allclose(frame.train_loss[1], frame.train_loss[2], rtol=1e-4)
    alone = run(30, functions=["relu"], **changes).frame()
    np.testing.assert_allclose(frame.train_loss[1], alone.train_loss[0], rtol=1e-4)


def weights_and_batch(started):
    """Weights and biases of the first network, and the batch of its next step, in float64."""
    stack = started._stack
    pairs = zip(stack.weights, stack.biases, strict=True)
    layers = [(w[0].detach().double().numpy(), b[0].detach().double().numpy()) for w, b in pairs]
    x, labels = started._batch
    return layers, x.double().numpy(), labels.numpy()


def test_measured_gradients_slopes_and_means_equal_numpy():
    """tanh, backpropagated by hand."""
    started = run(40, functions=["tanh"], depth=2, width=8)
    frame = started.frame()
    (w1, b1), (w2, b2), (w3, b3) = weights_and_batch(started)[0]
    _layers, x, labels = weights_and_batch(started)
    h1 = np.tanh(x @ w1 + b1)
    h2 = np.tanh(h1 @ w2 + b2)
    logits = h2 @ w3 + b3
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    d3 = (p - np.eye(10)[labels]) / len(x)
    d2 = (d3 @ w3.T) * (1 - h2**2)
    d1 = (d2 @ w2.T) * (1 - h1**2)
    norms = [np.linalg.norm(a.T @ d) for a, d in ((x, d1), (h1, d2), (h2, d3))]
    np.testing.assert_allclose(frame.gradient_norm[0], norms[:2], rtol=1e-4)
    np.testing.assert_allclose(frame.readout_gradient_norm[0], norms[2], rtol=1e-4)
    np.testing.assert_allclose(frame.unit_slope[0], [(1 - h**2).max(0) for h in (h1, h2)], rtol=1e-4)
    np.testing.assert_allclose(frame.activation_mean[0], [h1.mean(), h2.mean()], rtol=1e-3, atol=1e-6)
    started.step()
    loss = -np.log(p[np.arange(len(x)), labels]).mean()
    right = (p.argmax(1) == labels).mean()
    after = started.frame()
    assert after.train_loss[0, -1] == pytest.approx(loss, rel=1e-5)
    assert after.train_accuracy[0, -1] == pytest.approx(right)


def test_a_dead_unit_is_one_that_no_sample_switches_on():
    started = run(200, functions=["relu"], depth=1, lr=1.0)
    ((w, b), _readout), x, _labels = weights_and_batch(started)
    dead = ((x @ w + b) <= 0).all(0)
    assert 0 < dead.mean() < 1
    assert started.frame().dead_fraction[0, 0] == pytest.approx(dead.mean())


def test_a_live_lr_takes_effect_at_once_and_alone():
    changed, constant = run(10), run(10)
    changed.update(dataclasses.replace(changed.hyperparams, lr=1e-4))
    for _step in range(2):
        changed.step()
        constant.step()
    one, other = changed.frame(), constant.frame()
    assert one.hyperparams.lr == 1e-4
    np.testing.assert_array_equal(one.train_loss[:, :11], other.train_loss[:, :11])
    assert (one.train_loss[:, 11] != other.train_loss[:, 11]).all()


def test_divergence_is_named_and_leaves_the_others_alone():
    names = ["identity", "tanh", "relu"]
    frame = run(100, lr=10.0, functions=names).frame()
    assert [d.network for d in frame.divergences] == ["identity"]
    (divergence,) = frame.divergences
    assert 1 < divergence.step < 20
    assert divergence.quantity.startswith(("gradient of layer", "signal of layer", "loss"))
    lost = frame.train_loss[0]
    assert np.isfinite(lost[: divergence.step - 1]).all()
    assert np.isnan(lost[divergence.step - 1 :]).all()
    alone = run(100, lr=10.0, functions=names[1:]).frame()
    # rounding differs with the size of the stack, and chaos makes it grow: the first steps tell
    np.testing.assert_allclose(frame.train_loss[1:, :5], alone.train_loss[:, :5], rtol=1e-3)
    assert np.isfinite(frame.train_loss[1]).all()


def test_a_stopped_network_keeps_its_last_finite_state():
    frame = run(100, lr=10.0, functions=["identity", "tanh"]).frame()
    before = run(frame.divergences[0].step - 1, lr=10.0, functions=["identity", "tanh"])
    # its last finite loss was that of the batch before
    measured = before._measure(
        before._stack.part(torch.tensor([0, 1]), before._previous), before._previous_batch, before._peaks
    )
    np.testing.assert_array_equal(frame.unit_slope[0], measured.unit_slope[0])
    np.testing.assert_array_equal(frame.gradient_norm[0], measured.gradient_norm[0, :-1])


def test_when_all_have_diverged_the_run_is_done_and_stands_still():
    started = run(50, functions=["own"], expression="x**30")
    assert started.done
    frame = started.frame()
    assert frame.step < 50
    started.step()
    assert_same(started.frame(), frame)


def test_an_expression_without_finite_values_raises_nothing():
    frame = run(3, functions=["own", "tanh"], expression="log(x)").frame()
    assert [d.step for d in frame.divergences] == [1]
    assert math.isnan(frame.forward_gain[frame.functions.index("own")])
    assert frame.step == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"depth": 20, "width": 256, "batch_size": 2},
        {"lr": 10.0, "optimizer": "adam", "data": "spirals"},
        {"lr": 10.0, "optimizer": "momentum", "batch_norm": True, "batch_size": 2},
        {"depth": 1, "width": 4, "batch_size": 1397, "sigma": 10.0, "input_range": 50.0},
        {"functions": ["own"], "expression": "3"},
        {"functions": ["own"], "expression": "1/0"},
    ],
)
def test_extremes(changes):
    every = [f.name for f in SPEC.hyperparams.__dataclass_fields__["functions"].metadata["choices"]]
    frame = run(3, **{"functions": every, **changes}).frame()
    assert frame.train_loss.shape[0] == len(frame.functions)


def test_every_unit_of_a_constant_is_dead():
    assert run(2, functions=["own"], expression="3").frame().dead_fraction.tolist() == [[1.0] * 3]


def test_one_infinite_slope_makes_no_unit_dead():
    frame = run(0, functions=["own"], expression="sqrt(abs(x))").frame()
    assert np.isinf(frame.gradient).any() or np.isnan(frame.gradient).any()
    assert frame.dead_fraction.max() == 0


def test_the_history_stays_bounded():
    started = run(0, functions=["identity"], depth=1, width=4, batch_size=2, data="spirals", lr=0.01)
    for _step in range(4100):
        started.step()
    frame = started.frame()
    assert frame.step == 4100
    assert len(frame.history_step) <= 4096
    assert np.diff(frame.history_step).tolist() == [2] * (len(frame.history_step) - 1)


def test_a_full_batch_is_the_whole_training_set():
    started = run(batch_size=1397)
    x, labels = started._batch
    data = load("digits")
    torch.testing.assert_close(x.sum(0), data.inputs.sum(0), rtol=1e-3, atol=1e-2)
    assert labels.bincount().tolist() == data.labels.bincount().tolist()


def test_costs_are_times():
    cost = PROBES["cost"](replace(Hyperparams(), {"functions": ["relu", "mish"], "width": 128}))
    assert set(cost) == {"matmul", "relu", "mish"}
    assert 0 < cost["relu"] < cost["mish"]

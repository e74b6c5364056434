"""A run: it trains as torch does, measures, clips, stops what diverges, and is the same every time."""

import dataclasses
import gc
import weakref

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from explorer.core.experiment import Refining
from explorer.core.hyperparams import HyperparamError, replace
from explorer.experiments.residual import compute
from explorer.experiments.residual.arms import ARMS, blocks_of
from explorer.experiments.residual.compute import LEAST_GAP, Run
from explorer.experiments.residual.spec import Hyperparams, is_validated, parse_removed
from explorer.nets.data import load

SMALL = {"depth": 8, "shallow_depth": 4, "width": 8, "batch_size": 16}


def run(steps=0, **changes):
    started = Run(replace(Hyperparams(), {**SMALL, **changes}))
    for _step in range(steps):
        started.step()
    return started


def refined(started):
    while started.refined < 1:
        started.refine()
    return started.frame()


def assert_same(one, other, but=()):
    for field in dataclasses.fields(one):
        if field.name not in but:
            a, b = getattr(one, field.name), getattr(other, field.name)
            np.testing.assert_array_equal(a, b, err_msg=field.name)


def test_shapes_and_padding():
    frame = run(7, arms=["plain_bn", "shallow_bn"]).frame()
    assert frame.n_blocks.tolist() == [4, 2]
    by_block = ("activation_gradient_norm", "weight_gradient_norm", "forward_rms", "skip_share")
    for name in (*by_block, *(f"initial_{n}" for n in by_block), "removal_accuracy", "jacobian_gain"):
        assert getattr(frame, name).shape == (2, 5), name
    for name in by_block:
        rows = getattr(frame, name)
        assert np.isfinite(rows[0]).all()
        assert np.isfinite(rows[1, :3]).all()
        assert np.isnan(rows[1, 3:]).all()
    assert frame.history_step.tolist() == list(range(1, 8))
    for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy"):
        assert getattr(frame, name).shape == (2, 7)
        assert np.isfinite(getattr(frame, name)).all()
    assert frame.map_step.tolist() == list(range(1, 8))
    assert frame.map_gradient_norm.shape == (2, 7, 5)
    assert frame.total_gradient_norm.shape == (2, 7)


def test_odd_depths_and_shallow_ones():
    assert blocks_of(ARMS["plain"], 51, 8) == 25
    assert blocks_of(ARMS["shallow"], 51, 8) == 4
    assert blocks_of(ARMS["shallow"], 6, 8) == 3
    assert run(depth=2).frame().n_blocks.tolist() == [1, 1, 1]


def test_looking_and_refining_change_nothing():
    watched, alone = run(arms=["plain_bn", "preact", "highway"]), run(12, arms=["plain_bn", "preact", "highway"])
    for _step in range(12):
        watched.frame()
        for _piece in range(9):
            watched.refine()
        watched.step()
    slow = ("measured_step", "removal_accuracy", "gradient_quantiles", "jacobian_gain", "jacobian_product")
    assert_same(watched.frame(), alone.frame(), but=(*slow, "gradient_correlation"))
    assert_same(refined(watched), refined(alone))


@pytest.mark.parametrize(("optimizer", "torch_one"), [("momentum", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_training_equals_that_of_torch(optimizer, torch_one):
    """Plain tensors and torch.optim, the same batches; a residual network without norms."""
    lr = 0.01
    started = run(arms=["residual"], depth=4, optimizer=optimizer, lr=lr, branch_scale="sqrt")
    network = started.learners["residual"].network
    own = [p.detach().clone().requires_grad_() for p in network.parameters]
    stem_w, stem_b, w1, b1, w2, b2, w3, b3, w4, b4, out_w, out_b = own
    stepper = torch_one(own, lr=lr, **({"momentum": 0.9} if optimizer == "momentum" else {}))
    losses = []
    for _step in range(20):
        x, labels = started._batch
        h = torch.relu(x @ stem_w + stem_b)
        h = torch.relu(h + (torch.relu(h @ w1 + b1) @ w2 + b2) / 2**0.5)
        h = torch.relu(h + (torch.relu(h @ w3 + b3) @ w4 + b4) / 2**0.5)
        loss = F.cross_entropy(h @ out_w + out_b, labels)
        stepper.zero_grad()
        loss.backward()
        stepper.step()
        losses.append(loss.item())
        started.step()
    np.testing.assert_allclose(started.frame().train_loss[0], losses, rtol=1e-3)


def test_history_holds_the_batch_before_its_update():
    started = run(4)
    loss = started.learners["plain_bn"].last.loss
    norms = started.frame().activation_gradient_norm
    started.step()
    frame = started.frame()
    assert frame.train_loss[0, -1] == pytest.approx(loss)
    np.testing.assert_array_equal(frame.map_gradient_norm[:, -1], norms)


def test_validation_is_held_between_its_steps():
    frame = run(23).frame()
    assert [s for s in range(1, 141) if is_validated(s)] == [1, *range(5, 101, 5), 120, 140]
    changes = 1 + np.flatnonzero(np.diff(frame.val_loss[0])) + 1
    assert changes.tolist() == [5, 10, 15, 20]


def test_skip_shares():
    frame = run(3, arms=["plain", "residual", "dense", "highway"], depth=4).frame()
    np.testing.assert_array_equal(frame.skip_share[0], 0)
    started = run(3, arms=["residual"], depth=4)
    block = started.learners["residual"].network.blocks[0]
    h = torch.relu(started._batch[0] @ started.learners["residual"].network.stem.weight)
    v = torch.relu(h @ block.first.weight + block.first.bias) @ block.second.weight + block.second.bias
    share = started.frame().skip_share[0, 1]
    h = started.learners["residual"].last.trace.outputs[0]
    v = torch.relu(h @ block.first.weight + block.first.bias) @ block.second.weight + block.second.bias
    assert share == pytest.approx((h.square().sum() / (h.square().sum() + v.square().sum())).item(), rel=1e-5)
    assert ((frame.skip_share[2:, 1:] > 0) & (frame.skip_share[2:, 1:] < 1)).all()


# --- clipping ----------------------------------------------------------------------------------------------------
def test_clipping_by_norm_bounds_the_norm():
    frame = run(20, clip="norm", clip_threshold=0.5).frame()
    assert frame.total_gradient_norm.max() > 0.5
    np.testing.assert_allclose(frame.clipped_gradient_norm, np.minimum(frame.total_gradient_norm, 0.5), rtol=1e-4)
    free = run(20).frame()
    np.testing.assert_array_equal(free.total_gradient_norm, free.clipped_gradient_norm)


def test_clipping_saves_what_would_overflow():
    changes = {"arms": ["residual"], "depth": 60, "width": 16, "lr": 0.03}
    assert run(30, **changes).frame().divergences
    assert not run(30, **changes, clip="norm", clip_threshold=0.1).frame().divergences


# --- overflow ----------------------------------------------------------------------------------------------------
def test_divergence_is_named_and_leaves_the_others_alone():
    changes = {"depth": 40, "width": 16, "lr": 0.1}
    frame = run(30, arms=["residual", "residual_bn"], **changes).frame()
    (divergence,) = frame.divergences
    assert divergence.network == "residual, no BN"
    assert divergence.quantity.startswith(("gradient of block", "signal of block", "loss"))
    k = frame.arms.index("residual")
    assert np.isfinite(frame.train_loss[k, : divergence.step - 1]).all()
    assert np.isnan(frame.train_loss[k, divergence.step - 1 :]).all()
    assert np.isnan(frame.val_loss[k, divergence.step - 1 :]).all()
    alone = run(30, arms=["residual_bn"], **changes).frame()
    np.testing.assert_allclose(frame.train_loss[1 - k], alone.train_loss[0], rtol=1e-5)
    assert np.isfinite(frame.forward_rms[k, 0])


def test_when_all_have_diverged_the_run_is_done_and_stands_still():
    started = run(60, arms=["residual"], depth=200, lr=10.0)
    assert started.done
    frame = started.frame()
    started.step()
    assert_same(started.frame(), frame)


@pytest.mark.parametrize("activation", ["identity", "sigmoid", "softplus", "selu"])
@pytest.mark.parametrize("initializer", ["he_normal", "pytorch_default"])
def test_no_activation_breaks_any_arm(activation, initializer):
    started = run(3, arms=list(ARMS), activation=activation, initializer=initializer, depth=60, width=4)
    frame = refined(started)
    assert len(frame.arms) == len(ARMS)


# --- removal and slow measurements -------------------------------------------------------------------------------
def test_what_is_to_be_removed_is_read():
    assert parse_removed("") == (0, 0)
    assert parse_removed(" 7, 1 ") == (7, 1)
    for text in ("7", "a,b", "101,0", "1,99", "-1,0", "1,2,3", "1.5,0"):
        with pytest.raises(HyperparamError):
            replace(Hyperparams(), {"removed": text})


def test_a_removed_block_is_measured_at_once_and_training_goes_on_with_it():
    chosen, free = run(30), run(30)
    assert np.isnan(chosen.frame().removed_val_accuracy)
    chosen.update(dataclasses.replace(chosen.hyperparams, removed="2,1"))
    data = load("digits")
    loss, accuracy = chosen.learners["residual_bn"].validate((data.test_inputs, data.test_labels), without=2)
    frame = chosen.frame()
    assert (frame.removed_val_loss, frame.removed_val_accuracy) == (loss, accuracy)
    assert frame.removed_val_accuracy == pytest.approx(refined(chosen).removal_accuracy[1, 2])
    for _step in range(5):
        chosen.step()
        free.step()
    np.testing.assert_array_equal(chosen.frame().train_loss, free.frame().train_loss)
    chosen.update(dataclasses.replace(chosen.hyperparams, removed="4,2"))  # the shallow arm has two blocks
    assert np.isnan(chosen.frame().removed_val_accuracy)


def test_slow_measurements_are_of_one_step(monkeypatch):
    """Pieces between steps are of the network as it was when the first was measured."""
    running, still = run(3), run(3)
    monkeypatch.setattr(compute, "SLICE", 0.0)
    assert isinstance(running, Refining)
    expected = refined(still)
    assert expected.measured_step == 3
    while running._pieces is not None or running.frame().measured_step < 0:
        running.refine()
        running.step()
    frame = running.frame()
    assert frame.measured_step == 3
    assert frame.step > 3
    for name in ("removal_accuracy", "jacobian_product", "gradient_correlation", "gradient_quantiles"):
        np.testing.assert_array_equal(getattr(frame, name), getattr(expected, name))


def test_a_run_that_is_given_up_half_measured_frees_its_memory_at_once(monkeypatch):
    """Without the garbage collector: sliders begin many runs a second, and each has megabytes."""
    monkeypatch.setattr(compute, "SLICE", 0.0)
    started = run(2)
    started.refine()
    assert 0 < started.refined < 1
    gc.disable()
    try:
        gone = weakref.ref(started)
        del started
        assert gone() is None
    finally:
        gc.enable()


def test_a_run_that_goes_on_is_measured_now_and_then():
    started, measured = run(), []
    for _step in range(3 * LEAST_GAP):
        started.refine()
        started.step()
        measured.append(started.frame().measured_step)
    assert len(set(measured)) == 3
    assert started.refined < 1
    assert refined(started).measured_step == 3 * LEAST_GAP


def test_cancelled_refining_stays_as_it_is(monkeypatch):
    monkeypatch.setattr(compute, "SLICE", 0.0)
    started = run(2)
    for _piece in range(4):
        started.refine()
    started.cancel_refining()
    assert started.refined == 1
    before = started.frame()
    started.refine()
    started.step()
    after = started.frame()
    np.testing.assert_array_equal(before.removal_accuracy, after.removal_accuracy)


def test_gradient_quantiles_are_those_of_all_numbers():
    started = run(2, arms=["residual_bn"])
    frame = refined(started)
    gradients = started.learners["residual_bn"].last.h
    expected = [np.quantile(g.abs().numpy(), (0.05, 0.25, 0.5, 0.75, 0.95)) for g in gradients]
    np.testing.assert_allclose(frame.gradient_quantiles[0], expected, rtol=1e-3)


def test_gradients_of_a_linear_network_do_not_shatter():
    """Its gradient is the same everywhere; with ReLU it is not."""
    arms = {"arms": ["plain"], "depth": 20}
    linear, relu = refined(run(activation="identity", **arms)), refined(run(**arms))
    np.testing.assert_allclose(linear.gradient_correlation, 1, rtol=1e-6)
    assert relu.gradient_correlation[0, -1] < 0.99
    assert (np.diff(linear.input_angle) > 0).all()


# --- the rest ----------------------------------------------------------------------------------------------------
def test_a_live_lr_takes_effect_at_once_and_alone():
    changed, constant = run(10), run(10)
    changed.update(dataclasses.replace(changed.hyperparams, lr=1e-5))
    for _step in range(2):
        changed.step()
        constant.step()
    one, other = changed.frame(), constant.frame()
    np.testing.assert_array_equal(one.train_loss[:, :11], other.train_loss[:, :11])
    assert (one.train_loss[:, 11] != other.train_loss[:, 11]).all()


def test_no_global_randomness():
    state = torch.random.get_rng_state()
    refined(run(3, arms=list(ARMS)))
    assert torch.equal(state, torch.random.get_rng_state())


def test_the_maps_stay_bounded():
    frame = run(1100, arms=["plain"], depth=2, width=4, batch_size=2).frame()
    assert len(frame.map_step) <= 512
    assert np.diff(frame.map_step).tolist() == [4] * (len(frame.map_step) - 1)
    assert len(frame.history_step) == 1100


def test_convolutions_need_images():
    conv, dense = (run(2, kind="conv", data=d).learners["plain_bn"].network.shape.side for d in ("digits", "spirals"))
    assert (conv, dense) == (8, 0)
    assert run(2, kind="conv", arms=list(ARMS)).frame().divergences == ()

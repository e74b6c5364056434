"""Training and normalisation against plain `torch.nn` and `torch.optim`, computed independently."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from explorer.core.hyperparams import replace
from explorer.experiments.batch_norm import measures
from explorer.experiments.batch_norm.network import EVAL, Mode, groups_of
from explorer.experiments.batch_norm.spec import ARMS, SPEC
from explorer.experiments.batch_norm.training import Feed
from explorer.nets.data import load

PLAIN_ARMS = [arm.name for arm in ARMS if arm.name != "batch_norm_noise"]
SMALL = {"depth": 3, "width": 16, "batch_size": 32, "lr": 0.1}


def hyperparams(**changes):
    return replace(SPEC.hyperparams(), SMALL | changes)


def run_of(steps=0, **changes):
    run = SPEC.run(hyperparams(**changes))
    for _ in range(steps):
        run.step()
    return run


def norm_of(arm, width, hp):
    match arm:
        case "batch_norm":
            return [nn.BatchNorm1d(width, eps=hp.eps, momentum=hp.momentum)]
        case "batch_norm_no_affine":
            return [nn.BatchNorm1d(width, eps=hp.eps, momentum=hp.momentum, affine=False)]
        case "layer_norm":
            return [nn.LayerNorm(width, eps=hp.eps)]
        case "group_norm":
            return [nn.GroupNorm(hp.groups, width, eps=hp.eps)]
        case "rms_norm":
            return [nn.RMSNorm(width, eps=hp.eps)]
    return []


def module(arm, hp) -> nn.Sequential:
    """A plain network with the first weights of the arm's (only) seed."""
    layers = []
    widths = arm.design.widths
    for i, (fan_in, fan_out) in enumerate(pairwise(widths)):
        linear = nn.Linear(fan_in, fan_out)
        with torch.no_grad():
            linear.weight.copy_(arm.networks.weights[i].T)
            linear.bias.copy_(arm.networks.biases[i][0])
        layers.append(linear)
        if i < hp.depth:
            act, norm = [nn.ReLU()], norm_of(arm.name, fan_out, hp)
            layers += [*norm, *act] if hp.placed == "before" else [*act, *norm]
    return nn.Sequential(*layers)


@pytest.mark.parametrize("placed", ["before", "after"])
@pytest.mark.parametrize("name", PLAIN_ARMS)
@pytest.mark.parametrize(
    ("optimizer", "make"),
    [
        ("sgd", lambda p: torch.optim.SGD(p, lr=0.01)),
        ("momentum", lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9)),
    ],
)
def test_an_arm_trains_as_the_plain_module(name, placed, optimizer, make):
    run = run_of(arms=(name,), placed=placed, optimizer=optimizer, lr=0.01)
    hp, data = run.hyperparams, load("digits")
    net = module(run._arms[0], hp)
    feed, plain = Feed(hp, data, 1), make(net.parameters())
    seen = []
    for _ in range(5):
        batch = feed.next()
        net.train()
        loss = nn.functional.cross_entropy(net(batch.inputs), batch.labels[0])
        net.eval()
        with torch.no_grad():
            val = nn.functional.cross_entropy(net(data.test_inputs), data.test_labels)
            right = (net(data.test_inputs).argmax(1) == data.test_labels).float().mean()
        seen.append([loss.item(), val.item(), 0.1 * right.item()])  # a sample on the edge may fall to either side
        plain.zero_grad()
        loss.backward()
        plain.step()
        run.step()
    frame = run.frame()
    own = np.array([frame.train_loss[0], frame.val_loss_eval[0], 0.1 * frame.val_accuracy_eval[0]]).T
    np.testing.assert_allclose(own, seen, rtol=5e-4, atol=5e-4)


@pytest.mark.parametrize("name", PLAIN_ARMS)
def test_one_of_several_seeds_is_that_seed_alone(name):
    alone = run_of(6, arms=(name,), seed=3, lr=0.03)
    several = run_of(6, arms=(name,), seed=0, seeds="5", lr=0.03)
    values = several._arms[0].networks.parameters
    matrices = 2 * (SMALL["depth"] + 1)
    for i, own in enumerate(alone._arms[0].networks.parameters):
        theirs = values[i][3] if i < matrices else values[i][3, 0]
        torch.testing.assert_close(theirs, own, rtol=1e-3, atol=1e-5)


def test_the_shown_steps_are_those_of_batch_norm_1d():
    frame = run_of(4, arms=("none", "batch_norm"), layer=2, unit=5).frame()
    assert (frame.channel_arm, frame.channel_layer, frame.channel_unit) == ("batch_norm", 2, 5)
    bn = nn.BatchNorm1d(1, eps=frame.eps)
    with torch.no_grad():
        bn.weight.fill_(frame.gamma)
        bn.bias.fill_(frame.beta)
        x = torch.from_numpy(frame.channel_input)
        y = bn(x[:, None])[:, 0]
    np.testing.assert_allclose(frame.channel_output, y.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(frame.channel_mean, x.double().mean(), rtol=1e-5)
    np.testing.assert_allclose(frame.channel_var, x.double().var(correction=0), rtol=1e-5)
    by_hand = (frame.channel_input - frame.channel_mean) / np.sqrt(frame.channel_var + frame.eps)
    np.testing.assert_allclose(frame.channel_normalized, by_hand, rtol=1e-5, atol=1e-6)
    assert np.isfinite([frame.gamma, frame.beta]).all()
    assert frame.gamma != 1


def test_running_statistics_are_those_of_batch_norm_1d():
    """Fed with what the frames show, batch by batch, of a network that stands nearly still."""
    run, bn = run_of(arms=("batch_norm",), momentum=0.3), nn.BatchNorm1d(1, momentum=0.3)
    for _ in range(5):
        frame = run.frame()
        bn(torch.from_numpy(frame.channel_input)[:, None])
        assert frame.channel_running_mean == pytest.approx(bn.running_mean.item(), rel=1e-5, abs=1e-7)
        assert frame.channel_running_var == pytest.approx(bn.running_var.item(), rel=1e-5)
        run.step()


def test_noise_changes_training_but_not_evaluation():
    run = run_of(arms=("batch_norm", "batch_norm_noise"))
    quiet, noisy = (arm.networks for arm in run._arms)
    x = run._batch.inputs
    mode = run._batch.mode("batch_norm_noise")
    torch.testing.assert_close(quiet.logits(x, EVAL), noisy.logits(x, EVAL))
    assert not torch.allclose(noisy.logits(x, mode), noisy.logits(x, Mode(len(x))))
    scale, shift = (torch.stack([layer[i] for layer in mode.noise]) for i in (0, 1))
    assert 1.0 < scale.mean() < 1.25
    assert shift.abs().max() <= 0.6
    silent = run_of(3, arms=("batch_norm_noise",), noise=0.0).frame()
    np.testing.assert_allclose(silent.train_loss, run_of(3, arms=("batch_norm",)).frame().train_loss, rtol=1e-5)


def test_train_mode_takes_the_statistics_of_every_batch():
    """Validation in batches of 32: each by itself through plain modules."""
    run = run_of(3, arms=("batch_norm",))
    network, data = run._arms[0].networks, load("digits")
    dealt = measures.dealt(data.test_inputs[:384], 32, -2)
    torch.testing.assert_close(dealt[[0, 1, 12, 383]], data.test_inputs[[0, 32, 1, 383]])  # twelve batches
    together = network.logits(dealt, Mode(32)).unflatten(2, (32, 12)).mT.flatten(2)
    apart = torch.cat([network.logits(part, Mode(32)) for part in data.test_inputs[:384].split(32)], dim=2)
    torch.testing.assert_close(together, apart, rtol=1e-4, atol=1e-5)


def test_a_batch_of_one_becomes_its_shift():
    run = run_of(3, arms=("batch_norm",))
    network = run._arms[0].networks
    y = network.normalised(0, torch.randn(1, 16), Mode(1))
    torch.testing.assert_close(y[0], network.shifts[0], rtol=0, atol=1e-3)


def test_normalising_input_and_output():
    run = run_of(3, arms=("batch_norm",), also_on=("input", "output"))
    logits = run._arms[0].networks.logits(run._batch.inputs, Mode(32))[0]  # (classes, batch)
    expected = run._arms[0].networks.shifts[-1]
    torch.testing.assert_close(logits.mean(1), expected, rtol=1e-3, atol=1e-5)


def test_measuring_moves_nothing():
    run = run_of(5, arms=("batch_norm", "batch_norm_noise"))
    for arm, look in zip(run._arms, run._look(), strict=True):
        values, statistics = arm.values.clone(), arm.statistics.clone()
        batch, mode = run._batch, run._batch.mode(arm.name)
        measures.validation(arm, batch, look, load("digits"))
        measures.smoothness(arm.first, batch, mode, look, 0.3)
        measures.drift(arm.first_as_it_was, batch, mode, look)
        assert torch.equal(values, arm.values)
        assert torch.equal(statistics, arm.statistics)


def test_smoothness_is_that_of_steps_along_the_gradient():
    run = run_of(5, arms=("batch_norm",))
    arm, look, batch = run._arms[0], run._look()[0], run._batch
    net = module(arm, run.hyperparams)
    norms = [m for m in net if isinstance(m, nn.BatchNorm1d)]
    losses, changes = [], []
    for length in (0.0, 0.05, 0.1, 0.2, 0.4):
        own = [p - length * g for p, g in zip(arm.networks.parameters, look.gradients, strict=True)]
        with torch.no_grad():
            for i, linear in enumerate(m for m in net if isinstance(m, nn.Linear)):
                linear.weight.copy_(own[i].T)
                linear.bias.copy_(own[4 + i][0])
            for i, norm in enumerate(norms):
                norm.weight.copy_(own[8 + i])
                norm.bias.copy_(own[11 + i])
        loss = nn.functional.cross_entropy(net(batch.inputs), batch.labels[0])
        gradient = torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(net.parameters()))])
        losses.append(loss.item())
        changes.append(gradient)
    found = measures.smoothness(arm.first, batch, batch.mode("batch_norm"), look, 0.1)
    largest = max((g - changes[0]).norm() / changes[0].norm() for g in changes[1:])
    assert found == pytest.approx((min(losses[1:]), max(losses[1:]), largest.item()), rel=1e-3)


def test_drift_of_a_known_move():
    """One linear layer whose bias moves by d: means move by d, deviations stay."""
    run = run_of(1, arms=("none",), depth=1, activation="identity", lr=0.01)
    arm, look = run._arms[0], run._look()[0]
    before = arm.first
    before.biases[0] = before.biases[0] + 0.25
    outputs = look.trace.outputs[0]
    expected = 0.25 / outputs.std(0, correction=0).square().mean().sqrt()
    found = measures.drift(before, run._batch, run._batch.mode("none"), look)
    assert found == pytest.approx((expected.item(),) * 2, rel=1e-4)


def test_evaluation_is_that_of_plain_modules():
    run = run_of(5, arms=("batch_norm",))
    arm, inputs = run._arms[0], load("digits").test_inputs
    net = module(arm, run.hyperparams)
    for i, norm in enumerate(m for m in net if isinstance(m, nn.BatchNorm1d)):
        with torch.no_grad():
            norm.weight.copy_(arm.networks.scales[i])
            norm.bias.copy_(arm.networks.shifts[i])
            norm.running_mean.copy_(arm.networks.running[i])
            norm.running_var.copy_(arm.networks.running[3 + i])
    assert torch.equal(arm.networks.logits(inputs, EVAL)[0].mT, net.eval()(inputs))


@pytest.mark.parametrize("size", [1.0, 1e-20, 1e30])
def test_deviations_are_those_of_all_numbers(size):
    """Also where their squares leave the floats: a network that is about to overflow is drawn."""
    values = size * (3 + torch.randn(4, 50, 6, generator=torch.Generator().manual_seed(0)))
    for correction in (0, 1):
        std, mean = measures.std_mean(values, correction)
        np.testing.assert_allclose(std, values.double().numpy().std(1, ddof=correction), rtol=1e-6)
        np.testing.assert_allclose(mean, values.double().numpy().mean(1), rtol=1e-6)


def test_groups_divide_the_width():
    assert [groups_of(64, 4), groups_of(10, 4), groups_of(7, 4), groups_of(6, 64)] == [4, 2, 1, 6]

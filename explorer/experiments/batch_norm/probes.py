"""Measurements for claims that no frame holds."""

import dataclasses
from collections.abc import Callable, Mapping

import torch

from explorer.experiments.batch_norm.network import Mode, Networks
from explorer.experiments.batch_norm.spec import Hyperparams
from explorer.experiments.batch_norm.training import Arm, Batch, Feed, Look, look_at
from explorer.nets.data import load
from explorer.nets.stack import accuracies

SEEDS = 5


def one_sample(hp: Hyperparams) -> dict[str, float]:
    """Train batch norm for 100 steps, then ask one validation sample at a time; mean accuracies over the seeds."""
    data = load(hp.data)
    feed = Feed(hp, data, SEEDS)
    arm = Arm("batch_norm", hp, data, feed.draws)
    for _step in range(100):
        arm.update(arm.look(feed.next()))
    inputs = data.test_inputs.expand(SEEDS, -1, -1)
    modes = {"train_mode_batch": Mode(50), "train_mode_one": Mode(1), "eval_mode": Mode(0)}
    with torch.no_grad():
        return {
            name: float(accuracies(arm.networks.logits(inputs, mode), data.test_labels).mean())
            for name, mode in modes.items()
        }


def earlier_layers(hp: Hyperparams) -> dict[str, float]:
    """By what share of its length a layer's gradient changes when the layers before it take their step.

    As Santurkar et al. 2018 (definition 2.1), mean over layers 2 to the last hidden one, 5 seeds and 40 steps.
    """
    return {name: _mean_change(name, hp) for name in ("none", "batch_norm")}


def _mean_change(name: str, hp: Hyperparams) -> float:
    data, found = load(hp.data), []
    for seed in range(hp.seed, hp.seed + SEEDS):
        own = dataclasses.replace(hp, seed=seed)
        feed = Feed(own, data, 1)
        arm = Arm(name, own, data, feed.draws)
        for step in range(40):
            batch = feed.next()
            look = arm.look(batch)
            if step % 10 == 9:
                found += [_change(arm, batch, look, layer, hp.lr) for layer in range(1, hp.depth, 2)]
            arm.update(look)
    return float(torch.tensor(found).mean())


def _change(arm: Arm, batch: Batch, look: Look, layer: int, lr: float) -> float:
    """Of one layer (from 0): ‖g′ − g‖ / ‖g‖, g′ the gradient of its weights after the steps of all before it."""
    parameters = [p.detach().clone() for p in arm.networks.parameters]
    moved = Networks(arm.design, parameters, arm.networks.running)
    gradients = Networks(arm.design, look.gradients, arm.networks.running)
    for group in ("weights", "biases", "scales", "shifts"):
        for p, g in list(zip(getattr(moved, group), getattr(gradients, group), strict=True))[:layer]:
            p -= lr * g
    for p in parameters:
        p.requires_grad_()
    after = look_at(moved, batch, batch.mode(arm.name)).gradients[layer]
    before = look.gradients[layer]
    return float((after - before).norm() / before.norm())


PROBES: Mapping[str, Callable[[Hyperparams], Mapping[str, float]]] = {
    "one_sample": one_sample,
    "earlier_layers": earlier_layers,
}

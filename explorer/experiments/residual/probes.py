"""Measurements that claims need and no frame holds: what layers cost, and what networks do after surgery."""

import math
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

import torch

from explorer.core.hyperparams import replace
from explorer.experiments.residual.learner import Learner, Samples, right_share
from explorer.experiments.residual.network import Block, Layer, Network
from explorer.experiments.residual.spec import Hyperparams
from explorer.nets.data import load

if TYPE_CHECKING:
    from explorer.experiments.residual.compute import Run

Start = Callable[[Hyperparams], "Run"]
STEPS = 150
"""Of training before the surgery."""


def cost(start: Start, hyperparams: Hyperparams, rounds: int = 40) -> dict[str, float]:
    """Milliseconds that a step takes, by arm and depth: the shortest, for whatever else runs only ever adds."""
    settings = (("plain_bn", 10), ("plain_bn", 50), ("residual_bn", 50))
    runs = {f"{a}_{d}": start(replace(hyperparams, {"arms": (a,), "depth": d})) for a, d in settings}
    best = dict.fromkeys(runs, math.inf)
    for _round in range(rounds):
        for name, run in runs.items():
            began = perf_counter()
            run.step()
            best[name] = min(best[name], 1e3 * (perf_counter() - began))
    return best


def identity(start: Start, hyperparams: Hyperparams) -> dict[str, float]:
    """Losses on training samples: of the shallow network, with blocks put in that change nothing, of the deep one."""
    learners = _trained(start, hyperparams)
    shallow, deep = learners["shallow"], learners["plain"]
    samples = _training_samples(hyperparams)
    found = {"shallow": shallow.validate(samples)[0], "deep": deep.validate(samples)[0]}
    network = shallow.network
    network.blocks += [_identity(network)] * (len(deep.network.blocks) - len(network.blocks))
    return {**found, "deepened": shallow.validate(samples)[0]}


def _identity(network: Network) -> Block:
    """With ReLU, which leaves what is not negative as it is, a block that does nothing."""
    width = network.shape.width
    layer = Layer(torch.eye(width), torch.zeros(width), None)
    return Block(layer, layer, None, 1.0)


def removal(start: Start, hyperparams: Hyperparams) -> dict[str, float]:
    """Validation accuracies of a residual and a plain network: whole, without one block, without every other block."""
    data = load(hyperparams.data)
    samples = data.test_inputs, data.test_labels
    found = {}
    for name, learner in _trained(start, hyperparams).items():
        blocks = range(1, len(learner.network.blocks) + 1)
        single = [learner.validate(samples, without=i)[1] for i in blocks]
        found[f"{name}_whole"] = learner.validate(samples)[1]
        found[f"{name}_without_one"] = sum(single) / len(single)
        found[f"{name}_worst"] = min(single)
        found[f"{name}_half"] = _without_every_other(learner, samples)
    return found


@torch.no_grad()
def _without_every_other(learner: Learner, samples: Samples) -> float:
    network = learner.network
    h = network.enter(samples[0], "evaluation")
    for i, block in enumerate(network.blocks):
        h = network.around(block, h) if i % 2 else network.through(block, h, "evaluation")
    return right_share(network.leave(h, "evaluation", len(network.blocks)), samples[1])


def _trained(start: Start, hyperparams: Hyperparams) -> dict[str, Learner]:
    run = start(hyperparams)
    for _step in range(STEPS):
        run.step()
    return run.learners


def _training_samples(hyperparams: Hyperparams) -> Samples:
    data = load(hyperparams.data)
    return data.inputs[:400], data.labels[:400]

"""Arms in training: the same batches for all of them, one update each, and where they overflow."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.experiments.batch_norm.network import (
    Design,
    Mode,
    Networks,
    Noise,
    Trace,
    first_parameters,
    first_statistics,
    in_one_block,
    like,
)
from explorer.experiments.batch_norm.spec import Hyperparams
from explorer.nets.data import Batches, Dataset
from explorer.nets.initializers import Draw
from explorer.nets.optimizers import optimizer
from explorer.nets.stack import losses

NOISE_SEEDS = 1_000_000
"""Noise has generators of its own, so that no arm changes what another one sees."""


@dataclass(frozen=True)
class Batch:
    """Samples of a step, of all seeds; with several seeds, of each its own."""

    inputs: Tensor
    """([n_seeds,] batch, features)."""
    labels: Tensor
    """(n_seeds, batch)."""
    noise: Noise

    def mode(self, arm: str, updates: bool = False) -> Mode:
        """How the arm looks at it in training."""
        return Mode(self.labels.shape[1], updates, self.noise if arm == "batch_norm_noise" else None)

    @property
    def of_first(self) -> "Batch":
        """That of the first seed alone."""
        if len(self.labels) == 1:
            return self
        return Batch(self.inputs[0], self.labels[:1], [(scale[0], shift[0]) for scale, shift in self.noise])


class Feed:
    """First weights and batches: those of seed k of several are those of seed k alone."""

    def __init__(self, hp: Hyperparams, data: Dataset, n_seeds: int) -> None:
        self._hp, self._data = hp, data
        widths = [data.inputs.shape[1], *[hp.width] * hp.depth, data.n_classes]
        seeds = range(hp.seed, hp.seed + n_seeds)
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.draws = [[Draw.make(a, b, g) for a, b in pairwise(widths)] for g in generators]
        self._batches = [Batches(len(data.inputs), hp.batch_size, g) for g in generators]
        self._noise = [torch.Generator().manual_seed(NOISE_SEEDS + seed) for seed in seeds]
        self._is_noisy = "batch_norm_noise" in hp.arms

    def next(self) -> Batch:
        """Return the batch of the next step."""
        drawn = [batches.next() for batches in self._batches]
        chosen = drawn[0] if len(drawn) == 1 else torch.stack(drawn)
        noise = self._next_noise(chosen.shape[-1]) if self._is_noisy else ()
        return Batch(self._data.inputs[chosen], self._data.labels[chosen].view(len(drawn), -1), noise)

    def _next_noise(self, batch: int) -> Noise:
        drawn = [[_noise(batch, self._hp, g) for g in self._noise] for _layer in range(self._hp.depth)]
        if len(self._noise) == 1:
            return [layer[0] for layer in drawn]
        return [(torch.stack([s for s, _t in layer]), torch.stack([t for _s, t in layer])) for layer in drawn]


def _noise(batch: int, hp: Hyperparams, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Scale and shift (batch, width): of every unit its own in this step, a little different for every sample."""
    unit, each = (1, hp.width), (batch, hp.width)
    scale = 1 + hp.noise * (0.25 * torch.rand(unit, generator=generator) + 0.1 * torch.randn(each, generator=generator))
    shift = hp.noise * (
        torch.rand(unit, generator=generator) - 0.5 + 0.2 * (torch.rand(each, generator=generator) - 0.5)
    )
    return scale, shift


@dataclass(frozen=True)
class Look:
    """Networks on a batch, in train mode, before the update that it leads to."""

    logits: Tensor
    """(n, classes, batch)."""
    losses: list[float]
    """Mean cross-entropy in nats of each network."""
    gradients: list[Tensor]
    """Of the sum of the losses, one per parameter."""
    trace: Trace


def look_at(networks: Networks, batch: Batch, mode: Mode) -> Look:
    """Forward and backward."""
    trace = Trace()
    logits = networks.logits(batch.inputs, mode, trace)
    values = _losses(logits, batch.labels)
    gradients = list(torch.autograd.grad(values.sum(), networks.parameters, materialize_grads=True))
    return Look(logits.detach(), values.tolist(), gradients, trace)


def _losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Of a single network as plain PyTorch takes it, so that its rounding is the same: deep networks amplify it."""
    return F.cross_entropy(logits.squeeze(0).mT, labels[0])[None] if len(logits) == 1 else losses(logits, labels)


class Arm:
    """The networks of one arm, one per seed, and their optimizer."""

    def __init__(self, name: str, hp: Hyperparams, data: Dataset, draws: Sequence[Sequence[Draw]]) -> None:
        self.name = name
        self.design = Design.of(name, hp, data.inputs.shape[1], data.n_classes)
        self.values, parameters = in_one_block(first_parameters(self.design, hp, draws))
        self.statistics, running = in_one_block(first_statistics(self.design, len(draws)))
        self.networks = Networks(self.design, [p.requires_grad_() for p in parameters], running)
        self.optimizer = optimizer(hp.optimizer, hp.lr)
        self.overflow_steps = [-1] * len(draws)
        self.before = self.values.clone()
        """Values before the last update."""
        self._statistics_before = self.statistics.clone()

    @property
    def n_seeds(self) -> int:
        return len(self.overflow_steps)

    @property
    def overflowed(self) -> bool:
        """Whether the first seed, the one that is shown, has overflowed."""
        return self.overflow_steps[0] >= 0

    @property
    def alive(self) -> bool:
        """Whether there is a seed that has not."""
        return min(self.overflow_steps) < 0

    def look(self, batch: Batch) -> Look:
        """Forward and backward; the running statistics move."""
        self._statistics_before.copy_(self.statistics)
        return look_at(self.networks, batch, batch.mode(self.name, updates=True))

    def note_overflows(self, look: Look, step: int) -> list[int]:
        """Seeds whose loss has ceased to be finite in this step."""
        if math.isfinite(sum(look.losses)):
            return []
        new = [s for s, x in enumerate(look.losses) if not math.isfinite(x) and self.overflow_steps[s] < 0]
        for seed in new:
            self.overflow_steps[seed] = step
        return new

    def update(self, look: Look) -> None:
        """Take the step to which the look leads."""
        with torch.no_grad():
            self.before.copy_(self.values)
            self.optimizer.step(self.networks.parameters, look.gradients)

    @property
    def first(self) -> Networks:
        """The network of the first seed alone."""
        if self.n_seeds == 1:
            return self.networks
        return self._first(self.values, self.statistics)

    @cached_property
    def first_as_it_was(self) -> Networks:
        """Before the last update and before the last look: a view, which every update and every look moves on."""
        return self._first(self.before, self._statistics_before)

    def _first(self, values: Tensor, statistics: Tensor) -> Networks:
        parameters = self.of_first(like(self.networks.parameters, values.detach()))
        running = [s.view(self.n_seeds, -1)[0] for s in like(self.networks.running, statistics)]
        return Networks(self.design, parameters, running)

    def of_first(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """What belongs to the first seed of tensors like the parameters."""
        if self.n_seeds == 1:
            return list(tensors)
        matrices = 2 * (self.design.depth + 1)
        return [t[0] for t in tensors[:matrices]] + [t[0, 0] for t in tensors[matrices:]]

    def first_look(self, look: Look) -> Look:
        """Return the first seed's part of a look."""
        if self.n_seeds == 1:
            return look
        trace = Trace([t[0] for t in look.trace.inputs], [t[0] for t in look.trace.outputs])
        return Look(look.logits[:1], look.losses[:1], self.of_first(look.gradients), trace)

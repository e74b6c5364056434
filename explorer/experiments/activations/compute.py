"""Networks that differ in their activation alone, trained side by side on the same batches.

h₀ = x, hₗ = f(Wₗhₗ₋₁ + bₗ), logits = Wh + b, L = mean cross-entropy. Gains: E[f(z)²] and E[f′(z)²] for z from
N(0, σ²), which is what a wide layer does to the mean square of its signal and of its gradient (He et al. 2015).
"""

import math
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise
from time import perf_counter
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.catalog import choice
from explorer.core.experiment import Divergence
from explorer.core.frames import fixed
from explorer.core.history import History
from explorer.experiments.activations.spec import FUNCTIONS, Frame, Hyperparams
from explorer.nets.activations import (
    DEAD_BELOW,
    Gains,
    Parameters,
    curve,
    function,
    gains,
    parameters_of,
    peak,
)
from explorer.nets.data import Batches, load
from explorer.nets.initializers import Draw, by_function
from explorer.nets.optimizers import optimizer
from explorer.nets.overflow import first_not_finite
from explorer.nets.stack import Stack, accuracies, losses


@lru_cache(maxsize=1024)
def gain(name: str, parameters: Parameters, sigma: float) -> Gains:
    """Forward and backward gain."""
    return gains(function(name, parameters), sigma)


class Pass(NamedTuple):
    """Some networks on one batch, forward and backward."""

    inputs: list[Tensor]
    """What enters each activation, (E, batch, width) per hidden layer."""
    logits: Tensor
    """(E, classes, batch)."""
    loss: Tensor
    """(E,)."""
    gradients: list[Tensor]
    """Of each network's own loss by `stack.parameters()`."""


def forward_backward(stack: Stack, batch: tuple[Tensor, Tensor]) -> Pass:
    """One pass; `batch` is inputs (batch, features) and labels (batch,)."""
    inputs: list[Tensor] = []
    logits = stack.logits(batch[0], inputs)
    loss = losses(logits, batch[1])
    gradients = torch.autograd.grad(loss.sum(), stack.parameters(), materialize_grads=True)
    return Pass(inputs, logits.detach(), loss.detach(), list(gradients))


class Measured(NamedTuple):
    """What is measured of some networks on one batch; axis 0 is the network."""

    gradient_norm: Tensor
    """(E, depth + 1), the read-out last."""
    unit_slope: Tensor
    """(E, depth, width)."""
    activation_mean: Tensor
    """(E, depth)."""

    def each(self) -> list["Measured"]:
        """One by one."""
        return [Measured(*rows) for rows in zip(*self, strict=True)]


class Run:
    """One live execution."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        self._step = 0
        self._data = load(hp.data)
        generator = torch.Generator().manual_seed(hp.seed)
        self._stack = self._initial(generator)
        self._optimizer = optimizer(hp.optimizer, hp.lr)
        self._batches = Batches(len(self._data.inputs), hp.batch_size, generator)
        self._batch = self._next_batch()
        self._ahead: Pass | None = None
        self._alive = list(range(len(hp.functions)))
        self._history = History(2 * len(hp.functions))
        self._previous = [p.detach().clone() for p in self._stack.parameters()]
        self._previous_batch = self._batch
        self._divergences: list[Divergence] = []
        self._frozen: dict[int, Measured] = {}
        self._peaks = torch.tensor([peak(f, parameters_of(f, hp)) for f in hp.functions])
        self._static = self._curves_and_gains()

    def _initial(self, generator: torch.Generator) -> Stack:
        hp = self.hyperparams
        widths = [self._data.inputs.shape[1], *[hp.width] * hp.depth, self._data.n_classes]
        draws = [Draw.make(a, b, generator) for a, b in pairwise(widths)]
        initializers = [by_function(f) if hp.initializer == "by_function" else hp.initializer for f in hp.functions]
        functions = [None if f == "prelu" else function(f, parameters_of(f, hp)) for f in hp.functions]
        return Stack(functions, initializers, draws, hp.batch_norm)

    def _curves_and_gains(self) -> dict[str, NDArray[np.float64]]:
        hp = self.hyperparams
        named = [(f, parameters_of(f, hp)) for f in hp.functions]
        curves = np.array([curve(*n, hp.input_range) for n in named])  # (E, 3, 401)
        found = np.array([gain(*n, hp.sigma) for n in named])  # (E, 3)
        return {
            "x": fixed(curves[0, 0]),
            "value": fixed(curves[:, 1]),
            "gradient": fixed(curves[:, 2]),
            "forward_gain": found[:, 0],
            "backward_gain": found[:, 1],
        }

    @property
    def done(self) -> bool:
        """Whether every network has diverged."""
        return not self._alive

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams: the learning rate, and what the functions are shown and judged for."""
        self.hyperparams = hyperparams
        self._optimizer.lr = hyperparams.lr
        self._static = self._curves_and_gains()

    def step(self) -> None:
        """One update of every network on the same batch; nothing where all have diverged."""
        while self._alive:
            ahead = self._look_ahead()
            finite = ahead.loss.isfinite()
            if finite.all():
                break
            self._freeze(~finite)
        else:
            return
        self._step += 1
        if self._history.wants(self._step):
            self._record(ahead)
        parameters = self._stack.parameters()
        with torch.no_grad():
            torch._foreach_copy_(self._previous, parameters)
            self._optimizer.step(parameters, ahead.gradients)
        self._previous_batch, self._batch = self._batch, self._next_batch()
        self._ahead = None

    def _look_ahead(self) -> Pass:
        """Pass of the next step. A frame shows its gradients: the step after a frame finds it done."""
        if self._ahead is None:
            self._ahead = forward_backward(self._stack, self._batch)
        return self._ahead

    def _next_batch(self) -> tuple[Tensor, Tensor]:
        """Inputs (batch, features) and labels (batch,)."""
        chosen = self._batches.next()
        return self._data.inputs[chosen], self._data.labels[chosen]

    def _record(self, ahead: Pass) -> None:
        row = np.full((2, len(self.hyperparams.functions)), np.nan, np.float32)
        row[:, self._alive] = torch.stack((ahead.loss, accuracies(ahead.logits, self._batch[1]))).numpy()
        self._history.add(self._step, row.ravel())

    def _freeze(self, bad: Tensor) -> None:
        """Stop the networks whose loss is not finite at the last state where it was; `bad` (E alive,) bool."""
        left, kept = bad.nonzero().flatten(), (~bad).nonzero().flatten()
        before = self._stack.part(left, self._previous)
        measured = measure(before, forward_backward(before, self._previous_batch), self._peaks[left]).each()
        inputs = torch.stack(self._look_ahead().inputs, dim=1)[left]
        signal = inputs.isfinite().all(-1).all(-1)  # (E bad, depth)
        for row, place in enumerate(left.tolist()):
            network = self._alive[place]
            self._frozen[network] = measured[row]
            label = choice(FUNCTIONS, self.hyperparams.functions[network]).label
            quantity = first_not_finite(measured[row].gradient_norm.isfinite(), signal[row])
            self._divergences.append(Divergence(label, self._step + 1, quantity))
        self._alive = [self._alive[i] for i in kept.tolist()]
        self._peaks = self._peaks[kept]
        self._stack = self._stack.part(kept)
        self._optimizer.keep(kept)
        self._previous = [p[kept] for p in self._previous]
        self._ahead = None

    def frame(self) -> Frame:
        """Snapshot; the gradients are those that the next step takes."""
        norms, unit_slope, activation_mean = (part.numpy() for part in self._measured())
        rows = self._history.rows.reshape(-1, 2, len(norms))
        return Frame(
            hyperparams=self.hyperparams,
            step=self._step,
            divergences=tuple(self._divergences),
            functions=self.hyperparams.functions,
            **self._static,
            history_step=self._history.steps,
            train_loss=rows[:, 0].T,
            train_accuracy=rows[:, 1].T,
            gradient_norm=norms[:, :-1],
            readout_gradient_norm=norms[:, -1],
            dead_fraction=(unit_slope < DEAD_BELOW).mean(-1),
            unit_slope=unit_slope,
            activation_mean=activation_mean,
        )

    def _measured(self) -> Measured:
        """Of all networks, the stopped ones as they stopped."""
        found = dict(self._frozen)
        if self._alive:
            measured = measure(self._stack, self._look_ahead(), self._peaks)
            found |= zip(self._alive, measured.each(), strict=True)
        return Measured(*(torch.stack(rows) for rows in zip(*(found[i] for i in range(len(found))), strict=True)))


def measure(stack: Stack, on_batch: Pass, peaks: Tensor) -> Measured:
    gradients = on_batch.gradients[: len(stack.weights)]
    norms = [torch.linalg.vector_norm(g, dim=(1, 2), dtype=torch.float64) for g in gradients]
    slopes, means = _units(stack, torch.stack(on_batch.inputs))
    return Measured(torch.stack(norms, dim=1), slopes / peaks[:, None, None], means)


def _units(stack: Stack, z: Tensor) -> tuple[Tensor, Tensor]:
    """Largest |f′| of each unit over the batch (E, depth, width) and mean output by layer (E, depth).

    z (depth, E, batch, width) is what enters the activations.
    """
    z.requires_grad_()
    outputs = torch.stack([stack.activate(e, z_e) for e, z_e in enumerate(z.unbind(1))])
    (slopes,) = torch.autograd.grad(outputs.sum(), z, materialize_grads=True)
    return slopes.abs().amax(2).transpose(0, 1), outputs.detach().mean((2, 3))


def cost(hyperparams: Hyperparams) -> dict[str, float]:
    """Microseconds that one layer takes forward and backward: of each function alone, and of the matrix product."""
    generator = torch.Generator().manual_seed(hyperparams.seed)
    z = torch.randn(hyperparams.batch_size, hyperparams.width, generator=generator, requires_grad=True)
    weight = torch.randn(hyperparams.width, hyperparams.width, generator=generator, requires_grad=True)
    timed: dict[str, Callable[[], Tensor]] = {"matmul": lambda: z @ weight}
    for name in hyperparams.functions:
        timed[name] = partial(function(name, parameters_of(name, hyperparams)), z)
    return {name: _microseconds(work, [z, weight]) for name, work in timed.items()}


def _microseconds(work: Callable[[], Tensor], inputs: list[Tensor], rounds: int = 40) -> float:
    """Shortest of some rounds: whatever else runs on the machine only ever adds."""
    ones = torch.ones_like(work())
    best = math.inf
    for _round in range(rounds):
        start = perf_counter()
        torch.autograd.grad(work(), inputs, ones, allow_unused=True)
        best = min(best, perf_counter() - start)
    return 1e6 * best


PROBES: dict[str, Callable[[Hyperparams], dict[str, float]]] = {"cost": cost}

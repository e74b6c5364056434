"""Deep networks that differ in their first weights alone: looked into layer by layer, then trained side by side.

See `networks` for the equations, `measures` for what is measured, `theory` for what a layer of infinite width would do.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.catalog import ALL_INITIALIZERS, choice
from explorer.core.experiment import Divergence
from explorer.core.history import History
from explorer.core.i18n import _
from explorer.experiments.initializers import theory
from explorer.experiments.initializers.look import Look
from explorer.experiments.initializers.measures import Measures
from explorer.experiments.initializers.networks import Networks, Pass, run_through
from explorer.experiments.initializers.phase import SHALLOW, Picture, Setting
from explorer.experiments.initializers.spec import Frame, Hyperparams
from explorer.nets.activations import DEAD_BELOW, function, parameters_of, peak
from explorer.nets.data import Batches, load
from explorer.nets.initializers import Draw, Scales, drawn, unit_variance
from explorer.nets.optimizers import optimizer
from explorer.nets.stack import accuracies

AT_ONCE = 1.5e9
"""Multiply-adds of a forward pass that are done before the first frame; what is larger appears layer by layer."""


class Run:
    """One live execution."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        self._step = 0
        self._data = load(hp.data)
        generator = torch.Generator().manual_seed(hp.seed)
        widths = [self._data.inputs.shape[1], *[hp.width] * hp.depth, self._data.n_classes]
        self._draws = [Draw.make(a, b, generator) for a, b in pairwise(widths)]
        self._batches = Batches(len(self._data.inputs), hp.batch_size, generator)
        self._batch = self._previous_batch = self._next_batch()
        self._function = hp.activation, parameters_of(hp.activation, hp)
        self._flat_below = DEAD_BELOW * peak(*self._function)
        f = None if hp.activation == "prelu" else function(*self._function)
        n = len(hp.initializers)
        self._networks = Networks(n, f, hp.batch_norm)
        self._optimizer = optimizer(hp.optimizer, hp.lr)
        self._alive = list(range(n))
        self._previous: list[Tensor] = []
        self._history = History(2 * n)
        self._divergences: list[Divergence] = []
        self._measures, self._measured_at = Measures(n, hp.depth), 0
        self._pass: Look | None = None
        """Of the state that is now, on its way or complete; the next step takes its gradients."""
        self._moments = np.zeros((3, n, hp.depth + 1))
        self._theory = np.full((2, n, hp.depth), np.nan)
        self._picture, self._cancelled = Picture(self._setting()), False
        first = self._look(self._measures, self._alive, self._networks, self._batch, learn=False)
        self._first: Look | None = first
        """Until all layers have been seen."""
        self._begin(first, int(AT_ONCE / (n * hp.width**2 * self._batch[0].shape[0])))

    def _setting(self) -> Setting:
        hp = self.hyperparams
        over_depth = hp.phase == "depth"
        depth = (SHALLOW if hp.depth <= SHALLOW else 100) if over_depth else hp.depth
        learner = "" if over_depth else hp.optimizer
        return Setting(hp.phase, *self._function, hp.batch_norm, hp.data, hp.width, depth, learner, hp.seed)

    # --- the first look, layer by layer --------------------------------------------------------------------------
    def _begin(self, first: Look, pieces: int) -> None:
        """Do the next pieces of drawing weights and looking into the layers, as far as there are any."""
        for _piece in range(min(pieces, first.n_pieces - first.n_done)):
            if not first.is_read_out:
                self._draw(first.n_done, first.h)
            first.go_on()
            if first.n_done == self.hyperparams.depth + 1:
                self._predict()
        if first.done:
            self._first = None
            if not first.loss.isfinite().all():
                self._freeze(~first.loss.isfinite())

    def _draw(self, layer: int, h: Tensor) -> None:
        hp, draw = self.hyperparams, self._draws[layer]
        mode: Literal["fan_in", "fan_out"] = "fan_in" if hp.fan_mode == "fan_in" else "fan_out"
        scales = Scales(hp.sigma, hp.bound, hp.constant, hp.gain, mode)
        weights = torch.empty(len(hp.initializers), draw.fan_in, draw.fan_out)
        biases = torch.empty(len(hp.initializers), 1, draw.fan_out)
        for e, name in enumerate(hp.initializers):
            weight, biases[e] = drawn(draw, name, scales)
            weights[e] = unit_variance(weight, h[e]) if name == "lsuv" else weight
        squares = torch.linalg.vector_norm(weights, dim=(1, 2)).square() / weights[0].numel()
        self._moments[:, :, layer] = torch.stack([weights.mean((1, 2)), squares, biases.square().mean((1, 2))])
        self._networks.add(weights, biases, hidden=layer < hp.depth)

    def _predict(self) -> None:
        """Compare with theory; the gradient is in units of that of the last hidden layer."""
        hp = self.hyperparams
        mean, square, bias_square = self._moments
        weights = theory.Weights(mean, square, bias_square, np.array([d.fan_in for d in self._draws], float))
        x_square = self._batch[0].square().mean(1).double().numpy()
        self._theory = np.stack(theory.predicted(theory.table(*self._function), weights, x_square, hp.batch_norm))

    # --- training ------------------------------------------------------------------------------------------------
    @property
    def done(self) -> bool:
        """Whether every network has diverged."""
        return not self._alive

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams."""
        self.hyperparams = hyperparams
        self._optimizer.lr = hyperparams.lr

    def _next_batch(self) -> tuple[Tensor, Tensor]:
        """Inputs (batch, features) and labels (batch,)."""
        chosen = self._batches.next()
        return self._data.inputs[chosen], self._data.labels[chosen]

    def _look(
        self,
        measures: Measures | None,
        rows: list[int],
        networks: Networks,
        batch: tuple[Tensor, Tensor],
        learn: bool = True,
    ) -> Look:
        """Pass of networks whose places in `measures` are `rows`."""
        return Look(networks, batch, self.hyperparams.depth, learn, measures, rows, self._flat_below)

    def _go_on(self, measures: Measures | None) -> bool:
        """Go on by one piece with the pass of this state; whether it is complete. None is needed without networks.

        One whose loss is not finite stops its networks, and begins anew with the others.
        """
        if not self._alive:
            return True
        if self._pass is None or (measures and not self._pass.measures):
            self._pass = self._look(measures, self._alive, self._networks, self._batch)
        if self._pass.done:
            return True
        self._pass.go_on()
        if self._pass.n_done == self.hyperparams.depth + 1:
            self._read(self._pass.loss.isfinite())
        return False

    def _read(self, finite: Tensor) -> None:
        """Stop networks whose loss is not finite (E alive,); where all are, the state before is not needed any more."""
        if finite.all():
            self._previous = []
        else:
            self._pass = None
            self._freeze(~finite)

    def prepare_step(self) -> bool:
        """Do a piece of what the next step waits for; whether nothing is left."""
        if self._first:
            self._begin(self._first, 1)
            return False
        return self._go_on(None)

    def step(self) -> None:
        """One update of every network on the same batch; nothing where all have diverged."""
        while not self.prepare_step():
            pass
        passing, self._pass = self._pass, None
        if passing is None:
            return
        self._step += 1
        if self._history.wants(self._step):
            self._record(passing)
        with torch.no_grad():
            self._previous = self._networks.parameters()
            self._networks.renew(self._optimizer.moved(self._previous, passing.gradients))
        self._previous_batch, self._batch = self._batch, self._next_batch()

    def _record(self, passing: Pass) -> None:
        row = np.full((2, len(self.hyperparams.initializers)), np.nan, np.float32)
        row[:, self._alive] = torch.stack([passing.loss, accuracies(passing.logits, self._batch[1])]).numpy()
        self._history.add(self._step, row.ravel())

    def _freeze(self, bad: Tensor) -> None:
        """Stop networks (E alive,) whose loss is not finite: what is shown of them is their last finite state."""
        left, kept = bad.nonzero().flatten(), (~bad).nonzero().flatten()
        rows, places = [self._alive[i] for i in left.tolist()], list(range(len(left)))
        now = Measures(len(left), self.hyperparams.depth)
        self._look(now, places, self._networks.part(left), self._batch).finish()
        if self._step:
            before = self._networks.part(left, self._previous)
            self._look(self._measures, rows, before, self._previous_batch).finish()
        for place, row in enumerate(rows):
            label = choice(ALL_INITIALIZERS, self.hyperparams.initializers[row]).label
            gradient = self._measures.values["gradient_std"][row] if self._step else np.zeros(1)
            quantity = _first_not_finite(gradient, now.values["activation_std"][place])
            self._divergences.append(Divergence(label, self._step, quantity))
        self._alive = [self._alive[i] for i in kept.tolist()]
        self._networks = self._networks.part(kept)
        self._optimizer.keep(kept)
        self._previous = [p[kept] for p in self._previous]

    # --- frames --------------------------------------------------------------------------------------------------
    def prepare_frame(self) -> bool:
        """Do a piece of the look at this state; whether nothing is left. A pass that does not measure begins anew."""
        if self._measured_at < self._step and self._go_on(self._measures):
            self._measured_at = self._step
        return self._measured_at == self._step

    def frame(self) -> Frame:
        """Snapshot; the gradients are those that the next step takes."""
        while not self.prepare_frame():
            pass
        rows = self._history.rows.reshape(-1, 2, len(self.hyperparams.initializers))
        return Frame(
            hyperparams=self.hyperparams,
            step=self._step,
            divergences=tuple(self._divergences),
            initializers=self.hyperparams.initializers,
            **{name: values.copy() for name, values in self._measures.values.items()},  # type: ignore[arg-type]
            theory_activation_std=self._theory[0],
            theory_gradient_std=self._theory[1] * self._measures.values["gradient_std"][:, -1:],
            weight_rms=np.sqrt(self._moments[1, :, min(1, self.hyperparams.depth)]),
            history_step=self._history.steps,
            train_loss=rows[:, 0].T,
            train_accuracy=rows[:, 1].T,
            phase_x=self._picture.x,
            phase_sigma=self._picture.y,
            phase=self._picture.z.copy(),
        )

    # --- refining ------------------------------------------------------------------------------------------------
    def refine(self) -> None:
        """Look into the next layer; when all have been seen, the next piece of the phase picture."""
        if self._first:
            self._begin(self._first, 1)
        else:
            self._picture.refine()

    @property
    def begun(self) -> bool:
        """Whether all layers have been seen, forward and backward."""
        return self._cancelled or self._first is None

    @property
    def refined(self) -> float:
        """Share of layers and pieces of the picture that are done."""
        if self._cancelled:
            return 1.0
        n = 2 * self.hyperparams.depth + 1
        seen = self._first.n_done if self._first else n
        return (seen + self._picture.done) / (n + self._picture.total)

    def cancel_refining(self) -> None:
        """Leave layers and picture as they are; a step looks at the rest of the layers all the same."""
        self._cancelled = True


def _first_not_finite(gradient: NDArray[np.float64], signal: NDArray[np.float64]) -> str:
    """Name what overflowed first: the last gradient, which comes from above, then the signal by layer."""
    if not np.isfinite(gradient).all():
        return _("gradient of layer {n}").format(n=int(np.flatnonzero(~np.isfinite(gradient))[-1]) + 1)
    if not np.isfinite(signal).all():
        return _("signal of layer {n}").format(n=int(np.flatnonzero(~np.isfinite(signal))[0]) + 1)
    return _("loss")


def single_layer(hyperparams: Hyperparams) -> dict[str, float]:
    """Training accuracy of a network without hidden layers that starts from zeros, over the last 50 of 200 steps."""
    data = load("digits")
    batches = Batches(len(data.inputs), 128, torch.Generator().manual_seed(hyperparams.seed))
    layer = Networks(1, None, batch_norm=False)
    layer.add(torch.zeros(1, data.inputs.shape[1], data.n_classes), torch.zeros(1, 1, data.n_classes), hidden=False)
    learner, right = optimizer("sgd", hyperparams.lr), []
    for _step in range(200):
        chosen = batches.next()
        passing = run_through(layer, data.inputs[chosen], data.labels[chosen], depth=0)
        right.append(float(accuracies(passing.logits, data.labels[chosen])))
        with torch.no_grad():
            learner.step(layer.parameters(), passing.gradients)
    return {"accuracy": float(np.mean(right[-50:]))}


def fans(_hyperparams: Hyperparams) -> dict[str, float]:
    """What PyTorch takes for fan_in and fan_out of a convolution of 3 channels to 64 with a kernel of 5 × 5."""
    weight = torch.nn.Conv2d(3, 64, 5).weight
    fan_in, fan_out = torch.nn.init._calculate_fan_in_and_fan_out(weight)
    return {"fan_in": fan_in, "fan_out": fan_out, "in_channels": 3, "out_channels": 64}


PROBES: dict[str, Callable[[Hyperparams], dict[str, float]]] = {"single_layer": single_layer, "fans": fans}

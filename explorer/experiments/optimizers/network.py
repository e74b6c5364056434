"""A network trained by every optimizer from the same weights on the same batches, seen in a plane through its weights.

The plane: the two principal directions of all trajectories together (Lorch 2016), or two Gaussian directions in which
every unit's weights have the length of the network's own, biases left out (filter normalisation, Li et al. 2018), made
orthogonal. It is laid anew at steps 4, 8, 12, … ever farther apart; the surface in it is computed coarse first.
"""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.catalog import ALL_OPTIMIZERS, choice
from explorer.core.experiment import Divergence
from explorer.core.i18n import _
from explorer.experiments.optimizers.methods import factor, made
from explorer.experiments.optimizers.plane import Plane, principal, random_plane
from explorer.experiments.optimizers.spec import Frame, Hyperparams
from explorer.experiments.optimizers.spread import of_one
from explorer.experiments.optimizers.terrain import Terrain
from explorer.experiments.optimizers.track import Track, room_for
from explorer.nets.activations import activation
from explorer.nets.data import Batches, load
from explorer.nets.initializers import Draw
from explorer.nets.stack import Stack, losses

SNAPSHOTS = 24
"""Points of each trajectory that decide the principal directions."""
SEEN = 3000
"""Points of a trajectory that are sent to the screen while it plays."""


class NetworkRun:
    """One live execution on the loss of a network."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        n = len(hp.optimizers)
        self._step = 0
        self._data = load(hp.data)
        generator = torch.Generator().manual_seed(hp.seed)
        widths = [self._data.inputs.shape[1], hp.width, self._data.n_classes]
        draws = [Draw.make(a, b, generator) for a, b in pairwise(widths)]
        self._stack = Stack([activation("relu")] * n, ["he_normal"] * n, draws, batch_norm=False)
        self._batches = Batches(len(self._data.inputs), hp.batch_size, generator)
        self._optimizers = [made(name, hp) for name in hp.optimizers]
        self._first = self._weights()[0].clone()
        self._track = Track(n, 1, self._first.numel(), np.float32)
        self._diverged: NDArray[np.int64] = np.full((n, 1), -1)
        self._divergences: list[Divergence] = []
        self._next_plane = 4
        self._cancelled = False
        self._evaluate()
        self._lay_plane()

    def _weights(self) -> Tensor:
        """All weights of each network in one row, (n_optimizers, n_weights)."""
        return torch.cat([p.detach().flatten(1) for p in self._stack.parameters()], dim=1)

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams; a new look at the surface computes it anew."""
        old, self.hyperparams = self.hyperparams, hyperparams
        for name, own in zip(hyperparams.optimizers, self._optimizers, strict=True):
            if hasattr(own, "momentum"):
                own.momentum = getattr(hyperparams, name).momentum if name != "sgd" else 0.0
        if old.centre != hyperparams.centre and hyperparams.plane == "random":
            self._lay_plane()
        looks = ("resolution", "extent", "samples")
        if any(getattr(old, look) != getattr(hyperparams, look) for look in looks):
            self._survey()

    @property
    def done(self) -> bool:
        """Whether every network has diverged."""
        return bool((self._diverged >= 0).all())

    def step(self) -> None:
        """One update of every network on the same batch."""
        hp, parameters = self.hyperparams, self._stack.parameters()
        scale = factor(hp, self._step)
        with torch.no_grad():
            for i, (name, own) in enumerate(zip(hp.optimizers, self._optimizers, strict=True)):
                own.lr = getattr(hp, name).lr * scale
                own.step([p[i] for p in parameters], [g[i] for g in self._gradients])
        self._step += 1
        self._evaluate()
        if self._step == self._next_plane:
            self._next_plane = max(self._step + 4, round(1.5 * self._step))
            self._lay_plane()

    def _evaluate(self) -> None:
        """Loss and gradients on the batch of the next step, and the books."""
        batch = self._batches.next()
        loss = losses(self._stack.logits(self._data.inputs[batch]), self._data.labels[batch])
        self._gradients = torch.autograd.grad(loss.sum(), self._stack.parameters())
        weights, loss = self._weights(), loss.detach()
        self._note_divergence(~(loss.isfinite() & weights.isfinite().all(1)).numpy())
        away = (weights - self._first).norm(dim=1).tolist()
        rates = np.array([(_median_rate(own), d) for own, d in zip(self._optimizers, away, strict=True)])
        self._track.put(self._step, weights[:, None].numpy(), loss[:, None].numpy(), rates)

    def _note_divergence(self, bad: NDArray[np.bool_]) -> None:
        for i in np.flatnonzero(bad & (self._diverged[:, 0] < 0)).tolist():
            label = choice(ALL_OPTIMIZERS, self.hyperparams.optimizers[i]).label
            self._divergences.append(Divergence(label, self._step, _("loss")))
            self._diverged[i] = self._step

    # --- the plane and the surface in it --------------------------------------------------------------------------
    def _lay_plane(self) -> None:
        rows = self._track.rows(SNAPSHOTS)
        paths = self._track.path(rows)[:, 0].astype(np.float64)  # (M, n, n_weights)
        kept = paths[(self._diverged[:, 0] < 0)] if (self._diverged < 0).any() else paths[:, :1]
        if self.hyperparams.plane == "random":
            generator = torch.Generator().manual_seed(self.hyperparams.seed)
            shapes = [p.shape[1:] for p in self._stack.parameters()]
            self._plane: Plane = random_plane(self._centre(), shapes, generator)
        else:
            self._plane = principal(kept)
        self._shown = np.array([self._plane.share(path[np.isfinite(path).all(1)]) for path in paths])
        self._survey()

    def _centre(self) -> NDArray[np.float64]:
        """Weights where the random directions cross: of the chosen optimizer, else of the first that is finite."""
        weights = self._weights().double().numpy()
        names = self.hyperparams.optimizers
        finite = [name for name, row in zip(names, weights, strict=True) if np.isfinite(row).all()]
        chosen = self.hyperparams.centre
        if chosen == "start" or not finite:
            return self._first.double().numpy()
        centre: NDArray[np.float64] = weights[names.index(chosen if chosen in finite else finite[0])]
        return centre

    def _survey(self) -> None:
        """Begin the surface anew."""
        hp = self.hyperparams
        half = np.full(2, hp.extent)
        middle = np.zeros(2)
        if hp.plane == "pca":
            seen = self._plane.project(self._track.path(self._track.rows(100))[self._diverged[:, 0] < 0])
            points = seen.reshape(-1, 2) if seen.size else np.zeros((1, 2))
            middle = (points.max(0) + points.min(0)) / 2
            half = np.maximum(hp.extent * np.ptp(points, axis=0) / 2, 0.05)
        x, y = (np.linspace(m - h, m + h, hp.resolution) for m, h in zip(middle, half, strict=True))
        shapes = [tuple(p.shape[1:]) for p in self._stack.parameters()]
        self._terrain = Terrain(self._plane, shapes, self._data, hp.samples, x, y)
        self._cancelled = False

    def refine(self) -> None:
        """Compute some more points of the surface."""
        self._terrain.advance()

    @property
    def refined(self) -> float:
        """Share of the points of the surface that are there."""
        return 1.0 if self._cancelled else self._terrain.share

    def cancel_refining(self) -> None:
        """Leave the surface as it is."""
        self._cancelled = True

    # --- frames ---------------------------------------------------------------------------------------------------
    def frame(self) -> Frame:
        """Snapshot with every step that is kept."""
        return self._frame(np.arange(self._track.count))

    def glance(self) -> Frame:
        """Snapshot with as much of the paths as a screen can show."""
        return self._frame(self._track.seen_rows(SEEN // len(self._optimizers)))

    def keep_all(self, steps: int) -> None:
        """Remember every step. Raises TooMuch where a file cannot hold so many."""
        old = self._track
        budget = room_for(steps, old.row_bytes)
        self._track = Track(len(self._optimizers), 1, self._first.numel(), np.float32, budget=budget)
        first = np.zeros(1, np.int64)
        self._track.put(0, old.path(first)[:, :, 0], old.loss(first)[:, :, 0], old.rates(first)[:, 0])

    def _frame(self, rows: NDArray[np.int64]) -> Frame:
        rates = self._track.rates(rows)
        n = len(self._optimizers)
        slopes = torch.cat([g.flatten(1) for g in self._gradients], dim=1).numpy()
        return Frame(
            hyperparams=self.hyperparams,
            step=self._step,
            divergences=tuple(self._divergences),
            optimizers=self.hyperparams.optimizers,
            path_step=self._track.steps(rows),
            **of_one(self._track.steps(rows), np.repeat(rates[..., :1], 2, axis=-1)),
            path=self._plane.project(self._track.path(rows)),
            loss=self._track.loss(rows),
            diverged_at=self._diverged.copy(),
            gradient=self._plane.along(slopes),
            reference=0,
            distance_of=np.zeros(1, np.int64),
            distance=rates[:, None, :, 1],
            reached=np.full((n, 1), -1),
            shown=self._shown.copy(),
            shown_by_chance=self._plane.by_chance,
            race_lr=np.empty(0),
            race_loss=np.empty((n, 0, 0)),
            race_step=0,
            surface_x=self._terrain.x,
            surface_y=self._terrain.y,
            surface_z=self._terrain.heights(),
            minima=np.empty((0, 2)),
            minimum_loss=np.empty(0),
            lowest=0.0,
        )


def _median_rate(own: Any) -> float:
    """Median over the first layer's weights of what their direction was multiplied by."""
    if not own.steps:
        return math.nan
    rate = own.effective_lr()
    return float(rate.median()) if isinstance(rate, Tensor) else float(rate)

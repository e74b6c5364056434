"""The loss of a network over a plane of its weights, coarse first. The network itself is never moved.

The plane enters the first layer linearly: its pre-activations at x, y are A₀ + x A₁ + y A₂, each computed once.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.experiments.optimizers.plane import Plane
from explorer.nets.data import Dataset

STRIDES = (4, 2, 1)
CHUNK = 32
"""Points at a time: as many as fit into the cache."""
Array = NDArray[np.float64]


class Terrain:
    """Losses at the crossings of a grid, for a network of one hidden layer of ReLUs."""

    def __init__(
        self, plane: Plane, shapes: Sequence[Sequence[int]], data: Dataset, n_samples: int, x: Array, y: Array
    ) -> None:
        self.x, self.y = x, y
        self._labels = data.labels[:n_samples]
        corners = np.stack([plane.centre, *plane.directions])  # (3, n_weights)
        parts = torch.from_numpy(corners).float().split([int(np.prod(s)) for s in shapes], dim=1)
        w1, w2, b1, b2 = (part.view(3, *shape) for part, shape in zip(parts, shapes, strict=True))
        self._inner = data.inputs[:n_samples] @ w1 + b1  # (3, n_samples, width)
        self._outer, self._outer_bias = w2, b2
        self._z: Array = np.full((len(y), len(x)), np.nan)
        self._order = _coarse_first(len(y), len(x))
        self._done = 0

    @property
    def share(self) -> float:
        return self._done / len(self._order)

    def advance(self) -> None:
        """Compute the next points."""
        chosen = self._order[self._done : self._done + CHUNK]
        if len(chosen):
            at = np.column_stack([self.x[chosen[:, 1]], self.y[chosen[:, 0]]])
            self._z[chosen[:, 0], chosen[:, 1]] = self.loss(torch.from_numpy(at).float()).numpy()
            self._done += len(chosen)

    def loss(self, at: Tensor) -> Tensor:
        """Mean cross-entropy at points (k, 2) of the plane, (k,)."""
        mix = torch.cat([torch.ones(len(at), 1), at], dim=1)  # (k, 3)
        hidden = _mixed(mix, self._inner).relu_()  # (k, n_samples, width)
        outer, bias = _mixed(mix, self._outer).mT, _mixed(mix, self._outer_bias).mT
        logits = torch.baddbmm(bias, outer, hidden.mT)  # (k, classes, n_samples): faster than the other way round
        return F.cross_entropy(logits, self._labels.expand(len(at), -1), reduction="none").mean(1)

    def heights(self) -> Array:
        """Losses so far, (n_y, n_x): where a point is not yet there, that of the coarser grid; nan where none is."""
        z = self._z.copy()
        for stride in STRIDES[1::-1]:
            rows, columns = (np.arange(n) // stride * stride for n in z.shape)
            z = np.where(np.isnan(z), z[np.ix_(rows, columns)], z)
        return z


def _mixed(mix: Tensor, parts: Tensor) -> Tensor:
    """Corner plus directions: (k, 3), (3, a, b) → (k, a, b)."""
    return (mix @ parts.flatten(1)).view(-1, *parts.shape[1:])


def _coarse_first(n_rows: int, n_columns: int) -> NDArray[np.int64]:
    """Row and column of every crossing, every fourth first, then every second, then all, (n, 2)."""
    row, column = (index.ravel() for index in np.indices((n_rows, n_columns)))
    level = np.zeros(len(row), np.int64)
    for stride in STRIDES[:-1]:
        level += (row % stride != 0) | (column % stride != 0)
    order = np.argsort(level, kind="stable")
    return np.column_stack([row, column])[order]

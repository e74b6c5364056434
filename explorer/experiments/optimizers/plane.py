"""Planes through a space of many weights, and how much of a trajectory they show.

How little a plane can say: of a random walk in any number of dimensions its own two principal directions show 76 %
(centred; Antognini & Sohl-Dickstein 2018). `by_chance` is that share for as many walks, points and the same centring.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plane:
    """Points are `centre` (n_weights,) + x · directions[0] + y · directions[1]; the directions are orthogonal."""

    centre: Array
    directions: Array
    """(2, n_weights)."""
    by_chance: float
    """Share of the spread of random walks that such a plane would show."""

    def along(self, ways: NDArray[Any]) -> Array:
        """Components of ways (…, n_weights) in units of the directions, (…, 2)."""
        with np.errstate(invalid="ignore", over="ignore"):
            found = ways @ (self.directions / np.square(self.directions).sum(1)[:, None]).T.astype(ways.dtype)
        return np.asarray(found, np.float64)

    def project(self, points: NDArray[Any]) -> Array:
        """Coordinates in the plane, (…, 2)."""
        return self.along(points) - self.along(self.centre)

    def share(self, points: Array) -> float:
        """Share of the spread of points (n, n_weights) about the centre that lies in the plane; nan without spread."""
        away = points - self.centre
        with np.errstate(over="ignore", invalid="ignore"):
            whole = float(np.square(away).sum())
            seen = float((np.square(self.along(away)) * np.square(self.directions).sum(1)).sum())
        return seen / whole if 0 < whole < np.inf else float("nan")


def principal(paths: Array) -> Plane:
    """Plane of the two directions in which all points (n_paths, n, n_weights) spread most about their common mean."""
    points = paths.reshape(-1, paths.shape[-1])
    centre = points.mean(0)
    away = points - centre
    values, vectors = np.linalg.eigh(away @ away.T)
    if len(points) < 3 or values[-2] <= 1e-12 * max(values[-1], 1e-300):
        directions = np.eye(2, paths.shape[-1])  # nothing has spread yet
    else:
        directions = (vectors[:, :-3:-1].T @ away) / np.sqrt(values[:-3:-1])[:, None]
        ends = directions @ (paths[:, -1] - paths[:, 0]).mean(0)
        directions = directions * np.where(ends < 0, -1.0, 1.0)[:, None]  # an end is to the right of its start
    return Plane(centre, directions, walks_share(*paths.shape[:2]))


@lru_cache(maxsize=64)
def walks_share(n_paths: int, n: int) -> float:
    """Share of the first two principal components of random walks of n points from a common start, in many dimensions.

    Their expected Gram matrix is min(i, j) within a walk and 0 between two.
    """
    if n < 3:
        return 1.0
    steps = np.arange(n, dtype=np.float64)
    gram = np.kron(np.eye(n_paths), np.minimum(steps[:, None], steps[None]))
    gram = gram - gram.mean(0) - gram.mean(1)[:, None] + gram.mean()
    return float(np.linalg.eigvalsh(gram)[-2:].sum() / np.trace(gram))


def random_plane(centre: Array, shapes: Sequence[Sequence[int]], generator: torch.Generator) -> Plane:
    """Plane through `centre` of two random directions, filter-normalised; then the second made orthogonal."""
    first, second = (_normalised(centre, shapes, generator) for _direction in range(2))
    second = second - (second @ first) / (first @ first) * first
    return Plane(centre, np.stack([first, second]), 2 / len(centre))


def _normalised(centre: Array, shapes: Sequence[Sequence[int]], generator: torch.Generator) -> Array:
    """Gaussian weights; those into each unit as long as the unit's own, biases 0. Weights are (fan_in, fan_out)."""
    parts, begin = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        own = centre[begin : begin + size].reshape(shape)
        drawn = torch.randn(*shape, dtype=torch.float64, generator=generator).numpy()
        scale = np.linalg.norm(own, axis=0) / np.linalg.norm(drawn, axis=0) if shape[0] > 1 else 0.0
        parts.append((drawn * scale).ravel())
        begin += size
    return np.concatenate(parts)

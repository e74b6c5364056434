"""Which of thousands of steps the screen must have: where a way goes, when a loss is reached, where one overflows."""

import numpy as np
from numpy.typing import NDArray

from explorer.experiments.optimizers.grounds import Range

CELLS = 300
"""Along each side of the picture: about 2 px."""
THRESHOLDS = np.array([float(f"{digit}e{power}") for power in range(-9, 4) for digit in range(1, 10)])
"""Losses above the lowest whose first steps are told exactly: numbers of one digit."""
Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Notable:
    """Is given every step once, in order, some at a time."""

    def __init__(self, x: Range, y: Range, lowest: float, reference: int, n_ways: int) -> None:
        self._corner, self._size = np.array([x[0], y[0]]), np.array([x[1] - x[0], y[1] - y[0]])
        self._lowest, self._reference = lowest, reference
        self._visited = np.zeros((n_ways, CELLS * CELLS), bool)
        self._best: NDArray[np.int64] | None = None
        self._finite: Mask | None = None

    def __call__(self, path: Array, loss: Array) -> Mask:
        """Whether a step is notable, (n,); paths (n, n_optimizers, n_starts, 2), losses (n, n_optimizers, n_starts)."""
        found: Mask = self._arrivals(path) | self._records(loss[:, :, self._reference]) | self._ends(loss)
        return found

    def _arrivals(self, path: Array) -> Mask:
        """Where a way comes to a part of the picture that it has not been in."""
        with np.errstate(invalid="ignore", over="ignore"):
            share = (path - self._corner) / self._size
            inside = ((share >= 0) & (share < 1)).all(-1).reshape(len(path), -1)
        column, row = np.moveaxis((CELLS * np.where(np.isfinite(share), share.clip(0, 1), 0)).astype(np.int64), -1, 0)
        cell = (row * CELLS + column).reshape(len(path), -1)
        step, way = np.nonzero(inside)
        place = cell[step, way]
        new = ~self._visited[way, place]
        first = np.unique(way[new] * CELLS * CELLS + place[new], return_index=True)[1]
        self._visited[way, place] = True
        found = np.zeros(len(path), bool)
        found[step[new][first]] = True
        return found

    def _records(self, loss: Array) -> Mask:
        """Where a loss falls below a threshold for the first time; (n, n_optimizers)."""
        level = np.searchsorted(THRESHOLDS, loss - self._lowest, side="right")
        before = np.full(loss.shape[1], len(THRESHOLDS)) if self._best is None else self._best
        best = np.minimum.accumulate(np.vstack([before[None], level]))
        self._best = best[-1]
        found: Mask = np.any(best[1:] < best[:-1], axis=1)
        return found

    def _ends(self, loss: Array) -> Mask:
        """The first step that is not finite (and, within what is given, the last that was)."""
        finite = np.isfinite(loss).reshape(len(loss), -1)
        before = finite[:1] if self._finite is None else self._finite[None]
        self._finite = finite[-1]
        all_of = np.vstack([before, finite])
        turns: Mask = np.any(all_of[1:] != all_of[:-1], axis=1)
        found: Mask = turns | np.append(turns[1:], False)
        return found

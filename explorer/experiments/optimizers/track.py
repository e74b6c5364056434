"""What a run remembers of its steps: every one, until memory is full; then every second, every fourth, …"""

import numpy as np
from numpy.typing import NDArray

MOST = 2_000_000
"""Points of all trajectories together that are kept; 24 bytes each."""
Array = NDArray[np.float64]


class Track:
    """Rows of steps 0, stride, 2·stride, …, and always the present one as the last."""

    def __init__(self, n_optimizers: int, n_starts: int) -> None:
        self._most = max(MOST // (n_optimizers * n_starts), 8)
        rows = min(self._most, 256)
        self._stride = 1
        self._steps: NDArray[np.int64] = np.empty(rows, np.int64)
        self._path: Array = np.empty((rows, n_optimizers, n_starts, 2))
        self._loss: Array = np.empty((rows, n_optimizers, n_starts))
        self._rates: Array = np.empty((rows, n_optimizers, 2))
        self.count = 0

    def put(self, step: int, path: Array, loss: Array, rates: Array) -> None:
        """Take the next step: (n_optimizers, n_starts, 2), (n_optimizers, n_starts), (n_optimizers, 2)."""
        if self.count == len(self._steps):
            self._make_room()
        if self.count and self._steps[self.count - 1] % self._stride:
            self.count -= 1
        i = self.count
        self._steps[i], self._path[i], self._loss[i], self._rates[i] = step, path, loss, rates
        self.count += 1

    def _make_room(self) -> None:
        if self.count < self._most:
            grown = min(2 * self.count, self._most)
            self._steps, self._path, self._loss, self._rates = (
                np.concatenate([a, np.empty((grown - self.count, *a.shape[1:]), a.dtype)])
                for a in (self._steps, self._path, self._loss, self._rates)
            )
            return
        self._stride *= 2
        kept = np.flatnonzero(self._steps % self._stride == 0)
        for rows in (self._steps, self._path, self._loss, self._rates):
            rows[: len(kept)] = rows[kept]
        self.count = len(kept)

    def rows(self, most: int) -> NDArray[np.int64]:
        """Indices of at most so many rows, evenly, the first and the last among them."""
        return np.unique(np.linspace(0, self.count - 1, min(most, self.count)).astype(np.int64))

    def steps(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,)."""
        return self._steps[rows]

    def path(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n_starts, n, 2)."""
        return np.ascontiguousarray(self._path[rows].transpose(1, 2, 0, 3))

    def loss(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n_starts, n)."""
        return np.ascontiguousarray(self._loss[rows].transpose(1, 2, 0))

    def rates(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n, 2)."""
        return np.ascontiguousarray(self._rates[rows].transpose(1, 0, 2))

"""What a run remembers of its steps: every one, until memory is full; then every second, every fourth, …"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BUDGET = 48_000_000
"""Bytes that the rows may take."""
Array = NDArray[np.float64]


class Track:
    """Rows of steps 0, stride, 2·stride, …, and as the last the step that was put last."""

    def __init__(self, n_optimizers: int, n_starts: int, width: int = 2, dtype: Any = np.float64) -> None:
        """`width`: numbers of a point."""
        row = n_optimizers * (n_starts * (width * np.dtype(dtype).itemsize + 8) + 16)
        self._most = max(BUDGET // row, 8)
        rows = min(self._most, 256)
        self._stride = 1
        self._steps: NDArray[np.int64] = np.empty(rows, np.int64)
        self._path: NDArray[Any] = np.empty((rows, n_optimizers, n_starts, width), dtype)
        self._loss: Array = np.empty((rows, n_optimizers, n_starts))
        self._rates: Array = np.empty((rows, n_optimizers, 2))
        self.count = 0

    def wants(self, step: int) -> bool:
        """Whether the row of this step stays when others follow."""
        return step % self._stride == 0

    def put(self, step: int, path: NDArray[Any], loss: Array, rates: Array) -> None:
        """Take the next step: (n_optimizers, n_starts, width), (n_optimizers, n_starts), (n_optimizers, 2)."""
        if self.count == len(self._steps):
            self._make_room()
        if self.count and not self.wants(int(self._steps[self.count - 1])):
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

    def path(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """(n_optimizers, n_starts, n, width)."""
        return np.ascontiguousarray(self._path[rows].transpose(1, 2, 0, 3))

    def loss(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n_starts, n)."""
        return np.ascontiguousarray(self._loss[rows].transpose(1, 2, 0))

    def rates(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n, 2)."""
        return np.ascontiguousarray(self._rates[rows].transpose(1, 0, 2))

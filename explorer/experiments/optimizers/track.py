"""What a run remembers of its steps: every one, until memory is full; then every second, every fourth, …"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.experiment import TooMuch
from explorer.core.i18n import _

BUDGET = 48_000_000
"""Bytes that the rows may take."""
LARGEST = 500_000_000
"""Bytes that they may take where every step is kept, for a file."""
FEW = 16
"""So many rows are put into a frame one by one."""
Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Notes = Callable[[NDArray[Any], Array], Mask]
"""Of rows (n, n_optimizers, n_starts, width) and their losses: which the screen must have, (n,)."""


def room_for(steps: int, row_bytes: int) -> int:
    """Bytes that all steps take. Raises TooMuch where that is too much."""
    needed = (steps + 1) * row_bytes
    if needed > LARGEST:
        most = LARGEST // row_bytes - 1
        text = _("the whole way to step {n} is {size} MB; a file can hold it up to step {most}, or of fewer starts")
        raise TooMuch(text.format(n=steps, size=needed // 1_000_000, most=most))
    return max(needed, BUDGET)


def bytes_of_row(n_optimizers: int, n_starts: int, width: int, itemsize: int = 8) -> int:
    """What a step takes."""
    return n_optimizers * (n_starts * (width * itemsize + 8) + 16)


class Track:
    """Rows of steps 0, stride, 2·stride, …, notable ones, and as the last the step that was put last."""

    def __init__(
        self,
        n_optimizers: int,
        n_starts: int,
        width: int = 2,
        dtype: Any = np.float64,
        notes: Notes | None = None,
        budget: int = BUDGET,
    ) -> None:
        """`width`: numbers of a point."""
        self.row_bytes = bytes_of_row(n_optimizers, n_starts, width, np.dtype(dtype).itemsize)
        self._most = max(budget // self.row_bytes, 8)
        rows = min(self._most, 256)
        self._stride = 1
        self._notes = notes
        self._steps: NDArray[np.int64] = np.empty(rows, np.int64)
        self._path: NDArray[Any] = np.empty((rows, n_optimizers, n_starts, width), dtype)
        self._loss: Array = np.empty((rows, n_optimizers, n_starts))
        self._rates: Array = np.empty((rows, n_optimizers, 2))
        self._notable: Mask = np.zeros(rows, bool)
        self._noted = 0
        self.count = 0

    @property
    def is_complete(self) -> bool:
        """Whether every step is there."""
        return self._stride == 1

    def wants(self, step: int) -> bool:
        """Whether the row of this step stays when others follow."""
        return step % self._stride == 0

    def put(self, step: int, path: NDArray[Any], loss: Array, rates: Array) -> None:
        """Take the next step: (n_optimizers, n_starts, width), (n_optimizers, n_starts), (n_optimizers, 2)."""
        if self.count == len(self._steps):
            self._make_room()
        if self.count and not self.wants(int(self._steps[self.count - 1])) and not self._notable[self.count - 1]:
            self.count -= 1
        i = self.count
        self._steps[i], self._path[i], self._loss[i], self._rates[i] = step, path, loss, rates
        self._notable[i] = False
        self.count += 1
        self._noted = min(self._noted, i)

    def _make_room(self) -> None:
        if self.count < self._most:
            grown = min(2 * self.count, self._most)
            self._steps, self._path, self._loss, self._rates, self._notable = (
                np.concatenate([a, np.empty((grown - self.count, *a.shape[1:]), a.dtype)])
                for a in (self._steps, self._path, self._loss, self._rates, self._notable)
            )
            return
        self._note()
        self._stride *= 2
        kept = np.flatnonzero((self._steps % self._stride == 0) | self._notable)
        for rows in (self._steps, self._path, self._loss, self._rates, self._notable):
            rows[: len(kept)] = rows[kept]
        self.count = self._noted = len(kept)

    def _note(self) -> None:
        """Find the notable among the new rows; the row before them is their past."""
        if self._notes is not None and self._noted < self.count:
            new = slice(self._noted, self.count)
            self._notable[new] = self._notes(self._path[new], self._loss[new])
        self._noted = self.count

    def rows(self, most: int) -> NDArray[np.int64]:
        """Indices of at most so many rows, evenly, the first and the last among them."""
        return np.unique(np.linspace(0, self.count - 1, min(most, self.count)).astype(np.int64))

    def seen_rows(self, most: int) -> NDArray[np.int64]:
        """Indices of about so many rows: the first ones, the notable, even ones, the last.

        As rows are added those that were chosen stay, until only every second of the even ones does: what is drawn
        of them does not flicker.
        """
        if self.count <= most:
            return np.arange(self.count)
        self._note()
        share = max(most // 3, 1)
        stride = 1 << int(np.ceil(np.log2(self.count / share)))
        chosen = np.zeros(self.count, bool)
        chosen[::stride] = chosen[: most - 2 * share] = chosen[-1] = True
        notable = np.flatnonzero(self._notable[: self.count])
        chosen[notable[:: 1 + len(notable) // (4 * share)]] = True
        return np.flatnonzero(chosen)

    def steps(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,)."""
        return self._steps[rows]

    def path(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """(n_optimizers, n_starts, n, width)."""
        return _rows_of(self._path, rows)

    def loss(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n_starts, n)."""
        return _rows_of(self._loss, rows)

    def rates(self, rows: NDArray[np.int64]) -> Array:
        """(n_optimizers, n, 2)."""
        return np.ascontiguousarray(self._rates[rows].transpose(1, 0, 2))


def _rows_of(values: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Some rows of (…, n_optimizers, n_starts, …) as (n_optimizers, n_starts, n, …)."""
    if len(rows) > FEW:
        return np.ascontiguousarray(np.moveaxis(values[rows], 0, 2))
    found = np.empty((*values.shape[1:3], len(rows), *values.shape[3:]), values.dtype)
    for i, row in enumerate(rows.tolist()):  # of a large cloud there are few, and this takes a sixth of the time
        found[:, :, i] = values[row]
    return found

"""A history of bounded size: when it is full, every other point goes and the stride doubles."""

import numpy as np
from numpy.typing import NDArray


class History:
    """Rows of `width` values at steps 1, 1 + stride, 1 + 2·stride, …; at most `capacity` of them.

    Kept values are exact, whatever was thinned out between them.
    """

    def __init__(self, width: int, capacity: int = 4096) -> None:
        self._steps: NDArray[np.int64] = np.empty(capacity, np.int64)
        self._rows: NDArray[np.float32] = np.empty((capacity, width), np.float32)
        self._count = 0
        self.stride = 1

    def wants(self, step: int) -> bool:
        """Whether the point of this step (from 1) is kept."""
        return (step - 1) % self.stride == 0

    def add(self, step: int, row: NDArray[np.float32]) -> None:
        """Append the values of a step that is wanted; `row` (width,)."""
        if self._count == len(self._steps):
            self._thin()
            if not self.wants(step):
                return
        self._steps[self._count], self._rows[self._count] = step, row
        self._count += 1

    def _thin(self) -> None:
        self.stride *= 2
        self._count = (self._count + 1) // 2
        self._steps[: self._count] = self._steps[::2].copy()
        self._rows[: self._count] = self._rows[::2].copy()

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps of the points, (n,)."""
        return self._steps[: self._count].copy()

    @property
    def rows(self) -> NDArray[np.float32]:
        """Their values, (n, width)."""
        return self._rows[: self._count].copy()

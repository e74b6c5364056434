"""One unit's values on their way through the four steps of batch norm, counted once for all panels that show them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.experiments.batch_norm.frame import Frame

BINS = 40
REACHES = (1.0, 2.0, 5.0)
"""Ends of an axis, times a power of ten: few of them, so that it rests."""
ALIKE = 4.0
"""Axes this close to one another are made the same."""

Counted = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Edges of the bins, (BINS + 1,), and how many values each holds, (BINS,)."""


@dataclass(frozen=True)
class Unit:
    """The unit that a frame shows."""

    frame: Frame

    @cached_property
    def values(self) -> tuple[NDArray[np.floating], ...]:
        """After each step, (batch,) each."""
        frame = self.frame
        centred = frame.channel_input - frame.channel_mean
        return frame.channel_input, centred, frame.channel_normalized, frame.channel_output

    @cached_property
    def reaches(self) -> tuple[float, ...]:
        """Ends of the axis of every step: the same of the first two, of the last two, and of all if that serves all."""
        before, after = np.concatenate(self.values[:2]), np.concatenate([*self.values[2:], [-4.0, 4.0]])
        first, second = _reach(before), _reach(after)
        if max(first, second) <= ALIKE * min(first, second):
            return (max(first, second),) * 4
        return first, first, second, second

    @cached_property
    def counts(self) -> tuple[Counted, ...]:
        """Of every step, on its axis."""
        return tuple(_count(values, reach) for values, reach in zip(self.values, self.reaches, strict=True))

    @cached_property
    def highest(self) -> int:
        """Most values in one bin of any step."""
        return max(int(count.max()) for _edges, count in self.counts)

    def before(self, step: int) -> Counted:
        """The step before (from 0), on this one's axis."""
        if self.reaches[step - 1] == self.reaches[step]:
            return self.counts[step - 1]
        return _count(self.values[step - 1], self.reaches[step])


def _count(values: NDArray[np.floating], reach: float) -> Counted:
    edges = np.linspace(-reach, reach, BINS + 1)
    return edges, np.histogram(values[np.isfinite(values)], edges)[0]


def _reach(values: NDArray[np.floating]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    largest = max(float(finite.max(initial=0)), 1e-6)
    decade = 10.0 ** np.floor(np.log10(largest))
    return float(next(r * decade for r in (*REACHES, 10.0) if r * decade >= largest))

"""Curves with as many points as a chart in a presentation can bear. No Qt."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

MOST = 250
Array = NDArray[np.float64]


def pieces(x: Array, y: Array) -> Iterator[tuple[Array, Array]]:
    """Yield the parts of a curve between its gaps (nan): programs bridge gaps, each in its own way."""
    whole = np.isfinite(x) & np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], whole.astype(int), [0]))))
    for start, end in edges.reshape(-1, 2).tolist():
        yield x[start:end], y[start:end]


def thinned(x: Array, y: Array, most: int = MOST) -> tuple[Array, Array]:
    """At most that many of the points: the ends, and of every stretch the lowest and the highest."""
    if x.size <= most:
        return x, y
    stretches = np.array_split(np.arange(x.size), max((most - 4) // 2, 1))
    kept = {0, x.size - 1, int(x.argmin()), int(x.argmax())}
    kept |= {int(part[extreme(y[part])]) for part in stretches for extreme in (np.argmin, np.argmax)}
    order = sorted(kept)
    return x[order], y[order]

"""Arrays on their way to the screen: thinned, cut to what is in sight, turned into paths."""

import itertools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6 import sip
from PyQt6.QtCore import QLineF, QPointF
from PyQt6.QtGui import QPainter, QPainterPath

from explorer.draw.area import Area, Span

Array = NDArray[np.float64]
THIN_PX = 1.5
"""A thinned curve has at most one point in so many pixels."""
STRAIGHTENINGS = 4
"""Each leaves out every other point at most."""
NEGLIGIBLE_PX = 0.04
"""So far from the straight way a point says nothing: four times that is a sixth of a px."""
NEAR_END = 0.12
"""A curve has its name at the right edge if it ends in this last share of the width."""


def rising(x: Array) -> bool:
    """Whether x never falls, so that y can be looked up by x."""
    return bool(x.size < 2 or np.all(x[1:] >= x[:-1]))


def thinned(x: Array, y: Array, length: float, least: float) -> tuple[Array, Array]:
    """Mean of each bin of equally many samples, ends kept; `length` px hold at most one point per `least` px.

    Bins hold a power of two of samples and start at the first, so that a growing series does not flicker.
    """
    most = max(length / least, 2.0)
    if x.size <= most:
        return x, y
    k = 1 << int(np.ceil(np.log2(x.size / most)))
    binned_x, binned_y = _means(x, k), _means(y, k)
    return np.concatenate((x[:1], binned_x, x[-1:])), np.concatenate((y[:1], binned_y, y[-1:]))


def _means(values: Array, k: int) -> Array:
    """Mean of the finite values of each k in a row; nan where there are none."""
    starts = np.arange(0, values.size, k)
    sums = np.add.reduceat(values, starts)
    if np.isfinite(sums).all():
        return sums / np.minimum(k, values.size - starts)
    finite = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.add.reduceat(np.where(finite, values, 0.0), starts) / np.add.reduceat(finite.astype(float), starts)


def in_sight(x: Array, span: Span) -> slice:
    """Of a rising x in view coordinates: the samples in the range, and one more at either side."""
    first, last = np.searchsorted(x, (span.low, span.high))
    return slice(max(int(first) - 1, 0), int(last) + 1)


def path_of(x: Array, y: Array) -> QPainterPath:
    """Path through points in px; nan makes a gap."""
    if x.size < 2:
        return QPainterPath()
    from pyqtgraph.functions import arrayToQPath  # late: importing it would keep the window waiting

    whole = bool(np.isfinite(y).all() and np.isfinite(x).all())
    return arrayToQPath(x, y, connect="all" if whole else "finite")


def places_of(points: Array) -> Any:
    """Points (n, 2) in px for `QPainter.drawPoints`: all at once in a tenth of the time of one object for each."""
    return _filled(QPointF, points)


def strokes_of(ends: Array) -> Any:
    """Lines for `QPainter.drawLines` from both ends of each, (n, 4) in px: x, y, x, y."""
    return _filled(QLineF, ends)


def fragments_of(centres: Array, corners: Array, side: float, scale: float) -> Any:
    """Square parts of a pixmap for `QPainter.drawPixmapFragments`: where they go and are taken from, (n, 2) each."""
    numbers = np.empty((len(centres), 10))  # x, y, left, top, width, height, scale along x and y, rotation, opacity
    numbers[:, :2], numbers[:, 2:4], numbers[:, 4:6] = centres, corners, side
    numbers[:, 6:8], numbers[:, 8], numbers[:, 9] = scale, 0.0, 1.0
    return _filled(QPainter.PixmapFragment, numbers)


def _filled(kind: type, numbers: Array) -> Any:
    """An array of Qt's that holds a row of numbers in each object."""
    found: Any = sip.array(kind, len(numbers))  # type: ignore[call-arg]  # its stub lacks them
    memory: Any = sip.voidptr(found, numbers.size * numbers.itemsize, True)
    np.frombuffer(memory, np.float64, numbers.size)[:] = numbers.ravel()
    return found


def straightened(x: Array, y: Array) -> tuple[Array, Array]:
    """Leave out points in px that lie on the way from the one before to the next; gaps (nan) stay.

    Contours come with a point at every edge of a cell: most of them say nothing, and cost ink and bytes.
    """
    for _turn in range(STRAIGHTENINGS):
        x0, x1, x2 = x[:-2:2], x[1:-1:2], x[2::2]
        y0, y1, y2 = y[:-2:2], y[1:-1:2], y[2::2]
        length = np.hypot(x2 - x0, y2 - y0)
        with np.errstate(invalid="ignore"):
            off = np.abs((x2 - x0) * (y1 - y0) - (y2 - y0) * (x1 - x0)) > NEGLIGIBLE_PX * length  # False for nan
            between = (x1 - x0) * (x2 - x1) + (y1 - y0) * (y2 - y1) > 0
        kept = np.ones(x.size, bool)
        kept[1:-1:2] = off | ~between
        x, y = x[kept], y[kept]
    return x, y


def paths_of(x: Array, y: Array) -> list[QPainterPath]:
    """One path for each part between gaps: to stroke them one by one costs a third of stroking all at once."""
    starts = np.concatenate(([0], np.flatnonzero(np.isnan(x)) + 1, [x.size + 1]))
    return [path_of(x[a : b - 1], y[a : b - 1]) for a, b in itertools.pairwise(starts.tolist()) if b - a > 2]


def value_at(x: Array, y: Array, at: float) -> float:
    """Height of a polyline with rising x (all in view coordinates); nan outside of it and in gaps."""
    if x.size == 0 or not x[0] <= at <= x[-1]:
        return math.nan
    i = min(max(int(np.searchsorted(x, at, side="right")) - 1, 0), x.size - 1)
    if x[i] == at or i == x.size - 1:
        return float(y[i])
    share = (at - x[i]) / (x[i + 1] - x[i])
    return float(y[i] + share * (y[i + 1] - y[i]))


def end_height(x: Array, y: Array, area: Area) -> float:
    """Pixel at which a curve (view coordinates, rising x) ends near the right edge or leaves there; else nan."""
    last = x.size - 1
    if x.size and not np.isfinite(y[-1]):
        last = int(np.max(np.flatnonzero(np.isfinite(y)), initial=-1))
    if last < 0:
        return math.nan
    if x[last] > area.x.high:
        return area.y.at(value_at(x, y, area.x.high))
    near = area.x.high - x[last] <= NEAR_END * (area.x.high - area.x.low)
    return area.y.at(float(y[last])) if near else math.nan

"""Ways through a plane (trajectories), as few strokes as look the same: thousands of steps are drawn in one frame.

A way is points in px and, for every point but the last, whether a stroke leads on from it. Points are left out, never
moved; as a way grows, what was kept of it stays.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainterPath

from explorer.draw.curves import Array

Mask = NDArray[np.bool_]
MOST = 400
"""Points of a way that are drawn however crowded they are; of more, those that come where none has been yet."""
CELLS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""How near to an earlier one (px) a point of a longer way is left out: the finest that leaves no more than MOST."""
STRAIGHT = 0.1
"""Farther than this (px) from its neighbours' connection a point makes a bend."""
PASSES = 10


class Way(NamedTuple):
    """Points (n,) in px, and strokes (n − 1,)."""

    x: Array
    y: Array
    on: Mask

    @property
    def path(self) -> QPainterPath:
        if self.x.size < 2:
            return QPainterPath()
        from pyqtgraph.functions import arrayToQPath  # late: importing it would keep the window waiting

        return arrayToQPath(self.x, self.y, connect=np.append(self.on, False).astype(np.int32))

    @property
    def strokes(self) -> Array:
        """Both ends of every stroke, (n, 4): x, y, x, y."""
        return np.column_stack((self.x[:-1], self.y[:-1], self.x[1:], self.y[1:]))[self.on]


def way_of(x: Array, y: Array, box: QRectF) -> Way:
    """Return the strokes to draw of a way with gaps (nan), points in px, of which `box` is seen."""
    return uncrowded(straightened(unmoved(clipped(x, y, box))))


def clipped(x: Array, y: Array, box: QRectF) -> Way:
    """Cut every stroke at the edges of a box (Liang & Barsky 1984): dashes far outside would take seconds."""
    if x.size and box.left() <= x.min() and x.max() <= box.right() and box.top() <= y.min() and y.max() <= box.bottom():
        return Way(x, y, np.ones(x.size - 1, bool))
    ax, ay, dx, dy = x[:-1], y[:-1], np.diff(x), np.diff(y)
    enters, leaves = np.zeros(ax.size), np.ones(ax.size)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for ahead, room in (
            (-dx, ax - box.left()),
            (dx, box.right() - ax),
            (-dy, ay - box.top()),
            (dy, box.bottom() - ay),
        ):
            share = np.where(ahead == 0, np.where(room < 0, np.nan, np.inf), room / ahead)
            enters = np.where(ahead < 0, np.maximum(enters, share), enters)
            leaves = np.where(ahead < 0, leaves, np.minimum(leaves, share))
        on = enters <= leaves
        ends = [np.stack((a + enters * d, a + leaves * d), axis=1).ravel() for a, d in ((ax, dx), (ay, dy))]
    joined = np.append(False, on[1:] & on[:-1] & (leaves[:-1] == 1) & (enters[1:] == 0)) if on.size else on
    kept = np.stack((on & ~joined, on), axis=1).ravel()
    strokes = np.stack((np.ones(on.size, bool), np.append(joined[1:], False)[: on.size]), axis=1).ravel()
    return Way(ends[0][kept], ends[1][kept], strokes[kept][:-1])


def unmoved(way: Way) -> Way:
    """Leave out what stays in the half pixel of the point before."""
    cells = _cells(way.x, way.y, CELLS[0])
    return _without(way, cells[1:-1] == cells[:-2])


def uncrowded(way: Way) -> Way:
    """Of a way of many bends, leave out the strokes that come back to where it has been."""
    if way.x.size <= MOST:
        return way
    for side in CELLS:
        new = _first_visits(_cells(way.x, way.y, side))
        if new.sum() <= MOST:
            break
    new[-1] = True
    on = way.on & new[1:]
    used = np.flatnonzero(np.append(on, False) | np.append(False, on))
    return Way(way.x[used], way.y[used], on[used[:-1]])


def straightened(way: Way) -> Way:
    """Leave out points that lie on the line between their neighbours."""
    for _pass in range(PASSES):
        dull = _bends(way.x, way.y) < STRAIGHT
        dull[1::2] = False  # of two neighbours at most one goes in a pass
        fewer = _without(way, dull)
        if fewer.x.size == way.x.size:
            break
        way = fewer
    return way


def _without(way: Way, dull: Mask) -> Way:
    """Leave out inner points (n − 2,) that have a stroke on both sides; one stroke takes their place."""
    kept = np.ones(way.x.size, bool)
    kept[1:-1] = ~(dull & way.on[:-1] & way.on[1:])
    places = np.flatnonzero(kept)
    return Way(way.x[places], way.y[places], way.on[places[:-1]])


def dots_of(x: Array, y: Array, longer_than: float, apart: float) -> tuple[Array, Array]:
    """Ends of the long steps, those `apart` from others that were there before."""
    with np.errstate(invalid="ignore"):
        ends = np.flatnonzero(np.hypot(np.diff(x), np.diff(y)) > longer_than) + 1
    for cell in (apart, 2 * apart, 4 * apart):
        first = _firsts(_cells(x[ends], y[ends], cell))
        if first.size <= MOST:
            break
    chosen = ends[np.sort(first[:MOST])]
    return x[chosen], y[chosen]


def _cells(x: Array, y: Array, side: float) -> NDArray[np.int64]:
    """Which square cell each point (finite) is in, (n,): numbers that rise with x, and in a column with y."""
    column, row = (np.floor(v / side).astype(np.int64) for v in (x, y))
    row -= row.min(initial=0)
    cells: NDArray[np.int64] = (column - column.min(initial=0)) * (row.max(initial=0) + 1) + row
    return cells


def _firsts(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the first point of each cell, the cells in order.

    Numbers that hold cell and index are sorted in a tenth of the time that `np.unique` takes to tell the index.
    """
    n = cells.size
    both = np.sort(cells * n + np.arange(n))
    new = np.ones(n, bool)
    new[1:] = np.diff(both // max(n, 1)) != 0
    return both[new] % max(n, 1)


def _first_visits(cells: NDArray[np.int64]) -> Mask:
    """Whether a point is in a cell for the first time, or still since then."""
    entries = np.flatnonzero(np.append(True, cells[1:] != cells[:-1]))
    first = np.zeros(entries.size, bool)
    first[_firsts(cells[entries])] = True
    return np.repeat(first, np.diff(np.append(entries, cells.size)))


def _bends(x: Array, y: Array) -> Array:
    """Distance of each inner point from the line segment between its neighbours, (n − 2,)."""
    ax, ay = x[2:] - x[:-2], y[2:] - y[:-2]
    bx, by = x[1:-1] - x[:-2], y[1:-1] - y[:-2]
    length = np.maximum(ax * ax + ay * ay, 1e-12)
    along = np.clip((ax * bx + ay * by) / length, 0.0, 1.0)
    return np.hypot(bx - along * ax, by - along * ay)

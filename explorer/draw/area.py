"""From data to pixels: the part of the plane that a panel shows. No Qt.

View coordinates are the value on a linear axis and its decimal logarithm on a log axis. Marks are drawn in pixels of
their panel, so that lines keep their width, text its shape and exports their sharpness at every scale and range.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FAR = 1e6
"""Farther than this (px) nothing is told apart."""
Range = tuple[float, float]


def to_view(values: ArrayLike, log: bool) -> NDArray[np.float64]:
    """View coordinates of data; nan where there are none (on a log axis: zero and below)."""
    array = np.asarray(values, float)
    if not log:
        return array
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(array > 0, np.log10(array), np.nan)


@dataclass(frozen=True)
class Span:
    """One axis: view coordinates `low` … `high` lie at the pixels `start` … `end`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    @property
    def per_unit(self) -> float:
        """Pixels per unit of view coordinates; negative where it runs upwards on the screen."""
        return (self.end - self.start) / (self.high - self.low)

    def px(self, values: ArrayLike) -> NDArray[np.float64]:
        """Pixels of data values; nan where there is no place."""
        return self.view_px(to_view(values, self.log))

    def view_px(self, view: ArrayLike) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore", over="ignore"):
            return np.clip(self.start + (np.asarray(view, float) - self.low) * self.per_unit, -FAR, FAR)

    def at(self, view: float) -> float:
        """Pixel of one view coordinate."""
        return min(max(self.start + (view - self.low) * self.per_unit, -FAR), FAR)

    def view(self, px: float) -> float:
        return self.low + (px - self.start) / self.per_unit

    def value(self, px: float) -> float:
        """Data value at a pixel."""
        return self.data(self.view(px))

    def data(self, view: float) -> float:
        return 10.0 ** min(max(view, -300.0), 300.0) if self.log else view

    def holds(self, px: float, margin: float = 0.5) -> bool:
        """Whether a pixel lies between the ends."""
        low, high = sorted((self.start, self.end))
        return low - margin <= px <= high + margin

    def which_held(self, px: NDArray[np.float64], margin: float = 0.5) -> NDArray[np.bool_]:
        """Which of many pixels lie between the ends."""
        low, high = sorted((self.start, self.end))
        found: NDArray[np.bool_] = (low - margin <= px) & (px <= high + margin)
        return found


@dataclass(frozen=True)
class Area:
    """Both axes of a panel, in pixels of the panel."""

    x: Span
    y: Span

    @property
    def left(self) -> float:
        return self.x.start

    @property
    def right(self) -> float:
        return self.x.end

    @property
    def top(self) -> float:
        return self.y.end

    @property
    def bottom(self) -> float:
        return self.y.start

    def free_px(self, view_x: NDArray[np.float64], view_y: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
        """Pixels of points; those too far away are brought nearer, so that the way to them keeps its direction."""
        view_x, view_y = _nearer(view_x, view_y, 1e150)  # so that px are finite
        x, y = (s.start + (v - s.low) * s.per_unit for s, v in ((self.x, view_x), (self.y, view_y)))
        return _nearer(x, y, FAR)

    def holds(self, x: float, y: float) -> bool:
        return self.x.holds(x) and self.y.holds(y)


def _nearer(x: NDArray[np.float64], y: NDArray[np.float64], most: float) -> tuple[NDArray[np.float64], ...]:
    """Points beyond `most` moved towards the origin."""
    excess = np.maximum(np.maximum(np.abs(x), np.abs(y)) / most, 1.0)
    with np.errstate(invalid="ignore"):
        return x / excess, y / excess


def extent(view: NDArray[np.float64]) -> Range | None:
    """Smallest and largest finite value."""
    if view.size == 0:
        return None
    low, high = float(view.min()), float(view.max())
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    finite = view[np.isfinite(view)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def fitted(extents: Iterable[Range | None], log: bool, padding: Range) -> Range:
    """Range of view coordinates that shows them all, with some paper below and above (`padding`, as shares)."""
    known = [e for e in extents if e is not None]
    if not known:
        return (-1.0, 0.0) if log else (0.0, 1.0)
    low, high = min(e[0] for e in known), max(e[1] for e in known)
    # Less than this cannot be told apart in double precision: show the value in the middle.
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-290):
        room = 0.5 if log else max(abs(high) * 0.5, 1e-12) if high else 1.0
        return low - room, high + room
    return low - (high - low) * padding[0], high + (high - low) * padding[1]


def zoomed(shown: Range, centre: float, factor: float) -> Range:
    """Range after zooming around `centre`; a factor below 1 comes nearer."""
    low, high = (centre + (end - centre) * factor for end in shown)
    smallest = 1e-10 * max(abs(centre), 1e-280)
    return (low, high) if smallest < high - low < 1e280 else shown


def moved(shown: Range, by: float) -> Range:
    return shown[0] + by, shown[1] + by

"""Where values lie along a slider, and the round ones among them that moving it gives. No Qt."""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache

from explorer.core.hyperparams import Field

MANTISSAS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
"""Ten to a decade: each about a quarter more than the one before."""
MOST_LINEAR = 200
"""A linear slider has no more stops than that: they would be closer than pixels."""


@dataclass(frozen=True)
class Track:
    """The way of a slider, from 0 at the left to 1 at the right; `stops` are ascending and hold low, high, default."""

    low: float
    high: float
    log: bool
    stops: tuple[float, ...]

    def share(self, value: float) -> float:
        """How far along the value lies."""
        if self.high == self.low:
            return 0.0
        inside = min(max(value, self.low), self.high)
        if self.log:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)

    def nearest(self, share: float) -> int:
        """Index of the stop nearest to a place along the way."""
        i = bisect_left(self.stops, share, key=self.share)
        around = [k for k in (i - 1, i) if 0 <= k < len(self.stops)]
        return min(around, key=lambda k: abs(self.share(self.stops[k]) - share))

    def beyond(self, value: float, count: int) -> float:
        """Return the stop `count` further on (negative: back) from a value that need not be a stop itself."""
        i = bisect_right(self.stops, value) - 1 if count > 0 else bisect_left(self.stops, value)
        return self.stops[min(max(i + count, 0), len(self.stops) - 1)]

    @property
    def page(self) -> int:
        """Stops in a big step: about a decade, or a tenth of the way."""
        return len(MANTISSAS) if self.log else max(len(self.stops) // 10, 1)

    @property
    def decades(self) -> tuple[float, ...]:
        """Powers of ten on a log track."""
        if not self.log:
            return ()
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        return tuple(10.0**k for k in range(first, last + 1))


@cache
def track_of(field: Field) -> Track | None:
    """Return the track of a number's field; None where it has no finite range."""
    if not (math.isfinite(field.low) and math.isfinite(field.high)):
        return None
    log = field.scale == "log"
    rounds = _log_stops(field) if log else _linear_stops(field)
    number = int if field.kind == "int" else float
    stops = {number(s) for s in (*rounds, field.low, field.high, field.default) if field.low <= s <= field.high}
    return Track(field.low, field.high, log, tuple(sorted(stops)))


def _log_stops(field: Field) -> list[float]:
    if field.kind == "int":
        powers = range(math.ceil(math.log2(field.high)) + 1)
        return [float(round(m * 2**k)) for k in powers for m in (1, 1.5)]
    decades = range(math.floor(math.log10(field.low)), math.ceil(math.log10(field.high)) + 1)
    return [float(f"{m}e{k}") for k in decades for m in MANTISSAS]


def _linear_stops(field: Field) -> list[float]:
    step = _round_step((field.high - field.low) / MOST_LINEAR)
    if field.kind == "int":
        step = max(step, 1.0)
    digits = max(-math.floor(math.log10(step)), 0)
    first, last = math.ceil(field.low / step - 1e-9), math.floor(field.high / step + 1e-9)
    return [round(k * step, digits) for k in range(first, last + 1)]


def _round_step(least: float) -> float:
    """Smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))

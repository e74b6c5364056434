"""Where an axis has ticks and what is written at them. Pure functions: no Qt.

Positions are in view coordinates: the value itself on a linear axis, its decimal logarithm on a log axis.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from explorer.core.figure import Axis

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
MINOR_GAP = 24.0


@dataclass(frozen=True)
class Ticks:
    """Labelled ticks as (position, text), in order; and positions of ticks without a label."""

    major: tuple[tuple[float, str], ...] = ()
    minor: tuple[float, ...] = ()


@dataclass(frozen=True)
class Room:
    """In px: the length of the axis, the least distance of ticks, and how much of the axis a label takes."""

    length: float
    gap: float
    space_of: Callable[[str], float]


def axis_ticks(axis: Axis, low: float, high: float, room: Room) -> Ticks:
    """Ticks between `low` and `high` (view coordinates, low < high) whose labels do not overlap."""
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low or room.length <= 0:
        return Ticks()
    if axis.ticks is not None:
        return _own_ticks(axis, low, high, room)
    return _log_ticks(low, high, room) if axis.log else _linear_ticks(low, high, room, axis.integer)


def power_text(exponent: int) -> str:
    """10⁻³; 1 for exponent 0."""
    return "10" + str(exponent).translate(SUPERSCRIPTS) if exponent else "1"


def number_text(value: float, decimals: int) -> str:
    """Write with a true minus sign and, from 10 000 on, thin spaces: −0.50, 12 000."""
    text = f"{value:.{decimals}f}"
    if abs(value) >= 10_000:
        text = f"{value:,.{decimals}f}".replace(",", THIN_SPACE)
    if float(f"{value:.{decimals}f}") == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def short_text(value: float) -> str:
    """Three significant digits, for a read-out: 1.12, 0.148, 2.30 × 10⁻⁴."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    if -4 < exponent < 6:
        return number_text(value, min(max(2 - exponent, 0), 5))
    return f"{number_text(value / 10.0**exponent, 2)} × {power_text(exponent)}"


def fixed_text(value: float, resolution: float) -> str:
    """Write the digits that `resolution` (one px, say) can tell apart."""
    if resolution <= 0 or abs(value) >= 1e6 or 0 < resolution < 1e-5:
        return short_text(value)
    return number_text(value, max(0, -math.floor(math.log10(resolution) + 0.301)))


def nice_steps(least: float) -> Iterator[float]:
    """Return steps 1, 2, 5 × 10ⁿ from the first that is at least `least` on."""
    exponent = math.floor(math.log10(least) - 1e-9)
    while True:
        for factor in (1, 2, 5):
            step = factor * 10.0**exponent
            if step >= least * (1 - 1e-9):
                yield step
        exponent += 1


def _fits(major: tuple[tuple[float, str], ...], low: float, high: float, room: Room) -> bool:
    """Whether no label meets its neighbour."""
    per = room.length / (high - low)
    spaces = [room.space_of(text) for _position, text in major]
    return all((major[i + 1][0] - major[i][0]) * per >= (spaces[i] + spaces[i + 1]) / 2 for i in range(len(major) - 1))


def _linear_ticks(low: float, high: float, room: Room, integer: bool = False) -> Ticks:
    least = max((high - low) * min(room.gap / room.length, 1), 1 if integer else 0, abs(high) * 1e-12, abs(low) * 1e-12)
    slack = (high - low) * 1e-6
    for step in nice_steps(max(least, 1e-300)):
        first, last = math.ceil((low - slack) / step), math.floor((high + slack) / step)
        major = tuple((k * step, _linear_text(k, step, max(abs(low), abs(high)))) for k in range(first, last + 1))
        if _fits(major, low, high, room):
            return Ticks(major)
    raise AssertionError("unreachable: a step beyond the range leaves at most one label")


def _linear_text(k: int, step: float, largest: float) -> str:
    if k == 0:
        return "0" if step >= 1 or largest < 1e-4 or largest >= 1e6 else number_text(0.0, _decimals(step))
    if 1e-4 <= largest < 1e6:
        return number_text(k * step, _decimals(step))
    exponent = math.floor(math.log10(largest) + 1e-9)
    mantissa = number_text(k * step / 10.0**exponent, _decimals(step / 10.0**exponent))
    return f"{mantissa}·{power_text(exponent)}"


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _log_ticks(low: float, high: float, room: Room) -> Ticks:
    per_decade = room.length / (high - low)
    decades = range(math.ceil(low - 1e-6), math.floor(high + 1e-6) + 1)
    if len(decades) <= 1 or per_decade > 5 * room.gap:
        return _within_a_decade(low, high, room)
    for every in _thinnings(len(decades)):
        labelled = [d for d in decades if d % every == 0]
        plain = all(-3 <= d <= 3 for d in labelled)
        major = tuple((float(d), _decade_text(d, plain)) for d in labelled)
        if every * per_decade >= room.gap and _fits(major, low, high, room):
            break
    minor = _minor(low, high, per_decade) if every == 1 else tuple(float(d) for d in decades if d % every)
    return Ticks(major, tuple(v for v in minor if v not in {d for d, _text in major}))


def _thinnings(n: int) -> Iterator[int]:
    """Every 1st, 2nd, 3rd, 5th, 10th … decade, at last so few that one label is left."""
    yield from (1, 2, 3, 5)
    every = 10
    while every < 2 * n:
        yield every
        every *= 2
    yield every


def _decade_text(decade: int, plain: bool) -> str:
    return number_text(10.0**decade, max(0, -decade)) if plain else power_text(decade)


def _minor(low: float, high: float, per_decade: float) -> tuple[float, ...]:
    """Positions of 2 … 9 in every decade, where a decade is long enough."""
    if per_decade < MINOR_GAP:
        return ()
    marks = (d + math.log10(m) for d in range(math.floor(low), math.ceil(high) + 1) for m in range(2, 10))
    return tuple(v for v in marks if low <= v <= high)


def _within_a_decade(low: float, high: float, room: Room) -> Ticks:
    """Label 1, 2 and 5, or if fewer than two of them are in sight, round numbers."""
    minor = _minor(low, high, room.length / (high - low))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        marks = [(d + math.log10(m), d, m) for d in range(math.floor(low), math.ceil(high) + 1) for m in factors]
        major = tuple((v, _mark_text(m, d)) for v, d, m in marks if low - 1e-6 <= v <= high + 1e-6)
        if len(major) >= 2 and _fits(major, low, high, room):
            return Ticks(major, tuple(v for v in minor if v not in {p for p, _text in major}))
    return _round_numbers(low, high, room)


def _mark_text(factor: int, decade: int) -> str:
    if -4 <= decade <= 3:
        return number_text(factor * 10.0**decade, max(0, -decade))
    return power_text(decade) if factor == 1 else f"{factor}·{power_text(decade)}"


def _round_numbers(low: float, high: float, room: Room) -> Ticks:
    """Ticks of the values themselves, placed at their logarithms: for less than a decade."""
    if not -300 < low < high < 300:
        return Ticks()
    a, b = 10.0**low, 10.0**high
    least, slack = max((b - a) * min(room.gap / room.length, 1), b * 1e-12), (b - a) * 1e-6
    for step in nice_steps(least):
        first, last = max(math.ceil((a - slack) / step), 1), math.floor((b + slack) / step)
        if last - first > 200:
            continue
        major = tuple((math.log10(k * step), _linear_text(k, step, b)) for k in range(first, last + 1))
        if _fits(major, low, high, room):
            return Ticks(major)
    raise AssertionError("unreachable: a step beyond the range leaves at most one label")


def _own_ticks(axis: Axis, low: float, high: float, room: Room) -> Ticks:
    """The axis' own texts; where two would meet, the later one loses its text."""
    assert axis.ticks is not None
    per = room.length / (high - low)
    major: list[tuple[float, str]] = []
    minor: list[float] = []
    places = ((math.log10(v) if axis.log else v, text) for v, text in axis.ticks)
    for position, text in sorted(p for p in places if low - 1e-9 <= p[0] <= high + 1e-9):
        if major and (position - major[-1][0]) * per < (room.space_of(text) + room.space_of(major[-1][1])) / 2:
            minor.append(position)
        else:
            major.append((position, text))
    return Ticks(tuple(major), tuple(minor))

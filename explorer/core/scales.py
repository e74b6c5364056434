"""Axis limits that stay put while a curve grows, and averages over a history. Limits never cut data."""

import math

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import Values

Limits = tuple[float, float]
_ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def rounded_up(value: float, at_least: float) -> float:
    """Least of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten that is not below the value."""
    value = max(value, at_least)
    decade = 10.0 ** math.floor(math.log10(value))
    return next(r * decade for r in _ROUND if r * decade >= value * (1 - 1e-9))


def log_limits(values: Values, fallback: Limits, parts: int = 2, floor: float = 1e-30) -> Limits:
    """Limits around all positive values, at a `parts`-th of a decade."""
    found = values[np.isfinite(values) & (values > floor)]
    if not found.size:
        return fallback
    low, high = math.log10(found.min()) - 0.02, math.log10(found.max()) + 0.02
    return 10 ** (math.floor(parts * low) / parts), 10 ** (math.ceil(parts * high) / parts)


def below_the_top(limits: Limits, log: bool, rank: int) -> float:
    """Height for the words of the first, second, … thing that left the panel upwards, one line below another."""
    share = 1 - 0.12 * min(rank, 7)
    low, high = limits
    return low * (high / low) ** share if log else low + share * (high - low)


def linear_limits(values: Values, fallback: Limits, margin: float = 0.04) -> Limits:
    """Limits around all finite values, with a margin (share of the span) on both sides."""
    found = values[np.isfinite(values)]
    if not found.size:
        return fallback
    low, high = float(found.min()), float(found.max())
    span = (high - low) or max(abs(high), 1.0)
    return low - margin * span, high + margin * span


def smoothed(values: NDArray[np.floating], over: float) -> NDArray[np.float64]:
    """Exponential average over about `over` points along the last axis, without bias at the start.

    sₖ = Σ dʲ vₖ₋ⱼ / Σ dʲ with d = 1 − 1/over, by doubling: each pass adds the sums that end 1, 2, 4, … points before.
    """
    decay = 1 - 1 / max(over, 1.0)
    sums = np.array(values, np.float64)
    shift, factor = 1, decay
    while shift < sums.shape[-1] and factor > 1e-12:
        sums[..., shift:] = sums[..., shift:] + factor * sums[..., :-shift]
        shift, factor = 2 * shift, factor * factor
    if decay:
        sums *= (1 - decay) / (1 - decay ** np.arange(1, sums.shape[-1] + 1))
    return sums

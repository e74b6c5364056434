"""Numbers and lists as headlines write them: two digits that count, a minus sign, powers of ten, "98 %"."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.i18n import _
from explorer.core.scales import rounded_up

APART = 4.0
"""Losses differ enough to say so where one is so many times another."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 2) -> str:
    """Write 0.79, 0.0015, 12, 3.1 · 10⁻⁵ (no more than `digits` significant digits after a decimal point)."""
    if not math.isfinite(value):
        return _("not finite")
    if value == int(value) and abs(value) < 1e5:
        return f"{value:.0f}".replace("-", "−")
    exponent = math.floor(math.log10(float(f"{abs(value):.{digits - 1}e}")))
    if not -4 <= exponent < 5:
        mantissa = f"{value / 10.0**exponent:.{digits - 1}f}"
        return f"{mantissa} · 10{str(exponent).translate(_SUPERSCRIPT)}".replace("-", "−")
    return f"{value:.{max(digits - 1 - exponent, 0)}f}".replace("-", "−")


def percent(share: float) -> str:
    """Write a share of one as 98 %; never 100 % or 0 % of what is not quite all or nothing."""
    value = 100 * share
    if 0 < value < 1:
        return _("under 1 %")
    return f"{math.floor(value) if value < 100 else 100} %" if value > 99 else f"{value:.0f} %"


def listed(names: Sequence[str]) -> str:
    """Write "sigmoid, tanh and ELU"."""
    if len(names) < 2:
        return "".join(names)
    return _("{names} and {last}").format(names=", ".join(names[:-1]), last=names[-1])


def counted(n: int) -> str:
    """Write small numbers as words: "four"."""
    words = (_("none"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"), _("eight"))
    return words[n] if n < len(words) else str(n)


def capital(sentence: str) -> str:
    """Make the first letter large."""
    return sentence[:1].upper() + sentence[1:]


def race(step: int, labels: Sequence[str], loss: NDArray[np.float64]) -> str:
    """How networks stand that learn side by side; `loss` (n,) of two or more after so many steps."""
    order = np.argsort(loss)
    sorted_loss = loss[order]
    best, worst = labels[order[0]], labels[order[-1]]
    n = len(labels)
    if n > 2 and sorted_loss[-1] > APART * sorted_loss[-2]:
        text = _("{name} falls behind: loss {loss} after {n} steps, the other {count} at most {bound}")
        bound = rounded_up(sorted_loss[-2], 1e-12)
        return text.format(
            name=worst, loss=number(sorted_loss[-1]), n=step, count=counted(n - 1), bound=number(bound, 1)
        )
    if sorted_loss[-1] < 1.25 * sorted_loss[0]:
        text = _("little between them after {n} steps: all losses from {low} to {high}")
        return text.format(n=step, low=number(sorted_loss[0]), high=number(sorted_loss[-1]))
    text = _("after {n} steps {best} has the lowest loss, {low}, and {worst} the highest, {high}")
    return text.format(n=step, best=best, low=number(sorted_loss[0]), worst=worst, high=number(sorted_loss[-1]))

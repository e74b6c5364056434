"""Numbers and lists as headlines write them: two digits that count, a minus sign, powers of ten, "98 %"."""

import math
from collections.abc import Sequence

from explorer.core.i18n import _

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

"""Values of a field: what it may hold, how that is checked, read and written.

Values are exact: what the user typed is what PyTorch gets and what a session keeps. What cannot be taken is refused in
one line that names field, value and what is allowed.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from explorer.core.i18n import _
from explorer.core.roles import Role

Kind = Literal["float", "int", "bool", "choice", "choices", "text"]
Scale = Literal["linear", "log"]


class HyperparamError(ValueError):
    """Bad value of a field; the message is one line that names field, value and what is allowed."""


@dataclass(frozen=True)
class Choice:
    """One of the values of a choice: `name` in code and on the command line, `label` for people."""

    name: str
    label: str
    role: Role | None = None
    help: str = ""


@dataclass(frozen=True)
class Field:
    """All there is to know about one hyperparam or view option."""

    name: str
    kind: Kind
    default: Any
    label: str
    help: str = ""
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    scale: Scale = "linear"
    choices: tuple[Choice, ...] = ()
    at_least: int = 0
    at_most: int = 0
    """Of choices: how many may be chosen at once; 0: all."""
    group: str = ""
    live: bool = False
    used: Callable[[Any], bool] | None = None
    """Of the whole dataclass: does the value matter now? The control is dimmed where it does not."""
    check: Callable[[str], Any] | None = None
    """Of a text: raises ValueError, whose message is shown, where it cannot be used."""
    brings: Callable[[Any], Mapping[str, Any]] | None = None
    """Of a new value: other fields that change with it, unless they are set at the same time."""

    def choice(self, name: str) -> Choice:
        return next(c for c in self.choices if c.name == name)


def allowed(field: Field) -> str:
    """What the field accepts, in words: "1e-4 to 10" or "sgd, momentum, adam"."""
    if field.kind in ("choice", "choices"):
        return ", ".join(c.name for c in field.choices)
    if field.kind == "bool":
        return "true, false"
    if field.kind == "text":
        return field.help
    low, high = (math.isfinite(v) for v in (field.low, field.high))
    unit = f" {field.unit}" if field.unit else ""
    if low and high:
        return _("{low} to {high}").format(low=number_text(field.low), high=number_text(field.high)) + unit
    if low:
        return _("at least {low}").format(low=number_text(field.low)) + unit
    return _("at most {high}").format(high=number_text(field.high)) + unit if high else _("any number")


def shown(value: Any) -> str:
    """Write anything as a message quotes it: in one line, at most 40 characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[:41])
    return text if len(text) <= 40 else text[:37] + "…"


def _refuse(field: Field, value: Any, why: str, wanted: str = "") -> HyperparamError:
    text = number_text(value) if isinstance(value, float) and math.isfinite(value) else shown(value)
    return HyperparamError(
        _("{name}: “{value}” {why}; allowed: {allowed}").format(
            name=field.name, value=text, why=why, allowed=wanted or allowed(field)
        )
    )


def check(field: Field, value: Any) -> Any:
    """Return the value in the field's type, or raise HyperparamError. Takes JSON values, not text."""
    return _CHECKS[field.kind](field, value)


def _check_number(field: Field, value: Any) -> float | int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _refuse(field, value, _("is not a number"))
    if isinstance(value, float) and not math.isfinite(value):
        raise _refuse(field, value, _("is not finite"))
    if field.kind == "int" and value != int(value):
        raise _refuse(field, value, _("is not a whole number"))
    if not field.low <= value <= field.high:
        raise _refuse(field, value, _("is out of range"))
    try:
        return int(value) if field.kind == "int" else float(value)
    except OverflowError:  # an integer beyond the floats
        raise _refuse(field, value, _("is not finite")) from None


def _check_bool(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(field, value, _("is not true or false"))
    return value


def _check_choice(field: Field, value: Any) -> str:
    if not isinstance(value, str) or value not in {c.name for c in field.choices}:
        raise _refuse(field, value, _("is not a choice"))
    return value


def _check_choices(field: Field, value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        raise _refuse(field, value, _("is not a list of choices"))
    names = tuple(dict.fromkeys(_check_choice(field, v) for v in value))
    if len(names) < field.at_least:
        wanted = _("at least {n}").format(n=field.at_least)
        raise _refuse(field, ",".join(names), _("has too few choices"), wanted)
    if 0 < field.at_most < len(names):
        wanted = _("at most {n}").format(n=field.at_most)
        raise _refuse(field, ",".join(names), _("has too many choices"), wanted)
    return tuple(c.name for c in field.choices if c.name in names)


def _check_text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(field, value, _("is not a text"))
    try:
        if field.check:
            field.check(value)
    except ValueError as error:
        raise _refuse(field, value, f"({error})") from error
    return value


_CHECKS: dict[Kind, Callable[[Field, Any], Any]] = {
    "float": _check_number,
    "int": _check_number,
    "bool": _check_bool,
    "choice": _check_choice,
    "choices": _check_choices,
    "text": _check_text,
}
_SWITCH_WORDS = {
    "true": True,
    "on": True,
    "yes": True,
    "1": True,
    "false": False,
    "off": False,
    "no": False,
    "0": False,
}


def nearest(field: Field, value: float) -> float | int:
    """Return what a number field can hold of a value read off a plot: in its range, whole or with three digits."""
    rounded = round(value) if field.kind == "int" else float(f"{value:.3g}")
    return type(rounded)(min(max(rounded, field.low), field.high))


def parse(field: Field, text: str) -> Any:
    """Read a value that a person typed; the opposite of `text_of`. Raises HyperparamError."""
    if field.kind == "text":
        return check(field, text)
    text = text.strip()
    if field.kind in ("float", "int"):
        return check(field, _number(field, text))
    if field.kind == "bool":
        return check(field, _SWITCH_WORDS.get(text.lower(), text))
    if field.kind == "choices":
        return check(field, [part.strip() for part in text.split(",") if part.strip()])
    return check(field, text)


def _number(field: Field, text: str) -> float | int:
    plain = text.replace("\N{MINUS SIGN}", "-")
    if field.unit:
        plain = plain.removesuffix(field.unit).rstrip()
    try:
        return int(plain) if field.kind == "int" and plain.lstrip("+-").isdigit() else float(plain)
    except ValueError:
        raise _refuse(field, text, _("is not a number")) from None


def text_of(field: Field, value: Any) -> str:
    """Write a value as a person types it; `parse` gives exactly this value back."""
    if field.kind in ("float", "int"):
        return number_text(value)
    if field.kind == "bool":
        return "true" if value else "false"
    return ",".join(value) if field.kind == "choices" else str(value)


def number_text(value: float) -> str:
    """Shortest text that reads back as exactly this number: 0.3, 3e-4, 1e-8, 32."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e6):
        return str(int(value))
    text = repr(float(value))
    if "e" in text or abs(value) >= 1e-3:
        return text.replace("e-0", "e-").replace("e+", "e").removesuffix(".0")
    digits, exponent = f"{value:.16e}".split("e")
    for precision in range(17):
        digits, exponent = f"{value:.{precision}e}".split("e")
        if float(f"{digits}e{exponent}") == value:
            break
    return f"{digits}e{int(exponent)}"

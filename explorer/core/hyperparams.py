"""Hyperparams and view options: frozen dataclasses whose fields know their range, unit, label and meaning.

    @dataclass(frozen=True)
    class Hyperparams:
        lr: float = hyperparam(0.3, 1e-4, 10.0, scale="log", label=_("Learning rate"), live=True)

From these fields follow the control panel, the command line, sessions and the messages about bad input.
A field may itself be such a dataclass: its fields are then named with a dot (`adam.lr`) and form a group.
What one field may hold is in `values`; here are the dataclasses as a whole.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints

from explorer.core.i18n import _
from explorer.core.values import Choice as Choice
from explorer.core.values import Field as Field
from explorer.core.values import HyperparamError as HyperparamError
from explorer.core.values import Kind, shown
from explorer.core.values import allowed as allowed
from explorer.core.values import check as check
from explorer.core.values import nearest as nearest
from explorer.core.values import number_text as number_text
from explorer.core.values import parse as parse
from explorer.core.values import text_of as text_of

_KINDS: dict[Any, Kind] = {float: "float", int: "int", bool: "bool", str: "text", tuple[str, ...]: "choices"}


def hyperparam(default: Any, low: float = -math.inf, high: float = math.inf, *, label: str, **about: Any) -> Any:
    """Declare a field of a Hyperparams dataclass; keywords are those of `Field`."""
    return dataclasses.field(default=default, metadata={"low": low, "high": high, "label": label, **about})


def view_option(default: Any, low: float = -math.inf, high: float = math.inf, *, label: str, **about: Any) -> Any:
    """Declare a field of a ViewOptions dataclass: what PyTorch never sees."""
    return hyperparam(default, low, high, label=label, **about)


def where(name: str, *values: str) -> Callable[[Any], bool]:
    """For `used`: whether the field `name` has one of these values, or of several chosen at least one of them."""

    def used(settings: Any) -> bool:
        value = get(settings, name)
        return not set(values).isdisjoint((value,) if isinstance(value, str) else value)

    return used


_known: dict[type, tuple[Field, ...]] = {}


def fields_of(settings: type) -> tuple[Field, ...]:
    """Fields of a Hyperparams or ViewOptions class in order, nested ones flattened with dotted names."""
    if settings not in _known:
        _known[settings] = tuple(_fields(settings, "", ""))
    return _known[settings]


def _fields(settings: type, prefix: str, group: str) -> list[Field]:
    hints = get_type_hints(settings)
    found: list[Field] = []
    for f in dataclasses.fields(settings):
        if dataclasses.is_dataclass(hints[f.name]):
            found += _fields(hints[f.name], f"{prefix}{f.name}.", f.metadata["label"])
            continue
        kind = "choice" if hints[f.name] is str and f.metadata.get("choices") else _KINDS[hints[f.name]]
        found.append(Field(prefix + f.name, kind, f.default, **{"group": group, **f.metadata}))
    return found


def field_of(settings: type, name: str) -> Field:
    """Find a field by name; the error lists the names there are."""
    fields = {f.name: f for f in fields_of(settings)}
    if name not in fields:
        raise HyperparamError(
            _("{name}: there is no such field; there are {names}").format(name=shown(name), names=", ".join(fields))
        )
    return fields[name]


def get(values: Any, name: str) -> Any:
    """Value of a field, dotted or not."""
    for part in name.split("."):
        values = getattr(values, part)
    return values


def replace(values: Any, changes: Mapping[str, Any]) -> Any:
    """Return a copy with some fields changed, each checked, and what they bring. Raises HyperparamError."""
    for name, value in {**_brought(values, changes), **changes}.items():
        values = _replace_one(values, name, check(field_of(type(values), name), value))
    return values


def _brought(values: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in changes.items():
        field = field_of(type(values), name)
        if field.brings and value != get(values, name):
            found |= field.brings(check(field, value))
    return found


def _replace_one(values: Any, name: str, value: Any) -> Any:
    head, _dot, rest = name.partition(".")
    return dataclasses.replace(values, **{head: _replace_one(getattr(values, head), rest, value) if rest else value})


def to_dict(values: Any) -> dict[str, Any]:
    """Flat mapping of (dotted) names to JSON-ready values."""
    found = {f.name: get(values, f.name) for f in fields_of(type(values))}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def changed(old: Any, new: Any) -> dict[str, Any]:
    """Fields whose value differs, with their new values."""
    return {f.name: get(new, f.name) for f in fields_of(type(new)) if get(new, f.name) != get(old, f.name)}


def only_live(old: Any, new: Any) -> bool:
    """Whether all that differs may be applied to a running run."""
    return all(field_of(type(new), name).live for name in changed(old, new))

"""JSON that somebody else may have written: read with bounds, and refused in one line where it is not as expected."""

import json
from typing import Any

from explorer.core.i18n import _
from explorer.core.values import shown as shown


class SessionError(ValueError):
    """What cannot be opened; the message is one line that says why."""


def decoded(text: str | bytes, largest: int) -> Any:
    """Read JSON of at most `largest` bytes that holds finite numbers only. Raises SessionError."""
    if len(text) > largest:
        raise too_large(largest)
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise SessionError(_("it is nested too deeply")) from None
    except UnicodeDecodeError:
        raise SessionError(_("it is not text")) from None
    except json.JSONDecodeError as error:
        where = _("line {line}, column {column}").format(line=error.lineno, column=error.colno)
        raise SessionError(_("it is not JSON ({where})").format(where=where)) from None
    except SessionError:
        raise
    except ValueError as error:
        raise SessionError(_("it is not JSON ({where})").format(where=error)) from None


def too_large(largest: int) -> SessionError:
    return SessionError(_("it is larger than {n} MB").format(n=largest // 1_000_000))


def _refuse_constant(name: str) -> None:
    raise SessionError(_("{name} is not a finite number").format(name=name))


def object_of(data: Any, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise SessionError(_("{name}: “{value}” is not an object").format(name=name, value=shown(data)))
    return data


def list_of(data: Any, name: str) -> list[Any]:
    if not isinstance(data, list):
        raise SessionError(_("{name}: “{value}” is not a list").format(name=name, value=shown(data)))
    return data


def refuse_unknown(data: dict[str, Any], known: set[str]) -> None:
    if unknown := [key for key in data if key not in known]:
        raise SessionError(_("“{name}” is unknown").format(name=shown(unknown[0])))


def check_version(version: Any, ours: int) -> None:
    """Refuse what is no version, and what a newer program wrote."""
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SessionError(_("version: “{value}” is not a version").format(value=shown(version)))
    if version > ours:
        raise SessionError(
            _("it was written by a newer Explorer: version {theirs}, this one reads up to {ours}").format(
                theirs=shown(version), ours=ours
            )
        )

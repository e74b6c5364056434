"""Sessions: everything needed to come back to what was seen, as versioned JSON.

    {"experiment": "activations", "version": 1, "hyperparams": {…}, "view": {…}, "step": 120}

"changes" is there where live hyperparams were changed on the way. A JSON export is the same object with the "frame",
and opens as a session too. What is unknown or broken is refused with one line: `SessionError`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.experiment import ExperimentSpec
from explorer.core.hyperparams import HyperparamError, field_of, replace, to_dict
from explorer.core.i18n import _

VERSION = 1
LARGEST = 50_000_000
"""Bytes; a session has some thousand, an export with its frame some million."""
LAST_STEP = 10**9
_KEYS = {"experiment", "version", "hyperparams", "view", "step", "changes", "frame"}


class SessionError(ValueError):
    """What cannot be opened; the message is one line that says why."""


@dataclass(frozen=True)
class Change:
    """Live hyperparams that took effect when the run had done `step` steps."""

    step: int
    hyperparams: Mapping[str, Any]


@dataclass(frozen=True)
class Session:
    """A run at a step, and how it was looked at. `hyperparams` are those it started with."""

    experiment: str
    hyperparams: Any
    view: Any
    step: int = 0
    changes: tuple[Change, ...] = ()

    @property
    def current(self) -> Any:
        """The hyperparams after all changes: what the control panel shows."""
        values = self.hyperparams
        for change in self.changes:
            values = replace(values, change.hyperparams)
        return values


def to_json(session: Session) -> dict[str, Any]:
    """Return the session as a JSON-ready object."""
    changes = [{"step": c.step, "hyperparams": dict(c.hyperparams)} for c in session.changes]
    return {
        "experiment": session.experiment,
        "version": VERSION,
        "hyperparams": to_dict(session.hyperparams),
        "view": to_dict(session.view),
        "step": session.step,
    } | ({"changes": changes} if changes else {})


def dumps(session: Session) -> str:
    """Write a session as JSON text."""
    return json.dumps(to_json(session), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str | bytes, experiments: Mapping[str, ExperimentSpec]) -> Session:
    """Read a session or a JSON export. Raises SessionError."""
    data = _object(_decoded(text), _("the session"))
    _refuse_unknown(data)
    spec = _spec(data, experiments)
    try:
        hyperparams = replace(spec.hyperparams(), _object(data.get("hyperparams", {}), "hyperparams"))
        view = replace(spec.view_options(), _object(data.get("view", {}), "view"))
        changes = tuple(_change(item, spec) for item in _list(data.get("changes", []), "changes"))
    except HyperparamError as error:
        raise SessionError(str(error)) from error
    return Session(spec.name, hyperparams, view, _step(data.get("step", 0)), _in_order(changes))


def _decoded(text: str | bytes) -> Any:
    if len(text) > LARGEST:
        raise SessionError(_("it is larger than {n} MB").format(n=LARGEST // 1_000_000))
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


def _refuse_constant(name: str) -> None:
    raise SessionError(_("{name} is not a finite number").format(name=name))


def _shown(value: Any) -> str:
    text = "".join(c if c.isprintable() else " " for c in str(value)[:41])
    return text if len(text) <= 40 else text[:37] + "…"


def _object(data: Any, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise SessionError(_("{name}: “{value}” is not an object").format(name=name, value=_shown(data)))
    return data


def _list(data: Any, name: str) -> list[Any]:
    if not isinstance(data, list):
        raise SessionError(_("{name}: “{value}” is not a list").format(name=name, value=_shown(data)))
    return data


def _refuse_unknown(data: dict[str, Any]) -> None:
    if missing := [key for key in ("experiment", "version") if key not in data]:
        raise SessionError(_("it is no session: “{name}” is missing").format(name=missing[0]))
    if unknown := [key for key in data if key not in _KEYS]:
        raise SessionError(_("“{name}” is unknown").format(name=_shown(unknown[0])))
    version = data["version"]
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SessionError(_("version: “{value}” is not a version").format(value=_shown(version)))
    if version > VERSION:
        raise SessionError(
            _("it was written by a newer Explorer: version {theirs}, this one reads up to {ours}").format(
                theirs=_shown(version), ours=VERSION
            )
        )


def _spec(data: dict[str, Any], experiments: Mapping[str, ExperimentSpec]) -> ExperimentSpec:
    name = data["experiment"]
    if not isinstance(name, str) or name not in experiments:
        raise SessionError(
            _("experiment: “{value}” is unknown; there are {names}").format(
                value=_shown(name), names=", ".join(experiments)
            )
        )
    return experiments[name]


def _step(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAST_STEP:
        raise SessionError(_("step: “{value}” is not a number of steps").format(value=_shown(value)))
    return value


def _change(item: Any, spec: ExperimentSpec) -> Change:
    data = _object(item, "changes")
    if set(data) != {"step", "hyperparams"}:
        raise SessionError(_("changes: “{value}” is not a step with hyperparams").format(value=_shown(data)))
    values = _object(data["hyperparams"], "changes")
    for name in values:
        if not field_of(spec.hyperparams, name).live:
            raise SessionError(_("changes: “{name}” cannot change during a run").format(name=name))
    checked = to_dict(replace(spec.hyperparams(), values))
    return Change(_step(data["step"]), {name: checked[name] for name in values})


def _in_order(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    steps = [c.step for c in changes]
    if steps != sorted(steps):
        raise SessionError(_("changes: their steps are not in order"))
    return changes

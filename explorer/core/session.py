"""Sessions: everything needed to come back to what was seen, as versioned JSON.

    {"experiment": "activations", "version": 1, "hyperparams": {…}, "view": {…}, "step": 120}

"changes" is there where live hyperparams were changed on the way. A JSON export is the same object with the "frame",
and opens as a session too. What is unknown or broken is refused with one line: `SessionError`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.checked_json import SessionError as SessionError
from explorer.core.checked_json import check_version, decoded, list_of, object_of, refuse_unknown, shown
from explorer.core.experiment import ExperimentSpec
from explorer.core.hyperparams import HyperparamError, field_of, replace, to_dict
from explorer.core.i18n import _

VERSION = 1
LARGEST = 50_000_000
"""Bytes; a session has some thousand, an export with its frame some million."""
LAST_STEP = 10**9
_KEYS = {"experiment", "version", "hyperparams", "view", "step", "changes", "frame"}


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
    return from_json(decoded(text, LARGEST), experiments)


def from_json(data: Any, experiments: Mapping[str, ExperimentSpec]) -> Session:
    """Read what `to_json` returned, or what has been made of it. Raises SessionError."""
    data = object_of(data, _("the session"))
    _check_head(data)
    spec = _spec(data, experiments)
    try:
        hyperparams = replace(spec.hyperparams(), object_of(data.get("hyperparams", {}), "hyperparams"))
        view = replace(spec.view_options(), object_of(data.get("view", {}), "view"))
        changes = tuple(_change(item, spec) for item in list_of(data.get("changes", []), "changes"))
    except HyperparamError as error:
        raise SessionError(str(error)) from error
    return Session(spec.name, hyperparams, view, _step(data.get("step", 0)), _in_order(changes))


def _check_head(data: dict[str, Any]) -> None:
    if missing := [key for key in ("experiment", "version") if key not in data]:
        raise SessionError(_("it is no session: “{name}” is missing").format(name=missing[0]))
    refuse_unknown(data, _KEYS)
    check_version(data["version"], VERSION)


def _spec(data: dict[str, Any], experiments: Mapping[str, ExperimentSpec]) -> ExperimentSpec:
    name = data["experiment"]
    if not isinstance(name, str) or name not in experiments:
        raise SessionError(
            _("experiment: “{value}” is unknown; there are {names}").format(
                value=shown(name), names=", ".join(experiments)
            )
        )
    return experiments[name]


def _step(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAST_STEP:
        raise SessionError(_("step: “{value}” is not a number of steps").format(value=shown(value)))
    return value


def _change(item: Any, spec: ExperimentSpec) -> Change:
    data = object_of(item, "changes")
    if set(data) != {"step", "hyperparams"}:
        raise SessionError(_("changes: “{value}” is not a step with hyperparams").format(value=shown(data)))
    values = object_of(data["hyperparams"], "changes")
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

"""What happened in a run, as marks for the player: live changes and overflows."""

from typing import Any

from explorer.core import hyperparams as hp
from explorer.core.experiment import ExperimentSpec
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.ui.live_run import LiveRun
from explorer.ui.player import Mark


def run_marks(spec: ExperimentSpec, run: LiveRun) -> list[Mark]:
    """Marks in the order of their steps."""
    newest = run.recording.newest or run.shown
    if newest is None:
        return []
    if not (run.changes or newest.frame.divergences):  # as a rule, and at every frame
        return []
    roles = _roles(spec)
    overflows = [
        Mark(d.step, _("{network} overflows").format(network=d.network), "overflow", roles.get(d.network))
        for d in newest.frame.divergences
    ]
    return sorted(_changes(spec, run) + overflows, key=lambda m: m.step)


def _changes(spec: ExperimentSpec, run: LiveRun) -> list[Mark]:
    marks: list[Mark] = []
    values: dict[str, Any] = hp.to_dict(run.started)
    for change in run.changes:
        for name, value in change.hyperparams.items():
            if values[name] != value:
                field = hp.field_of(spec.hyperparams, name)
                text = f"{name} {hp.text_of(field, values[name])} → {hp.text_of(field, value)}"
                marks.append(Mark(change.step, text, "change", None))
            values[name] = value
    return marks


def _roles(spec: ExperimentSpec) -> dict[str, Role]:
    choices = [c for f in hp.fields_of(spec.hyperparams) for c in f.choices if c.role]
    return {c.label: c.role for c in choices if c.role}

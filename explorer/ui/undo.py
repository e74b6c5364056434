"""Undo: one command per thing that the user did, however many values it went through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PyQt6.QtGui import QUndoCommand

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Field
from explorer.core.i18n import _
from explorer.ui.rows import value_text


@dataclass(frozen=True)
class State:
    """All that the control panel sets."""

    hyperparams: Any
    options: Any

    def replace(self, name: str, value: Any) -> "State":
        """Return the state with one field changed. Raises HyperparamError."""
        if self.is_hyperparam(name):
            return State(hp.replace(self.hyperparams, {name: value}), self.options)
        return State(self.hyperparams, hp.replace(self.options, {name: value}))

    def is_hyperparam(self, name: str) -> bool:
        return any(f.name == name for f in hp.fields_of(type(self.hyperparams)))

    def field(self, name: str) -> Field:
        return hp.field_of(type(self.hyperparams if self.is_hyperparam(name) else self.options), name)

    def get(self, name: str) -> Any:
        return hp.get(self.hyperparams if self.is_hyperparam(name) else self.options, name)

    def changed(self, new: "State") -> set[str]:
        """Names of the fields that differ."""
        return {*hp.changed(self.hyperparams, new.hyperparams), *hp.changed(self.options, new.options)}


class Change(QUndoCommand):
    """From one state to another; changes of the same fields within one gesture become one."""

    def __init__(self, show: Callable[[State], None], old: State, new: State, text: str, gesture: int) -> None:
        super().__init__(text)
        self._show, self.old, self.new, self.gesture = show, old, new, gesture

    def redo(self) -> None:
        self._show(self.new)

    def undo(self) -> None:
        self._show(self.old)

    def id(self) -> int:
        """Only commands with the same id are offered to `mergeWith`."""
        return 1

    def mergeWith(self, other: QUndoCommand | None) -> bool:
        assert isinstance(other, Change)
        names = self.old.changed(self.new) | other.old.changed(other.new)
        if other.gesture != self.gesture or (len(names) != 1 and self.text() != other.text()):
            return False
        self.new = other.new
        if len(names) == 1:
            self.setText(change_text(self.old, self.new, names.pop()))
        self.setObsolete(self.old == self.new)
        return True


def change_text(old: State, new: State, name: str) -> str:
    """Return what a change did: "Learning rate 0.3 → 0.1", "Functions + GELU"."""
    field, before, after = old.field(name), old.get(name), new.get(name)
    if field.kind == "choices":
        return f"{field.label} {_difference(field, before, after)}"
    return _("{label} {before} → {after}").format(
        label=field.label, before=value_text(field, before), after=value_text(field, after)
    )


def _difference(field: Field, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    came = [f"+ {field.choice(name).label}" for name in after if name not in before]
    went = [f"\N{MINUS SIGN} {field.choice(name).label}" for name in before if name not in after]
    return ", ".join(came + went)

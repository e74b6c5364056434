"""Runs that are kept to be compared with: what they were, and how they stand behind the live figure."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.core.differences import difference
from explorer.core.experiment import ExperimentSpec
from explorer.core.figure import Figure
from explorer.core.finals import Final, finals
from explorer.core.ghosts import Ghost, ghost_of, with_ghosts
from explorer.core.session import Session
from explorer.ui.recording import Shot

MOST = 6


@dataclass(frozen=True, eq=False)
class Pin:
    """A kept run; `session` brings it back. Without a `name` of its own it is called by what differs."""

    number: int
    shot: Shot
    session: Session
    name: str = ""
    shown: bool = True


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A pin as drawn with some view options."""

    options: Any
    figure: Figure
    ghost: Ghost
    finals: tuple[Final, ...]


class Pins(QObject):
    """The pins of one experiment, the oldest first."""

    changed = pyqtSignal()

    def __init__(self, spec: ExperimentSpec) -> None:
        super().__init__()
        self.spec = spec
        self._pins: list[Pin] = []
        self._drawn: dict[int, _Drawn] = {}
        self._names: dict[int, str] = {}
        self._named_for: object = None

    @property
    def all(self) -> Sequence[Pin]:
        return self._pins

    @property
    def is_full(self) -> bool:
        return len(self._pins) >= MOST

    def add(self, shot: Shot, options: Any) -> None:
        """Pin what is shown, with the view options that it is looked at with."""
        number = next(n for n in range(1, MOST + 1) if n not in {pin.number for pin in self._pins})
        session = dataclasses.replace(shot.session, view=options)
        self._change([*self._pins, Pin(number, shot, session)])

    def remove(self, number: int) -> None:
        self._drawn.pop(number, None)
        self._change([pin for pin in self._pins if pin.number != number])

    def remove_oldest(self) -> None:
        self.remove(self._pins[0].number)

    def rename(self, number: int, name: str) -> None:
        """Give a pin a name; empty: by what differs."""
        self._replace(number, name=name.strip())

    def show(self, number: int, shown: bool) -> None:
        self._replace(number, shown=shown)

    def _replace(self, number: int, **changes: Any) -> None:
        self._change([dataclasses.replace(p, **changes) if p.number == number else p for p in self._pins])

    def _change(self, pins: list[Pin]) -> None:
        self._pins, self._named_for = pins, None
        self.changed.emit()

    # --- what is seen of them ---------------------------------------------------------------------------------
    def behind(self, figure: Figure, options: Any, live: Session) -> Figure:
        """Put those that are shown behind a figure of the live run."""
        if not self._pins:
            return figure
        names = self.names(live)
        shown = [pin for pin in self._pins if pin.shown]
        return with_ghosts(figure, [(self._draw(pin, options).ghost, names[pin.number]) for pin in shown])

    def names(self, live: Session) -> dict[int, str]:
        """Names of all pins by number, as seen from the live run."""
        if self._named_for != (live.hyperparams, live.changes):
            self._named_for = live.hyperparams, live.changes
            self._names = {pin.number: pin.name or difference(pin.session, live) for pin in self._pins}
        return self._names

    def finals(self, pin: Pin, options: Any) -> tuple[Final, ...]:
        return self._draw(pin, options).finals

    def headline(self, pin: Pin, options: Any) -> str:
        return self._draw(pin, options).figure.headline

    def _draw(self, pin: Pin, options: Any) -> _Drawn:
        drawn = self._drawn.get(pin.number)
        if drawn is None or drawn.options != options:
            figure = self.spec.figure(pin.shot.frame, options)
            drawn = _Drawn(options, figure, ghost_of(figure, pin.number), finals(figure))
            self._drawn[pin.number] = drawn
        return drawn

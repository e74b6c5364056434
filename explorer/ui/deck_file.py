"""The deck that is remembered: every change is written at once, and can be undone.

Several windows may share the file: each looks at what the others wrote before it changes anything.
"""

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.core.deck import LARGEST, Deck, dumps, loads
from explorer.core.files import WriteError, make_folder, put_aside, write_atomically
from explorer.core.i18n import _
from explorer.core.session import SessionError
from explorer.registry import EXPERIMENTS

MOST_UNDO = 100
Stamp = tuple[int, int, int] | None
"""Which version of a file it is; None: there is none."""


class DeckFile(QObject):
    """Says when the deck has changed, by whomever, and what went wrong."""

    changed = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path, self.deck = path, Deck()
        self._past: list[Deck] = []
        self._future: list[Deck] = []
        self._stamp: Stamp = None

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    def change(self, edit: Callable[[Deck], Deck]) -> None:
        """Change what the file holds now. Raises what `edit` raises."""
        self.read()
        new = edit(self.deck)
        if new != self.deck:
            self._past = [*self._past[1 - MOST_UNDO :], self.deck]
            self._future.clear()
            self._show(new)

    def undo(self) -> None:
        self.read()
        if self._past:
            self._future.append(self.deck)
            self._show(self._past.pop())

    def redo(self) -> None:
        self.read()
        if self._future:
            self._past.append(self.deck)
            self._show(self._future.pop())

    def _show(self, deck: Deck) -> None:
        self.deck = deck
        self._write()
        self.changed.emit()

    # --- the file ------------------------------------------------------------------------------------------------
    def read(self) -> None:
        """Take over what another window has written; undoing would take that away, and so is forgotten."""
        stamp = _stamp(self.path)
        if stamp is None or stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            deck = _read(self.path)
        except (SessionError, OSError) as error:
            self.failed.emit(self._put_aside(error))
            return
        if deck != self.deck:
            self.deck = deck
            self._past.clear()
            self._future.clear()
            self.changed.emit()

    def _write(self) -> None:
        try:
            make_folder(self.path.parent)
            write_atomically(self.path, dumps(self.deck).encode())
        except WriteError as error:
            self.failed.emit(_("The deck could not be kept: {error}").format(error=error))
        self._stamp = _stamp(self.path)

    def _put_aside(self, error: Exception) -> str:
        try:
            aside = put_aside(self.path)
        except OSError:
            return _("The deck in {path} cannot be read ({error}).").format(path=self.path, error=error)
        return _("The deck could not be read ({error}). It was put aside as {name}.").format(error=error, name=aside)


def _read(path: Path) -> Deck:
    with path.open("rb") as file:
        return loads(file.read(LARGEST + 1), EXPERIMENTS)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

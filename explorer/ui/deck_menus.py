"""What can be done with the deck and with a card, beside what has a button or a key."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QMenu, QPlainTextEdit, QVBoxLayout

from explorer.core.i18n import _
from explorer.draw.fonts import font
from explorer.ui.labels import label

if TYPE_CHECKING:
    from explorer.ui.deck_panel import DeckPanel


def deck_menu(panel: "DeckPanel") -> QMenu:
    """Return the menu of the whole deck; it goes when it closes."""
    is_empty = not panel.deck.cards
    menu = _menu(panel)
    for text, do, off in (
        (_("Export deck…"), panel.export, is_empty),
        (_("Save deck as…"), lambda: ask_save(panel), is_empty),
        (_("Open deck…"), lambda: ask_open(panel), False),
        (_("Clear"), panel.clear, is_empty),
    ):
        _add(menu, text, do).setDisabled(off)
    return menu


def card_menu(panel: "DeckPanel", index: int) -> QMenu:
    """Return the menu of one card."""
    last = len(panel.deck.cards) - 1
    menu = _menu(panel)
    _add(menu, _("Open") + "\tEnter", lambda: panel.reopen(index))
    _add(menu, _("Rename") + "\tF2", lambda: panel.strip.cards[index].rename())
    _add(menu, _("Note for the speaker…"), lambda: NoteDialog(panel, index).open())
    menu.addSeparator()
    _add(menu, _("Move back") + "\tCtrl+←", lambda: panel.strip.moved.emit(index, index - 1)).setDisabled(index == 0)
    forth = _add(menu, _("Move forth") + "\tCtrl+→", lambda: panel.strip.moved.emit(index, index + 1))
    forth.setDisabled(index == last)
    _add(menu, _("Remove") + "\tDel", lambda: panel.remove(index))
    return menu


def _menu(panel: "DeckPanel") -> QMenu:
    menu = QMenu(panel)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _add(menu: QMenu, text: str, do: Callable[[], object]) -> QAction:
    action = QAction(text, menu)
    action.triggered.connect(lambda _checked: do())
    menu.addAction(action)
    return action


def ask_open(panel: "DeckPanel") -> None:
    kinds = _("Decks (*.json *.pdf);;All files (*)")
    name, _kind = QFileDialog.getOpenFileName(panel, _("Open deck"), panel.window_.settings.folder, kinds)
    if name:
        panel.open_path(Path(name))


def ask_save(panel: "DeckPanel") -> None:
    start = Path(panel.window_.settings.folder) / f"{panel.deck.name or _('deck')}.json"
    name, _kind = QFileDialog.getSaveFileName(panel, _("Save deck"), str(start), _("Deck (*.json)"))
    if name:
        panel.save_path(Path(name).with_suffix(".json"))


class NoteDialog(QDialog):
    """What the speaker says to a figure; it goes into the notes of its slide."""

    def __init__(self, panel: "DeckPanel", index: int) -> None:
        super().__init__(panel.window_)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Note for the speaker"))
        card = panel.deck.cards[index]
        self.note = QPlainTextEdit(card.note)
        self.note.setObjectName("note")
        self.note.setFont(font(13))
        self.note.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: panel.set_note(index, self.note.toPlainText()))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(label(card.title, 13, 600))
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.resize(520, 280)

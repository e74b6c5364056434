"""The deck under the figure: cards of what was on screen, to come back to and to make slides of."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QPoint, Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from explorer.core.deck import Card, Deck, dumps, note_of, title_of
from explorer.core.files import WriteError, write_atomically
from explorer.core.i18n import _
from explorer.core.selection import only
from explorer.core.session import SessionError
from explorer.draw.palette import PALETTES
from explorer.ui import deck_strip, theme, thumbnails
from explorer.ui.deck_file import DeckFile
from explorer.ui.deck_head import DeckHead, figures_text
from explorer.ui.deck_strip import DeckStrip
from explorer.ui.labels import paragraph

if TYPE_CHECKING:
    from explorer.ui.experiment_tab import ExperimentTab
    from explorer.ui.window import MainWindow

FILE = "deck.json"
"""Beside the settings."""
HEIGHT = deck_strip.HEIGHT + deck_strip.BAR + 1


class DeckPanel(QWidget):
    """Belongs to the window, whichever tab is shown."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(_("Deck"))
        self.setFixedHeight(HEIGHT)
        self.window_ = window
        self.file = DeckFile(window.path.parent / FILE, self)
        self._awaited: tuple[ExperimentTab, Card] | None = None
        self._lay_out()
        self._connect()
        self.file.read()
        self._show_deck()

    def _lay_out(self) -> None:
        self.head, self.strip = DeckHead(), DeckStrip()
        self.hint = paragraph(_("Ctrl+D puts what is on screen here, for a talk or to come back to."), tone="muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.body = QStackedWidget()
        self.body.addWidget(self.hint)
        self.body.addWidget(self.strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.head)
        row.addWidget(self.body, 1)

    def _connect(self) -> None:
        self.file.changed.connect(self._show_deck)
        self.file.failed.connect(lambda text: self.window_.say("warning", text))
        self.head.export_button.clicked.connect(self.export)
        self.head.undo_button.clicked.connect(self.file.undo)
        self.head.menu_button.clicked.connect(self._on_head_menu_button_clicked)
        self.strip.opened.connect(self.reopen)
        self.strip.renamed.connect(self.rename)
        self.strip.moved.connect(lambda i, to: self.file.change(lambda deck: deck.moved(i, to)))
        self.strip.removed.connect(self.remove)
        self.strip.menu_requested.connect(self._on_strip_menu_requested)
        self.window_.actions_by_name["pin_to_deck"].setAutoRepeat(False)  # a key held down is one card
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(lambda _state: self.file.read())

    @property
    def deck(self) -> Deck:
        return self.file.deck

    def _show_deck(self) -> None:
        n = len(self.deck.cards)
        self.strip.show_cards(self.deck.cards)
        self.body.setCurrentWidget(self.strip if n else self.hint)
        self.head.show_state(n, self.file.can_undo)
        toggle = self.window_.actions_by_name["deck"]
        toggle.setProperty("count", n)
        toggle.setToolTip(_("Deck: {figures}").format(figures=self.head.count.text()))

    # --- cards ---------------------------------------------------------------------------------------------------
    def pin(self) -> None:
        """Put what is on screen at the end."""
        tab = self.window_.tab
        if tab.run.frame is None:
            self.window_.say("info", _("There is no figure yet: PyTorch is still starting."))
            return
        session, panel = tab.session(), tab.view.maximised or ""
        headline = tab.spec.figure(tab.run.frame, session.view).headline
        card = Card(title_of(headline), session, panel)
        self._keep_thumbnail(tab, card)
        try:
            self.file.change(lambda deck: deck.with_card(card))
        except SessionError as error:
            self.window_.say("warning", str(error))
            return
        self._show_pinned(len(self.deck.cards))
        QTimer.singleShot(0, self._show_last)

    def _show_pinned(self, n: int) -> None:
        """Say where it went: the first time by opening the panel, later, where that is closed, in words."""
        if n == 1 and not self.window_.presentation.active:
            self.window_.show_deck(True)
        elif self.isHidden():
            self.window_.say("info", _("Added to the deck: figure {n}").format(n=n))

    def _show_last(self) -> None:
        """When the layout knows how long the row is."""
        if self.strip.cards:
            self.strip.show_card(self.strip.cards[-1])

    def _keep_thumbnail(self, tab: "ExperimentTab", card: Card) -> None:
        """Draw it in these colours now, and in the others when there is time."""
        figure = tab.spec.figure(tab.run.frame, card.session.view)
        figure = only(figure, [card.panel]) if card.panel else figure
        thumbnails.keep(card, figure, theme.current().name)
        for name in PALETTES:
            QTimer.singleShot(0, lambda name=name: thumbnails.keep(card, figure, name))

    def reopen(self, index: int) -> None:
        """Restore the run of a card at its step, exactly, with the panel that was alone."""
        card, window = self.deck.cards[index], self.window_
        window.show_tab(card.session.experiment)
        self._forget_awaited()
        self._awaited = (window.tab, card)
        window.tab.figure_shown.connect(self._on_tab_figure_shown)
        window.tab.run.play(False)
        window.tab.restore(card.session)

    def _forget_awaited(self) -> None:
        if self._awaited:
            self._awaited[0].figure_shown.disconnect(self._on_tab_figure_shown)
            self._awaited = None

    def _on_tab_figure_shown(self) -> None:
        assert self._awaited is not None
        (tab, card), frame = self._awaited, self._awaited[0].run.frame
        if (frame.step, frame.hyperparams) != (card.session.step, card.session.current):
            return
        tab.view.maximise(card.panel if card.panel in _panels(tab) else None)
        if tab.run.refined == 1:
            self._forget_awaited()
            self._keep_thumbnail(tab, card)
            for view in self.strip.cards:
                view.look_again()

    def rename(self, index: int, text: str) -> None:
        if title := title_of(text):
            self._exchange(index, dataclasses.replace(self.deck.cards[index], title=title))

    def set_note(self, index: int, text: str) -> None:
        self._exchange(index, dataclasses.replace(self.deck.cards[index], note=note_of(text)))

    def _exchange(self, index: int, card: Card) -> None:
        self.file.change(lambda deck: deck.changed(index, card))

    def remove(self, index: int) -> None:
        self.file.change(lambda deck: deck.without(index))
        if self.strip.cards:
            self.strip.focus_card(index)
        else:
            self.setFocus()

    def clear(self) -> None:
        n = len(self.deck.cards)
        self.file.change(lambda _deck: Deck())
        self._say_undoable(_("Removed {figures} from the deck").format(figures=figures_text(n)))

    def _say_undoable(self, text: str) -> None:
        self.window_.say("info", text)
        assert self.window_.message is not None
        self.window_.message.add_button(_("Undo"), self._on_undo_button_clicked)

    def _on_undo_button_clicked(self) -> None:
        self.file.undo()
        self.window_.close_message()

    # --- files ---------------------------------------------------------------------------------------------------
    def open_path(self, path: Path) -> None:
        """Show the deck in a file instead; a broken one changes nothing and says why."""
        from explorer.export.read import read_deck

        try:
            deck = read_deck(path)
        except SessionError as error:
            self.window_.say("error", str(error))
            return
        self.window_.settings.folder = str(path.parent)
        self.file.change(lambda _deck: deck)
        self.window_.show_deck(True)
        self._say_undoable(_("Opened {name}: {figures}").format(name=path.name, figures=figures_text(len(deck.cards))))

    def save_path(self, path: Path) -> None:
        try:
            write_atomically(path, dumps(dataclasses.replace(self.deck, name=title_of(path.stem))).encode())
        except WriteError as error:
            self.window_.say("error", str(error))
            return
        self.window_.settings.folder = str(path.parent)
        self.window_.say("info", _("Saved {name}").format(name=path))

    def export(self) -> None:
        """Ask how, and write the deck."""
        if not self.deck.cards:
            self.window_.say("info", _("There is no figure in the deck yet: Ctrl+D puts what is on screen there."))
            return
        from explorer.ui.deck_export import DeckExport

        DeckExport(self.window_, self.deck).open()

    # --- menus and keys ------------------------------------------------------------------------------------------
    def _on_head_menu_button_clicked(self) -> None:
        from explorer.ui.deck_menus import deck_menu

        button = self.head.menu_button
        menu = deck_menu(self)
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 2)))

    def _on_strip_menu_requested(self, index: int, at: QPoint) -> None:
        from explorer.ui.deck_menus import card_menu

        card_menu(self, index).popup(at)

    def event(self, event: QEvent | None) -> bool:
        """While something here has the focus, undo and redo are the deck's."""
        if isinstance(event, QKeyEvent) and (do := self._undoing(event)):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                do()
            return True
        return super().event(event)

    def _undoing(self, event: QKeyEvent) -> Callable[[], None] | None:
        if event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            if event.matches(QKeySequence.StandardKey.Undo):
                return self.file.undo
            if event.matches(QKeySequence.StandardKey.Redo):
                return self.file.redo
        return None


def _panels(tab: "ExperimentTab") -> set[str]:
    return {panel.key for panel in tab.view.figure.panels} if tab.view.figure else set()

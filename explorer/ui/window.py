"""The main window: top bar, one tab per experiment, and what is common to all of them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QByteArray, Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PyQt6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.i18n import _
from explorer.draw.palette import DARK, LIGHT, Palette
from explorer.registry import EXPERIMENTS, LABELS
from explorer.ui import files, settings, theme
from explorer.ui.actions import TOOLS, make_actions, make_menu
from explorer.ui.banner import Banner
from explorer.ui.experiment_tab import ExperimentTab
from explorer.ui.icons import icon
from explorer.ui.presentation import Presentation
from explorer.ui.top_bar import TopBar
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.client import WorkerClient

if TYPE_CHECKING:
    from explorer.ui.deck_panel import DeckPanel

BOTH_PANELS_WIDTH = 1410
"""Below this width (px) notes and controls replace each other, so that the figure keeps its room."""
LATER = 400
"""Milliseconds after which there is made what no start needs to wait for."""

INFO_FOR = 8000
"""Milliseconds after which a line that only informs goes by itself."""


class MainWindow(QMainWindow):
    """Tabs are made when first shown. Settings are read at the start and written at the end."""

    def __init__(self, client: WorkerClient, path: Path | None = None) -> None:
        super().__init__()
        self.path = path or settings.settings_path()
        self.settings, message = settings.load(self.path)
        self.bridge = WorkerBridge(client)
        self.tabs: dict[str, ExperimentTab] = {}
        self.actions_by_name = make_actions(self)
        self.presentation = Presentation(self)
        self.message: Banner | None = None
        self._is_loss_known = False
        """Whether it was said that the settings cannot be kept."""
        self._deck: DeckPanel | None = None
        self._lay_out()
        self._restore_window()
        hints = QGuiApplication.styleHints()
        assert hints is not None
        hints.colorSchemeChanged.connect(self._on_system_theme_changed)
        if message:
            self.say("warning", message)
        QTimer.singleShot(0 if self.settings.deck_shown else LATER, self._make_deck)

    # --- building --------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.setWindowTitle("Explorer")
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        menu = make_menu(self, self.actions_by_name)
        self.top_bar = TopBar(list(LABELS.values()), menu, [self.actions_by_name[n] for n in TOOLS])
        self.top_bar.tab_changed.connect(self._on_top_bar_tab_changed)
        self.stack = QStackedWidget()
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.top_bar)
        self._column.addWidget(self.stack, 1)
        middle = QWidget()
        middle.setLayout(self._column)
        self.setCentralWidget(middle)

    def _restore_window(self) -> None:
        self._apply_theme()
        if not self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode())):
            self.resize(1440, 900)
        names = list(EXPERIMENTS)
        self.show_tab(self.settings.tab if self.settings.tab in names else names[0])

    @property
    def tab(self) -> ExperimentTab:
        return self.stack.currentWidget()  # type: ignore[return-value]

    def show_tab(self, name: str) -> None:
        """Bring an experiment to the front; make its tab the first time."""
        if name not in self.tabs:
            self.tabs[name] = self._make_tab(name)
            self.stack.addWidget(self.tabs[name])
        self.show_sides()  # first: a panel that is shown for a moment writes all that it holds
        self.stack.setCurrentWidget(self.tabs[name])
        self.top_bar.set_current(list(EXPERIMENTS).index(name))
        self.settings.tab = name
        self.setWindowTitle(f"{LABELS[name]} – Explorer")

    def _make_tab(self, name: str) -> ExperimentTab:
        tab = ExperimentTab(EXPERIMENTS[name], self.bridge, self.colours, self.settings.speed)
        tab.comparison.list.set_folded(self.settings.pins_folded)
        tab.comparison.list.folded.connect(lambda folded: setattr(self.settings, "pins_folded", folded))
        tab.controls.collapsed_groups = self.settings.collapsed.get(name, tab.controls.collapsed_groups)
        if name in self.settings.sessions:
            self._restore_settings(tab, self.settings.sessions[name])
        tab.run.hyperparams = tab.controls.hyperparams
        tab.player.set_seed(tab.controls.hyperparams.seed)
        return tab

    def _restore_settings(self, tab: ExperimentTab, text: str) -> None:
        try:
            session = files.parse(text)
        except ValueError as error:
            self.say(
                "warning", _("The last settings of this experiment could not be used: {error}").format(error=error)
            )
            return
        tab.controls.apply(session.hyperparams, session.view)
        tab.controls.undo_stack.clear()

    # --- tabs and side panels ------------------------------------------------------------------------------------
    def _on_top_bar_tab_changed(self, index: int) -> None:
        self.show_tab(list(EXPERIMENTS)[index])

    def next_tab(self) -> None:
        names = list(EXPERIMENTS)
        self.show_tab(names[(names.index(self.settings.tab) + 1) % len(names)])

    def toggle_controls(self) -> None:
        self.settings.controls_shown = self.tab.controls.isHidden()
        if self.settings.controls_shown and self._is_narrow:
            self.settings.notes_shown = False
        self.show_sides()

    def toggle_notes(self) -> None:
        self.settings.notes_shown = self.tab.notes.isHidden()
        self.show_sides()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < BOTH_PANELS_WIDTH

    def show_sides(self) -> None:
        """Show the side panels that are wanted and fit; in a narrow window the notes replace the controls."""
        hidden = self.presentation.active
        notes = self.settings.notes_shown and not hidden
        controls = self.settings.controls_shown and not hidden and not (notes and self._is_narrow)
        for tab in self.tabs.values():
            tab.controls.setVisible(controls)
            tab.notes.setVisible(notes)
        deck = self.settings.deck_shown and not hidden
        if self._deck is not None:
            self._deck.setVisible(deck)
        self.actions_by_name["deck"].setChecked(deck)
        self.actions_by_name["controls"].setChecked(controls)
        self.actions_by_name["notes"].setChecked(notes)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self.tabs:
            self.show_sides()
        QTimer.singleShot(0, self.presentation.rescale)  # when the layout has given the figure its new size

    # --- the deck ------------------------------------------------------------------------------------------------
    @property
    def deck(self) -> "DeckPanel":
        self._make_deck()
        assert self._deck is not None
        return self._deck

    def _make_deck(self) -> None:
        if self._deck is None:
            from explorer.ui.deck_panel import DeckPanel  # late: the window is there at once

            self._deck = DeckPanel(self)
            self._column.addWidget(self._deck)
            self.show_sides()

    def add_to_deck(self) -> None:
        self.deck.pin()

    def toggle_deck(self) -> None:
        self.show_deck(not self.settings.deck_shown)

    def show_deck(self, shown: bool) -> None:
        self.settings.deck_shown = shown
        self._make_deck()
        self.show_sides()

    def export_deck(self) -> None:
        self.deck.export()

    # --- theme ---------------------------------------------------------------------------------------------------
    @property
    def colours(self) -> Palette:
        if self.settings.theme == "system":
            hints = QGuiApplication.styleHints()
            return DARK if hints and hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.settings.theme == "dark" else LIGHT

    def toggle_theme(self) -> None:
        self.settings.theme = "light" if self.colours is DARK else "dark"
        self._apply_theme()

    def follow_system_theme(self) -> None:
        self.settings.theme = "system"
        self._apply_theme()

    def _on_system_theme_changed(self) -> None:
        if self.settings.theme == "system":
            self._apply_theme()

    def _apply_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply_theme(app, self.colours)
        self.actions_by_name["theme"].setIcon(icon("sun" if self.colours is DARK else "moon"))
        for tab in self.tabs.values():
            tab.view.set_palette(self.colours)

    # --- what the present tab does -------------------------------------------------------------------------------
    def toggle_play(self) -> None:
        self.tab.run.play(not self.tab.run.playing)

    def single_step(self) -> None:
        self.tab.run.step()

    def restart(self) -> None:
        self.tab.run.restart()

    def pin_run(self) -> None:
        from explorer.ui.comparison import pin_run

        pin_run(self)

    def go_to_step(self) -> None:
        self.tab.ask_step()

    def new_seed(self) -> None:
        self.tab.player.roll_seed()

    def undo(self) -> None:
        self.tab.controls.undo_stack.undo()

    def redo(self) -> None:
        self.tab.controls.undo_stack.redo()

    def open_finder(self) -> None:
        from explorer.ui.finder import Finder  # late: the window is there at once

        Finder.show_for(self)

    def reset_all(self) -> None:
        self.tab.controls.reset_all()

    def autoscale(self) -> None:
        self.tab.view.autoscale()

    def toggle_presentation(self) -> None:
        self.presentation.toggle()

    # --- files ---------------------------------------------------------------------------------------------------
    def open_session(self) -> None:
        files.ask_open(self)

    def save_session(self) -> None:
        files.ask_save(self)

    def export_figure(self) -> None:
        if self.tab.run.frame is None:
            self.say("info", _("There is no figure yet: PyTorch is still starting."))
            return
        from explorer.ui.export_dialog import ExportDialog  # late: the window is there at once

        ExportDialog(self).open()

    def copy_figure(self) -> None:
        files.copy_figure(self)

    def show_code(self) -> None:
        from explorer.ui.code_dialog import CodeDialog  # late, as above

        CodeDialog.show_for(self)

    def show_keys(self) -> None:
        from explorer.ui import dialogs  # late, as above

        dialogs.show_keys(self)

    def show_about(self) -> None:
        from explorer.ui.about import AboutBox  # late, as above

        AboutBox(self).open()

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event and event.source() is not None:  # a figure of our own
            return
        if event and (mime := event.mimeData()) and any(url.isLocalFile() for url in mime.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event and (mime := event.mimeData()):
            files.open_path(self, Path(mime.urls()[0].toLocalFile()))

    # --- messages, keys, end -------------------------------------------------------------------------------------
    def say(self, kind: Any, text: str) -> None:
        """Show a line above everything; it replaces the one before. Information goes after a while, trouble stays."""
        if self.message is not None:
            self._column.removeWidget(self.message)
            self.message.deleteLater()
        self.message = Banner(kind, text)
        self.message.closed.connect(self.close_message)
        self._column.insertWidget(1, self.message)

    def close_message(self) -> None:
        if self.message is not None:
            self.message.deleteLater()
            self.message = None

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that no focused control wanted."""
        assert event is not None
        plain = {Qt.Key.Key_Space: self.toggle_play, Qt.Key.Key_Period: self.single_step, Qt.Key.Key_A: self.autoscale}
        if event.key() in plain and not event.modifiers():
            plain[Qt.Key(event.key())]()
        elif event.key() == Qt.Key.Key_Escape and self.presentation.active:
            self.toggle_presentation()
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.text().isdigit():
            self._show_tab_number(int(event.text()))
        else:
            self.tab.view.keyPressEvent(event)

    def _show_tab_number(self, number: int) -> None:
        names = list(EXPERIMENTS)
        if 1 <= number <= len(names):
            self.show_tab(names[number - 1])

    def closeEvent(self, event: QCloseEvent | None) -> None:
        """Remember the settings; where that fails, as on a full disk, say so and close only when asked again."""
        assert event is not None
        problem = self.remember()
        if problem and not self._is_loss_known:
            self._is_loss_known = True
            print(problem, file=sys.stderr)  # for who closes it from a terminal
            self.say("error", _("{problem}. Close again to leave without them.").format(problem=problem))
            event.ignore()
            return
        self.bridge.close()
        super().closeEvent(event)

    def remember(self) -> str:
        """Write the settings file; return what went wrong, in words."""
        if self.presentation.active:
            self.presentation.toggle()
        keep = self.settings
        keep.geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        for name, tab in self.tabs.items():
            keep.sessions[name] = files.settings_text(tab)
            keep.collapsed[name] = sorted(tab.controls.collapsed_groups)
            keep.speed = tab.run.speed
        return settings.save(keep, self.path)

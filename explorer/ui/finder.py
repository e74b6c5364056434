"""Find: a line to type into, under the top bar and over the figure, and below it what the words fit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6 import sip
from PyQt6.QtCore import QEvent, QObject, QPoint, Qt
from PyQt6.QtGui import QKeyEvent, QMouseEvent
from PyQt6.QtWidgets import QApplication, QFrame, QLineEdit, QVBoxLayout, QWidget

from explorer.core.i18n import _
from explorer.draw.fonts import font
from explorer.ui.find import Findable, matches
from explorer.ui.find_list import AT_MOST, FoundList
from explorer.ui.findables import gather
from explorer.ui.focus import has_ring
from explorer.ui.icons import icon
from explorer.ui.labels import paragraph

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

WIDTH = 640
MARGIN = 16
"""Left free at both sides of it, at least; above it a half."""


class Finder(QWidget):
    """Covers the window, so that a click beside it closes it and does nothing else; what is seen is the box."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self._by_keyboard = False
        self._all: Sequence[Findable] = ()
        self.line = QLineEdit()
        self.line.setAccessibleName(_("Find"))
        self.line.setPlaceholderText(_("Find a setting, choice, preset, panel, action, experiment or claim"))
        self.line.setFont(font(14))
        self.line.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.line.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.line.textChanged.connect(self._on_line_text_changed)
        self.list = FoundList()
        self.list.clicked.connect(self._choose)
        self.nothing = paragraph(tone="muted")
        self.nothing.setContentsMargins(12, 6, 12, 10)
        self._lay_out()
        window.installEventFilter(self)
        window.stack.currentChanged.connect(self.dismiss)
        self.hide()

    @classmethod
    def show_for(cls, window: "MainWindow") -> None:
        """Open it; where it is open, what stands in it can be typed over."""
        finder = window.findChild(cls) or cls(window)
        finder.open()

    def _lay_out(self) -> None:
        self.box = QFrame(self)
        self.box.setObjectName("find")
        column = QVBoxLayout(self.box)
        column.setContentsMargins(5, 5, 5, 5)
        column.setSpacing(3)
        for part in (self.line, self.list, self.nothing):
            column.addWidget(part)

    # --- open and closed ----------------------------------------------------------------------------------------
    def open(self) -> None:
        if self.isHidden():
            self._before = QApplication.focusWidget()
            self._by_keyboard = self._before is not None and has_ring(self._before)
            self._all = gather(self._window)
            self.line.clear()
            self._on_line_text_changed("")
            self.show()
            self.raise_()
            self._app.focusChanged.connect(self._on_app_focus_changed)
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Close it and give the focus back; a ring is shown where there was one."""
        if self.isHidden():
            return
        self._app.focusChanged.disconnect(self._on_app_focus_changed)
        before = self._window.tab.view if self._before is None or sip.isdeleted(self._before) else self._before
        reason = Qt.FocusReason.OtherFocusReason if self._by_keyboard else Qt.FocusReason.PopupFocusReason
        (before if before.isVisible() else self._window.tab.view).setFocus(reason)
        self._before, self._all = None, ()
        self.hide()

    @property
    def _app(self) -> QApplication:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return app

    def _on_app_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Something else was opened meanwhile, by its shortcut: it keeps the focus."""
        if now is not None and now is not self.line:
            self._before = now
            self.dismiss()

    # --- what is found ------------------------------------------------------------------------------------------
    def _on_line_text_changed(self, text: str) -> None:
        found = matches(self._all, text)
        self.list.show_things(found)
        self.nothing.setVisible(not found)
        self.nothing.setText(
            _(
                "Nothing fits “{text}”. What can be found: settings, choices, presets and panels of this experiment, "
                "actions, the other experiments, and the claims of all."
            ).format(text=text.strip())
        )
        self._describe()
        self._place()

    def _describe(self) -> None:
        """For screen readers: the focus stays in the line, so the line says what Enter would do."""
        self.line.setAccessibleDescription(self.list.current.full_text if self.list.current else self.nothing.text())

    def _choose(self) -> None:
        thing = self.list.current
        if thing is not None:
            self.dismiss()
            thing.choose()

    # --- place --------------------------------------------------------------------------------------------------
    def _place(self) -> None:
        """Centre the box over the figure."""
        self.setGeometry(self._window.rect())
        view = self._window.tab.view
        left = view.mapTo(self._window, QPoint(0, 0)).x()
        width = min(WIDTH, view.width() - 2 * MARGIN)
        self.box.setFixedWidth(width)
        self.box.adjustSize()
        bar = self._window.top_bar
        top = bar.height() if bar.isVisible() else 0
        self.box.move(left + (view.width() - width) // 2, top + MARGIN // 2)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    # --- Qt -----------------------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and not self.box.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes through the list, as the arrows do."""
        self._move(1 if forward else -1)
        return True

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that the line has no use for; those with Ctrl are the window's."""
        assert event is not None
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -AT_MOST, Qt.Key.Key_PageDown: AT_MOST}
        if event.key() in moves:
            self._move(moves[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()

    def _move(self, lines: int) -> None:
        self.list.move_by(lines)
        self._describe()

"""A field in which a value is typed exactly. Enter or leaving it commits, Esc takes it back, Up and Down nudge it."""

from typing import Any

from PyQt6.QtCore import QCoreApplication, QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFontDatabase,
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextFormat,
)
from PyQt6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from explorer.core import hyperparams as hp
from explorer.core.expression import ExpressionError
from explorer.core.hyperparams import Field, HyperparamError
from explorer.core.wording import capital
from explorer.draw.fonts import font
from explorer.ui import theme
from explorer.ui.focus import has_ring, paint_ring, watch_keyboard_focus

WIDTH = 62
LONGEST_UNIT = 2
"""Characters: a longer unit stands in the tooltip alone."""


class Entry(QLineEdit):
    """Shows the shortest text that reads back as exactly its value."""

    value_picked = pyqtSignal(object)
    mistaken = pyqtSignal(str)
    """What is wrong with the text, in one line; the value stays as it was."""
    nudged = pyqtSignal(int)
    reverted = pyqtSignal()
    focused = pyqtSignal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{field.name}.entry")
        self.field, self._value = field, field.default
        self.setAccessibleName(field.label)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        if field.kind == "text":
            self._become_text()
        else:
            self.setFont(font(12.5))
            self.setFixedWidth(WIDTH)
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        watch_keyboard_focus(self)
        self.editingFinished.connect(self.commit)
        self.textEdited.connect(self._on_text_edited)
        self.set_value(field.default)

    def _become_text(self) -> None:
        face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        face.setPixelSize(12)
        self.setFont(face)
        self.setMinimumWidth(60)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_value(self, value: Any) -> None:
        """Show a value; a mistake that stood there is gone."""
        self._value = value
        self.setText(shown(self.field, value))
        self.setCursorPosition(0)
        self._show_mistake(False)

    @property
    def value(self) -> Any:
        return self._value

    def commit(self) -> None:
        """Take what was typed, if anything was."""
        if not self.isModified():
            return
        self._clear_mark()
        try:
            value = hp.parse(self.field, self.text())
        except HyperparamError as error:
            self._refuse(error)
            return
        self.set_value(value)
        self.value_picked.emit(value)

    def _refuse(self, error: HyperparamError) -> None:
        self._show_mistake(True)
        said = str(error).removeprefix(f"{self.field.name}: ")
        if isinstance(error.__cause__, ExpressionError):
            self._mark(error.__cause__)
            said = capital(str(error.__cause__))  # the rest repeats what stands in the field and the tooltip
        self.mistaken.emit(said)

    def _show_mistake(self, mistaken: bool) -> None:
        if bool(self.property("mistaken")) != mistaken:
            self.setProperty("mistaken", mistaken)
            restyle(self)

    def _mark(self, error: ExpressionError) -> None:
        """Underline what is wrong in an expression and put the cursor there."""
        blank = len(self.text()) - len(self.text().lstrip())
        at = max(min(error.position + blank, len(self.text()) - 1), 0)
        self.setCursorPosition(at)
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(theme.current().error))
        wave.setForeground(QColor(theme.current().error))
        # The one way to give some characters of a QLineEdit a format of their own; the start counts from the cursor.
        kind = QInputMethodEvent.AttributeType.TextFormat
        attribute = QInputMethodEvent.Attribute(kind, 0, max(error.length, 1), QTextFormat(wave))
        QCoreApplication.sendEvent(self, QInputMethodEvent("", [attribute]))

    def _clear_mark(self) -> None:
        QCoreApplication.sendEvent(self, QInputMethodEvent("", []))

    def _on_text_edited(self) -> None:
        if self.property("mistaken"):
            self._clear_mark()

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() == Qt.Key.Key_Escape:
            self.set_value(self._value)
            self.selectAll()
            self.reverted.emit()
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.field.kind != "text":
            self.commit()
            self.nudged.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        elif event.key() == Qt.Key.Key_Space and self.field.kind != "text":
            event.ignore()  # numbers have none: it plays or pauses
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.property("mistaken"):
                self.selectAll()

    def event(self, event: QEvent | None) -> bool:
        """Esc belongs to the field while something uncommitted stands in it, whatever shortcut the window has."""
        if self.isModified() and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() == QEvent.Type.ShortcutOverride:
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        if has_ring(self) and not self.property("mistaken"):
            painter = QPainter(self)
            paint_ring(painter, QRectF(self.rect()), 4.5)
            painter.end()


def shown(field: Field, value: Any) -> str:
    """Return the text of a value as people see it: a true minus, a short unit behind; `parse` reads it back."""
    text = hp.text_of(field, value)
    if field.kind == "text":
        return text
    unit = f" {field.unit}" if 0 < len(field.unit) <= LONGEST_UNIT else ""
    return text.replace("-", "\N{MINUS SIGN}") + unit


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again at the widget's properties."""
    style = widget.style()
    assert style is not None
    style.unpolish(widget)
    style.polish(widget)

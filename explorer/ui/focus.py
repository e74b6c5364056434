"""A focus ring for who comes by keyboard. Space belongs to the focused control then, else to the player."""

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt
from PyQt6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPen
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QWidget

from explorer.ui import theme

_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
)


class _KeyboardFocus(QObject):
    """Event filter that keeps the property `ring` of what it watches."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(watched, QWidget):
            return False
        if isinstance(event, QFocusEvent):
            watched.setProperty("ring", event.gotFocus() and event.reason() in _BY_KEYBOARD)
            watched.update()
        return isinstance(event, QKeyEvent) and _pass_space_on(watched, event)


def _pass_space_on(widget: QWidget, event: QKeyEvent) -> bool:
    """Whether a Space goes past the widget: a button or box that was clicked leaves it to the player."""
    if event.key() != Qt.Key.Key_Space or event.modifiers() or not isinstance(widget, (QAbstractButton, QComboBox)):
        return False
    if event.type() == QEvent.Type.ShortcutOverride:
        event.setAccepted(has_ring(widget))
        return True
    if has_ring(widget):
        return False
    event.ignore()
    return True


_filter = _KeyboardFocus()


def watch_keyboard_focus(widget: QWidget) -> None:
    """Keep the widget's ring up to date: it paints it with `paint_ring` where `has_ring`."""
    widget.installEventFilter(_filter)


def has_ring(widget: QWidget) -> bool:
    return bool(widget.property("ring"))


def paint_ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    """Draw the ring just inside the rectangle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.current().ink), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)

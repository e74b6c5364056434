"""A slider that keeps the exact value it was given; moving it gives round values."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QSizePolicy, QSlider, QWidget

from explorer.core.hyperparams import Field, number_text
from explorer.ui import theme
from explorer.ui.focus import has_ring, watch_keyboard_focus
from explorer.ui.stops import Track

MARGIN = 7.0
MIDDLE = 12.0
KNOB = 6.5
STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
}
PAGES = {Qt.Key.Key_PageDown: -1, Qt.Key.Key_PageUp: 1}


class Slider(QSlider):
    """QSlider's own whole-number value is the index of the nearest stop; the truth is `exact`."""

    value_picked = pyqtSignal(object)
    """By the user, a round value; never in answer to `set_value`."""
    focused = pyqtSignal()

    def __init__(self, field: Field, track: Track, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setObjectName(field.name)
        self.track, self._default, self._exact = track, field.default, field.default
        self._grip = 0.0
        self._turned = 0
        self.setRange(0, len(track.stops) - 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(field.label)
        watch_keyboard_focus(self)
        self.valueChanged.connect(self._on_value_changed)

    @property
    def exact(self) -> float:
        return self._exact

    def set_value(self, value: float) -> None:
        """Show a value, whatever it is."""
        self._exact = value
        self.setAccessibleDescription(number_text(value))
        self.setValue(self._index())
        self.update()

    def _index(self) -> int:
        return self.track.nearest(self.track.share(self._exact))

    def _pick(self, value: float) -> None:
        if value != self._exact:
            self.set_value(value)
            self.value_picked.emit(value)

    def _on_value_changed(self, index: int) -> None:
        """Qt itself moves the slider too: for assistive technology."""
        if index != self._index():
            self._pick(self.track.stops[index])

    # --- mouse, wheel and keys --------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        off = event.position().x() - self._x(self._exact)
        self._grip = off if abs(off) <= KNOB + 1 else 0.0
        if not self._grip:
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self.isSliderDown():
            self._drag_to(event.position().x() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _drag_to(self, x: float) -> None:
        share = min(max((x - MARGIN) / max(self.width() - 2 * MARGIN, 1.0), 0.0), 1.0)
        self._pick(self.track.stops[self.track.nearest(share)])

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Turn the value only where the slider has the focus; else the panel scrolls."""
        assert event is not None
        if not self.hasFocus():
            event.ignore()
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / 120)
        self._turned -= notches * 120
        if notches:
            self.nudge(notches)
        event.accept()

    def nudge(self, stops: int) -> None:
        """Go some stops up or down from the exact value."""
        self._pick(self.track.beyond(self._exact, stops))

    def focusInEvent(self, event: QFocusEvent | None) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        key = event.key()
        if key in STEPS:
            self.nudge(STEPS[Qt.Key(key)])
        elif key in PAGES:
            self.nudge(PAGES[Qt.Key(key)] * self.track.page)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._pick(self.track.stops[0 if key == Qt.Key.Key_Home else -1])
        else:
            event.ignore()

    # --- looks ------------------------------------------------------------------------------------------------
    def sizeHint(self) -> QSize:
        return QSize(90, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 24)

    def _x(self, value: float) -> float:
        return MARGIN + (self.width() - 2 * MARGIN) * self.track.share(value)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter)
        self._paint_track(painter)
        self._paint_knob(painter)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        palette, x = theme.current(), self._x(self._exact)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.shade(self, palette.border))
        painter.drawRoundedRect(QRectF(MARGIN, MIDDLE - 1.5, self.width() - 2 * MARGIN, 3), 1.5, 1.5)
        painter.setBrush(theme.shade(self, theme.track_colour(palette)))
        painter.drawRoundedRect(QRectF(MARGIN, MIDDLE - 1.5, x - MARGIN, 3), 1.5, 1.5)

    def _paint_marks(self, painter: QPainter) -> None:
        """Decades below; the default above, unless the knob is there."""
        palette = theme.current()
        painter.setPen(QPen(theme.shade(self, palette.faint), 1))
        for decade in self.track.decades:
            x = round(self._x(decade)) + 0.5
            painter.drawLine(QPointF(x, MIDDLE + 6), QPointF(x, MIDDLE + 8))
        x = self._x(self._default)
        if abs(x - self._x(self._exact)) > 2:
            painter.setPen(QPen(theme.shade(self, palette.muted), 1.5))
            painter.drawLine(QPointF(x, MIDDLE - 6), QPointF(x, MIDDLE - 3))

    def _paint_knob(self, painter: QPainter) -> None:
        palette, place = theme.current(), QPointF(self._x(self._exact), MIDDLE)
        if has_ring(self):
            painter.setPen(QPen(theme.shade(self, palette.ink), 2))
        else:
            painter.setPen(QPen(theme.shade(self, palette.paper if palette.dark else palette.border), 1))
        painter.setBrush(theme.shade(self, palette.ink if palette.dark else palette.field))
        painter.drawEllipse(place, KNOB, KNOB)
        if has_ring(self) and palette.dark:
            painter.setPen(QPen(theme.shade(self, palette.window), 1.5))
            painter.drawEllipse(place, KNOB - 2.0, KNOB - 2.0)

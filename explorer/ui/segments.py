"""Up to four short choices side by side, one of them raised."""

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from explorer.core.hyperparams import Choice, Field
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.buttons import PaintedButton
from explorer.ui.focus import has_ring, paint_ring

HEIGHT = 24
MOST = 4
PADDING = 8


def fits(field: Field, width: float) -> bool:
    """Whether a choice's words all fit as segments."""
    widest = max(metrics(12, 500).horizontalAdvance(choice.label) for choice in field.choices)
    return len(field.choices) <= MOST and (widest + PADDING) * len(field.choices) <= width


class Segment(PaintedButton):
    """One of the choices."""

    def __init__(self, choice: Choice, parent: QWidget) -> None:
        super().__init__(choice.label, parent)
        self.setObjectName(choice.name)
        self.setToolTip(choice.help)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(30, HEIGHT)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette, on = self.painter(), theme.current(), self.isChecked()
        rect = QRectF(self.rect())
        if on:
            painter.setPen(QPen(theme.shade(self, palette.border), 1))
            painter.setBrush(theme.shade(self, palette.raised))
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(font(12, 500 if on else 400))
        painter.setPen(theme.shade(self, palette.text if on or self.underMouse() else palette.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())
        if has_ring(self):
            paint_ring(painter, rect, 5)
        painter.end()


class Segments(QWidget):
    """The choices of a field; arrow keys go from one to the next, as in any exclusive group of buttons."""

    value_picked = pyqtSignal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(field.name)
        self.setAccessibleName(field.label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        for choice in field.choices:
            segment = Segment(choice, self)
            self._group.addButton(segment)
            row.addWidget(segment)
        self._group.buttonToggled.connect(self._on_button_toggled)

    def set_value(self, name: str) -> None:
        self._group.blockSignals(True)
        next(b for b in self._group.buttons() if b.objectName() == name).setChecked(True)
        self._group.blockSignals(False)

    def _on_button_toggled(self, button: QAbstractButton, on: bool) -> None:
        if on:
            self.value_picked.emit(button.objectName())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.shade(self, palette.hairline), 1))
        painter.setBrush(theme.shade(self, palette.sunken))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, HEIGHT - 1), 6, 6)
        painter.end()

"""A switch: on or off."""

from PyQt6.QtCore import QPointF, QRectF, QSize, pyqtSignal
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QWidget

from explorer.core.hyperparams import Field
from explorer.ui import theme
from explorer.ui.buttons import PaintedButton
from explorer.ui.focus import has_ring, paint_ring


class Switch(PaintedButton):
    """Painted as a knob that is left (off) or right (on)."""

    value_picked = pyqtSignal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName(field.name)
        self.setAccessibleName(field.label)
        self.setCheckable(True)
        self.setFixedSize(self.sizeHint())
        self.clicked.connect(lambda on: self.value_picked.emit(on))

    def sizeHint(self) -> QSize:
        return QSize(34, 22)

    def set_value(self, on: bool) -> None:
        self.setChecked(on)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette, on = self.painter(), theme.current(), self.isChecked()
        painter.setBrush(theme.shade(self, palette.ink if on else palette.border))
        painter.drawRoundedRect(QRectF(2, 3, 30, 16), 8, 8)
        painter.setBrush(theme.shade(self, palette.on_ink if on else palette.field))
        painter.drawEllipse(QPointF(24 if on else 10, 11), 6, 6)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 10)
        painter.end()

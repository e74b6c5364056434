"""Chips: several of many choices, each with its curve's colour and dash."""

from math import ceil

from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.core.hyperparams import Choice, Field
from explorer.core.roles import Role
from explorer.draw.fonts import font, metrics
from explorer.draw.palette import mix
from explorer.ui import theme
from explorer.ui.buttons import PaintedButton
from explorer.ui.focus import has_ring, paint_ring

HEIGHT = 24
RADIUS = 12.0
SWATCH = 18
GAP = 6
DASHES = {"dash": [3.2, 1.8], "dot": [1.1, 1.6]}


class Chip(PaintedButton):
    """One choice, on or off."""

    def __init__(self, choice: Choice, parent: QWidget) -> None:
        super().__init__(choice.label, parent)
        self.role = choice.role
        self.setObjectName(choice.name)
        self.setCheckable(True)
        self.setToolTip(choice.help)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        words = ceil(metrics(12, 500).horizontalAdvance(self.text()))
        return QSize(words + (SWATCH + 22 if self.role else 24), HEIGHT)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        colour = palette.colour(self.role) if self.role else palette.ink
        self._paint_ground(painter, colour)
        left = 12.0
        if self.role:
            paint_swatch(painter, self.role, theme.shade(self, self._swatch_colour(colour)), QPointF(9, HEIGHT / 2))
            left = 9.0 + SWATCH + 5
        painter.setFont(font(12, 500 if self.isChecked() else 400))
        painter.setPen(theme.shade(self, palette.text if self.isChecked() else palette.muted))
        painter.drawText(QRectF(left, 0, self.width() - left, HEIGHT), Qt.AlignmentFlag.AlignVCenter, self.text())
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), RADIUS - 1)
        painter.end()

    def _swatch_colour(self, colour: str) -> str:
        return colour if self.isChecked() else mix(theme.current().window, colour, 0.6)

    def _paint_ground(self, painter: QPainter, colour: str) -> None:
        palette = theme.current()
        if self.isChecked():
            painter.setPen(QPen(theme.shade(self, mix(palette.field, colour, 0.55)), 1))
            painter.setBrush(theme.shade(self, mix(palette.field, colour, 0.16 if palette.dark else 0.10)))
        else:
            hovered = self.underMouse()
            painter.setPen(QPen(theme.shade(self, palette.border if hovered else palette.hairline), 1))
            painter.setBrush(QColor(palette.hover) if hovered else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, HEIGHT - 1), RADIUS, RADIUS)


def paint_swatch(painter: QPainter, role: Role, colour: QColor, start: QPointF) -> None:
    """Draw a short piece of a role's curve."""
    pen = QPen(colour, 3 if role.dash == "solid" else 2.4)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if role.dash in DASHES:
        pen.setDashPattern(DASHES[role.dash])
    painter.setPen(pen)
    painter.drawLine(start, start + QPointF(SWATCH, 0))


class Chips(QWidget):
    """All choices of a field, in lines."""

    value_picked = pyqtSignal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(field.name)
        self.setAccessibleName(field.label)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.chips = [Chip(choice, self) for choice in field.choices]
        for chip in self.chips:
            chip.clicked.connect(self._on_chip_clicked)

    # Lines are laid out here, not by superqt's QFlowLayout: importing it takes a fifth of the time to the window.
    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._places(width)[-1].bottom() + 1

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.heightForWidth(self.width()))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        for chip, place in zip(self.chips, self._places(self.width()), strict=True):
            chip.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        """Where the chips stand: as many in a line as fit."""
        places: list[QRect] = []
        x = y = 0
        for size in (chip.size() for chip in self.chips):
            if x and x + size.width() > width:
                x, y = 0, y + size.height() + GAP
            places.append(QRect(QPoint(x, y), size))
            x += size.width() + GAP
        return places

    def _on_chip_clicked(self) -> None:
        self.value_picked.emit(tuple(chip.objectName() for chip in self.chips if chip.isChecked()))

    def set_value(self, names: tuple[str, ...]) -> None:
        for chip in self.chips:
            chip.setChecked(chip.objectName() in names)

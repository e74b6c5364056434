"""A box that opens a list: one of many choices."""

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QComboBox, QSizePolicy, QWidget

from explorer.core.hyperparams import Field
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.focus import has_ring, paint_ring, watch_keyboard_focus
from explorer.ui.icons import icon_pixmap

HEIGHT = 24
ARROW = 12


class Box(QComboBox):
    """A QComboBox with its own looks: text elided, an arrow of the theme, a width that its texts do not push."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font(12.5))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(60)
        self.setFixedHeight(HEIGHT)
        self.setMaxVisibleItems(20)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        watch_keyboard_focus(self)

    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        assert event is not None
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        view = self.view()
        assert view is not None
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + 24))
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.shade(self, palette.border if self.underMouse() else palette.hairline), 1))
        painter.setBrush(theme.shade(self, palette.field))
        rect = QRectF(0.5, 0.5, self.width() - 1, HEIGHT - 1)
        painter.drawRoundedRect(rect, 5, 5)
        room = self.width() - 7 - ARROW - 10
        text = self.currentText() if self.currentIndex() >= 0 else self.placeholderText()
        painter.setFont(self.font())
        painter.setPen(theme.shade(self, palette.text))
        elided = metrics(12.5).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(7, 0, room, HEIGHT), Qt.AlignmentFlag.AlignVCenter, elided)
        colour = theme.shade(self, palette.muted).name()
        arrow = icon_pixmap("chevron-down", colour, ARROW, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(self.width() - ARROW - 6, (HEIGHT - ARROW) / 2), arrow)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 4.5)
        painter.end()


class ChoiceBox(Box):
    """The choices of a field."""

    value_picked = pyqtSignal(object)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(field.name)
        self.setAccessibleName(field.label)
        for i, choice in enumerate(field.choices):
            self.addItem(choice.label, choice.name)
            self.setItemData(i, choice.help, Qt.ItemDataRole.ToolTipRole)
        self.currentIndexChanged.connect(self._on_current_index_changed)

    def set_value(self, name: str) -> None:
        self.blockSignals(True)
        self.setCurrentIndex(self.findData(name))
        self.blockSignals(False)
        self.update()

    def _on_current_index_changed(self, index: int) -> None:
        self.value_picked.emit(self.itemData(index))

"""A tint over a widget, for a moment: here it is."""

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QScrollArea, QWidget

from explorer.ui import theme

FOR = 1500
"""Milliseconds."""
OPACITY = 36
"""Of the ink, of 255: text under it stays readable."""


class Spotlight(QWidget):
    """While it lasts, what it lies on stays in view: an area that was hidden is laid out after it was scrolled."""

    def __init__(self, target: QWidget, area: QScrollArea | None = None) -> None:
        super().__init__(target)
        self._target, self._area = target, area
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for watched in (target, *((area.widget(), area.viewport()) if area else ())):
            assert watched is not None
            watched.installEventFilter(self)
        end = QTimer(self)
        end.setSingleShot(True)
        end.timeout.connect(self.deleteLater)
        end.start(FOR)
        self._follow()
        self.show()

    def _follow(self) -> None:
        self.setGeometry(self._target.rect())
        if self._area is not None:
            self._area.ensureWidgetVisible(self._target)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            QTimer.singleShot(0, self._follow)  # when all that is laid out with it is in its place
        return False

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, colour = QPainter(self), QColor(theme.current().ink)
        colour.setAlpha(OPACITY)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        painter.end()

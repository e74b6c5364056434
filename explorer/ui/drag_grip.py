"""Six dots at the corner of the figure: what is dragged from there is the figure itself."""

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QDrag, QGuiApplication, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QGraphicsView, QWidget

from explorer.core.i18n import _
from explorer.ui import theme

SIZE = 32, 18
DOT, APART = 3.0, 6.0
SHOWN = 240
"""Width of the picture under the cursor, px."""


class DragGrip(QWidget):
    """Floats over the view's upper right corner. `contents` gives what is dragged, or None while there is nothing."""

    def __init__(self, over: QGraphicsView, contents: Callable[[], QMimeData | None]) -> None:
        super().__init__(over)
        self._over, self._contents = over, contents
        self._pressed: QPoint | None = None
        self.setObjectName("grip")
        self.setFixedSize(*SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(_("Drag the figure into another program"))
        self.setAccessibleName(self.toolTip())
        over.installEventFilter(self)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self.move(self._over.width() - self.width() - 2, 0)
        return False

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.muted if self.underMouse() else palette.border))
        middle = QRectF(self.rect()).center()
        for i in range(6):
            offset = QPointF((i % 3 - 1) * APART, (i // 3 - 0.5) * APART)
            painter.drawEllipse(middle + offset, DOT / 2, DOT / 2)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        hints = QGuiApplication.styleHints()
        if event is None or self._pressed is None or hints is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= hints.startDragDistance():
            self._pressed = None
            self.drag()

    def drag(self) -> None:
        """Let the figure be dropped somewhere."""
        contents = self._contents()
        if contents is None:
            return
        drag = QDrag(self)
        drag.setMimeData(contents)
        drag.setPixmap(self._picture())
        drag.setHotSpot(QPoint(SHOWN - 8, 8))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self) -> QPixmap:
        """The figure as it stands on the screen, small."""
        pixels = QPixmap(self._over.viewport().size())  # type: ignore[union-attr]
        painter = QPainter(pixels)
        self._over.render(painter)
        painter.end()
        return pixels.scaledToWidth(SHOWN, Qt.TransformationMode.SmoothTransformation)

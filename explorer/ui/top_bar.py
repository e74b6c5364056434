"""The bar at the top: menu, one tab per experiment, tools."""

from collections.abc import Sequence
from math import ceil

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QTabBar, QWidget

from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.buttons import IconButton
from explorer.ui.focus import has_ring, paint_ring, watch_keyboard_focus

HEIGHT = 45
TAB_HEIGHT = 44
PADDING = 14


class TabBar(QTabBar):
    """Painted, measured bold so that the chosen tab's text is never cut."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(_("Experiments"))
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for text in labels:
            self.addTab(text)
        watch_keyboard_focus(self)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(ceil(metrics(13, 600).horizontalAdvance(self.tabText(index))) + 2 * PADDING, TAB_HEIGHT)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        pointer = self.mapFromGlobal(self.cursor().pos()) if self.underMouse() else QPoint(-1, -1)
        for i in range(self.count()):
            rect, chosen = QRectF(self.tabRect(i)), i == self.currentIndex()
            painter.setFont(font(13, 600 if chosen else 500))
            lit = chosen or self.tabRect(i).contains(pointer)
            painter.setPen(QColor(palette.text if lit else palette.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.tabText(i))
            if chosen:
                line = QRectF(rect.left() + PADDING, TAB_HEIGHT - 2, rect.width() - 2 * PADDING, 2)
                painter.fillRect(line, QColor(palette.ink))
            if chosen and has_ring(self):
                paint_ring(painter, rect.adjusted(4, 8, -4, -8), 5)
        painter.end()


class TopBar(QWidget):
    """`tools` are actions with icons, shown at the right."""

    tab_changed = pyqtSignal(int)

    def __init__(self, labels: Sequence[str], menu: QMenu, tools: Sequence[QAction]) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.menu = menu
        self.menu_button = IconButton("menu", _("Menu"))
        self.menu_button.clicked.connect(self.open_menu)
        self.tabs = TabBar(labels)
        self.tabs.currentChanged.connect(self.tab_changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 10, 1)
        row.setSpacing(2)
        row.addWidget(self.menu_button)
        row.addSpacing(2)
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        for action in tools:
            button = IconButton("circle", action.text())
            button.follow(action)
            row.addWidget(button)

    def open_menu(self) -> None:
        """Open the menu under its button."""
        self.menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height() + 2)))

    def set_current(self, index: int) -> None:
        """Show a tab as the chosen one, without saying that it changed."""
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(index)
        self.tabs.blockSignals(False)
        self.tabs.update()

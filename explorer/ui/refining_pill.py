"""How far a large picture has come, and a way to stop it; it floats over the end of the headline's line."""

from PyQt6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.i18n import _
from explorer.ui import theme
from explorer.ui.buttons import LinkButton
from explorer.ui.labels import label

HEIGHT = 26
MARGIN = 12
PATIENCE = 500
"""Milliseconds: what is done sooner is not worth a word."""


class RefiningPill(QWidget):
    """Hidden until something takes longer than a moment."""

    stopped = pyqtSignal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._share = 1.0
        self.words = label(px=12, parent=self)
        self.stop_button = LinkButton(_("Stop"), self)
        self.stop_button.clicked.connect(self.stopped)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 2)
        row.addWidget(self.words)
        row.addWidget(self.stop_button)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(PATIENCE)
        self._delay.timeout.connect(self.show)
        over.installEventFilter(self)
        self.hide()

    def show_share(self, share: float) -> None:
        """Show the share that is done, 0 to 1; 0: it waits for its turn, 1: nothing is computed."""
        self._share = share
        if share in (0, 1):
            self._delay.stop()
            self.hide()
            return
        self.words.setText(_("Computing {share:.0f} %").format(share=100 * share))
        self._place()
        if self.isHidden() and not self._delay.isActive():
            self._delay.start()
        self.update()

    def _place(self) -> None:
        over = self.parentWidget()
        assert over is not None
        self.resize(self.sizeHint().width(), HEIGHT)
        self.move(over.width() - self.width() - MARGIN, MARGIN)

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(palette.border))
        painter.setBrush(QColor(palette.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.ink))
        painter.drawRect(QRectF(6, self.height() - 4, (self.width() - 12) * self._share, 2))
        painter.end()

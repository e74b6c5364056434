"""A message above the figure, with what can be done about it."""

from collections.abc import Callable
from math import ceil
from typing import Literal

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.draw.palette import Palette, mix
from explorer.ui import theme
from explorer.ui.buttons import IconButton, PaintedButton
from explorer.ui.focus import has_ring, paint_ring
from explorer.ui.icons import icon_pixmap
from explorer.ui.labels import paragraph

Kind = Literal["info", "warning", "error"]
HEIGHT = 40
ICONS: dict[Kind, str] = {"info": "info", "warning": "triangle-alert", "error": "circle-alert"}


def _colours(kind: Kind, palette: Palette) -> tuple[str, str]:
    """Return colour and ground of a kind of message."""
    return {
        "info": (palette.muted, palette.hover),
        "warning": (palette.warning, palette.warning_ground),
        "error": (palette.error, palette.error_ground),
    }[kind]


class Banner(QWidget):
    """40 px high; higher where the words need two lines."""

    closed = pyqtSignal()

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__()
        self.kind: Kind = kind
        self.words = paragraph(text)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName(text)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(44, 6, 10, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self.words, 1)
        close = IconButton("x", _("Close"), 26, 16)
        close.clicked.connect(self._on_close_clicked)
        self._row.addWidget(close)

    def add_button(self, text: str, slot: Callable[..., object]) -> None:
        """Offer something to do, to the right of the others."""
        button = BannerButton(text, self)
        button.clicked.connect(slot)
        self._row.insertWidget(self._row.count() - 1, button)

    def _on_close_clicked(self) -> None:
        self.hide()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        colour, ground = _colours(self.kind, theme.current())
        painter.fillRect(self.rect(), QColor(ground))
        sign = icon_pixmap(ICONS[self.kind], colour, 16, self.devicePixelRatioF(), 2.0)
        painter.drawPixmap(20, (self.height() - 16) // 2, sign)
        painter.end()


class BannerButton(PaintedButton):
    """A button on a message's ground, outlined in its colour."""

    def __init__(self, text: str, banner: Banner) -> None:
        super().__init__(text, banner)
        self._kind: Kind = banner.kind
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(ceil(metrics(12, 500).horizontalAdvance(self.text())) + 22, 26)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        colour, ground = _colours(self._kind, palette)
        painter.setPen(QColor(mix(ground, colour, 0.45)))
        painter.setBrush(QColor(mix(ground, colour, 0.12 if self.underMouse() else 0.0)))
        painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1), 6, 6)
        painter.setFont(font(12, 500))
        painter.setPen(QColor(palette.text))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 6)
        painter.end()

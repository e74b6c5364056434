"""What will be written, small: a picture on paper or on a checkerboard, or the first lines of data."""

from PyQt6.QtCore import QPoint, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFontDatabase, QImage, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.draw.palette import PALETTES
from explorer.ui import theme

CHECK = 8
"""Side of a square of the checkerboard."""


class Preview(QWidget):
    """Shows a picture in the middle, as large as fits, or a text."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preview")
        self.setMinimumSize(QSize(480, 300))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.image: QImage | None = None
        self.text = ""
        self._checks = "light"

    def room_for(self, size: tuple[int, int]) -> tuple[int, int]:
        """Device pixels that a picture of a shape gets here."""
        ratio = self.devicePixelRatioF()
        share = min((self.width() - 2) * ratio / size[0], (self.height() - 2) * ratio / size[1])
        return max(round(size[0] * share), 1), max(round(size[1] * share), 1)

    def show_image(self, image: QImage, checks: str) -> None:
        """Show a picture; `checks`: the theme of the squares behind what is transparent."""
        image.setDevicePixelRatio(self.devicePixelRatioF())
        self.image, self.text, self._checks = image, "", checks
        self.update()

    def show_text(self, text: str) -> None:
        self.image, self.text = None, text
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        if self.image is not None:
            place = QRect(QPoint(), self.image.deviceIndependentSize().toSize())
            place.moveCenter(self.rect().center())
            if self.image.hasAlphaChannel():
                self._paint_checks(painter, place)
            painter.drawImage(place.topLeft(), self.image)
            painter.setPen(QColor(palette.hairline))
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        else:
            painter.fillRect(self.rect(), QColor(palette.paper))
            painter.setPen(QColor(palette.hairline))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            face.setPixelSize(12)
            painter.setFont(face)
            painter.setPen(QColor(palette.muted))
            painter.drawText(self.rect().adjusted(16, 14, -16, -14), Qt.AlignmentFlag.AlignLeft, self.text)
        painter.end()

    def _paint_checks(self, painter: QPainter, place: QRect) -> None:
        palette = PALETTES[self._checks]
        painter.save()
        painter.setClipRect(place)
        painter.fillRect(place, QColor(palette.paper))
        for row in range(place.height() // CHECK + 1):
            for column in range(row % 2, place.width() // CHECK + 1, 2):
                square = QRect(place.left() + column * CHECK, place.top() + row * CHECK, CHECK, CHECK)
                painter.fillRect(square, QColor(palette.hover))
        painter.restore()

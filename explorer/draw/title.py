"""What stands above a plot: title, the quantity that y shows, and the colour bar of a map."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.draw.colours import ColourBar, ColourScale
from explorer.draw.style import Style

TITLE, QUANTITY = (13.0, 600), (11.0, 400)
TITLE_LINE, TITLE_LINES = 22.0, 36.0
"""Height of the title alone, and with a quantity under it."""
BESIDE = 10.0
"""From the title to the quantity where they share a line."""


class Title(QGraphicsItem):
    """Title, and under it (beside it where `one_line`) the quantity; the colour bar on the quantity's line."""

    def __init__(self, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.style = style
        self._texts = ("", "")
        self._width = self._right = 0.0
        self._scale: ColourScale | None = None
        self.one_line = False
        self.bar: ColourBar | None = None
        self.pointed = False

    def show_texts(self, title: str, quantity: str, one_line: bool) -> None:
        if (title, quantity, one_line) != (*self._texts, self.one_line):
            self.prepareGeometryChange()
            self._texts, self.one_line = (title, quantity), one_line
            self._scale = None  # the bar has other room
            self.update()

    def place(self, width: float, scale: ColourScale | None, right: float) -> None:
        """Take the panel's width; the bar of `scale` ends at `right`."""
        if (width, scale, right) != (self._width, self._scale, self._right):
            self.prepareGeometryChange()
            self._width, self._scale, self._right = width, scale, right
            self.bar = None
            if scale and (scale.low_text or scale.high_text):
                self.bar = ColourBar(scale, self.style, right, right - self._text_end - BESIDE * self.style.scale)
            self.update()

    @property
    def _text_end(self) -> float:
        """Where the texts of the bar's line end."""
        title, quantity = (
            self.style.metrics(*face).horizontalAdvance(text)
            for face, text in zip((TITLE, QUANTITY), self._texts, strict=True)
        )
        return title + BESIDE * self.style.scale + quantity if self.one_line else quantity

    @property
    def height(self) -> float:
        return (TITLE_LINES if self._texts[1] and not self.one_line else TITLE_LINE) * self.style.scale

    def point_at(self, pointed: bool) -> None:
        """Show by a small icon that a double-click does something."""
        if pointed != self.pointed:
            self.pointed = pointed
            self.update()

    @property
    def icon_rect(self) -> QRectF:
        """Place of the icon, right of the title."""
        scale, metrics = self.style.scale, self.style.metrics(*TITLE)
        x = min(metrics.horizontalAdvance(self._texts[0]) + 8 * scale, self._width - 12 * scale)
        return QRectF(x, (metrics.height() - 10 * scale) / 2, 10 * scale, 10 * scale)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, self.height)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        title, quantity = self._texts
        metrics, scale = self.style.metrics(*TITLE), self.style.scale
        first = metrics.ascent()
        second = first if self.one_line else metrics.height() + self.style.metrics(*QUANTITY).ascent()
        left = min(metrics.horizontalAdvance(title), self._width) + BESIDE * scale if self.one_line else 0.0
        if self.pointed:
            self._paint_icon(painter, self.icon_rect)
            left += 20 * scale if self.one_line else 0
        end = self.bar.left - BESIDE * scale if self.bar else self._width
        self._write(painter, TITLE, self.style.palette.text, QPointF(0, first), title, self._width)
        self._write(painter, QUANTITY, self.style.palette.muted, QPointF(left, second), quantity, end - left)
        if self.bar:
            self.bar.draw(painter, second)

    def _write(
        self, painter: QPainter, face: tuple[float, int], colour: str, at: QPointF, text: str, room: float
    ) -> None:
        painter.setFont(self.style.font(*face))
        painter.setPen(QColor(colour))
        painter.drawText(at, self.style.metrics(*face).elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0)))

    def _paint_icon(self, painter: QPainter, box: QRectF) -> None:
        """Two arrows that point away from each other."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.style.palette.muted), 1.4 * self.style.scale))
        for corner, inwards in ((box.topRight(), (-1, 1)), (box.bottomLeft(), (1, -1))):
            arm, shaft = box.width() * 0.4, box.width() * 0.42
            beside, below = QPointF(inwards[0] * arm, 0), QPointF(0, inwards[1] * arm)
            painter.drawPolyline(QPolygonF([corner + beside, corner, corner + below]))
            painter.drawLine(corner, corner + QPointF(inwards[0] * shaft, inwards[1] * shaft))

"""How the values under the cursor are shown."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.draw.area import Area
from explorer.draw.ends import spread
from explorer.draw.panel import PanelItem
from explorer.draw.reading import Reading, Value
from explorer.draw.style import Style

LINE = 15.0
LEAST_BOX = 7.0
"""Of the frame around a cell (px at scale 1)."""


class Readout(QGraphicsItem):
    """A line at the cursor's x, a dot on every curve, names and values beside it, x in a pill on the axis.

    Of a map or a chain: a frame around the cell or the block instead of line and dots, and pills for x and y.
    """

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style = style
        self.reading: Reading | None = None
        self._item: PanelItem | None = None
        self._bounds = QRectF()
        self.setZValue(100)

    def show_reading(self, item: PanelItem | None, reading: Reading | None) -> None:
        bounds = item.boundingRect() if item and reading else QRectF()
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        if item is None or reading is None:
            self.hide()
            self.reading = self._item = None
            return
        self._item, self.reading = item, reading
        self.setPos(item.scenePos())
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None or self._item is None or self._item.area is None or self.reading is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, reading = self._item.area, self.reading
        if reading.box:
            self._paint_box(painter, reading.box)
        elif reading.x_text:
            ink = QColor(self.style.palette.text)
            painter.fillRect(QRectF(round(reading.x), area.top, self.style.hair, area.bottom - area.top), ink)
        self._paint_values(painter, area, reading)
        if reading.x_text and not reading.box:
            self._paint_dots(painter, reading)
        if reading.x_text:
            self._paint_pill(painter, QPointF(reading.x, area.bottom + 12 * self.style.scale), reading.x_text)
        if reading.y_text and reading.box:
            width = self.style.metrics(11, 500).horizontalAdvance(reading.y_text) + 10 * self.style.scale
            left = max(area.left - 3 * self.style.scale - width, 0.0)
            self._paint_pill(painter, QPointF(left + width / 2, reading.box.center().y()), reading.y_text)

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        """Ink over paper: seen on every colour."""
        scale, palette = self.style.scale, self.style.palette
        grow = max(LEAST_BOX * scale - min(box.width(), box.height()), 0.0) / 2
        box = QRectF(box.adjusted(-grow, -grow, grow, grow).toRect())  # whole pixels: a sharp frame
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((palette.paper, 4.0), (palette.text, 2.0)):
            pen = QPen(QColor(colour), width * scale)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(box)

    def _paint_values(self, painter: QPainter, area: Area, reading: Reading) -> None:
        scale, metrics = self.style.scale, self.style.metrics(11, 500)
        line, gap = LINE * scale, 8 * scale + (reading.box.width() / 2 if reading.box else 0.0)
        names = [metrics.horizontalAdvance(v.name + " ") if v.name else 0.0 for v in reading.values]
        widths = [
            name + metrics.horizontalAdvance(v.text) + 8 * scale for name, v in zip(names, reading.values, strict=True)
        ]
        right = reading.x + gap + max(widths) <= area.right
        tops = spread([v.at[1] for v in reading.values], line, area.top + line / 2, area.bottom - line / 2)
        painter.setFont(self.style.font(11, 500))
        for value, name, width, middle in zip(reading.values, names, widths, tops, strict=True):
            x = reading.x + gap if right else max(reading.x - gap - width, 0.0)
            self._paint_value(painter, QRectF(x, middle - line / 2, width, line), value, name)

    def _paint_value(self, painter: QPainter, box: QRectF, value: Value, name: float) -> None:
        scale, palette = self.style.scale, self.style.palette
        ground = QColor(palette.paper)
        ground.setAlphaF(0.88)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3 * scale, 3 * scale)
        base = box.center().y() + self.style.metrics(11, 500).capHeight() / 2
        painter.setPen(QColor(palette.text_colour(value.role)))
        painter.drawText(QPointF(box.left() + 4 * scale, base), value.name)
        painter.setPen(QColor(palette.text))
        painter.drawText(QPointF(box.left() + 4 * scale + name, base), value.text)

    def _paint_dots(self, painter: QPainter, reading: Reading) -> None:
        scale, palette = self.style.scale, self.style.palette
        painter.setPen(QPen(QColor(palette.paper), 1.5 * scale))
        for value in reading.values:
            painter.setBrush(QColor(palette.colour(value.role)))
            centre = QPointF(reading.x + self.style.hair / 2, value.at[1])
            painter.drawEllipse(centre, 4 * scale, 4 * scale)

    def _paint_pill(self, painter: QPainter, centre: QPointF, text: str) -> None:
        scale, palette = self.style.scale, self.style.palette
        pill = QRectF(0, 0, self.style.metrics(11, 500).horizontalAdvance(text) + 10 * scale, 16 * scale)
        pill.moveCenter(centre)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.ink))
        painter.drawRoundedRect(pill, 3 * scale, 3 * scale)
        painter.setPen(QColor(palette.on_ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

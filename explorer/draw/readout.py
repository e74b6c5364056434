"""Values under the cursor: what they are, and how they are shown."""

import math
from dataclasses import dataclass

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.roles import Role
from explorer.draw.area import Area, Span
from explorer.draw.curves import value_at
from explorer.draw.ends import spread
from explorer.draw.marks import LineItem, PointsItem
from explorer.draw.panel import PanelItem
from explorer.draw.style import Style
from explorer.draw.ticks import fixed_text, number_text, short_text

LINE = 15.0
NEAR = 8.0
"""Points this near to the cursor (px at scale 1) are read."""


@dataclass(frozen=True)
class Value:
    """A value of one series: where it is (px), and what is said of it."""

    at: tuple[float, float]
    role: Role
    name: str
    value: float
    text: str


@dataclass(frozen=True)
class Reading:
    """All values at a cursor. `x_text` empty: values of one row of a panel with names at its left."""

    x: float
    x_text: str
    values: tuple[Value, ...]


def read(item: PanelItem, cursor: QPointF) -> Reading | None:
    """What stands at a point of a panel (px in it); None where there is nothing to say."""
    area = item.area
    if area is None or not area.holds(cursor.x(), cursor.y()):
        return None
    curves = [line for line in item.named_lines() if line.xs.size]
    reading = _at_x(item, area, cursor.x(), curves) if curves else _in_row(item, area, cursor)
    return reading if reading and reading.values else None


def _at_x(item: PanelItem, area: Area, cursor: float, curves: list[LineItem]) -> Reading:
    x = area.x.view(cursor)
    if item.content.x.integer:
        x = float(round(x))
    values = []
    for curve in curves:
        height = value_at(curve.xs, curve.ys, x)
        if math.isfinite(height) and area.y.holds(area.y.at(height)):
            values.append(_value(area, (x, height), curve, area.y, height))
    px = area.x.at(x)
    named = {curve.mark.name for curve in curves}
    values += [v for v in _points_near(item, area, QPointF(px, 0), across=False) if v.name not in named]
    text = number_text(x, 0) if item.content.x.integer else value_text(area.x.data(x), area.x)
    return Reading(px, text, tuple(sorted(values, key=lambda v: v.at[1])))


def _in_row(item: PanelItem, area: Area, cursor: QPointF) -> Reading:
    """Of a panel with discs only: those in the cursor's row where y has names, else those above and below it."""
    rows = item.content.y.ticks is not None
    if not rows:
        values = _points_near(item, area, cursor, across=False)
        return Reading(cursor.x(), value_text(area.x.value(cursor.x()), area.x), tuple(values))
    values = _points_near(item, area, cursor, across=True)
    nearest = min((abs(v.at[1] - cursor.y()) for v in values), default=0.0)
    return Reading(cursor.x(), "", tuple(v for v in values if abs(v.at[1] - cursor.y()) <= nearest + 1))


def _points_near(item: PanelItem, area: Area, cursor: QPointF, across: bool) -> list[Value]:
    """Named discs at the cursor's x; `across`: all, with their x as value."""
    found = []
    for points in item.marks.values():
        if not isinstance(points, PointsItem) or not points.mark.name:
            continue
        for x, y in zip(points.xs.tolist(), points.ys.tolist(), strict=True):
            near = across or abs(area.x.at(x) - cursor.x()) <= NEAR * item.style.scale
            if near and area.holds(area.x.at(x), area.y.at(y)):
                span, value = (area.x, x) if across else (area.y, y)
                found.append(_value(area, (x, y), points, span, value))
    return found


def _value(area: Area, view: tuple[float, float], item: LineItem | PointsItem, span: Span, value: float) -> Value:
    data = span.data(value)
    at = area.x.at(view[0]), area.y.at(view[1])
    return Value(at, item.role, item.mark.name, data, value_text(data, span))


def value_text(value: float, span: Span) -> str:
    """As exactly as a pixel can tell; on a log axis three digits."""
    return short_text(value) if span.log else fixed_text(value, abs(1 / span.per_unit))


class Readout(QGraphicsItem):
    """A line at the cursor's x, a dot on every curve, names and values beside it, x in a pill on the axis."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style = style
        self.reading: Reading | None = None
        self._item: PanelItem | None = None
        self.setZValue(100)

    def show_reading(self, item: PanelItem | None, reading: Reading | None) -> None:
        if item is None or reading is None:
            self.hide()
            self.reading = self._item = None
            return
        if item is not self._item or self.boundingRect() != item.boundingRect():
            self.prepareGeometryChange()
        self._item, self.reading = item, reading
        self.setPos(item.scenePos())
        self.show()
        self.update()

    def boundingRect(self) -> QRectF:
        return self._item.boundingRect() if self._item else QRectF()

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None or self._item is None or self._item.area is None or self.reading is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, reading = self._item.area, self.reading
        if reading.x_text:
            x = round(reading.x)
            ink = QColor(self.style.palette.text)
            painter.fillRect(QRectF(x, area.top, self.style.hair, area.bottom - area.top), ink)
        self._paint_values(painter, area, reading)
        if reading.x_text:
            self._paint_dots(painter, reading)
            self._paint_pill(painter, area, reading)

    def _paint_values(self, painter: QPainter, area: Area, reading: Reading) -> None:
        scale, metrics = self.style.scale, self.style.metrics(11, 500)
        line = LINE * scale
        names = [metrics.horizontalAdvance(v.name + " ") for v in reading.values]
        widths = [
            name + metrics.horizontalAdvance(v.text) + 8 * scale for name, v in zip(names, reading.values, strict=True)
        ]
        right = reading.x + 8 * scale + max(widths) <= area.right
        tops = spread([v.at[1] for v in reading.values], line, area.top + line / 2, area.bottom - line / 2)
        painter.setFont(self.style.font(11, 500))
        for value, name, width, middle in zip(reading.values, names, widths, tops, strict=True):
            x = reading.x + 8 * scale if right else reading.x - 8 * scale - width
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

    def _paint_pill(self, painter: QPainter, area: Area, reading: Reading) -> None:
        scale, palette = self.style.scale, self.style.palette
        width = self.style.metrics(11, 500).horizontalAdvance(reading.x_text) + 10 * scale
        pill = QRectF(reading.x - width / 2, area.bottom + 4 * scale, width, 16 * scale)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.ink))
        painter.drawRoundedRect(pill, 3 * scale, 3 * scale)
        painter.setPen(QColor(palette.on_ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, reading.x_text)

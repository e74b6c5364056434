"""The axes of a panel: grid behind the curves, numbers at the left, line, ticks, numbers and label below."""

from typing import Literal

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import Axis, Panel
from explorer.draw.area import Area, Range
from explorer.draw.marks import Frame
from explorer.draw.style import Style
from explorer.draw.ticks import Room, Ticks, axis_ticks

TEXT = 11.0
LEAST_WIDTH = 38.0
"""Of the left axis: room for 0.001."""
FEW = 30
"""So many layers or less may have their numbers closer together."""


def text_of(axis: Axis) -> str:
    """The axis' label with its unit."""
    return f"{axis.label}, {axis.unit}" if axis.label and axis.unit else axis.label or axis.unit


def bottom_height(axis: Axis, style: Style) -> float:
    """Room for the x axis below the plot: ticks, numbers and label."""
    return (34.0 if text_of(axis) else 19.0) * style.scale


class Axes(QGraphicsItem):
    """Both axes. Ticks are worked out anew only when range or size changed."""

    def __init__(self, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.style = style
        self.x_ticks = self.y_ticks = Ticks()
        self._known: dict[str, tuple[object, ...]] = {}
        self._grid = _Grid(self, parent)
        self._panel: Panel | None = None
        self._area: Area | None = None
        self._bounds = QRectF()
        self._with_line = True
        self.setZValue(-9)

    def find_y_ticks(self, panel: Panel, shown: Range, length: float) -> None:
        """Work out the numbers at the left; they decide how wide the axis is."""
        metrics = self.style.metrics(TEXT)
        gap = 24.0 if panel.y.log else 38.0
        if self._is_new("y", panel.y, shown, length):
            room = Room(length, gap * self.style.scale, lambda _text: metrics.height() + 2 * self.style.scale)
            self.y_ticks = axis_ticks(panel.y, *shown, room)

    def _find_x_ticks(self, panel: Panel, shown: Range, length: float) -> None:
        metrics = self.style.metrics(TEXT)
        if self._is_new("x", panel.x, shown, length):
            between = 8 * self.style.scale
            gap = 30.0 if panel.x.integer and shown[1] - shown[0] <= FEW else 52.0
            room = Room(length, gap * self.style.scale, lambda text: metrics.horizontalAdvance(text) + between)
            self.x_ticks = axis_ticks(panel.x, *shown, room)

    def _is_new(self, which: Literal["x", "y"], *ingredients: object) -> bool:
        new = self._known.get(which) != ingredients
        self._known[which] = ingredients
        return new

    @property
    def width(self) -> float:
        """Room that the numbers at the left need."""
        metrics = self.style.metrics(TEXT)
        widest = max((metrics.horizontalAdvance(text) for _v, text in self.y_ticks.major), default=0.0)
        return max(widest + 9 * self.style.scale, LEAST_WIDTH * self.style.scale)

    def place(self, panel: Panel, area: Area, frame: Frame) -> None:
        """Be drawn around an area: in full, as the numbers below alone, or not at all."""
        self.setVisible(frame != "nothing")
        self._grid.setVisible(frame == "axes")
        self._with_line = frame == "axes"
        if area == self._area and self._panel and (panel.x, panel.y, panel.grid) == _drawn(self._panel):
            self._panel = panel
            return
        self._find_x_ticks(panel, (area.x.low, area.x.high), area.right - area.left)
        self._panel, self._area = panel, area
        side = 24 * self.style.scale
        bounds = QRectF(0, area.top - side, area.right + side, area.bottom - area.top + side)
        bounds.setBottom(area.bottom + bottom_height(panel.x, self.style))
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._grid.place(panel, area)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None or self._area is None or self._panel is None:
            return
        painter.setFont(self.style.font(TEXT))
        painter.setPen(QColor(self.style.palette.muted))
        self._write_bottom(painter, self._area, text_of(self._panel.x))
        if self._with_line:
            self._write_left(painter, self._area)
            self._draw_line(painter, self._area)

    def _write_left(self, painter: QPainter, area: Area) -> None:
        metrics = self.style.metrics(TEXT)
        # Digits have no descenders: centred on their height, not on the line's.
        drop = metrics.capHeight() / 2
        for position, text in self.y_ticks.major:
            x = area.left - 7 * self.style.scale - metrics.horizontalAdvance(text)
            painter.drawText(QPointF(x, round(area.y.at(position)) + drop), text)

    def _write_bottom(self, painter: QPainter, area: Area, label: str) -> None:
        metrics, scale = self.style.metrics(TEXT), self.style.scale
        for position, text in self.x_ticks.major:
            width = metrics.horizontalAdvance(text)
            x = min(area.x.at(position) - width / 2, area.right + 14 * scale - width)
            painter.drawText(QPointF(x, area.bottom + 5 * scale + metrics.ascent()), text)
        if label:
            base = area.bottom + 20 * scale + metrics.ascent()
            painter.drawText(QPointF(area.right - metrics.horizontalAdvance(label), base), label)

    def _draw_line(self, painter: QPainter, area: Area) -> None:
        hair, colour = self.style.hair, QColor(self.style.palette.axis)
        painter.fillRect(QRectF(area.left, area.bottom, area.right - area.left + hair, hair), colour)
        ticks = [(p, 4.0) for p, _text in self.x_ticks.major] + [(p, 2.0) for p in self.x_ticks.minor]
        for position, length in ticks:
            x = round(area.x.at(position))
            painter.fillRect(QRectF(x, area.bottom, hair, length * self.style.scale), colour)


def _drawn(panel: Panel) -> tuple[Axis, Axis, str]:
    return panel.x, panel.y, panel.grid


class _Grid(QGraphicsItem):
    """Major grid lines, behind the marks; painted again with every curve, so an item of its own."""

    def __init__(self, axes: Axes, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._axes = axes
        self._lines: list[QRectF] = []
        self._bounds = QRectF()
        self.setZValue(-10)

    def place(self, panel: Panel, area: Area) -> None:
        hair = self._axes.style.hair
        bounds = QRectF(area.left, area.top, area.right - area.left + hair, area.bottom - area.top)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        if panel.grid == "y":
            places = [round(area.y.at(p)) for p, _text in self._axes.y_ticks.major]
            self._lines = [QRectF(area.left, y, bounds.width(), hair) for y in places]
        elif panel.grid == "x":
            places = [round(area.x.at(p)) for p, _text in self._axes.x_ticks.major]
            self._lines = [QRectF(x, area.top, hair, bounds.height()) for x in places]
        else:
            self._lines = []
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        colour = QColor(self._axes.style.palette.grid)
        for line in self._lines:
            painter.fillRect(line, colour)

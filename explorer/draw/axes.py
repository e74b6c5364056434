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
LAYER = -9.0
"""Behind the marks; the grid is one lower."""


def text_of(axis: Axis) -> str:
    """The axis' label with its unit, where it is written."""
    if axis.shared:
        return ""
    return f"{axis.label}, {axis.unit}" if axis.label and axis.unit else axis.label or axis.unit


def bottom_height(axis: Axis, style: Style) -> float:
    """Room for the x axis below the plot: ticks, numbers and label."""
    return (34.0 if text_of(axis) else 19.0) * style.scale


class Axes:
    """Both axes: four items of a panel, so that a curve that moves paints no number again.

    Ticks are worked out anew only when range or size changed.
    """

    def __init__(self, style: Style, panel: QGraphicsItem) -> None:
        self.style = style
        self.x_ticks = self.y_ticks = Ticks()
        self.width = 0.0
        """Room that the numbers at the left need."""
        self._known: dict[str, tuple[object, ...]] = {}
        self._drawn: tuple[object, ...] = ()
        self._grid = _Rects(style.palette.grid, LAYER - 1, panel)
        self._line = _Rects(style.palette.axis, LAYER, panel)
        self._left, self._below = _Texts(style, panel), _Texts(style, panel)

    def find_y_ticks(self, panel: Panel, shown: Range, length: float) -> None:
        """Work out the numbers at the left; they decide how wide the axis is."""
        metrics = self.style.metrics(TEXT)
        gap = 24.0 if panel.y.log else 38.0
        if self._is_new("y", panel.y, shown, length):
            room = Room(length, gap * self.style.scale, self._line_height)
            self.y_ticks = axis_ticks(panel.y, *shown, room)
            widest = max((metrics.horizontalAdvance(text) for _v, text in self.y_ticks.major), default=0.0)
            self.width = max(widest + 9 * self.style.scale, LEAST_WIDTH * self.style.scale)

    def _line_height(self, text: str) -> float:
        """Of numbers some may be left out, so they stand apart; of names none may: they need not touch, no more."""
        metrics = self.style.metrics(TEXT)
        is_name = any(letter.isalpha() for letter in text)
        return metrics.capHeight() + metrics.descent() if is_name else metrics.height() + 2 * self.style.scale

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

    def place(self, panel: Panel, area: Area, frame: Frame) -> None:
        """Be drawn around an area: in full, as the numbers below alone, or not at all."""
        drawn = (panel.x, panel.y, panel.grid, area, frame)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._find_x_ticks(panel, (area.x.low, area.x.high), area.right - area.left)
        full = frame == "axes"
        self._grid.show_rects(self._grid_lines(panel, area) if full else [])
        self._line.show_rects(self._line_and_ticks(area) if full else [])
        self._left.show_texts(self._left_numbers(area) if full else [])
        self._below.show_texts(self._numbers_below(area, text_of(panel.x)) if frame != "nothing" else [])

    def _grid_lines(self, panel: Panel, area: Area) -> list[QRectF]:
        hair = self.style.hair
        width, height = area.right - area.left + hair, area.bottom - area.top
        if panel.grid == "y":
            return [QRectF(area.left, round(area.y.at(p)), width, hair) for p, _text in self.y_ticks.major]
        if panel.grid == "x":
            return [QRectF(round(area.x.at(p)), area.top, hair, height) for p, _text in self.x_ticks.major]
        return []

    def _line_and_ticks(self, area: Area) -> list[QRectF]:
        hair, scale = self.style.hair, self.style.scale
        ticks = [(p, 4.0) for p, _text in self.x_ticks.major] + [(p, 2.0) for p in self.x_ticks.minor]
        line = QRectF(area.left, area.bottom, area.right - area.left + hair, hair)
        return [line, *(QRectF(round(area.x.at(p)), area.bottom, hair, length * scale) for p, length in ticks)]

    def _left_numbers(self, area: Area) -> list[tuple[QPointF, str]]:
        metrics, right = self.style.metrics(TEXT), area.left - 7 * self.style.scale
        # Digits have no descenders: centred on their height, not on the line's.
        drop = metrics.capHeight() / 2
        return [
            (QPointF(right - metrics.horizontalAdvance(text), round(area.y.at(position)) + drop), text)
            for position, text in self.y_ticks.major
        ]

    def _numbers_below(self, area: Area, label: str) -> list[tuple[QPointF, str]]:
        """The label at the right end, under the numbers."""
        metrics, scale = self.style.metrics(TEXT), self.style.scale
        base, texts = area.bottom + 5 * scale + metrics.ascent(), []
        for position, text in self.x_ticks.major:
            width = metrics.horizontalAdvance(text)
            x = min(area.x.at(position) - width / 2, area.right + 14 * scale - width)
            texts.append((QPointF(x, base), text))
        if label:
            texts.append((QPointF(area.right - metrics.horizontalAdvance(label), base + 15 * scale), label))
        return texts


def _around(rects: list[QRectF]) -> QRectF:
    bounds = QRectF()
    for rect in rects:
        bounds |= rect
    return bounds


class _Rects(QGraphicsItem):
    """Lines of whole pixels."""

    def __init__(self, colour: str, layer: float, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._colour = QColor(colour)
        self._rects: list[QRectF] = []
        self._bounds = QRectF()
        self.setZValue(layer)

    def show_rects(self, rects: list[QRectF]) -> None:
        self.prepareGeometryChange()
        self._rects, self._bounds = rects, _around(rects)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        for rect in self._rects:
            painter.fillRect(rect, self._colour)


class _Texts(QGraphicsItem):
    """The numbers of one axis, at a distance from the plot: what happens in it does not paint them again."""

    def __init__(self, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.style = style
        self._texts: list[tuple[QPointF, str]] = []
        self._bounds = QRectF()
        self.setZValue(LAYER)

    def show_texts(self, texts: list[tuple[QPointF, str]]) -> None:
        """Take texts and where they begin."""
        metrics = self.style.metrics(TEXT)
        self.prepareGeometryChange()
        self._texts, self._bounds = texts, _around([metrics.boundingRect(text).translated(at) for at, text in texts])
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        painter.setFont(self.style.font(TEXT))
        painter.setPen(QColor(self.style.palette.muted))
        for place, text in self._texts:
            painter.drawText(place, text)

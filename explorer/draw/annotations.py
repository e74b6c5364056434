"""Marks that speak: rules, labels, crosses."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from explorer.core.figure import Cross, Label, Rule
from explorer.core.roles import Role
from explorer.draw.area import Area, Range, extent, to_view
from explorer.draw.marks import MarkItem
from explorer.draw.style import Style


def _extent_of(value: float | None, log: bool) -> Range | None:
    return None if value is None else extent(np.atleast_1d(to_view(value, log)))


class RuleItem(MarkItem[Rule]):
    """A straight line across the panel, its text beside it where there is more room."""

    layer = 0.8

    def extents(self) -> tuple[Range | None, Range | None]:
        places = (
            None if v is None else to_view(v, log) for v, log in zip((self.mark.x, self.mark.y), self.logs, strict=True)
        )
        x, y = (None if p is None else extent(np.atleast_1d(p)) for p in places)
        return x, y

    def draw(self, painter: QPainter) -> None:
        assert self.area is not None
        painter.setPen(Qt.PenStyle.NoPen)
        if self.mark.x is not None:
            self._draw_upright(painter, self.area, float(self.area.x.px(self.mark.x)))
        if self.mark.y is not None:
            self._draw_level(painter, self.area, float(self.area.y.px(self.mark.y)))

    def _draw_upright(self, painter: QPainter, area: Area, x: float) -> None:
        if not area.x.holds(x):
            return
        style = self.style
        painter.fillRect(QRectF(round(x), area.top, style.hair, area.bottom - area.top), QColor(style.palette.axis))
        width = style.metrics(10.5).horizontalAdvance(self.mark.text)
        left = x - area.left > area.right - x
        self._write(painter, x - 5 * style.scale - width if left else x + 5 * style.scale, area.top)

    def _draw_level(self, painter: QPainter, area: Area, y: float) -> None:
        if not area.y.holds(y):
            return
        style = self.style
        painter.fillRect(QRectF(area.left, round(y), area.right - area.left, style.hair), QColor(style.palette.axis))
        metrics = style.metrics(10.5)
        above = y - area.top > metrics.height() + 2 * style.scale
        left = area.right - metrics.horizontalAdvance(self.mark.text)
        self._write(painter, left, y - metrics.height() if above else y)

    def _write(self, painter: QPainter, x: float, top: float) -> None:
        painter.setFont(self.style.font(10.5))
        painter.setPen(QColor(self.style.palette.muted))
        painter.drawText(QPointF(x, top + self.style.metrics(10.5).ascent()), self.mark.text)


def _reach(mark: Label | Cross, style: Style) -> float:
    """How far the text may stand out of the plot."""
    return style.metrics(11, 600).horizontalAdvance(mark.text) + 20 * style.scale


class LabelItem(MarkItem[Label]):
    """A text beside a point, on a ground of paper."""

    layer = 9.0
    clipped = False

    def bounds(self, area: Area) -> QRectF:
        reach = _reach(self.mark, self.style)
        return super().bounds(area).adjusted(-reach, 0, reach, 0)

    def draw(self, painter: QPainter) -> None:
        assert self.area is not None
        x, y = float(self.area.x.px(self.mark.x)), float(self.area.y.px(self.mark.y))
        if self.area.holds(x, y):
            write_beside(painter, self.style, (x, y), self.mark.text, (self.role, 500), self.mark.side == "left")


class CrossItem(MarkItem[Cross]):
    """Where something overflowed."""

    layer = 9.5
    clipped = False

    def bounds(self, area: Area) -> QRectF:
        reach = _reach(self.mark, self.style)
        return super().bounds(area).adjusted(-reach, 0, reach, 0)

    def extents(self) -> tuple[Range | None, Range | None]:
        x, y = (
            extent(np.atleast_1d(to_view(v, log))) for v, log in zip((self.mark.x, self.mark.y), self.logs, strict=True)
        )
        return x, y

    def draw(self, painter: QPainter) -> None:
        assert self.area is not None
        x, y = float(self.area.x.px(self.mark.x)), float(self.area.y.px(self.mark.y))
        if not self.area.holds(x, y):
            return
        style, colour = self.style, self.fill(1.0).color()
        width = style.metrics(11, 600).horizontalAdvance(self.mark.text)
        left = x + width + 18 * style.scale > self.area.right and x - width - 18 * style.scale > self.area.left
        if self.mark.text:
            write_beside(painter, style, (x, y), self.mark.text, (self.role, 600), left)
        arm = 0.36 * 11 * style.scale
        for ink, thickness in ((QColor(style.palette.paper), 5.0), (colour, 2.4)):
            painter.setPen(QPen(ink, thickness * style.scale))
            painter.drawLine(QPointF(x - arm, y - arm), QPointF(x + arm, y + arm))
            painter.drawLine(QPointF(x - arm, y + arm), QPointF(x + arm, y - arm))


def write_beside(
    painter: QPainter, style: Style, at: tuple[float, float], text: str, ink: tuple[Role, int], left: bool
) -> None:
    """Write a text at the left or right of a point; `ink` is role and weight."""
    role, weight = ink
    metrics = style.metrics(11, weight)
    width, gap, room = metrics.horizontalAdvance(text), 9 * style.scale, 3 * style.scale
    x = at[0] - gap - width if left else at[0] + gap
    box = QRectF(x - room, at[1] - metrics.height() / 2, width + 2 * room, metrics.height())
    ground = QColor(style.palette.paper)
    ground.setAlphaF(0.88)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, room, room)
    painter.setFont(style.font(11, weight))
    painter.setPen(QColor(style.palette.text_colour(role)))
    painter.drawText(QPointF(x, box.top() + metrics.ascent()), text)

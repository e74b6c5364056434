"""Distributions: bars of one histogram, ridges of a stack of them."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter, QPainterPath, QPen

from explorer.core.figure import Bars, Ridge
from explorer.draw.area import Area, Range, extent, to_view
from explorer.draw.curves import path_of
from explorer.draw.marks import MarkItem
from explorer.draw.stroke import Stroke

BAR_SHARE = 0.5
BAR_GAP = 1.0
GAP_FROM = 4.0
"""Bars of at least this width (px at scale 1) stand apart; narrower ones are one shape."""
RIDGE_SHARE = 0.28
RIDGE_WIDTH = 1.25


class BarsItem(MarkItem[Bars]):
    """A histogram whose bars stand on zero, on a log axis on the lower edge."""

    layer = 0.6
    y_room = (0.0, 0.04)

    def read(self) -> None:
        self.edges = to_view(self.mark.edges, self.logs[0])
        self.tops = to_view(self.mark.count, self.logs[1])
        self.path = QPainterPath()

    def extents(self) -> tuple[Range | None, Range | None]:
        tops = self.tops if self.logs[1] else np.append(self.tops, 0.0)
        return extent(self.edges), extent(tops)

    def locate(self, area: Area) -> None:
        edges, tops = area.x.view_px(self.edges), area.y.view_px(self.tops)
        floor = area.bottom if area.y.log else area.y.at(0.0)
        gap = (
            BAR_GAP * self.style.scale
            if np.nanmin(np.diff(edges), initial=np.inf) >= GAP_FROM * self.style.scale
            else 0
        )
        self.path = QPainterPath()
        self.path.setFillRule(Qt.FillRule.WindingFill)
        for left, right, top in zip(edges[:-1].tolist(), edges[1:].tolist(), tops.tolist(), strict=True):
            if top == top and left == left and top != floor:  # not nan, not empty
                if gap:  # whole pixels: sharp edges, equal gaps
                    left, right = round(left), round(right)
                self.path.addRect(QRectF(QPointF(left, top), QPointF(right - gap, floor)).normalized())

    def draw(self, painter: QPainter) -> None:
        painter.fillPath(self.path, self.fill(BAR_SHARE))


class RidgeItem(MarkItem[Ridge]):
    """A filled curve. It hides what stands behind it; later ridges stand in front of earlier ones."""

    layer = 2.0
    y_room = (0.0, 0.04)

    def read(self) -> None:
        self.xs, self.ys = to_view(self.mark.x, self.logs[0]), to_view(self.mark.y, self.logs[1])
        self.base = float(to_view(self.mark.base, self.logs[1]))
        self.outline, self.ground = Stroke(self.xs[:0], self.ys[:0]), QPainterPath()

    def extents(self) -> tuple[Range | None, Range | None]:
        return extent(self.xs), extent(np.append(self.ys, self.base))

    def locate(self, area: Area) -> None:
        x, y = area.x.view_px(self.xs), area.y.view_px(self.ys)
        self.outline = Stroke(x, y)
        whole = np.isfinite(x + y)
        x, y = x[whole], y[whole]
        self.ground = path_of(x, y)
        if x.size > 1:
            floor = area.bottom if self.base != self.base else area.y.at(self.base)
            self.ground.lineTo(float(x[-1]), floor)
            self.ground.lineTo(float(x[0]), floor)

    def draw(self, painter: QPainter) -> None:
        painter.fillPath(self.ground, self.fill(RIDGE_SHARE))
        pen = QPen(self.fill(1.0), RIDGE_WIDTH * self.style.scale)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        self.outline.draw(painter, pen)

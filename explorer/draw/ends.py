"""Names at the right ends of curves, pushed apart, each with a short leader."""

import math
from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.draw.area import Area
from explorer.draw.curves import end_height
from explorer.draw.marks import LineItem
from explorer.draw.style import DIMMED, Style

LINE = 13.5
"""Distance of two names (px at scale 1)."""
LEADER = 7.0
WIDEST = 0.27
"""Names that need more than this share of the panel are left out."""
SEEN = 0.6
"""Share of the curves that must end in the plot; else the names of the rest would tell little."""


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move rising `places` as little as possible (least squares) to be `gap` apart and between `low` and `high`."""
    blocks: list[tuple[float, int]] = []
    for i, place in enumerate(places):
        mean, n = place - i * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, m = blocks.pop()
            mean, n = (mean * n + before * m) / (n + m), n + m
        blocks.append((mean, n))
    moved = [mean for mean, n in blocks for _ in range(n)]
    room = high - (len(moved) - 1) * gap
    return [max(min(mean, room), low) + i * gap for i, mean in enumerate(moved)]


class Ends(QGraphicsItem):
    """The names of the curves of a panel, right of its plot."""

    def __init__(self, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.style = style
        self._names: list[tuple[LineItem, float, float]] = []
        self._bounds = QRectF()
        self._reserved: tuple[object, ...] = ()

    def wish(self, lines: Sequence[LineItem], area: Area, panel_width: float) -> float:
        """Room that the names need; 0 where they are left out. Once reserved it stays while the names are the same."""
        names = tuple(item.mark.name for item in lines)
        if not names:
            return 0.0
        metrics = self.style.metrics(11, 500)
        width = math.ceil(max(metrics.horizontalAdvance(name) for name in names) + (LEADER + 5) * self.style.scale)
        if width > WIDEST * panel_width or len(names) * LINE * self.style.scale > area.bottom - area.top:
            return 0.0
        if self._reserved != (names, panel_width):
            heights = [end_height(item.xs, item.ys, area) for item in lines]
            lost = sum(math.isfinite(h) and not area.y.holds(h) for h in heights)
            self._reserved = (names, panel_width) if lost <= (1 - SEEN) * len(names) else ()
        return float(width) if self._reserved else 0.0

    def place(self, lines: Sequence[LineItem], area: Area, width: float) -> None:
        scale = self.style.scale
        ends = [(end_height(item.xs, item.ys, area), i) for i, item in enumerate(lines)] if width else []
        ends = sorted((height, i) for height, i in ends if math.isfinite(height) and area.y.holds(height))
        half = LINE * scale / 2
        places = spread([height for height, _i in ends], LINE * scale, area.top + half / 2, area.bottom - half / 2)
        names = [(lines[i], height, place) for (height, i), place in zip(ends, places, strict=True)]
        bounds = QRectF(area.right, area.top - LINE * scale, width, area.bottom - area.top + 2 * LINE * scale)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        if names != self._names:
            self._names = names
            self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        style, palette, left = self.style, self.style.palette, self._bounds.left()
        painter.setFont(style.font(11, 500))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        drop = style.metrics(11, 500).capHeight() / 2
        for item, height, place in self._names:
            leader = style.on_paper(palette.colour(item.role), 0.6 * (DIMMED if item.dimmed else 1))
            painter.setPen(QPen(leader, style.scale))
            painter.drawLine(
                QPointF(left + 1.5 * style.scale, height), QPointF(left + (LEADER + 0.5) * style.scale, place)
            )
            painter.setPen(QColor(palette.faint if item.dimmed else palette.text_colour(item.role)))
            painter.drawText(QPointF(left + (LEADER + 3) * style.scale, place + drop), item.mark.name)

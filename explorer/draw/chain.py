"""Networks as rows of blocks, with arcs where a skip leads past a block."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPainterPath, QPen

from explorer.core.figure import Chain
from explorer.core.i18n import _
from explorer.draw.area import Area
from explorer.draw.colours import ColourScale
from explorer.draw.marks import Frame, MarkItem

NAME = (12.0, 500)
SWATCH = 16.0
BETWEEN = 6.0
"""From the swatch to the name."""
CLEAR = 20.0
"""From the longest name to the first block."""
WIDE, HIGH = 0.66, 0.45
"""A block's share of the pitch, and of its row."""
SQUARE = 0.7
"""A block is at most so many times as high as it is wide."""
ROUND = 3.0
ARC = 0.5
"""Height of an arc above its block, in heights of a block."""
LINE = 1.2
CHOSEN = 2.0


class ChainItem(MarkItem[Chain]):
    """Name, line, arcs and blocks, in the row of the panel that the chain names."""

    layer = 5.0
    clipped = False
    frame: Frame = "numbers"

    def read(self) -> None:
        scale, palette = self.colour_scale, self.style.palette
        self.colours = [scale.colour(value, palette) for value in np.asarray(self.mark.values, float).tolist()]
        names = self.style.metrics(*NAME).horizontalAdvance(self.mark.name)
        self.left_room = names + (SWATCH + BETWEEN + CLEAR) * self.style.scale
        self.blocks: list[QRectF] = []
        self.line = QPainterPath()
        self.arcs = QPainterPath()

    @property
    def colour_scale(self) -> ColourScale:
        return ColourScale.of(self.mark)

    def bounds(self, area: Area) -> QRectF:
        return QRectF(0, area.top, area.right + 2 * self.style.scale, area.bottom - area.top)

    def locate(self, area: Area) -> None:
        pitch, lane = area.x.per_unit, abs(area.y.per_unit)
        wide = WIDE * pitch
        high = min(HIGH * lane, SQUARE * wide)
        middle = round(area.y.at(self.mark.row))
        places = [area.x.at(i) for i in range(len(self.colours))]
        self.blocks = [QRectF(x - wide / 2, middle - high / 2, wide, high) for x in places]
        self.line, self.arcs = QPainterPath(), QPainterPath()
        if places:
            self.line.moveTo(places[0] - 0.6 * pitch, middle)
            self.line.lineTo(places[-1] + 0.6 * pitch, middle)
        top = middle - (0.5 + ARC) * high
        for x, skips in zip(places, self.mark.skips, strict=False):
            if skips:
                _add_arc(self.arcs, x - pitch / 2, x + pitch / 2, middle, top)

    def draw(self, painter: QPainter) -> None:
        style, axis = self.style, QColor(self.style.palette.axis)
        self._draw_name(painter)
        for path in (self.line, self.arcs):
            painter.strokePath(path, QPen(axis, LINE * style.scale))
        radius = ROUND * style.scale
        painter.setPen(QPen(axis, style.scale))
        for i, block in enumerate(self.blocks):
            if i != self.mark.chosen:
                painter.setBrush(self.colours[i])
                painter.drawRoundedRect(block, radius, radius)
        if self.mark.chosen is not None and 0 <= self.mark.chosen < len(self.blocks):
            painter.setPen(QPen(QColor(style.palette.text), CHOSEN * style.scale))
            painter.setBrush(self.colours[self.mark.chosen])
            painter.drawRoundedRect(self.blocks[self.mark.chosen], radius, radius)

    def _draw_name(self, painter: QPainter) -> None:
        assert self.area is not None
        style, middle = self.style, float(self.area.y.at(self.mark.row))
        painter.setPen(style.line_pen(self.mark.role, "curve", self.dimmed, 3.0))
        painter.drawLine(QPointF(0, middle), QPointF(SWATCH * style.scale, middle))
        painter.setFont(style.font(*NAME))
        painter.setPen(QColor(style.palette.muted if self.dimmed else style.palette.text))
        metrics, left = style.metrics(*NAME), (SWATCH + BETWEEN) * style.scale
        room = self.area.left - left - 8 * style.scale
        text = metrics.elidedText(self.mark.name, Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(QPointF(left, middle + metrics.capHeight() / 2), text)

    def block_at(self, point: QPointF) -> int | None:
        """Number of the block whose pitch, and height with some room, holds a point of the panel."""
        room = self.style.scale * 4
        if (
            self.area is None
            or not self.blocks
            or abs(point.y() - self.blocks[0].center().y()) > (self.blocks[0].height() / 2 + room)
        ):
            return None
        index = round(self.area.x.view(point.x()))
        return index if 0 <= index < len(self.blocks) else None

    def block_name(self, index: int) -> str:
        named = index < len(self.mark.blocks)
        return self.mark.blocks[index] if named else _("block {number}").format(number=index)


def _add_arc(path: QPainterPath, left: float, right: float, base: float, top: float) -> None:
    """From the line up, across, and back to the line: upright where it leaves, level above the block."""
    bend = min(0.3 * (right - left), base - top)
    path.moveTo(left, base)
    path.cubicTo(QPointF(left, top), QPointF(left, top), QPointF(left + bend, top))
    path.lineTo(right - bend, top)
    path.cubicTo(QPointF(right, top), QPointF(right, top), QPointF(right, base))

"""The strip of a run: how far a replay has come, and what happened at which step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.core.roles import Role
from explorer.draw.fonts import font, metrics
from explorer.ui import theme

MARGIN = 8.0
MIDDLE = 22.0
LETTERS = 11.0
SIGN = 4.0
SHAPE = 7.0
"""From the middle of a mark: half its sign, and its text."""
GAP = 3.0


@dataclass(frozen=True)
class Mark:
    """Something that happened at a step: a live change, or a network that overflowed (in its own colour)."""

    step: int
    text: str
    kind: Literal["change", "overflow"]
    role: Role | None = None


@dataclass(frozen=True)
class Placed:
    """A mark with its place in px: where it stands, and where its text begins (None: there is no room for it)."""

    mark: Mark
    x: float
    text_x: float | None

    @property
    def left(self) -> float:
        return self.x - SHAPE if self.text_x is None else min(self.x - SHAPE, self.text_x)

    @property
    def right(self) -> float:
        return self.x + SHAPE if self.text_x is None else max(self.x + SHAPE, self.text_x + text_width(self.mark))

    def covers(self, x: float) -> bool:
        """Whether a sign at x would lie in this mark's text."""
        if self.text_x is None:
            return False
        return self.text_x - SIGN < x < self.text_x + text_width(self.mark) + SIGN


def text_width(mark: Mark) -> float:
    return metrics(LETTERS).horizontalAdvance(mark.text)


class Timeline(QWidget):
    """The strip is full at the present step; while a run is replayed it fills."""

    def __init__(self) -> None:
        super().__init__()
        self._step, self._total = 0, 0
        self._marks: tuple[Mark, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def show_run(self, step: int, total: int, marks: Sequence[Mark]) -> None:
        """Show a run at `step` on its way to `total`, which is the same unless it is replayed."""
        marks = tuple(marks)
        if (step, total, marks) == (self._step, self._total, self._marks):
            return
        self._step, self._total, self._marks = step, total, marks
        self.setToolTip("\n".join(f"{mark.step}: {mark.text}" for mark in marks))
        self.update()

    def placed(self) -> list[Placed]:
        """Marks that have room, the most telling first: overflows, then newest; no two lie over one another."""
        length = self.width() - 2 * MARGIN
        found: list[Placed] = []
        for mark in sorted(self._marks, key=lambda m: (m.kind != "overflow", -m.step)):
            x = MARGIN + length * min(mark.step / max(self._total, 1), 1.0)
            if not any(p.covers(x) for p in found):
                found.append(Placed(mark, x, self._text_start(x, text_width(mark), found)))
        return found

    def _text_start(self, x: float, width: float, found: Sequence[Placed]) -> float | None:
        """Where a text of that width has room beside its sign: to the right, else to the left."""
        for start in (x + SHAPE, x - SHAPE - width):
            inside = start >= 0 and start + width <= self.width()
            if inside and all(start + width + GAP <= p.left or start >= p.right + GAP for p in found):
                return start
        return None

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        length = self.width() - 2 * MARGIN
        painter.setBrush(QColor(palette.border))
        painter.drawRoundedRect(QRectF(MARGIN, MIDDLE - 2, length, 4), 2, 2)
        if self._total:
            painter.setBrush(QColor(theme.track_colour(palette)))
            painter.drawRoundedRect(
                QRectF(MARGIN, MIDDLE - 2, length * min(self._step / max(self._total, 1), 1.0), 4), 2, 2
            )
        for placed in self.placed():
            self._paint_mark(painter, placed)
        painter.end()

    def _paint_mark(self, painter: QPainter, placed: Placed) -> None:
        palette, mark, x = theme.current(), placed.mark, placed.x
        if mark.kind == "change":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.muted))
            top, tip = MIDDLE - 11, MIDDLE - 5
            painter.drawPolygon(QPolygonF([QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x, tip)]))
        else:
            painter.setPen(QPen(QColor(palette.colour(mark.role) if mark.role else palette.text), 2))
            for slope in (-1, 1):
                painter.drawLine(QPointF(x - 3.5, MIDDLE - 8 - 3.5 * slope), QPointF(x + 3.5, MIDDLE - 8 + 3.5 * slope))
        if placed.text_x is not None:
            painter.setFont(font(LETTERS))
            painter.setPen(QColor(palette.text_colour(mark.role) if mark.role else palette.muted))
            painter.drawText(QPointF(placed.text_x, MIDDLE - 4.5), mark.text)

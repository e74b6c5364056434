"""The strip of a run: where in it one is, what happened at which step, and the way back to any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.focus import has_ring, watch_keyboard_focus

MARGIN = 8.0
MIDDLE = 22.0
LETTERS = 11.0
SIGN = 4.0
SHAPE = 7.0
"""From the middle of a mark: half its sign, and its text."""
GAP = 3.0
KNOB = 6.5
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}
"""Kept frames that a key goes on, or back."""


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
    """As long as the run so far; the knob stands at the step that is shown."""

    scrubbed = pyqtSignal(float)
    """The step to which the knob is dragged."""
    stepped = pyqtSignal(int)
    """So many kept frames further; negative: back."""
    newest_requested = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._step, self._total = 0, 0
        self._marks: tuple[Mark, ...] = ()
        self._grip: float | None = None
        """While dragging: from the middle of the knob to the cursor."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(40)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Timeline"))
        watch_keyboard_focus(self)

    def sizeHint(self) -> QSize:
        return QSize(200, 40)

    def show_run(self, step: int, total: int, marks: Sequence[Mark]) -> None:
        """Show step `step` of a run that has `total` so far."""
        marks = tuple(marks)
        if (step, total, marks) == (self._step, self._total, self._marks):
            return
        self._step, self._total, self._marks = step, total, marks
        self.setToolTip("\n".join(f"{mark.step}: {mark.text}" for mark in marks))
        self.setAccessibleDescription(_("step {step} of {total}").format(step=step, total=total))
        self.update()

    def x_of(self, step: float) -> float:
        """Pixel of a step."""
        return MARGIN + (self.width() - 2 * MARGIN) * min(step / max(self._total, 1), 1.0)

    # --- mouse and keys ---------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        off = event.position().x() - self.x_of(self._step)
        self._grip = off if abs(off) <= KNOB + 1 else 0.0
        if not self._grip:
            self._drag_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._grip is not None:
            self._drag_to(event.position().x() - self._grip)

    def mouseReleaseEvent(self, _event: QMouseEvent | None) -> None:
        self._grip = None

    def _drag_to(self, x: float) -> None:
        share = (x - MARGIN) / max(self.width() - 2 * MARGIN, 1.0)
        if share < 1:
            self.scrubbed.emit(max(share, 0.0) * self._total)
        else:
            self.newest_requested.emit()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() in STEPS:
            self.stepped.emit(STEPS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.scrubbed.emit(0.0)
        elif event.key() == Qt.Key.Key_End:
            self.newest_requested.emit()
        else:
            event.ignore()

    # --- looks ------------------------------------------------------------------------------------------------
    def placed(self) -> list[Placed]:
        """Marks that have room, the most telling first: overflows, then newest; no two lie over one another."""
        found: list[Placed] = []
        for mark in sorted(self._marks, key=lambda m: (m.kind != "overflow", -m.step)):
            x = self.x_of(mark.step)
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
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_track(painter)
        for placed in self.placed():
            self._paint_mark(painter, placed)
        if self._total:
            self._paint_knob(painter)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        palette = theme.current()
        painter.setBrush(QColor(palette.border))
        painter.drawRoundedRect(QRectF(MARGIN, MIDDLE - 2, self.width() - 2 * MARGIN, 4), 2, 2)
        if self._total:
            painter.setBrush(QColor(theme.track_colour(palette)))
            painter.drawRoundedRect(QRectF(MARGIN, MIDDLE - 2, self.x_of(self._step) - MARGIN, 4), 2, 2)

    def _paint_knob(self, painter: QPainter) -> None:
        palette, place = theme.current(), QPointF(self.x_of(self._step), MIDDLE)
        ring = QPen(QColor(palette.ink), 2)
        painter.setPen(ring if has_ring(self) else QPen(QColor(palette.paper if palette.dark else palette.border), 1))
        painter.setBrush(QColor(palette.ink if palette.dark else palette.field))
        painter.drawEllipse(place, KNOB, KNOB)
        if has_ring(self) and palette.dark:
            painter.setPen(QPen(QColor(palette.window), 1.5))
            painter.drawEllipse(place, KNOB - 2.0, KNOB - 2.0)

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

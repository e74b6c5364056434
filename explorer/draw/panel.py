"""One panel: title, quantity, axes, marks and the names at the ends of its curves."""

import itertools
from typing import Any

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import Axis, Cross, Label, Mark, Panel, Rule
from explorer.core.roles import Role
from explorer.draw.annotations import CrossItem, LabelItem, RuleItem
from explorer.draw.area import Area, Range, Span, fitted, to_view
from explorer.draw.axes import Axes, bottom_height
from explorer.draw.ends import Ends
from explorer.draw.marks import ITEMS as SHAPES
from explorer.draw.marks import LineItem, MarkItem
from explorer.draw.style import Style

ITEMS: dict[type[Mark], type[MarkItem[Any]]] = {**SHAPES, Rule: RuleItem, Label: LabelItem, Cross: CrossItem}
Zoom = tuple[Range, Range]
"""Ranges of x and y that the user chose, in view coordinates."""


class Title(QGraphicsItem):
    """Title, and under it the quantity that y shows."""

    def __init__(self, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.style = style
        self._texts = ("", "")
        self._width = 0.0
        self.pointed = False

    def show_texts(self, title: str, quantity: str, width: float) -> None:
        if (title, quantity) != self._texts or width != self._width:
            self.prepareGeometryChange()
            self._texts, self._width = (title, quantity), width
            self.update()

    @property
    def height(self) -> float:
        return (36.0 if self._texts[1] else 22.0) * self.style.scale

    def point_at(self, pointed: bool) -> None:
        """Show by a small icon that a double-click does something."""
        if pointed != self.pointed:
            self.pointed = pointed
            self.update()

    @property
    def icon_rect(self) -> QRectF:
        """Place of the icon, right of the title."""
        scale, metrics = self.style.scale, self.style.metrics(13, 600)
        x = min(metrics.horizontalAdvance(self._texts[0]) + 8 * scale, self._width - 12 * scale)
        return QRectF(x, (metrics.height() - 10 * scale) / 2, 10 * scale, 10 * scale)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, self.height)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        top = 0.0
        for text, px, weight, colour in (
            (self._texts[0], 13, 600, self.style.palette.text),
            (self._texts[1], 11, 400, self.style.palette.muted),
        ):
            metrics = self.style.metrics(px, weight)
            painter.setFont(self.style.font(px, weight))
            painter.setPen(QColor(colour))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self._width)
            painter.drawText(QPointF(0, top + metrics.ascent()), shown)
            top += metrics.height()
        if self.pointed:
            self._paint_icon(painter, self.icon_rect)

    def _paint_icon(self, painter: QPainter, box: QRectF) -> None:
        """Two arrows that point away from each other."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.style.palette.muted), 1.4 * self.style.scale))
        for corner, inwards in ((box.topRight(), (-1, 1)), (box.bottomLeft(), (1, -1))):
            arm, shaft = box.width() * 0.4, box.width() * 0.42
            beside, below = QPointF(inwards[0] * arm, 0), QPointF(0, inwards[1] * arm)
            painter.drawPolyline(QPolygonF([corner + beside, corner, corner + below]))
            painter.drawLine(corner, corner + QPointF(inwards[0] * shaft, inwards[1] * shaft))


class PanelItem(QGraphicsItem):
    """Draws a Panel; new data goes to the items that are there, found by key."""

    def __init__(self, panel: Panel, style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.content, self.style = panel, style
        self.marks: dict[str, MarkItem[Any]] = {}
        self.axes = Axes(style, self)
        self.title = Title(style, self)
        self.ends = Ends(style, self)
        self.zoom: Zoom | None = None
        self.area: Area | None = None
        self._size = (0.0, 0.0)
        self._axis_width = 0.0
        self._read_marks()

    # --- data ----------------------------------------------------------------------------------------------------
    def show_panel(self, panel: Panel) -> None:
        """Take new data; `lay_out` must follow."""
        if (panel.x.log, panel.y.log) != (self.content.x.log, self.content.y.log):
            self._forget(set(self.marks))
            self.zoom = None
        self.content = panel
        self._read_marks()

    def _read_marks(self) -> None:
        marks = {mark.key: mark for mark in self.content.marks}
        self._forget({key for key, item in self.marks.items() if type(item.mark) is not type(marks.get(key))})
        logs = (self.content.x.log, self.content.y.log)
        for key, mark in marks.items():
            if key in self.marks:
                self.marks[key].show_mark(mark)
            else:
                self.marks[key] = ITEMS[type(mark)](mark, logs, self.style, self)
        if list(self.marks) != list(marks):
            self.marks = {key: self.marks[key] for key in marks}
            self._stack()

    def _stack(self) -> None:
        """Later marks over earlier ones."""
        items = list(self.marks.values())
        for under, over in itertools.pairwise(items):
            under.stackBefore(over)

    def _forget(self, keys: set[str]) -> None:
        for key in keys:
            item = self.marks.pop(key)
            item.setParentItem(None)
            if scene := item.scene():
                scene.removeItem(item)

    def dim_all_but(self, role: Role | None) -> None:
        """Dim the marks of every other role; None: show all."""
        for item in self.marks.values():
            item.dim(role is not None and item.role != role and hasattr(item.mark, "role"))
        self.ends.update()

    # --- place ---------------------------------------------------------------------------------------------------
    def set_size(self, width: float, height: float) -> None:
        if (width, height) != self._size:
            self._size = (width, height)
            self._axis_width = 0.0

    def wish(self) -> tuple[float, float]:
        """Room that this panel needs at the left and right of its plot. The left one never shrinks at one size."""
        area = self._area_of(*self._shown(), 0, 0)
        self.axes.find_y_ticks(self.content, (area.y.low, area.y.high), area.bottom - area.top)
        self._axis_width = max(self._axis_width, self.axes.width)
        return self._axis_width, self.ends.wish(self.named_lines(), area, self._size[0])

    def lay_out(self, left: float, right: float) -> None:
        self.title.show_texts(self.content.title, self.content.quantity, self._size[0])
        x, y = self._shown()
        self.area = self._area_of(x, y, round(left), round(right))
        self.axes.place(self.content, self.area)
        for item in self.marks.values():
            item.place(self.area)
        self.ends.place(self.named_lines(), self.area, right)

    def named_lines(self) -> list[LineItem]:
        """The curves whose names are written: one of each name, rather the curve than its theory."""
        lines = [i for i in self.marks.values() if isinstance(i, LineItem) and i.mark.name and i.rising]
        found: dict[str, LineItem] = {}
        for weight in ("curve", "theory"):
            for item in lines:
                if item.mark.weight == weight:
                    found.setdefault(item.mark.name, item)
        return list(found.values())

    def _shown(self) -> Zoom:
        return self.zoom or self.fitting()

    def fitting(self) -> Zoom:
        """Ranges that the panel shows of itself: the axis' limits, or what fits the marks."""
        items = [i for i in self.marks.values() if not (isinstance(i, LineItem) and i.mark.weight == "raw")]
        extents = [i.extents() for i in items or self.marks.values()]
        # Layers and the like stand clear of the edge; a curve's time runs up to it.
        x_room = 0.05 if self.content.x.integer and self.content.x.ticks else 0.0
        return (
            _limits(self.content.x) or fitted((e[0] for e in extents), self.content.x.log, x_room),
            _limits(self.content.y) or fitted((e[1] for e in extents), self.content.y.log, 0.04),
        )

    def _area_of(self, x: Range, y: Range, left: float, right: float) -> Area:
        width, height = self._size
        top = round((36.0 if self.content.quantity else 22.0) * self.style.scale)
        bottom = max(round(height - bottom_height(self.content.x, self.style)), top + 1)
        end = max(width - right, left + 1)
        return Area(Span(*x, left, end, self.content.x.log), Span(*y, bottom, top, self.content.y.log))

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        """Nothing of its own."""


def _limits(axis: Axis) -> Range | None:
    if axis.limits is None:
        return None
    low, high = (float(v) for v in to_view(axis.limits, axis.log))
    return (low, high) if low < high else None

"""What the mouse does in a figure: read values, zoom, pan, pick, and double-clicks."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QMouseEvent, QPen, QWheelEvent
from PyQt6.QtWidgets import QGraphicsRectItem

from explorer.core.i18n import _
from explorer.draw.area import Area, moved, zoomed
from explorer.draw.panel import PanelItem, Zoom
from explorer.draw.reading import read
from explorer.draw.readout import Readout

if TYPE_CHECKING:
    from explorer.ui.figure_view import FigureView

NOTCH = 0.85
"""What is left of a range after one notch of the wheel."""
LEAST_RECT = 5.0


class FigureMouse:
    """Turns mouse events of the view into zooms, picks and read-outs of the panel under the cursor."""

    def __init__(self, view: "FigureView") -> None:
        self.view = view
        self.readout = Readout(view.canvas.style)
        self.frame = QGraphicsRectItem()
        self.frame.setZValue(101)
        for item in (self.readout, self.frame):
            view.figures.addItem(item)
            item.hide()
        self._cursor: QPointF | None = None
        self._dragged: tuple[str, QPointF, Zoom] | None = None
        self._framed: tuple[str, QPointF] | None = None
        self._picking: str | None = None
        self._picked: tuple[float, float] | None = None

    def restyle(self) -> None:
        self.readout.style = self.view.canvas.style
        self.readout.show_reading(None, None)

    # --- where ---------------------------------------------------------------------------------------------------
    def _panel_at(self, point: QPointF) -> tuple[str, PanelItem, QPointF] | None:
        """Key and item of the panel at a point of the view, and the point in it."""
        for key, item in self.view.canvas.panels.items():
            inside = point - item.pos()
            if item.boundingRect().contains(inside):
                return key, item, inside
        return None

    @staticmethod
    def _in_title(item: PanelItem, inside: QPointF) -> bool:
        return item.area is not None and inside.y() < item.title.height and inside.y() < item.area.top

    # --- events --------------------------------------------------------------------------------------------------
    def press(self, event: QMouseEvent) -> None:
        found = self._panel_at(event.position())
        if not found or found[1].area is None:
            return
        key, item, inside = found
        if self._in_title(item, inside):
            if item.title.icon_rect.adjusted(-3, -3, 3, 3).contains(inside):
                self.view.toggle_maximised(key)
            return
        self._press_in(key, item, event, inside)

    def _press_in(self, key: str, item: PanelItem, event: QMouseEvent, inside: QPointF) -> None:
        """In a panel that picks, Shift is for what a plain drag does in others: it moves the plot."""
        area, left = item.area, event.button() == Qt.MouseButton.LeftButton
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        in_plot = area is not None and area.holds(inside.x(), inside.y())
        if item.content.pick and in_plot and left and not shift:
            self._picking = key
            self._pick(item, inside)
        elif area is None or item.frame != "axes":
            return
        elif in_plot and (event.button() == Qt.MouseButton.RightButton or (shift and not item.content.pick)):
            self._framed = key, event.position()
        elif left:
            self._dragged = key, event.position(), _shown(area)

    def move(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._picking:
            if item := self.view.canvas.panels.get(self._picking):
                self._pick(item, event.position() - item.pos())
        elif self._framed:
            self._show_frame(QRectF(self._framed[1], event.position()).normalized())
        elif self._dragged:
            self._drag(event.position())
        else:
            self.refresh()

    def release(self, event: QMouseEvent) -> None:
        if self._framed:
            self._zoom_into(self._framed[0], QRectF(self._framed[1], event.position()).normalized())
        self._framed = self._dragged = self._picking = self._picked = None
        self.frame.hide()
        self.refresh()

    def double_click(self, event: QMouseEvent) -> None:
        found = self._panel_at(event.position())
        if not found or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._in_title(found[1], found[2]):
            self.view.toggle_maximised(found[0])
        else:
            self.view.canvas.zoom(found[0], None)
            self.refresh()

    def leave(self) -> None:
        self._cursor = None
        self.refresh()

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom around the cursor; over the numbers of one axis, that axis alone."""
        found = self._panel_at(event.position())
        if not found or found[1].area is None or found[1].frame != "axes" or self._in_title(found[1], found[2]):
            event.ignore()
            return
        key, item, inside = found
        area = item.area
        assert area is not None
        factor = NOTCH ** (event.angleDelta().y() / 120)
        x, y = _shown(area)
        if area.x.holds(inside.x()):
            x = zoomed(x, area.x.view(inside.x()), factor)
        if area.y.holds(inside.y()):
            y = zoomed(y, area.y.view(inside.y()), factor)
        self.view.canvas.zoom(key, (x, y))
        self.refresh()
        event.accept()

    # --- what ----------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Bring what follows the cursor up to date: after a move, and after every new frame."""
        cursor = self._cursor
        found = self._panel_at(cursor) if cursor is not None else None
        head = self.view.canvas.head
        self.view.canvas.point_at(head.role_at(cursor - head.pos()) if cursor is not None else None)
        titled = found[1] if found and self._in_title(found[1], found[2]) else None
        for item in self.view.canvas.panels.values():
            item.title.point_at(item is titled)
        if found and not titled and not self._dragged and not self._picking:
            self.readout.show_reading(found[1], read(found[1], found[2]))
        else:
            self.readout.show_reading(None, None)
        self._show_cursor(titled is not None, *(found[1:] if found else ()))

    def _show_cursor(self, on_title: bool, item: PanelItem | None = None, inside: QPointF | None = None) -> None:
        viewport = self.view.viewport()
        assert viewport is not None
        viewport.setCursor(Qt.CursorShape.PointingHandCursor if on_title else _shape(item, inside))
        alone = self.view.maximised is not None
        tip = _("Double-click: show all panels") if alone else _("Double-click: show this panel alone")
        self.view.setToolTip(tip if on_title else "")

    def _drag(self, point: QPointF) -> None:
        assert self._dragged
        key, start, (x, y) = self._dragged
        item = self.view.canvas.panels.get(key)
        if item is None or item.area is None:
            return
        area, way = item.area, point - start
        zoom = moved(x, -way.x() / area.x.per_unit), moved(y, -way.y() / area.y.per_unit)
        self.readout.show_reading(None, None)
        self.view.canvas.zoom(key, zoom)

    def _pick(self, item: PanelItem, inside: QPointF) -> None:
        """Say where the cursor is; beside the plot, the nearest place in it."""
        place = item.place_at(inside)
        if place is not None and place != self._picked:
            self.view.pick_goes_on = self._picked is not None
            self._picked = place
            self.view.picked.emit(item.content.pick, *place)

    def _show_frame(self, rect: QRectF) -> None:
        palette = self.view.canvas.style.palette
        ground = QColor(palette.ink)
        ground.setAlphaF(0.08)
        self.frame.setPen(QPen(QColor(palette.ink), 1))
        self.frame.setBrush(ground)
        self.frame.setRect(rect)
        self.frame.show()
        self.readout.show_reading(None, None)

    def _zoom_into(self, key: str, rect: QRectF) -> None:
        item = self.view.canvas.panels.get(key)
        if item is None or item.area is None or min(rect.width(), rect.height()) < LEAST_RECT:
            return
        area, rect = item.area, rect.translated(-item.pos())
        x = area.x.view(rect.left()), area.x.view(rect.right())
        y = area.y.view(rect.bottom()), area.y.view(rect.top())
        self.view.canvas.zoom(key, (x, y))


def _shown(area: Area) -> Zoom:
    return (area.x.low, area.x.high), (area.y.low, area.y.high)


def _shape(item: PanelItem | None, inside: QPointF | None) -> Qt.CursorShape:
    """A cross where a click picks a place, a hand on a block that it picks."""
    if item is None or inside is None or item.area is None or not item.content.pick:
        return Qt.CursorShape.ArrowCursor
    if item.frame != "axes":
        return Qt.CursorShape.PointingHandCursor if item.place_at(inside) else Qt.CursorShape.ArrowCursor
    in_plot = item.area.holds(inside.x(), inside.y())
    return Qt.CursorShape.CrossCursor if in_plot else Qt.CursorShape.ArrowCursor

"""One panel: title, quantity, axes, marks and the names at the ends of its curves."""

import itertools
from typing import Any

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import (
    Axis,
    Band,
    Bars,
    Chain,
    Contours,
    Cross,
    HeatMap,
    Label,
    Line,
    Mark,
    Panel,
    Points,
    Region,
    Ridge,
    Rule,
    Table,
)
from explorer.core.roles import Role
from explorer.draw.annotations import CrossItem, LabelItem, RuleItem
from explorer.draw.area import Area, Range, Span, fitted, to_view
from explorer.draw.axes import Axes, bottom_height
from explorer.draw.chain import ChainItem
from explorer.draw.ends import LINE, Ends
from explorer.draw.histograms import BarsItem, RidgeItem
from explorer.draw.maps import ContoursItem, HeatMapItem
from explorer.draw.marks import BandItem, Frame, LineItem, MarkItem, RegionItem
from explorer.draw.points import PointsItem
from explorer.draw.style import Style
from explorer.draw.table import TableItem
from explorer.draw.title import TITLE_LINE, TITLE_LINES, Title

ITEMS: dict[type[Mark], type[MarkItem[Any]]] = {
    Line: LineItem,
    Band: BandItem,
    Points: PointsItem,
    Region: RegionItem,
    Rule: RuleItem,
    Label: LabelItem,
    Cross: CrossItem,
    Bars: BarsItem,
    Ridge: RidgeItem,
    HeatMap: HeatMapItem,
    Contours: ContoursItem,
    Chain: ChainItem,
    Table: TableItem,
}
LEAST_ROW = 26.0
"""Of chains (px at scale 1): where there is less, they are given the room of the numbers below."""
LARGEST_PITCH = 72.0, 90.0
"""Of blocks and of rows of them (px at scale 1): small chains are not drawn out over a large panel."""
Zoom = tuple[Range, Range]
"""Ranges of x and y that the user chose, in view coordinates."""


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
        self._is_new = True
        """Whether anything came that is not laid out yet."""
        self._shown: Zoom = (0.0, 1.0), (0.0, 1.0)
        self._wish = (0.0, 0.0)
        self._wished_for: tuple[object, ...] = ()
        self._laid_out_for: tuple[object, ...] = ()
        self._read_marks()

    # --- data ----------------------------------------------------------------------------------------------------
    def show_panel(self, panel: Panel) -> None:
        """Take new data; `lay_out` must follow. A panel that did not change costs nothing but the comparison."""
        if panel is self.content:
            return
        if (panel.x.log, panel.y.log) != (self.content.x.log, self.content.y.log):
            self._forget(set(self.marks))
            self.zoom = None
        if _surroundings(panel) != _surroundings(self.content):
            self._is_new = True
        self.content = panel
        self._read_marks()

    def _read_marks(self) -> None:
        marks = {mark.key: mark for mark in self.content.marks}
        others = {key for key, item in self.marks.items() if type(item.mark) is not type(marks.get(key))}
        self._is_new |= bool(others)
        self._forget(others)
        logs = (self.content.x.log, self.content.y.log)
        for key, mark in marks.items():
            if key not in self.marks:
                self.marks[key] = ITEMS[type(mark)](mark, logs, self.style, self)
                self._is_new = True
            elif self.marks[key].show_mark(mark):
                self._is_new = True
        if list(self.marks) != list(marks):
            self.marks = {key: self.marks[key] for key in marks}
            self._stack()

    def _stack(self) -> None:
        """Later marks over earlier ones. From the top down: an item moves only if it is not yet below the next."""
        items = reversed(self.marks.values())
        for over, under in itertools.pairwise(items):
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
            item.point_at(role)
        self.ends.update()

    # --- place ---------------------------------------------------------------------------------------------------
    def set_size(self, width: float, height: float) -> None:
        if (width, height) != self._size:
            self.prepareGeometryChange()  # else the scene would look for it, and paint it, where it was
            self._size = (width, height)
            self._axis_width = 0.0

    @property
    def frame(self) -> Frame:
        """What is drawn around the marks: axes, unless one of them fills the panel."""
        frame: Frame = next((item.frame for item in self.marks.values() if item.frame != "axes"), "axes")
        least = (TITLE_LINE + LEAST_ROW * len(self.marks)) * self.style.scale
        low = self._size[1] < least + bottom_height(self.content.x, self.style)
        return "nothing" if frame == "numbers" and low else frame

    def wish(self) -> tuple[float, float]:
        """Room that this panel needs at the left and right of its plot. The left one never shrinks at one size."""
        if self._is_new or self._wished_for != (self.zoom, self._size):
            self._wished_for = (self.zoom, self._size)
            self._wish = self._find_wish() if self.frame == "axes" else (0.0, 0.0)
        return self._wish

    def _find_wish(self) -> tuple[float, float]:
        self._shown = self.zoom or self.fitting()
        area = self._area_of(*self._shown, 0, 0)
        self.axes.find_y_ticks(self.content, (area.y.low, area.y.high), area.bottom - area.top)
        self._axis_width = max(self._axis_width, self.axes.width)
        return self._axis_width, self.ends.wish(self._ending_lines(area), area, self._size[0])

    def lay_out(self, left: float, right: float) -> None:
        """Put everything in its place, after `wish`; what is there already stays untouched."""
        wanted = (self.zoom, self._size, left, right)
        if self._is_new or self._laid_out_for != wanted:
            self._is_new, self._laid_out_for = False, wanted
            self._place_all(left, right)

    def _place_all(self, left: float, right: float) -> None:
        """A mark that fills the panel cares for no room at its sides but its own."""
        axes = self.frame == "axes"
        self.title.show_texts(self.content.title, self.content.quantity, one_line=not axes)
        self.area = self._area_of(*self._shown, round(left), round(right)) if axes else self._filling_area()
        scales = (item.colour_scale for item in self.marks.values())
        bar_right = self.area.right if axes else self._size[0]
        self.title.place(self._size[0], next((s for s in scales if s), None), bar_right)
        self.axes.place(self.content, self.area, self.frame)
        for item in self.marks.values():
            item.place(self.area)
        pinned = self._pinned_lines()
        for item in self.marks.values():
            if isinstance(item, LineItem):
                item.write_name(item in pinned)
        self.ends.place(self._ending_lines(self.area), self.area, right)

    def named_lines(self) -> list[LineItem]:
        """The curves whose names are written: one of each name, rather the curve than its theory."""
        lines = [i for i in self.marks.values() if isinstance(i, LineItem) and i.mark.name and i.rising]
        found: dict[str, LineItem] = {}
        for weight in ("curve", "theory"):
            for item in lines:
                if item.mark.weight == weight:
                    found.setdefault(item.mark.name, item)
        return list(found.values())

    def _pinned_lines(self) -> list[LineItem]:
        """Of several pinned runs, the curves over x, named by their pins; of a single one none: the key says it."""
        lines = (item for item in self.marks.values() if isinstance(item, LineItem) and item.rising)
        pinned = [item for item in lines if item.mark.weight == "pinned" and item.mark.name]
        return pinned if len({item.mark.name for item in pinned}) > 1 else []

    def _ending_lines(self, area: Area) -> list[LineItem]:
        """The curves whose names stand right of the plot: where there is room, pinned ones too."""
        named, pinned = self.named_lines(), self._pinned_lines()
        fits = (len(named) + len(pinned)) * LINE * self.style.scale <= area.bottom - area.top
        return named + pinned if fits else named

    def fitting(self) -> Zoom:
        """Ranges that the panel shows of itself: the axis' limits, or what fits the marks."""
        x, y = _limits(self.content.x), _limits(self.content.y)
        if x and y:
            return x, y
        items = [i for i in self.marks.values() if not (isinstance(i, LineItem) and i.mark.weight == "raw")]
        extents = [i.extents() for i in items or self.marks.values()]
        rooms = [item.y_room for item in self.marks.values()] or [MarkItem.y_room]
        below, above = (min(room) for room in zip(*rooms, strict=True))
        # Layers and the like stand clear of the edge; a curve's time runs up to it.
        x_room = 0.05 if self.content.x.integer and self.content.x.ticks and above else 0.0
        return (
            x or fitted((e[0] for e in extents), self.content.x.log, (x_room, x_room)),
            y or fitted((e[1] for e in extents), self.content.y.log, (below, above)),
        )

    def _area_of(self, x: Range, y: Range, left: float, right: float) -> Area:
        width, height = self._size
        top = round((TITLE_LINES if self.content.quantity else TITLE_LINE) * self.style.scale)
        bottom = max(round(height - bottom_height(self.content.x, self.style)), top + 1)
        end = max(width - right, left + 1)
        return Area(Span(*x, left, end, self.content.x.log), Span(*y, bottom, top, self.content.y.log))

    def _filling_area(self) -> Area:
        """The whole panel under the title for a table; for chains, blocks and rows (the first on top) as units."""
        (width, height), scale = self._size, self.style.scale
        left, top = round(max(item.left_room for item in self.marks.values())), round(TITLE_LINE * scale)
        if self.frame == "numbers":
            height -= bottom_height(self.content.x, self.style)
        chains = [item for item in self.marks.values() if isinstance(item, ChainItem)]
        blocks = max((len(item.colours) for item in chains), default=0) + 0.5
        rows = max((item.mark.row for item in chains), default=0) + 1
        if chains:
            width = min(width, left + LARGEST_PITCH[0] * scale * blocks)
            height = min(height, top + LARGEST_PITCH[1] * scale * rows)
        x, y = (left, max(width, left + 1)), (max(round(height), top + 1), top)
        return Area(Span(-0.75, blocks - 0.75, *x), Span(rows - 0.5, -0.5, *y))

    def place_at(self, point: QPointF) -> tuple[float, float] | None:
        """Data coordinates of a point of the panel, or of the nearest one in the plot; of chains, block and row."""
        area = self.area
        if area is None:
            return None
        if self.frame == "axes":
            x = min(max(point.x(), area.left), area.right)
            return area.x.value(x), area.y.value(min(max(point.y(), area.top), area.bottom))
        chains = ((item, item.block_at(point)) for item in self.marks.values() if isinstance(item, ChainItem))
        return next(((float(block), float(item.mark.row)) for item, block in chains if block is not None), None)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        """Nothing of its own."""


def _surroundings(panel: Panel) -> tuple[object, ...]:
    """What is drawn of a panel beside its marks."""
    return panel.title, panel.quantity, panel.x, panel.y, panel.grid


def _limits(axis: Axis) -> Range | None:
    if axis.limits is None:
        return None
    low, high = (float(v) for v in to_view(axis.limits, axis.log))
    return (low, high) if low < high else None

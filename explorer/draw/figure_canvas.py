"""A whole figure as one scene item: head, panels on twelve columns, and in exports a foot."""

from collections import defaultdict
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import Cell, Figure, Panel
from explorer.core.roles import Role
from explorer.draw.head import Foot, Head
from explorer.draw.panel import PanelItem, Zoom
from explorer.draw.style import Style

COLUMNS = 12


@dataclass(frozen=True)
class Margins:
    """White space around a figure (px at scale 1), and `foot`: text at the left comes from the figure."""

    left: float = 20.0
    top: float = 16.0
    right: float = 20.0
    bottom: float = 14.0
    gutter_x: float = 28.0
    gutter_y: float = 18.0
    foot: str = ""


def presentation_scale(width: float, height: float, n_panels: int) -> float:
    """Scale at which a lecture hall can read it: 1.8 on 1920×1080, 2.6 with a single panel."""
    return max(1.0, (2.6 if n_panels == 1 else 1.8) * min(width / 1920, height / 1080))


def cell_rect(cell: Cell, rows: tuple[float, ...], whole: QRectF, gutter_x: float, gutter_y: float) -> QRectF:
    """Place of a cell; columns and rows may be fractions, the gutters are taken off at its right and below."""
    pitch = (whole.width() + gutter_x) / COLUMNS
    usable = whole.height() + gutter_y - gutter_y * len(rows)
    heights = [usable * row / sum(rows) + gutter_y for row in rows]

    def edge(row: float) -> float:
        full = min(int(row), len(heights) - 1)
        return whole.top() + sum(heights[:full]) + (row - full) * heights[full]

    left, right = whole.left() + cell.column * pitch, whole.left() + (cell.column + cell.column_span) * pitch
    top, bottom = edge(cell.row), edge(cell.row + cell.row_span)
    x, y = round(left), round(top)
    return QRectF(x, y, max(round(right - gutter_x) - x, 1), max(round(bottom - gutter_y) - y, 1))


class FigureCanvas(QGraphicsItem):
    """Draws a Figure at a size. Knows nothing of the mouse: the screen and exports share it."""

    def __init__(self, style: Style, margins: Margins | None = None) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents)
        self.style, self.margins = style, margins or Margins()
        self.figure: Figure | None = None
        self.panels: dict[str, PanelItem] = {}
        self.least_head = 0.0
        """Room (px) that the head has at least: where figures follow one another, panels hold still."""
        self.head = Head(style, self, with_settings=not self.margins.foot)
        self.foot = Foot(style, self, self.margins.foot) if self.margins.foot else None
        self._size = (0.0, 0.0)
        self._zooms: dict[str, Zoom] = {}
        self._pointed: Role | None = None

    def show_figure(self, figure: Figure) -> None:
        """Draw a figure; items of panels and marks that were there get the new data."""
        self.figure = figure
        self._forget(set(self.panels) - {panel.key for panel in figure.panels})
        for panel in figure.panels:
            if panel.key in self.panels:
                self.panels[panel.key].show_panel(panel)
            else:
                self._add(panel)
        self.panels = {panel.key: self.panels[panel.key] for panel in figure.panels}
        self.lay_out()

    def set_size(self, width: float, height: float) -> None:
        if (width, height) != self._size:
            self.prepareGeometryChange()
            self._size = (width, height)
            self.lay_out()

    def set_style(self, style: Style) -> None:
        """Change palette or scale: everything is drawn anew, zooms are kept."""
        if style == self.style:
            return
        self.style = style
        self._forget(set(self.panels))
        for old in (self.head, self.foot):
            _drop(old)
        self.head = Head(style, self, with_settings=not self.margins.foot)
        self.foot = Foot(style, self, self.margins.foot) if self.margins.foot else None
        if self.figure:
            self.show_figure(self.figure)

    def zoom(self, key: str, zoom: Zoom | None) -> None:
        """Show other ranges in a panel, until told None: its own again."""
        self.panels[key].zoom = zoom
        self.lay_out()

    def autoscale(self) -> None:
        """Show every panel's own ranges again."""
        self._zooms.clear()
        for item in self.panels.values():
            item.zoom = None
        self.lay_out()

    def point_at(self, role: Role | None) -> None:
        """Dim everything of another role; None: nothing."""
        if role == self._pointed:
            return
        self._pointed = role
        self.head.point_at(role)
        for item in self.panels.values():
            item.dim_all_but(role)

    def _add(self, panel: Panel) -> None:
        item = PanelItem(panel, self.style, self)
        item.zoom = self._zooms.pop(panel.key, None)
        item.dim_all_but(self._pointed)
        self.panels[panel.key] = item

    def _forget(self, keys: set[str]) -> None:
        for key in keys:
            item = self.panels.pop(key)
            if item.zoom:
                self._zooms[key] = item.zoom
            _drop(item)

    # --- place ---------------------------------------------------------------------------------------------------
    def lay_out(self) -> None:
        """Put everything in its place; what did not change is not painted again."""
        if self.figure is None or min(self._size) <= 0:
            return
        m, s = self.margins, self.style.scale
        width, bottom = self._size[0] - (m.left + m.right) * s, self._size[1] - m.bottom * s
        self.head.setPos(m.left * s, m.top * s)
        top = m.top * s + max(self.head.show_figure(self.figure, width), self.least_head)
        if self.foot:
            self.foot.show_figure(self.figure, width)
            bottom -= self.foot.height
            self.foot.setPos(m.left * s, bottom)
            bottom -= m.gutter_y * s
        whole = QRectF(m.left * s, top, max(width, 1), max(bottom - top, 1))
        for panel in self.figure.panels:
            rect = cell_rect(panel.cell, self.figure.row_heights, whole, m.gutter_x * s, m.gutter_y * s)
            self.panels[panel.key].setPos(rect.topLeft())
            self.panels[panel.key].set_size(rect.width(), rect.height())
        self._align()

    def _align(self) -> None:
        """Panels above one another, of one width, begin and end their plots at the same places."""
        wishes: dict[tuple[float, float], list[tuple[float, float]]] = defaultdict(list)
        for item in self.panels.values():
            wishes[_column(item)].append(item.wish())
        for item in self.panels.values():
            lefts, rights = zip(*wishes[_column(item)], strict=True)
            item.lay_out(max(lefts), max(rights))

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self._size)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        """Nothing of its own."""


def _column(item: PanelItem) -> tuple[float, float]:
    return item.content.cell.column, item.content.cell.column_span


def _drop(item: QGraphicsItem | None) -> None:
    if item is None:
        return
    item.setParentItem(None)
    if scene := item.scene():
        scene.removeItem(item)

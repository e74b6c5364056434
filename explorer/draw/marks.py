"""One item per mark: `show_mark` takes new data, `place` turns them into pixels of the panel, `paint` draws."""

import math
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import Band, Line, Mark, Region, Weight
from explorer.core.roles import INK, Role
from explorer.draw.area import Area, Range, extent, to_view
from explorer.draw.colours import ColourScale
from explorer.draw.curves import THIN_PX, Array, end_height, in_sight, rising, strokes_of, thinned
from explorer.draw.dots import draw_dots
from explorer.draw.still import Still
from explorer.draw.stroke import Stroke
from explorer.draw.style import DIMMED, Style, draws_vectors
from explorer.draw.ways import dots_of, way_of

M = TypeVar("M", bound=Mark)
Frame = Literal["axes", "numbers", "nothing"]
BAND_SHARE = 0.18
REGION_SHARE = 0.84
LAYERS: dict[Weight, float] = {"raw": 1.0, "pinned": 3.0, "theory": 4.0, "curve": 5.0, "trajectory": 5.0}
NAME = 10.0
HALO = 4.8
"""Width of the paper under a trajectory."""
FRINGE = 20.0
"""A way is cut so far (px) outside the plot."""
SCRIBBLE = 150
"""Of more strokes than this a trajectory has no halo: it is on itself, and strokes are drawn one by one."""
DOT = 4.8
PARTS = 32
"""Of a px: what moves by less is not painted again."""
STEP_PX = 6.0
"""A trajectory shows a dot for every step while its steps are at least this long."""


class MarkItem(QGraphicsItem, Generic[M]):
    """What all marks share: data, log axes, style, the area, and being dimmed."""

    layer = 0.0
    clipped = True
    y_room: Range = (0.04, 0.04)
    """Paper below and above the mark in a panel that is fitted to it, as shares of the range."""
    frame: Frame = "axes"
    """What the panel draws around it; other than axes: the mark fills the panel."""
    left_room = 0.0
    """What a mark that fills its panel needs at the left of its plot (px)."""
    is_still = False
    """Whether it rarely changes but costs much to paint: on the screen and in movies, a picture of it is kept."""

    def __init__(self, mark: M, logs: tuple[bool, bool], style: Style, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.mark, self.logs, self.style = mark, logs, style
        self.area: Area | None = None
        self._painted = QRectF()
        self.look: tuple[object, ...] | None = None
        """What is seen of it: while that stays, new data paint nothing again. None: not known."""
        self.dimmed = False
        self._still, self._was_painted = Still(), False
        self.setZValue(self.layer)
        self.read()

    def read(self) -> None:
        """Take over the arrays of a new mark (view coordinates, extents)."""

    def locate(self, area: Area) -> None:
        """Turn view coordinates into pixels."""

    def draw(self, painter: QPainter) -> None:
        """Paint what was located."""

    def extents(self) -> tuple[Range | None, Range | None]:
        """What x and y (view coordinates) have to reach to show the mark."""
        return None, None

    def show_mark(self, mark: M) -> bool:
        """Take new data; False if they are the old ones."""
        if same(mark, self.mark):
            return False
        self.mark = mark
        self.read()
        self.area = None
        return True

    def place(self, area: Area) -> None:
        if area == self.area:
            return
        bounds, before = self.bounds(area), self.look
        if bounds != self._painted:
            self.prepareGeometryChange()
        self.area, self._painted = area, bounds
        self._still.forget()
        self._was_painted = False
        self.locate(area)
        if self.look is None or self.look != before:
            self.update()

    def point_at(self, role: Role | None) -> None:
        """Be dimmed while another role is pointed at."""
        dimmed = role is not None and role != self.role and hasattr(self.mark, "role")
        if dimmed != self.dimmed:
            self.dimmed = dimmed
            self.update()

    @property
    def colour_scale(self) -> ColourScale | None:
        """What the colours of a map mean."""
        return None

    @property
    def role(self) -> Role:
        return getattr(self.mark, "role", INK)

    def bounds(self, area: Area) -> QRectF:
        """Where the mark may paint. Narrow, so that it does not paint title and numbers again with it."""
        if self.clipped:
            return clip_rect(area, self.style)
        room = 10 * self.style.scale
        return QRectF(QPointF(area.left, area.top), QPointF(area.right, area.bottom)).adjusted(-room, -room, room, room)

    def boundingRect(self) -> QRectF:
        return self._painted

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if self.area is None or painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        again = self._was_painted and not draws_vectors(painter)
        if self.is_still and (widget is not None or again):
            self._still.paint(painter, self._painted, self._draw_clipped)
        else:
            self._was_painted = True
            self._draw_clipped(painter)

    def _draw_clipped(self, painter: QPainter) -> None:
        if self.clipped and self.area is not None:
            painter.setClipRect(clip_rect(self.area, self.style), Qt.ClipOperation.IntersectClip)
        self.draw(painter)

    def fill(self, share: float) -> QBrush:
        return QBrush(self.style.on_paper(self.style.palette.colour(self.role), share * (DIMMED if self.dimmed else 1)))


def clip_rect(area: Area, style: Style) -> QRectF:
    """The plot and one line width around it: a curve at a limit is not cut in half."""
    room = style.scale
    return QRectF(QPointF(area.left, area.top), QPointF(area.right, area.bottom)).adjusted(-room, -room, room, room)


def in_parts(*places: Array) -> tuple[bytes, ...]:
    """Places in px, as far as their differences are seen."""
    return tuple(np.rint(PARTS * place).tobytes() for place in places)


def same(a: Any, b: Any) -> bool:
    """Whether two marks are the same data, bit by bit: identical arrays at no cost, equal ones at little."""
    if a is b or type(a) is not type(b):
        return a is b
    return all(_same_value(value, getattr(b, name)) for name, value in vars(a).items())


def _same_value(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        a, b = np.asarray(a), np.asarray(b)
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    return bool(a == b)


class LineItem(MarkItem[Line]):
    """A curve; a trajectory lies on a halo and has a dot at every step that is long enough."""

    def read(self) -> None:
        x, y = np.asarray(self.mark.x, float), np.asarray(self.mark.y, float)
        self.xs, self.ys = to_view(x, self.logs[0]), to_view(y, self.logs[1])
        self.rising = rising(x)
        self.setZValue(LAYERS[self.mark.weight])
        self.stroke: Stroke | None = None
        """Of a curve that rises with x."""
        self.path = QPainterPath()
        """Of any other."""
        self.scribble: Any = ()
        """Strokes that are drawn one by one: ten times as fast as a path that crosses itself a hundred times."""
        self.dots: Array = np.empty((0, 2))
        """In the plot, at the ends of steps that are longer than a dot is wide."""
        self.named = False

    def write_name(self, wanted: bool) -> None:
        """Write the name where the curve ends, if it ends within the plot; at the right edge it has another place."""
        if wanted != self.named:
            self.named = wanted
            self.update()

    def extents(self) -> tuple[Range | None, Range | None]:
        return extent(self.xs), extent(self.ys)

    def locate(self, area: Area) -> None:
        x, y = self.xs, self.ys
        if self.rising:
            part = in_sight(x, area.x)
            x, y = x[part], y[part]
        if self.mark.thin and x.size > 2:
            shown = abs(area.x.per_unit) * (x[-1] - x[0])
            x, y = thinned(x, y, float(shown), THIN_PX * self.style.scale)
        if self.mark.weight == "trajectory" or not self.rising:
            self._locate_way(x, y, area)
        else:
            self.stroke, self.look = Stroke(area.x.view_px(x), area.y.view_px(y)), None

    def _locate_way(self, x: Array, y: Array, area: Area) -> None:
        scale = self.style.scale
        x, y = area.free_px(x, y)
        way = way_of(x, y, clip_rect(area, self.style).adjusted(-FRINGE, -FRINGE, FRINGE, FRINGE))
        strokes = way.strokes
        crowded = len(strokes) > SCRIBBLE
        self.path, self.scribble = (QPainterPath(), strokes_of(strokes)) if crowded else (way.path, ())
        if self.mark.weight == "trajectory":
            x, y = dots_of(x, y, STEP_PX * scale, DOT * scale)
            self.dots = np.column_stack((x, y))[area.x.which_held(x) & area.y.which_held(y)]
        self.look = (self.mark.role, self.mark.weight, self.mark.name, *in_parts(strokes, self.dots))

    def draw(self, painter: QPainter) -> None:
        pen = self.style.line_pen(self.mark.role, self.mark.weight, self.dimmed)
        if self.stroke:
            self.stroke.draw(painter, pen)
        else:
            self._draw_way(painter, pen)
        if self.named and self.area is not None and not math.isfinite(end_height(self.xs, self.ys, self.area)):
            self._write_name(painter, self.area)

    def _draw_way(self, painter: QPainter, pen: QPen) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.mark.weight == "trajectory":
            paper = QColor(self.style.palette.paper)
            paper.setAlphaF(0.75)
            painter.strokePath(self.path, QPen(paper, HALO * self.style.scale))
        painter.setPen(pen)
        painter.drawPath(self.path)
        if len(self.scribble):
            painter.drawLines(self.scribble)
        draw_dots(painter, self.dots, pen.color(), DOT * self.style.scale)

    def _write_name(self, painter: QPainter, area: Area) -> None:
        whole = np.flatnonzero(np.isfinite(self.xs + self.ys))
        if whole.size:
            x, y = area.x.at(float(self.xs[whole[-1]])), area.y.at(float(self.ys[whole[-1]]))
            palette, drop = self.style.palette, self.style.metrics(NAME).capHeight() / 2
            painter.setFont(self.style.font(NAME, 500))
            painter.setPen(QColor(palette.faint if self.dimmed else palette.text_colour(self.role)))
            painter.drawText(QPointF(x + 3 * self.style.scale, y + drop), self.mark.name)


class BandItem(MarkItem[Band]):
    """The area between two curves; a gap in either is a gap in the band."""

    layer = 0.5

    def read(self) -> None:
        self.xs = to_view(self.mark.x, self.logs[0])
        self.low, self.high = to_view(self.mark.low, self.logs[1]), to_view(self.mark.high, self.logs[1])
        self.polygons: list[QPolygonF] = []

    def extents(self) -> tuple[Range | None, Range | None]:
        ends = [e for e in (extent(self.low), extent(self.high)) if e]
        return extent(self.xs), (min(e[0] for e in ends), max(e[1] for e in ends)) if ends else None

    def locate(self, area: Area) -> None:
        x, low, high = area.x.view_px(self.xs), area.y.view_px(self.low), area.y.view_px(self.high)
        self.polygons = [_polygon(x[a:b], low[a:b], high[a:b]) for a, b in _whole_runs(x + low + high)]

    def draw(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.fill(BAND_SHARE))
        for polygon in self.polygons:
            painter.drawPolygon(polygon)


def _whole_runs(values: Array) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], np.isfinite(values).astype(int), [0]))))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _polygon(x: Array, low: Array, high: Array) -> QPolygonF:
    xs, ys = np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))
    return QPolygonF([QPointF(a, b) for a, b in zip(xs.tolist(), ys.tolist(), strict=True)])


class RegionItem(MarkItem[Region]):
    """Filled rectangles."""

    layer = 0.4

    def read(self) -> None:
        self.x0, self.x1 = (to_view(v, self.logs[0]) for v in (self.mark.x0, self.mark.x1))
        self.y0, self.y1 = (to_view(v, self.logs[1]) for v in (self.mark.y0, self.mark.y1))
        self.rects: list[QRectF] = []

    def extents(self) -> tuple[Range | None, Range | None]:
        return extent(np.concatenate((self.x0, self.x1))), extent(np.concatenate((self.y0, self.y1)))

    def locate(self, area: Area) -> None:
        ends = (area.x.view_px(self.x0), area.x.view_px(self.x1), area.y.view_px(self.y0), area.y.view_px(self.y1))
        whole = np.isfinite(sum(ends))
        self.rects = [
            QRectF(QPointF(a, c), QPointF(b, d)).normalized()
            for a, b, c, d in zip(*(e[whole].tolist() for e in ends), strict=True)
        ]

    def draw(self, painter: QPainter) -> None:
        for rect in self.rects:
            painter.fillRect(rect, self.fill(REGION_SHARE))

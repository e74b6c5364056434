"""Values over a plane: coloured cells and contour lines."""

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from explorer.core.figure import Contours, HeatMap, Values
from explorer.draw.area import Area, Range, Span, extent, to_view
from explorer.draw.colours import FINE, SMOOTH, ColourScale, draw_cells
from explorer.draw.curves import paths_of, straightened
from explorer.draw.marks import MarkItem

CONTOUR_ALPHA = 0.22
"""Of ink: contours lie on every shade of their map, so that they cannot be mixed beforehand."""


class Cells:
    """Cells along one axis, evenly spaced in view coordinates; `upwards`: the first is the lowest."""

    def __init__(self, centres: NDArray[np.float64]) -> None:
        self.n = centres.size
        first, last = float(centres[0]), float(centres[-1])
        self.upwards = last >= first
        self.step = abs(last - first) / (self.n - 1) if self.n > 1 else 1.0
        self.low, self.high = min(first, last) - self.step / 2, max(first, last) + self.step / 2

    def index(self, view: float) -> int | None:
        """Number of the cell at a view coordinate, counted from the lowest."""
        inside = self.low <= view < self.high
        return min(int((view - self.low) / self.step), self.n - 1) if inside else None

    def in_sight(self, span: Span) -> tuple[int, int]:
        """First and last but one of the cells that a span shows, counted from the lowest."""
        first, last = (span.low - self.low) / self.step, (span.high - self.low) / self.step
        return max(int(np.floor(first)), 0), min(int(np.ceil(last)), self.n)

    def edge(self, index: int) -> float:
        return self.low + index * self.step


class HeatMapItem(MarkItem[HeatMap]):
    """Cells as one image, a pixel each, enlarged without smoothing; only those in sight are painted."""

    layer = -5.0
    y_room = (0.0, 0.0)
    is_still = True

    def read(self) -> None:
        self.columns = Cells(to_view(self.mark.x, self.logs[0]))
        self.rows = Cells(to_view(self.mark.y, self.logs[1]))
        self.values = self.mark.z[:: 1 if self.rows.upwards else -1, :: 1 if self.columns.upwards else -1]
        self.image: QImage = self.colour_scale.image(self.values[::-1], self.style.palette)
        self.target, self.source = QRectF(), QRectF()

    @property
    def colour_scale(self) -> ColourScale:
        return ColourScale.of(self.mark)

    def extents(self) -> tuple[Range | None, Range | None]:
        return (self.columns.low, self.columns.high), (self.rows.low, self.rows.high)

    def locate(self, area: Area) -> None:
        (left, right), (low, high) = self.columns.in_sight(area.x), self.rows.in_sight(area.y)
        self.source = QRectF(left, self.rows.n - high, right - left, high - low)
        corner = QPointF(area.x.at(self.columns.edge(left)), area.y.at(self.rows.edge(high)))
        self.target = QRectF(corner, QPointF(area.x.at(self.columns.edge(right)), area.y.at(self.rows.edge(low))))

    def draw(self, painter: QPainter) -> None:
        if self.area is None or self.source.width() <= 0 or self.source.height() <= 0:
            return
        plot = QRectF(QPointF(self.area.left, self.area.top), QPointF(self.area.right, self.area.bottom))
        painter.setClipRect(plot, Qt.ClipOperation.IntersectClip)  # not over the axis line
        draw_cells(painter, self.target, self.image, self.source, SMOOTH if self.mark.colours == "surface" else FINE)

    def cell_at(self, x: float, y: float) -> tuple[QRectF, tuple[float, float, float]] | None:
        """Place (px) and x, y, z of the cell at view coordinates."""
        column, row = self.columns.index(x), self.rows.index(y)
        if self.area is None or column is None or row is None:
            return None
        corner = QPointF(self.area.x.at(self.columns.edge(column)), self.area.y.at(self.rows.edge(row + 1)))
        other = QPointF(self.area.x.at(self.columns.edge(column + 1)), self.area.y.at(self.rows.edge(row)))
        centre = self.columns.edge(column) + self.columns.step / 2, self.rows.edge(row) + self.rows.step / 2
        return QRectF(corner, other), (*centre, float(self.values[row, column]))


class ContoursItem(MarkItem[Contours]):
    """Contour lines; searched once for the same data, then only moved."""

    layer = -4.0
    y_room = (0.0, 0.0)
    is_still = True

    def read(self) -> None:
        self.xs, self.ys = to_view(self.mark.x, self.logs[0]), to_view(self.mark.y, self.logs[1])
        self.lines = contour_lines(self.xs, self.ys, self.mark.z, self.mark.levels)
        self.paths: list[QPainterPath] = []

    def extents(self) -> tuple[Range | None, Range | None]:
        return extent(self.xs), extent(self.ys)

    def locate(self, area: Area) -> None:
        self.paths = paths_of(*straightened(area.x.view_px(self.lines[:, 0]), area.y.view_px(self.lines[:, 1])))

    def draw(self, painter: QPainter) -> None:
        colour = QColor(self.style.palette.ink)
        colour.setAlphaF(CONTOUR_ALPHA)
        pen = QPen(colour, self.style.scale)
        for path in self.paths:
            painter.strokePath(path, pen)


def contour_lines(
    x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.floating], levels: Values
) -> NDArray[np.float64]:
    """Points (n, 2) of all lines one after another, nan between two of them."""
    from contourpy import LineType, contour_generator  # late: most figures have no contours

    search = contour_generator(x, y, np.ma.masked_invalid(z), line_type=LineType.ChunkCombinedNan)
    found = [points for level in levels for points in search.lines(level)[0] if points is not None]
    gap = np.full((1, 2), np.nan)
    return np.concatenate([part for points in found for part in (points, gap)] or [gap])

"""A curve in px as Qt draws it quickest: in pieces of few corners, which for a noisy curve takes a fifth of the time.

Qt finds what the outline of a whole path covers, and a curve that goes up and down crosses itself at every corner.
"""

import itertools
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QPainter, QPainterPath, QPen, QPolygonF

from explorer.draw.curves import Array, path_of
from explorer.draw.style import draws_vectors

PIECE = 16
"""Strokes of a piece."""
OVERLAP = 1.0
"""A piece begins so far (px) before the last corner of the one before: that corner lies within it, and is drawn."""


class Stroke:
    """A line through points in px; nan makes a gap."""

    def __init__(self, x: Array, y: Array) -> None:
        self._x, self._y = x, y

    @cached_property
    def path(self) -> QPainterPath:
        """All of it, for files that hold curves and not pixels."""
        return path_of(self._x, self._y)

    @cached_property
    def _pieces(self) -> list[tuple[QPolygonF, float]]:
        """Polylines, each with the length (px) of the line before it: dashes go on from there."""
        return [piece for points in _unbroken(self._x, self._y) for piece in _pieces_of(points)]

    def draw(self, painter: QPainter, pen: QPen) -> None:
        """Draw it, on a screen or a picture in pieces."""
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if draws_vectors(painter):
            painter.drawPath(self.path)
            return
        dashed = pen.style() != Qt.PenStyle.SolidLine
        for polyline, before in self._pieces:
            if dashed:
                pen.setDashOffset(before / pen.widthF())
                painter.setPen(pen)
            painter.drawPolyline(polyline)


def _unbroken(x: Array, y: Array) -> Iterator[Array]:
    """Stretches (n, 2) without a gap, of two points or more."""
    points = np.column_stack((x, y))
    gaps = np.flatnonzero(~np.isfinite(points).all(1))
    for start, end in itertools.pairwise((-1, *gaps.tolist(), len(points))):
        if end - start > 2:
            yield points[start + 1 : end]


def _pieces_of(points: Array) -> Iterator[tuple[QPolygonF, float]]:
    steps = np.diff(points, axis=0)
    lengths = np.hypot(*steps.T)
    before = np.append(0.0, lengths.cumsum())
    for start in range(0, len(points) - 1, PIECE):
        piece, overlap = points[start : start + PIECE + 1], 0.0
        if start:
            overlap = min(OVERLAP, float(lengths[start - 1]))
            back = overlap * steps[start - 1] / max(float(lengths[start - 1]), 1e-9)
            piece = np.concatenate((points[start : start + 1] - back, piece))
        yield _polyline(piece), float(before[start]) - overlap


def _polyline(points: Array) -> QPolygonF:
    """Without a Python object for each point."""
    polyline = QPolygonF()
    polyline.fill(QPointF(), len(points))
    memory: Any = polyline.data()
    memory.setsize(points.nbytes)
    np.frombuffer(memory, np.float64).reshape(points.shape)[:] = points
    return polyline

"""A table that fills its panel."""

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter

from explorer.core.figure import Table, TableRow
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.draw.area import Area
from explorer.draw.curves import Array
from explorer.draw.marks import Frame, MarkItem
from explorer.draw.style import Style

HEAD, NAME, CELL = (11.0, 400), (12.0, 500), (12.0, 400)
HEAD_HEIGHT = 18.0
ROW, LEAST_ROW = 21.0, 15.0
SWATCH, INDENT = 18.0, 26.0
BETWEEN = 14.0
"""Least distance of two columns."""
MOST_SPARE = 200.0
"""In a large panel the columns stay this near to each other."""
NOTHING = "–"
"""A cell without a value is written muted."""


class TableItem(MarkItem[Table]):
    """Names at the left, the other cells right-aligned in columns that never become narrower."""

    layer = 5.0
    frame: Frame = "nothing"

    def read(self) -> None:
        self.pointed: Role | None = None
        widths = natural_widths(self.mark, self.style)
        before = getattr(self, "widths", widths)
        self.widths = np.maximum(before, widths) if before.shape == widths.shape else widths
        self.rights = self.widths
        self.row_height, self.shown = 0.0, 0

    def point_at(self, role: Role | None) -> None:
        if role != self.pointed:
            self.pointed = role
            self.update()

    def locate(self, area: Area) -> None:
        scale, n = self.style.scale, len(self.mark.rows)
        room = area.bottom - area.top - HEAD_HEIGHT * scale
        self.row_height = min(max(room / max(n, 1), LEAST_ROW * scale), ROW * scale)
        fitting = max(int(room / self.row_height + 1e-6), 1)
        self.shown = n if n <= fitting else max(fitting - 1, 0)  # the last line says how many more there are
        gaps = BETWEEN * scale * np.arange(self.widths.size)
        room = min(area.right - INDENT * scale - gaps[-1], self.widths.sum() + MOST_SPARE * scale * (gaps.size - 1))
        widths = shared_out(self.widths, max(room, 1.0))
        self.rights = INDENT * scale + np.cumsum(widths) + gaps

    def draw(self, painter: QPainter) -> None:
        assert self.area is not None
        scale, top = self.style.scale, self.area.top
        self._write_row(painter, (top, HEAD_HEIGHT * scale), self.mark.columns, (HEAD, HEAD), muted=True)
        top += HEAD_HEIGHT * scale
        hairline = QColor(self.style.palette.hairline)
        for row in self.mark.rows[: self.shown]:
            painter.fillRect(QRectF(0, round(top), self.rights[-1], self.style.hair), hairline)
            self._draw_row(painter, top, row)
            top += self.row_height
        if self.shown < len(self.mark.rows):
            more = _("and {n} more").format(n=len(self.mark.rows) - self.shown)
            self._write_row(painter, (top, self.row_height), (more,), (HEAD, HEAD), muted=True)

    def _draw_row(self, painter: QPainter, top: float, row: TableRow) -> None:
        style, dimmed = self.style, self.pointed not in (None, row.role)
        middle = round(top + self.row_height / 2)
        painter.setPen(style.line_pen(row.role, "curve", dimmed, 3.0))
        painter.drawLine(QPointF(0, middle), QPointF(SWATCH * style.scale, middle))
        self._write_row(painter, (top, self.row_height), (row.name, *row.cells), (NAME, CELL), muted=dimmed)

    def _write_row(
        self,
        painter: QPainter,
        place: tuple[float, float],
        texts: tuple[str, ...],
        faces: tuple[tuple[float, int], tuple[float, int]],
        muted: bool,
    ) -> None:
        """Write the cells of a row (`place`: top and height), the first in its own face; cut what is too long."""
        palette, gap = self.style.palette, BETWEEN * self.style.scale
        left = INDENT * self.style.scale
        for i, (text, right) in enumerate(zip(texts, self.rights.tolist(), strict=False)):
            face = faces[min(i, 1)]
            metrics = self.style.metrics(*face)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, right - left)
            base = place[0] + (place[1] + metrics.capHeight()) / 2
            painter.setFont(self.style.font(*face))
            painter.setPen(QColor(palette.muted if muted or text == NOTHING else palette.text))
            painter.drawText(QPointF(right - metrics.horizontalAdvance(shown) if i else left, base), shown)
            left = right + gap


def natural_widths(table: Table, style: Style) -> Array:
    """Room (n_columns,) that every column needs to be read in full, in px."""

    def widest(column: int) -> float:
        face = CELL if column else NAME
        cells = [row.cells[column - 1] if column else row.name for row in table.rows]
        texts = [style.metrics(*HEAD).horizontalAdvance(table.columns[column])]
        return max(texts + [style.metrics(*face).horizontalAdvance(cell) for cell in cells])

    return np.array([widest(i) for i in range(len(table.columns))]) + 1.0


def shared_out(widths: Array, room: float) -> Array:
    """Widths that fill the room: spare room goes to all columns but the first, what lacks is taken from the widest."""
    spare = room - widths.sum()
    if spare >= 0:
        return np.concatenate((widths[:1], widths[1:] + spare / max(widths.size - 1, 1)))
    for i, width in enumerate(np.sort(widths).tolist()):
        share = room / (widths.size - i)
        if width > share:
            return np.minimum(widths, share)
        room -= width
    raise AssertionError("unreachable: if no column is wider than its share, all fit")

"""Groups of rows that collapse to their title and a summary."""

from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from explorer.core.hyperparams import Field
from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.buttons import PaintedButton
from explorer.ui.entries import shown
from explorer.ui.focus import has_ring, paint_ring
from explorer.ui.icons import icon_pixmap
from explorer.ui.rows import Row, value_text

HEIGHT = 24
CHEVRON = 14


class GroupHeader(PaintedButton):
    """Chevron, title, summary; checked while the group is open."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.summary = ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    def set_summary(self, summary: str) -> None:
        self.summary = summary
        self.setAccessibleDescription(summary)
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        shape = "chevron-down" if self.isChecked() else "chevron-right"
        colour = palette.text if self.underMouse() else palette.muted
        chevron = icon_pixmap(shape, colour, CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, (HEIGHT - CHEVRON) / 2), chevron)
        left = CHEVRON + 5.0
        painter.setFont(font(12.5, 600))
        painter.setPen(QColor(palette.text))
        painter.drawText(QRectF(left, 0, self.width() - left, HEIGHT), Qt.AlignmentFlag.AlignVCenter, self.text())
        room = self.width() - left - metrics(12.5, 600).horizontalAdvance(self.text()) - 12
        painter.setFont(font(12))
        painter.setPen(QColor(palette.muted))
        words = metrics(12).elidedText(self.summary, Qt.TextElideMode.ElideRight, max(room, 0))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(self.rect()), right, words)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 5)
        painter.end()


class Group(QWidget):
    """Rows under one title; a group without a title has no header and never collapses."""

    toggled = pyqtSignal(bool)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.rows: list[Row] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.header = GroupHeader(title)
        self._body = QWidget()
        self._lines = QVBoxLayout(self._body)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(4)
        column.addWidget(self.header)
        self.header.setVisible(bool(title))  # not before it has a parent: it would be a window for a moment
        column.addWidget(self._body)
        self.header.toggled.connect(self._on_header_toggled)

    def add(self, row: Row) -> None:
        self.rows.append(row)
        self._lines.addWidget(row)

    @property
    def collapsed(self) -> bool:
        return not self.header.isChecked()

    def set_collapsed(self, collapsed: bool) -> None:
        self.header.setChecked(not collapsed)

    def _on_header_toggled(self, opened: bool) -> None:
        self._body.setVisible(opened)
        self.toggled.emit(opened)

    def summarize(self, values: Mapping[str, Any]) -> None:
        """Write the summary for the values of the group's fields."""
        fields = [row.field for row in self.rows]
        self.header.set_summary(summary(fields, values, self.collapsed))


def summary(fields: list[Field], values: Mapping[str, Any], collapsed: bool) -> str:
    """Return "5 of 15" or "7 panels" for choices, else (collapsed) what differs from the defaults."""
    many = next((f for f in fields if f.kind == "choices"), None)
    if many is not None and many.name == "panels":
        return _("{n} panels").format(n=len(values["panels"]))
    if many is not None:
        return _("{n} of {total}").format(n=len(values[many.name]), total=len(many.choices))
    if not collapsed or not fields:
        return ""
    changed = [f for f in fields if values[f.name] != f.default] or fields[:2]
    return " · ".join(_short(f, values[f.name]) for f in changed)


def _short(field: Field, value: Any) -> str:
    """Return "lr 0.01", "spirals", "Batch norm on"."""
    if field.kind in ("float", "int"):
        return f"{field.name.rpartition('.')[2]} {shown(field, value)}"
    return f"{field.label} {value_text(field, value)}" if field.kind == "bool" else value_text(field, value)

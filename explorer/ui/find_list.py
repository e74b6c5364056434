"""The list of what was found: one painted line each, with its kind before and how it stands behind."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from PyQt6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.ui import theme
from explorer.ui.chips import SWATCH, paint_swatch
from explorer.ui.find import Findable
from explorer.ui.findables import KINDS

LINE = 30
PADDING = 12
GAP = 10
AT_MOST = 10
"""Lines that are seen at once; the others are scrolled to."""
VALUE_SHARE = 0.35
"""Of a line, at most, for what stands at its right."""
THING = Qt.ItemDataRole.UserRole


class FoundModel(QAbstractListModel):
    """The matches, best first."""

    def __init__(self) -> None:
        super().__init__()
        self.things: Sequence[Findable] = ()

    def show(self, things: Sequence[Findable]) -> None:
        self.beginResetModel()
        self.things = things
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.things)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        thing = self.things[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return thing.label
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return thing.full_text
        return thing if role == THING else None


class FoundList(QListView):
    """Never has the focus: the keys are typed into the line above."""

    def __init__(self) -> None:
        super().__init__()
        self.found = FoundModel()
        self.setModel(self.found)
        self.setItemDelegate(Line(self))
        self.setAccessibleName(_("Matches"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered.connect(self.setCurrentIndex)

    def show_things(self, things: Sequence[Findable]) -> None:
        """Show matches, the first one chosen, no higher than they need."""
        self.found.show(things)
        self.setFixedHeight(LINE * min(len(things), AT_MOST))
        self.setVisible(bool(things))
        self.scrollToTop()
        self.move_to(0)

    @property
    def current(self) -> Findable | None:
        row = self.currentIndex().row()
        return self.found.things[row] if row >= 0 else None

    def move_by(self, lines: int) -> None:
        """Go up or down, one line round the ends, a page no further than them."""
        last, row = len(self.found.things) - 1, self.currentIndex().row() + lines
        if abs(lines) == 1:
            self.move_to(row % (last + 1) if last >= 0 else 0)
        else:
            self.move_to(min(max(row, 0), last))

    def move_to(self, row: int) -> None:
        self.setCurrentIndex(self.found.index(row))


class Line(QStyledItemDelegate):
    """Kind, swatch of the curve, label, of what it is a part; at the right how it stands."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(200, LINE)

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        assert painter is not None
        thing, palette = index.data(THING), theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.pressed))
            painter.drawRoundedRect(QRectF(option.rect), 5, 5)
        room = QRectF(option.rect).adjusted(PADDING, 0, -PADDING, 0)
        _write(painter, room, thing.kind, 11.5, palette.muted)
        room.setLeft(room.left() + _kind_width())
        width = _write(painter, room, thing.value, 12, palette.muted, VALUE_SHARE * room.width(), right=True)
        room.setRight(room.right() - width - GAP)
        if thing.role is not None:
            start = QPointF(room.left(), room.center().y())
            paint_swatch(painter, thing.role, QColor(palette.colour(thing.role)), start)
            room.setLeft(room.left() + SWATCH + 6)
        room.setLeft(room.left() + GAP + _write(painter, room, thing.label, 13, palette.text))
        _write(painter, room, thing.where, 12, palette.muted)
        painter.restore()


def _kind_width() -> float:
    return ceil(max(metrics(11.5).horizontalAdvance(kind) for kind in KINDS)) + 14


def _write(
    painter: QPainter, room: QRectF, text: str, px: float, colour: str, most: float = 0.0, right: bool = False
) -> float:
    """Write within the room, or `most` of it, and return the width; what does not fit ends in dots."""
    words = metrics(px).elidedText(text, Qt.TextElideMode.ElideRight, max(most or room.width(), 0.0))
    painter.setFont(font(px))
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, words)
    return metrics(px).horizontalAdvance(words)

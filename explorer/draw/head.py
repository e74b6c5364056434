"""What stands above the panels: the headline, the figure's one key, the settings line."""

from dataclasses import dataclass, field

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from explorer.core.figure import Figure, KeyEntry
from explorer.core.roles import Role
from explorer.draw.style import WIDTHS, Style

SWATCH = 20.0
BETWEEN = 16.0
HEADLINE = (18.0, 600)
KEY = (12.0, 500)
KEY_LINE = 20.0
BELOW = 16.0


@dataclass
class HeadLayout:
    """Where everything goes, for one width."""

    headline: list[str] = field(default_factory=list)
    entries: list[tuple[QRectF, KeyEntry]] = field(default_factory=list)
    settings: tuple[QPointF, str] | None = None
    height: float = 0.0


class Head(QGraphicsItem):
    """Headline on one or two lines; below it the key, and at its right the settings. What is empty takes no room."""

    def __init__(self, style: Style, parent: QGraphicsItem, with_settings: bool = True) -> None:
        super().__init__(parent)
        self.style, self.with_settings = style, with_settings
        self.layout = HeadLayout()
        self.pointed: Role | None = None
        self._known: tuple[object, ...] = ()
        self._width = 0.0

    def show_figure(self, figure: Figure, width: float) -> float:
        """Lay out anew if anything changed; returns the height."""
        settings = figure.settings if self.with_settings else ""
        known = (figure.headline, settings, figure.key, width)
        if known != self._known:
            self.prepareGeometryChange()
            self._known, self._width = known, width
            self.layout = self._lay_out(figure.headline, settings, figure.key, width)
            self.update()
        return self.layout.height

    def point_at(self, role: Role | None) -> None:
        self.pointed = role
        self.update()

    def role_at(self, point: QPointF) -> Role | None:
        """Role of the key entry at a point of this item."""
        entry = next((entry for rect, entry in self.layout.entries if rect.contains(point)), None)
        return entry.role if entry and entry.weight != "pinned" else None  # what is pinned is of all roles

    def _lay_out(self, headline: str, settings: str, key: tuple[KeyEntry, ...], width: float) -> HeadLayout:
        scale = self.style.scale
        layout = HeadLayout(self._two_lines(headline, width) if headline else [])
        if not (headline or settings or key):
            return layout
        top = (self.style.metrics(*HEADLINE).height() * len(layout.headline) + 4 * scale) if headline else 0.0
        x = self._place_key(layout, key, top, width)
        last = layout.entries[-1][0].top() if layout.entries else top
        if settings:
            last = self._place_settings(layout, settings, last, x, width)
        layout.height = last + (KEY_LINE * bool(settings or key) + BELOW) * scale
        return layout

    def _two_lines(self, text: str, width: float) -> list[str]:
        """One line, or two of about the same length."""
        metrics = self.style.metrics(*HEADLINE)
        if metrics.horizontalAdvance(text) <= width:
            return [text]
        words = text.split(" ")
        halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))] or [(text, "")]
        first, second = min(halves, key=lambda half: max(metrics.horizontalAdvance(line) for line in half))
        if metrics.horizontalAdvance(second) > width:  # not even two lines: fill the first, cut the second
            first = next(a for a, _b in reversed(halves) if metrics.horizontalAdvance(a) <= width or a == words[0])
            second = text[len(first) :].strip()
        return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in (first, second)]

    def _place_key(self, layout: HeadLayout, key: tuple[KeyEntry, ...], top: float, width: float) -> float:
        """Flow the entries into lines; returns where the last one ends."""
        scale, metrics = self.style.scale, self.style.metrics(*KEY)
        x = 0.0
        for entry in key:
            needed = (SWATCH + 6) * scale + metrics.horizontalAdvance(entry.name)
            if x and x + needed > width:
                x, top = 0.0, top + KEY_LINE * scale
            layout.entries.append((QRectF(x, top, needed, KEY_LINE * scale), entry))
            x += needed + BETWEEN * scale
        return x

    def _place_settings(self, layout: HeadLayout, settings: str, top: float, x: float, width: float) -> float:
        """At the right of the key where there is room, else on a line of its own; returns the top of that line."""
        metrics = self.style.metrics(12)
        if x + metrics.horizontalAdvance(settings) > width and x > width / 2:
            x, top = 0.0, top + KEY_LINE * self.style.scale
        text = metrics.elidedText(settings, Qt.TextElideMode.ElideRight, width - x)
        base = top + self._drop(KEY_LINE * self.style.scale, 12)
        left = width - metrics.horizontalAdvance(text) if x else 0.0
        layout.settings = QPointF(left, base), text
        return top

    def _drop(self, line: float, px: float, weight: int = 400) -> float:
        """From the top of a line to the base of text whose capitals are centred in it."""
        return (line + self.style.metrics(px, weight).capHeight()) / 2

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, self.layout.height - BELOW * self.style.scale)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_headline(painter)
        for rect, entry in self.layout.entries:
            self._paint_entry(painter, rect, entry)
        if self.layout.settings:
            painter.setFont(self.style.font(12))
            painter.setPen(QColor(self.style.palette.muted))
            painter.drawText(*self.layout.settings)

    def _paint_headline(self, painter: QPainter) -> None:
        metrics = self.style.metrics(*HEADLINE)
        painter.setFont(self.style.font(*HEADLINE))
        painter.setPen(QColor(self.style.palette.text))
        for i, line in enumerate(self.layout.headline):
            painter.drawText(QPointF(0, metrics.ascent() + i * metrics.height()), line)

    def _paint_entry(self, painter: QPainter, rect: QRectF, entry: KeyEntry) -> None:
        style, dimmed = self.style, self.pointed not in (None, entry.role)
        thickness = WIDTHS[entry.weight] if entry.weight != "curve" else 3.0 if entry.role.dash == "solid" else 2.4
        y = rect.center().y()
        painter.setPen(style.line_pen(entry.role, entry.weight, dimmed, thickness))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.left() + SWATCH * style.scale, y))
        painter.setFont(style.font(*KEY))
        painter.setPen(QColor(style.palette.muted if dimmed else style.palette.text))
        base = rect.top() + self._drop(rect.height(), *KEY)
        painter.drawText(QPointF(rect.left() + (SWATCH + 6) * style.scale, base), entry.name)


class Foot(QGraphicsItem):
    """Of an exported figure: settings at the left, the program's name at the right."""

    def __init__(self, style: Style, parent: QGraphicsItem, right: str) -> None:
        super().__init__(parent)
        self.style, self.right = style, right
        self.left = ""
        self._width = 0.0

    def show_figure(self, figure: Figure, width: float) -> None:
        self.prepareGeometryChange()
        self.left, self._width = figure.settings, width
        self.update()

    @property
    def height(self) -> float:
        return self.style.metrics(11).height()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._width, self.height)

    def paint(
        self, painter: QPainter | None, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None
    ) -> None:
        if painter is None:
            return
        metrics = self.style.metrics(11)
        painter.setFont(self.style.font(11))
        painter.setPen(QColor(self.style.palette.muted))
        right = metrics.horizontalAdvance(self.right)
        room = self._width - right - 20 * self.style.scale
        base = metrics.ascent()
        painter.drawText(QPointF(0, base), metrics.elidedText(self.left, Qt.TextElideMode.ElideRight, room))
        painter.drawText(QPointF(self._width - right, base), self.right)

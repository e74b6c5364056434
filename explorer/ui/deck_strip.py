"""The cards side by side: chosen by arrows, moved by dragging or with Ctrl, scrolled by the wheel."""

from PyQt6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QWidget

from explorer.core.deck import Card
from explorer.ui import card_view, theme
from explorer.ui.card_view import CardView

GAP = 4
MARGIN = 6
BAR = 10
HEIGHT = card_view.HEIGHT + 2 * MARGIN
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_BACK, _FORTH = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)


class DeckStrip(QScrollArea):
    """Shows the cards that it is given; says what the user wants with which of them (counted from 0)."""

    opened = pyqtSignal(int)
    renamed = pyqtSignal(int, str)
    moved = pyqtSignal(int, int)
    removed = pyqtSignal(int)
    menu_requested = pyqtSignal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(HEIGHT + BAR)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.cards: list[CardView] = []
        self.row = Row()
        self.setWidget(self.row)

    def show_cards(self, cards: tuple[Card, ...]) -> None:
        """Show these; the focus stays at its place."""
        for view in self.cards[len(cards) :]:
            view.hide()
            view.deleteLater()
        del self.cards[len(cards) :]
        for i, card in enumerate(cards):
            if i == len(self.cards):
                self.cards.append(self._make(i, card))
            elif (self.cards[i].card, self.cards[i].number) != (card, i + 1):
                self.cards[i].show_card(card, i + 1)
        self.row.resize(MARGIN + len(cards) * (card_view.WIDTH + GAP) + MARGIN, HEIGHT)

    def _make(self, i: int, card: Card) -> CardView:
        view = CardView(card, i + 1, self.row)
        view.move(_place(i), MARGIN)
        view.opened.connect(lambda: self.opened.emit(i))
        view.renamed.connect(lambda title: self.renamed.emit(i, title))
        view.menu_requested.connect(lambda at: self.menu_requested.emit(i, at))
        view.dragged.connect(self._on_card_dragged)
        view.dropped.connect(lambda: self._on_card_dropped(i))
        view.drag_cancelled.connect(lambda: self.row.show_gap(None))
        view.show()
        return view

    def focus_card(self, index: int) -> None:
        """Let the card, or the nearest that there is, have the focus and be seen."""
        if self.cards:
            view = self.cards[min(max(index, 0), len(self.cards) - 1)]
            view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.show_card(view)

    def show_card(self, view: CardView) -> None:
        self.ensureWidgetVisible(view, 2 * MARGIN, 0)

    @property
    def focused(self) -> int | None:
        return next((i for i, view in enumerate(self.cards) if view.hasFocus()), None)

    # --- dragging ------------------------------------------------------------------------------------------------
    def _on_card_dragged(self, at: QPointF) -> None:
        nearest = round((at.x() - MARGIN) / (card_view.WIDTH + GAP))
        self.row.show_gap(min(max(nearest, 0), len(self.cards)))
        self.ensureVisible(round(at.x()), 0, card_view.WIDTH // 2, 0)

    def _on_card_dropped(self, index: int) -> None:
        gap = self.row.gap
        self.row.show_gap(None)
        if gap is not None and gap not in (index, index + 1):
            self._move(index, gap if gap < index else gap - 1)

    def _move(self, index: int, to: int) -> None:
        if 0 <= to < len(self.cards):
            self.moved.emit(index, to)
            self.focus_card(to)

    # --- Qt ------------------------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Keys that the focused card left."""
        assert event is not None
        i, key = self.focused, Qt.Key(event.key())
        by = -1 if key in _BACK else 1 if key in _FORTH else 0
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if i is None:
            event.ignore()
        elif by and modifiers in (_CTRL, _ALT):
            self._move(i, i + by)
        elif not modifiers and by:
            self.focus_card(i + by)
        elif not modifiers and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.focus_card(0 if key == Qt.Key.Key_Home else len(self.cards))
        elif not modifiers and key == Qt.Key.Key_F2:
            self.cards[i].rename()
        elif not modifiers and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(i)
        else:
            event.ignore()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Any wheel goes sideways here."""
        bar = self.horizontalScrollBar()
        assert event is not None
        assert bar is not None
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        bar.setValue(bar.value() - (delta.x() or delta.y()))
        event.accept()


class Row(QWidget):
    """What is scrolled; a bar of ink shows where a dragged card would go."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("scrolled")
        self.gap: int | None = None

    def sizeHint(self) -> QSize:
        return self.size()

    def show_gap(self, gap: int | None) -> None:
        self.gap = gap
        self.update()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        if self.gap is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.current().ink))
        bar = QRectF(_place(self.gap) - GAP / 2 - 1.5, MARGIN + 4, 3, card_view.HEIGHT - 8)
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.end()


def _place(index: int) -> int:
    return MARGIN + index * (card_view.WIDTH + GAP)

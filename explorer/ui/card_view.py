"""One card of the deck: its picture, its number and its title, which can be typed over."""

from PyQt6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTextLayout,
    QTextOption,
)
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.core.deck import LONGEST_TITLE, Card
from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.draw.palette import mix
from explorer.registry import EXPERIMENTS
from explorer.ui import theme, thumbnails
from explorer.ui.buttons import PaintedButton
from explorer.ui.focus import has_ring, paint_ring

PADDING = 6
TITLE_TOP = PADDING + thumbnails.HEIGHT + 4
LINE = 15
WIDTH = thumbnails.WIDTH + 2 * PADDING
HEIGHT = TITLE_TOP + 2 * LINE + 3
NUMBER = 18
LETTERS = 11.5


class CardView(PaintedButton):
    """A click on the picture opens it; its title is edited by F2 or a double click."""

    opened = pyqtSignal()
    renamed = pyqtSignal(str)
    menu_requested = pyqtSignal(object)
    """With the place on the screen."""
    dragged = pyqtSignal(object)
    """With the place of the pointer in the parent."""
    dropped = pyqtSignal()
    drag_cancelled = pyqtSignal()

    def __init__(self, card: Card, number: int, parent: QWidget) -> None:
        super().__init__("", parent)
        self.resize(WIDTH, HEIGHT)
        self.editor = QLineEdit(self)
        self.editor.setFont(font(LETTERS))
        self.editor.setMaxLength(LONGEST_TITLE)
        self.editor.setGeometry(2, TITLE_TOP - 1, WIDTH - 4, 26)
        self.editor.hide()
        self.editor.editingFinished.connect(self._on_editor_editing_finished)
        self._pressed_at: QPointF | None = None
        self.is_dragged = False
        self._pixmaps: dict[str, QPixmap | None] = {}
        self.show_card(card, number)

    def show_card(self, card: Card, number: int) -> None:
        self.card, self.number = card, number
        self.setObjectName(f"card{number}")
        self._pixmaps.clear()
        session, spec = card.session, EXPERIMENTS[card.session.experiment]
        where = _("{experiment}, step {step}").format(experiment=spec.label, step=session.step)
        about = f"{where} · {card.panel}" if card.panel else where
        self.setToolTip("\n\n".join(part for part in (f"{card.title}\n{about}", card.note) if part))
        self.setAccessibleName(f"{number}: {card.title}")
        self.setAccessibleDescription(about)
        self.update()

    def look_again(self) -> None:
        """Take another look for the picture: it may have been drawn meanwhile."""
        self._pixmaps.clear()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, HEIGHT)

    # --- renaming ------------------------------------------------------------------------------------------------
    def rename(self) -> None:
        """Let the user type a title."""
        self.editor.setText(self.card.title)
        self.editor.show()
        self.editor.setFocus()
        self.editor.selectAll()

    def _on_editor_editing_finished(self) -> None:
        if not self.editor.isHidden():
            had_focus = self.editor.hasFocus()
            self.editor.hide()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            if self.editor.isModified():
                self.renamed.emit(self.editor.text())

    def event(self, event: QEvent | None) -> bool:
        """Esc leaves the title, or the place, as it was."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if not is_escape or (self.editor.isHidden() and not self.is_dragged):
            return super().event(event)
        assert event is not None
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self._cancel()
        return True

    def _cancel(self) -> None:
        if self.is_dragged:
            self._end_drag()
            self.drag_cancelled.emit()
        else:
            self.editor.setModified(False)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- mouse ---------------------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._pressed_at is None:
            return
        far = (event.position() - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self.is_dragged or far:
            self.is_dragged = True
            self.dragged.emit(self.mapToParent(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        was_dragged, on_picture = self.is_dragged, event.position().y() < TITLE_TOP
        self._end_drag()
        if was_dragged:
            self.dropped.emit()
        elif on_picture and QRectF(self.rect()).contains(event.position()):
            self.opened.emit()

    def _end_drag(self) -> None:
        self.is_dragged, self._pressed_at = False, None
        self.update()

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:
        self.rename()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        assert event is not None
        self.menu_requested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter and Space open it; the strip and the panel know the other keys."""
        assert event is not None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self.opened.emit()
        else:
            event.ignore()

    # --- painting ------------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        if self.is_dragged:
            painter.setOpacity(0.4)
        elif self.hasFocus() or self.underMouse():
            painter.setBrush(QColor(palette.pressed if self.hasFocus() else palette.hover))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        self._paint_picture(painter)
        self._paint_number(painter)
        if self.editor.isHidden():
            self._paint_title(painter)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()), 6)
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        palette = theme.current()
        place = QRectF(PADDING, PADDING, thumbnails.WIDTH, thumbnails.HEIGHT)
        pixmap = self.picture()
        if pixmap is not None:
            painter.drawPixmap(place.topLeft(), pixmap)
        else:
            painter.fillRect(place, QColor(palette.paper))
            painter.setFont(font(LETTERS, 500))
            painter.setPen(QColor(palette.muted))
            label = EXPERIMENTS[self.card.session.experiment].label
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(palette.border), 1))
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def picture(self) -> QPixmap | None:
        """In the colours of the theme; None where it has not been drawn."""
        name = theme.current().name
        if name not in self._pixmaps:
            self._pixmaps[name] = thumbnails.load(self.card, name, self.devicePixelRatioF())
        return self._pixmaps[name]

    def _paint_number(self, painter: QPainter) -> None:
        """In the corner of the picture, on a ground that any picture leaves readable."""
        palette = theme.current()
        text = str(self.number)
        width = max(NUMBER, metrics(11, 600).horizontalAdvance(text) + 10)
        place = QRectF(PADDING + 4, PADDING + 4, width, NUMBER)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(palette.paper, palette.ink, 0.9)))
        painter.drawRoundedRect(place, 5, 5)
        painter.setFont(font(11, 600))
        painter.setPen(QColor(palette.on_ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_title(self, painter: QPainter) -> None:
        """Two lines; what does not fit ends in an ellipsis."""
        measure = metrics(LETTERS)
        painter.setFont(font(LETTERS))
        painter.setPen(QColor(theme.current().text))
        for i, line in enumerate(_lines(self.card.title, measure)):
            painter.drawText(QPointF(PADDING, TITLE_TOP + i * LINE + measure.ascent()), line)


def _lines(title: str, measure: QFontMetricsF) -> list[str]:
    """Break a title into at most two lines as wide as the picture."""
    layout = QTextLayout(title, font(LETTERS))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    first = layout.createLine()
    if not first.isValid():
        return []
    first.setLineWidth(thumbnails.WIDTH)
    layout.endLayout()
    end = first.textLength()
    rest = measure.elidedText(title[end:].strip(), Qt.TextElideMode.ElideRight, thumbnails.WIDTH)
    return [line for line in (title[:end].rstrip(), rest) if line]

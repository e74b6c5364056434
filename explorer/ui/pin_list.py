"""The list of pinned runs under the figure: what they are called, how far they came, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from explorer.core.finals import Final
from explorer.core.i18n import _
from explorer.core.wording import number
from explorer.draw.fonts import font, metrics
from explorer.draw.palette import mix
from explorer.draw.style import PINNED
from explorer.ui import theme
from explorer.ui.buttons import IconButton, PaintedButton
from explorer.ui.focus import has_ring, paint_ring
from explorer.ui.groups import GroupHeader
from explorer.ui.pins import Pin
from explorer.ui.player import count_text

ROW = 26
LEFT, BADGE, GAP = 20.0, 18.0, 10.0
NAME_SHARE, NAME_LEAST, NAME_MOST = 0.32, 130.0, 380.0
STEP, TIME = 74.0, 64.0
TOOLS = 3 * 26 + 8


@dataclass(frozen=True)
class PinText:
    """What a row says of its pin, all of it computed."""

    name: str
    step: int
    seconds: float
    finals: tuple[Final, ...]
    headline: str


class PinRow(PaintedButton):
    """Number, name, step, seconds of computing, final values; a click recalls the run."""

    renamed = pyqtSignal(str)
    shown_toggled = pyqtSignal(bool)
    removed = pyqtSignal()

    def __init__(self, pin: Pin) -> None:
        super().__init__()
        self.pin = pin
        self.setObjectName(f"pin{pin.number}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._text = PinText("", 0, 0.0, (), "")
        self.editor = QLineEdit(self)
        self.editor.setFont(font(12.5))
        self.editor.hide()
        self.editor.editingFinished.connect(self._on_editor_editing_finished)
        self.eye_button = IconButton("eye" if pin.shown else "eye-off", _("Hide") if pin.shown else _("Show"), 26, 15)
        self.rename_button = IconButton("pencil", _("Rename"), 26, 15)
        self.remove_button = IconButton("x", _("Remove"), 26, 15)
        self.eye_button.clicked.connect(lambda: self.shown_toggled.emit(not pin.shown))
        self.rename_button.clicked.connect(self.rename)
        self.remove_button.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(0)
        row.addStretch(1)
        for button in (self.eye_button, self.rename_button, self.remove_button):
            row.addWidget(button)

    def sizeHint(self) -> QSize:
        return QSize(400, ROW)

    def show_text(self, text: PinText) -> None:
        """Say what there is to say of the pin."""
        if text == self._text:
            return
        self._text = text
        self.setText(text.name)
        values = "\n".join(f"{final.name}: {number(final.value)}" for final in text.finals)
        title = f"{text.finals[0].panel}:\n" if text.finals else ""
        self.setToolTip(f"{_('Recall this run')}\n\n{text.name}\n{text.headline}\n\n{title}{values}".rstrip())
        self.setAccessibleName(_("Recall {name}").format(name=text.name))
        self.setAccessibleDescription(text.headline)
        self.update()

    # --- renaming ---------------------------------------------------------------------------------------------
    def rename(self) -> None:
        """Let the user type a name."""
        self.editor.setText(self._text.name)
        self.editor.setGeometry(self._name_rect().adjusted(-7, 1, 0, -1).toRect())
        self.editor.show()
        self.editor.setFocus()
        self.editor.selectAll()

    def _on_editor_editing_finished(self) -> None:
        if not self.editor.isHidden():
            self.editor.hide()
            if self.editor.isModified():
                self.renamed.emit(self.editor.text())

    def event(self, event: QEvent | None) -> bool:
        """Esc leaves the name as it was."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and not self.editor.isHidden():
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.editor.setModified(False)
                self.setFocus()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        assert event is not None
        if event.key() == Qt.Key.Key_F2:
            self.rename()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.editor.setGeometry(self._name_rect().adjusted(-7, 1, 0, -1).toRect())

    # --- looks ------------------------------------------------------------------------------------------------
    def _name_rect(self) -> QRectF:
        width = min(max(self.width() * NAME_SHARE, NAME_LEAST), NAME_MOST)
        return QRectF(LEFT + BADGE + GAP, 0, width, self.height())

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, palette = self.painter(), theme.current()
        if self.underMouse():
            painter.setBrush(QColor(palette.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(LEFT - 6, 0, -6, 0), 5, 5)
        self._paint_badge(painter)
        name = self._name_rect()
        step = QRectF(name.right() + GAP, 0, STEP, self.height())
        time = QRectF(step.right() + GAP, 0, TIME, self.height())
        shade = palette.text if self.pin.shown else palette.muted
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        _write(painter, name, self._text.name, QColor(shade), left, 500)
        _write(painter, step, _("step {n}").format(n=count_text(self._text.step)), QColor(palette.muted), right)
        _write(painter, time, seconds_text(self._text.seconds), QColor(palette.muted), right)
        self._paint_finals(painter, time.right() + 2 * GAP)
        if has_ring(self):
            paint_ring(painter, QRectF(self.rect()).adjusted(LEFT - 6, 0, -6, 0), 5)
        painter.end()

    def _paint_badge(self, painter: QPainter) -> None:
        """The number that its curves have too."""
        palette = theme.current()
        line = mix(palette.window, palette.ink, PINNED)
        painter.setPen(QColor(line))
        painter.setBrush(QColor(line if self.pin.shown else palette.window))
        badge = QRectF(LEFT + 0.5, (self.height() - BADGE) / 2 + 0.5, BADGE - 1, BADGE - 1)
        painter.drawEllipse(badge)
        colour = QColor(palette.paper if self.pin.shown else palette.muted)
        _write(painter, badge, str(self.pin.number), colour, Qt.AlignmentFlag.AlignHCenter, 600)

    def _paint_finals(self, painter: QPainter, x: float) -> None:
        """Each value in the colour of its curve, as many as there is room for."""
        palette, end = theme.current(), self.width() - TOOLS
        measure, muted = metrics(12), QColor(palette.muted)
        title = self._text.finals[0].panel if self._text.finals else ""
        texts = [(title, muted), *((number(f.value), QColor(palette.text_colour(f.role))) for f in self._text.finals)]
        for i, (text, colour) in enumerate(texts):
            width = measure.horizontalAdvance(text)
            if x + width + (measure.horizontalAdvance(" …") if i < len(texts) - 1 else 0) > end:
                _write(painter, QRectF(x, 0, 20, self.height()), "…", muted, Qt.AlignmentFlag.AlignLeft)
                return
            _write(painter, QRectF(x, 0, width + 1, self.height()), text, colour, Qt.AlignmentFlag.AlignLeft)
            x += width + GAP


def _write(
    painter: QPainter, rect: QRectF, text: str, colour: QColor, side: Qt.AlignmentFlag, weight: int = 400
) -> None:
    painter.setFont(font(12, weight))
    painter.setPen(colour)
    shown = metrics(12, weight).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 1)
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, shown)


class PinList(QWidget):
    """Folds to one line; hidden while nothing is pinned."""

    recalled = pyqtSignal(int)
    renamed = pyqtSignal(int, str)
    shown_toggled = pyqtSignal(int, bool)
    removed = pyqtSignal(int)
    folded = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rows: list[PinRow] = []
        self._allowed = True
        self.header = GroupHeader(_("Pinned runs"))
        self.header.toggled.connect(self._on_header_toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 5, 0, 5)
        self._column.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(int(LEFT), 0, 14, 0)
        line.addWidget(self.header)
        self._column.addLayout(line)
        self.hide()

    def show_pins(self, pins: Sequence[Pin]) -> None:
        """Make the rows anew."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._make_row(pin) for pin in pins]
        self.set_allowed(self._allowed)
        self._show_rows()

    def set_allowed(self, allowed: bool) -> None:
        """Be there, if there are pins; or not at all."""
        self._allowed = allowed
        self.setVisible(allowed and bool(self.rows))

    def _make_row(self, pin: Pin) -> PinRow:
        row = PinRow(pin)
        row.clicked.connect(lambda: self.recalled.emit(pin.number))
        row.renamed.connect(lambda name: self.renamed.emit(pin.number, name))
        row.shown_toggled.connect(lambda shown: self.shown_toggled.emit(pin.number, shown))
        row.removed.connect(lambda: self.removed.emit(pin.number))
        self._column.addWidget(row)
        return row

    def show_texts(self, texts: Sequence[PinText]) -> None:
        """Say what every row has to say, in the order of the pins."""
        for row, text in zip(self.rows, texts, strict=True):
            row.show_text(text)
        self._summarize()

    def set_folded(self, folded: bool) -> None:
        self.header.setChecked(not folded)

    def _on_header_toggled(self, opened: bool) -> None:
        self._show_rows()
        self.folded.emit(not opened)

    def _show_rows(self) -> None:
        for row in self.rows:
            row.setVisible(self.header.isChecked())
        self._summarize()

    def _summarize(self) -> None:
        names = " · ".join(f"{row.pin.number}: {row.text()}" for row in self.rows)
        self.header.set_summary("" if self.header.isChecked() else names)


def seconds_text(seconds: float) -> str:
    """Write 0.24 s, 3.1 s, 12 s, 3 min 20 s."""
    if seconds < 99.5:
        return f"{seconds:.{2 if seconds < 0.995 else 1 if seconds < 9.95 else 0}f} s"
    return _("{minutes} min {seconds} s").format(minutes=round(seconds) // 60, seconds=round(seconds) % 60)

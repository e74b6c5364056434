"""One row of the control panel: the label of a field and the editor that suits its kind."""

import shlex
from html import escape
from typing import Any

from PyQt6.QtCore import QPointF, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Field, HyperparamError
from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.ui import segments, theme
from explorer.ui.boxes import ChoiceBox
from explorer.ui.chips import Chips
from explorer.ui.entries import Entry, restyle
from explorer.ui.icons import icon_pixmap
from explorer.ui.labels import paragraph
from explorer.ui.numbers import NumberEditor
from explorer.ui.segments import Segments
from explorer.ui.switches import Switch

HEIGHT = 28
INDENT = 19
LABEL = 92
GAP = 8
EDITOR = 157
"""Width of an editor in a panel of 300."""
BAR = QRectF(8, 7, 2.5, 14)
BOLT = 11

Editor = NumberEditor | Entry | Switch | Segments | ChoiceBox | Chips


def editor_of(field: Field) -> Editor:
    """Make the editor for a field's kind."""
    if field.kind == "choice":
        return Segments(field) if segments.fits(field, EDITOR) else ChoiceBox(field)
    kinds: dict[str, type[Editor]] = {"bool": Switch, "choices": Chips, "text": Entry}
    return kinds.get(field.kind, NumberEditor)(field)


class Row(QWidget):
    """Label, editor, and what goes with both: mistakes, reset, context menu, tooltip, the bar of a changed value."""

    value_picked = pyqtSignal(str, object)
    gesture_began = pyqtSignal()
    """What follows is not part of what went before: undo keeps them apart."""

    def __init__(self, field: Field, option: str, labelled: bool = True) -> None:
        """`option` is the command line's for this kind of field: "--set" or "--view"."""
        super().__init__()
        self.field, self._option, self._value = field, option, field.default
        self.used = True
        self._wide = field.kind == "choices"
        self._labelled = labelled
        self.editor = editor_of(field)
        self._mistake = paragraph(px=12, tone="error")
        self._mistake.setContentsMargins(INDENT + 2, 0, 0, 4)
        self._mistake.hide()
        self._lay_out()
        self.setToolTip(self._tip())
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        line = QHBoxLayout()
        if self._wide:
            line.setContentsMargins(4, HEIGHT - 4 if self._labelled else 2, 0, 2)
        else:
            line.setContentsMargins(INDENT + LABEL + GAP, 2, 0, 2)
        alignment = Qt.AlignmentFlag.AlignRight if isinstance(self.editor, Switch) else Qt.AlignmentFlag(0)
        line.addWidget(self.editor, 0 if isinstance(self.editor, Switch) else 1, alignment)
        column.addLayout(line)
        column.addWidget(self._mistake)

    def _connect(self) -> None:
        self.editor.value_picked.connect(self.pick)
        if isinstance(self.editor, (NumberEditor, Entry)):
            self.editor.mistaken.connect(self.show_mistake)
            self.editor.reverted.connect(self._mistake.hide)
        if isinstance(self.editor, NumberEditor):
            self.editor.gesture_began.connect(self.gesture_began)

    # --- values -----------------------------------------------------------------------------------------------
    def set_value(self, value: Any) -> None:
        """Show a value; a mistake that stood there is gone."""
        self._value = value
        self.editor.set_value(value)
        self._mistake.hide()
        self.update()

    @property
    def value(self) -> Any:
        return self._value

    def focus_target(self, choice: str = "") -> QWidget:
        """Return what the keyboard goes to: the field to type in, the button of a choice or of what is chosen."""
        if isinstance(self.editor, NumberEditor):
            return self.editor.entry
        buttons = self.editor.findChildren(QAbstractButton)
        chosen = choice or (self._value if self.field.kind == "choice" else "")
        return next((b for b in buttons if b.objectName() == chosen), buttons[0] if buttons else self.editor)

    def set_used(self, used: bool) -> None:
        """Fade the row where its value does not matter now; it can still be edited."""
        if used == self.used:
            return
        self.used = used
        for widget in (self, self.editor, *self.editor.findChildren(QWidget)):
            widget.setProperty("dimmed", not used)
            if isinstance(widget, QLineEdit):
                restyle(widget)
            widget.update()
        self.setToolTip(self._tip())

    def show_mistake(self, text: str) -> None:
        self._mistake.setText(text)
        self._mistake.show()

    @property
    def mistake(self) -> str:
        """What is said under the row; "" where all is well."""
        return "" if self._mistake.isHidden() else self._mistake.text()

    def pick(self, value: Any) -> None:
        """Take what a user picked, or say under the row why it cannot be."""
        try:
            value = hp.check(self.field, value)
        except HyperparamError as error:
            self.editor.set_value(self._value)
            self.show_mistake(str(error).removeprefix(f"{self.field.name}: "))
            return
        self._mistake.hide()
        if not isinstance(self.editor, NumberEditor):
            self.gesture_began.emit()
        self.value_picked.emit(self.field.name, value)

    def reset(self) -> None:
        """Go back to the default."""
        self.gesture_began.emit()
        self.set_value(self._value)
        self.value_picked.emit(self.field.name, self.field.default)
        self.gesture_began.emit()

    # --- mouse and menu ---------------------------------------------------------------------------------------
    def _label_rect(self) -> QRect:
        if not self._labelled:
            return QRect()
        return QRect(0, 0, self.width() if self._wide else INDENT + LABEL, HEIGHT)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        assert event is not None
        if self._label_rect().contains(event.position().toPoint()):
            self.reset()

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        assert event is not None
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Make the context menu: reset, copy, paste."""
        menu = QMenu(self)
        reset = menu.addAction(_("Reset to {default}").format(default=self._text(self.field.default)), self.reset)
        assert reset is not None
        reset.setEnabled(self._value != self.field.default)
        menu.addSeparator()
        menu.addAction(_("Copy value"), lambda: _copy(hp.text_of(self.field, self._value)))
        menu.addAction(_("Copy as command-line option"), lambda: _copy(self.option_text()))
        menu.addAction(_("Paste value"), self._paste)
        return menu

    def option_text(self) -> str:
        """Return what sets this value on the command line, as `--set lr=0.1`."""
        return f"{self._option} {shlex.quote(f'{self.field.name}={hp.text_of(self.field, self._value)}')}"

    def _paste(self) -> None:
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        try:
            value = hp.parse(self.field, clipboard.text())
        except HyperparamError as error:
            self.show_mistake(str(error).removeprefix(f"{self.field.name}: "))
            return
        self.editor.set_value(value)
        self.pick(value)

    # --- words and looks --------------------------------------------------------------------------------------
    def _text(self, value: Any) -> str:
        return value_text(self.field, value)

    def _tip(self) -> str:
        field = self.field
        facts = [escape(field.help)] if field.help else []
        if field.kind in ("float", "int"):
            facts.append(_("Range: {allowed}").format(allowed=escape(hp.allowed(field))))
        facts.append(_("Default: {default}").format(default=escape(self._text(field.default))))
        if self._option == "--view":
            facts.append(_("Changes only what is drawn"))
        else:
            facts.append(_("Applied to the running run") if field.live else _("A change starts a new run"))
        if not self.used:
            facts.append(_("Has no effect with the present settings"))
        return f"<b>{escape(field.label)}</b> ({escape(field.name)})<br>" + "<br>".join(facts)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._value != self.field.default:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.current().ink))
            painter.drawRoundedRect(BAR.translated(-11, 0) if self._wide else BAR, 1.2, 1.2)
        if self._labelled:
            self._paint_label(painter)
        painter.end()

    def _paint_label(self, painter: QPainter) -> None:
        palette, measure = theme.current(), metrics(12.5)
        room = (self.width() - INDENT if self._wide else LABEL + GAP - 2) - (BOLT + 4 if self.field.live else 0)
        text = measure.elidedText(self.field.label, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font(12.5))
        painter.setPen(theme.shade(self, palette.text))
        painter.drawText(QRectF(INDENT, 0, room + 1, HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
        if self.field.live:
            bolt = icon_pixmap("zap", theme.shade(self, palette.muted).name(), BOLT, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(INDENT + measure.horizontalAdvance(text) + 4, (HEIGHT - BOLT) / 2), bolt)


def value_text(field: Field, value: Any) -> str:
    """Return a value in words for people: labels of choices, on and off."""
    if field.kind == "bool":
        return _("on") if value else _("off")
    if field.kind == "choice":
        return field.choice(value).label
    if field.kind == "choices":
        return ", ".join(field.choice(name).label for name in value)
    text = hp.text_of(field, value)
    return f"{text} {field.unit}" if field.unit else text


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText(text)

"""Python with colours, to be read, searched and copied."""

from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String
from PyQt6.QtCore import QEvent
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QKeySequence,
    QShortcut,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PyQt6.QtWidgets import QPlainTextEdit

from explorer.draw.palette import Palette
from explorer.ui.theme import current

HUES = (
    (Comment, ""),
    (String.Interpol, None),
    (String, "green"),
    (Number, "orange"),
    (Operator.Word, "purple"),
    (Keyword, "purple"),
    (Name.Function, "blue"),
    (Name.Class, "blue"),
    (Name.Decorator, "pink"),
    (Name.Builtin, "cyan"),
)
"""Of Pygments' kinds of token, the first that fits; "" is muted, None as other text."""


class CodeView(QPlainTextEdit):
    """Read only; Ctrl and plus or minus change the size."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setCenterOnScroll(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(10.5)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.setFont(font)
        self._colours = _Colours(self)
        for keys, change in (("Ctrl++", self.zoomIn), ("Ctrl+=", self.zoomIn), ("Ctrl+-", self.zoomOut)):
            QShortcut(QKeySequence(keys), self, lambda c=change: c(1))

    @property
    def text(self) -> str:
        return self.toPlainText()

    def show_text(self, text: str) -> None:
        """Show another text at the same place."""
        if text == self.text:
            return
        bar = self.verticalScrollBar()
        assert bar is not None
        place = bar.value()
        self._colours.learn(text)
        self.setPlainText(text)
        bar.setValue(place)

    def find_next(self, wanted: str) -> bool:
        """Select the next occurrence, from the start again after the last; return whether there is one."""
        if self.find(wanted):
            return True
        before = self.textCursor()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        if self.find(wanted):
            return True
        self.setTextCursor(before)
        return False

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._colours.rehighlight()


class _Colours(QSyntaxHighlighter):
    """Colours each line by what Pygments found in the whole text."""

    def __init__(self, view: CodeView) -> None:
        super().__init__(view.document())
        self._lines: list[list[tuple[int, int, str]]] = []

    def learn(self, text: str) -> None:
        """Take in the text that will be shown."""
        self._lines = [[]]
        column = 0
        for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
            hue = _hue(kind)
            for i, part in enumerate(value.split("\n")):
                if i:
                    self._lines.append([])
                    column = 0
                if part and hue is not None:
                    self._lines[-1].append((column, len(part), hue))
                column += len(part)

    def highlightBlock(self, _text: str | None) -> None:
        number = self.currentBlock().blockNumber()
        for start, length, hue in self._lines[number] if number < len(self._lines) else ():
            self.setFormat(start, length, _format(hue, current()))


def _hue(kind: Any) -> str | None:
    return next((hue for family, hue in HUES if kind in family), None)


def _format(hue: str, palette: Palette) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(QColor(palette.series_text.get(hue, palette.series[hue]) if hue else palette.muted))
    look.setFontItalic(not hue)
    return look

"""A small window of words: the keys."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from explorer.core.i18n import _
from explorer.ui.actions import keys_text

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow


def show_keys(window: "MainWindow") -> None:
    _show(window, _("Keys"), keys_text(), (520, 640))


def _show(window: "MainWindow", title: str, markdown: str, size: tuple[int, int]) -> None:
    dialog = QDialog(window)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    text = QTextBrowser()
    text.setMarkdown(markdown)
    text.setFrameShape(QTextBrowser.Shape.NoFrame)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.resize(*size)
    dialog.open()

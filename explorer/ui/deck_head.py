"""At the left of the deck: what it is, how many figures it has, and what can be done with all of them."""

from PyQt6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from explorer.core.i18n import _
from explorer.draw.fonts import font
from explorer.ui.buttons import IconButton
from explorer.ui.labels import label

WIDTH = 168


class DeckHead(QWidget):
    """Words and buttons; the panel knows what they do."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.count = label(px=11.5, tone="muted")
        self.export_button = QPushButton(_("Export…"))
        self.export_button.setFont(font(12.5))
        self.undo_button = IconButton("undo-2", _("Undo"), 26, 16)
        self.menu_button = IconButton("ellipsis", _("More"), 26, 16)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        buttons.addWidget(self.export_button)
        buttons.addStretch(1)
        buttons.addWidget(self.undo_button)
        buttons.addWidget(self.menu_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 10, 16)
        column.setSpacing(2)
        column.addWidget(label(_("Deck"), 13, 600))
        column.addWidget(self.count)
        column.addStretch(1)
        column.addLayout(buttons)

    def show_state(self, n: int, can_undo: bool) -> None:
        """Say how many figures there are."""
        self.count.setText(figures_text(n) if n else _("no figures yet"))
        self.export_button.setEnabled(n > 0)
        self.undo_button.setEnabled(can_undo)


def figures_text(n: int) -> str:
    return _("1 figure") if n == 1 else _("{n} figures").format(n=n)

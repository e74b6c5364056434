"""Labels of one size, weight and tone."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QWidget

from explorer.draw.fonts import font


def label(text: str = "", px: float = 12.5, weight: int = 400, tone: str = "", parent: QWidget | None = None) -> QLabel:
    """Make a label of plain text; tone is "" (text), "muted" or "error"."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(font(px, weight))
    if tone:
        made.setProperty("tone", tone)
    return made


def paragraph(text: str = "", px: float = 12.5, weight: int = 400, tone: str = "") -> QLabel:
    """Make a label that wraps its lines."""
    made = label(text, px, weight, tone)
    made.setWordWrap(True)
    return made

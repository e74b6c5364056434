"""Small pictures of cards, kept in the user's cache: by what is shown, not by title or place. Losing one is no harm."""

import contextlib
import hashlib
from pathlib import Path

from platformdirs import user_cache_path
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage, QPixmap

from explorer.core.deck import Card
from explorer.core.figure import Figure
from explorer.core.files import WriteError, write_atomically
from explorer.core.session import dumps

WIDTH, HEIGHT = 144, 81
"""On the screen, px."""
KEPT = (384, 216)
"""In the file, px: enough for screens of high density."""
MOST_FILES = 2000


def folder() -> Path:
    return user_cache_path("explorer", appauthor=False) / "thumbnails"


def path_of(card: Card, theme: str) -> Path:
    shown = hashlib.sha256(f"{card.panel}\n{dumps(card.session)}".encode()).hexdigest()[:32]
    return folder() / f"{shown}-{theme}.png"


def load(card: Card, theme: str, ratio: float) -> QPixmap | None:
    """Return the picture of a card in a theme's colours, for a screen of that density; None where there is none."""
    image = QImage()
    with contextlib.suppress(OSError):
        image.loadFromData(path_of(card, theme).read_bytes())  # from the data: a broken file is no warning
    if image.isNull():
        return None
    size = (round(WIDTH * ratio), round(HEIGHT * ratio))
    smooth = Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(image.scaled(*size, transformMode=smooth))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def keep(card: Card, figure: Figure, theme: str) -> None:
    """Draw the card's figure small, where that has not been done."""
    from explorer.export.look import Look  # late: the window is there at once
    from explorer.export.picture import png_bytes

    path = path_of(card, theme)
    if path.exists():
        return
    look = Look(KEPT, theme, type="quarter", title=False, legend=False, caption=False)
    data = png_bytes(figure, None, card.session, look)
    with contextlib.suppress(OSError, WriteError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
        _forget_oldest(path.parent)


def _forget_oldest(kept: Path) -> None:
    files = sorted(kept.glob("*.png"), key=lambda file: file.stat().st_mtime)
    for file in files[:-MOST_FILES]:
        file.unlink()

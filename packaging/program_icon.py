"""The program's icon as files of other kinds, drawn by Qt from resources/explorer.svg. Needs no screen."""

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer

SVG = Path(__file__).parents[1] / "resources" / "explorer.svg"
SIZES = {".ico": 256, ".icns": 512}
"""In px; both systems scale it down."""


def written(path: Path, size: int = 0) -> str:
    """Write the icon as what the suffix says (.png, .ico, .icns), `size` px a side; return the path."""
    side = size or SIZES[path.suffix]
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path)):
        raise OSError(f"Qt could not write {path}")
    return str(path)

"""The Lucide icons of `resources/icons`, drawn in the colours of the theme that is worn when they are painted."""

from functools import cache

from PyQt6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from explorer.core.resources import RESOURCES
from explorer.ui import theme


@cache
def icon_pixmap(name: str, colour: str, size: float, dpr: float = 1.0, stroke: float = 1.75) -> QPixmap:
    """Return an icon of `size` px in one colour for a screen of that device pixel ratio."""
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, colour, stroke).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


@cache
def _renderer(name: str, colour: str, stroke: float) -> QSvgRenderer:
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf8")
    svg = svg.replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke}"')
    return QSvgRenderer(QByteArray(svg.encode()))


def icon(name: str) -> QIcon:
    """Return an icon that follows the theme, for actions and buttons."""
    return QIcon(_ThemedIcon(name))


class _ThemedIcon(QIconEngine):
    """Muted; in the colour of text where it is checked; faint where it is disabled."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def clone(self) -> QIconEngine:
        return _ThemedIcon(self._name)

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        palette = theme.current()
        if mode == QIcon.Mode.Disabled:
            return palette.faint
        return palette.text if state == QIcon.State.On else palette.muted

    def paint(self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        assert painter is not None
        device = painter.device()
        dpr = device.devicePixelRatio() if device else 1.0
        painter.drawPixmap(rect.topLeft(), icon_pixmap(self._name, self._colour(mode, state), rect.width(), dpr))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return icon_pixmap(self._name, self._colour(mode, state), min(size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Qt asks for device pixels here and sets the ratio itself."""
        return icon_pixmap(self._name, self._colour(mode, state), min(size.width(), size.height()))

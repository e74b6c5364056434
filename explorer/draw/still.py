"""A picture of what rarely changes, in the pixels of the screen: painting it again costs no more than an image."""

from collections.abc import Callable

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QImage, QPainter


class Still:
    """Keeps what was painted last, until told to forget it or shown on other pixels."""

    def __init__(self) -> None:
        self._image: QImage | None = None
        self._known: tuple[object, ...] = ()

    def forget(self) -> None:
        self._image = None

    def paint(self, painter: QPainter, bounds: QRectF, draw: Callable[[QPainter], None]) -> None:
        """Paint what `draw` paints within `bounds`, pixel by pixel the same."""
        device = painter.deviceTransform()
        place = device.mapRect(bounds).toAlignedRect()
        known = (place.size(), device.m11(), device.dx() % 1, device.dy() % 1, bounds)
        if self._image is None or known != self._known:
            self._known = known
            self._image = QImage(place.size(), QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._image)
            inner.setRenderHints(painter.renderHints())
            inner.translate(-place.x(), -place.y())
            inner.setTransform(device, combine=True)
            draw(inner)
            inner.end()
        ratio = painter.device().devicePixelRatioF()  # type: ignore[union-attr]
        self._image.setDevicePixelRatio(ratio)
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(place.x() / ratio, place.y() / ratio), self._image)
        painter.restore()

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
        painter.save()
        painter.resetTransform()
        to_device = painter.deviceTransform()  # of a window: where in it the widget is, and its pixels per unit
        self._image.setDevicePixelRatio(to_device.m11())
        painter.drawImage(to_device.inverted()[0].map(QPointF(place.topLeft())), self._image)
        painter.restore()

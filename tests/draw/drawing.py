"""What tests look at: figures of one panel, and the pixels of what was drawn."""

from PyQt6.QtGui import QColor, QImage, QPainter

from explorer.core.figure import Axis, Figure, KeyEntry, Panel
from explorer.core.roles import Role
from explorer.draw.figure_canvas import FigureCanvas

BLUE, ORANGE = Role("blue"), Role("orange")


def image_of(canvas: FigureCanvas) -> QImage:
    scene = canvas.scene()
    image = QImage(int(scene.width()), int(scene.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(canvas.style.palette.paper))
    painter = QPainter(image)
    scene.render(painter)
    painter.end()
    return image


def one(*marks, x=None, y=None, **about) -> Figure:
    panel = Panel("only", "Title", "quantity", x or Axis("x"), y or Axis(), marks, **about)
    return Figure("Headline", "settings", (KeyEntry("a", BLUE),), (panel,))


def pixel_at(canvas: FigureCanvas, x: float, y: float, key: str = "only") -> str:
    item = canvas.panels[key]
    place = item.pos() + type(item.pos())(float(item.area.x.px(x)), float(item.area.y.px(y)))
    return image_of(canvas).pixelColor(int(place.x()), int(place.y())).name().upper()

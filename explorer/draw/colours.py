"""Values as colours: the scale that heat maps and chains share, and the bar that explains it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from explorer.core.figure import Chain, HeatMap
from explorer.draw.area import to_view
from explorer.draw.palette import SHADES, Palette, mix, ramp
from explorer.draw.style import Style, draws_vectors

TEXT = 10.5
BAR_HEIGHT = 7.0
LEAST_LENGTH, LENGTH, LONGEST = 24.0, 66.0, 120.0
WIDE_FROM = 600.0
"""Panels of more px have the longest bar."""
GAP = 6.0
HUE_SHARE = 0.5
FINE, SMOOTH = 4, 1
"""Samples per px at scale 1 in PDF and SVG: whoever smooths its images then blurs a quarter of a px. Of a loss surface,
which has no steps, a px that is blurred is not seen: fewer samples are written in a third of the time."""


@dataclass(frozen=True)
class ColourScale:
    """Which colour a value has: that of the low end at `low` and below, of the high end at `high` and above."""

    colours: str
    low: float
    high: float
    log: bool
    low_text: str
    high_text: str

    @classmethod
    def of(cls, mark: HeatMap | Chain) -> "ColourScale":
        return cls(mark.colours, mark.low, mark.high, mark.log, mark.low_text, mark.high_text)

    def shades(self, values: ArrayLike) -> NDArray[np.intp]:
        """Shade of each value, 0 … SHADES - 1; SHADES itself where there is none (nan)."""
        values = np.asarray(values, float)
        if self.log:
            values = np.where(values == 0, -np.inf, to_view(values, True))  # zero lies below everything
        low, high = to_view((self.low, self.high), self.log).tolist()
        with np.errstate(invalid="ignore", over="ignore"):
            share = ((values - low) / (high - low)).clip(0, 1) * (SHADES - 1)
        return np.where(np.isnan(share), SHADES, np.rint(share)).astype(np.intp)

    def image(self, values: NDArray[np.floating], palette: Palette) -> QImage:
        """One pixel per value (n_rows, n_columns), the first row on top; where there is no value, paper."""
        return image_of(packed(palette, self.colours)[self.shades(values)])

    def colour(self, value: float, palette: Palette) -> QColor:
        return QColor(int(packed(palette, self.colours)[int(self.shades(value))]))


def packed(palette: Palette, colours: str) -> NDArray[np.uint32]:
    """Shades of a map as 0xFFRRGGBB, and paper after the last."""
    shades = _hues(palette) if colours == "hues" else ramp(palette.maps[colours])
    red, green, blue = shades.astype(np.uint32).T
    return np.append(0xFF000000 | red << 16 | green << 8 | blue, np.uint32(QColor(palette.paper).rgb())).astype(
        np.uint32
    )


def _hues(palette: Palette) -> NDArray[np.uint8]:
    """Shades in steps: every series' colour in its turn, mixed into paper so that curves stand out from it."""
    mixed = [mix(palette.paper, colour, HUE_SHARE) for colour in palette.series.values()]
    parts = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in mixed], np.uint8)
    return parts[np.rint(np.linspace(0, len(mixed) - 1, SHADES)).astype(int)]


def image_of(pixels: NDArray[np.uint32]) -> QImage:
    """Image that owns its pixels."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def draw_cells(painter: QPainter, target: QRectF, image: QImage, source: QRectF, fine: int = FINE) -> None:
    """Draw a part of an image with sharp pixels; without loss in PDF and SVG, also for whoever smooths images there."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    if draws_vectors(painter):
        image = with_palette(image.copy(source.toRect()))
        times = (
            max(-(-fine * px // n), 1) for px, n in ((target.width(), image.width()), (target.height(), image.height()))
        )
        wide, high = (int(n) for n in times)
        image = enlarged(image, wide, high)
        source = QRectF(image.rect())
    painter.drawImage(target, image, source)


def with_palette(image: QImage) -> QImage:
    """Return the image with a byte per pixel if it has so few colours: it is written in half the time."""
    indexed = image.convertToFormat(QImage.Format.Format_Indexed8)
    return indexed if indexed.convertToFormat(image.format()) == image else image


def enlarged(image: QImage, wide: int, high: int) -> QImage:
    """Return the image with so many pixels for each of its own. (Qt's `scaled` is not exact with a palette.)"""
    kind = np.uint8 if image.depth() == 8 else np.uint32
    bits = image.constBits()
    assert bits is not None
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, kind).reshape(image.height(), -1)[:, : image.width()]  # type: ignore[call-overload]
    cells = rows.repeat(high, axis=0).repeat(wide, axis=1)
    found = QImage(cells.tobytes(), cells.shape[1], cells.shape[0], cells.strides[0], image.format())
    found.setColorTable(image.colorTable())
    return found.copy()


class ColourBar:
    """The bar of a scale, with what stands at its ends: as long as looks well and `room` px left of `right` allow."""

    def __init__(self, scale: ColourScale, style: Style, right: float, room: float) -> None:
        self.scale, self.style, self.right = scale, style, right
        metrics = style.metrics(TEXT)
        self._high = metrics.horizontalAdvance(scale.high_text)
        self._low = metrics.horizontalAdvance(scale.low_text)
        best = (LONGEST if right > WIDE_FROM * style.scale else LENGTH) * style.scale
        free = room - self._high - self._low - 2 * GAP * style.scale
        self.length = max(min(best, 0.2 * right, free), LEAST_LENGTH * style.scale)

    @property
    def left(self) -> float:
        return self.right - self._high - self._low - self.length - 2 * GAP * self.style.scale

    def draw(self, painter: QPainter, base: float) -> None:
        """`base`: of the line of text that the bar stands on."""
        style, gap = self.style, GAP * self.style.scale
        painter.setFont(style.font(TEXT))
        painter.setPen(QColor(style.palette.muted))
        painter.drawText(QPointF(self.left, base), self.scale.low_text)
        painter.drawText(QPointF(self.right - self._high, base), self.scale.high_text)
        height = round(BAR_HEIGHT * style.scale)
        top = round(base - (style.metrics(TEXT).capHeight() + height) / 2)
        bar = QRectF(round(self.left + self._low + gap), top, round(self.length), height)
        image = image_of(packed(style.palette, self.scale.colours)[None, :SHADES])
        draw_cells(painter, bar, image, QRectF(image.rect()))
        painter.setPen(QPen(QColor(style.palette.border), style.hair))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        half = style.hair / 2
        painter.drawRect(bar.adjusted(-half, -half, half, half))

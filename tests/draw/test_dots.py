"""Many dots at once look like dots drawn one by one, on any screen."""

import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage, QPainter

from explorer.draw import dots
from explorer.draw.dots import MANY, draw_dots


def drawn(points, scale, ratio):
    """Pixels of an image of 60 × 60 units; a painter that is moved and scaled, with `ratio` pixels per unit."""
    image = QImage(round(60 * ratio), round(60 * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(3.3, 1.8)
    painter.scale(scale, scale)
    draw_dots(painter, points, QColor("#204080"), 4.8)
    painter.end()
    return np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).astype(int)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("scale", [1.0, 1.37])
def test_stamped_dots_are_those_of_a_round_pen(qapp, monkeypatch, scale, ratio):
    """Each is at most an eighth of a pixel beside its place: at an edge, that much of its coverage."""
    points = np.random.default_rng(0).uniform(4, 32, (2 * MANY, 2))
    stamped = drawn(points, scale, ratio)
    monkeypatch.setattr(dots, "MANY", 10_000)
    one_by_one = drawn(points, scale, ratio)
    assert one_by_one.min() < 100
    assert np.abs(stamped - one_by_one).max() < 80
    assert np.abs(stamped - one_by_one).mean() < 3

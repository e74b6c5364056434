"""Few strokes that look like thousands: points are left out, never moved; what shows is kept."""

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

from explorer.draw.ways import MOST, clipped, dots_of, way_of

BOX = QRectF(0, 0, 100, 100)
EVERYWHERE = QRectF(-1e6, -1e6, 2e6, 2e6)


def drawn(path):
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.strokePath(path, QPen(QColor("black"), 2.2))
    painter.end()
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).reshape(100, 100, 4)
    return pixels[..., 0].astype(int)


def strokes(way):
    """By themselves: both ends of each."""
    ends = zip(way.x[:-1], way.y[:-1], way.x[1:], way.y[1:], way.on, strict=True)
    return np.array([end for *end, on in ends if on]).reshape(-1, 4)


def test_gaps_stay_and_standing_still_draws_nothing():
    x = np.array([0.0, 0.1, 0.2, 5.0, 5.1, np.nan, 7.0, 7.0, 9.0])
    way = way_of(x, np.zeros(9), BOX)
    np.testing.assert_allclose(strokes(way)[:, [0, 2]], [[0.0, 5.1], [7.0, 9.0]], atol=0.1)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_short_ways(n):
    way = way_of(np.arange(float(n)), np.zeros(n), BOX)
    assert way.path.elementCount() == (2 if n > 1 else 0)


def test_strokes_end_at_the_box_and_come_back_into_it():
    """Out at the right and in again, then to the left: compared with the crossings worked out by hand."""
    x, y = np.array([50.0, 150, 150, 50, -50]), np.array([50.0, 50, 80, 80, 80])
    np.testing.assert_allclose(strokes(clipped(x, y, BOX)), [[50, 50, 100, 50], [100, 80, 50, 80], [50, 80, 0, 80]])


def test_what_is_outside_is_left_out_however_far_it_is():
    rng = np.random.default_rng(0)
    way = clipped(*(1e6 * rng.normal(size=(2, 500))), BOX)
    ends = strokes(way)
    assert ends.size == 0 or (ends.min() >= -1e-6 and ends.max() <= 100 + 1e-6)


def test_a_smooth_way_of_thousands_of_points_looks_the_same_with_some_dozens():
    turn = np.linspace(0, 6, 5000)
    x, y = 50 + (40 - 4 * turn) * np.cos(turn), 50 + (40 - 4 * turn) * np.sin(turn)
    few, all_ = way_of(x, y, BOX), clipped(x, y, BOX)
    assert few.x.size < 150
    assert np.abs(drawn(few.path) - drawn(all_.path)).max() < 64
    assert np.isin(few.x, x).all()


def test_a_scribble_is_drawn_where_it_has_not_been_yet():
    rng = np.random.default_rng(0)
    way = way_of(*(50 + 5 * rng.normal(size=(2, 30_000))), BOX)
    assert way.on.sum() <= MOST + 1
    np.testing.assert_array_equal(way.strokes, strokes(way))
    ink = drawn(way.path)
    assert ink[45:55, 45:55].max() < 200  # nothing in its middle is left white


def test_the_way_to_a_scribble_stays_whole():
    rng = np.random.default_rng(0)
    x = np.concatenate([np.linspace(0, 80, 60), 80 + rng.normal(size=20_000)])
    y = np.concatenate([np.linspace(0, 50, 60), 50 + rng.normal(size=20_000)])
    way = way_of(x, y, BOX)
    assert drawn(way.path)[0:40, 0:60].min(axis=0).max() < 255


def test_what_was_kept_of_a_growing_way_stays():
    rng = np.random.default_rng(0)
    steps = np.cumsum(rng.normal(size=(2, 390)), axis=1) + 50
    before, after = (way_of(*steps[:, :n], EVERYWHERE) for n in (300, 390))
    shared = min(before.x.size, after.x.size) // 2
    np.testing.assert_array_equal(before.x[:shared], after.x[:shared])


def test_dots_stand_at_the_ends_of_long_steps_once():
    x = np.array([0.0, 10, 10.5, 20, 10, np.nan, 3])
    at_x, _y = dots_of(x, np.zeros(7), 6.0, 2.0)
    assert sorted(at_x.tolist()) == [10, 20]

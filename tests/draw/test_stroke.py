"""Curves in pieces look as they do in one."""

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPdfWriter, QPen

from explorer.draw.stroke import PIECE, Stroke

SIZE = 400, 200


def pen(dashed=False):
    made = QPen(QColor("black"), 2.0)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    if dashed:
        made.setDashPattern([3.2, 1.8])
    return made


def ink(draw):
    """Darkness of each pixel (height, width), 0 … 255, of what is drawn on white."""
    image = QImage(*SIZE, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return 255 - np.frombuffer(bits, np.uint8).reshape(SIZE[1], -1)[:, : SIZE[0]].astype(int)


def in_one(stroke, pen):
    def draw(painter):
        painter.setPen(pen)
        painter.drawPath(stroke.path)

    return ink(draw)


def in_pieces(stroke, pen):
    return ink(lambda painter: stroke.draw(painter, pen))


def curve(n, noise):
    x = np.linspace(10, 390, n)
    return x, 100 + 40 * np.sin(x / 50) + noise * np.random.default_rng(0).normal(size=n)


@pytest.mark.parametrize("dashed", [False, True])
@pytest.mark.parametrize("noise", [0, 2, 20])
def test_pieces_look_as_the_whole(qapp, noise, dashed):
    stroke = Stroke(*curve(220, noise))
    whole, pieces = in_one(stroke, pen(dashed)), in_pieces(stroke, pen(dashed))
    assert whole.sum() > 100_000
    assert np.abs(pieces - whole).sum() < 0.01 * whole.sum()
    assert np.quantile(np.abs(pieces - whole)[whole > 0], 0.95) < 16


@pytest.mark.parametrize("n", [2, PIECE, PIECE + 1, PIECE + 2, 2 * PIECE + 1])
def test_whatever_the_length_nothing_is_missing(qapp, n):
    stroke = Stroke(*curve(n, 0))
    differences = np.abs(in_pieces(stroke, pen()) - in_one(stroke, pen()))
    assert (differences > 32).sum() <= 6 * (n // PIECE)  # of the few pixels where two pieces meet


def test_a_gap_stays_and_a_lonely_point_is_nothing(qapp):
    x, y = curve(60, 0)
    y[20:30] = np.nan
    y[31] = np.nan  # point 30 stands alone
    drawn = in_pieces(Stroke(x, y), pen())
    left, right = int(x[19]) + 2, int(x[32]) - 2
    assert drawn[:, left:right].sum() == 0
    assert drawn[:, :left].sum() > 0 < drawn[:, right:].sum()


@pytest.mark.parametrize("n", [0, 1])
def test_less_than_a_stroke_is_nothing(qapp, n):
    assert in_pieces(Stroke(*curve(n, 0)), pen()).sum() == 0


def test_a_file_of_vectors_gets_one_path(qapp):
    """Pieces would cost bytes, and whoever draws them with other antialiasing would show their seams."""
    sizes = []
    for n in (PIECE, 10 * PIECE):
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        painter = QPainter(writer)
        Stroke(*curve(n, 0)).draw(painter, pen())
        painter.end()
        del writer
        sizes.append(buffer.data().size())
    assert sizes[1] - sizes[0] < 9 * PIECE * 20

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtGui import QFontMetricsF

from explorer.core.figure import Axis
from explorer.draw.fonts import font
from explorer.draw.ticks import Room, axis_ticks, fixed_text, number_text, short_text

LENGTHS = st.floats(20, 4000)
SIZES = st.sampled_from([11.0, 13.2, 19.8, 28.6])
RANGES = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9)).map(lambda r: (r[0], r[0] + r[1]))
LOG_RANGES = st.tuples(st.floats(-40, 40), st.floats(1e-4, 80)).map(lambda r: (r[0], r[0] + r[1]))


def room(length: float, gap: float = 52.0) -> Room:
    return Room(length, gap, lambda text: 7.0 * len(text) + 6)


def texts(axis: Axis, low: float, high: float, length: float = 300.0, gap: float = 38.0) -> list[str]:
    return [text for _position, text in axis_ticks(axis, low, high, room(length, gap)).major]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (-1.3, 3.2, ["−1", "0", "1", "2", "3"]),
        (0, 1.2, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2"]),
        (0, 60_000, ["0", "10\u202f000", "20\u202f000", "30\u202f000", "40\u202f000", "50\u202f000", "60\u202f000"]),
        (-2e-6, 2e-6, ["−2·10⁻⁶", "−1·10⁻⁶", "0", "1·10⁻⁶", "2·10⁻⁶"]),
    ],
)
def test_linear_ticks_are_1_2_5_and_say_so_plainly(low, high, expected):
    assert texts(Axis(), low, high, 400, 60) == expected


def test_an_integer_axis_has_no_half_layers():
    assert texts(Axis(integer=True), 0.8, 4.2, 600) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("low", "high", "length", "expected"),
    [
        (-3, 1, 240, ["0.001", "0.01", "0.1", "1", "10"]),
        (-6, 2, 320, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10¹", "10²"]),
        (-6, 2, 120, ["10⁻⁶", "10⁻⁴", "10⁻²", "1", "10²"]),
        (-9, 0, 80, ["10⁻⁹", "10⁻⁶", "10⁻³", "1"]),
        (-0.1, 1.1, 300, ["1", "2", "5", "10"]),
        (math.log10(0.4), math.log10(0.9), 120, ["0.4", "0.5", "0.6", "0.7", "0.8", "0.9"]),
    ],
)
def test_log_labels_are_thinned_or_refined(low, high, length, expected):
    assert [t for _p, t in axis_ticks(Axis(log=True), low, high, Room(length, 24, lambda _text: 15)).major] == expected


def test_minor_ticks_stand_between_the_decades():
    ticks = axis_ticks(Axis(log=True), -2, 0, room(200))
    assert [round(10**v, 3) for v in ticks.minor if v < -1] == [0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09]


def test_own_ticks_keep_their_words_where_there_is_room():
    axis = Axis(ticks=((0, "sigmoid"), (1, "tanh"), (2, "ReLU")))
    assert texts(axis, -0.5, 2.5, 300) == ["sigmoid", "tanh", "ReLU"]
    assert texts(axis, -0.5, 2.5, 120) == ["sigmoid", "ReLU"]
    assert texts(axis, 0.5, 2.5, 300) == ["tanh", "ReLU"]


def test_own_ticks_of_a_log_axis_are_given_as_values():
    ticks = axis_ticks(Axis(log=True, ticks=((0.01, "1 %"), (1, "all"))), -3, 1, room(300))
    assert ticks.major == ((-2.0, "1 %"), (0.0, "all"))


@given(RANGES, LENGTHS, SIZES, st.booleans(), st.booleans())
def test_linear_labels_never_overlap(qapp, shown, length, px, integer, upright):
    _assert_apart(Axis(integer=integer), shown, length, px, upright)


@given(LOG_RANGES, LENGTHS, SIZES, st.booleans())
def test_log_labels_never_overlap(qapp, shown, length, px, upright):
    _assert_apart(Axis(log=True), shown, length, px, upright)


def _assert_apart(axis, shown, length, px, upright):
    """By metrics of the real font, measured here."""
    metrics = QFontMetricsF(font(px))

    def extent(text):
        return metrics.height() if upright else metrics.horizontalAdvance(text)

    low, high = shown
    if low == high:
        return
    major = axis_ticks(axis, low, high, Room(length, 38 if upright else 52, lambda t: extent(t) + 2)).major
    boxes = [((v - low) / (high - low) * length, extent(text)) for v, text in major]
    for (a, a_size), (b, b_size) in itertools.pairwise(boxes):
        assert b - b_size / 2 - (a + a_size / 2) >= 1.9
    assert all(-0.01 * length <= a <= 1.01 * length for a, _size in boxes)


@given(LOG_RANGES, st.floats(100, 4000))
def test_a_log_axis_is_never_left_without_a_number(shown, length):
    if shown[1] - shown[0] > 0.05 and abs(shown[0]) < 30:
        assert axis_ticks(Axis(log=True), *shown, Room(length, 24, lambda _text: 15)).major


@given(RANGES, LENGTHS)
def test_labels_say_where_they_stand(shown, length):
    for position, text in axis_ticks(Axis(), *shown, room(length)).major:
        plain = text.replace("−", "-").replace("\u202f", "")
        if "·" not in plain:
            assert float(plain) == pytest.approx(position, abs=1e-9 * max(map(abs, shown)) + 1e-12)


def test_numbers_for_people():
    assert number_text(-0.001, 2) == "0.00"
    assert number_text(-12345.6, 1) == "−12\u202f345.6"
    assert [short_text(v) for v in (0, 1.124, 0.1483, -78.36, 2.34e-7, 1.5e8)] == [
        *("0", "1.12", "0.148", "−78.4"),
        *("2.34 × 10⁻⁷", "1.50 × 10⁸"),
    ]
    assert [fixed_text(1.60319, r) for r in (1.0, 0.1, 0.03, 0.004)] == ["2", "1.6", "1.60", "1.603"]

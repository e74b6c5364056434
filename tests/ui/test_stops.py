import math

import pytest

from explorer.core.hyperparams import Field
from explorer.ui.stops import track_of


def field(kind="float", low=0.0, high=1.0, default=0.5, scale="linear"):
    return Field("x", kind, default, "x", low=low, high=high, scale=scale)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (field(low=1e-4, high=10.0, default=0.3, scale="log"), [1e-4, 1.2e-4, 3e-4, 0.3, 8.0, 10.0]),
        (field(), [0.0, 0.005, 0.1, 0.3, 0.995, 1.0]),
        (field("int", 4, 256, 32, "log"), [4, 6, 8, 12, 48, 64, 256]),
        (field("int", 1, 20, 3), list(range(1, 21))),
        (field(low=0.0, high=0.999, default=0.9), [0.0, 0.9, 0.99, 0.999]),
    ],
)
def test_stops_are_round_and_hold_the_ends(about, expected):
    track = track_of(about)
    assert set(expected) <= set(track.stops)
    assert list(track.stops) == sorted(set(track.stops))
    assert (track.stops[0], track.stops[-1]) == (about.low, about.high)
    assert all(isinstance(s, int if about.kind == "int" else float) for s in track.stops)


def test_every_float_stop_is_the_number_that_its_short_text_reads_as():
    for about in (field(), field(low=1e-8, high=1.0, default=1e-3, scale="log"), field(low=0.1, high=5.0, default=1.0)):
        assert all(float(f"{stop:.6g}") == stop for stop in track_of(about).stops)


def test_a_log_track_is_even_in_the_logarithm():
    track = track_of(field(low=1e-4, high=1.0, default=0.1, scale="log"))
    assert [track.share(10.0**k) for k in range(-4, 1)] == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert track.decades == pytest.approx((1e-4, 1e-3, 1e-2, 1e-1, 1))


def test_nearest_is_nearest_along_the_way():
    track = track_of(field(low=1e-4, high=10.0, default=0.3, scale="log"))
    for share in (0.0, 0.123, 0.5, 0.77, 1.0):
        gaps = [abs(track.share(stop) - share) for stop in track.stops]
        assert gaps[track.nearest(share)] == min(gaps)


def test_beyond_goes_on_from_any_value():
    track = track_of(field("int", 1, 20, 3))
    assert [track.beyond(3, 1), track.beyond(3, -1), track.beyond(20, 5), track.beyond(1, -5)] == [4, 2, 20, 1]
    between = track_of(field(low=1e-4, high=10.0, default=0.3, scale="log"))
    assert between.beyond(2.87e-4, 1) == 3e-4
    assert between.beyond(2.87e-4, -1) == 2.5e-4
    assert between.beyond(3e-4, between.page) == 3e-3


def test_no_finite_range_no_track():
    assert track_of(field(high=math.inf)) is None

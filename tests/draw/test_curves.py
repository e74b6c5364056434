import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.draw.area import Area, Span, fitted, to_view, zoomed
from explorer.draw.curves import end_height, in_sight, path_of, thinned, value_at
from explorer.draw.ends import spread

AREA = Area(Span(0.0, 10.0, 40.0, 340.0), Span(0.0, 2.0, 250.0, 50.0))


@given(st.integers(1, 5000), st.floats(1, 800))
def test_thinning_leaves_at_most_one_point_per_bin_and_keeps_ends(n, length):
    x, y = np.arange(n, dtype=float), np.random.default_rng(n).normal(size=n)
    few_x, few_y = thinned(x, y, length, 1.5)
    assert few_x.size < max(length / 1.5, 2) + 3  # a bin that is not full, and both ends
    assert (few_x[0], few_x[-1], few_y[0], few_y[-1]) == (x[0], x[-1], y[0], y[-1])
    assert np.all(np.diff(few_x) >= 0)


def test_thinning_takes_the_mean_of_each_bin():
    x, y = np.arange(16.0), np.arange(16.0) ** 2
    few_x, few_y = thinned(x, y, 6.0, 1.5)
    np.testing.assert_allclose(few_x, [0, 1.5, 5.5, 9.5, 13.5, 15])
    np.testing.assert_allclose(few_y, [0, *y.reshape(4, 4).mean(1), 225])


def test_thinning_passes_over_single_gaps_and_keeps_long_ones():
    y = np.arange(16.0)
    y[1], y[4:8] = np.nan, np.nan
    _x, few = thinned(np.arange(16.0), y, 6.0, 1.5)
    np.testing.assert_allclose(few, [0, (0 + 2 + 3) / 3, np.nan, 9.5, 13.5, 15])


def test_a_growing_series_is_binned_the_same_way():
    """Else the curve would flicker while it grows."""
    y = np.random.default_rng(0).normal(size=3000)
    _x, before = thinned(np.arange(2500.0), y[:2500], 300.0, 1.5)
    _x, after = thinned(np.arange(2600.0), y[:2600], 300.0, 1.5)
    np.testing.assert_array_equal(before[:100], after[:100])


@given(st.integers(2, 50), st.floats(-5, 60))
def test_values_between_samples_are_those_of_numpy(n, at):
    x = np.sort(np.random.default_rng(n).uniform(0, 50, n))
    y = np.sin(x)
    expected = np.interp(at, x, y, left=np.nan, right=np.nan)
    np.testing.assert_allclose(value_at(x, y, at), expected, atol=1e-12)


def test_there_is_no_value_in_a_gap():
    x, y = np.arange(4.0), np.array([0, 1, np.nan, 3])
    assert value_at(x, y, 1.0) == 1
    assert np.isnan(value_at(x, y, 1.5))
    assert value_at(x, y, 3.0) == 3


def test_a_gap_is_not_drawn_across():
    path = path_of(np.arange(5.0), np.array([0, 1, np.nan, 3, 4.0]))
    moves = [path.elementAt(i) for i in range(path.elementCount()) if path.elementAt(i).isMoveTo()]
    assert [(m.x, m.y) for m in moves] == [(0, 0), (3, 3)]


def test_only_what_is_in_sight_is_drawn():
    part = in_sight(np.arange(100.0), Span(20.5, 30.5, 0, 100))
    assert (part.start, part.stop) == (20, 32)


def test_the_end_of_a_curve_is_where_it_ends_or_leaves():
    x = np.array([0.0, 10.0])
    assert end_height(x, np.array([0.0, 1.0]), AREA) == 150
    assert end_height(np.array([0.0, 20.0]), np.array([0.0, 2.0]), AREA) == 150
    assert end_height(np.array([0.0, 9.5, 10.0]), np.array([0, 1.5, np.nan]), AREA) == 100
    assert np.isnan(end_height(np.array([0.0, 5.0]), np.array([0.0, 1.0]), AREA))
    assert np.isnan(end_height(np.zeros(0), np.zeros(0), AREA))


@given(st.lists(st.floats(-50, 350), max_size=15).map(sorted), st.floats(1, 18))
def test_names_are_pushed_apart_and_stay_inside(places, gap):
    moved = spread(places, gap, 0, 300)
    assert len(moved) == len(places)
    assert all(b - a >= gap - 1e-6 for a, b in itertools.pairwise(moved))
    assert all(-1e-6 <= m <= 300 + 1e-6 for m in moved)


def test_names_move_as_little_as_possible():
    assert spread([10, 100], 13.5, 0, 300) == [10, 100]
    assert spread([100, 100], 20, 0, 300) == [90, 110]
    assert spread([0, 0, 0], 20, 0, 300) == [0, 20, 40]


def test_pixels_and_values_are_each_others_opposite():
    span = Span(-3.0, 1.0, 400.0, 0.0, log=True)
    assert span.px(0.1) == pytest.approx(200)
    assert span.value(200) == pytest.approx(0.1)
    assert np.isnan(span.px([0.0, -1.0])).all()


def test_what_fits_all_marks_has_paper_around():
    assert fitted([(0.0, 10.0), None, (-10.0, 5.0)], False, (0.05, 0.05)) == (-11.0, 11.0)
    assert fitted([], True, (0.05, 0.05)) == (-1.0, 0.0)
    low, high = fitted([(7.0, 7.0)], False, (0.05, 0.05))
    assert low < 7 < high


def test_zooming_keeps_what_is_under_the_cursor():
    assert zoomed((0.0, 10.0), 2.0, 0.5) == (1.0, 6.0)
    assert zoomed((1.0, 1.0 + 1e-11), 1.0, 0.5) == (1.0, 1.0 + 1e-11)


def test_zero_and_less_have_no_logarithm():
    np.testing.assert_array_equal(to_view([10.0, 0.0, -1.0, np.nan], True), [1, np.nan, np.nan, np.nan])

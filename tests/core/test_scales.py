"""Limits that never cut data, averages that are what they say, numbers as headlines write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.scales import linear_limits, log_limits, rounded_up, smoothed
from explorer.core.wording import listed, number, percent

positive = st.floats(1e-20, 1e20)


@given(positive, positive)
def test_rounding_up_is_up_and_not_far(value, least):
    found = rounded_up(value, least)
    assert found >= max(value, least) * (1 - 1e-9)
    assert found <= max(value, least) * 1.51


@given(st.lists(positive, min_size=1))
def test_limits_hold_all_values(values):
    array = np.array(values)
    for low, high in (log_limits(array, (1, 2)), linear_limits(array, (0, 1))):
        assert low < array.min()
        assert array.max() < high


def test_limits_of_nothing_are_the_fallback():
    nothing = np.array([np.nan, np.inf])
    assert log_limits(nothing, (1, 2)) == (1, 2)
    assert linear_limits(nothing, (3, 4)) == (3, 4)


@pytest.mark.parametrize("over", [1, 2, 20, 1000])
def test_smoothing_is_the_unbiased_exponential_average(over):
    values = np.random.default_rng(0).normal(size=(2, 137))
    decay = 1 - 1 / over
    for row, found in zip(values, smoothed(values, over), strict=True):
        for k in range(len(row)):
            weights = decay ** np.arange(k, -1, -1)
            assert found[k] == pytest.approx((weights * row[: k + 1]).sum() / weights.sum(), rel=1e-9, abs=1e-12)


def test_smoothing_spoils_nothing_before_a_gap():
    values = np.array([1.0, 2.0, np.nan, 3.0])
    assert np.isfinite(smoothed(values, 5)[:2]).all()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.794, "0.79"),
        (0.00151, "0.0015"),
        (12.3, "12"),
        (5.0, "5"),
        (-0.5, "−0.50"),
        (3.14e-5, "3.1 · 10⁻⁵"),
        (0.0, "0"),
        (9.96, "10"),
        (2.5e7, "2.5 · 10⁷"),
        (float("inf"), "not finite"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_a_share_is_all_only_when_it_is():
    assert percent(0.9996) == "99 %"
    assert percent(1.0) == "100 %"
    assert percent(0.984) == "98 %"
    assert percent(0.001) == "under 1 %"


def test_lists():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"

"""A history stays small and keeps exact values."""

import numpy as np
import pytest

from explorer.core.history import History


@pytest.mark.parametrize("steps", [0, 1, 7, 8, 9, 100, 1000])
def test_kept_points_are_exact_and_evenly_spaced(steps):
    history = History(2, capacity=8)
    for step in range(1, steps + 1):
        if history.wants(step):
            history.add(step, np.array([step, -step], np.float32))
    assert len(history.steps) <= 8
    assert len(history.steps) >= min(steps, 4)
    assert history.rows[:, 0].tolist() == history.steps.tolist()
    assert history.rows[:, 1].tolist() == (-history.steps).tolist()
    assert history.steps.tolist() == list(range(1, steps + 1, history.stride))


def test_what_was_read_does_not_change_later():
    history = History(1, capacity=4)
    history.add(1, np.array([5], np.float32))
    steps, rows = history.steps, history.rows
    for step in range(2, 50):
        if history.wants(step):
            history.add(step, np.zeros(1, np.float32))
    assert steps.tolist() == [1]
    assert rows.tolist() == [[5]]

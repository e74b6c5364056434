"""The past of a run stays within its bounds, evenly thinned."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core.experiment import Divergence
from explorer.core.session import Change, Session
from explorer.ui.recording import Recording, Shot, bytes_of


@dataclasses.dataclass(frozen=True, eq=False)
class Inner:
    values: np.ndarray


@dataclasses.dataclass(frozen=True, eq=False)
class Frame:
    step: int
    values: np.ndarray
    divergences: tuple = ()
    parts: tuple = ()


def shot(step, floats=1, changes=(), divergences=()):
    frame = Frame(step, np.zeros(floats), divergences)
    return Shot(frame, Session("x", None, None, step, changes))


arrivals = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 60), st.booleans()), min_size=1, max_size=300)


def recorded(given_arrivals, most_bytes, most_frames=10**6):
    """A recording of shots so many steps apart, so large, some after a live change; and all the shots."""
    recording, step, changes, shots = Recording(most_bytes, most_frames), 0, (), []
    for gap, floats, changed in given_arrivals:
        step += gap
        changes += (Change(step, {"lr": step}),) if changed else ()
        shots.append(shot(step, floats, changes))
        recording.add(shots[-1])
    return recording, shots


@settings(max_examples=200, deadline=None)
@given(arrivals, st.integers(1, 20_000), st.integers(2, 40))
def test_it_stays_within_its_bounds_and_keeps_first_and_newest(given_arrivals, most_bytes, most_frames):
    recording, shots = recorded(given_arrivals, most_bytes, most_frames)
    kept = list(recording.shots)
    assert kept[0] is shots[0]
    assert kept[-1] is shots[-1] is recording.newest
    assert recording.steps == sorted(set(recording.steps))
    assert len(kept) <= most_frames
    assert recording.n_bytes == sum(s.frame.values.nbytes for s in kept)
    assert recording.n_bytes <= most_bytes or len(kept) <= 2


@settings(max_examples=200, deadline=None)
@given(arrivals, st.integers(400, 20_000))
def test_the_first_of_every_stretch_is_kept_and_else_only_what_changed_something(given_arrivals, most_bytes):
    recording, shots = recorded(given_arrivals, most_bytes)
    firsts, stretches = [], set()
    for one in shots:
        if one.step // recording.spacing not in stretches:
            stretches.add(one.step // recording.spacing)
            firsts.append(one.step)
    assert {*firsts, shots[-1].step} <= set(recording.steps)
    for before, kept in pairwise(recording.shots):
        is_telling = before.session.changes != kept.session.changes
        assert is_telling or kept.step in firsts or kept is shots[-1]


def test_a_long_run_is_thinned_evenly_to_the_last():
    recording = Recording(most_bytes=8 * 100, most_frames=10**6)
    for step in range(10_001):
        recording.add(shot(step))
    gaps = np.diff(recording.steps[:-1])
    assert set(gaps.tolist()) == {recording.spacing}
    assert 50 <= len(recording.steps) <= 100


def test_where_something_changed_is_kept():
    """A live change every 90 steps, of which every tenth frame would be kept."""
    recording = Recording(most_bytes=8 * 40)
    for step in range(1000):
        recording.add(shot(step, changes=tuple(Change(k, {}) for k in range(90, step + 1, 90))))
    assert set(range(90, 1000, 90)) <= set(recording.steps)


def test_where_something_diverged_is_kept():
    recording = Recording(most_bytes=8 * 10)
    fallen = (Divergence("ReLU", 37, "loss"),)
    for step in range(200):
        recording.add(shot(step, divergences=fallen if step >= 37 else ()))
    assert 37 in recording.steps


def test_a_frame_of_the_same_step_takes_the_place_of_the_one_before():
    recording = Recording()
    for step in (0, 5):
        recording.add(shot(step))
    full = shot(5, 99)
    recording.add(full)
    assert recording.steps == [0, 5]
    assert recording.newest is full


def test_cutting_forgets_the_future_and_new_shots_follow():
    recording = Recording()
    for step in range(0, 100, 10):
        recording.add(shot(step))
    recording.cut(35)
    assert recording.steps == [0, 10, 20, 30]
    recording.add(shot(36))
    assert recording.steps[-1] == 36


@given(st.lists(st.integers(0, 1000), min_size=1, unique=True), st.floats(-10, 1100))
def test_the_nearest_is_the_nearest(steps, wanted):
    recording = Recording()
    for step in sorted(steps):
        recording.add(shot(step))
    assert abs(recording.nearest(wanted).step - wanted) == min(abs(step - wanted) for step in steps)


@pytest.mark.parametrize(
    ("step", "by", "found"), [(20, 1, 30), (20, -1, 10), (0, -1, 0), (40, 1, 40), (20, 10, 40), (20, -10, 0)]
)
def test_beside_a_step(step, by, found):
    recording = Recording()
    for kept in (0, 10, 20, 30, 40):
        recording.add(shot(kept))
    assert recording.beside(step, by).step == found


def test_nothing_is_there_before_the_first():
    recording = Recording()
    assert recording.newest is recording.nearest(3) is recording.beside(3, 1) is None


def test_all_arrays_of_a_frame_are_counted():
    frame = Frame(0, np.zeros(3, np.float32), parts=(np.zeros(2), Inner(np.zeros((2, 2), np.int64))))
    assert bytes_of(frame) == 12 + 16 + 32

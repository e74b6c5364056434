"""How often frames come, by what they cost."""

import itertools

import pytest

from explorer.worker.frame_pace import FRAME_INTERVAL, LONGEST_INTERVAL, SHARE, FramePace


def ends(*durations):
    return list(itertools.accumulate(durations, initial=100.0))


def settled(frame, first, step):
    """A pace that has seen many frames: each takes so long, then a first step, then three others."""
    pace = FramePace()
    for _frame in range(100):
        pace.made(frame)
        pace.stepped(ends(first, step, step, step))
    return pace


def test_cheap_frames_come_as_often_as_the_screen_shows_them():
    assert FramePace().interval == FRAME_INTERVAL
    assert settled(frame=0.0001, first=0.001, step=0.001).interval == FRAME_INTERVAL


def test_dear_frames_take_a_bounded_share_of_the_time():
    pace = settled(frame=0.003, first=0.001, step=0.001)
    assert pace.interval == pytest.approx(0.003 / SHARE)


def test_frames_come_at_least_thirty_times_a_second():
    assert settled(frame=0.5, first=0.001, step=0.001).interval == LONGEST_INTERVAL


def test_what_a_frame_has_done_for_the_next_step_costs_nothing():
    assert settled(frame=0.02, first=0.0005, step=0.0205).interval == FRAME_INTERVAL


def test_what_a_frame_leaves_to_the_next_step_counts():
    assert settled(frame=0.0, first=0.004, step=0.001).interval == pytest.approx(0.003 / SHARE)


def test_slices_of_single_steps_are_enough():
    pace = FramePace()
    for _frame in range(100):
        pace.made(0.003)
        for _slice in range(3):
            pace.stepped(ends(0.01))
    assert pace.interval == pytest.approx(0.003 / SHARE)

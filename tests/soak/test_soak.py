"""A short soak of the real window; and that the soak itself can fail, ends, and finds the shortest sequence."""

import pickle
import sys
import threading
from itertools import islice

import pytest
from PyQt6.QtCore import QTimer, qWarning

from explorer.worker.messages import Taken
from tests.soak.drive import Drive, drawn
from tests.soak.give_back import GiveBack
from tests.soak.soak import STUCK, driven, report, shortest, watched
from tests.soak.watch import HANG, Watch, growth

SEED = 8
MOST, SECONDS, SHRINKING = 80, 10, 120


@pytest.mark.timeout(3 * STUCK + SHRINKING)  # so much only where it fails
def test_a_restless_user_breaks_nothing():
    found = driven(seed=SEED, most=MOST, seconds=SECONDS)
    if found["failures"]:
        pytest.fail("\n".join([f"seed {SEED}", *found["failures"], report(found, SEED, SHRINKING)]))


def test_the_same_seed_gives_the_same_actions():
    assert list(islice(drawn(3), 50)) == list(islice(drawn(3), 50))
    assert list(islice(drawn(3), 50)) != list(islice(drawn(4), 50))


@pytest.mark.parametrize("needed", [{17}, {3, 4}, {0, 50, 99}, set(range(40, 60))])
def test_what_is_left_is_what_makes_it_fail(needed):
    actions = [{"name": str(i)} for i in range(100)]
    left = shortest(actions, lambda some: needed <= {int(action["name"]) for action in some})
    assert {int(action["name"]) for action in left} == needed


# --- an end in any case --------------------------------------------------------------------------------------------
def ended(tmp_path, code):
    """What is said of a process that writes the beginning of one action, and then runs this."""
    begun = 'print(\'{"name": "step", "seed": 1, "wait": 0}\', file=sys.stderr, flush=True)'
    command = [sys.executable, "-X", "faulthandler", "-c", f"import os, subprocess, sys, threading; {begun}; {code}"]
    return watched(command, tmp_path, "", stuck=2)


def test_a_process_that_is_stuck_is_ended_and_says_where(tmp_path):
    found = ended(tmp_path, "threading.Event().wait()")
    assert "nothing new for 2 s" in found["failures"][0]
    assert "in wait" in found["failures"][0]
    assert found["actions"] == [{"name": "step", "seed": 1, "wait": 0}]


def test_a_process_that_crashes_is_a_failure(tmp_path):
    found = ended(tmp_path, "os._exit(3)")
    assert found["failures"] == ["the process ended with 3"]


def test_who_inherits_the_output_keeps_nobody_waiting(tmp_path):
    code = "subprocess.Popen(['sleep', '5']); os._exit(3)"
    assert ended(tmp_path, code)["failures"] == ["the process ended with 3"]


def test_a_condition_that_raises_ends_the_wait(qapp):
    with pytest.raises(ZeroDivisionError):
        Drive.wait(None, lambda: 1 / 0, 60)


def test_a_wait_ends_in_time(qapp):
    assert not Drive.wait(None, lambda: False, 0.05)


# --- watching ------------------------------------------------------------------------------------------------------
def test_growth_is_neither_noise_nor_a_single_peak():
    flat = [100.0, 110.0, 90.0, 105.0] * 10
    assert abs(growth(flat)) < 10
    assert abs(growth([*flat[:20], 900.0, *flat[20:]])) < 10
    assert growth([100.0 + 3 * i for i in range(40)]) == pytest.approx(3 * 26)


def test_what_is_asked_before_memory_is_measured_changes_nothing():
    request = pickle.loads(pickle.dumps(GiveBack()))
    assert request == Taken(-1)


@pytest.fixture
def watch(qapp):
    made = Watch()
    yield made
    made.end()


def test_an_exception_in_a_slot_is_noticed(watch, qtbot):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.waitUntil(lambda: bool(watch.failures))
    assert "ZeroDivisionError" in watch.failures[0]


def test_a_warning_of_qt_is_noticed(watch):
    qWarning("something is odd")
    assert "something is odd" in watch.failures[0]


def test_a_loop_that_hangs_is_noticed_with_its_place(watch, qtbot):
    QTimer.singleShot(0, lambda: threading.Event().wait(HANG + 0.5))
    qtbot.waitUntil(lambda: bool(watch.failures))
    assert "test_soak.py" in watch.failures[0]

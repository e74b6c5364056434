"""A short soak of the real window; and that the soak itself can fail, and finds the shortest sequence."""

import threading
from itertools import islice

import pytest
from PyQt6.QtCore import QTimer, qWarning

from tests.soak.drive import drawn
from tests.soak.soak import driven, shortest
from tests.soak.watch import HANG, Watch, growth

SEED = 8
MOST, SECONDS = 80, 10


def test_a_restless_user_breaks_nothing():
    found = driven(110, seed=SEED, most=MOST, seconds=SECONDS)
    actions = "\n".join(action.get("what") or action["name"] for action in found["actions"])
    assert not found["failures"], f"make soak SEED={SEED}:\n" + "\n".join([*found["failures"], actions])


def test_the_same_seed_gives_the_same_actions():
    assert list(islice(drawn(3), 50)) == list(islice(drawn(3), 50))
    assert list(islice(drawn(3), 50)) != list(islice(drawn(4), 50))


@pytest.mark.parametrize("needed", [{17}, {3, 4}, {0, 50, 99}, set(range(40, 60))])
def test_what_is_left_is_what_makes_it_fail(needed):
    actions = [{"name": str(i)} for i in range(100)]
    left = shortest(actions, lambda some: needed <= {int(action["name"]) for action in some})
    assert {int(action["name"]) for action in left} == needed


def test_growth_is_neither_noise_nor_a_single_peak():
    flat = [100.0, 110.0, 90.0, 105.0] * 10
    assert abs(growth(flat)) < 10
    assert abs(growth([*flat[:20], 900.0, *flat[20:]])) < 10
    assert growth([100.0 + 3 * i for i in range(40)]) == pytest.approx(3 * 26)


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

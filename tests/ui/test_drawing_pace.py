"""When the next frame is asked for, by how long the last ones took to draw."""

import pytest

from explorer.ui import drawing_pace
from explorer.ui.drawing_pace import ON_THE_WAY, SHARE, DrawingPace


@pytest.fixture
def asked():
    return []


@pytest.fixture
def pace(qapp, asked, monkeypatch):
    """A pace on a clock of its own: `draw` lets a frame take so many seconds."""
    now = [0.0]
    monkeypatch.setattr(drawing_pace, "perf_counter", lambda: now[0])
    pace = DrawingPace(lambda: asked.append(now[0]), qapp)

    def draw(seconds, times=100):
        for _frame in range(times):
            pace.frame_arrived()
            now[0] += seconds
            pace.painted()
            now[0] += 0.1

    pace.draw = draw
    yield pace
    pace.deleteLater()


def test_quick_figures_are_asked_for_at_once(pace, asked):
    pace.draw(0.008)
    assert len(asked) == 100
    assert pace.wait == 0


def test_slow_ones_leave_the_window_its_share(pace, asked):
    pace.draw(0.03)
    assert pace.wait + ON_THE_WAY == pytest.approx(0.03 / SHARE, rel=0.01)
    assert len(asked) < 10


def test_what_is_asked_for_later_is_asked_for(pace, asked, qtbot):
    pace.draw(0.03)
    asked.clear()
    pace.frame_arrived()
    assert not asked
    qtbot.waitUntil(lambda: len(asked) == 1)


def test_a_paint_that_no_frame_asked_for_says_nothing(pace):
    pace.draw(0.008)
    before = pace._drawing
    pace.painted()
    assert pace._drawing == before


def test_a_frame_that_waited_for_somebody_to_look_says_nothing(pace):
    pace.draw(0.008)
    pace.draw(300.0, times=1)  # a window that was minimised for five minutes
    assert pace.wait == 0


def test_a_tab_that_is_shown_again_goes_on_as_fast_as_before(pace):
    pace.draw(0.008)
    before = pace._drawing
    pace.frame_arrived()
    pace.forget()  # it was left for a moment
    pace.painted()
    assert pace._drawing == before

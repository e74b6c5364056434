import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from explorer.ui.refining_pill import RefiningPill


@pytest.fixture
def over(qtbot):
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(600, 400)
    over.show()
    return over


def test_it_shows_after_a_moment_stops_on_request_and_goes_when_all_is_done(over, qtbot):
    pill = RefiningPill(over)
    pill.show_share(0.25)
    assert pill.isHidden()
    qtbot.waitUntil(pill.isVisible)
    assert "25 %" in pill.words.text()
    assert over.rect().contains(pill.geometry())
    with qtbot.waitSignal(pill.stopped):
        qtbot.mouseClick(pill.stop_button, Qt.MouseButton.LeftButton)
    pill.show_share(1.0)
    assert pill.isHidden()


@pytest.mark.parametrize("then", [1.0, 0.0])
def test_what_is_quick_or_waits_for_its_turn_is_never_shown(over, qtbot, then):
    pill = RefiningPill(over)
    pill.show_share(0.5)
    pill.show_share(then)
    assert not pill._delay.isActive()
    assert pill.isHidden()


def test_it_stays_in_the_corner(over, qtbot):
    pill = RefiningPill(over)
    pill.show_share(0.5)
    qtbot.waitUntil(pill.isVisible)
    over.resize(300, 200)
    assert over.rect().contains(pill.geometry())

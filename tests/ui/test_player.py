from itertools import pairwise

import pytest
from PyQt6.QtCore import Qt

from explorer.core.roles import Role
from explorer.ui.player import SPEEDS, Mark, Player, rate_text

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def player(qtbot):
    player = Player()
    player.resize(1000, 56)
    qtbot.addWidget(player)
    with qtbot.waitActive(player):
        player.show()
        player.activateWindow()
    return player


def test_play_and_pause(player, qtbot):
    heard = []
    player.play_toggled.connect(heard.append)
    qtbot.mouseClick(player.play_button, LEFT)
    qtbot.mouseClick(player.play_button, LEFT)
    assert heard == [True, False]
    player.set_playing(True)
    assert heard == [True, False], "what is shown is not asked for"
    assert player.play_button.accessibleName() == "Pause"


def test_step_and_restart(player, qtbot):
    with qtbot.waitSignal(player.step_requested):
        qtbot.mouseClick(player.step_button, LEFT)
    with qtbot.waitSignal(player.restart_requested):
        qtbot.mouseClick(player.restart_button, LEFT)


def test_speed_by_keyboard(player, qtbot):
    heard = []
    player.speed_changed.connect(heard.append)
    player.set_speed(300)
    assert not heard
    player.speed.setFocus(Qt.FocusReason.TabFocusReason)
    for _press in range(2):
        qtbot.keyClick(player.speed, Qt.Key.Key_Down)
    assert heard == [1000.0, None]


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_speed_is_shown(player, speed):
    player.set_speed(speed)
    assert player.speed.currentData() == speed


def test_a_typed_seed(player, qtbot):
    heard = []
    player.seed_changed.connect(heard.append)
    player.seed.setFocus()
    player.seed.selectAll()
    qtbot.keyClicks(player.seed, "42")
    qtbot.keyClick(player.seed, Qt.Key.Key_Return)
    qtbot.keyClick(player.seed, Qt.Key.Key_Up)
    assert heard == [42, 43]
    assert player.seed.text() == "43"


def test_a_mistaken_seed_is_kept_back(player, qtbot):
    heard = []
    player.seed_changed.connect(heard.append)
    player.seed.setFocus()
    player.seed.selectAll()
    qtbot.keyClicks(player.seed, "-1")
    qtbot.keyClick(player.seed, Qt.Key.Key_Return)
    assert not heard
    assert "out of range" in player.seed.toolTip()
    player.set_seed(3)
    assert "out of range" not in player.seed.toolTip()


def test_the_dice_give_another_seed(player, qtbot):
    for _throw in range(20):
        before = player.seed.value
        with qtbot.waitSignal(player.seed_changed) as heard:
            qtbot.mouseClick(player.dice_button, LEFT)
        assert heard.args[0] != before
        assert player.seed.text() == str(heard.args[0])


def test_the_state_in_words(player):
    player.show_state(2940, None)
    assert (player.step_number.number.text(), player.rate.number.text()) == ("2\N{THIN SPACE}940", "paused")
    player.show_state(10, 12.3)
    assert player.rate.number.text() == "12"
    assert not player.rate.unit.isHidden()
    player.show_state(10, None, done=True)
    assert player.rate.number.text() == "done"
    assert player.rate.unit.isHidden()
    player.show_past(5, 10)
    assert player.step_number.number.text() == "5"


@pytest.mark.parametrize(
    ("rate", "text"),
    [(2943.7, "2\N{THIN SPACE}940"), (999.6, "1\N{THIN SPACE}000"), (57.4, "57"), (3.24, "3.2"), (0.0, "0")],
)
def test_rates_have_no_more_digits_than_were_measured(rate, text):
    assert rate_text(rate) == text


def test_a_long_step_number_is_not_cut(player):
    player.show_state(123_456_789, None)
    number = player.step_number.number
    assert number.sizeHint().width() <= player.step_number.width()


def test_marks_stand_at_their_steps_and_never_overlap(player):
    marks = [Mark(step, f"lr {step} → {step + 1}", "change") for step in range(0, 1001, 40)]
    overflow = Mark(600, "no norm overflows", "overflow", Role("orange"))
    player.show_state(1000, None, [*marks, overflow])
    placed = sorted(player.timeline.placed(), key=lambda p: p.x)
    spot = next(p for p in placed if p.mark is overflow)
    assert spot.text_x is not None, "what overflowed is always named"
    assert spot.x == pytest.approx(8 + 0.6 * (player.timeline.width() - 16))
    named = [p for p in placed if p.text_x is not None]
    assert len(named) >= 3
    assert all(a.right < b.left for a, b in pairwise(named))
    assert all(not a.covers(b.x) for a in named for b in placed if a is not b)
    assert all(p.left >= 0 and p.right <= player.timeline.width() for p in named)


def test_few_marks_are_all_named(player):
    marks = [Mark(100, "lr 0.1 → 0.3", "change"), Mark(500, "depth", "change")]
    player.show_state(1000, None, marks)
    assert all(p.text_x is not None for p in player.timeline.placed())


@pytest.mark.parametrize("width", [660, 820, 1100])
def test_nothing_overlaps_at_any_width(player, qtbot, width):
    player.resize(width, 56)
    qtbot.waitUntil(lambda: player.width() == width and player.dice_button.geometry().right() <= width)
    parts = [w for w in player.children() if w.isWidgetType() and w.isVisible()]
    places = sorted((w.geometry().left(), w.geometry().right()) for w in parts)
    assert all(a[1] < b[0] for a, b in pairwise(places))
    assert player.speed.width() == 102
    assert player.timeline.width() >= 40


def test_painting_all_of_it(player):
    player.show_state(600, 2940.0, [Mark(200, "lr", "change"), Mark(600, "relu", "overflow", Role("blue"))])
    assert not player.grab().isNull()

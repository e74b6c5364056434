"""The deck as a user has it: pinned, renamed, moved, removed, opened again; real window, worker, mouse and keys."""

import dataclasses

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication

from explorer.core.deck import Card, Deck, dumps, loads
from explorer.core.session import Session
from explorer.registry import EXPERIMENTS
from explorer.ui import files, thumbnails
from explorer.ui.banner import BannerButton
from explorer.ui.deck_menus import NoteDialog, card_menu, deck_menu
from explorer.ui.window import MainWindow

WITHIN = 20_000
"""Milliseconds that a worker on a busy machine may take."""
CTRL, ALT, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def open_window(qtbot, worker, tmp_path):
    """Open a window with the settings of this test; what is still open in the end is closed."""
    windows = []

    def open_one():
        if not worker.alive:
            worker.restart()
        window = MainWindow(worker, tmp_path / "settings.json")
        windows.append(window)
        window.show()
        qtbot.waitUntil(lambda: window.tab.run.frame is not None, timeout=WITHIN)
        return window

    yield open_one
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window):
    return open_window()


def card(title, name="activations", step=0, panel=""):
    spec = EXPERIMENTS[name]
    return Card(title, Session(name, spec.hyperparams(), spec.view_options(), step), panel)


@pytest.fixture
def deck(window):
    """A deck of four, as it would be opened from elsewhere: without pictures."""
    four = Deck((card("one"), card("two", step=3), card("three", panel="loss"), card("four", "optimizers", 5)))
    window.deck.file.change(lambda _deck: four)
    window.show_deck(True)
    window.activateWindow()
    return window.deck


def titles(panel):
    assert [view.card for view in panel.strip.cards] == list(panel.deck.cards)
    assert loads(panel.file.path.read_bytes(), EXPERIMENTS) == panel.deck
    return [one.title for one in panel.deck.cards]


def rest(qtbot, window, steps=3):
    """Let the run take some steps, and pause it."""
    run = window.tab.run
    run.play(True)
    start = run.frame.step if run.frame else 0
    qtbot.waitUntil(lambda: run.frame is not None and run.frame.step >= start + steps, timeout=WITHIN)
    run.play(False)
    qtbot.waitUntil(lambda: run.rate == 0.0, timeout=WITHIN)


def press(qtbot, panel, index, key, modifier=Qt.KeyboardModifier.NoModifier):
    panel.strip.focus_card(index)
    qtbot.keyClick(panel.strip.cards[index], key, modifier)


def click_picture(qtbot, view):
    qtbot.mouseClick(view, LEFT, pos=QPoint(60, 40))


# --- pin and reopen ----------------------------------------------------------------------------------------------
def test_ctrl_d_pins_what_two_tabs_show_and_a_click_brings_each_back_exactly(window, qtbot):
    rest(qtbot, window)
    window.tab.controls.change("lr", 0.05)  # a live change on the way
    rest(qtbot, window)
    window.tab.view.maximise("loss")
    first = window.tab.run.frame
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    panel = window.deck
    assert panel.isVisible()  # the first time, it shows where things go
    window.show_tab("optimizers")
    rest(qtbot, window, 5)
    second = window.tab.run.frame
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL)
    assert [one.panel for one in panel.deck.cards] == ["loss", ""]
    assert titles(panel)[1] == window.tab.spec.figure(second, window.tab.controls.options).headline

    for name in ("optimizers", "activations"):
        window.show_tab(name)
        window.tab.view.maximise(None)
        window.tab.run.restart()
        rest(qtbot, window)
        window.reset_all()
    click_picture(qtbot, panel.strip.cards[1])
    assert window.settings.tab == "optimizers"
    optimizers = window.tab
    qtbot.waitUntil(lambda: optimizers.run.frame.step == second.step, timeout=WITHIN)
    assert_same(optimizers.run.frame, second)
    click_picture(qtbot, panel.strip.cards[0])
    assert window.settings.tab == "activations"
    activations = window.tab
    qtbot.waitUntil(
        lambda: (activations.run.frame.step, activations.run.frame.hyperparams) == (first.step, first.hyperparams),
        timeout=WITHIN,
    )
    assert_same(activations.run.frame, first)
    assert activations.view.maximised == "loss"
    assert activations.controls.hyperparams.lr == 0.05
    assert not activations.run.playing
    assert activations.session() == panel.deck.cards[0].session


def assert_same(frame, other):
    for field in dataclasses.fields(frame):
        ours, theirs = getattr(frame, field.name), getattr(other, field.name)
        if isinstance(ours, np.ndarray):
            assert np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f"), field.name


def test_a_card_with_all_panels_brings_all_back(window, qtbot, deck):
    window.tab.view.maximise("loss")
    press(qtbot, deck, 1, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.tab.run.frame.step == 3 and window.tab.view.maximised is None, timeout=WITHIN)


def test_of_two_cards_opened_at_once_the_last_counts(window, qtbot, deck):
    for index in (1, 3, 1, 2, 3):
        deck.reopen(index)
    qtbot.waitUntil(lambda: window.tab.run.frame is not None and window.tab.run.frame.step == 5, timeout=WITHIN)
    assert window.settings.tab == "optimizers"
    assert not window.tab.run.playing


def test_while_a_live_run_plays_a_card_keeps_the_step_that_was_shown(window, qtbot):
    window.tab.run.set_speed(None)
    window.tab.run.play(True)
    for n in range(1, 4):
        start = window.tab.run.frame.step
        qtbot.waitUntil(lambda start=start: window.tab.run.frame.step > start, timeout=WITHIN)
        window.add_to_deck()
        assert len(window.deck.deck.cards) == n
        assert window.deck.deck.cards[-1].session.step == window.tab.run.frame.step


def test_scrubbed_back_the_card_keeps_the_step_that_is_shown(window, qtbot):
    rest(qtbot, window, 10)
    run = window.tab.run
    newest = run.frame.step
    run.show_beside(-2)
    assert run.frame.step < newest
    window.add_to_deck()
    assert window.deck.deck.cards[0].session.step == run.frame.step
    window.deck.reopen(0)
    step = run.frame.step
    qtbot.waitUntil(lambda: run.newest_step == run.frame.step == step, timeout=WITHIN)


def test_without_a_figure_nothing_is_pinned(qtbot, worker, tmp_path):
    window = MainWindow(worker, tmp_path / "settings.json")
    qtbot.addWidget(window)
    window.add_to_deck()
    assert window.deck.deck == Deck()
    assert "no figure yet" in window.message.accessibleName()


# --- pictures ----------------------------------------------------------------------------------------------------
def test_a_pinned_card_has_pictures_in_both_themes_and_one_from_elsewhere_gets_them_when_opened(window, qtbot, deck):
    rest(qtbot, window)
    window.add_to_deck()
    pinned = deck.deck.cards[-1]
    assert thumbnails.load(pinned, "light", 2.0).width() == 2 * thumbnails.WIDTH
    qtbot.waitUntil(lambda: thumbnails.path_of(pinned, "dark").exists())
    other = deck.deck.cards[1]
    assert thumbnails.load(other, "light", 1.0) is None
    deck.grab()  # draws a placeholder
    deck.reopen(1)
    qtbot.waitUntil(lambda: thumbnails.path_of(other, "light").exists(), timeout=WITHIN)
    assert deck.strip.cards[1].picture() is not None


def test_a_broken_or_lost_picture_is_no_harm(window, qtbot, deck):
    window.add_to_deck()
    path = thumbnails.path_of(deck.deck.cards[-1], "light")
    path.write_bytes(path.read_bytes()[:100])
    deck.strip.cards[-1].show_card(deck.deck.cards[-1], 5)
    deck.grab()
    assert deck.strip.cards[-1].picture() is None


def test_where_the_cache_cannot_be_written_cards_are_pinned_all_the_same(window, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    window.add_to_deck()
    window.deck.grab()
    assert len(window.deck.deck.cards) == 1


# --- rename ------------------------------------------------------------------------------------------------------
def test_f2_renames_in_place_and_esc_leaves_it(window, qtbot, deck):
    view = deck.strip.cards[0]
    press(qtbot, deck, 0, Qt.Key.Key_F2)
    assert view.editor.isVisible()
    qtbot.keyClicks(view.editor, "Vanishing gradients")
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert titles(deck)[0] == "Vanishing gradients"
    assert not view.editor.isVisible()
    assert view.hasFocus()
    press(qtbot, deck, 0, Qt.Key.Key_F2)
    qtbot.keyClicks(view.editor, "nothing")
    qtbot.keyClick(view.editor, Qt.Key.Key_Escape)
    assert not view.editor.isVisible()
    assert titles(deck)[0] == "Vanishing gradients"


def test_a_double_click_renames_and_an_empty_title_is_none(window, qtbot, deck):
    view = deck.strip.cards[1]
    at = QPoint(40, view.height() - 20)
    qtbot.mouseClick(view, LEFT, pos=at)
    qtbot.mouseDClick(view, LEFT, pos=at)
    assert view.editor.isVisible()
    assert window.tab.run.frame.hyperparams == window.tab.spec.hyperparams()
    qtbot.keyClick(view.editor, Qt.Key.Key_Delete)
    qtbot.keyClick(view.editor, Qt.Key.Key_Return)
    assert titles(deck)[1] == "two"


def test_leaving_the_title_keeps_what_was_typed(window, qtbot, deck):
    view = deck.strip.cards[0]
    press(qtbot, deck, 0, Qt.Key.Key_F2)
    qtbot.keyClicks(view.editor, "kept")
    deck.strip.focus_card(2)
    assert titles(deck)[0] == "kept"
    assert deck.strip.focused == 2


# --- order -------------------------------------------------------------------------------------------------------
def drag(qtbot, deck, index, x, release=True):
    """Drag a card's middle to a place in the row (px)."""
    view = deck.strip.cards[index]
    start, end = QPoint(60, 40), QPoint(x - view.x(), 40)
    qtbot.mousePress(view, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(view, start + (end - start) * share)
    if release:
        qtbot.mouseRelease(view, LEFT, pos=end)


@pytest.mark.parametrize(
    ("index", "gap", "expected"),
    [
        (0, 4, "two three four one"),
        (3, 0, "four one two three"),
        (1, 3, "one three two four"),
        (2, 1, "one three two four"),
        (1, 1, "one two three four"),
        (1, 2, "one two three four"),
    ],
)
def test_a_card_is_dragged_to_another_place(deck, qtbot, index, gap, expected):
    views = deck.strip.cards
    x = views[gap].x() if gap < 4 else views[3].geometry().right() + 30
    drag(qtbot, deck, index, x)
    assert titles(deck) == expected.split()
    assert deck.window_.settings.tab == "activations"


def test_a_drag_shows_where_it_would_go_and_esc_gives_it_up(deck, qtbot):
    drag(qtbot, deck, 0, deck.strip.cards[3].x(), release=False)
    assert deck.strip.row.gap == 3
    deck.grab()
    qtbot.keyClick(deck.strip.cards[0], Qt.Key.Key_Escape)
    assert deck.strip.row.gap is None
    qtbot.mouseRelease(deck.strip.cards[0], LEFT)
    assert titles(deck) == ["one", "two", "three", "four"]


def test_keys_move_the_focus_and_with_ctrl_or_alt_the_card(deck, qtbot):
    press(qtbot, deck, 0, Qt.Key.Key_Right)
    assert deck.strip.focused == 1
    press(qtbot, deck, 1, Qt.Key.Key_End)
    assert deck.strip.focused == 3
    press(qtbot, deck, 3, Qt.Key.Key_Right)
    assert deck.strip.focused == 3
    press(qtbot, deck, 3, Qt.Key.Key_Home)
    assert deck.strip.focused == 0
    press(qtbot, deck, 0, Qt.Key.Key_Left, CTRL)
    press(qtbot, deck, 0, Qt.Key.Key_Right, CTRL)
    assert titles(deck) == ["two", "one", "three", "four"]
    assert deck.strip.focused == 1
    press(qtbot, deck, 1, Qt.Key.Key_Down, ALT)
    assert titles(deck) == ["two", "three", "one", "four"]
    press(qtbot, deck, 2, Qt.Key.Key_Up, ALT)
    assert titles(deck) == ["two", "one", "three", "four"]


# --- remove and undo ---------------------------------------------------------------------------------------------
def test_del_removes_and_ctrl_z_in_the_deck_brings_it_back_and_not_a_setting(window, deck, qtbot):
    window.tab.controls.change("depth", 5)
    press(qtbot, deck, 1, Qt.Key.Key_Delete)
    assert titles(deck) == ["one", "three", "four"]
    assert deck.strip.focused == 1
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL)
    assert titles(deck) == ["one", "two", "three", "four"]
    assert window.tab.controls.hyperparams.depth == 5
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert titles(deck) == ["one", "three", "four"]
    qtbot.mouseClick(deck.head.undo_button, LEFT)
    assert titles(deck) == ["one", "two", "three", "four"]
    window.tab.view.setFocus()
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Z, CTRL)
    assert window.tab.controls.hyperparams.depth == 3
    assert len(titles(deck)) == 4


def test_the_last_card_removed_can_be_undone_too(window, deck, qtbot):
    for _n in range(4):
        press(qtbot, deck, 0, Qt.Key.Key_Delete)
    assert deck.hint.isVisible()
    assert "Ctrl+D" in deck.hint.text()
    assert not deck.head.export_button.isEnabled()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Z, CTRL)
    assert titles(deck) == ["four"]


def test_clear_offers_an_undo(window, deck, qtbot):
    choose(deck_menu(deck), "Clear")
    assert titles(deck) == []
    (button,) = window.message.findChildren(BannerButton)
    qtbot.mouseClick(button, LEFT)
    assert len(titles(deck)) == 4
    assert window.message is None


def choose(menu, text):
    next(action for action in menu.actions() if action.text().split("\t")[0] == text).trigger()
    menu.close()


# --- notes, menus, toggle ----------------------------------------------------------------------------------------
def test_a_note_is_kept_with_its_card(window, deck, qtbot):
    choose(card_menu(deck, 1), "Note for the speaker…")
    dialog = window.findChild(NoteDialog)
    qtbot.keyClicks(dialog.note, "Pause here")
    dialog.accept()
    assert deck.deck.cards[1].note == "Pause here"
    assert "Pause here" in deck.strip.cards[1].toolTip()


def test_the_menu_of_a_card_moves_and_removes_it(deck):
    choose(card_menu(deck, 0), "Move forth")
    assert titles(deck) == ["two", "one", "three", "four"]
    choose(card_menu(deck, 3), "Remove")
    assert titles(deck) == ["two", "one", "three"]
    assert [action.isEnabled() for action in deck_menu(deck).actions()] == [True] * 4


def test_the_toggle_shows_the_panel_and_how_many_there_are(window, deck, qtbot):
    action = window.actions_by_name["deck"]
    assert action.property("count") == 4
    assert "4 figures" in action.toolTip()
    qtbot.keyClick(window, Qt.Key.Key_D, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert not deck.isVisible()
    assert not action.isChecked()
    window.add_to_deck()
    assert not deck.isVisible()  # who closed it need not close it again
    assert "figure 5" in window.message.accessibleName()
    window.toggle_presentation()
    window.show_deck(True)
    assert not deck.isVisible()
    window.toggle_presentation()
    assert deck.isVisible()


# --- files and windows -------------------------------------------------------------------------------------------
def test_a_deck_is_saved_opened_and_dropped(window, deck, tmp_path, qtbot):
    kept = deck.deck.cards
    deck.save_path(tmp_path / "talk.json")
    deck.clear()
    files.open_path(window, tmp_path / "talk.json")
    assert deck.deck == Deck(kept, "talk")
    assert "4 figures" in window.message.accessibleName()
    (button,) = window.message.findChildren(BannerButton)
    qtbot.mouseClick(button, LEFT)
    assert deck.deck == Deck()


def test_a_broken_deck_changes_nothing_and_says_why(window, deck, tmp_path):
    text = dumps(deck.deck).replace('"step": 3', '"step": -3')
    (tmp_path / "broken.json").write_text(text)
    files.open_path(window, tmp_path / "broken.json")
    assert "cards[1]: step: “-3”" in window.message.accessibleName()
    assert len(titles(deck)) == 4


def test_the_deck_and_whether_it_is_shown_come_back_at_the_next_start(open_window, qtbot):
    first = open_window()
    rest(qtbot, first)
    first.add_to_deck()
    deck = first.deck.deck
    first.close()
    second = open_window()
    qtbot.waitUntil(lambda: second._deck is not None and second._deck.isVisible())
    assert second.deck.deck == deck
    assert second.deck.strip.cards[0].picture() is not None


def test_without_a_word_a_start_makes_the_deck_when_there_is_time(window, qtbot):
    qtbot.waitUntil(lambda: window._deck is not None)
    assert not window._deck.isVisible()


def test_a_broken_remembered_deck_is_put_aside_and_said(open_window, tmp_path, qtbot):
    (tmp_path / "deck.json").write_text("{")
    window = open_window()
    qtbot.waitUntil(lambda: window.message is not None)
    assert "deck.broken.json" in window.message.accessibleName()
    window.add_to_deck()
    assert len(window.deck.deck.cards) == 1


def test_both_of_two_windows_keep_their_cards(open_window, qtbot):
    first, second = open_window(), open_window()
    qtbot.waitUntil(lambda: first.tab.run.frame is not None)
    first.add_to_deck()
    second.add_to_deck()
    first.deck.file.read()
    assert len(titles(first.deck)) == len(titles(second.deck)) == 2

"""Going back in a run and comparing runs, as a user does it: real window, real worker, real mouse and keys."""

import dataclasses
import os
import signal

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QPushButton

from explorer.core import hyperparams as hp
from explorer.core.figure import series
from explorer.core.session import Session
from explorer.registry import EXPERIMENTS
from explorer.ui.banner import BannerButton
from explorer.ui.export_dialog import ExportDialog
from explorer.ui.go_to_step import GoToStep
from explorer.ui.live_run import LiveRun
from explorer.ui.pins import MOST
from explorer.ui.window import MainWindow
from explorer.ui.worker_bridge import WorkerBridge

WITHIN = 30_000
LEFT = Qt.MouseButton.LeftButton


def make_window(worker, path):
    if not worker.alive:
        worker.restart()
    window = MainWindow(worker, path)
    window.show()
    return window


@pytest.fixture
def window(qtbot, worker, tmp_path):
    window = make_window(worker, tmp_path / "settings.json")
    qtbot.waitUntil(lambda: window.tab.run.frame is not None, timeout=WITHIN)
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def played(window, qtbot):
    """A window whose run plays and has some frames behind it."""
    qtbot.waitUntil(lambda: len(window.tab.run.recording.steps) >= 12, timeout=WITHIN)
    return window


def newest_drawn(window):
    return window.tab.run.shown is window.tab.run.recording.newest


def drag(qtbot, timeline, *shares):
    """Press at the first share of the timeline, move to the others, and keep it pressed."""
    middle = timeline.height() // 2
    places = [QPoint(round(timeline.x_of(share * timeline._total)), middle) for share in shares]
    qtbot.mousePress(timeline, LEFT, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(timeline, place)
    return places[-1]


def rest(window, qtbot):
    window.tab.run.play(False)
    qtbot.waitUntil(lambda: window.tab.run.rate == 0.0, timeout=WITHIN)


# --- scrubbing ----------------------------------------------------------------------------------------------------
def test_dragging_shows_the_past_and_the_right_end_goes_on(played, qtbot):
    run, timeline = played.tab.run, played.tab.player.timeline
    place = drag(qtbot, timeline, 0.5, 0.3)
    assert run.is_rewound
    assert not run.playing
    assert abs(run.frame.step - 0.3 * run.newest_step) <= max(np.diff(run.recording.steps))
    assert played.tab.player.step_number.number.text() == str(run.frame.step)
    assert played.tab.view.figure.headline == played.tab.figure().headline
    drawn = played.tab.spec.figure(run.frame, played.tab.controls.options)
    assert played.tab.view.figure.headline == drawn.headline
    seen = run.frame.step
    qtbot.mouseMove(timeline, QPoint(0, place.y()))
    assert run.frame.step == 0 != seen
    qtbot.mouseMove(timeline, QPoint(timeline.width() + 50, place.y()))
    qtbot.mouseRelease(timeline, LEFT, pos=QPoint(timeline.width(), place.y()))
    before = run.newest_step
    assert run.playing
    qtbot.waitUntil(lambda: run.frame.step > before, timeout=WITHIN)


def test_a_run_that_rests_stays_at_rest_when_the_past_is_left(played, qtbot):
    run = played.tab.run
    rest(played, qtbot)
    drag(qtbot, played.tab.player.timeline, 0.5)
    assert run.is_rewound
    qtbot.mouseClick(played.tab.player.newest_button, LEFT)
    assert newest_drawn(played)
    assert not run.playing


def test_keys_go_through_the_kept_frames(played, qtbot):
    run, timeline = played.tab.run, played.tab.player.timeline
    rest(played, qtbot)
    timeline.setFocus()
    steps = run.recording.steps
    for key, at in ((Qt.Key.Key_Left, -2), (Qt.Key.Key_Left, -3), (Qt.Key.Key_Right, -2), (Qt.Key.Key_PageDown, -12)):
        qtbot.keyClick(timeline, key)
        assert run.frame.step == steps[at]
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert run.frame.step == steps[0]
    qtbot.keyClick(timeline, Qt.Key.Key_End)
    assert newest_drawn(played)


def test_space_in_the_past_plays_on_from_the_newest(played, qtbot):
    run, timeline = played.tab.run, played.tab.player.timeline
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert run.is_rewound
    qtbot.keyClick(timeline, Qt.Key.Key_Space)
    assert run.playing
    assert newest_drawn(played)


def test_what_is_saved_and_exported_in_the_past_is_the_past(played, qtbot):
    run = played.tab.run
    rest(played, qtbot)
    run.show_step(run.newest_step / 2)
    step = run.frame.step
    assert played.tab.session().step == step < run.newest_step
    played.export_figure()
    dialog = played.findChild(ExportDialog)
    assert (dialog.frame.step, dialog.session.step) == (step, step)
    dialog.reject()


def test_a_live_change_in_the_past_acts_on_the_newest(played, qtbot):
    run = played.tab.run
    run.show_step(0)
    played.tab.controls.change("lr", 0.05)
    qtbot.waitUntil(lambda: run.frame.hyperparams.lr == 0.05, timeout=WITHIN)
    assert newest_drawn(played)
    assert run.frame.step > 0
    assert run.playing


def test_any_other_change_in_the_past_begins_anew_and_plays(played, qtbot):
    run = played.tab.run
    run.show_step(0)
    played.tab.controls.change("depth", 2)
    qtbot.waitUntil(lambda: run.frame.hyperparams.depth == 2 and run.frame.step > 0, timeout=WITHIN)
    assert run.recording.shots[0].frame.hyperparams.depth == 2


def test_frantic_scrubbing_leaves_a_run_that_goes_on(played, qtbot):
    run, timeline = played.tab.run, played.tab.player.timeline
    rng = np.random.default_rng(0)
    for share in rng.uniform(0, 1, 60).tolist():
        drag(qtbot, timeline, share)
        qtbot.mouseRelease(timeline, LEFT)
        qtbot.keyClick(timeline, Qt.Key.Key_Left)
    qtbot.keyClick(timeline, Qt.Key.Key_End)
    before = run.newest_step
    qtbot.waitUntil(lambda: run.frame.step > before, timeout=WITHIN)


def test_the_past_outlives_the_worker_and_the_run_comes_back_at_its_newest_step(played, qtbot):
    run, timeline = played.tab.run, played.tab.player.timeline
    drag(qtbot, timeline, 0.5)
    newest = run.newest_step
    os.kill(played.bridge.client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: played.tab.banner is not None, timeout=WITHIN)
    qtbot.mouseMove(timeline, QPoint(0, 20))
    qtbot.mouseRelease(timeline, LEFT)
    assert run.frame.step == 0
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: run.frame.step > newest, timeout=WITHIN)
    assert run.recording.steps[0] == 0


# --- rerunning ----------------------------------------------------------------------------------------------------
def assert_same(a, b, name=""):
    if dataclasses.is_dataclass(a):
        for key, value in vars(a).items():
            assert_same(value, getattr(b, key), f"{name}.{key}")
    elif isinstance(a, (tuple, list)):
        assert len(a) == len(b), name
        for x, y in zip(a, b, strict=True):
            assert_same(x, y, name)
    else:
        np.testing.assert_array_equal(a, b, err_msg=name)


def quick(spec):
    """Settings with which an experiment is through with what it refines at once."""
    small = {"depth": 4, "width": 16} if spec.name == "initializers" else {}
    return hp.replace(spec.hyperparams(), small)


@pytest.mark.parametrize("spec", EXPERIMENTS.values(), ids=lambda spec: spec.name)
def test_rerun_to_a_step_is_exact(spec, worker, qtbot):
    bridge = WorkerBridge(worker)
    run = LiveRun(spec, bridge, speed=None)
    run.frame_arrived.connect(lambda _frame: run.taken())
    run.playing = False
    run.begin(quick(spec))
    run.set_visible(True)

    def go(step):
        """Step by step, so that every frame is complete."""
        while run.newest_step < step:
            before = run.newest_step
            run.step()
            qtbot.waitUntil(lambda before=before: run.newest_step > before and run.refined == 1, timeout=WITHIN)

    qtbot.waitUntil(lambda: run.frame is not None and run.refined == 1, timeout=WITHIN)
    go(5)
    live = "lr" if "lr" in {f.name for f in hp.fields_of(spec.hyperparams)} else "adam.lr"
    changed = hp.replace(run.hyperparams, {live: hp.get(run.hyperparams, live) / 2})
    run.apply(changed)
    qtbot.waitUntil(lambda: run.frame.hyperparams == changed, timeout=WITHIN)
    go(12)
    wanted = {shot.step: shot.frame for shot in run.recording.shots}
    for step in (9, 5, 3):
        run.go_to(step)
        assert run.recording.steps[-1] <= step
        qtbot.waitUntil(lambda step=step: run.notice is None and run.frame is not wanted[step], timeout=WITHIN)
        qtbot.waitUntil(lambda: run.refined == 1, timeout=WITHIN)
        assert run.frame.step == step
        assert not run.playing
        assert_same(run.frame, wanted[step])
        assert run.session(None) == Session(spec.name, run.started, None, step, run.changes)
    assert run.hyperparams == quick(spec), "the change came later"
    worker.on_answer = None


def test_the_button_on_the_timeline_branches_off(played, qtbot):
    run, player = played.tab.run, played.tab.player
    played.tab.controls.change("lr", 0.05)
    qtbot.waitUntil(lambda: run.frame.hyperparams.lr == 0.05 and run.newest_step > 20, timeout=WITHIN)
    rest(played, qtbot)
    run.show_beside(-len(run.recording.steps))
    run.show_beside(2)
    kept, step = run.frame, run.frame.step
    assert kept.hyperparams.lr == 0.3
    qtbot.mouseClick(player.rerun_button, LEFT)
    qtbot.waitUntil(lambda: run.frame is not kept and run.frame.step == step, timeout=WITHIN)
    assert_same(run.frame, kept)
    assert played.tab.controls.hyperparams.lr == 0.3, "the controls show what runs"
    assert run.newest_step == step
    assert played.tab.controls.undo_stack.canUndo()
    run.play(True)
    qtbot.waitUntil(lambda: run.frame.step > step, timeout=WITHIN)


def test_going_to_a_step_that_was_not_reached_yet(played, qtbot):
    run = played.tab.run
    rest(played, qtbot)
    target = run.newest_step + 150
    qtbot.mouseDClick(played.tab.player.step_number, LEFT)
    dialog = played.findChild(GoToStep)
    dialog.step.setValue(target)
    qtbot.keyClick(dialog.step, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: run.frame.step == target, timeout=WITHIN)
    assert not run.playing


def test_leaving_the_question_changes_nothing(played, qtbot):
    rest(played, qtbot)
    before = played.tab.run.frame
    played.go_to_step()
    dialog = played.findChild(GoToStep)
    cancel = next(b for b in dialog.findChildren(QPushButton) if "Cancel" in b.text())
    qtbot.mouseClick(cancel, LEFT)
    assert played.tab.run.frame is before


# --- pins ---------------------------------------------------------------------------------------------------------
def rows(window):
    return window.tab.comparison.list.rows


def ghosts(window):
    return [(panel, mark) for panel, mark in series(window.tab.view.figure) if mark.key.startswith("pin")]


def test_a_pinned_run_stays_as_a_ghost_named_by_what_differs(played, qtbot):
    run = played.tab.run
    rest(played, qtbot)
    pinned = played.tab.figure()
    qtbot.keyClick(played, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert [row.text() for row in rows(played)] == [f"step {run.frame.step}"]
    assert played.tab.comparison.list.isVisible()
    assert not ghosts(played), "it lies under the live curves"
    played.tab.controls.change("seed", 1)
    qtbot.waitUntil(lambda: run.frame.hyperparams.seed == 1, timeout=WITHIN)
    assert rows(played)[0].text() == "seed 0 → 1"
    assert played.tab.view.figure.key[-1].name == "pinned: seed 0 → 1"
    originals = {(panel, f"pin1:{mark.key}"): mark for panel, mark in series(pinned)}
    assert {panel for panel, _mark in ghosts(played)} >= {"loss", "accuracy"}
    assert all(mark.y is originals[panel, mark.key].y or (mark.y == originals[panel, mark.key].y).all()
               for panel, mark in ghosts(played))  # fmt: skip
    played.tab.controls.undo_stack.undo()
    qtbot.waitUntil(lambda: run.frame.hyperparams.seed == 0, timeout=WITHIN)
    assert len(rows(played)) == 1


def test_a_click_recalls_exactly(played, qtbot):
    run = played.tab.run
    played.tab.controls.change("lr", 0.1)
    qtbot.waitUntil(lambda: run.frame.hyperparams.lr == 0.1, timeout=WITHIN)
    rest(played, qtbot)
    kept, session = run.frame, played.tab.session()
    assert session.changes
    played.pin_run()
    played.tab.controls.apply(hp.replace(played.tab.controls.hyperparams, {"depth": 2, "seed": 7}))
    qtbot.waitUntil(lambda: run.frame.hyperparams.seed == 7, timeout=WITHIN)
    qtbot.mouseClick(rows(played)[0], LEFT, pos=QPoint(60, 13))
    qtbot.waitUntil(lambda: run.frame.step == kept.step and run.frame.hyperparams == kept.hyperparams, timeout=WITHIN)
    assert_same(run.frame, kept)
    assert played.tab.session() == session
    assert played.tab.controls.hyperparams == kept.hyperparams
    assert not run.playing
    assert not ghosts(played)


def test_pins_are_renamed_hidden_and_removed(played, qtbot):
    rest(played, qtbot)
    played.pin_run()
    played.tab.controls.change("seed", 1)
    qtbot.waitUntil(lambda: bool(ghosts(played)), timeout=WITHIN)
    qtbot.mouseClick(rows(played)[0].rename_button, LEFT)
    qtbot.keyClicks(rows(played)[0].editor, "first try")
    qtbot.keyClick(rows(played)[0].editor, Qt.Key.Key_Return)
    assert rows(played)[0].text() == "first try"
    assert played.tab.view.figure.key[-1].name == "pinned: first try"
    qtbot.mouseClick(rows(played)[0].rename_button, LEFT)
    qtbot.keyClicks(rows(played)[0].editor, "no")
    qtbot.keyClick(rows(played)[0].editor, Qt.Key.Key_Escape)
    assert rows(played)[0].text() == "first try"
    qtbot.mouseClick(rows(played)[0].eye_button, LEFT)
    assert not ghosts(played)
    qtbot.mouseClick(rows(played)[0].eye_button, LEFT)
    assert ghosts(played)
    qtbot.mouseClick(rows(played)[0].remove_button, LEFT)
    assert not rows(played)
    assert not ghosts(played)
    assert not played.tab.comparison.list.isVisible()


def test_a_pin_of_the_past_is_the_past(played, qtbot):
    rest(played, qtbot)
    run = played.tab.run
    run.show_step(run.newest_step / 2)
    played.pin_run()
    pin = played.tab.comparison.pins.all[0]
    assert (pin.shot.frame, pin.session.step) == (run.frame, run.frame.step)
    assert 0 < pin.shot.seconds <= run.recording.newest.seconds


def test_when_there_is_no_room_the_oldest_may_go(played, qtbot):
    rest(played, qtbot)
    for _pin in range(MOST + 1):
        played.pin_run()
    pins = played.tab.comparison.pins
    assert len(pins.all) == MOST
    assert "1: step" in played.message.accessibleName()
    oldest = pins.all[0]
    button = next(b for b in played.message.findChildren(BannerButton) if b.text() == "Replace the oldest")
    qtbot.mouseClick(button, LEFT)
    assert len(pins.all) == MOST
    assert oldest not in pins.all
    assert sorted(pin.number for pin in pins.all) == list(range(1, MOST + 1))
    assert played.message is None


def test_the_list_folds_and_stays_so(played, qtbot):
    rest(played, qtbot)
    played.pin_run()
    qtbot.mouseClick(played.tab.comparison.list.header, LEFT)
    assert not rows(played)[0].isVisible()
    assert played.settings.pins_folded
    played.show_tab("residual")
    qtbot.waitUntil(lambda: played.tab.run.frame is not None, timeout=WITHIN)
    played.tab.run.play(False)
    played.pin_run()
    assert not rows(played)[0].isVisible()


def test_the_list_is_gone_in_a_presentation(played, qtbot):
    rest(played, qtbot)
    played.pin_run()
    played.toggle_presentation()
    assert not played.tab.comparison.list.isVisible()
    played.pin_run()
    assert not played.tab.comparison.list.isVisible()
    played.toggle_presentation()
    assert played.tab.comparison.list.isVisible()

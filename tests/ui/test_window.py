"""The whole program as a user drives it: real window, real worker, real keys and clicks."""

import json
import math
import os
import signal

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit

from explorer.core.hyperparams import replace
from explorer.draw.palette import DARK, LIGHT
from explorer.registry import EXPERIMENTS
from explorer.ui import files, presentation
from explorer.ui.banner import BannerButton
from explorer.ui.chips import Chip
from explorer.ui.export_dialog import ExportDialog
from explorer.ui.settings import Settings, load, save
from explorer.ui.window import MainWindow

WITHIN = 20_000
"""Milliseconds that a worker on a busy machine may take."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.json"


@pytest.fixture
def open_window(qtbot, worker, path):
    """Open a window with the settings at `path`; what is still open in the end is closed."""
    windows = []

    def open_one():
        if not worker.alive:
            worker.restart()
        window = MainWindow(worker, path)
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


def step(window):
    return window.tab.run.frame.step


def wait_for_steps(qtbot, window, n=3):
    start = step(window)
    qtbot.waitUntil(lambda: step(window) >= start + n, timeout=WITHIN)


def wait_for_rest(qtbot, window):
    """Wait until the worker has said that it paused: its last frame has no rate."""
    qtbot.waitUntil(lambda: not window.tab.run.playing and window.tab.run.rate == 0.0, timeout=WITHIN)


def entry(window, name):
    return window.tab.controls.findChild(QLineEdit, f"{name}.entry")


def type_into(qtbot, window, name, text):
    field = entry(window, name)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def press_banner(qtbot, banner, text):
    button = next(b for b in banner.findChildren(BannerButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_trains_from_the_start_and_space_pauses_it(window, qtbot):
    wait_for_steps(qtbot, window)
    window.tab.view.setFocus()
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Space)
    wait_for_rest(qtbot, window)
    rested = step(window)
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: step(window) == rested + 1, timeout=WITHIN)
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Space)
    wait_for_steps(qtbot, window)


def test_a_typed_value_is_exact_from_the_entry_to_the_frame_and_back_from_a_session(window, qtbot, tmp_path):
    type_into(qtbot, window, "lr", "3e-4")
    assert window.tab.controls.hyperparams.lr == 3e-4
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.lr == 3e-4, timeout=WITHIN)
    file = tmp_path / "kept.json"
    files.save_path(window, file)
    assert json.loads(file.read_text())["hyperparams"]["lr"] in (3e-4, 0.3)  # as it began, or a change on the way
    window.reset_all()
    assert window.tab.controls.hyperparams.lr == 0.3
    files.open_path(window, file)
    assert window.tab.controls.hyperparams.lr == 3e-4
    assert entry(window, "lr").text() == "3e\N{MINUS SIGN}4"


def test_undo_and_redo_bring_settings_back_and_restart_the_run(window, qtbot):
    type_into(qtbot, window, "depth", "5")
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.depth == 5, timeout=WITHIN)
    window.actions_by_name["undo"].trigger()
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.depth == 3, timeout=WITHIN)
    window.actions_by_name["redo"].trigger()
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.depth == 5, timeout=WITHIN)


def test_after_frantic_changes_the_last_one_counts(window, qtbot):
    for i in range(60):
        window.tab.controls.change("width", 8 + i)
        window.tab.controls.change("lr", 0.1 + i / 100)
    last = window.tab.controls.hyperparams
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams == last, timeout=WITHIN)
    assert (last.width, last.lr) == (67, 0.1 + 59 / 100)


def test_a_live_hyperparam_does_not_restart_the_run(window, qtbot):
    wait_for_steps(qtbot, window, 5)
    before = step(window)
    type_into(qtbot, window, "lr", "0.05")
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.lr == 0.05, timeout=WITHIN)
    assert step(window) >= before
    assert [c.hyperparams for c in window.tab.run.changes] == [{"lr": 0.05}]


def test_a_killed_worker_is_said_in_words_and_restart_goes_on_with_all_settings(window, qtbot):
    type_into(qtbot, window, "depth", "2")
    wait_for_steps(qtbot, window)
    os.kill(window.bridge.client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: window.tab.banner is not None, timeout=WITHIN)
    assert window.tab.banner.kind == "error"
    assert window.tab.view.shown_figure is not None
    drawn = step(window)
    press_banner(qtbot, window.tab.banner, "Restart")
    qtbot.waitUntil(lambda: window.tab.banner is None, timeout=WITHIN)
    wait_for_steps(qtbot, window)
    assert window.tab.controls.hyperparams.depth == 2
    assert drawn >= 0


def test_changing_a_setting_revives_a_dead_worker(window, qtbot):
    os.kill(window.bridge.client.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: window.tab.banner is not None, timeout=WITHIN)
    type_into(qtbot, window, "depth", "2")
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.depth == 2, timeout=WITHIN)


def test_divergence_pauses_and_says_which_quantity_of_which_network_when(window, qtbot):
    controls = window.tab.controls
    window.tab.run.set_speed(None)
    controls.apply(replace(controls.hyperparams, {"functions": ["identity", "tanh"], "depth": 12, "lr": 10.0}))
    qtbot.waitUntil(lambda: window.tab.banner is not None and window.tab.banner.kind == "warning", timeout=WITHIN)
    found = window.tab.run.frame.divergences[0]
    words = window.tab.banner.accessibleName()
    assert all(str(part) in words for part in (found.network, found.step, found.quantity))
    assert not window.tab.run.playing
    assert window.tab.view.shown_figure is not None
    press_banner(qtbot, window.tab.banner, "Lower the learning rate")
    assert controls.hyperparams.lr == 3.0
    qtbot.waitUntil(lambda: window.tab.run.frame.hyperparams.lr == 3.0, timeout=WITHIN)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv", "json"])
def test_an_exported_file_opens_again_as_the_exact_run(window, qtbot, tmp_path, suffix):
    wait_for_steps(qtbot, window, 5)
    window.toggle_play()
    wait_for_rest(qtbot, window)
    shown = window.tab.run.frame
    window.export_figure()
    dialog = window.findChild(ExportDialog)
    dialog.fields.choose("format", suffix)
    with qtbot.waitSignal(dialog.finished, timeout=WITHIN):
        dialog.save(tmp_path / f"figure.{suffix}")
    window.reset_all()
    window.tab.controls.change("depth", 7)
    files.open_path(window, tmp_path / f"figure.{suffix}")
    qtbot.waitUntil(
        lambda: window.tab.run.frame.step == shown.step and window.tab.run.frame.hyperparams == shown.hyperparams,
        timeout=WITHIN,
    )
    assert (window.tab.run.frame.train_loss == shown.train_loss).all()
    assert not window.tab.run.playing


def test_exporting_lets_the_run_rest_and_go_on_afterwards(window, qtbot):
    wait_for_steps(qtbot, window)
    window.export_figure()
    dialog = window.findChild(ExportDialog)
    wait_for_rest(qtbot, window)
    assert dialog.frame is window.tab.run.frame
    assert dialog.session.step == step(window)
    dialog.reject()
    wait_for_steps(qtbot, window)


def test_a_broken_file_changes_nothing_and_says_why(window, tmp_path):
    before = window.tab.controls.hyperparams
    broken = tmp_path / "broken.json"
    broken.write_text('{"experiment": "activations", "version": 1, "hyperparams": {"depth": 1000}}')
    files.open_path(window, broken)
    assert window.tab.controls.hyperparams == before
    assert "depth" in window.message.accessibleName()
    files.open_path(window, tmp_path / "missing.json")
    assert "missing.json" in window.message.accessibleName()


def test_window_theme_and_settings_come_back(open_window, qtbot, path):
    first = open_window()
    type_into(qtbot, first, "width", "48")
    first.settings.theme = "dark"
    first.resize(1300, 650)  # the offscreen screen is 800 px wide
    first.toggle_notes()
    first.close()
    second = open_window()
    assert second.colours is DARK
    assert second.tab.controls.hyperparams.width == 48
    assert second.height() == 650
    assert second.tab.notes.isVisible()
    assert not second.tab.controls.undo_stack.canUndo()


def test_settings_of_an_experiment_that_cannot_be_used_are_reported(open_window, path):
    save(Settings(sessions={"activations": '{"experiment": "activations", "version": 99}'}), path)
    window = open_window()
    assert "newer" in window.message.accessibleName()
    assert window.tab.controls.hyperparams == window.tab.spec.hyperparams()


def test_closing_keeps_the_settings_file_readable(open_window, path):
    open_window().close()
    settings, message = load(path)
    assert message == ""
    assert settings.tab == "activations"


def test_in_a_narrow_window_notes_and_controls_replace_each_other(window, qtbot):
    window.resize(1280, 800)
    window.toggle_notes()
    assert window.tab.notes.isVisible()
    assert not window.tab.controls.isVisible()
    window.toggle_controls()
    assert window.tab.controls.isVisible()
    assert not window.tab.notes.isVisible()
    window.toggle_notes()
    window.resize(1500, 900)
    qtbot.waitUntil(lambda: window.tab.notes.isVisible() and window.tab.controls.isVisible())
    assert window.tab.view.width() >= 820


def test_presentation_hides_everything_but_the_figure_and_leaves_without_a_trace(window, qtbot, monkeypatch):
    monkeypatch.setattr(presentation, "presentation_scale", lambda width, _height, _n: width / 400)
    size = window.size()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    assert not any(part.isVisible() for part in (window.top_bar, window.tab.controls, window.tab.player))
    view = window.tab.view
    assert view.panel_count == 4
    qtbot.waitUntil(lambda: view.width() == window.width() and view.canvas.style.scale == view.width() / 400)
    qtbot.keyClick(window.tab.view, Qt.Key.Key_2)
    assert window.tab.view.panel_count == 1
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Escape)
    assert window.tab.view.panel_count == 4
    qtbot.keyClick(window.tab.view, Qt.Key.Key_Escape)
    assert all(part.isVisible() for part in (window.top_bar, window.tab.controls, window.tab.player))
    assert window.tab.view.panel_count == 7
    qtbot.waitUntil(lambda: window.size() == size)


def test_a_new_tab_takes_the_focus_to_no_other_window(window, qtbot):
    for name in EXPERIMENTS:
        window.show_tab(name)
        qtbot.waitUntil(lambda: window.tab.run.frame is not None, timeout=WITHIN)
        assert QApplication.activeWindow() is window, name


def test_the_theme_changes_everywhere_at_once(window):
    window.settings.theme = "light"
    window.toggle_theme()
    assert window.colours is DARK
    assert window.tab.view.canvas.style.palette is DARK
    assert QApplication.palette().window().color().name() == DARK.window.lower()
    window.toggle_theme()
    assert window.colours is LIGHT


def test_a_figure_is_copied_as_an_image(window):
    window.copy_figure()
    image = QApplication.clipboard().image()
    assert (image.width(), image.height()) == (1920, 1080)


def test_a_claim_is_measured_and_its_settings_are_tried(window, qtbot):
    claim = window.tab.spec.claims[0]
    window.tab.try_claim(claim.name)
    assert window.tab.controls.hyperparams == replace(window.tab.spec.hyperparams(), claim.trials[0].hyperparams)
    with qtbot.waitSignal(window.bridge.checked, timeout=60_000) as found:
        pass
    assert found.args[0].verdict is not None
    assert found.args[0].claim == claim.name


def test_a_double_click_on_a_panels_title_shows_it_alone(window, qtbot):
    view = window.tab.view
    place = view.mapFromScene(view.canvas.panels["loss"].sceneBoundingRect().topLeft()) + QPoint(20, 8)
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.maximised == "loss"


def show_initializers(window, qtbot, **changes):
    window.show_tab("initializers")
    tab = window.tab
    tab.run.play(False)
    tab.controls.apply(replace(tab.controls.hyperparams, {"depth": 6, "width": 16, **changes}))
    qtbot.waitUntil(lambda: tab.run.frame is not None and tab.run.frame.hyperparams.width == 16, timeout=WITHIN)
    return tab


def test_a_click_in_the_phase_picture_sets_both_of_its_hyperparams_at_once(window, qtbot):
    tab = show_initializers(window, qtbot)
    item = tab.view.canvas.panels["phase"]
    point = item.pos() + QPointF(item.area.x.at(30.2), item.area.y.at(math.log10(0.25)))
    qtbot.mouseClick(tab.view.viewport(), Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert tab.controls.hyperparams.depth in (29, 30, 31)
    assert tab.controls.hyperparams.sigma == pytest.approx(0.25, rel=0.1)
    tab.controls.undo_stack.undo()
    assert (tab.controls.hyperparams.depth, tab.controls.hyperparams.sigma) == (6, 0.02)


def test_a_large_network_appears_layer_by_layer(window, qtbot):
    tab = show_initializers(window, qtbot)
    tab.controls.apply(replace(tab.controls.hyperparams, {"depth": 100, "width": 256}))
    seen = set()
    tab.view.painted.connect(lambda: seen.add(int(np.isfinite(tab.run.frame.activation_std[0]).sum())))
    qtbot.waitUntil(lambda: 100 in seen, timeout=WITHIN)
    assert len(seen) > 3
    tab.controls.apply(replace(tab.controls.hyperparams, {"depth": 2, "width": 8}))


def test_a_seventh_initializer_is_refused(window, qtbot):
    tab = show_initializers(window, qtbot)
    for name in ("zeros", "constant", "normal", "uniform"):
        qtbot.mouseClick(tab.controls.findChild(Chip, name), Qt.MouseButton.LeftButton)
    assert len(tab.controls.hyperparams.initializers) == 6
    chosen = [chip.objectName() for chip in tab.controls.findChildren(Chip) if chip.isChecked()]
    assert set(tab.controls.hyperparams.initializers) <= set(chosen)
    assert "uniform" not in chosen

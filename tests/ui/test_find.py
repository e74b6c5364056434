"""Find, as a user drives it: keys typed and lines clicked in the real window; and how matches are ranked."""

import os
import subprocess
import sys

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QDialog, QWidget

from explorer.core import hyperparams as hp
from explorer.draw.palette import DARK, LIGHT
from explorer.registry import EXPERIMENTS
from explorer.ui.actions import COMMANDS
from explorer.ui.buttons import IconButton
from explorer.ui.chips import Chip
from explorer.ui.find import Findable, matches
from explorer.ui.findables import ACTION, CHOICE, CLAIM, EXPERIMENT, PANEL, PRESET, SETTING, gather
from explorer.ui.finder import Finder
from explorer.ui.spotlight import Spotlight
from explorer.ui.window import MainWindow

WITHIN = 20_000
CTRL, LEFT = Qt.KeyboardModifier.ControlModifier, Qt.MouseButton.LeftButton


@pytest.fixture
def window(qtbot, worker, tmp_path):
    if not worker.alive:
        worker.restart()
    window = MainWindow(worker, tmp_path / "settings.json")
    window.show_tab("optimizers")
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    qtbot.waitUntil(lambda: window.tab.run.frame is not None, timeout=WITHIN)
    yield window
    window.close()
    window.deleteLater()


def finder_of(window):
    return window.findChild(Finder)


def press(qtbot, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    """Press keys where the focus is."""
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)


def find(qtbot, window, text):
    """Open it by its key, type, and return what is found."""
    if finder_of(window) is None or finder_of(window).isHidden():
        press(qtbot, Qt.Key.Key_K, modifier=CTRL)
    finder = finder_of(window)
    assert finder.line.hasFocus()
    finder.line.selectAll()
    qtbot.keyClicks(finder.line, text)
    return finder.list.found.things


def go_to(qtbot, window, kind, label, text):
    """Find a thing, walk to it by arrows and press Enter."""
    things = find(qtbot, window, text)
    index = next(i for i, thing in enumerate(things) if (thing.kind, thing.label) == (kind, label))
    press(qtbot, *[Qt.Key.Key_Down] * index)
    assert finder_of(window).list.current is things[index]
    press(qtbot, Qt.Key.Key_Return)
    assert finder_of(window).isHidden()


def is_seen(area, widget):
    """Whether all of it lies within the scrolled area's window."""
    place = widget.mapTo(area.viewport(), QPoint(0, 0)).y()
    return widget.isVisible() and place >= 0 and place + widget.height() <= area.viewport().height()


# --- matching ------------------------------------------------------------------------------------------------------
def thing(label, **about):
    return Findable("Setting", label, lambda: None, **about)


def labels(found):
    return [one.label for one in found]


def test_the_label_itself_goes_before_its_beginning_a_word_of_it_a_part_and_the_help():
    things = [
        thing("Other", help="what the rate does"),
        thing("Accelerated"),
        thing("Learning rate"),
        thing("Rate of noise"),
        thing("Rate"),
        thing("Depth"),
    ]
    assert labels(matches(things, "rate")) == ["Rate", "Rate of noise", "Learning rate", "Accelerated", "Other"]


def test_every_word_must_fit_in_any_order_and_case():
    things = [thing("lr", where="Adam"), thing("lr", where="RAdam"), thing("eps", where="Adam"), thing("weight_decay")]
    assert matches(things, "ADAM  lr") == things[:2]
    assert matches(things, "lr adam") == things[:2]
    assert matches(things, "decay weight") == matches(things, "weight_decay") == [things[3]]
    assert matches(things, "adam lr depth") == []


def test_before_anything_is_typed_only_what_is_offered_is_shown():
    things = [thing("a"), thing("b", offered=True)]
    assert matches(things, "") == matches(things, "  ") == [things[1]]


# --- what can be found ---------------------------------------------------------------------------------------------
def test_every_action_of_the_menu_can_be_found_with_its_key(window, qtbot):
    for command in COMMANDS:
        first = find(qtbot, window, command.text.removesuffix("…"))[0]
        assert (first.kind, first.label) == (ACTION, command.text)
        shortcut = window.actions_by_name[command.name].shortcut()
        assert first.value == (shortcut.toString() or command.plain_key)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_setting_choice_and_preset_is_there(window, qtbot, name):
    window.show_tab(name)
    qtbot.waitUntil(lambda: window.tab.view.figure is not None, timeout=WITHIN)
    spec, found = EXPERIMENTS[name], gather(window)
    fields = [*hp.fields_of(spec.hyperparams), *hp.fields_of(spec.view_options)]
    choices = [c.name for f in fields for c in f.choices if f.name != "panels"]
    assert sorted(t.name for t in found if t.kind == SETTING) == sorted(f.name for f in fields if f.name != "panels")
    assert sorted(t.name for t in found if t.kind == CHOICE) == sorted(choices)
    assert {t.label for t in found if t.kind == PRESET} >= {p.label for p in spec.presets}
    shown = {t.name for t in found if t.kind == PANEL and t.value == "shown"}
    assert shown == {panel.key for panel in window.tab.view.figure.panels}
    assert {t.label for t in found if t.kind == EXPERIMENT} == {s.label for n, s in EXPERIMENTS.items() if n != name}
    assert sum(t.kind == CLAIM for t in found) == sum(len(s.claims) for s in EXPERIMENTS.values())


def test_nothing_typed_offers_what_was_changed_and_the_presets(window, qtbot):
    assert {t.kind for t in find(qtbot, window, "")} == {PRESET}
    press(qtbot, Qt.Key.Key_Escape)
    window.tab.controls.change("noise", 2.0)
    changed, *presets = find(qtbot, window, "")
    assert (changed.label, changed.value) == ("Gradient noise", "2")
    assert labels(presets) == ["default", "all thirteen", *labels(presets)[2:]]


def test_what_fits_nothing_is_said_and_enter_does_nothing(window, qtbot):
    assert find(qtbot, window, "xyzzy") == []
    finder = finder_of(window)
    assert "xyzzy" in finder.nothing.text()
    assert finder.nothing.isVisible()
    assert not finder.list.isVisible()
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_Return)
    assert finder.isVisible()
    find(qtbot, window, "noise")
    assert finder.list.isVisible()
    assert not finder.nothing.isVisible()


# --- settings ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("hide", ["nothing", "controls", "narrow", "presentation"])
def test_a_setting_in_a_collapsed_group_is_opened_seen_and_has_the_focus(window, qtbot, hide):
    controls = window.tab.controls
    assert "Adam" in controls.collapsed_groups
    if hide == "controls":
        window.toggle_controls()
    elif hide == "narrow":
        window.resize(960, 600)
        window.toggle_notes()
    elif hide == "presentation":
        window.toggle_presentation()
    assert controls.isHidden() == (hide != "nothing")
    go_to(qtbot, window, SETTING, "eps", "adam eps")
    row = controls.row("adam.eps")
    assert "Adam" not in controls.collapsed_groups
    qtbot.waitUntil(lambda: is_seen(controls.scroll_area, row))
    assert row.editor.entry.hasFocus()
    assert not window.presentation.active
    qtbot.keyClicks(row.editor.entry, "1e-3")
    press(qtbot, Qt.Key.Key_Return)
    assert controls.hyperparams.adam.eps == 1e-3


def test_the_row_is_marked_for_a_moment(window, qtbot):
    go_to(qtbot, window, SETTING, "Contours", "contours")
    row = window.tab.controls.row("levels")
    mark = row.findChild(Spotlight)
    assert mark.geometry() == row.rect()
    qtbot.waitUntil(lambda: row.findChild(Spotlight) is None)


def test_a_setting_without_effect_stays_while_it_is_edited(window, qtbot):
    controls = window.tab.controls
    assert "lion" not in controls.hyperparams.optimizers
    (found,) = find(qtbot, window, "lion lr")
    assert found.where == "Lion · has no effect now"
    press(qtbot, Qt.Key.Key_Return)
    entry = controls.row("lion.lr").editor.entry
    qtbot.waitUntil(lambda: is_seen(controls.scroll_area, entry))
    qtbot.keyClicks(entry, "0.5")
    press(qtbot, Qt.Key.Key_Return)
    assert controls.hyperparams.lion.lr == 0.5
    assert entry.isVisible()
    assert entry.hasFocus()


def test_the_seed_is_in_the_player(window, qtbot):
    go_to(qtbot, window, SETTING, "Seed", "seed")
    assert window.tab.player.seed.hasFocus()
    qtbot.keyClicks(window.tab.player.seed, "7")
    press(qtbot, Qt.Key.Key_Return)
    assert window.tab.controls.hyperparams.seed == 7


# --- choices, presets, panels ----------------------------------------------------------------------------------------
def test_an_optimizer_is_switched_on_and_ctrl_z_undoes_just_that(window, qtbot):
    controls = window.tab.controls
    controls.change("noise", 2.0)
    before = controls.hyperparams
    go_to(qtbot, window, CHOICE, "Lion", "lion")
    assert controls.hyperparams.optimizers == (*before.optimizers, "lion")
    assert controls.undo_stack.undoText() == "Optimizers + Lion"
    chip = next(c for c in controls.row("optimizers").editor.chips if c.objectName() == "lion")
    assert chip.hasFocus()
    assert chip.isChecked()
    press(qtbot, Qt.Key.Key_Z, modifier=CTRL)
    assert controls.hyperparams == before
    assert not chip.isChecked()
    press(qtbot, Qt.Key.Key_Z, modifier=CTRL)
    assert controls.hyperparams.noise == 0.0


def test_two_that_are_switched_on_are_two_things_to_undo(window, qtbot):
    before = window.tab.controls.hyperparams
    go_to(qtbot, window, CHOICE, "Lion", "lion")
    once = window.tab.controls.hyperparams
    go_to(qtbot, window, CHOICE, "Rprop", "rprop")
    press(qtbot, Qt.Key.Key_Z, modifier=CTRL)
    assert window.tab.controls.hyperparams == once
    press(qtbot, Qt.Key.Key_Z, modifier=CTRL)
    assert window.tab.controls.hyperparams == before


def test_what_is_on_already_stays_on_and_is_shown(window, qtbot):
    before = window.tab.controls.hyperparams
    assert "adam" in before.optimizers
    go_to(qtbot, window, CHOICE, "Adam", "adam")
    assert window.tab.controls.hyperparams == before
    assert not window.tab.controls.undo_stack.canUndo()
    assert isinstance(QApplication.focusWidget(), Chip)
    press(qtbot, Qt.Key.Key_Space)
    assert "adam" not in window.tab.controls.hyperparams.optimizers


def test_a_surface_is_chosen_with_what_it_brings(window, qtbot):
    before = window.tab.controls.hyperparams
    go_to(qtbot, window, CHOICE, "Himmelblau", "himmel")
    after = window.tab.controls.hyperparams
    assert after.surface == "himmelblau"
    assert after.start != before.start
    window.undo()
    assert window.tab.controls.hyperparams == before


def test_one_too_many_is_refused_as_a_click_would_be(window, qtbot):
    window.show_tab("initializers")
    controls = window.tab.controls
    field = hp.field_of(type(controls.hyperparams), "initializers")
    controls.change("initializers", tuple(c.name for c in field.choices[:6]))
    for hidden in (False, True):
        last = field.choices[-1]
        things = find(qtbot, window, last.label)
        assert (things[0].kind, things[0].value) == (CHOICE, "off")
        press(qtbot, Qt.Key.Key_Return)
        assert last.name not in controls.hyperparams.initializers
        assert "at most 6" in controls.row("initializers").mistake
        assert (window.message is not None) == hidden
        window.toggle_controls()


def test_in_a_presentation_an_optimizer_is_switched_on_without_leaving_it(window, qtbot):
    window.toggle_presentation()
    go_to(qtbot, window, CHOICE, "Lion", "lion")
    assert "lion" in window.tab.controls.hyperparams.optimizers
    assert window.presentation.active
    assert window.tab.view.hasFocus()
    press(qtbot, Qt.Key.Key_K, modifier=CTRL)
    press(qtbot, Qt.Key.Key_Escape)
    assert finder_of(window).isHidden()
    assert window.presentation.active


def test_a_preset_is_one_thing_to_undo(window, qtbot):
    before = window.tab.controls.hyperparams
    go_to(qtbot, window, PRESET, "noisy gradients", "noisy")
    assert window.tab.controls.hyperparams.noise == 5.0
    assert window.tab.controls.presets.currentText() == "Preset: noisy gradients"
    window.undo()
    assert window.tab.controls.hyperparams == before


def test_a_hidden_panel_is_shown_and_one_that_is_shown_is_maximised(window, qtbot):
    window.tab.controls.change("panels", ("surface", "loss"))
    qtbot.waitUntil(lambda: len(window.tab.view.figure.panels) == 2)
    things = [t for t in find(qtbot, window, "distance") if t.kind == PANEL]
    assert [(t.label, t.value) for t in things] == [("distance", "hidden")]
    press(qtbot, *[Qt.Key.Key_Down] * finder_of(window).list.found.things.index(things[0]), Qt.Key.Key_Return)
    assert window.tab.controls.options.panels == ("surface", "loss", "distance")
    assert [panel.key for panel in window.tab.view.figure.panels] == ["surface", "loss", "distance"]
    title = next(panel.title for panel in window.tab.view.figure.panels if panel.key == "distance")
    go_to(qtbot, window, PANEL, title, "distance")
    assert window.tab.view.maximised == "distance"


# --- the window ------------------------------------------------------------------------------------------------------
def test_an_action_is_done_as_by_its_menu(window, qtbot):
    dark = window.colours is DARK
    go_to(qtbot, window, ACTION, "Light or dark", "dark light")
    assert window.colours is (LIGHT if dark else DARK)
    go_to(qtbot, window, ACTION, "Keys", "shortcuts")
    keys = window.findChild(QDialog)
    assert keys.windowTitle() == "Keys"
    assert "Find…" in keys.findChild(QWidget, "qt_scrollarea_viewport").parent().toPlainText()
    keys.close()


def test_another_experiment(window, qtbot):
    go_to(qtbot, window, EXPERIMENT, "Residual", "resid")
    assert window.tab.spec.name == "residual"


@pytest.mark.parametrize("size", [(1440, 900), (960, 600)])
def test_a_claim_of_another_experiment_is_opened_in_its_notes(window, qtbot, size):
    window.resize(*size)
    claim = EXPERIMENTS["batch_norm"].claims[-1]
    go_to(qtbot, window, CLAIM, claim.sentence, claim.sentence)
    assert window.tab.spec.name == "batch_norm"
    view = window.tab.notes.claims[claim.name]
    mark = view.findChild(Spotlight)
    qtbot.waitUntil(lambda: view.height() > 40 and mark.geometry() == view.rect())
    qtbot.waitUntil(lambda: is_seen(window.tab.notes.scroll_area, view))
    assert view.try_link.hasFocus()


# --- keys, mouse, focus ---------------------------------------------------------------------------------------------
def test_esc_gives_the_focus_back(window, qtbot):
    slider = window.tab.controls.row("noise").editor.slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    find(qtbot, window, "lion")
    press(qtbot, Qt.Key.Key_Escape)
    assert finder_of(window).isHidden()
    assert slider.hasFocus()
    assert slider.property("ring")
    assert find(qtbot, window, "") == [t for t in gather(window) if t.offered]


@pytest.mark.parametrize("key", [Qt.Key.Key_K, Qt.Key.Key_F])
def test_both_keys_open_it_also_while_a_value_is_typed(window, qtbot, key):
    entry = window.tab.controls.row("noise").editor.entry
    entry.setFocus()
    press(qtbot, key, modifier=CTRL)
    assert finder_of(window).line.hasFocus()
    qtbot.keyClicks(finder_of(window).line, "lion")
    press(qtbot, key, modifier=CTRL)
    assert finder_of(window).line.selectedText() == "lion"


def test_the_tool_is_the_first_and_opens_it(window, qtbot):
    tools = [b for b in window.top_bar.findChildren(IconButton) if b.defaultAction() is not None]
    assert [b.defaultAction().objectName() for b in sorted(tools, key=QWidget.x)][:2] == ["find", "pin"]
    qtbot.mouseClick(next(b for b in tools if b.defaultAction().objectName() == "find"), LEFT)
    assert finder_of(window).line.hasFocus()


def test_arrows_go_round_and_pages_to_the_ends(window, qtbot):
    things = find(qtbot, window, "lr")
    shown = finder_of(window).list
    assert len(things) > 10
    press(qtbot, Qt.Key.Key_Up)
    assert shown.current is things[-1]
    press(qtbot, Qt.Key.Key_Down)
    assert shown.current is things[0]
    press(qtbot, Qt.Key.Key_PageDown)
    assert shown.current is things[10]
    press(qtbot, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp)
    assert shown.current is things[0]
    press(qtbot, Qt.Key.Key_Tab)
    assert shown.current is things[1]
    assert finder_of(window).line.accessibleDescription() == things[1].full_text
    press(qtbot, Qt.Key.Key_Backtab)
    assert shown.current is things[0]


def test_a_click_chooses_and_a_click_beside_closes_and_does_nothing_else(window, qtbot):
    things = find(qtbot, window, "lion")
    shown = finder_of(window).list
    index = next(i for i, t in enumerate(things) if t.kind == CHOICE)
    qtbot.mouseClick(shown.viewport(), LEFT, pos=shown.visualRect(shown.found.index(index)).center())
    assert "lion" in window.tab.controls.hyperparams.optimizers
    before = window.tab.controls.hyperparams
    find(qtbot, window, "lion")
    surface = window.tab.view.mapTo(window, QPoint(60, window.tab.view.height() // 2))
    assert window.childAt(surface) is finder_of(window)
    qtbot.mouseClick(finder_of(window), LEFT, pos=surface)
    assert finder_of(window).isHidden()
    assert window.tab.controls.hyperparams == before


def test_another_tab_or_a_dialog_closes_it(window, qtbot):
    find(qtbot, window, "lion")
    press(qtbot, Qt.Key.Key_1, modifier=CTRL)
    assert window.tab.spec.name == "activations"
    assert finder_of(window).isHidden()
    find(qtbot, window, "depth")
    press(qtbot, Qt.Key.Key_F1)
    qtbot.waitUntil(finder_of(window).isHidden)
    window.findChild(QDialog).close()


@pytest.mark.parametrize("size", [(960, 600), (1280, 800), (1920, 1080)])
def test_it_stands_over_the_figure_within_the_window(window, qtbot, size):
    find(qtbot, window, "lr")
    window.resize(*size)
    finder, view = finder_of(window), window.tab.view
    qtbot.waitUntil(lambda: finder.size() == window.size())
    over = view.geometry().translated(view.parentWidget().mapTo(window, QPoint(0, 0)))
    qtbot.waitUntil(lambda: abs(finder.box.geometry().center().x() - over.center().x()) <= 1)
    assert over.left() < finder.box.x()
    assert finder.box.y() >= window.top_bar.height()
    assert finder.box.geometry().bottom() < over.bottom()
    assert finder.list.height() == 10 * finder.list.sizeHintForRow(0)


def test_a_start_does_without_it():
    code = "import sys, explorer.ui.app, explorer.ui.window; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "LANGUAGE": "en"}
    )
    loaded = set(done.stdout.split())
    assert "explorer.ui.window" in loaded
    assert not {f"explorer.ui.{name}" for name in ("find", "find_list", "findables", "finder", "go_there")} & loaded

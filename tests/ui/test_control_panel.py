import dataclasses
import json

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QGuiApplication, QWheelEvent
from PyQt6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import HyperparamError, fields_of
from explorer.ui.boxes import ChoiceBox
from explorer.ui.chips import Chip, Chips
from explorer.ui.control_panel import ControlPanel
from explorer.ui.groups import GroupHeader
from explorer.ui.segments import Segment
from explorer.ui.sliders import Slider
from explorer.ui.switches import Switch
from tests.ui.imaginary import SPEC, Hyperparams

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot):
    panel = ControlPanel(SPEC)
    panel.resize(300, 1200)
    qtbot.addWidget(panel)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    return panel


def find(panel, kind, name):
    found = panel.findChild(kind, name)
    assert found is not None, name
    return found


def entry(panel, name) -> QLineEdit:
    return find(panel, QLineEdit, f"{name}.entry")


def typed(qtbot, panel, name, text, key=Qt.Key.Key_Return):
    field = entry(panel, name)
    tab_to(field)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, key)


def drag(qtbot, slider: Slider, *xs: int):
    """Press on the knob, go to these places, release."""
    y = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider._x(slider.exact)), y))
    for x in xs:
        qtbot.mouseMove(slider, QPoint(x, y))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(xs[-1], y))


def wheel(widget: QWidget | None, notches: int):
    """Turn the wheel: as Qt does with real ones, what a widget ignores goes to its parent."""
    while widget is not None:
        middle = widget.rect().center()
        event = QWheelEvent(
            QPointF(middle),
            QPointF(widget.mapToGlobal(middle)),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        widget = None if event.isAccepted() else widget.parentWidget()


def tab_to(widget: QWidget):
    """Focus a widget as the Tab key does."""
    widget.clearFocus()
    widget.setFocus(Qt.FocusReason.TabFocusReason)


def signals(signal) -> list:
    heard = []
    signal.connect(heard.append)
    return heard


# --- what is there ------------------------------------------------------------------------------------------------
def test_every_field_but_the_seed_has_a_control_of_its_name(panel):
    names = {f.name for settings in (SPEC.hyperparams, SPEC.view_options) for f in fields_of(settings)}
    assert names - {"seed"} == set(panel._rows)
    assert panel.findChild(QWidget, "seed") is None
    for name in names - {"seed"}:
        control = panel.findChild(QWidget, name) or entry(panel, name)
        assert control.accessibleName(), name


def test_making_a_panel_says_nothing(qtbot):
    panel = ControlPanel(SPEC)
    qtbot.addWidget(panel)
    assert panel.hyperparams == Hyperparams()
    assert not panel.undo_stack.canUndo()


# --- exact values -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["3e-4", "2.87e-4", "0.30000000000000004", "1e-6", "10"])
def test_a_typed_number_is_exact(panel, qtbot, text):
    with qtbot.waitSignal(panel.hyperparams_changed) as heard:
        typed(qtbot, panel, "lr", text)
    assert heard.args[0].lr == float(text)
    assert panel.hyperparams.lr == float(text)
    assert find(panel, Slider, "lr").exact == float(text)
    shown = entry(panel, "lr").text()
    assert "-" not in shown, "people see a minus, not a hyphen"
    read_back = hp.replace(Hyperparams(), json.loads(json.dumps(hp.to_dict(panel.hyperparams))))
    assert read_back.lr == float(text)


def test_a_value_set_from_outside_comes_back_exactly_and_is_not_answered(panel, qtbot):
    slider = find(panel, Slider, "lr")
    picked = signals(slider.value_picked)
    heard = signals(panel.hyperparams_changed)
    panel.apply(dataclasses.replace(Hyperparams(), lr=2.87e-4))
    assert panel.hyperparams.lr == 2.87e-4
    assert not picked
    assert [h.lr for h in heard] == [2.87e-4]


def test_focus_going_through_changes_nothing(panel, qtbot):
    panel.change("lr", 2.87e-4)
    heard = signals(panel.hyperparams_changed)
    for widget in (entry(panel, "lr"), find(panel, Slider, "lr"), entry(panel, "depth")):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert not heard
    assert panel.hyperparams.lr == 2.87e-4


def test_leaving_an_entry_commits(panel, qtbot):
    typed(qtbot, panel, "depth", "7", Qt.Key.Key_Tab)
    assert panel.hyperparams.depth == 7


def test_escape_takes_back(panel, qtbot):
    typed(qtbot, panel, "lr", "5", Qt.Key.Key_Escape)
    entry(panel, "depth").setFocus()
    assert panel.hyperparams.lr == 0.3
    assert entry(panel, "lr").text() == "0.3"


def test_the_unit_is_shown_and_read(panel, qtbot):
    assert entry(panel, "share").text() == "1 %"
    typed(qtbot, panel, "share", "2.5 %")
    assert panel.options.share == 2.5


def test_a_true_minus_is_shown_and_read(panel, qtbot):
    assert entry(panel, "noise").text() == "−0.5"
    QGuiApplication.clipboard().setText("−3e−5")
    field = entry(panel, "noise")
    field.selectAll()
    field.paste()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert panel.hyperparams.noise == -3e-5


# --- mistakes -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "word"), [("0.3x", "number"), ("100", "range"), ("nan", "finite")])
def test_a_mistake_keeps_the_value_and_says_what_is_wrong(panel, qtbot, text, word):
    heard = signals(panel.hyperparams_changed)
    typed(qtbot, panel, "lr", text)
    row = panel.row("lr")
    assert word in row.mistake
    assert "1e-6 to 10" in row.mistake
    assert "\n" not in row.mistake
    assert entry(panel, "lr").text() == text
    assert panel.hyperparams.lr == 0.3
    assert not heard
    typed(qtbot, panel, "lr", "0.2")
    assert row.mistake == ""
    assert panel.hyperparams.lr == 0.2


def test_escape_forgives_a_mistake(panel, qtbot):
    typed(qtbot, panel, "lr", "0.3x")
    qtbot.keyClick(entry(panel, "lr"), Qt.Key.Key_Escape)
    assert panel.row("lr").mistake == ""
    assert entry(panel, "lr").text() == "0.3"
    assert not entry(panel, "lr").property("mistaken")


def test_a_mistake_in_an_expression_is_marked_where_it_is(panel, qtbot):
    typed(qtbot, panel, "expression", "x * sinh(x)")
    assert panel.hyperparams.expression == "x"
    assert panel.row("expression").mistake.startswith("No such function; there are exp")
    assert entry(panel, "expression").cursorPosition() == 4
    typed(qtbot, panel, "expression", "x * tanh(x)")
    assert panel.hyperparams.expression == "x * tanh(x)"


def test_change_refuses_what_the_field_refuses(panel):
    with pytest.raises(HyperparamError):
        panel.change("lr", 100.0)
    assert panel.hyperparams.lr == 0.3


# --- sliders ------------------------------------------------------------------------------------------------------
def test_dragging_gives_round_values_and_one_thing_to_undo(panel, qtbot):
    slider = find(panel, Slider, "lr")
    heard = signals(panel.hyperparams_changed)
    drag(qtbot, slider, 60, 45, 30, 20)
    assert len(heard) >= 3
    assert all(float(f"{h.lr:.2g}") == h.lr for h in heard)
    end = panel.hyperparams.lr
    assert end < 1e-3
    assert panel.undo_stack.count() == 1
    assert panel.undo_stack.undoText() == f"Learning rate 0.3 → {hp.number_text(end)}"
    panel.undo_stack.undo()
    assert heard[-1].lr == panel.hyperparams.lr == slider.exact == 0.3
    assert entry(panel, "lr").text() == "0.3"
    panel.undo_stack.redo()
    assert heard[-1].lr == end


def test_two_drags_are_two_things_to_undo(panel, qtbot):
    slider = find(panel, Slider, "lr")
    drag(qtbot, slider, 30, 20)
    between = panel.hyperparams.lr
    drag(qtbot, slider, 50, 60)
    assert panel.undo_stack.count() == 2
    panel.undo_stack.undo()
    assert panel.hyperparams.lr == between


def test_a_drag_back_to_where_it_began_is_nothing(panel, qtbot):
    slider = find(panel, Slider, "lr")
    start = round(slider._x(0.3))
    drag(qtbot, slider, 20, start)
    assert panel.hyperparams.lr == 0.3
    assert panel.undo_stack.count() == 0


def test_pressing_the_knob_does_not_move_it(panel, qtbot):
    panel.change("lr", 2.87e-4)
    slider = find(panel, Slider, "lr")
    knob = QPoint(round(slider._x(2.87e-4)) + 3, slider.height() // 2)
    qtbot.mouseClick(slider, LEFT, pos=knob)
    assert panel.hyperparams.lr == 2.87e-4


def test_a_click_beside_the_knob_jumps_there(panel, qtbot):
    slider = find(panel, Slider, "depth")
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, slider.height() // 2))
    assert panel.hyperparams.depth == 20
    assert isinstance(panel.hyperparams.depth, int)


def test_keys_move_a_slider(panel, qtbot):
    slider = find(panel, Slider, "depth")
    tab_to(slider)
    for key, expected in (
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Up, 5),
        (Qt.Key.Key_Left, 4),
        (Qt.Key.Key_PageUp, 6),
        (Qt.Key.Key_End, 20),
        (Qt.Key.Key_Home, 1),
        (Qt.Key.Key_Down, 1),
    ):
        qtbot.keyClick(slider, key)
        assert panel.hyperparams.depth == expected
    assert panel.undo_stack.count() == 1, "keys within one focus are one thing to undo"
    entry(panel, "lr").setFocus()
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert panel.undo_stack.count() == 2


def test_a_key_goes_on_from_the_exact_value(panel, qtbot):
    panel.change("lr", 2.87e-4)
    slider = find(panel, Slider, "lr")
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert panel.hyperparams.lr == 3e-4
    panel.change("lr", 2.87e-4)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert panel.hyperparams.lr == 2.5e-4


def test_up_and_down_in_an_entry_nudge(panel, qtbot):
    qtbot.keyClick(entry(panel, "lr"), Qt.Key.Key_Up)
    assert panel.hyperparams.lr == 0.4
    qtbot.keyClick(entry(panel, "lr"), Qt.Key.Key_Down)
    assert panel.hyperparams.lr == 0.3


def test_the_wheel_turns_a_focused_slider_only(panel, qtbot):
    panel.resize(300, 200)
    bar = panel.scroll_area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    slider = find(panel, Slider, "depth")
    panel.presets.setFocus()
    wheel(slider, -1)
    assert panel.hyperparams.depth == 3
    assert bar.value() > 0, "the panel scrolls instead"
    slider.setFocus()
    at = bar.value()
    wheel(slider, 2)
    assert panel.hyperparams.depth == 5
    assert bar.value() == at


def test_the_wheel_passes_over_a_box_without_focus(panel):
    box = find(panel, ChoiceBox, "optimizer")
    wheel(box, -1)
    assert panel.hyperparams.optimizer == "sgd"


def test_the_scroll_bar_does_not_move_the_rows(panel, qtbot):
    slider = find(panel, Slider, "lr")
    wide = slider.width(), slider.mapTo(panel, QPoint()).x()
    panel.resize(300, 200)
    bar = panel.scroll_area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.isVisible())
    qtbot.waitUntil(lambda: (slider.width(), slider.mapTo(panel, QPoint()).x()) == wide)


# --- chips, segments, boxes, switches -----------------------------------------------------------------------------
def test_chips_by_mouse_and_space(panel, qtbot):
    leaky = find(panel, Chip, "leaky")
    qtbot.mouseClick(leaky, LEFT)
    assert panel.hyperparams.functions == ("relu", "leaky", "tanh"), "in the order of the choices"
    assert panel.undo_stack.undoText() == "Functions + leaky ReLU"
    tab_to(leaky)
    qtbot.keyClick(leaky, Qt.Key.Key_Space)
    assert panel.hyperparams.functions == ("relu", "tanh")
    assert panel.undo_stack.count() == 2


def test_space_after_a_click_is_left_to_the_window(panel, qtbot):
    """A chip that was clicked shows no focus ring: Space plays then."""
    leaky = find(panel, Chip, "leaky")
    leaky.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(leaky, Qt.Key.Key_Space)
    assert panel.hyperparams.functions == ("relu", "tanh")


def test_the_last_chips_stay(panel, qtbot):
    qtbot.mouseClick(find(panel, Chip, "relu"), LEFT)
    tanh = find(panel, Chip, "tanh")
    qtbot.mouseClick(tanh, LEFT)
    assert panel.hyperparams.functions == ("tanh",)
    assert tanh.isChecked()
    assert "at least 1" in panel.row("functions").mistake


def test_chips_lie_within_the_panel(panel):
    chips = find(panel, Chips, "functions")
    assert all(chips.rect().contains(chip.geometry()) for chip in chips.chips)


def test_segments_by_mouse_and_arrow(panel, qtbot):
    spirals = find(panel, Segment, "spirals")
    qtbot.mouseClick(spirals, LEFT)
    assert panel.hyperparams.data == "spirals"
    qtbot.keyClick(spirals, Qt.Key.Key_Left)
    assert panel.hyperparams.data == "digits"
    panel.change("data", "spirals")
    assert spirals.isChecked()


def test_a_box_by_keyboard(panel, qtbot):
    box = find(panel, ChoiceBox, "optimizer")
    tab_to(box)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert panel.hyperparams.optimizer == "momentum"
    panel.undo_stack.undo()
    assert box.currentData() == "sgd"


def test_a_switch_by_mouse_and_space(panel, qtbot):
    switch = find(panel, Switch, "batch_norm")
    qtbot.mouseClick(switch, LEFT)
    assert panel.hyperparams.batch_norm is True
    assert panel.undo_stack.undoText() == "Batch norm off → on"
    tab_to(switch)
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert panel.hyperparams.batch_norm is False


def test_tab_goes_through_everything_in_order(panel, qtbot):
    tab_to(panel.presets)
    seen = []
    for _press in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        name = QApplication.focusWidget().objectName()
        if name == "preset":
            break
        seen.append(name)
    wanted = ["relu", "leaky", "tanh", "slope", "slope.entry", "expression.entry", "share", "share.entry", "digits"]
    assert [name for name in seen if name in wanted] == wanted
    assert "lr.entry" in seen


# --- used, reset, presets, groups ---------------------------------------------------------------------------------
def test_what_does_not_matter_is_dimmed_and_can_still_be_set(panel, qtbot):
    assert not panel.row("slope").used
    assert entry(panel, "slope").property("dimmed")
    assert "no effect" in panel.row("slope").toolTip()
    typed(qtbot, panel, "slope", "0.2")
    assert panel.hyperparams.slope == 0.2
    qtbot.mouseClick(find(panel, Chip, "leaky"), LEFT)
    assert panel.row("slope").used
    assert not entry(panel, "slope").property("dimmed")


def test_a_double_click_on_the_label_resets_one(panel, qtbot):
    panel.change("lr", 1.0)
    panel.change("depth", 9)
    qtbot.mouseDClick(panel.row("lr"), LEFT, pos=QPoint(40, 14))
    assert (panel.hyperparams.lr, panel.hyperparams.depth) == (0.3, 9)
    panel.undo_stack.undo()
    assert panel.hyperparams.lr == 1.0


def test_the_context_menu(panel, qtbot):
    panel.change("lr", 3e-4)
    row = panel.row("lr")
    menu = row.menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["Copy as command-line option"].trigger()
    assert QGuiApplication.clipboard().text() == "--set lr=3e-4"
    QGuiApplication.clipboard().setText("2e-5")
    actions["Paste value"].trigger()
    assert panel.hyperparams.lr == 2e-5
    QGuiApplication.clipboard().setText("much")
    actions["Paste value"].trigger()
    assert panel.hyperparams.lr == 2e-5
    assert "much" in row.mistake
    actions["Reset to 0.3"].trigger()
    assert panel.hyperparams.lr == 0.3
    menu.deleteLater()


def test_view_options_are_copied_as_view(panel):
    assert panel.row("share").option_text() == "--view share=1"
    panel.change("expression", "x * 2")
    assert panel.row("expression").option_text() == "--set 'expression=x * 2'"


def test_reset_all_keeps_the_seed_and_is_one_thing_to_undo(panel, qtbot):
    panel.change("seed", 7)
    panel.change("lr", 1.0)
    panel.change("share", 2.0)
    count = panel.undo_stack.count()
    qtbot.mouseClick(panel.reset_button, LEFT)
    assert panel.hyperparams == dataclasses.replace(Hyperparams(), seed=7)
    assert panel.options == SPEC.view_options()
    assert panel.undo_stack.count() == count + 1
    qtbot.mouseClick(panel.undo_button, LEFT)
    assert (panel.hyperparams.lr, panel.options.share) == (1.0, 2.0)


def test_options_and_hyperparams_are_told_apart(panel):
    hyperparams, options = signals(panel.hyperparams_changed), signals(panel.options_changed)
    panel.change("share", 2.0)
    assert (len(hyperparams), [o.share for o in options]) == (0, [2.0])
    panel.change("lr", 1.0)
    assert (len(hyperparams), len(options)) == (1, 1)
    panel.change("lr", 1.0)
    assert len(hyperparams) == 1, "no change, no signal"


def test_presets(panel, qtbot):
    assert panel.presets.currentText() == "Preset: default"
    panel.change("seed", 5)
    assert panel.presets.currentText() == "Preset: default"
    tab_to(panel.presets)
    qtbot.keyClick(panel.presets, Qt.Key.Key_Down)
    assert (panel.hyperparams.lr, panel.hyperparams.seed) == (5.0, 5)
    panel.change("lr", 4.0)
    assert panel.presets.currentIndex() == -1
    assert panel.presets.placeholderText() == "Preset: own settings"
    panel.undo_stack.undo()
    assert panel.presets.currentText() == "Preset: hot"


def header(panel, title) -> GroupHeader:
    return next(h for h in panel.findChildren(GroupHeader) if h.text() == title)


def test_groups_collapse_to_a_summary(panel, qtbot):
    assert panel.collapsed_groups == ["View"]
    assert header(panel, "View").summary == "2 panels"
    assert header(panel, "Functions").summary == "2 of 3"
    training = header(panel, "Training")
    assert training.summary == ""
    network = header(panel, "Network")
    qtbot.mouseClick(network, LEFT)
    assert network.summary == "digits · depth 3"
    panel.change("batch_norm", True)
    assert network.summary == "Batch norm on"
    qtbot.mouseClick(training, LEFT)
    assert not find(panel, Slider, "lr").isVisible()
    panel.change("lr", 0.01)
    assert training.summary == "lr 0.01"
    tab_to(training)
    qtbot.keyClick(training, Qt.Key.Key_Space)
    assert find(panel, Slider, "lr").isVisible()


def test_collapsed_groups_come_back(panel):
    panel.collapsed_groups = ["Network", "gone since"]
    assert panel.collapsed_groups == ["Network"]
    assert not find(panel, Slider, "depth").isVisible()


def test_frantic_dragging_keeps_every_widget(panel, qtbot):
    before = panel.findChildren(QWidget)
    slider = find(panel, Slider, "lr")
    drag(qtbot, slider, *(8 + (7 * i) % 60 for i in range(200)))
    assert panel.findChildren(QWidget) == before
    assert panel.undo_stack.count() == 1


def test_space_in_a_number_is_left_to_the_window(panel, qtbot):
    """After a typed value, Space plays."""
    typed(qtbot, panel, "lr", "0.2")
    qtbot.keyClick(entry(panel, "lr"), Qt.Key.Key_Space)
    assert entry(panel, "lr").text() == "0.2"
    typed(qtbot, panel, "expression", "x + 1")
    assert panel.hyperparams.expression == "x + 1", "an expression has spaces"


def test_a_slider_tells_assistive_technology_its_exact_value(panel):
    panel.change("lr", 2.87e-4)
    assert find(panel, Slider, "lr").accessibleDescription() == "2.87e-4"
    assert find(panel, Slider, "lr").accessibleName() == "Learning rate"


def test_what_is_picked_in_one_drag_is_one_thing_to_undo(panel):
    for i, (depth, lr) in enumerate(((4, 0.1), (5, 0.2), (6, 0.2))):
        panel.apply(hp.replace(panel.hyperparams, {"depth": depth, "lr": lr}), text="Pick", goes_on=i > 0)
    assert panel.undo_stack.count() == 1
    panel.undo_stack.undo()
    assert panel.hyperparams == Hyperparams()
    panel.undo_stack.redo()
    assert (panel.hyperparams.depth, panel.hyperparams.lr) == (6, 0.2)

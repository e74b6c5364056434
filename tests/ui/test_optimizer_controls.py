"""The controls of an experiment whose hyperparams are nested: a group each, only those that matter."""

import pytest
from PyQt6.QtCore import Qt

from explorer.experiments.optimizers.grounds import GROUNDS
from explorer.experiments.optimizers.spec import SPEC
from explorer.ui.chips import Chip
from explorer.ui.control_panel import ControlPanel


@pytest.fixture
def panel(qtbot):
    panel = ControlPanel(SPEC)
    panel.resize(300, 1200)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def group_of(panel, name):
    return next(group for group in panel._groups.values() if panel.row(name) in group.rows)


def test_a_chosen_optimizer_has_a_group_that_begins_collapsed(panel, qtbot):
    adam, lion = group_of(panel, "adam.lr"), group_of(panel, "lion.lr")
    assert adam.isVisible()
    assert adam.collapsed
    assert not lion.isVisible()
    qtbot.mouseClick(adam.header, Qt.MouseButton.LeftButton)
    assert panel.row("adam.betas").isVisible()
    chip = next(chip for chip in panel.findChildren(Chip) if chip.objectName() == "lion")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert "lion" in panel.hyperparams.optimizers
    assert lion.isVisible()


def test_a_new_surface_brings_its_start_and_rates_in_one_step_of_undo(panel):
    panel.change("adam.lr", 0.123)
    panel.change("surface", "rosenbrock")
    assert panel.hyperparams.start == GROUNDS["rosenbrock"].start
    assert panel.hyperparams.adam.lr == 0.1
    panel.undo_stack.undo()
    assert (panel.hyperparams.surface, panel.hyperparams.adam.lr) == ("beale", 0.123)


def test_a_pick_in_the_figure_sets_the_start_exactly(panel):
    panel.change("start", f"{1.25:.12g},{-0.3:.12g}")
    assert panel.hyperparams.start == "1.25,-0.3"

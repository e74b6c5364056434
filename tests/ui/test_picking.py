"""A click in a panel that picks two hyperparams sets both, as one thing to undo."""

from explorer.draw.palette import LIGHT
from explorer.experiments.batch_norm.spec import SPEC
from explorer.ui.experiment_tab import ExperimentTab
from explorer.ui.worker_bridge import WorkerBridge


def test_a_picked_cell_sets_two_hyperparams_at_once(qtbot, worker):
    tab = ExperimentTab(SPEC, WorkerBridge(worker), LIGHT, None)
    qtbot.addWidget(tab)
    with qtbot.waitSignal(tab.controls.hyperparams_changed) as signal:
        tab.view.picked.emit(("lr", "batch_size"), 0.0316227766, 15.7)
    assert (signal.args[0].lr, signal.args[0].batch_size) == (0.0316, 16)
    assert tab.controls.undo_stack.count() == 1
    tab.controls.undo_stack.undo()
    assert tab.controls.hyperparams == SPEC.hyperparams()

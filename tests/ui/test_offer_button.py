"""What a panel has found is set by a click on its button: one thing to undo, and the run begins again."""

from PyQt6.QtCore import Qt

from explorer.core import hyperparams as hp
from explorer.draw.palette import LIGHT
from explorer.experiments.optimizers.spec import SPEC
from explorer.ui.experiment_tab import ExperimentTab
from explorer.ui.worker_bridge import WorkerBridge


def test_the_best_rates_of_the_race_are_applied_and_undone(qtbot, worker):
    tab = ExperimentTab(SPEC, WorkerBridge(worker), LIGHT, 20.0)
    qtbot.addWidget(tab)
    tab.resize(1140, 800)
    tab.show()
    racing = hp.replace(SPEC.hyperparams(), {"optimizers": ["sgd", "adam"], "race": True, "race_steps": 20})
    tab.controls.apply(racing)
    qtbot.waitUntil(lambda: tab.view.offer.isVisible(), timeout=30_000)
    assert tab.view.offer.text() == "Apply best rates"
    panel = tab.view.canvas.panels["effective"]
    title = panel.mapRectToScene(panel.boundingRect())
    assert title.contains(tab.view.offer.geometry().center().toPointF())
    values = tab.view.offer.offer.values
    before, begun = tab.controls.undo_stack.count(), worker._last_run_id
    qtbot.mouseClick(tab.view.offer, Qt.MouseButton.LeftButton)
    assert {name: hp.get(tab.controls.hyperparams, name) for name in values} == values
    assert tab.controls.undo_stack.count() == before + 1
    assert worker._last_run_id == begun + 1
    qtbot.waitUntil(lambda: not tab.view.offer.isVisible(), timeout=30_000)
    tab.controls.undo_stack.undo()
    assert tab.controls.hyperparams == racing

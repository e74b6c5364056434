"""A block of the strip is clicked in the real window, with the real worker."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from explorer.draw.chain import ChainItem
from explorer.ui.window import MainWindow

WITHIN = 20_000
"""Milliseconds that a worker on a busy machine may take."""


@pytest.fixture
def window(qtbot, worker, tmp_path):
    window = MainWindow(worker, tmp_path / "settings.json")
    window.show()
    window.show_tab("residual")
    qtbot.waitUntil(lambda: window.tab.spec.name == "residual" and window.tab.run.frame is not None, timeout=WITHIN)
    yield window
    window.close()
    window.deleteLater()


def click_block(window, arm, block):
    view = window.tab.view
    item = view.canvas.panels["strip"]
    chain = item.marks[arm]
    assert isinstance(chain, ChainItem)
    at = view.mapFromScene(item.mapToScene(chain.blocks[block].center()))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_click_removes_a_block_and_one_on_the_stem_puts_it_back(window, qtbot):
    qtbot.waitUntil(lambda: "strip" in window.tab.view.canvas.panels, timeout=WITHIN)
    click_block(window, "residual_bn", 7)
    assert window.tab.controls.hyperparams.removed == "7,1"
    step = window.tab.run.frame.step
    qtbot.waitUntil(lambda: np.isfinite(window.tab.run.frame.removed_val_accuracy), timeout=WITHIN)
    assert window.tab.run.frame.step >= step  # it is the same run that goes on
    assert window.tab.view.figure.panel("strip").marks[1].chosen == 7
    click_block(window, "plain_bn", 0)
    assert window.tab.controls.hyperparams.removed == "0,0"
    qtbot.waitUntil(lambda: np.isnan(window.tab.run.frame.removed_val_accuracy), timeout=WITHIN)

"""The about box: what a bug report needs can be copied, and every licence read."""

import platform

import pytest
from PyQt6.QtCore import PYQT_VERSION_STR, Qt
from PyQt6.QtGui import QGuiApplication

from explorer import __version__
from explorer.ui.about import AboutBox
from explorer.ui.window import MainWindow
from explorer.worker.messages import Ready


@pytest.fixture
def box(qtbot, worker, tmp_path):
    window = MainWindow(worker, tmp_path / "settings.json")
    window.show()
    window.bridge.torch_version = ""
    window.actions_by_name["about"].trigger()
    yield window.findChild(AboutBox)
    window.close()
    window.deleteLater()


def choose(box, name):
    (item,) = box.parts.findItems(name, Qt.MatchFlag.MatchExactly)
    box.parts.setCurrentItem(item)


def test_versions_follow_the_worker(box, qtbot):
    assert "PyTorch is still starting" in box.versions.text()
    box.parent().bridge.client.on_answer(Ready("2.99"))
    qtbot.waitUntil(lambda: "still starting" not in box.versions.text())
    lines = box.versions.text().splitlines()
    assert lines[:3] == [f"Explorer {__version__}", f"Python {platform.python_version()}", "PyTorch 2.99"]
    assert f"PyQt {PYQT_VERSION_STR}" in lines[3]


def test_versions_are_copied_whole(box, qtbot):
    qtbot.mouseClick(box.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == box.versions.text()
    assert box.isVisible()


def test_our_licence_comes_first_and_others_are_read_beside_it(box):
    assert box.parts.item(0).text() == "Explorer"
    assert "GPL-3.0-or-later" in box.licence.text()
    assert "GNU GENERAL PUBLIC LICENSE" in box.text.toPlainText()
    choose(box, "pyqtgraph")
    assert box.licence.text().endswith("MIT")
    assert "Luke Campagnola" in box.text.toPlainText()
    choose(box, "torch")
    assert "Facebook" in box.text.toPlainText()


def test_texts_can_be_selected_but_not_changed(box, qtbot):
    before = box.text.toPlainText()
    qtbot.keyClicks(box.text, "mine")
    qtbot.keyClick(box.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert box.text.toPlainText() == before
    assert len(box.text.textCursor().selectedText()) == len(before)
    assert box.versions.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_escape_closes_it(box, qtbot):
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.isVisible()

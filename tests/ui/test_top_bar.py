import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QMenu, QWidget

from explorer.draw.fonts import metrics
from explorer.ui.buttons import IconButton
from explorer.ui.icons import icon
from explorer.ui.top_bar import TopBar

LABELS = ["Activations", "Initializers", "Batch norm"]


@pytest.fixture
def window(qtbot):
    window = QWidget()
    window.resize(900, 45)
    qtbot.addWidget(window)
    window.notes = QAction(icon("panel-right"), "Notes", window, checkable=True)
    window.notes.setShortcut("Ctrl+I")
    window.bar = TopBar(LABELS, QMenu(window), [window.notes])
    window.bar.setParent(window)
    window.bar.resize(900, 45)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_tabs_by_mouse_and_keys(window, qtbot):
    tabs, heard = window.bar.tabs, []
    window.bar.tab_changed.connect(heard.append)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(2).center())
    qtbot.keyClick(tabs, Qt.Key.Key_Left)
    qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert heard == [2, 1, 2]
    window.bar.set_current(0)
    assert heard == [2, 1, 2]
    assert tabs.currentIndex() == 0


def test_every_tab_has_room_for_its_text_in_bold(window):
    tabs = window.bar.tabs
    for i, text in enumerate(LABELS):
        assert tabs.tabRect(i).width() >= metrics(13, 600).horizontalAdvance(text) + 2
        assert tabs.tabText(i) == text
    assert tabs.tabRect(len(LABELS) - 1).right() < tabs.width()


def test_tools_follow_their_actions(window, qtbot):
    button = next(b for b in window.bar.findChildren(IconButton) if b.defaultAction() is window.notes)
    assert button.toolTip() == "Notes (Ctrl+I)"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.notes.isChecked()
    window.notes.setEnabled(False)
    assert not button.isEnabled()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_the_menu_opens_under_its_button(window, qtbot):
    window.bar.menu.addAction("Quit")
    qtbot.mouseClick(window.bar.menu_button, Qt.MouseButton.LeftButton)
    assert window.bar.menu.isVisible()
    window.bar.menu.hide()

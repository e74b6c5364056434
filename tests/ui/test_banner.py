import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from explorer.ui.banner import Banner, BannerButton
from explorer.ui.buttons import IconButton


@pytest.fixture
def window(qtbot):
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    window.banner = Banner("warning", "“sigmoid” overflowed at step 93")
    column.addWidget(window.banner)
    column.addStretch(1)
    window.resize(820, 300)
    qtbot.addWidget(window)
    window.show()
    return window


def test_a_button_does_its_thing(window, qtbot):
    pressed = []
    window.banner.add_button("Restart", lambda: pressed.append("restart"))
    qtbot.mouseClick(window.banner.findChild(BannerButton), Qt.MouseButton.LeftButton)
    assert pressed == ["restart"]


def test_closing(window, qtbot):
    with qtbot.waitSignal(window.banner.closed):
        qtbot.mouseClick(window.banner.findChild(IconButton), Qt.MouseButton.LeftButton)
    assert not window.banner.isVisible()


def test_it_grows_with_its_words_alone(window, qtbot):
    assert window.banner.height() == 40
    window.banner.words.setText("Many words that need more than one line. " * 12)
    qtbot.waitUntil(lambda: window.banner.height() > 60)
    words = window.banner.words
    assert words.height() >= words.heightForWidth(words.width())


@pytest.mark.parametrize("kind", ["info", "warning", "error"])
def test_every_kind_is_painted(qtbot, kind):
    banner = Banner(kind, "text")
    qtbot.addWidget(banner)
    assert not banner.grab().isNull()
    assert banner.accessibleName() == "text"

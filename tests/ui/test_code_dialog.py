"""The window of the script: it follows what is shown, and its buttons do what they say."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication
from PyQt6.QtWidgets import QFileDialog

from explorer.draw.palette import DARK, LIGHT
from explorer.ui.code_dialog import CodeDialog
from explorer.ui.code_view import CodeView
from explorer.ui.theme import apply_theme
from explorer.ui.window import MainWindow

WITHIN = 20_000


@pytest.fixture
def early_window(qtbot, worker, tmp_path):
    """A window that has no frame yet."""
    window = MainWindow(worker, tmp_path / "settings.json")
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def window(qtbot, early_window):
    qtbot.waitUntil(lambda: early_window.tab.run.frame is not None, timeout=WITHIN)
    early_window.tab.run.play(False)
    return early_window


@pytest.fixture
def dialog(qtbot, window):
    window.actions_by_name["code"].trigger()
    return window.findChild(CodeDialog)


def shows(window, dialog) -> bool:
    tab = window.tab
    return dialog.code.text == tab.spec.script(tab.session())


def test_shows_the_script_of_the_frame_and_stands_beside_the_window(qtbot, window, dialog):
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert window.actions_by_name["code"].shortcut().toString() == "Ctrl+Shift+C"
    qtbot.waitUntil(lambda: shows(window, dialog), timeout=WITHIN)
    window.show_code()
    assert len(window.findChildren(CodeDialog)) == 1


def test_before_the_first_frame_there_is_nothing_to_copy(early_window):
    early_window.show_code()
    dialog = early_window.findChild(CodeDialog)
    assert dialog.code.text == ""
    assert "no figure yet" in dialog.code.placeholderText()
    assert not dialog.copy.isEnabled()
    assert not dialog.save_.isEnabled()


def test_follows_settings_steps_and_tabs(qtbot, window, dialog):
    window.tab.controls.change("depth", 2)
    qtbot.waitUntil(lambda: "DEPTH = 2 " in dialog.code.text, timeout=WITHIN)
    window.tab.run.play(False)
    window.single_step()
    qtbot.waitUntil(lambda: shows(window, dialog), timeout=WITHIN)
    window.show_tab("batch_norm")
    qtbot.waitUntil(lambda: "Batch norm: networks" in dialog.code.text, timeout=WITHIN)
    assert "Batch norm" in dialog.windowTitle()


def test_keeps_the_script_while_the_run_plays_until_asked(qtbot, window, dialog):
    qtbot.waitUntil(lambda: shows(window, dialog), timeout=WITHIN)
    before = dialog.session.step
    window.tab.run.play(True)
    qtbot.waitUntil(lambda: window.tab.run.frame.step > before + 3, timeout=WITHIN)
    assert dialog.session.step == before
    qtbot.mouseClick(dialog.renew, Qt.MouseButton.LeftButton)
    assert dialog.session.step > before + 3
    assert f"STEPS = {dialog.session.step}\n" in dialog.code.text


def test_copies_all_of_it(qtbot, window, dialog):
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.code.text
    assert dialog.said.text() == "Copied"


def test_saves_it_as_a_file(qtbot, window, dialog, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "mine"), ""))
    qtbot.mouseClick(dialog.save_, Qt.MouseButton.LeftButton)
    assert (tmp_path / "mine.py").read_text("utf-8") == dialog.code.text
    assert "mine.py" in dialog.said.text()


def test_says_why_it_could_not_be_saved_and_stays(dialog, tmp_path):
    dialog.save(tmp_path / "nowhere" / "mine.py")
    assert "nowhere" in dialog.said.text()
    assert dialog.said.property("tone") == "error"
    assert dialog.isVisible()


def test_finds_one_after_the_other_and_starts_again(qtbot, dialog):
    qtbot.keyClicks(dialog.search, "def forward")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.code.textCursor().selectedText() == "def forward"
    place = dialog.code.textCursor().position()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.code.textCursor().position() == place  # there is but one
    dialog.search.setText("nothing of the kind")
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert "nothing of the kind" in dialog.said.text()


def colours_of(view: CodeView, line: int) -> set[str]:
    block = view.document().findBlockByNumber(line)
    return {f.format.foreground().color().name().upper() for f in block.layout().formats()}


def test_colours_follow_the_theme(qapp, qtbot):
    view = CodeView()
    qtbot.addWidget(view)
    view.show_text('"""Two\nlines."""\nreturn 1  # why\n')
    for palette in (LIGHT, DARK):
        apply_theme(qapp, palette)
        view.show()
        text = palette.series_text
        green, purple, orange = (text.get(h, palette.series[h]).upper() for h in ("green", "purple", "orange"))
        qtbot.waitUntil(lambda g=green, v=view: colours_of(v, 0) == {g})
        assert colours_of(view, 1) == {green}
        assert colours_of(view, 2) == {purple, orange, QColor(palette.muted).name().upper()}
    apply_theme(qapp, LIGHT)

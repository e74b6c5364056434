"""The export dialog as a user drives it: real clicks, a real process that writes."""

import json
import os
import signal

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QAbstractButton, QDialogButtonBox, QFileDialog

from explorer.export.read import read_session
from explorer.ui import files
from explorer.ui.export_dialog import ExportDialog
from explorer.ui.figure_mime import FILE, IMAGE, SESSION, SVG
from tests.ui.test_window import WITHIN, open_window, path, wait_for_rest, wait_for_steps, window  # noqa: F401


@pytest.fixture
def dialog(window, qtbot):  # noqa: F811
    wait_for_steps(qtbot, window)
    window.export_figure()
    shown = window.findChild(ExportDialog)
    wait_for_rest(qtbot, window)
    yield shown
    if window.findChild(ExportDialog):
        shown.writing = False
        shown.reject()


def click(qtbot, dialog, field, choice):
    button = dialog.fields.editors[field].findChild(QAbstractButton, choice)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(8, button.height() // 2))


def choose(qtbot, dialog, field, choice):
    box = dialog.fields.editors[field]
    box.setFocus()
    box.setCurrentIndex(box.findData(choice))


def shown_fields(dialog):
    return {name for name, editor in dialog.fields.editors.items() if editor.isVisible()}


LOOK = {"format", "size", "type", "theme", "shown", "panels"}


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        ("png", LOOK | {"transparent"}),
        ("svg", LOOK | {"transparent", "text"}),
        ("pdf", LOOK | {"transparent"}),
        ("pptx", LOOK | {"charts"}),
        ("mp4", LOOK | {"seconds", "fps", "hold"}),
        ("csv", {"format", "panels"}),
        ("json", {"format"}),
    ],
)
def test_only_what_matters_to_a_format_is_asked(dialog, qtbot, suffix, expected):
    choose(qtbot, dialog, "format", suffix)
    assert shown_fields(dialog) == expected
    qtbot.waitUntil(lambda: (dialog.preview.image is None) == (suffix in ("csv", "json")))


def test_what_is_clicked_is_written_and_remembered(dialog, window, qtbot, tmp_path):  # noqa: F811
    choose(qtbot, dialog, "format", "svg")
    choose(qtbot, dialog, "size", "column")
    assert dialog.fields.choices.type == "paper"  # the size brings it
    click(qtbot, dialog, "theme", "dark")
    click(qtbot, dialog, "text", "outlines")
    click(qtbot, dialog, "shown", "caption")
    for panel in dialog.figure.panels[1:]:
        click(qtbot, dialog, "panels", panel.key)
    qtbot.mouseClick(dialog.fields.editors["transparent"], Qt.MouseButton.LeftButton)
    look = dialog.look
    assert (look.theme, look.type, look.outlines, look.caption, look.transparent) == (
        "dark",
        "paper",
        True,
        False,
        True,
    )
    assert [panel.key for panel in dialog.chosen_figure.panels] == [dialog.figure.panels[0].key]
    assert "3.35 × 2.6 in" in dialog.facts.text()
    session = dialog.session
    with qtbot.waitSignal(dialog.finished, timeout=WITHIN):
        dialog.save(tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf8")
    assert "<text" not in text
    assert 'width="3.35in"' in text
    assert read_session(tmp_path / "a.svg") == session
    assert "kB" in window.message.accessibleName()
    window.export_figure()
    again = window.findChildren(ExportDialog)[-1]
    assert (again.fields.choices.format, again.fields.choices.size, again.look) == ("svg", "column", look)
    again.reject()


def test_more_panels_than_have_room_cannot_be_saved(dialog, qtbot):
    choose(qtbot, dialog, "size", "column")
    assert not dialog.save_button.isEnabled()
    assert f"{len(dialog.figure.panels)} panel" in dialog.about.text()
    for panel in dialog.figure.panels[1:]:
        click(qtbot, dialog, "panels", panel.key)
    assert dialog.save_button.isEnabled()
    choose(qtbot, dialog, "format", "pptx")
    assert dialog.save_button.isEnabled()


def test_the_last_panel_cannot_be_left_out(dialog, qtbot):
    for panel in dialog.figure.panels:
        click(qtbot, dialog, "panels", panel.key)
    assert [panel.key for panel in dialog.chosen_figure.panels] == [dialog.figure.panels[-1].key]


def test_the_preview_is_the_picture_that_will_be_written(dialog, qtbot):
    choose(qtbot, dialog, "size", "square")
    qtbot.waitUntil(
        lambda: dialog.preview.image is not None and dialog.preview.image.width() == dialog.preview.image.height()
    )
    assert not dialog.preview.image.hasAlphaChannel()
    qtbot.mouseClick(dialog.fields.editors["transparent"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.preview.image.hasAlphaChannel())
    corner = dialog.preview.grab().toImage()
    assert corner.width() > 0


def test_a_size_that_cannot_be_is_refused_with_the_reason(dialog, qtbot):
    choose(qtbot, dialog, "size", "free")
    dialog.fields.choose("width", 16384)
    dialog.fields.choose("height", 16384)
    save = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    assert "size: 16384×16384 is out of range" in dialog.about.text()
    assert not save.isEnabled()
    dialog.fields.choose("height", 900)
    assert save.isEnabled()


def test_save_asks_for_a_name(dialog, qtbot, monkeypatch, tmp_path):
    asked = []

    def answer(_parent, _title, start, kinds):
        asked.append((start, kinds))
        return str(tmp_path / "mine"), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.waitSignal(dialog.finished, timeout=WITHIN):
        qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert asked == [("activations.png", "PNG image (*.png)")]
    assert (tmp_path / "mine.png").exists()


def test_cancel_while_writing_keeps_the_dialog_and_the_older_file(dialog, qtbot, tmp_path):
    target = tmp_path / "a.png"
    target.write_bytes(b"older")
    os.kill(dialog.job.pid, signal.SIGSTOP)  # it takes as long as we like
    dialog.save(target)
    assert not dialog.fields.isEnabled()
    qtbot.waitUntil(dialog.progress.isVisible)
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert dialog.fields.isEnabled()
    assert not dialog.progress.isVisible()
    assert dialog.about.text() == "Cancelled; nothing was written."
    assert target.read_bytes() == b"older"
    with qtbot.waitSignal(dialog.finished, timeout=WITHIN):
        dialog.save(target)
    assert target.read_bytes() != b"older"


def test_what_fails_is_said_in_the_dialog_which_can_try_again(dialog, qtbot, tmp_path):
    dialog.save(tmp_path / "no" / "a.png")
    qtbot.waitUntil(lambda: "could not be written" in dialog.about.text(), timeout=WITHIN)
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.finished, timeout=WITHIN):
        dialog.save(tmp_path / "a.png")


# --- out of the window without a dialog ---------------------------------------------------------------------------
def test_a_copy_is_an_image_a_drawing_and_its_session(window, qtbot):  # noqa: F811
    window.toggle_play()
    wait_for_rest(qtbot, window)
    key = window.tab.view.figure.panels[0].key
    window.tab.view.maximise(key)
    window.copy_figure()
    mime = QGuiApplication.clipboard().mimeData()
    assert (mime.imageData().width(), mime.imageData().height()) == (1920, 1080)
    svg = bytes(mime.data(SVG)).decode()
    assert window.tab.view.figure.panels[0].title in svg
    assert f">{window.tab.view.figure.panels[1].title}<" not in svg.partition("</metadata>")[2]
    assert files.parse(bytes(mime.data(SESSION)).decode()) == window.tab.session()
    QGuiApplication.clipboard().clear()


def test_the_grip_drags_the_figure_out(window, qtbot, monkeypatch):  # noqa: F811
    from explorer.ui import drag_grip

    dragged = []

    class Drag(drag_grip.QDrag):
        def exec(self, action):
            dragged.append(self.mimeData())
            mime = self.mimeData()
            assert mime.formats() == [FILE, IMAGE, SVG, SESSION]
            (url,) = mime.urls()
            assert url.fileName() == f"activations-step-{window.tab.run.frame.step}.png"
            assert read_session(url.toLocalFile()).step == window.tab.run.frame.step

    monkeypatch.setattr(drag_grip, "QDrag", Drag)
    window.toggle_play()
    wait_for_rest(qtbot, window)
    grip = window.tab.grip
    qtbot.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    qtbot.mouseMove(grip, QPoint(12, 9))
    assert dragged == []
    qtbot.mouseMove(grip, QPoint(10, 60))
    assert len(dragged) == 1


def test_a_file_of_numbers_holds_every_step_of_a_long_run(window, qtbot, path):  # noqa: F811
    """The screen has some hundred of them: the run is repeated beside the live one, which stays where it rests."""
    window.show_tab("optimizers")
    tab = window.tab
    tab.run.set_speed(None)
    qtbot.waitUntil(lambda: tab.run.frame is not None and tab.run.frame.step > 1500, timeout=WITHIN)
    window.export_figure()
    dialog = window.findChild(ExportDialog)
    wait_for_rest(qtbot, window)
    choose(qtbot, dialog, "format", "json")
    rested = tab.run.frame.step
    dialog.save(path.with_name("long.json"))
    qtbot.waitUntil(lambda: window.findChild(ExportDialog) is None or not dialog.writing, timeout=WITHIN)
    data = json.loads(path.with_name("long.json").read_text(encoding="utf8"))
    assert data["frame"]["path_step"] == list(range(data["step"] + 1))
    assert data["step"] == rested

"""Export of a deck from the window: in a process of its own, with progress, cancel, and reasons."""

from pathlib import Path

import pytest
from pptx import Presentation
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialogButtonBox

from explorer.core.deck import Card, Deck
from explorer.core.session import Session
from explorer.registry import EXPERIMENTS
from explorer.ui.deck_export import DeckExport
from explorer.ui.window import MainWindow

WITHIN = 60_000
"""Milliseconds that a worker on a busy machine may take."""


def card(title, step):
    spec = EXPERIMENTS["activations"]
    hyperparams = spec.hyperparams(functions=("relu",), width=4, depth=1)
    return Card(title, Session("activations", hyperparams, spec.view_options(), step), "loss")


@pytest.fixture
def window(qtbot, worker, tmp_path):
    made = MainWindow(worker, tmp_path / "settings.json")
    made.show()
    made.tab.run.play(False)  # leave the machine to the export
    yield made
    made.close()
    made.deleteLater()


def open_dialog(window, *steps):
    deck = Deck(tuple(card(f"Card {n}", step) for n, step in enumerate(steps, 1)), "Talk")
    window.deck.file.change(lambda _deck: deck)
    window.export_deck()
    return window.findChild(DeckExport)


def choose(box, key):
    box.setCurrentIndex(box.findData(key))


def test_an_empty_deck_is_not_exported(window):
    window.export_deck()
    assert window.findChild(DeckExport) is None
    assert "Ctrl+D" in window.message.accessibleName()


def test_slides_are_written_while_the_window_goes_on_and_the_choices_are_remembered(window, qtbot, tmp_path):
    dialog = open_dialog(window, 3, 5)
    choose(dialog.theme, "dark")
    shares = []
    dialog.save(tmp_path / "talk.pptx")
    dialog.job.progressed.connect(lambda _text, share: shares.append(share))
    assert not dialog.format.isEnabled()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Save).isEnabled()
    qtbot.waitUntil(lambda: window.findChild(DeckExport) is None, timeout=WITHIN)
    assert [s.shapes.title.text for s in Presentation(tmp_path / "talk.pptx").slides] == ["Card 1", "Card 2"]
    assert "Exported" in window.message.accessibleName()
    assert shares
    assert shares == sorted(shares)
    assert window.settings.deck_export["theme"] == "dark"
    window.export_deck()
    again = window.findChild(DeckExport)
    assert again.theme.currentData() == "dark"
    assert again.look.theme == "dark"
    again.reject()


@pytest.mark.parametrize(("kind", "names"), [("png", ["01-card-1.png"]), ("svg", ["01-card-1.svg"])])
def test_a_folder_of_files(window, qtbot, tmp_path, kind, names):
    dialog = open_dialog(window, 3)
    choose(dialog.format, kind)
    assert not dialog.curves.isEnabled()
    dialog.save(tmp_path / "talk")
    qtbot.waitUntil(lambda: window.findChild(DeckExport) is None, timeout=WITHIN)
    assert [path.name for path in (tmp_path / "talk").iterdir()] == names


def test_cancel_ends_the_process_and_writes_nothing(window, qtbot, tmp_path):
    dialog = open_dialog(window, 10**9)  # would take days
    with qtbot.waitSignal(window.findChild(DeckExport).finished, timeout=WITHIN):
        dialog.save(tmp_path / "talk.pdf")
        qtbot.waitUntil(lambda: "step" in dialog.about.text(), timeout=WITHIN)
        pid = dialog.job.pid
        qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert not list(tmp_path.glob("*.pdf"))
    assert not list(tmp_path.glob(".explorer*"))
    assert not running(pid)


def running(pid):
    return Path(f"/proc/{pid}").exists()


def test_what_cannot_be_written_says_why_and_stays_open(window, qtbot, tmp_path):
    dialog = open_dialog(window, 2)
    (tmp_path / "file").write_text("kept")
    dialog.save(tmp_path / "file" / "talk.pdf")
    qtbot.waitUntil(lambda: "could not be written" in dialog.about.text(), timeout=WITHIN)
    assert dialog.isVisible()
    assert dialog.format.isEnabled()
    assert (tmp_path / "file").read_text() == "kept"
    dialog.save(tmp_path / "talk.pdf")
    qtbot.waitUntil(lambda: window.findChild(DeckExport) is None, timeout=WITHIN)
    assert (tmp_path / "talk.pdf").exists()

import pytest
from PyQt6.QtCore import Qt

from explorer.core.claims import Outcome, Verdict
from explorer.ui import notes_panel, notes_text
from explorer.ui.notes_panel import NotesPanel
from tests.ui.imaginary import SPEC

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def notes(qtbot, monkeypatch):
    monkeypatch.setattr(notes_panel, "notes_of", lambda _name: [("What you see", "<p>Networks.</p>")])
    panel = NotesPanel(SPEC)
    panel.resize(288, 900)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def signals(signal) -> list:
    heard = []
    signal.connect(heard.append)
    return heard


def test_every_claim_is_there_with_its_better_reading(notes):
    assert [view.sentence.text() for view in notes.claims.values()] == ["ReLU units die", "tanh is faster"]
    assert notes.claims["second"].reading.isVisible()
    assert not notes.claims["first"].reading.isVisible()
    assert "Not yet measured" in notes.claims["first"].status.text()


@pytest.mark.parametrize(
    ("outcome", "word"),
    [(Outcome.HOLDS, "Holds"), (Outcome.IN_PART, "Holds in part"), (Outcome.NOT, "Does not hold")],
)
def test_a_verdict_is_icon_word_and_number(notes, outcome, word):
    notes.show_verdict("first", Verdict(outcome, "31 % < 50 %", {}), "")
    view = notes.claims["first"]
    assert f">{word}<" in view.status.text()
    assert "31 % &lt; 50 %" in view.status.text()
    assert not view.grab().isNull()


def test_what_could_not_be_measured_says_why(notes):
    notes.show_verdict("first", None, "out of memory")
    assert "Could not be measured" in notes.claims["first"].status.text()
    assert "out of memory" in notes.claims["first"].status.text()


def test_try_and_measure(notes, qtbot):
    tried, checked = signals(notes.try_requested), signals(notes.check_requested)
    view = notes.claims["second"]
    qtbot.mouseClick(view.try_link, LEFT)
    view.check_link.setFocus(Qt.FocusReason.TabFocusReason)
    view.check_link.setProperty("ring", True)  # the window need not be active for this
    qtbot.keyClick(view.check_link, Qt.Key.Key_Space)
    assert (tried, checked) == (["second"], ["second"])


def test_measuring_all_shows_progress_and_can_be_cancelled(notes, qtbot):
    with qtbot.waitSignal(notes.check_all_requested):
        qtbot.mouseClick(notes.check_all_link, LEFT)
    for name in notes.claims:
        notes.show_checking(name, 0.0)
    notes.show_checking("first", 0.5)
    assert notes.check_all_link.text() == "Cancel (25 % done)"
    notes.show_verdict("first", Verdict(Outcome.HOLDS, "x", {}))
    assert notes.check_all_link.text() == "Cancel (50 % done)"
    with qtbot.waitSignal(notes.cancel_requested):
        qtbot.mouseClick(notes.check_all_link, LEFT)
    assert notes.check_all_link.text() == "Measure all"
    assert "Not yet measured" in notes.claims["second"].status.text()
    assert "Holds" in notes.claims["first"].status.text()


def test_a_verdict_of_a_cancelled_claim_is_still_shown(notes):
    notes.show_checking("first", 0.9)
    notes.cancel_requested.emit()
    notes.show_verdict("first", Verdict(Outcome.NOT, "x", {}))
    assert "Does not hold" in notes.claims["first"].status.text()


def test_notes_are_shown_as_html():
    html = notes_text.to_html("\nA *b* and **c** < 2 * 3 * 4.\n\n- one\n- two\n\n")
    assert "A <i>b</i> and <b>c</b> &lt; 2 * 3 * 4." in html
    assert html.count("•") == 2
    assert html.count("<p") == 3

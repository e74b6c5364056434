"""`explorer deck` as a user meets it: slides, pages and files of a deck, opened again by other programs."""

import dataclasses

import numpy as np
import pytest
from pptx import Presentation
from pypdf import PdfReader
from PyQt6.QtGui import QImage

from explorer.cli import run
from explorer.core.deck import Card, Deck, dumps
from explorer.core.session import Change, Session
from explorer.core.session import dumps as session_text
from explorer.export.read import has_deck, read_deck, read_session
from explorer.registry import EXPERIMENTS
from tests.commands import complaint, explorer


def session(name, step, changes=(), **hyperparams):
    spec = EXPERIMENTS[name]
    return Session(name, spec.hyperparams(**hyperparams), spec.view_options(), step, changes)


SMALL = {"functions": ("tanh", "relu"), "width": 4}
DECK = Deck(
    (
        Card("Live / change: 人", session("activations", 6, (Change(3, {"lr": 0.01}),), **SMALL), note="Say hello"),
        Card("", session("optimizers", 20)),
        Card("Loss alone", session("activations", 4, **SMALL), panel="loss"),
    ),
    "Talk",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The deck, written in every form, each by a process of its own."""
    place = tmp_path_factory.mktemp("deck")
    (place / "deck.json").write_text(dumps(DECK), encoding="utf8")
    for out in ("talk.pptx", "talk.pdf", "files"):
        done = explorer("deck", place / "deck.json", "--out", place / out, "--size", "1280x720", "--theme", "dark")
        assert (done.returncode, done.stderr) == (0, "")
    return place


def pixels(data):
    image = QImage.fromData(data).convertToFormat(QImage.Format.Format_RGB32)
    memory = image.constBits().asarray(image.sizeInBytes())
    return np.frombuffer(memory, np.uint8).reshape(image.height(), image.width(), 4)[..., :3].copy()


def test_the_cards_are_listed(folder, capsys):
    assert run(["deck", str(folder / "deck.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["1", "activations", "6", "all", "Live", "/", "change:", "人"]
    assert lines[3].split() == ["3", "activations", "4", "loss", "Loss", "alone"]


def test_a_folder_has_a_numbered_file_for_each_card(folder):
    names = sorted(path.name for path in (folder / "files").iterdir())
    assert [name[:3] for name in names] == ["01-", "02-", "03-"]
    assert names[0] == "01-live-change-人.png"
    assert names[2] == "03-loss-alone.png"
    for name, card in zip(names, DECK.cards, strict=True):
        assert read_session(folder / "files" / name) == card.session


def test_a_picture_of_the_deck_is_that_of_a_direct_export(folder, tmp_path):
    kept = tmp_path / "kept.json"
    kept.write_text(session_text(DECK.cards[1].session))
    direct = tmp_path / "direct.png"
    look = ("--size", "1280x720", "--theme", "dark")
    assert explorer("export", "optimizers", "--session", kept, "--out", direct, *look).returncode == 0
    (of_deck,) = (folder / "files").glob("02-*")
    assert np.array_equal(pixels(of_deck.read_bytes()), pixels(direct.read_bytes()))


def test_the_presentation_has_a_slide_for_each_card(folder):
    slides = Presentation(folder / "talk.pptx").slides
    titles = [slide.shapes.title.text for slide in slides]
    assert len(titles) == 3
    assert titles[0] == DECK.cards[0].title
    assert titles[1]  # what the figure says itself
    assert slides[0].notes_slide.notes_text_frame.text.startswith("Say hello\n")
    assert "Learning rate" in slides[0].notes_slide.notes_text_frame.text
    for slide in slides:
        (picture,) = (shape for shape in slide.shapes if shape.shape_type == 13)
        assert pixels(picture.image.blob).std() > 5


def test_the_presentation_brings_the_deck_back(folder):
    assert has_deck(folder / "talk.pptx")
    assert read_deck(folder / "talk.pptx") == DECK
    assert read_session(folder / "talk.pptx") == DECK.cards[0].session


def test_the_pdf_has_a_page_for_each_card_and_brings_the_deck_back(folder):
    pdf = PdfReader(folder / "talk.pdf")
    assert [tuple(map(float, page.mediabox[2:])) for page in pdf.pages] == [(960.0, 540.0)] * 3
    assert "Live / change" in pdf.pages[0].extract_text()
    assert "Loss alone" in pdf.pages[2].extract_text()
    outline = [item.title for item in pdf.outline]
    assert outline[0] == DECK.cards[0].title
    assert [pdf.get_destination_page_number(item) for item in pdf.outline] == [0, 1, 2]
    assert pdf.metadata.title == "Talk"
    assert has_deck(folder / "talk.pdf")
    assert read_deck(folder / "talk.pdf") == DECK


def test_a_folder_that_is_there_keeps_its_other_files(folder, tmp_path):
    out = tmp_path / "out.d"
    out.mkdir()
    (out / "mine.txt").write_text("kept")
    assert explorer("deck", folder / "deck.json", "--out", out, "--format", "csv").returncode == 0
    assert (out / "mine.txt").read_text() == "kept"
    assert len(list(out.glob("0?-*.csv"))) == 3
    assert len(list(out.iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("{deck}", "--out", "talk.gif"), 2, "“gif” is no format of a deck; allowed: pptx, pdf, or a folder"),
        (("{deck}", "--out", "files", "--format", "mp4"), 2, "“mp4” is no format of the files in a folder; allowed: "),
        (("{deck}", "--out", "files", "--size", "10x10"), 2, "size: 10×10 is out of range"),
        (("{deck}", "--out", "talk.pdf", "--charts"), 2, "--charts: pdf has no use for it"),
        (("{deck}", "--out", "/no/such/talk.pdf"), 1, "there is no folder /no/such"),
        (("missing.json",), 2, "missing.json cannot be opened: No such file"),
        (("{session}",), 2, "it is no deck: “deck” is missing"),
        (("{broken}",), 2, "cards[2]: panel: “losses” is not drawn"),
        (("{empty}", "--out", "talk.pdf"), 2, "there is no figure in the deck"),
    ],
)
def test_bad_input_is_one_line(capsys, folder, tmp_path, monkeypatch, arguments, status, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "session").write_text(session_text(DECK.cards[0].session))
    (tmp_path / "broken").write_text(dumps(DECK).replace('"panel": "loss"', '"panel": "losses"'))
    (tmp_path / "empty").write_text(dumps(Deck()))
    names = {"deck": folder / "deck.json", "session": "session", "broken": "broken", "empty": "empty"}
    before = sorted(tmp_path.iterdir())
    found, text = complaint(capsys, "deck", *(argument.format(**names) for argument in arguments))
    assert found == status
    assert says in text
    assert sorted(tmp_path.iterdir()) == before


def test_a_panel_that_the_figure_lacks_names_its_card_and_writes_nothing(tmp_path):
    deck = Deck((DECK.cards[0], dataclasses.replace(DECK.cards[2], panel="loss.of.none")))
    (tmp_path / "deck.json").write_text(dumps(deck))
    done = explorer("deck", tmp_path / "deck.json", "--out", tmp_path / "talk.pptx")
    assert done.returncode == 2
    assert "cards[1]: panel: “loss.of.none” is not drawn; there are function, " in done.stderr
    assert not (tmp_path / "talk.pptx").exists()


def test_progress_names_the_card_and_only_grows(tmp_path):
    from explorer import headless
    from explorer.export.look import Look

    said = []
    headless.deck(DECK, tmp_path / "files", Look((400, 225)), lambda text, share: said.append((text, share)))
    assert said[0] == ("card 1 of 3", 0.0)
    assert any(text.startswith("card 3 of 3") for text, _share in said)
    shares = [share for _text, share in said]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert QImage.fromData(next((tmp_path / "files").glob("01-*")).read_bytes()).width() == 400

"""The remembered deck on the disk: written at once, shared by windows, never lost silently."""

import os

import pytest

from explorer.core.deck import Card, Deck, dumps, loads
from explorer.core.session import Session
from explorer.registry import EXPERIMENTS
from explorer.ui.deck_file import DeckFile


def card(title, step=0):
    spec = EXPERIMENTS["activations"]
    return Card(title, Session("activations", spec.hyperparams(), spec.view_options(), step))


def add(file, title):
    file.change(lambda deck: deck.with_card(card(title)))


def titles(file):
    return [one.title for one in file.deck.cards]


def on_disk(file):
    return loads(file.path.read_bytes(), EXPERIMENTS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "deck.json"


@pytest.fixture
def opened(qapp, path):
    """Open the file as another window does; with what it said."""

    def open_one():
        file = DeckFile(path)
        file.said = []
        file.failed.connect(file.said.append)
        file.read()
        return file

    return open_one


def test_every_change_is_on_the_disk_at_once(opened):
    file = opened()
    assert file.deck == Deck()
    for title in ("one", "two"):
        add(file, title)
        assert on_disk(file) == file.deck
    file.change(lambda deck: deck.moved(1, 0))
    assert titles(opened()) == ["two", "one"]
    assert file.said == []


def test_undo_and_redo_are_on_the_disk_as_well(opened):
    file = opened()
    add(file, "one")
    add(file, "two")
    file.undo()
    assert titles(file) == ["one"]
    assert on_disk(file) == file.deck
    file.redo()
    assert titles(opened()) == ["one", "two"]
    file.undo()
    file.undo()
    file.undo()
    assert titles(file) == []
    assert not file.can_undo
    add(file, "three")
    file.redo()
    assert titles(file) == ["three"]


def test_a_change_that_changes_nothing_is_nothing_to_undo(opened):
    file = opened()
    file.change(lambda deck: deck)
    assert not file.can_undo
    assert not file.path.exists()


def test_two_windows_keep_each_others_cards(opened):
    first, second = opened(), opened()
    add(first, "one")
    add(second, "two")
    add(first, "three")
    second.read()
    assert titles(first) == titles(second) == ["one", "two", "three"]


def test_undo_takes_nothing_of_another_window_away(opened):
    first, second = opened(), opened()
    add(first, "one")
    add(second, "two")
    first.undo()
    assert titles(first) == ["one", "two"]
    assert not first.can_undo


def test_reading_what_is_known_says_nothing(opened):
    file = opened()
    add(file, "one")
    changes = []
    file.changed.connect(lambda: changes.append(1))
    file.read()
    assert not changes


@pytest.mark.parametrize("broken", [b"", b"\xff", b"{}", dumps(Deck((card("one"),))).encode()[:-9], b"[" * 100_000])
def test_a_broken_file_is_put_aside_and_said(opened, path, broken):
    path.parent.mkdir()
    path.write_bytes(broken)
    file = opened()
    aside = path.with_suffix(".broken.json")
    assert len(file.said) == 1
    assert str(aside) in file.said[0]
    assert aside.read_bytes() == broken
    add(file, "one")
    assert titles(opened()) == ["one"]


def test_a_file_that_breaks_meanwhile_costs_nothing_of_what_is_shown(opened, path):
    file = opened()
    add(file, "one")
    path.write_text("{")
    add(file, "two")
    assert titles(file) == titles(opened()) == ["one", "two"]
    assert len(file.said) == 1


def test_where_nothing_can_be_written_the_deck_goes_on_and_says_so(opened, path):
    path.parent.write_text("a file, not a folder")
    file = opened()
    add(file, "one")
    add(file, "two")
    assert titles(file) == ["one", "two"]
    assert all("could not be kept" in text for text in file.said)
    assert len(file.said) == 2


def test_a_write_that_fails_leaves_the_old_file(opened, path, monkeypatch):
    file = opened()
    add(file, "one")
    before = path.read_bytes()

    def no_space(*_paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", no_space)
    add(file, "two")
    assert path.read_bytes() == before
    assert "No space left" in file.said[0]
    assert list(path.parent.iterdir()) == [path]

"""Every library that runs with the program is named with its licence, read from what is really installed."""

import re
import sys
from importlib.metadata import PackageNotFoundError

import pytest

from explorer.core import licences
from explorer.core.resources import RESOURCES


@pytest.fixture(scope="module")
def parts():
    return {part.name: part for part in licences.of_others()}


def test_the_program_itself_is_under_the_gpl():
    ours = licences.ours()
    assert ours.licence == "GPL-3.0-or-later"
    assert "GNU GENERAL PUBLIC LICENSE" in ours.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("torch", "Facebook"),
        ("PyQt6", "GNU GENERAL PUBLIC LICENSE"),
        ("PyQt6-Qt6", "GNU LESSER GENERAL PUBLIC LICENSE"),  # required by PyQt6, not by us
        ("numpy", "NumPy Developers"),
        ("mpmath", "Fredrik Johansson"),  # required by sympy, which torch requires
        ("Lucide icons", "Lucide"),
    ],
)
def test_what_it_is_made_of_has_its_text(parts, name, words):
    assert words in parts[name].text


def test_nobody_is_without_a_name_or_a_text(parts):
    assert [part.name for part in parts.values() if not part.text.strip() or not part.licence] == []
    assert list(parts) == sorted(parts, key=str.casefold)


def test_tools_of_developers_are_not_in_it(parts):
    assert not {"pytest", "ruff", "hypothesis", "pyinstaller"} & set(parts)


def test_every_licence_among_the_resources_is_shown(parts):
    """Whoever adds a font or data set adds its licence, and it must be read."""
    files = {file for file in RESOURCES.rglob("*") if re.fullmatch(r"(?i)licen[cs]e.*|ofl\.txt", file.name)}
    assert {RESOURCES / file for _name, _licence, file in licences.RESOURCES_OF_OTHERS} == files


def test_what_was_never_installed_is_no_failure(monkeypatch):
    def none(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(licences, "distribution", none)
    assert licences.ours() is None
    assert len(licences.of_others()) == len(licences.RESOURCES_OF_OTHERS)


def test_a_frozen_program_shows_what_was_gathered_for_it(monkeypatch, tmp_path):
    for _name, _licence, file in licences.RESOURCES_OF_OTHERS:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("words", encoding="utf8")
    (tmp_path / "licences").mkdir()
    (tmp_path / "licences" / "libx11-6.txt").write_bytes(b"Copyright \xa9 MIT")  # not UTF-8: old texts are so
    monkeypatch.setattr(licences, "RESOURCES", tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    (library,) = [part for part in licences.of_others() if part.name == "libx11-6"]
    assert "MIT" in library.text

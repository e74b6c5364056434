"""The notes of an experiment: Markdown with `## headings`."""

import re
from pathlib import Path

from explorer.core.i18n import _
from explorer.core.resources import RESOURCES

LANGUAGE = _("en")
"""Translators: the code of your language, as in the names of the files in resources/notes."""


def notes_of(experiment: str) -> list[tuple[str, str]]:
    """Return (heading, Markdown) of every section, in the chosen language or English; nothing where there are none."""
    folder = RESOURCES / "notes"
    files = [folder / f"{experiment}.{language}.md" for language in (LANGUAGE, "en")]
    found = next((file for file in files if file.is_file()), None)
    return sections(_read(found)) if found else []


def _read(file: Path) -> str:
    return file.read_text(encoding="utf8")


def sections(text: str) -> list[tuple[str, str]]:
    """Split Markdown at its `## ` headings."""
    parts = re.split(r"^## +(.+?)\s*$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def plain(body: str) -> str:
    """Return the body of a section as text alone: a line per paragraph or item, nothing bold."""
    blocks = [block for block in re.split(r"\n\s*\n|\n(?=- )", body) if block.strip()]
    return "\n".join(re.sub(r"(\*\*?)(\S(?:.*?\S)??)\1", r"\2", " ".join(block.split())) for block in blocks)

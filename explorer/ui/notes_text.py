"""The notes of an experiment: Markdown with `## headings`, as sections of the little HTML that a label shows. No Qt."""

import re
from html import escape
from pathlib import Path

from explorer.core.i18n import _
from explorer.core.resources import RESOURCES

LANGUAGE = _("en")
"""Translators: the code of your language, as in the names of the files in resources/notes."""


def notes_of(experiment: str) -> list[tuple[str, str]]:
    """Return (heading, HTML) of every section, in the chosen language or in English; nothing where there are none."""
    folder = RESOURCES / "notes"
    files = [folder / f"{experiment}.{language}.md" for language in (LANGUAGE, "en")]
    found = next((file for file in files if file.is_file()), None)
    return sections(_read(found)) if found else []


def _read(file: Path) -> str:
    return file.read_text(encoding="utf8")


def sections(text: str) -> list[tuple[str, str]]:
    """Split Markdown at its `## ` headings."""
    parts = re.split(r"^## +(.+?)\s*$", text, flags=re.MULTILINE)[1:]
    return [(heading, to_html(body)) for heading, body in zip(parts[::2], parts[1::2], strict=True)]


def to_html(body: str) -> str:
    """Paragraphs, lists with `-`, **bold**, *italic*; no more than that."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", body) if block.strip()]
    return "".join(_block(block) for block in blocks)


def _block(block: str) -> str:
    if block.startswith("- "):
        items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
        return "".join(f'<p style="line-height:128%; margin:0 0 4px 0">• {_inline(item)}</p>' for item in items)
    return f'<p style="line-height:128%; margin:0 0 6px 0">{_inline(block)}</p>'


def _inline(text: str) -> str:
    text = escape(" ".join(text.split()), quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"(?<!\w)\*(\S(?:.*?\S)?)\*(?!\w)", r"<i>\1</i>", text)

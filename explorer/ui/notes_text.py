"""The notes of an experiment as sections of the little HTML that a label shows. No Qt."""

import re
from html import escape

from explorer.core import notes


def notes_of(experiment: str) -> list[tuple[str, str]]:
    """Return (heading, HTML) of every section; nothing where there are no notes."""
    return [(heading, to_html(body)) for heading, body in notes.notes_of(experiment)]


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

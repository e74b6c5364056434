"""A deck as one file, slides or pages, or as a folder of files."""

import importlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.core.deck import Card, Deck, dumps
from explorer.core.figure import Figure
from explorer.core.files import write_atomically, write_folder
from explorer.core.i18n import _
from explorer.export.formats import FORMATS, Format, FormatError
from explorer.export.look import Look
from explorer.export.read import DECK_ATTACHMENT
from explorer.export.slide import Slide, speaker_notes
from explorer.export.write import contents

TOGETHER = ("pptx", "pdf")
LONGEST_NAME = 60
"""Characters of a title that go into the name of a file."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """A card with what was computed for it."""

    card: Card
    figure: Figure
    frame: Any


def form_of(path: Path, suffix: str = "") -> str:
    """Return "pptx", "pdf" or "folder"; with a `suffix` for its files it is a folder. Raises FormatError."""
    own = path.suffix.lower().removeprefix(".")
    if suffix:
        _check_suffix(suffix)
        return "folder"
    if own and own not in TOGETHER:
        raise FormatError(
            _("{path}: “{suffix}” is no format of a deck; allowed: {formats}, or a folder without a suffix").format(
                path=path, suffix=own, formats=", ".join(TOGETHER)
            )
        )
    return own or "folder"


def format_in(path: Path, suffix: str = "") -> Format:
    """Return the format of the file, or of the files in the folder. Raises FormatError."""
    form = form_of(path, suffix)
    return FORMATS[(suffix or "png") if form == "folder" else form]


def _check_suffix(suffix: str) -> None:
    allowed = [row.suffix for row in FORMATS.values() if row.contents]  # a movie is not made from one frame
    if suffix not in allowed:
        raise FormatError(
            _("“{suffix}” is no format of the files in a folder; allowed: {formats}").format(
                suffix=suffix, formats=", ".join(allowed)
            )
        )


def write_deck(path: Path, deck: Deck, drawn: Sequence[Drawn], look: Look, suffix: str) -> None:
    """Write all or nothing of what is not there yet. Raises FormatError, WriteError."""
    form = form_of(path, suffix)
    try:
        if form == "folder":
            write_folder(path, _files(drawn, look, suffix or "png"))
        else:
            write_atomically(path, _slides(deck, drawn, look) if form == "pptx" else _pages(deck, drawn, look))
    except ValueError as error:  # a bad size
        raise FormatError(str(error)) from error


def _slides(deck: Deck, drawn: Sequence[Drawn], look: Look) -> bytes:
    """A slide for every card; the deck comes back from there."""
    pptx = importlib.import_module("explorer.export.pptx")  # Qt
    slides = [Slide(d.figure.headline, d.figure, d.card.session, _notes(d.card)) for d in drawn]
    made: bytes = pptx.pptx_bytes(slides, look, look.charts, dumps(deck))
    return made


def _notes(card: Card) -> str:
    return "\n\n".join(part for part in (card.note, speaker_notes(card.session)) if part)


def _pages(deck: Deck, drawn: Sequence[Drawn], look: Look) -> bytes:
    """A page for every card, listed in the outline; the deck is attached and comes back from there."""
    from pypdf import PdfReader, PdfWriter

    picture = importlib.import_module("explorer.export.picture")  # Qt
    title = deck.name or drawn[0].figure.headline
    pages = picture.pdf_pages([d.figure for d in drawn], look, title, {DECK_ATTACHMENT: dumps(deck)})
    pdf = PdfWriter(clone_from=PdfReader(io.BytesIO(pages)))
    for number, one in enumerate(drawn):
        pdf.add_outline_item(title=one.figure.headline, page_number=number)
    file = io.BytesIO()
    pdf.write(file)
    return file.getvalue()


def _files(drawn: Sequence[Drawn], look: Look, suffix: str) -> dict[str, bytes]:
    """Contents by name: "01-title.png"."""
    width = max(2, len(str(len(drawn))))
    files = {}
    for number, one in enumerate(drawn, 1):
        name = f"{number:0{width}}-{_in_a_name(one.figure.headline)}.{suffix}"
        files[name] = contents(name, one.figure, one.frame, one.card.session, look)
    return files


def _in_a_name(title: str) -> str:
    words = re.sub(r"[\W_]+", "-", title.lower()).strip("-")
    return words[:LONGEST_NAME].rstrip("-") or "figure"

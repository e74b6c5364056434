"""Sessions and decks out of files: their own, JSON exports, and the pictures that carry one. Raises SessionError."""

import codecs
import csv
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from explorer.core import deck as decks
from explorer.core.checked_json import SessionError, too_large
from explorer.core.deck import Deck
from explorer.core.i18n import _
from explorer.core.session import LARGEST, Session, loads
from explorer.export import read_parts
from explorer.export.data import SESSION_COLUMN
from explorer.registry import EXPERIMENTS

PNG = b"\x89PNG\r\n\x1a\n"
ZIP = b"PK\3\4"
KEYWORD = b"explorer-session"
ATTACHMENT, DECK_ATTACHMENT = "session.json", "deck.json"
TABLE = b"panel"
SESSION_SPACE = "urn:explorer:session"
SUFFIXES = ("json", "png", "svg", "pdf", "pptx", "mp4", "gif", "csv")
"""Of the files that may carry a session."""


def read_session(path: Path | str) -> Session:
    """Open a session file or any file that was exported. The error names the file."""
    try:
        return loads(_text_in(Path(path)), EXPERIMENTS)
    except SessionError as error:
        raise SessionError(_("{path} cannot be opened: {why}").format(path=path, why=error)) from error


def read_deck(path: Path | str) -> Deck:
    """Open a deck, or a PDF or presentation that was exported of one. The error names the file."""
    try:
        return decks.loads(_deck_text(Path(path)), EXPERIMENTS)
    except SessionError as error:
        raise SessionError(_("{path} cannot be opened: {why}").format(path=path, why=error)) from error


def has_deck(path: Path) -> bool:
    """Whether a file holds a deck, not one session. Never raises."""
    try:
        return decks.is_deck(_deck_text(path))
    except SessionError:
        return False


def _deck_text(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start == ZIP:
            return read_parts.in_pptx(path, read_parts.DECK_TAG)
        data = _contents(path)
    except OSError as error:
        raise SessionError(error.strerror or str(error)) from error
    return _in_pdf(data, DECK_ATTACHMENT) if data.startswith(b"%PDF-") else data


def _text_in(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(8)
        if start.startswith(ZIP):
            return read_parts.in_pptx(path)
        if start.startswith(b"GIF8"):
            return read_parts.in_gif(path)
        return read_parts.in_mp4(path) if start[4:] == b"ftyp" else _session_text(_contents(path))
    except OSError as error:
        raise SessionError(error.strerror or str(error)) from error


def _contents(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise too_large(LARGEST)
    return data


def _session_text(data: bytes) -> bytes:
    if data.startswith(PNG):
        return _in_png(data)
    if data.startswith(b"%PDF-"):
        return _in_pdf(data, ATTACHMENT)
    if data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return _in_svg(data)
    return _in_csv(data) if data.removeprefix(codecs.BOM_UTF8).startswith(TABLE) else data


def _in_png(data: bytes) -> bytes:
    for kind, chunk in _png_chunks(data):
        keyword, _zero, rest = chunk.partition(b"\0")
        if keyword == KEYWORD and kind in _TEXTS:
            try:
                return _TEXTS[kind](rest)
            except (ValueError, zlib.error) as error:
                raise SessionError(_("the session in this picture is broken")) from error
    raise SessionError(_("this picture carries no session"))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and contents: each chunk is length, kind, contents, checksum."""
    at = len(PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _latin1(text: bytes) -> bytes:
    return text.decode("latin-1").encode()


def _compressed_latin1(text: bytes) -> bytes:
    _method, compressed = text[:1], text[1:]
    return _latin1(_inflated(compressed))


def _international(text: bytes) -> bytes:
    """After the keyword: compression flag and method, language, translated keyword, UTF-8."""
    flag, (_language, _translated, contents) = text[:2], text[2:].split(b"\0", 2)
    return _inflated(contents) if flag[:1] == b"\1" else contents


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    text = inflater.decompress(data, LARGEST)
    if not inflater.eof:
        raise ValueError("too large, or cut off")
    return text


_TEXTS = {b"tEXt": _latin1, b"zTXt": _compressed_latin1, b"iTXt": _international}


def _in_pdf(data: bytes, name: str) -> bytes:
    from pypdf import PdfReader  # 0.2 s: only for who opens a PDF

    try:
        found = PdfReader(io.BytesIO(data)).attachments.get(name)
    except Exception as error:  # a broken PDF makes pypdf raise almost anything
        raise SessionError(_("this PDF is broken")) from error
    if not found:
        raise SessionError(_("this PDF carries no session") if name == ATTACHMENT else _("this PDF carries no deck"))
    return found[0]


def _in_svg(data: bytes) -> bytes:
    """Also of a drawing that another program has saved again: it keeps metadata that it does not know."""
    try:
        found = ElementTree.fromstring(data).find(f".//{{{SESSION_SPACE}}}session")
    except (ElementTree.ParseError, ValueError) as error:
        raise SessionError(_("this SVG is broken")) from error
    if found is None or not found.text:
        raise SessionError(_("this SVG carries no session"))
    return found.text.encode()


def _in_csv(data: bytes) -> bytes:
    """Also of a table that a spreadsheet has saved again, with other separators."""
    lines = io.StringIO(data.decode("utf-8-sig", "replace"), newline="")
    separator = lines.getvalue()[len(TABLE) : len(TABLE) + 1] or ","
    csv.field_size_limit(LARGEST)
    try:
        first = next(csv.DictReader(lines, delimiter=separator), {})
    except (csv.Error, ValueError, TypeError) as error:
        raise SessionError(_("this table is broken")) from error
    if not first.get(SESSION_COLUMN):
        raise SessionError(_("this table carries no session"))
    return first[SESSION_COLUMN].encode()

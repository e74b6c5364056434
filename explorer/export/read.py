"""Sessions and decks out of files: their own, JSON exports, and the pictures that carry one. Raises SessionError."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from explorer.core import deck as decks
from explorer.core.checked_json import SessionError, too_large
from explorer.core.deck import Deck
from explorer.core.i18n import _
from explorer.core.session import LARGEST, Session, loads
from explorer.registry import EXPERIMENTS

PNG = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"explorer-session"
ATTACHMENT, DECK_ATTACHMENT = "session.json", "deck.json"


def read_session(path: Path | str) -> Session:
    """Open a session file, a JSON export, or a PNG or PDF that was exported. The error names the file."""
    try:
        return loads(_session_text(_contents(Path(path))), EXPERIMENTS)
    except SessionError as error:
        raise SessionError(_("{path} cannot be opened: {why}").format(path=path, why=error)) from error


def read_deck(path: Path | str) -> Deck:
    """Open a deck, or a PDF that was exported of one. The error names the file."""
    try:
        return decks.loads(_deck_text(_contents(Path(path))), EXPERIMENTS)
    except SessionError as error:
        raise SessionError(_("{path} cannot be opened: {why}").format(path=path, why=error)) from error


def has_deck(path: Path) -> bool:
    """Whether a file holds a deck, not one session. Never raises."""
    try:
        return decks.is_deck(_deck_text(_contents(path)))
    except SessionError:
        return False


def _deck_text(data: bytes) -> bytes:
    return _in_pdf(data, DECK_ATTACHMENT) if data.startswith(b"%PDF-") else data


def _contents(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise SessionError(error.strerror or str(error)) from error
    if len(data) > LARGEST:
        raise too_large(LARGEST)
    return data


def _session_text(data: bytes) -> bytes:
    if data.startswith(PNG):
        return _in_png(data)
    return _in_pdf(data, ATTACHMENT) if data.startswith(b"%PDF-") else data


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

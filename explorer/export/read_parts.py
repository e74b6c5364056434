"""Sessions out of files that may be larger than any session, and are read in part: PPTX, MP4, GIF."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from explorer.core.i18n import _
from explorer.core.session import LARGEST, SessionError

PART = "customXml/item{number}.xml"
"""Of a presentation, one for each of its slides, with its session; one more where a deck made it."""
SESSION_TAG, DECK_TAG = "{urn:explorer:session}session", "{urn:explorer:session}deck"


def in_pptx(path: Path, tag: str = SESSION_TAG) -> bytes:
    """Return the session of the first slide that has one, or what else has that tag."""
    try:
        with zipfile.ZipFile(path) as archive:
            places = sorted(_places(archive))
            parts = (archive.open(name).read(LARGEST) for _number, name in places)
            found = next((text for part in parts if (text := _text_of(part, tag))), "")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise SessionError(_("this presentation is broken")) from error
    if not found:
        raise SessionError(
            _("this presentation carries no session") if tag == SESSION_TAG else _("this presentation carries no deck")
        )
    return found.encode()


def _places(archive: zipfile.ZipFile) -> Iterator[tuple[int, str]]:
    before, after = PART.split("{number}")
    for name in archive.namelist():
        number = name.removeprefix(before).removesuffix(after)
        if number.isdecimal() and name == PART.format(number=number):
            yield int(number), name


def _text_of(part: bytes, tag: str) -> str:
    """Return what is in a part of that tag; nothing in those that other programs put there."""
    try:
        root = ElementTree.fromstring(part)
    except ElementTree.ParseError:
        return ""
    return (root.text or "") if root.tag == tag else ""


def in_mp4(path: Path) -> bytes:
    """Return the movie's comment."""
    import av  # 0.1 s: only for who opens a movie

    try:
        with av.open(path) as movie:
            found = movie.metadata.get("comment")
    except (av.FFmpegError, UnicodeDecodeError) as error:
        raise SessionError(_("this movie is broken")) from error
    if not found:
        raise SessionError(_("this movie carries no session"))
    return found.encode()


def in_gif(path: Path) -> bytes:
    """Return the comment that stands before the first picture: GIF89a, 15 to 24."""
    with path.open("rb") as file:
        flags = file.read(13)[10:11]
        if flags and flags[0] & 0x80:
            file.seek(3 << ((flags[0] & 7) + 1), 1)
        while file.read(1) == b"!":
            label, text = file.read(1), b"".join(_blocks(file))
            if label == b"\xfe" and text:
                return text
    raise SessionError(_("this movie carries no session"))


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the blocks up to the empty one, each after its length."""
    while length := file.read(1)[:1]:
        if length == b"\0":
            return
        yield file.read(length[0])

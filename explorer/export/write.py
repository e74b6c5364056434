"""A figure with its frame and session as a file, whose suffix says the format."""

import importlib
from pathlib import Path
from typing import Any

from explorer.core.figure import Figure
from explorer.core.files import write_atomically
from explorer.core.i18n import _
from explorer.core.session import Session, dumps
from explorer.export import data
from explorer.export.look import Look

PICTURES = ("png", "pdf")
FORMATS = (*PICTURES, "csv", "json")


class FormatError(ValueError):
    """A suffix that is no format, or a size that no picture has; the message is one line that says what is allowed."""


def format_of(path: Path | str) -> str:
    """Return the format that a file's suffix stands for. Raises FormatError."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise FormatError(
            _("{path}: “{suffix}” is no format; allowed: {formats}").format(
                path=path, suffix=suffix, formats=", ".join(FORMATS)
            )
        )
    return suffix


def write(path: Path | str, figure: Figure, frame: Any, session: Session, look: Look) -> None:
    """Write a file as a whole or not at all. Raises FormatError, WriteError."""
    write_atomically(path, _contents(format_of(path), figure, frame, session, look))


def _contents(kind: str, figure: Figure, frame: Any, session: Session, look: Look) -> bytes:
    if kind == "json":
        return data.json_bytes(frame, session)
    if kind == "csv":
        return data.csv_bytes(figure)
    picture = importlib.import_module("explorer.export.picture")  # Qt: not for data
    draw = {"png": picture.png_bytes, "pdf": picture.pdf_bytes}[kind]
    try:
        contents: bytes = draw(figure, look, dumps(session))
    except ValueError as error:  # a bad size
        raise FormatError(str(error)) from error
    return contents

"""A figure with its frame and session as a file, whose suffix says the format."""

import importlib
from pathlib import Path
from typing import Any

from explorer.core.figure import Figure
from explorer.core.files import write_atomically
from explorer.core.session import Session
from explorer.export.formats import FormatError, format_of
from explorer.export.look import Look


def write(path: Path | str, figure: Figure, frame: Any, session: Session, look: Look) -> None:
    """Write a file as a whole or not at all. Raises FormatError, WriteError."""
    write_atomically(path, contents(path, figure, frame, session, look))


def contents(path: Path | str, figure: Figure, frame: Any, session: Session, look: Look) -> bytes:
    """Contents of the file of that name. Raises FormatError."""
    module, name = format_of(path).contents.split(":")
    contents_of = getattr(importlib.import_module(module), name)
    try:
        made: bytes = contents_of(figure, frame, session, look)
    except ValueError as error:  # a bad size
        raise FormatError(str(error)) from error
    return made

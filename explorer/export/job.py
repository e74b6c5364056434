"""Writing in a process of its own, so that the window never waits. Nothing heavy is imported at the top.

The window sends one piece of work; the process answers with `Progressed`, and in the end with `Written` or `Failed`.
"""

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from explorer.core.i18n import _
from explorer.core.processes import end_with_parent


@dataclass(frozen=True)
class WriteFigure:
    """One figure as a file, whose suffix says the format."""

    path: Path
    figure: Any
    frame: Any
    session: Any
    look: Any


@dataclass(frozen=True)
class WriteMovie:
    """A run from step 0 to the session's."""

    path: Path
    session: Any
    look: Any
    movie: Any
    panels: tuple[str, ...] = ()


@dataclass(frozen=True)
class WriteDeck:
    """Every card of a deck: one file of slides or pages, or a folder of files with that suffix."""

    path: Path
    deck: Any
    look: Any
    suffix: str = ""


Work = WriteFigure | WriteMovie | WriteDeck


@dataclass(frozen=True)
class Progressed:
    """In words, and as a share from 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True)
class Written:
    """All is on the disk."""


@dataclass(frozen=True)
class Failed:
    """Nothing was written; one line that says why."""

    message: str


Answer = Progressed | Written | Failed
Say = Callable[[str, float], None]


def main(connection: Connection) -> None:
    """Do one piece of work. Qt is imported before it is known what: a dialog starts the process when it opens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the window decides
    multiprocessing.current_process().daemon = False  # so that a movie may have a worker of its own
    end_with_parent()
    _step_back()
    with contextlib.suppress(EOFError, BrokenPipeError):  # nobody wants it any more
        connection.send(_answer(connection))


def _step_back() -> None:
    """Draw without a screen, and let window and training go first."""
    if sys.platform == "linux":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if hasattr(os, "nice"):
        os.nice(5)


def _answer(connection: Connection) -> Answer:
    try:
        importlib.import_module("explorer.headless").load_picture()
        _do(connection.recv(), lambda text, share: connection.send(Progressed(text, share)))
    except (EOFError, BrokenPipeError):
        raise
    except Exception as error:
        return Failed(_in_words(error))
    return Written()


def _do(work: Work, say: Say) -> None:
    headless = importlib.import_module("explorer.headless")
    match work:
        case WriteFigure(path, figure, frame, session, look):
            importlib.import_module("explorer.export.write").write(path, figure, frame, session, look)
        case WriteMovie(path, session, look, movie, panels):
            headless.movie(session, path, look, movie, say, panels)
        case WriteDeck(path, deck, look, suffix):
            headless.deck(deck, path, look, say, suffix)


def _in_words(error: Exception) -> str:
    """The errors that are expected say it themselves, in one line; the name of any other tells more than its text."""
    if isinstance(error, MemoryError):
        return _("There is not enough memory for this picture.")
    text = str(error).splitlines()[0] if str(error) else ""
    known = type(error).__module__.startswith("explorer.")
    return (
        text if known and text else _("Something went wrong: {error}").format(error=f"{type(error).__name__}: {text}")
    )

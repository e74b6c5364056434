"""Opening, saving and copying, as the window does it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog

from explorer.core import session as sessions
from explorer.core.files import WriteError, write_atomically
from explorer.core.i18n import _
from explorer.core.session import Session, SessionError
from explorer.registry import EXPERIMENTS

if TYPE_CHECKING:
    from explorer.ui.experiment_tab import ExperimentTab
    from explorer.ui.figure_mime import FigureMime
    from explorer.ui.window import MainWindow


def parse(text: str) -> Session:
    return sessions.loads(text, EXPERIMENTS)


def settings_text(tab: "ExperimentTab") -> str:
    """A tab's settings as they stand in the controls, at step 0: what the next start begins with."""
    return sessions.dumps(Session(tab.spec.name, tab.controls.hyperparams, tab.controls.options, 0, ()))


def ask_open(window: "MainWindow") -> None:
    from explorer.export.read import SUFFIXES

    patterns = " ".join(f"*.{suffix}" for suffix in SUFFIXES)
    kinds = _("Sessions and figures ({patterns});;All files (*)").format(patterns=patterns)
    name, _kind = QFileDialog.getOpenFileName(window, _("Open session or figure"), window.settings.folder, kinds)
    if name:
        open_path(window, Path(name))


def open_path(window: "MainWindow", path: Path) -> None:
    """Restore the session in a file, or show its deck; a broken one changes nothing and says why."""
    from explorer.export.read import has_deck, read_session

    if has_deck(path):
        window.deck.open_path(path)
        return
    try:
        session = read_session(path)
    except (SessionError, OSError) as error:
        window.say("error", _("{name} was not opened: {error}").format(name=path.name, error=error))
        return
    window.settings.folder = str(path.parent)
    window.show_tab(session.experiment)
    window.tab.restore(session)


def ask_save(window: "MainWindow") -> None:
    folder = Path(window.settings.folder) / f"{window.tab.spec.name}.json"
    name, _kind = QFileDialog.getSaveFileName(window, _("Save session"), str(folder), _("Session (*.json)"))
    if name:
        save_path(window, Path(name).with_suffix(".json"))


def save_path(window: "MainWindow", path: Path) -> None:
    try:
        write_atomically(path, sessions.dumps(window.tab.session()).encode())
    except WriteError as error:
        window.say("error", str(error))
        return
    window.settings.folder = str(path.parent)
    window.say("info", _("Saved {name}").format(name=path))


def copy_figure(window: "MainWindow") -> None:
    """Put what is on screen on the clipboard: as image, as SVG, and with its session."""
    mime, clipboard = figure_mime(window.tab, window.colours.name), QGuiApplication.clipboard()
    if mime is None or clipboard is None:
        return
    clipboard.setMimeData(mime)
    width, height = mime.look.size
    window.say("info", _("Copied as an image of {width} × {height} px, and as SVG").format(width=width, height=height))


def figure_mime(tab: "ExperimentTab", theme: str, as_file: bool = False) -> "FigureMime | None":
    """What is on screen, as a slide for other programs."""
    from explorer.export.look import Look
    from explorer.ui.figure_mime import FigureMime

    figure = tab.view.shown_figure
    return FigureMime(figure, tab.session(), Look(theme=theme), as_file) if figure else None

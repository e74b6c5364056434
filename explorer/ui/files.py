"""Opening, saving and copying, as the window does it."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QMimeData
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFileDialog

from explorer.core import session as sessions
from explorer.core.files import WriteError, write_atomically
from explorer.core.i18n import _
from explorer.core.session import Session, SessionError
from explorer.registry import EXPERIMENTS

if TYPE_CHECKING:
    from explorer.ui.experiment_tab import ExperimentTab
    from explorer.ui.window import MainWindow


def parse(text: str) -> Session:
    return sessions.loads(text, EXPERIMENTS)


def settings_text(tab: "ExperimentTab") -> str:
    """A tab's settings as they stand in the controls, at step 0: what the next start begins with."""
    return sessions.dumps(Session(tab.spec.name, tab.controls.hyperparams, tab.controls.options, 0, ()))


def ask_open(window: "MainWindow") -> None:
    kinds = _("Sessions and figures (*.json *.png *.pdf);;All files (*)")
    name, _kind = QFileDialog.getOpenFileName(window, _("Open session or figure"), window.settings.folder, kinds)
    if name:
        open_path(window, Path(name))


def open_path(window: "MainWindow", path: Path) -> None:
    """Restore the session in a file; a broken one changes nothing and says why."""
    from explorer.export.read import read_session

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
    """Put what is on screen on the clipboard, as a slide."""
    from explorer.export.look import Look
    from explorer.export.picture import picture

    figure = window.tab.view.shown_figure
    clipboard = QGuiApplication.clipboard()
    if figure is None or clipboard is None:
        return
    mime = QMimeData()
    look = Look(theme=window.colours.name)
    mime.setImageData(picture(figure, look))
    clipboard.setMimeData(mime)
    window.say("info", _("Copied as an image of {width} × {height} px").format(width=look.size[0], height=look.size[1]))

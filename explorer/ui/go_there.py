"""Going to what was found: it is brought into view, gets the keyboard focus and is marked for a moment."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from explorer.core.hyperparams import Field
from explorer.ui.spotlight import Spotlight

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

BY_KEY = Qt.FocusReason.ShortcutFocusReason


def show_setting(window: "MainWindow", name: str) -> None:
    """Bring a setting's control into view, whatever hides it now."""
    _leave_presentation(window)
    if name == "seed":
        _focus_on(window.tab.player.seed)
        Spotlight(window.tab.player.seed)
        return
    if window.tab.controls.isHidden():
        window.toggle_controls()
    _show_row(window, name)


def switch_on(window: "MainWindow", name: str, choice: str) -> None:
    """Choose what a click on it would choose; what was on already is shown. Hidden controls stay hidden."""
    controls = window.tab.controls
    row = controls.row(name)
    row.pick(_with(row.field, row.value, choice))
    if not controls.isHidden():
        _show_row(window, name, choice)
    elif row.mistake:
        window.say("warning", row.mistake)


def show_experiment(window: "MainWindow", name: str) -> None:
    _leave_presentation(window)
    window.show_tab(name)


def show_claim(window: "MainWindow", experiment: str, name: str) -> None:
    """Open the notes of an experiment at a claim."""
    show_experiment(window, experiment)
    if window.tab.notes.isHidden():
        window.toggle_notes()
    view = window.tab.notes.claims[name]
    _focus_on(view.try_link)
    Spotlight(view, window.tab.notes.scroll_area)


def _leave_presentation(window: "MainWindow") -> None:
    if window.presentation.active:
        window.toggle_presentation()


def _with(field: Field, value: str | tuple[str, ...], choice: str) -> str | tuple[str, ...]:
    """Return the value of a choice or of choices with this one on."""
    return choice if field.kind == "choice" else (*value, choice)


def _show_row(window: "MainWindow", name: str, choice: str = "") -> None:
    row = window.tab.controls.reveal(name)
    _focus_on(row.focus_target(choice))
    Spotlight(row, window.tab.controls.scroll_area)


def _focus_on(widget: QWidget) -> None:
    widget.setFocus(BY_KEY)

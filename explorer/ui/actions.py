"""Every command of the window in one table: menu, text, shortcut, icon, and the window's method that does it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import QMenu

from explorer.core.i18n import _
from explorer.ui.icons import icon

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow


@dataclass(frozen=True)
class Command:
    """`method` of MainWindow; `plain_key` is shown but handled as an ordinary key press, so that buttons keep it."""

    name: str
    menu: str
    text: str
    method: str
    shortcut: str = ""
    plain_key: str = ""
    icon: str = ""
    checkable: bool = False
    also: str = ""
    """Other words under which it is looked for."""


FILE, EDIT, RUN, VIEW, HELP = _("File"), _("Edit"), _("Run"), _("View"), _("Help")
FORMATS = _("save image picture PNG SVG PDF PowerPoint movie MP4 GIF CSV JSON")

COMMANDS = (
    Command("open", FILE, _("Open session or figure…"), "open_session", "Ctrl+O", also=_("load restore")),
    Command("save", FILE, _("Save session…"), "save_session", "Ctrl+S"),
    Command("export", FILE, _("Export figure…"), "export_figure", "Ctrl+E", icon="image-down", also=FORMATS),
    Command("export_deck", FILE, _("Export deck…"), "export_deck", also=_("PowerPoint PDF slides talk")),
    Command("quit", FILE, _("Quit"), "close", "Ctrl+Q"),
    Command("undo", EDIT, _("Undo"), "undo", "Ctrl+Z"),
    Command("redo", EDIT, _("Redo"), "redo", "Ctrl+Shift+Z, Ctrl+Y"),
    Command("copy", EDIT, _("Copy figure"), "copy_figure", "Ctrl+C"),
    Command("find", EDIT, _("Find…"), "open_finder", "Ctrl+K, Ctrl+F", icon="search", also=_("search")),
    Command("pin_to_deck", EDIT, _("Add to deck"), "add_to_deck", "Ctrl+D"),
    Command("reset", EDIT, _("Reset all settings"), "reset_all", "Ctrl+Shift+R"),
    Command("play", RUN, _("Play or pause"), "toggle_play", plain_key="Space"),
    Command("step", RUN, _("Single step"), "single_step", plain_key="."),
    Command("restart", RUN, _("Restart"), "restart", "Ctrl+R"),
    Command("pin", RUN, _("Pin this run"), "pin_run", "Ctrl+P", icon="pin", also=_("compare keep")),
    Command("go_to", RUN, _("Go to step…"), "go_to_step", "Ctrl+J"),
    Command("seed", RUN, _("New seed"), "new_seed", "Ctrl+G"),
    Command("code", RUN, _("Show code…"), "show_code", "Ctrl+Shift+C", icon="code", also=_("script Python")),
    Command(
        "present",
        VIEW,
        _("Presentation"),
        "toggle_presentation",
        "F11",
        icon="presentation",
        checkable=True,
        also=_("full screen lecture beamer"),
    ),
    Command("theme", VIEW, _("Light or dark"), "toggle_theme", "Ctrl+T", icon="moon", also=_("theme colours")),
    Command("system_theme", VIEW, _("Light or dark as the system"), "follow_system_theme"),
    Command("controls", VIEW, _("Controls"), "toggle_controls", "Ctrl+B", icon="panel-left", checkable=True),
    Command("notes", VIEW, _("Notes and claims"), "toggle_notes", "Ctrl+I", icon="panel-right", checkable=True),
    Command("deck", VIEW, _("Deck"), "toggle_deck", "Ctrl+Shift+D", icon="gallery-thumbnails", checkable=True),
    Command("autoscale", VIEW, _("Autoscale all panels"), "autoscale", plain_key="A"),
    Command("next_tab", VIEW, _("Next experiment"), "next_tab", "Ctrl+Tab"),
    Command("keys", HELP, _("Keys"), "show_keys", "F1", also=_("shortcuts keyboard help")),
    Command("about", HELP, _("About Explorer"), "show_about"),
)
TOOLS = ("find", "pin", "export", "present", "theme", "controls", "deck", "notes")


def make_actions(window: "MainWindow") -> dict[str, QAction]:
    """One QAction per command, wired to its method and added to the window."""
    actions = {}
    for command in COMMANDS:
        key = f"\t{command.plain_key}" if command.plain_key else ""
        action = QAction(command.text + key, window)
        action.setObjectName(command.name)
        action.setCheckable(command.checkable)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.triggered.connect(lambda _checked=False, m=command.method: getattr(window, m)())
        if command.shortcut:
            action.setShortcuts([QKeySequence(key) for key in command.shortcut.split(", ")])
        window.addAction(action)
        actions[command.name] = action
    return actions


def make_menu(window: "MainWindow", actions: dict[str, QAction]) -> QMenu:
    """Build the one menu, with a submenu for each part."""
    menu = QMenu(window)
    parts: dict[str, QMenu] = {}
    for command in COMMANDS:
        if command.menu not in parts:
            parts[command.menu] = QMenu(command.menu, menu)
            menu.addMenu(parts[command.menu])
        parts[command.menu].addAction(actions[command.name])
    return menu


def keys_text() -> str:
    """All keys as Markdown, for the help window."""
    rows = [f"| {c.shortcut or c.plain_key} | {c.text} |" for c in COMMANDS if c.shortcut or c.plain_key]
    more = (
        ("Ctrl+1 … 9", _("Experiment 1 to 9")),
        ("1 … 8", _("One panel large; again or Esc: all panels")),
        (_("Wheel, drag"), _("Zoom and move a plot; double-click: autoscale")),
        (_("← → Home End"), _("Back and forth in the run, while the timeline has the focus")),
        (_("Double-click on a label"), _("Reset that setting")),
    )
    rows += [f"| {key} | {text} |" for key, text in more]
    return "\n".join([f"| {_('Key')} | {_('What it does')} |", "| --- | --- |", *rows])

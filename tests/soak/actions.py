"""What a restless user does, one function per action. A function draws all it needs from its own random numbers, so
that an action is plain data (its name and a seed) and means something in whatever state it finds the window."""

import contextlib
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication, QDialog, QPushButton, QWidget

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Field
from explorer.export.formats import FORMATS
from explorer.registry import EXPERIMENTS
from explorer.ui import files
from explorer.ui.boxes import ChoiceBox
from explorer.ui.chips import Chips
from explorer.ui.entries import Entry
from explorer.ui.export_dialog import ExportDialog
from explorer.ui.findables import ACTION
from explorer.ui.finder import Finder
from explorer.ui.groups import GroupHeader
from explorer.ui.live_run import LiveRun
from explorer.ui.numbers import NumberEditor
from explorer.ui.rows import Row
from explorer.ui.segments import Segments
from explorer.ui.switches import Switch
from explorer.ui.window import MainWindow

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MOVIES = ("mp4", "gif")
RUBBISH = ("", "nan", "inf", "1e999", "−−1", "x" * 300, "1,5", "١٢", "9" * 5000)
EXPRESSIONS = ("x", "tanh(x)", "x*sigmoid(x)", "1/x", "x**(", "log(x)**3", "exp(exp(x))", "x.__class__", "x^2")


class User:
    """A window, a folder to save into, and the patience to wait."""

    def __init__(self, window: MainWindow, folder: Path, wait: Callable[[Callable[[], bool], float], bool]) -> None:
        self.window, self.folder, self.wait = window, folder, wait
        self.has_killed = False
        """Whether the worker's end is this user's doing."""

    @property
    def run(self) -> LiveRun:
        return self.window.tab.run

    def wait_for_frame(self) -> bool:
        return self.wait(lambda: self.run.frame is not None, 30)


# --- settings ------------------------------------------------------------------------------------------------------
def set_value(user: User, rng: random.Random) -> str:
    """Any control that is shown, as it is used; where none is, as a click in a panel sets it."""
    controls = user.window.tab.controls
    rows = [row for row in controls.findChildren(Row) if row.isVisible()]
    if rows:
        row = rng.choice(rows)
        controls.scroll_area.ensureWidgetVisible(row)
        return f"{row.field.name}: {use_editor(row, rng)}"
    field = rng.choice([f for f in hp.fields_of(controls.spec.hyperparams) if f.kind in ("float", "int")])
    value = _number(field, rng)
    controls.change(field.name, value)
    return f"{field.name} = {value}"


def use_editor(row: Row, rng: random.Random) -> str:
    match row.editor:
        case NumberEditor() as editor if editor.slider is not None and rng.random() < 0.5:
            slider = editor.slider
            x = rng.choice((0, slider.width() - 1, rng.randrange(max(slider.width(), 1))))
            _drag(slider, QPoint(slider.width() // 2, 12), QPoint(x, 12))
            return f"dragged to {x} px"
        case NumberEditor() as editor:
            text = rng.choice(RUBBISH) if rng.random() < 0.15 else hp.number_text(_number(row.field, rng))
            return _type(editor.entry, text)
        case Entry() as entry:
            return _type(entry, rng.choice(EXPRESSIONS))
        case Switch() as switch:
            switch.click()
        case Segments() as segments:
            return _click_one(segments.findChildren(QAbstractButton), rng)
        case Chips() as chips:
            return _click_one(list(chips.chips), rng)
        case ChoiceBox() as box:
            box.setCurrentIndex(rng.randrange(box.count()))
            return box.currentText()
    return "switched"


def _number(field: Field, rng: random.Random) -> float | int:
    """An extreme, the default, or something in between; fields without an end are taken to a thousand."""
    low, high = max(field.low, -1e3), min(field.high, 1e3)
    between = low * (high / low) ** rng.random() if field.scale == "log" and low > 0 else rng.uniform(low, high)
    return hp.nearest(field, rng.choice((low, high, field.default, between, between, between)))


def _type(entry: Entry, text: str) -> str:
    entry.setFocus()
    entry.selectAll()
    entry.insert(text)
    entry.setModified(True)
    QTest.keyClick(entry, Qt.Key.Key_Escape if len(text) > 200 else Qt.Key.Key_Return)
    return f"typed {text[:40]}"


def _click_one(buttons: list[Any], rng: random.Random) -> str:
    button = rng.choice(buttons)
    button.click()
    return f"clicked {button.text()}"


def _drag(widget: QWidget, start: QPoint, *points: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mousePress(widget, button, NO_KEY, start)
    for point in points:
        QTest.mouseMove(widget, point)
    QTest.mouseRelease(widget, button, NO_KEY, points[-1] if points else start)


def preset(user: User, rng: random.Random) -> str:
    box = user.window.tab.controls.presets
    index = rng.randrange(box.count())
    box.setCurrentIndex(index)
    box.activated.emit(index)
    return box.itemText(index)


def fold(user: User, rng: random.Random) -> str:
    return _click_one(user.window.tab.controls.findChildren(GroupHeader), rng)


def row_menu(user: User, rng: random.Random) -> str:
    row = rng.choice(user.window.tab.controls.findChildren(Row))
    menu = row.menu()
    action = rng.choice([action for action in menu.actions() if not action.isSeparator()])
    action.trigger()
    menu.deleteLater()
    return f"{row.field.name}: {action.text()}"


# --- run -----------------------------------------------------------------------------------------------------------
def speed(user: User, rng: random.Random) -> str:
    box = user.window.tab.player.speed
    index = rng.randrange(box.count())
    box.setCurrentIndex(index)
    box.activated.emit(index)
    return box.itemText(index)


def scrub(user: User, rng: random.Random) -> str:
    line = user.window.tab.player.timeline
    xs = [rng.randrange(-20, line.width() + 20) for _i in range(rng.randrange(1, 8))]
    _drag(line, *(QPoint(x, 22) for x in xs))
    return f"timeline {xs}"


def timeline_key(user: User, rng: random.Random) -> str:
    keys = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown
    key = rng.choice(keys)
    QTest.keyClick(user.window.tab.player.timeline, key)
    return key.name


def rerun(user: User, _rng: random.Random) -> str:
    user.window.tab.player.rerun_button.click()
    return ""


def go_to(user: User, rng: random.Random) -> str:
    user.window.go_to_step()
    dialog = _dialog(user)
    step = rng.choice((0, 1, 50, 300))
    dialog.step.setValue(step)  # type: ignore[attr-defined]
    dialog.accept()
    return str(step)


def banner(user: User, rng: random.Random) -> str:
    """Any button of a message above the figure."""
    shown = user.window.tab.banner or user.window.message
    return _click_one(shown.findChildren(QAbstractButton), rng) if shown else ""


def kill_worker(user: User, _rng: random.Random) -> str:
    pid = user.window.bridge.client.pid
    if pid is None or not user.window.bridge.client.alive:
        return "there was none"
    user.has_killed = True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return ""


# --- pins, deck ----------------------------------------------------------------------------------------------------
def pinned(user: User, rng: random.Random) -> str:
    comparison = user.window.tab.comparison
    if not comparison.pins.all:
        return ""
    number = rng.choice(comparison.pins.all).number
    does = rng.choice(("remove", "recall", "show", "hide", "rename"))
    match does:
        case "remove":
            comparison.pins.remove(number)
        case "recall":
            comparison.recall(number)
        case "rename":
            comparison.pins.rename(number, rng.choice(("", "a", "long " * 30)))
        case _:
            comparison.pins.show(number, does == "show")
    return f"{does} {number}"


def use_deck(user: User, rng: random.Random) -> str:
    deck = user.window.deck
    n = len(deck.deck.cards)
    if n > 8:
        deck.clear()
        return "clear"
    if n == 0:
        return ""
    index = rng.randrange(n)
    does = rng.choice(("reopen", "reopen", "remove", "rename", "note", "move", "undo", "redo"))
    match does:
        case "remove":
            deck.remove(index)
        case "rename":
            deck.rename(index, rng.choice(("", "\0\n", "title " * 50, "σ·x")))
        case "note":
            deck.set_note(index, "note\n" * rng.randrange(4))
        case "move":
            deck.strip.moved.emit(index, rng.randrange(n))
        case "undo":
            deck.file.undo()
        case "redo":
            deck.file.redo()
        case _:
            deck.reopen(index)
    return f"{does} {index}"


# --- window and figure ----------------------------------------------------------------------------------------------
def go_to_tab(user: User, rng: random.Random) -> str:
    name = rng.choice(list(EXPERIMENTS))
    user.window.show_tab(name)
    if rng.random() < 0.8:
        user.wait(lambda: user.run.frame is not None or not user.window.bridge.client.alive, 10)
    return name


def resize(user: User, rng: random.Random) -> str:
    width, height = rng.choice(((960, 600), (1280, 800), (1440, 900), (1920, 1080), (2560, 700)))
    user.window.resize(width, height)
    return f"{width} x {height}"


def figure_mouse(user: User, rng: random.Random) -> str:
    """Click, drag, double-click or turn the wheel anywhere in the figure: picks, zooms, moves, maximises."""
    view = user.window.tab.view
    places = [QPoint(rng.randrange(view.width()), rng.randrange(view.height())) for _i in range(3)]
    viewport = view.viewport()
    assert viewport is not None
    does = rng.choice(("click", "drag", "frame", "double-click", "wheel"))
    match does:
        case "click":
            QTest.mouseClick(viewport, LEFT, NO_KEY, places[0])
        case "drag":
            _drag(viewport, *places)
        case "frame":
            _drag(viewport, *places, button=Qt.MouseButton.RightButton)
        case "double-click":
            QTest.mouseDClick(viewport, LEFT, NO_KEY, places[0])
        case _:
            _wheel(viewport, QPointF(places[0]), rng.choice((-1200, -120, 120, 1200)))
    return f"{does} at {places[0].x()}, {places[0].y()}"


def _wheel(viewport: QWidget, at: QPointF, by: int) -> None:
    event = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def figure_key(user: User, rng: random.Random) -> str:
    key = rng.choice((*(Qt.Key(Qt.Key.Key_0 + n) for n in range(9)), Qt.Key.Key_A, Qt.Key.Key_Escape))
    QTest.keyClick(user.window.tab.view, key)
    return key.name


def offer(user: User, _rng: random.Random) -> str:
    button = user.window.tab.view.offer
    if not button.isHidden():
        button.click()
    return button.text()


def claim(user: User, rng: random.Random) -> str:
    found = user.window.tab.spec.claims
    if not found:
        return ""
    name = rng.choice(found).name
    if rng.random() < 0.7:
        user.window.tab.try_claim(name)
    else:
        user.window.tab.check_all_claims()
        user.window.tab.notes.check_all_link.click()
    return name


def find(user: User, rng: random.Random) -> str:
    """By its keys, whatever it is; actions are found and not done: they are done elsewhere, and one of them quits."""
    user.window.open_finder()
    finder = user.window.findChild(Finder)
    assert finder is not None
    QTest.keyClicks(
        finder.line, rng.choice(("", "l", "lr", "adam", "panel", "claim norm", "relu", "no such thing", "n s"))
    )
    for _i in range(rng.randrange(12)):
        QTest.keyClick(finder.line, rng.choice((Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown)))
    thing = finder.list.current
    gives_up = thing is None or thing.kind == ACTION or rng.random() < 0.2
    QTest.keyClick(finder.line, Qt.Key.Key_Escape if gives_up else Qt.Key.Key_Return)
    return thing.full_text if thing and not gives_up else "gave up"


def code(user: User, _rng: random.Random) -> str:
    user.window.show_code()
    user.wait(lambda: False, 0.2)
    for dialog in user.window.findChildren(QDialog):
        dialog.close()
    return ""


def look_up(user: User, rng: random.Random) -> str:
    rng.choice((user.window.show_keys, user.window.show_about))()
    dialog = _dialog(user)
    user.wait(lambda: False, 0.1)
    dialog.close()
    return type(dialog).__name__


# --- files -----------------------------------------------------------------------------------------------------------
def export(user: User, rng: random.Random) -> str:
    """Through the dialog, with some choices; sometimes given up, sometimes its process is killed."""
    if not user.wait_for_frame():
        return "no frame"
    suffix = rng.choice([s for s in FORMATS if s not in MOVIES or rng.random() < 0.1])
    user.window.export_figure()
    dialog = user.window.findChild(ExportDialog)
    assert dialog is not None
    dialog.fields.choose("format", suffix)
    dialog.fields.choose("theme", rng.choice(("window", "light", "dark")))
    dialog.fields.choose("panels", dialog.fields.panels[: rng.randrange(1, 4)])
    user.wait(lambda: False, 0.1)
    if not dialog.save_button.isEnabled():
        dialog.reject()
        return "refused"
    return f"{suffix} {_write(user, dialog, user.folder / f'figure.{suffix}', rng)}"


def _write(user: User, dialog: ExportDialog, path: Path, rng: random.Random) -> str:
    """A movie of a long run is not waited for."""
    end = rng.choice(("wait", "wait", "cancel", "kill")) if path.suffix[1:] not in MOVIES else "cancel"
    dialog.save(path)
    if end == "kill" and dialog.job.pid:
        os.kill(dialog.job.pid, signal.SIGKILL)
    if end == "wait":
        user.wait(lambda: not user.window.findChildren(ExportDialog) or not dialog.writing, 30)
    else:
        user.wait(lambda: False, 0.3)
    for _try in range(50):  # the first cancels, the second closes, then it is deleted
        if (left := user.window.findChild(ExportDialog)) is None:
            break
        left.reject()
        user.wait(lambda: user.window.findChild(ExportDialog) is None, 0.2)
    else:
        raise AssertionError("the export dialog does not close")
    return end


def copy(user: User, _rng: random.Random) -> str:
    user.window.copy_figure()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    return ", ".join(clipboard.mimeData().formats())[:40]  # type: ignore[union-attr]


def save(user: User, rng: random.Random) -> str:
    name = f"session {rng.randrange(3)}.json"
    files.save_path(user.window, user.folder / name)
    return name


def reopen(user: User, rng: random.Random) -> str:
    """Any file in the folder, or what is none."""
    found = sorted(p for p in user.folder.iterdir() if p.is_file()) or [user.folder / "nothing.json"]
    path = rng.choice(found)
    files.open_path(user.window, path)
    return path.name


def _dialog(user: User) -> QDialog:
    return next(d for d in user.window.findChildren(QDialog) if d.isVisible())


def _command(method: str) -> Callable[[User, random.Random], str]:
    """A command of the menu, by its method."""
    return lambda user, _rng: getattr(user.window, method)() or ""


def _press_button(user: User, rng: random.Random) -> str:
    """Any button of the player."""
    buttons = [b for b in user.window.tab.player.findChildren(QAbstractButton) if b.isVisible()]
    return _click_one([b for b in buttons if not isinstance(b, QPushButton) or b.isEnabled()], rng) if buttons else ""


ACTIONS: dict[str, tuple[float, Callable[[User, random.Random], str]]] = {
    "set": (20, set_value),
    "figure mouse": (8, figure_mouse),
    "tab": (6, go_to_tab),
    "undo": (5, _command("undo")),
    "redo": (3, _command("redo")),
    "preset": (3, preset),
    "play": (4, _command("toggle_play")),
    "step": (3, _command("single_step")),
    "restart": (3, _command("restart")),
    "seed": (2, _command("new_seed")),
    "speed": (3, speed),
    "player": (3, _press_button),
    "scrub": (4, scrub),
    "timeline key": (2, timeline_key),
    "rerun": (1, rerun),
    "go to": (1, go_to),
    "pin": (3, _command("pin_run")),
    "pinned": (3, pinned),
    "add to deck": (2, _command("add_to_deck")),
    "deck": (3, use_deck),
    "show deck": (1, _command("toggle_deck")),
    "reset": (2, _command("reset_all")),
    "fold": (2, fold),
    "row menu": (2, row_menu),
    "banner": (3, banner),
    "offer": (1, offer),
    "figure key": (4, figure_key),
    "resize": (2, resize),
    "theme": (2, _command("toggle_theme")),
    "system theme": (0.5, _command("follow_system_theme")),
    "presentation": (1.5, _command("toggle_presentation")),
    "controls": (1.5, _command("toggle_controls")),
    "notes": (1.5, _command("toggle_notes")),
    "next tab": (1, _command("next_tab")),
    "claim": (1, claim),
    "find": (3, find),
    "code": (1, code),
    "look up": (0.5, look_up),
    "copy": (1.5, copy),
    "export": (1.5, export),
    "save": (1, save),
    "reopen": (2, reopen),
    "kill worker": (0.7, kill_worker),
}
"""Name: how often, and what it does. It returns what it came to, for who reads the record."""

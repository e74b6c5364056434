"""The whole program tried once, as its user would: `explorer --smoke-test FOLDER`, for whoever builds or packages it.

Every tab trains, every format is exported into the folder, the notes open, the window closes. Each step is a line with
the seconds since the one before; what goes wrong is said on stderr, and the exit status is 1.
"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QApplication, QDialog

from explorer.export.formats import FORMATS
from explorer.registry import EXPERIMENTS

if TYPE_CHECKING:
    from explorer.ui.export_dialog import ExportDialog
    from explorer.ui.window import MainWindow

WITHIN = 60.0
"""Seconds that a step may take, also on a slow and busy machine."""
LOOK_EVERY = 10  # ms
Step = tuple[str, Callable[[], bool]]
"""What is waited for, in words and as a condition."""


def try_everything(window: "MainWindow", folder: Path) -> int:
    """Drive a window that was just shown, until it closes; return the exit status."""
    test = SmokeTest(window, folder)
    QApplication.exec()
    return test.status


class SmokeTest(QObject):
    """Takes one step after the other between turns of the event loop, which runs as ever."""

    def __init__(self, window: "MainWindow", folder: Path) -> None:
        super().__init__(window)
        self.status = 1
        self._window, self._folder = window, folder
        self._steps = self._all_steps()
        self._step: Step | None = None
        self._since = monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    # --- what is tried ------------------------------------------------------------------------------------------
    def _all_steps(self) -> Iterator[Step]:
        yield "window", self._is_exposed
        self._folder.mkdir(parents=True, exist_ok=True)
        for name in EXPERIMENTS:
            self._window.show_tab(name)
            yield f"live frame of {name}", self._is_training
        for suffix in FORMATS:
            path = self._folder / f"figure.{suffix}"
            self._export(path)
            yield f"exported {path.name}", partial(self._is_exported, path)
        self._window.toggle_notes()
        yield "notes", self._window.tab.notes.isVisible
        self._window.show_about()
        yield "about box", self._window.findChild(QDialog, "about").isVisible

    def _is_exposed(self) -> bool:
        handle = self._window.windowHandle()
        return handle is not None and handle.isExposed()

    def _is_training(self) -> bool:
        tab = self._window.tab
        return tab.run.frame is not None and tab.run.frame.step > 0 and tab.view.shown_figure is not None

    def _is_exported(self, path: Path) -> bool:
        return self._dialog is None and path.is_file() and path.stat().st_size > 0

    @property
    def _dialog(self) -> "ExportDialog | None":
        from explorer.ui.export_dialog import ExportDialog  # late: how soon the window is there is measured by this

        return self._window.findChild(ExportDialog)

    def _export(self, path: Path) -> None:
        """Choose the format in the dialog, and save."""
        self._window.export_figure()
        assert self._dialog is not None, "the dialog did not open"
        self._dialog.fields.choose("format", path.suffix.removeprefix("."))
        self._dialog.save(path)

    # --- one after the other ------------------------------------------------------------------------------------
    def _on_timer_timeout(self) -> None:
        try:
            self._look()
        except Exception as error:
            self._end(f"{type(error).__name__}: {error}")

    def _look(self) -> None:
        if complaint := self._complaint():
            self._end(complaint)
        elif self._step is None or self._step[1]():
            self._go_on()
        elif monotonic() - self._since > WITHIN:
            why = f" ({self._dialog.about.text()})" if self._dialog else ""
            self._end(f"not within {WITHIN:.0f} s: {self._step[0]}{why}")

    def _go_on(self) -> None:
        if self._step:
            now = monotonic()
            print(f"{now - self._since:7.2f} s  {self._step[0]}", flush=True)
            self._since = now
        self._step = next(self._steps, None)
        if self._step is None:
            self._end("")

    def _complaint(self) -> str:
        """What the window says in red."""
        banners = (self._window.message, self._window.tab.banner)
        return next((b.words.text() for b in banners if b is not None and b.kind == "error"), "")

    def _end(self, failure: str) -> None:
        """Close the window; the last step left is named where something failed."""
        self._timer.stop()
        self.status = 1 if failure else 0
        if failure:
            print(f"explorer: the smoke test failed: {failure}", file=sys.stderr, flush=True)
        for dialog in QApplication.topLevelWidgets():
            if dialog is not self._window:
                dialog.close()
        while not self._window.close():  # it may have something to say first
            pass

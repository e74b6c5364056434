"""Start of the window: application object, exceptions, Ctrl+C, the event loop."""

import gc
import signal
import socket
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from PyQt6 import sip
from PyQt6.QtCore import QSocketNotifier, QTimer
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QApplication

from explorer import __version__
from explorer.core.i18n import _
from explorer.core.resources import RESOURCES
from explorer.draw.fonts import load_fonts
from explorer.ui.window import MainWindow
from explorer.worker.client import WorkerClient

DESKTOP_ENTRY = "org.explorer_dl.Explorer"
"""Name of the desktop entry, icon and AppStream component in packaging/linux: the desktop finds the window's by it."""
SWITCH_INTERVAL = 0.0005
"""Seconds after which painting lets the threads to the worker have the interpreter; Python's 5 ms are felt."""
GARBAGE_AFTER = 1000
"""Milliseconds until garbage is looked for, once a second: the window comes first."""
_lasting: list[Any] = []
"""What lasts until Python ends. PyQt itself then lets go of the application, after all else of Qt."""


def launch(client: WorkerClient, smoke_test: Path | None = None) -> int:
    """Show the window and run until it is closed; the client's worker is already starting.

    A smoke test does so by itself, in a folder that keeps what it writes, settings too.
    """
    app = make_application()
    window = MainWindow(client, smoke_test and smoke_test / "settings.json")
    _report_exceptions(window)
    interrupt = _close_on_interrupt(window)
    window.show()
    status = app.exec() if smoke_test is None else _try_everything(window, smoke_test)
    del interrupt
    sys.excepthook = sys.__excepthook__
    sip.delete(window)  # Python could let go of the application first, which ends in a crash now and then
    return status


def _try_everything(window: MainWindow, folder: Path) -> int:
    from explorer.ui.smoke import try_everything  # late: nobody else needs it

    return try_everything(window, folder)


def make_application() -> QApplication:
    sys.setswitchinterval(SWITCH_INTERVAL)
    app = QApplication(sys.argv[:1])
    _lasting.append(app)
    gc.disable()  # it may run in any thread, and what Qt draws must not end in one to the worker
    QTimer.singleShot(GARBAGE_AFTER, _collect_garbage)
    name_application(app)
    load_fonts()
    return app


def _collect_garbage() -> None:
    """Look for it in this thread from now on."""
    from pyqtgraph.util.garbage_collector import GarbageCollector  # late: importing it would keep the window waiting

    gc.freeze()  # what a start makes lasts: nobody need look at it again
    _lasting.append(GarbageCollector())


def name_application(app: QApplication) -> None:
    """Say to the desktop what this is."""
    app.setApplicationName("explorer")
    app.setApplicationDisplayName("Explorer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName(DESKTOP_ENTRY)
    app.setWindowIcon(QIcon(str(RESOURCES / "explorer.svg")))


def _report_exceptions(window: MainWindow) -> None:
    """An exception in a slot is shown in the window and on stderr; the program goes on."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            window.close()
        else:
            window.say("error", _("Something went wrong: {error}").format(error=error))

    sys.excepthook = report


def _close_on_interrupt(window: MainWindow) -> tuple[QSocketNotifier, socket.socket, socket.socket]:
    """Close the window on Ctrl+C: Qt's loop sees a signal only through a socket. Keep what is returned."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno())
    signal.signal(signal.SIGINT, lambda *_args: None)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)  # type: ignore[call-overload]
    notifier.activated.connect(window.close)
    return notifier, ours, theirs

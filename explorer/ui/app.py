"""Start of the window: application object, exceptions, Ctrl+C, the event loop."""

import signal
import socket
import sys
import traceback
from types import TracebackType

from PyQt6.QtCore import QSocketNotifier
from PyQt6.QtWidgets import QApplication

from explorer import __version__
from explorer.core.i18n import _
from explorer.draw.fonts import load_fonts
from explorer.ui.window import MainWindow
from explorer.worker.client import WorkerClient

SWITCH_INTERVAL = 0.0005
"""Seconds after which painting lets the threads to the worker have the interpreter; Python's 5 ms are felt."""


def launch(client: WorkerClient) -> int:
    """Show the window and run until it is closed; the client's worker is already starting."""
    app = make_application()
    window = MainWindow(client)
    _report_exceptions(window)
    interrupt = _close_on_interrupt(window)
    window.show()
    status = app.exec()
    del interrupt
    return status


def make_application() -> QApplication:
    sys.setswitchinterval(SWITCH_INTERVAL)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("explorer")
    app.setApplicationDisplayName("Explorer")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("explorer")
    load_fonts()
    return app


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

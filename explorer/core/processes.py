"""What parent and child process owe each other."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator

from explorer.core.i18n import _

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """End when the parent does: by a thread, and by the kernel where a loop that holds the GIL keeps it waiting."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


@contextlib.contextmanager
def without_interrupt() -> Iterator[None]:
    """Ignore Ctrl+C; a process started meanwhile goes on ignoring it. For the main thread."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ending_in_words(code: int) -> str:
    """Say how a process ended that was not to end, by its exit code."""
    if code == -signal.SIGTERM:
        return _("it was ended from outside")
    if code == -9:  # SIGKILL, which Windows has no name for
        return _("it was killed; out of memory?")
    if code == -signal.SIGABRT:  # as C++ does where memory is short
        return _("it gave up; out of memory?")
    if code < 0:
        return _("it crashed: {signal}").format(signal=signal.strsignal(-code) or -code)
    return _("it ended with status {code}").format(code=code)

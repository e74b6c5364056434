"""What the spawned process runs first.

It loads the worker by name: no import leads from the window to torch. Before anything heavy, it makes sure that the
process ends with the window, however that ends.
"""

import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

PR_SET_PDEATHSIG = 1


def main(connection: Connection) -> None:
    """Be the worker until the other end of the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the window decides
    _end_with_parent()
    importlib.import_module("explorer.worker.process").serve(connection)


def _end_with_parent() -> None:
    """End when the parent does: by a thread, and by the kernel where a loop that holds the GIL keeps it waiting."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)

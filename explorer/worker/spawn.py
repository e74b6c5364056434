"""What the spawned process runs first.

It loads the worker by name: no import leads from the window to torch. Before anything heavy, it makes sure that the
process ends with the window, however that ends.
"""

import importlib
import signal
from multiprocessing.connection import Connection

from explorer.core.processes import end_with_parent


def main(connection: Connection) -> None:
    """Be the worker until the other end of the connection is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the window decides
    end_with_parent()
    importlib.import_module("explorer.worker.process").serve(connection)

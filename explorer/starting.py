"""What a start needs first: the worker, before all else, and Qt. Little is imported here: every start waits for it."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from explorer.core.i18n import _
from explorer.worker.client import WorkerClient

LIBRARIES = "libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3"


class ComputeError(Exception):
    """The model could not be run, or Qt not be loaded; the message is one line."""


@contextmanager
def running_worker() -> Iterator[WorkerClient]:
    """Have a worker for a while."""
    client = WorkerClient()
    client.start()
    try:
        yield client
    finally:
        client.kill()


def import_qt(module: str) -> Any:
    """Import a module that needs Qt; say in words which library the system lacks. Raises ComputeError."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if "cannot open shared object file" not in str(error):
            raise
        raise ComputeError(
            _("Qt cannot be loaded: {error}; on Debian: apt-get install {packages}").format(
                error=error, packages=LIBRARIES
            )
        ) from error

"""Writing files so that a failure leaves neither a partial file nor harms an older one."""

import contextlib
import os
import secrets
from pathlib import Path

from explorer.core.i18n import _


class WriteError(Exception):
    """A file could not be written; the message is one line that names it and says why."""


def write_atomically(path: Path | str, data: bytes) -> None:
    """Write a file as a whole or not at all; an older one keeps its permissions. Raises WriteError."""
    path = Path(path)
    try:
        _write(Path(os.path.realpath(path)), data)
    except OSError as error:
        why = error.strerror or str(error)
        raise WriteError(_("{path} could not be written: {why}").format(path=path, why=why)) from error


def _write(path: Path, data: bytes) -> None:
    if path.exists() and not path.is_file():
        raise OSError(None, _("it exists and is not a file"))
    temporary = path.with_name(f".explorer-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise

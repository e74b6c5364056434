"""Writing files so that a failure leaves neither a partial file nor harms an older one."""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from itertools import chain, count
from pathlib import Path

from explorer.core.i18n import _


class WriteError(Exception):
    """A file could not be written; the message is one line that names it and says why."""


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Raise what the system says against writing a file as WriteError."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise WriteError(_("{path} could not be written: {why}").format(path=path, why=why)) from error


def check_folder(path: Path) -> None:
    """Raise WriteError where the folder is missing, or out of reach, that a file is to be written into."""
    with _in_words(path):
        if not path.absolute().parent.is_dir():
            raise OSError(None, _("there is no folder {folder}").format(folder=path.parent))


def make_folder(path: Path) -> None:
    """Make a folder where there is none. Raises WriteError."""
    with _in_words(path):
        path.mkdir(parents=True, exist_ok=True)


def put_aside(path: Path) -> Path:
    """Rename a file that cannot be read so that a new one takes its place; none put aside before is lost. OSError."""
    numbers = chain(("",), (f"-{n}" for n in count(2)))
    names = (path.with_suffix(f".broken{number}{path.suffix}") for number in numbers)
    aside = next(name for name in names if not os.path.lexists(name))
    os.replace(path, aside)
    return aside


def write_atomically(path: Path | str, data: bytes) -> None:
    """Write a file as a whole or not at all; an older one keeps its permissions. Raises WriteError."""
    with atomically(path) as temporary, temporary.open("xb") as file:
        file.write(data)


@contextlib.contextmanager
def atomically(path: Path | str) -> Iterator[Path]:
    """Yield the name of a file, not there yet, that takes the place of `path` if all goes well. Raises WriteError."""
    with _in_words(Path(path)), _replacing(Path(os.path.realpath(path))) as temporary:
        yield temporary


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    if path.exists() and not path.is_file():
        raise OSError(None, _("it exists and is not a file"))
    temporary = path.with_name(f"{_prefix(os.getpid())}{os.urandom(8).hex()}.tmp")
    try:
        yield temporary
        _to_disk(temporary)
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder as a whole or not at all; in one that is there, other files stay. Raises WriteError."""
    with _in_words(path):
        if not path.is_dir():
            _write_new(path, files)
            return
    for name, data in files.items():
        write_atomically(path / name, data)


def _write_new(path: Path, files: Mapping[str, bytes]) -> None:
    new = path.with_name(f"{_prefix(os.getpid())}{os.urandom(8).hex()}.tmp")
    try:
        new.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
            _to_disk(new / name)
        if path.exists():
            raise OSError(None, _("it exists and is not a folder"))
        os.rename(new, path)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def clear_after(pid: int, folder: Path) -> None:
    """Remove what a process that was killed has left half-written in a folder."""
    for left in folder.glob(f"{_prefix(pid)}*.tmp"):
        shutil.rmtree(left, ignore_errors=True)
        with contextlib.suppress(OSError):
            left.unlink()


def _prefix(pid: int) -> str:
    return f".explorer-{pid}-"

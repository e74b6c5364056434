"""Licences of everything in the frozen program: of Python's packages, of Python itself, of the system's libraries.

`explorer.core.licences` finds them there: packages through their metadata, the rest as texts among the resources.
"""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

from PyInstaller.utils.hooks import copy_metadata

TARGET = "explorer/resources/licences"
OF_PYTHON = (
    Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
    Path(sys.base_prefix, "LICENSE.txt"),
    Path("/usr/share/doc/python{}.{}/copyright".format(*sys.version_info)),
)
LICENCE = re.compile("licen[cs]e|copying|notice|authors", re.IGNORECASE)
COMMON = re.compile(r"/usr/share/common-licenses/([\w.-]*\w)")
Entry = tuple[str, str, str]
"""Target, source and kind, as in `analysis.datas`."""


def entries(analysis) -> list[Entry]:
    """Every licence of what was collected, ready for `analysis.datas`."""
    texts = {"Python": next(file for file in OF_PYTHON if file.is_file())} | copyrights(analysis.binaries)
    found = [(f"{TARGET}/{name}.txt", str(file), "DATA") for name, file in texts.items()]
    for package in sorted({"explorer-dl", "pyinstaller"} | packages(analysis)):  # PyInstaller: its loader is inside
        found += metadata(package)
    return found


def packages(analysis) -> set[str]:
    """Names of the Python packages that files were collected of."""
    owners = {
        str(package.locate_file(file)): package.name for package in distributions() for file in package.files or ()
    }
    collected = {source for _target, source, _kind in (*analysis.pure, *analysis.binaries, *analysis.datas)}
    return {owners[source] for source in collected if source in owners}


def metadata(package: str) -> list[Entry]:
    """A package's METADATA and licence texts; not where it was installed from, nor which files it has."""
    ((source, target),) = copy_metadata(package)
    files = [file for file in Path(source).rglob("*") if file.is_file()]
    return [
        (str(Path(target) / file.relative_to(source)), str(file), "DATA")
        for file in files
        if file.name == "METADATA" or (file.suffix != ".pyc" and LICENCE.search(str(file.relative_to(source))))
    ]


def copyrights(binaries: list[Entry]) -> dict[str, Path]:
    """What Debian says of the system's libraries among these, by package. Elsewhere a line says what is missing."""
    own = (sys.prefix, sys.base_prefix)
    sources = {str(Path(source).resolve()) for _target, source, _kind in binaries if not source.startswith(own)}
    found = {}
    for source in sources if sys.platform == "linux" else ():
        package = owner(source)
        file = Path("/usr/share/doc", package or "-", "copyright")
        if package and file.is_file():
            found[package] = file
        else:
            print(f"WARNING: no licence found of {source}", file=sys.stderr)
    return found | common(found.values())


def common(files: Iterable[Path]) -> dict[str, Path]:
    """The licences that Debian keeps once for all and these texts refer to, such as LGPL-2.1."""
    names = {name for file in files for name in COMMON.findall(file.read_text(encoding="utf8", errors="replace"))}
    return {name: Path("/usr/share/common-licenses", name) for name in names}


def owner(library: str) -> str:
    """Return the Debian package of a library, "" if unknown; dpkg may know it by a path from before /usr was merged."""
    for path in (library, library.removeprefix("/usr")):
        done = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.partition(":")[0]
    return ""

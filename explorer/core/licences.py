"""What the program is made of and under which licences: from the metadata of what is installed or frozen with it."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from explorer.core.i18n import _
from explorer.core.resources import RESOURCES

OURS = "explorer-dl"
USUAL_NAMES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING")
NAMED_AT_MOST = 120
"""Characters of a licence's name: some packages put the whole text into that field."""
RESOURCES_OF_OTHERS = (
    (_("Inter, as “Explorer Sans”"), "OFL-1.1", "fonts/OFL.txt"),
    (_("Lucide icons"), "ISC", "icons/LICENSE"),
    (_("Digits: E. Alpaydin and C. Kaynak, UCI Machine Learning Repository"), "CC-BY-4.0", "data/LICENSE"),
)


@dataclass(frozen=True)
class Part:
    """A library, font or data set. Version and licence are "" where nothing names them; the text says it all."""

    name: str
    version: str
    licence: str
    text: str


def ours() -> Part | None:
    """Return the program itself; None in a source tree that was never installed."""
    try:
        return _part(distribution(OURS))
    except PackageNotFoundError:
        return None


def of_others() -> list[Part]:
    """Return everything that runs with the program: packages, resources, and in a frozen program the system's."""
    texts = [Part(name, "", licence, _read(file)) for name, licence, file in RESOURCES_OF_OTHERS]
    frozen = [Part(file.stem, "", "", _read(f"licences/{file.name}")) for file in RESOURCES.glob("licences/*.txt")]
    return sorted([*map(_part, _packages()), *texts, *frozen], key=lambda part: part.name.casefold())


def _packages() -> Iterator[Distribution]:
    """What we require, and what that requires, as far as it is there."""
    waiting = [OURS, "pyinstaller"] if getattr(sys, "frozen", False) else [OURS]  # its loader is in a frozen program
    seen = set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = distribution(name)
        except PackageNotFoundError:  # of another system, or left out
            continue
        waiting += [re.split(r"[^\w.-]", text)[0] for text in package.requires or () if "extra ==" not in text]
        if name != OURS:
            yield package


def _part(package: Distribution) -> Part:
    about = package.metadata
    named = next((about[field] for field in ("License-Expression", "License") if field in about), "")
    classified = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License")]
    licence = named if 0 < len(named) <= NAMED_AT_MOST and "\n" not in named else ", ".join(classified)
    return Part(about["Name"], package.version, licence, _text(package))


def _text(package: Distribution) -> str:
    """All licence files of a package, one after the other; older packages name none."""
    names = package.metadata.get_all("License-File") or USUAL_NAMES
    texts = (package.read_text(place + name) for name in names for place in ("licenses/", ""))
    return "\n\n".join(text.strip("\n") for text in texts if text)


def _read(file: str) -> str:
    return (RESOURCES / file).read_text(encoding="utf8", errors="replace")

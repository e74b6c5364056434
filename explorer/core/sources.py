"""Where the claims come from: `resources/sources.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from explorer.core.i18n import _
from explorer.core.resources import RESOURCES


@dataclass(frozen=True)
class Source:
    """A publication that claims cite by its key."""

    short: str
    """Authors and year, as under a claim."""
    reference: str
    url: str
    """Empty where none is known."""
    where: str
    """Sections or pages that are meant; empty where it is the whole."""
    read: str
    """How far it was verified: "passage", "abstract", "quoted" or ""."""

    @property
    def verified(self) -> str:
        """The same in words."""
        words = {
            "passage": _("passage read"),
            "abstract": _("abstract read"),
            "quoted": _("passage read as quoted by others"),
        }
        return words.get(self.read, _("reference confirmed, content not verified"))


@cache
def sources() -> Mapping[str, Source]:
    """All sources by key."""
    with (RESOURCES / "sources.toml").open("rb") as file:
        return {key: Source(**entry) for key, entry in tomllib.load(file).items()}


def source(key: str) -> Source:
    """Return one source."""
    return sources()[key]

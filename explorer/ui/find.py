"""Which of what can be found the typed words mean. No Qt."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from explorer.core.roles import Role


@dataclass(frozen=True)
class Findable:
    """Something with words to find it by; `choose` goes there or does it."""

    kind: str
    label: str
    choose: Callable[[], None] = field(repr=False, compare=False)
    where: str = ""
    """Of what it is a part."""
    value: str = ""
    """How it stands, or the key that does it."""
    name: str = ""
    help: str = ""
    """Sentences and other words that are searched and not shown."""
    role: Role | None = None
    offered: bool = False
    """Whether it is shown before anything is typed."""

    @property
    def full_text(self) -> str:
        """All that is shown, for tooltips and screen readers."""
        return ", ".join(part for part in (f"{self.kind}: {self.label}", self.where, self.value) if part)


def matches(things: Sequence[Findable], text: str) -> list[Findable]:
    """Return what has every typed word somewhere, best first, else as given; of no words what is offered."""
    words = _plain(text).split()
    if not words:
        return [thing for thing in things if thing.offered]
    ranks = [(_rank(thing, words), thing) for thing in things]
    return [thing for rank, thing in sorted(ranks, key=lambda ranked: ranked[0]) if rank < NONE]


NONE = 6


def _rank(thing: Findable, words: Sequence[str]) -> int:
    """How well the words fit: 0 is the label itself, 1 its beginning, NONE not at all."""
    label = _plain(thing.label)
    near = _plain(f"{thing.label} {thing.where} {thing.name} {thing.kind}")
    typed = " ".join(words)
    fits = (
        label == typed,
        label.startswith(typed),
        all(_begins_a_word(label, word) for word in words),
        all(_begins_a_word(near, word) for word in words),
        all(word in near for word in words),
        all(word in near or word in _plain(thing.help) for word in words),
    )
    return fits.index(True) if any(fits) else NONE


def _plain(text: str) -> str:
    """What is compared: no capitals, a name's parts as words, the minus sign as it is typed, no dots of a dialog."""
    return text.casefold().replace("_", " ").replace("\N{MINUS SIGN}", "-").replace("…", "")


def _begins_a_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}", text) is not None

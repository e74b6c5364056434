"""A deck: figures that belong together, such as those of a talk, as versioned JSON without pictures.

    {"deck": "Talk", "version": 1, "cards": [{"title": "…", "panel": "loss", "note": "…", "session": {…}}]}

A figure is computed anew from its session whenever it is needed, exactly. What is unknown or broken is refused with one
line that names where: `SessionError`, "cards[2]: …".
"""

import dataclasses
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core import session as sessions
from explorer.core.checked_json import (
    SessionError,
    check_version,
    decoded,
    list_of,
    object_of,
    refuse_unknown,
    shown,
)
from explorer.core.experiment import ExperimentSpec
from explorer.core.i18n import _
from explorer.core.session import Session

VERSION = 1
LARGEST = 10_000_000
"""Bytes; a card has some thousand."""
MOST_CARDS = 500
LONGEST_TITLE, LONGEST_NOTE = 200, 10_000
_KEYS = {"deck", "version", "cards"}
_CARD_KEYS = {"title", "panel", "note", "session"}


@dataclass(frozen=True)
class Card:
    """A figure: a run at a step, and how it was looked at."""

    title: str
    session: Session
    panel: str = ""
    """Key of the one panel that is shown; empty: all of them."""
    note: str = ""
    """What the speaker says to it."""


@dataclass(frozen=True)
class Deck:
    """Cards in the order in which they are shown."""

    cards: tuple[Card, ...] = ()
    name: str = ""

    def with_card(self, card: Card) -> "Deck":
        """Return the deck with one more card at its end. Raises SessionError where it is full."""
        if len(self.cards) >= MOST_CARDS:
            raise SessionError(_("a deck holds at most {n} figures").format(n=MOST_CARDS))
        return dataclasses.replace(self, cards=(*self.cards, card))

    def without(self, index: int) -> "Deck":
        return dataclasses.replace(self, cards=self.cards[:index] + self.cards[index + 1 :])

    def changed(self, index: int, card: Card) -> "Deck":
        """Return the deck with another card at that place."""
        return dataclasses.replace(self, cards=(*self.cards[:index], card, *self.cards[index + 1 :]))

    def moved(self, index: int, to: int) -> "Deck":
        """Return the deck with one card at place `to`, the others in their order."""
        others = self.cards[:index] + self.cards[index + 1 :]
        return dataclasses.replace(self, cards=(*others[:to], self.cards[index], *others[to:]))


def title_of(text: str) -> str:
    """Make a title of any text: one line, not too long, nothing that cannot be written."""
    line = " ".join("".join(c if _is_writable(c) else " " for c in text).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def note_of(text: str) -> str:
    """Make a note of any text: not too long, nothing that cannot be written."""
    return "".join(c for c in text if _is_in_note(c))[:LONGEST_NOTE]


def dumps(deck: Deck) -> str:
    """Write a deck as JSON text."""
    cards = [
        {"title": card.title, "panel": card.panel, "note": card.note, "session": sessions.to_json(card.session)}
        for card in deck.cards
    ]
    data = {"deck": deck.name, "version": VERSION, "cards": cards}
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def loads(text: str | bytes, experiments: Mapping[str, ExperimentSpec]) -> Deck:
    """Read a deck. Raises SessionError."""
    data = object_of(decoded(text, LARGEST), _("the deck"))
    if missing := [key for key in ("deck", "version", "cards") if key not in data]:
        raise SessionError(_("it is no deck: “{name}” is missing").format(name=missing[0]))
    refuse_unknown(data, _KEYS)
    check_version(data["version"], VERSION)
    cards = list_of(data["cards"], "cards")
    if len(cards) > MOST_CARDS:
        raise SessionError(_("cards: there are {n}; allowed: {most}").format(n=len(cards), most=MOST_CARDS))
    name = _line(data["deck"], "deck")
    return Deck(tuple(_card(item, i, experiments) for i, item in enumerate(cards)), name)


def is_deck(data: bytes) -> bool:
    """Whether a file's contents mean to be a deck, readable or not. Never raises."""
    try:
        found = decoded(data, LARGEST)
    except SessionError:
        return False
    return isinstance(found, dict) and "deck" in found


def _card(item: Any, index: int, experiments: Mapping[str, ExperimentSpec]) -> Card:
    try:
        return _checked_card(object_of(item, _("the card")), experiments)
    except SessionError as error:
        raise SessionError(_("cards[{index}]: {why}").format(index=index, why=error)) from None


def _checked_card(data: dict[str, Any], experiments: Mapping[str, ExperimentSpec]) -> Card:
    if missing := [key for key in ("title", "session") if key not in data]:
        raise SessionError(_("“{name}” is missing").format(name=missing[0]))
    refuse_unknown(data, _CARD_KEYS)
    title, note = _line(data["title"], "title"), _note(data.get("note", ""))
    session = sessions.from_json(data["session"], experiments)
    return Card(title, session, _panel(data.get("panel", ""), session), note)


def _line(text: Any, name: str) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_TITLE or not all(map(_is_writable, text)):
        raise SessionError(
            _("{name}: “{value}” is not a line of at most {n} characters").format(
                name=name, value=shown(text), n=LONGEST_TITLE
            )
        )
    return text


def _note(text: Any) -> str:
    if not isinstance(text, str) or len(text) > LONGEST_NOTE or not all(map(_is_in_note, text)):
        raise SessionError(
            _("note: “{value}” is not a text of at most {n} characters").format(value=shown(text), n=LONGEST_NOTE)
        )
    return text


def _panel(key: Any, session: Session) -> str:
    """Check the name before the dot; whether there is such a part, only the figure knows."""
    if key == "":
        return ""
    if not isinstance(key, str) or len(key) > LONGEST_TITLE or key.partition(".")[0] not in session.view.panels:
        raise SessionError(
            _("panel: “{value}” is not drawn; there are {names}").format(
                value=shown(key), names=", ".join(session.view.panels)
            )
        )
    return key


def _is_writable(character: str) -> bool:
    """Neither a control character nor half of one: XML, and so a slide, could not hold it."""
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff\u2028\u2029"


def _is_in_note(character: str) -> bool:
    return character in "\n\t" or _is_writable(character)

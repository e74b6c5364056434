"""Decks: exact there and back; whatever is broken or unknown is refused with one line that says where."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.deck import LARGEST, MOST_CARDS, Card, Deck, dumps, is_deck, loads, note_of, title_of
from explorer.core.session import Change, Session, SessionError, to_json
from explorer.registry import EXPERIMENTS

NAMES = list(EXPERIMENTS)


def session(name="activations", step=0, changes=(), **hyperparams):
    spec = EXPERIMENTS[name]
    return Session(name, spec.hyperparams(**hyperparams), spec.view_options(), step, changes)


def broken(**changes):
    card = {"title": "One", "panel": "", "note": "", "session": to_json(session())} | changes
    return json.dumps({"deck": "", "version": 1, "cards": [{"title": "", "session": to_json(session())}, card]})


texts = st.text(max_size=60)


@st.composite
def cards(draw):
    name = draw(st.sampled_from(NAMES))
    one = session(name, draw(st.integers(0, 10**9)), seed=draw(st.integers(0, 99)))
    panel = draw(st.sampled_from(("", *one.view.panels)))
    return Card(title_of(draw(texts)), one, panel and panel + draw(st.sampled_from(("", ".1"))), note_of(draw(texts)))


decks = st.builds(Deck, st.lists(cards(), max_size=4).map(tuple), texts.map(title_of))


@given(decks)
def test_there_and_back_is_exact(deck):
    text = dumps(deck)
    assert loads(text, EXPERIMENTS) == deck
    assert loads(text.encode(), EXPERIMENTS) == deck
    assert is_deck(text.encode())


@given(lr=st.floats(1e-4, 10), step=st.integers(5, 100))
def test_live_changes_come_back_exactly(lr, step):
    deck = Deck((Card("One", session(step=step, changes=(Change(3, {"lr": lr}),))),))
    assert loads(dumps(deck), EXPERIMENTS).cards[0].session.current.lr == lr


@given(decks, st.data())
def test_what_is_cut_off_is_refused(deck, data):
    text = dumps(deck)
    with pytest.raises(SessionError, match="it is not JSON"):
        loads(text[: data.draw(st.integers(0, len(text) - 2))], EXPERIMENTS)


@given(st.text())
def test_any_text_makes_a_title_and_a_note_that_can_be_kept(text):
    deck = Deck((Card(title_of(text), session(), note=note_of(text)),))
    assert loads(dumps(deck).encode(), EXPERIMENTS) == deck
    assert title_of(title_of(text)) == title_of(text)
    assert "\n" not in title_of(text)


def test_long_and_odd_titles():
    assert title_of(" two\n lines\t\x00 ") == "two lines"
    assert len(title_of("x" * 999)) == 200
    assert title_of("x" * 999).endswith("…")
    assert title_of("人 🙂‍↔️ é") == "人 🙂‍↔️ é"


@given(decks.filter(lambda deck: deck.cards), st.data())
def test_moving_changes_the_order_alone_and_back_is_the_same(deck, data):
    index = st.integers(0, len(deck.cards) - 1)
    i, to = data.draw(index), data.draw(index)
    moved = deck.moved(i, to)
    assert moved.cards[to] is deck.cards[i]
    others = [card for j, card in enumerate(deck.cards) if j != i]
    assert [card for j, card in enumerate(moved.cards) if j != to] == others
    assert moved.moved(to, i) == deck


def test_adding_changing_and_removing():
    one, two, three = (Card(name, session(step=step)) for step, name in enumerate(("one", "two", "three")))
    deck = Deck().with_card(one).with_card(two)
    assert deck.changed(0, three).cards == (three, two)
    assert deck.without(0).cards == (two,)


def test_a_full_deck_takes_no_more():
    deck = Deck((Card("One", session()),) * MOST_CARDS)
    with pytest.raises(SessionError, match="at most 500 figures"):
        deck.with_card(deck.cards[0])
    text = dumps(Deck((*deck.cards, deck.cards[0])))
    with pytest.raises(SessionError, match="cards: there are 501; allowed: 500"):
        loads(text, EXPERIMENTS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not JSON (line 1, column 1)"),
        (b"\x80\x81{}", "it is not text"),
        ("[" * 200_000, "it is nested too deeply"),
        ("[]", "the deck: “[]” is not an object"),
        (json.dumps(to_json(session())), "it is no deck: “deck” is missing"),
        ('{"deck": ""}', "it is no deck: “version” is missing"),
        ('{"deck": "", "version": 1}', "it is no deck: “cards” is missing"),
        ('{"deck": "", "version": 2, "cards": []}', "written by a newer Explorer: version 2, this one reads up to 1"),
        ('{"deck": "", "version": true, "cards": []}', "version: “True” is not a version"),
        ('{"deck": "", "version": 1, "cards": {}}', "cards: “{}” is not a list"),
        ('{"deck": "", "version": 1, "cards": [], "owner": 1}', "“owner” is unknown"),
        ('{"deck": 7, "version": 1, "cards": []}', "deck: “7” is not a line of at most 200 characters"),
        ('{"deck": "", "version": 1, "cards": [7]}', "cards[0]: the card: “7” is not an object"),
        ('{"deck": "", "version": 1, "cards": [{"title": ""}]}', "cards[0]: “session” is missing"),
        (broken(colour="red"), "cards[1]: “colour” is unknown"),
        (broken(title="two\nlines"), "cards[1]: title: “two lines” is not a line of at most 200 characters"),
        (broken(title="x" * 201), "cards[1]: title: "),
        (broken(title="\ud800"), "cards[1]: title: "),
        (broken(note=["x"]), "cards[1]: note: “['x']” is not a text of at most 10000 characters"),
        (broken(note="x" * 10_001), "cards[1]: note: "),
        (broken(note="\x00"), "cards[1]: note: "),
        (broken(panel="losses"), "cards[1]: panel: “losses” is not drawn; there are function, "),
        (broken(panel=None), "cards[1]: panel: “None” is not drawn"),
        (broken(session={}), "cards[1]: it is no session: “experiment” is missing"),
        (broken(session=to_json(session()) | {"step": -1}), "cards[1]: step: “-1” is not a number of steps"),
        (broken(session=to_json(session()) | {"hyperparams": {"lr": 99}}), "cards[1]: lr: “99” is out of range"),
        (broken().replace('"step": 0', '"step": NaN'), "NaN is not a finite number"),
    ],
)
def test_what_is_broken_or_unknown_is_refused(text, message):
    with pytest.raises(SessionError) as error:
        loads(text, EXPERIMENTS)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_too_large_is_refused():
    with pytest.raises(SessionError, match="larger than 10 MB"):
        loads(" " * (LARGEST + 1), EXPERIMENTS)
    assert not is_deck(b" " * (LARGEST + 1))


def test_a_session_is_no_deck():
    assert not is_deck(json.dumps(to_json(session())).encode())
    assert not is_deck(b"\x89PNG")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["deck", "version", "cards", "title", "session", "panel"]), inner)
        ),
        max_leaves=10,
    )
)
def test_nothing_else_is_ever_raised(data):
    for text in (json.dumps(data), json.dumps({"deck": "", "version": 1, "cards": data})):
        with contextlib.suppress(SessionError):
            loads(text, EXPERIMENTS)

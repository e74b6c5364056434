"""Fields and their values: exact through text, refused in one line that names field, value and what is allowed."""

import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Choice, Field, HyperparamError, hyperparam


@dataclass(frozen=True)
class Adam:
    lr: float = hyperparam(1e-3, 1e-6, 1.0, scale="log", label="lr", live=True)


def _even(text: str) -> None:
    if len(text) % 2:
        raise ValueError("odd length")


@dataclass(frozen=True)
class Settings:
    lr: float = hyperparam(0.3, 1e-4, 10.0, scale="log", label="Learning rate", live=True)
    share: float = hyperparam(50.0, 0.0, 100.0, label="Share", unit="%")
    depth: int = hyperparam(3, 1, 20, label="Depth")
    free: float = hyperparam(0.0, label="Free")
    norm: bool = hyperparam(False, label="Norm")
    data: str = hyperparam("digits", label="Data", choices=(Choice("digits", "Digits"), Choice("spirals", "Spirals")))
    names: tuple[str, ...] = hyperparam(
        ("a",), label="Names", choices=tuple(Choice(n, n.upper()) for n in "abc"), at_least=1
    )
    text: str = hyperparam("ab", label="Text", help="an even number of letters", check=_even)
    adam: Adam = hyperparam(Adam(), label="Adam")


FIELDS = {f.name: f for f in hp.fields_of(Settings)}


def test_fields_follow_from_the_dataclass():
    assert list(FIELDS) == ["lr", "share", "depth", "free", "norm", "data", "names", "text", "adam.lr"]
    assert [f.kind for f in FIELDS.values()] == [
        *("float", "float", "int", "float", "bool", "choice", "choices", "text", "float")
    ]
    assert (FIELDS["adam.lr"].group, FIELDS["adam.lr"].default, FIELDS["adam.lr"].live) == ("Adam", 1e-3, True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_exact_through_text(value):
    assert hp.parse(FIELDS["free"], hp.text_of(FIELDS["free"], value)) == value


@given(st.integers(-(10**30), 10**30))
def test_every_whole_number_is_exact_through_text(value):
    field = Field("n", "int", 0, "n")
    assert hp.parse(field, hp.text_of(field, value)) == value


@given(st.lists(st.sampled_from("abc"), min_size=1))
def test_choices_are_kept_once_and_in_their_order(names):
    field = FIELDS["names"]
    value = hp.check(field, names)
    assert value == tuple(sorted(set(names)))
    assert hp.parse(field, hp.text_of(field, value)) == value


@given(st.text(max_size=20).filter(lambda t: len(t) % 2 == 0))
def test_texts_are_exact(text):
    assert hp.parse(FIELDS["text"], hp.text_of(FIELDS["text"], text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((3e-4, "3e-4"), (0.3, "0.3"), (1e-8, "1e-8"), (32, "32"), (32.0, "32"), (0.0125, "0.0125")),
        *((1.5e-5, "1.5e-5"), (1e16, "1e16"), (2e6, "2000000"), (-2.5, "-2.5"), (0.0, "0"), (1e-300, "1e-300")),
    ],
)
def test_numbers_are_short(value, text):
    assert hp.number_text(value) == text


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        *(("lr", "3e-4", 3e-4), ("lr", " .5 ", 0.5), ("share", "12.5 %", 12.5), ("free", "−3", -3.0)),
        *(("depth", "4", 4), ("depth", "1e1", 10), ("norm", "On", True), ("norm", "no", False)),
        *(("names", "c, a", ("a", "c")), ("data", "spirals", "spirals"), ("adam.lr", "0.5", 0.5)),
    ],
)
def test_what_people_type_is_read(name, text, value):
    read = hp.parse(FIELDS[name], text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("lr", "100", "lr: “100” is out of range; allowed: 1e-4 to 10"),
        ("lr", "fast", "lr: “fast” is not a number; allowed: 1e-4 to 10"),
        ("lr", "nan", "lr: “nan” is not finite; allowed: 1e-4 to 10"),
        ("free", "-inf", "free: “-inf” is not finite; allowed: any number"),
        ("share", "101", "share: “101” is out of range; allowed: 0 to 100 %"),
        ("depth", "2.5", "depth: “2.5” is not a whole number; allowed: 1 to 20"),
        ("depth", "9" * 99, "depth: “" + "9" * 37 + "…” is out of range; allowed: 1 to 20"),
        ("norm", "maybe", "norm: “maybe” is not true or false; allowed: true, false"),
        ("data", "mnist", "data: “mnist” is not a choice; allowed: digits, spirals"),
        ("names", "", "names: “” has too few choices; allowed: at least 1"),
        ("names", "a,d", "names: “d” is not a choice; allowed: a, b, c"),
        ("text", "a\nb", "text: “a b” (odd length); allowed: an even number of letters"),
    ],
)
def test_bad_text_is_refused_in_one_line(name, text, message):
    with pytest.raises(HyperparamError) as error:
        hp.parse(FIELDS[name], text)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("lr", "0.3"), ("lr", True), ("lr", None), ("lr", [0.3]), ("lr", math.inf), ("free", 10**400)),
        *(("depth", 3.5), ("norm", 1), ("data", 3), ("names", "a"), ("names", [["a"]]), ("text", 3)),
    ],
)
def test_values_of_the_wrong_type_are_refused(name, value):
    with pytest.raises(HyperparamError, match=f"^{name}: “.*” .*; allowed: .*$"):
        hp.check(FIELDS[name], value)


def test_an_unknown_field_is_named_with_those_there_are():
    with pytest.raises(HyperparamError, match=r"^lrr: there is no such field; there are lr, share, depth, .*adam\.lr$"):
        hp.replace(Settings(), {"lrr": 1.0})


def test_replacing_keeps_all_else_and_reaches_into_groups():
    changed = hp.replace(Settings(), {"adam.lr": 0.25, "depth": 7})
    assert changed == Settings(depth=7, adam=Adam(0.25))
    assert hp.changed(Settings(), changed) == {"depth": 7, "adam.lr": 0.25}
    assert hp.to_dict(changed)["adam.lr"] == 0.25


def test_only_live_fields_apply_to_a_running_run():
    assert hp.only_live(Settings(), Settings(lr=1.0, adam=Adam(0.5)))
    assert not hp.only_live(Settings(), Settings(lr=1.0, depth=4))


@pytest.mark.parametrize(
    ("kind", "pointed", "expected"),
    [("float", 0.123456, 0.123), ("float", 99.0, 10.0), ("float", -1e9, 0.01), ("int", 3.6, 4), ("int", 1e6, 10)],
)
def test_a_value_read_off_a_plot_is_as_near_as_the_field_can(kind, pointed, expected):
    field = Field("x", kind, 1, "x", low=0.01 if kind == "float" else 0, high=10)
    found = hp.nearest(field, pointed)
    assert found == expected
    assert type(found) is type(expected)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_read_off_a_plot_becomes_a_value_of_the_field(value):
    lr, size = Field("lr", "float", 0.3, "", low=1e-4, high=7.7777), Field("size", "int", 4, "", low=2, high=512)
    assert hp.check(lr, hp.nearest(lr, value)) == pytest.approx(min(max(value, 1e-4), 7.7777), rel=5e-3)
    assert hp.check(size, hp.nearest(size, value)) == min(max(round(value), 2), 512)


def test_a_value_read_off_a_plot_has_three_digits():
    assert hp.nearest(Field("lr", "float", 0.3, "", low=1e-4, high=10), 0.0316227766) == 0.0316


@dataclass(frozen=True)
class Two:
    names: tuple[str, ...] = hyperparam(
        ("a",), label="Names", choices=tuple(Choice(c, c) for c in "abc"), at_least=1, at_most=2
    )


def test_at_most_so_many_choices():
    field = hp.field_of(Two, "names")
    assert hp.check(field, ["c", "a"]) == ("a", "c")
    with pytest.raises(HyperparamError, match="too many choices; allowed: at most 2"):
        hp.check(field, ["a", "b", "c"])

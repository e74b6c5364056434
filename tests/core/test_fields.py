"""Shared fields are as declared once, but for what an experiment says itself; `where` says when a value matters."""

from dataclasses import dataclass

import pytest

from explorer.core import fields
from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Choice, hyperparam, where

AB = (Choice("a", "A"), Choice("b", "B"))


@dataclass(frozen=True)
class Deep:
    lr: float = fields.lr(0.3)
    batch_size: int = fields.batch_size(64, high=512, help="of all arms", group="Arms")
    functions: tuple[str, ...] = hyperparam(("relu",), label="Functions", choices=AB)
    data: str = fields.data(choices=AB)
    slope: float = fields.slope(of="functions", group="Functions")
    panels: tuple[str, ...] = fields.panels(AB)
    few: tuple[str, ...] = fields.panels(AB, ("b",))


def test_a_field_is_as_it_is_declared_once():
    lr = hp.field_of(Deep, "lr")
    assert (lr.kind, lr.default, lr.low, lr.high, lr.scale) == ("float", 0.3, 1e-4, 10.0, "log")
    assert (lr.label, lr.group, lr.live) == ("Learning rate", "Training", True)


def test_what_an_experiment_says_goes_before():
    size = hp.field_of(Deep, "batch_size")
    assert (size.low, size.high, size.help, size.group) == (2, 512, "of all arms", "Arms")
    assert (size.label, size.scale, size.live) == ("Batch size", "log", False)
    assert hp.field_of(Deep, "data").choices == AB


def test_at_first_all_panels_are_drawn_or_those_that_are_named():
    assert hp.field_of(Deep, "panels").default == ("a", "b")
    assert hp.field_of(Deep, "few").default == ("b",)
    assert hp.field_of(Deep, "few").choices == AB


def test_a_field_of_an_activation_matters_where_it_is_chosen():
    used = hp.field_of(Deep, "slope").used
    assert used(Deep(functions=("tanh", "leaky_relu")))
    assert not used(Deep(functions=("tanh", "relu")))


@pytest.mark.parametrize(
    ("chosen", "values", "expected"),
    [
        *(("a", ("a",), True), ("a", ("b", "a"), True), ("ab", ("a",), False), ("", ("a",), False)),
        *((("a", "b"), ("b",), True), (("a",), ("b", "c"), False), ((), ("a",), False)),
    ],
)
def test_where_asks_for_one_of_the_values(chosen, values, expected):
    assert where("data", *values)(Deep(data=chosen)) is expected

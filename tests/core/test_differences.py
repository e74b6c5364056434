from dataclasses import dataclass, field

import pytest

from explorer.core.differences import difference
from explorer.core.hyperparams import Choice, hyperparam
from explorer.core.session import Change, Session


@dataclass(frozen=True)
class Adam:
    lr: float = hyperparam(1e-3, 1e-6, 1.0, label="lr")


@dataclass(frozen=True)
class HP:
    functions: tuple[str, ...] = hyperparam(
        ("relu",), label="Functions", choices=(Choice("relu", "ReLU"), Choice("tanh", "tanh"), Choice("elu", "ELU"))
    )
    optimizer: str = hyperparam("sgd", label="Optimizer", choices=(Choice("sgd", "SGD"), Choice("adam", "Adam")))
    lr: float = hyperparam(0.3, 1e-6, 10.0, label="Learning rate", live=True)
    momentum: float = hyperparam(0.9, 0.0, 1.0, label="Momentum", used=lambda hp: hp.optimizer != "sgd")
    batch_norm: bool = hyperparam(False, label="Batch norm")
    expression: str = hyperparam("x", label="f(x) =")
    seed: int = hyperparam(0, 0, 999, label="Seed")
    adam: Adam = field(default=Adam(), metadata={"label": "Adam"})


def run(step=300, changes=(), **values):
    return Session("x", HP(**values), None, step, changes)


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (run(), run(), "step 300"),
        (run(), run(lr=0.1), "lr 0.3 → 0.1"),
        (run(seed=0), run(seed=1, lr=3e-4), "lr 0.3 → 3e−4, seed 0 → 1"),
        (run(), run(optimizer="adam"), "optimizer SGD → Adam"),
        (run(), run(batch_norm=True), "batch_norm off → on"),
        (run(), run(functions=("tanh", "elu")), "functions + tanh + ELU − ReLU"),
        (run(), run(adam=Adam(0.01)), "adam.lr 0.001 → 0.01"),
        (run(), run(changes=(Change(100, {"lr": 0.1}),)), "lr 0.3 → 0.1"),
        (run(lr=0.1), run(changes=(Change(100, {"lr": 0.1}),)), "lr differs until step 100"),
        (run(changes=(Change(50, {"lr": 1.0}), Change(70, {"lr": 0.3}))), run(), "lr differs until step 70"),
        (run(changes=(Change(50, {"lr": 1.0}),)), run(changes=(Change(50, {"lr": 1.0}),)), "step 300"),
        (run(changes=(Change(0, {"lr": 1.0}),)), run(lr=1.0), "step 300"),
    ],
)
def test_what_differs(before, after, text):
    assert difference(before, after) == text


def test_what_has_no_effect_is_not_named():
    assert difference(run(), run(momentum=0.5)) == "step 300"
    assert difference(run(optimizer="adam"), run(optimizer="adam", momentum=0.5)) == "momentum 0.9 → 0.5"


def test_long_texts_are_cut():
    assert len(difference(run(), run(expression="x + " * 50 + "x"))) < 50


def test_the_fourth_difference_is_counted():
    other = run(lr=1.0, optimizer="adam", batch_norm=True, seed=3)
    assert difference(run(), other) == "optimizer SGD → Adam, lr 0.3 → 1, batch_norm off → on, 1 more"

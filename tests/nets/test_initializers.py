"""Scales of the drawn weights, and that networks share their draws."""

from math import sqrt

import pytest
import torch
from torch import nn

from explorer.core.catalog import ACTIVATIONS, INITIALIZERS
from explorer.nets.initializers import Draw, by_function

FAN_IN, FAN_OUT = 300, 500


@pytest.fixture
def draw():
    return Draw.make(FAN_IN, FAN_OUT, torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("name", "std"),
    [
        ("xavier_normal", sqrt(2 / (FAN_IN + FAN_OUT))),
        ("he_normal", sqrt(2 / FAN_IN)),
        ("lecun_normal", sqrt(1 / FAN_IN)),
        ("pytorch_default", sqrt(1 / FAN_IN / 3)),
    ],
)
def test_scale(draw, name, std):
    weight, bias = draw.layer(name)
    assert weight.shape == (FAN_IN, FAN_OUT)
    assert bias.shape == (1, FAN_OUT)
    assert weight.std().item() == pytest.approx(std, rel=0.01)
    assert abs(weight.mean().item()) < 0.01 * std


def test_pytorchs_default_is_that_of_linear(draw):
    weight, bias = draw.layer("pytorch_default")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        linear = nn.Linear(FAN_IN, FAN_OUT)
    for ours, theirs in ((weight, linear.weight), (bias, linear.bias)):
        assert ours.abs().max().item() == pytest.approx(theirs.abs().max().item(), rel=0.01)
        assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.1)


def test_networks_share_the_draw_up_to_its_scale(draw):
    he, xavier = (draw.layer(name)[0] for name in ("he_normal", "xavier_normal"))
    torch.testing.assert_close(he / he.std(), xavier / xavier.std())


def test_every_function_has_one_of_the_initializers():
    assert {by_function(a.name) for a in ACTIVATIONS} <= {i.name for i in INITIALIZERS}
    assert by_function("relu") == by_function("own") == "he_normal"
    assert by_function("tanh") == "xavier_normal"

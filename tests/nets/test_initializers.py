"""Scales of the drawn weights, and that networks share their draws."""

from math import sqrt

import pytest
import torch
from torch import nn

from explorer.core.catalog import ACTIVATIONS, ALL_INITIALIZERS, INITIALIZERS
from explorer.nets.initializers import Draw, Scales, _kept, by_function, drawn, unit_variance

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
        ("normal", 0.02),
        ("uniform", 0.1 / sqrt(3)),
        ("xavier_uniform", sqrt(2 / (FAN_IN + FAN_OUT))),
        ("he_uniform", sqrt(2 / FAN_IN)),
        ("article_randn", sqrt(2 / FAN_IN)),
        ("orthogonal", sqrt(1 / FAN_OUT)),
    ],
)
def test_scale(draw, name, std):
    weight, bias = draw.layer(name)
    assert weight.shape == (FAN_IN, FAN_OUT)
    assert bias.shape == (1, FAN_OUT)
    assert weight.std().item() == pytest.approx(std, rel=0.01)
    assert abs(weight.mean().item()) < 0.01 * std


def test_what_depends_on_arguments(draw):
    scales = Scales(sigma=3.0, bound=2.0, constant=0.5, gain=2.0, fan_mode="fan_out")
    assert draw.layer("normal", scales)[0].std().item() == pytest.approx(3, rel=0.01)
    assert draw.layer("uniform", scales)[0].abs().max().item() == pytest.approx(2, rel=0.01)
    assert (draw.layer("constant", scales)[0] == 0.5).all()
    assert (draw.layer("zeros", scales)[0] == 0).all()
    assert draw.layer("he_normal", scales)[0].std().item() == pytest.approx(sqrt(2 / FAN_OUT), rel=0.01)
    rotation = draw.layer("orthogonal", scales)[0]
    torch.testing.assert_close(rotation @ rotation.mT, 4 * torch.eye(FAN_IN), atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", [c.name for c in ALL_INITIALIZERS])
def test_what_is_kept_is_what_would_be_drawn(name):
    for shape in ((20, 30), (64, 256)):
        draw = Draw.make(*shape, torch.Generator().manual_seed(0))
        for scales in (Scales(), Scales(0.5, 0.6, 0.7, 1.37, "fan_out"), Scales()):
            torch.testing.assert_close(drawn(draw, name, scales), draw.layer(name, scales), rtol=0, atol=0)


def test_a_gain_that_moves_draws_nothing_anew():
    draw = Draw.make(20, 31, torch.Generator().manual_seed(0))
    for name in ("xavier_normal", "he_normal", "orthogonal", "lsuv"):
        drawn(draw, name, Scales())
    kept = _kept.cache_info().misses
    for gain in (0.3, 1.7, 2.9):
        for name in ("xavier_normal", "lecun_normal", "orthogonal"):
            drawn(draw, name, Scales(gain=gain))
    assert _kept.cache_info().misses == kept


def test_the_articles_rand_is_never_negative(draw):
    weight = draw.layer("article_rand")[0]
    assert weight.min() >= 0
    assert weight.mean().item() == pytest.approx(0.5 / sqrt(FAN_IN / 2), rel=0.01)
    assert weight.max().item() == pytest.approx(1 / sqrt(FAN_IN / 2), rel=0.01)


def test_lsuv_makes_outputs_of_variance_one(draw):
    inputs = 7 * torch.randn(50, FAN_IN, generator=torch.Generator().manual_seed(1)) + 2
    weight = unit_variance(draw.layer("lsuv")[0], inputs)
    assert (inputs @ weight).var(correction=0).item() == pytest.approx(1, rel=1e-4)
    assert unit_variance(torch.zeros(FAN_IN, 5), inputs).eq(0).all()


@pytest.mark.parametrize("name", [c.name for c in ALL_INITIALIZERS])
def test_the_same_draw_is_the_same(draw, name):
    torch.testing.assert_close(draw.layer(name), draw.layer(name), rtol=0, atol=0)


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

"""Functions, derivatives and gains against closed forms and numerical integration that know nothing of torch."""

import math

import numpy as np
import pytest
import torch

from explorer.core.catalog import ACTIVATIONS
from explorer.core.expression import FUNCTIONS
from explorer.nets.activations import TORCH, activation, gains, with_derivative

erf = np.vectorize(math.erf)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def normal_cdf(x):
    return (1 + erf(x / math.sqrt(2))) / 2


def step(x):
    return (x > 0).astype(float)


SLOPE, ALPHA, BETA = 0.2, 1.5, 3.0
SELU_A, SELU_S = 1.6732632423543772, 1.0507009873554805
CLOSED = {
    "identity": (lambda x: x, np.ones_like),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * (1 - sigmoid(x))),
    "hardsigmoid": (lambda x: np.clip(x / 6 + 0.5, 0, 1), lambda x: (np.abs(x) < 3) / 6),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0), step),
    "leaky_relu": (lambda x: np.where(x > 0, x, SLOPE * x), lambda x: np.where(x > 0, 1, SLOPE)),
    "prelu": (lambda x: np.where(x > 0, x, 0.25 * x), lambda x: np.where(x > 0, 1, 0.25)),
    "elu": (lambda x: np.where(x > 0, x, ALPHA * np.expm1(x)), lambda x: np.where(x > 0, 1, ALPHA * np.exp(x))),
    "selu": (
        lambda x: SELU_S * np.where(x > 0, x, SELU_A * np.expm1(x)),
        lambda x: SELU_S * np.where(x > 0, 1, SELU_A * np.exp(x)),
    ),
    "softplus": (lambda x: np.logaddexp(0, BETA * x) / BETA, lambda x: sigmoid(BETA * x)),
    "gelu": (
        lambda x: x * normal_cdf(x),
        lambda x: normal_cdf(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
    ),
    "silu": (lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
    "mish": (
        lambda x: x * np.tanh(np.logaddexp(0, x)),
        lambda x: np.tanh(np.logaddexp(0, x)) + x * sigmoid(x) / np.cosh(np.logaddexp(0, x)) ** 2,
    ),
    "hardswish": (
        lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
        lambda x: np.where(x > 3, 1, np.where(x < -3, 0, x / 3 + 0.5)),
    ),
    "own": (lambda x: x**3 * np.exp(-np.abs(x)), lambda x: (3 * x**2 - np.abs(x) ** 3) * np.exp(-np.abs(x))),
}


def named(name):
    return activation(name, slope=SLOPE, alpha=ALPHA, beta=BETA, expression="x**3 * exp(-abs(x))")


def test_every_function_has_a_closed_form_here():
    assert set(CLOSED) == {a.name for a in ACTIVATIONS} | {"own"}


@pytest.mark.parametrize("name", CLOSED)
def test_value_and_derivative_equal_the_closed_form(name):
    x = np.linspace(-7, 7, 300)  # of even number: no kink is hit
    value, slope = with_derivative(named(name), torch.from_numpy(x))
    np.testing.assert_allclose(value, CLOSED[name][0](x), rtol=1e-7, atol=1e-8)  # softplus turns linear at 20
    np.testing.assert_allclose(slope, CLOSED[name][1](x), rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("name", CLOSED)
def test_derivative_equals_central_differences(name):
    x, h = torch.linspace(-7, 7, 300, dtype=torch.float64), 1e-6
    f = named(name)
    _value, slope = with_derivative(f, x)
    np.testing.assert_allclose(slope, (f(x + h) - f(x - h)) / (2 * h), atol=1e-6)


@pytest.mark.parametrize("sigma", [0.1, 1.0, 3.0])
def test_gains_with_a_closed_form(sigma):
    assert gains(named("identity"), sigma) == (pytest.approx(sigma**2, rel=1e-10), pytest.approx(1, rel=1e-10))
    assert gains(named("relu"), sigma) == (pytest.approx(sigma**2 / 2, rel=1e-10), pytest.approx(0.5, rel=1e-10))
    forward = (1 + SLOPE**2) / 2
    assert gains(named("leaky_relu"), sigma) == (pytest.approx(forward * sigma**2), pytest.approx(forward))
    middle = math.erf(3 / sigma / math.sqrt(2)) / 36
    assert gains(named("hardsigmoid"), sigma)[1] == pytest.approx(
        middle, rel=1e-6
    )  # torch keeps 1 / 6 in single precision


@pytest.mark.parametrize("sigma", [0.3, 1.0, 10.0])
@pytest.mark.parametrize("name", CLOSED)
def test_gains_equal_a_fine_sum(name, sigma):
    z = sigma * (np.arange(-12, 12, 1e-5) + 0.5e-5)
    weight = np.exp(-((z / sigma) ** 2) / 2)
    for found, f in zip(gains(named(name), sigma), CLOSED[name], strict=True):
        assert found == pytest.approx((weight * f(z) ** 2).sum() / weight.sum(), rel=1e-5)


def test_gains_equal_samples():
    z = np.random.default_rng(0).normal(size=1_000_000)
    for name in ("tanh", "gelu", "selu"):
        forward, backward = (float(np.mean(f(z) ** 2)) for f in CLOSED[name])
        assert gains(named(name), 1.0) == (pytest.approx(forward, rel=0.02), pytest.approx(backward, rel=0.02))


def test_a_constant_has_no_slope():
    value, slope = with_derivative(activation("own", expression="3"), torch.linspace(-1, 1, 5))
    assert value.tolist() == [3.0] * 5
    assert slope.tolist() == [0.0] * 5


def test_no_function_hides_that_a_value_is_not_a_number():
    nan = torch.full((20,), math.nan)
    for name in CLOSED:
        assert named(name)(nan).isnan().all(), name
    for name, arguments in FUNCTIONS.items():
        assert TORCH[name](*[nan] * arguments).isnan().all(), name
    assert set(TORCH) == set(FUNCTIONS)

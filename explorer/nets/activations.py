"""Activation functions by name, as plain functions of a tensor, and what is computed of them alone."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.expression import parse

Activation = Callable[[Tensor], Tensor]
Parameters = tuple[tuple[str, float | str], ...]
DEAD_BELOW = 0.01
"""Share of its largest |f′| under which a slope counts as none."""
PRELU_START = 0.25
"""Slope with which PReLU starts (He et al. 2015), also what is drawn of it."""

_PLAIN: Mapping[str, Activation] = {
    "identity": lambda x: x,
    "sigmoid": torch.sigmoid,
    "hardsigmoid": F.hardsigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "prelu": partial(F.leaky_relu, negative_slope=PRELU_START),
    "selu": torch.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "hardswish": F.hardswish,
}
TORCH: Mapping[str, Callable[..., Tensor]] = {
    **{name: getattr(torch, name) for name in ("exp", "log", "sqrt", "abs", "sin", "cos", "tan", "tanh", "atan")},
    "erf": torch.erf,
    "sign": lambda x: torch.where(x.isnan(), x, x.sign()),  # torch's own makes 0 of nan and so hides it
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "softplus": F.softplus,
    "min": torch.minimum,
    "max": torch.maximum,
}
"""Functions of expressions, for tensors."""


def activation(
    name: str, slope: float = 0.01, alpha: float = 1.0, beta: float = 1.0, expression: str = "x"
) -> Activation:
    """Return the function of this name with PyTorch's own parameters; "own" is the expression."""
    match name:
        case "leaky_relu":
            return partial(F.leaky_relu, negative_slope=slope)
        case "elu":
            return partial(F.elu, alpha=alpha)
        case "softplus":
            return partial(F.softplus, beta=beta)
        case "own":
            return _own(expression)
    return _PLAIN[name]


def _own(text: str) -> Activation:
    expression = parse(text)
    number = partial(torch.tensor, dtype=torch.float64)

    def own(x: Tensor) -> Tensor:
        y = expression.evaluate(TORCH, {"x": x}, number).to(x.dtype).expand_as(x)
        return y if y.requires_grad == x.requires_grad else y + 0 * x  # a constant has a derivative too

    return own


def with_derivative(f: Activation, x: Tensor) -> tuple[Tensor, Tensor]:
    """Value and slope f′ at each x, f′ by autograd; same shapes as x."""
    x = x.detach().requires_grad_()
    y = f(x)
    (slope,) = torch.autograd.grad(y.sum(), x)
    return y.detach(), slope


def parameters_of(name: str, hyperparams: Any) -> Parameters:
    """Those arguments of `activation` that this function heeds, from the fields of their names."""
    heeded = {"leaky_relu": "slope", "elu": "alpha", "softplus": "beta", "own": "expression"}
    return ((heeded[name], getattr(hyperparams, heeded[name])),) if name in heeded else ()


def function(name: str, parameters: Parameters) -> Activation:
    """Return the activation of this name with these arguments."""
    return activation(name, **dict(parameters))  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def curve(name: str, parameters: Parameters, reach: float) -> NDArray[np.float64]:
    """x, f(x) and f′(x) for 401 x from −reach to reach, (3, 401)."""
    x = reach / 200 * torch.arange(-200, 201, dtype=torch.float64)
    value, gradient = with_derivative(function(name, parameters), x)
    return torch.stack([x, value, gradient]).numpy()


@lru_cache(maxsize=1024)
def peak(name: str, parameters: Parameters) -> float:
    """Largest finite |f′| for x from −10 to 10; 1 of a constant, whose slopes are 0 beside anything."""
    slope = np.abs(curve(name, parameters, 10.0)[2])
    return float(slope[np.isfinite(slope)].max(initial=0.0)) or 1.0


class Gains(NamedTuple):
    """How one layer changes the size of what passes it, for inputs from N(0, σ²)."""

    forward: float
    """E[f(z)²]."""
    backward: float
    """E[f′(z)²]."""


def gains(f: Activation, sigma: float) -> Gains:
    """Both gains by Gauss-Legendre quadrature on pieces short beside σ and beside the width of every function."""
    z, weight = _quadrature(sigma)
    y, slope = with_derivative(f, z)
    return Gains(float(weight @ y.square()), float(weight @ slope.square()))


def mean(f: Activation, sigma: float) -> float:
    """E[f(z)] for z from N(0, σ²)."""
    z, weight = _quadrature(sigma)
    return float(weight @ f(z))


@lru_cache(maxsize=128)
def _quadrature(sigma: float, order: int = 12) -> tuple[Tensor, Tensor]:
    """Points and weights for the mean under N(0, σ²), float64. Pieces end at every kink: −3, 0, 3."""
    spread = sigma * torch.linspace(-10, 10, 41, dtype=torch.float64)
    near = torch.linspace(-8, 8, 33, dtype=torch.float64).clamp(spread[0], spread[-1])
    edges = torch.unique(torch.cat([spread, near]))
    nodes, weights = _legendre(order)
    half = edges.diff()[:, None] / 2
    z = edges[:-1, None] + half * (1 + nodes)
    density = torch.exp(-0.5 * (z / sigma).square()) / (sigma * (2 * torch.pi) ** 0.5)
    return z.flatten(), (half * weights * density).flatten()


@lru_cache
def _legendre(order: int) -> tuple[Any, Any]:
    nodes, weights = np.polynomial.legendre.leggauss(order)
    return torch.from_numpy(nodes), torch.from_numpy(weights)

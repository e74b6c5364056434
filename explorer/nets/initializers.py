"""Initializers: how the weights of a layer are drawn, by `torch.nn.init` where it has them.

`nn.Linear` keeps weights as (fan_out, fan_in), and so does `torch.nn.init`; what is returned is (fan_in, fan_out).
Xavier: Glorot & Bengio 2010. He: He et al. 2015. LeCun: LeCun et al. 1998. Orthogonal: Saxe et al. 2014.
LSUV: Mishkin & Matas 2016.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from typing import Literal

import torch
from torch import Tensor, nn

from explorer.core.catalog import by_function as by_function


@dataclass(frozen=True)
class Scales:
    """The arguments that some initializers have."""

    sigma: float = 0.02
    """Standard deviation of "normal"."""
    bound: float = 0.1
    """"uniform" lies in ± this."""
    constant: float = 0.01
    gain: float = 1.0
    """Of Xavier's and of orthogonal weights."""
    fan_mode: Literal["fan_in", "fan_out"] = "fan_in"
    """What He's divide by: "fan_in" or "fan_out"."""


DEFAULT_SCALES = Scales()
_HEEDED = {
    "normal": "sigma",
    "uniform": "bound",
    "constant": "constant",
    "xavier_normal": "gain",
    "xavier_uniform": "gain",
    "orthogonal": "gain",
    "he_normal": "fan_mode",
    "he_uniform": "fan_mode",
}


def heeded(initializer: str, scales: Scales) -> Scales:
    """Return the scales with all at its default that this initializer does not look at."""
    if initializer not in _HEEDED:
        return DEFAULT_SCALES
    name = _HEEDED[initializer]
    return replace(DEFAULT_SCALES, **{name: getattr(scales, name)})


@dataclass(frozen=True)
class Draw:
    """The random numbers of one layer. Networks that share them start from equal weights, up to the scale."""

    fan_in: int
    fan_out: int
    seed: int

    @classmethod
    def make(cls, fan_in: int, fan_out: int, generator: torch.Generator) -> "Draw":
        """Draw for one layer."""
        return cls(fan_in, fan_out, int(torch.randint(2**62, (), generator=generator)))

    def layer(self, initializer: str, scales: Scales = DEFAULT_SCALES) -> tuple[Tensor, Tensor]:
        """Weights (fan_in, fan_out), a view of (fan_out, fan_in), and biases (1, fan_out)."""
        generator = torch.Generator().manual_seed(self.seed)
        weight = torch.empty(self.fan_out, self.fan_in)
        _draw(weight, initializer, scales, generator)
        bias = torch.zeros(1, self.fan_out)
        if initializer == "pytorch_default":
            nn.init.uniform_(bias, -1 / sqrt(self.fan_in), 1 / sqrt(self.fan_in), generator=generator)
        return weight.mT, bias


def _draw(weight: Tensor, initializer: str, scales: Scales, generator: torch.Generator) -> None:
    """Fill `weight` (fan_out, fan_in)."""
    fan_in, init = weight.shape[1], nn.init
    match initializer:
        case "zeros":
            init.zeros_(weight)
        case "constant":
            init.constant_(weight, scales.constant)
        case "normal":
            init.normal_(weight, 0.0, scales.sigma, generator)
        case "uniform":
            init.uniform_(weight, -scales.bound, scales.bound, generator)
        case "xavier_normal":
            init.xavier_normal_(weight, scales.gain, generator)
        case "xavier_uniform":
            init.xavier_uniform_(weight, scales.gain, generator)
        case "he_normal":
            init.kaiming_normal_(weight, mode=scales.fan_mode, nonlinearity="relu", generator=generator)
        case "he_uniform":
            init.kaiming_uniform_(weight, mode=scales.fan_mode, nonlinearity="relu", generator=generator)
        case "lecun_normal":
            init.kaiming_normal_(weight, nonlinearity="linear", generator=generator)
        case "orthogonal":
            init.orthogonal_(weight, scales.gain, generator)
        case "lsuv":  # what it starts from
            init.orthogonal_(weight, generator=generator)
        case "pytorch_default":  # as nn.Linear.reset_parameters
            init.kaiming_uniform_(weight, a=sqrt(5), generator=generator)
        case "article_rand":  # rand(fan_in, fan_out) / sqrt(fan_in / 2)
            init.uniform_(weight, 0.0, sqrt(2 / fan_in), generator)
        case "article_randn":
            init.normal_(weight, 0.0, sqrt(2 / fan_in), generator)
        case _:
            raise ValueError(f"no initializer {initializer!r}")


def unit_variance(weight: Tensor, inputs: Tensor) -> Tensor:
    """Scale weights (fan_in, fan_out) so that their outputs on inputs (batch, fan_in) have variance 1: LSUV.

    Exact at once, for the layer has no bias yet; weights whose outputs do not vary stay as they are.
    """
    std = float((inputs @ weight).std(correction=0))
    return weight / std if 0 < std < torch.inf else weight


SMALL = 2**16
"""Weights that a layer may have to be kept for the next run: 128 of them take 32 MB."""


@lru_cache(maxsize=128)
def _kept(draw: Draw, initializer: str, scales: Scales) -> tuple[Tensor, Tensor]:
    return draw.layer(initializer, scales)


def drawn(draw: Draw, initializer: str, scales: Scales) -> tuple[Tensor, Tensor]:
    """Weights and biases of `Draw.layer`, not to be changed: a slider that concerns other layers draws none anew.

    All normal ones are the same numbers, and all orthogonal ones, times a factor: they are kept once.
    """
    if draw.fan_in * draw.fan_out > SMALL:
        return draw.layer(initializer, scales)
    factor = _factor(draw, initializer, scales)
    if factor is None:
        return _kept(draw, initializer, heeded(initializer, scales))
    weight, bias = _kept(draw, *_UNIT["orthogonal" if initializer in _ORTHOGONAL else "normal"])
    return weight * factor, bias


_ORTHOGONAL = ("orthogonal", "lsuv")
_UNIT = {"normal": ("normal", replace(DEFAULT_SCALES, sigma=1.0)), "orthogonal": ("orthogonal", DEFAULT_SCALES)}
"""What is kept of each kind."""


def _factor(draw: Draw, initializer: str, scales: Scales) -> float | None:
    """By what numbers of its kind are multiplied, as `torch.nn.init` has it; None where there is more to it."""
    match initializer:
        case "normal":
            return scales.sigma
        case "xavier_normal":
            return scales.gain * sqrt(2.0 / (draw.fan_in + draw.fan_out))
        case "he_normal":
            return sqrt(2.0) / sqrt(draw.fan_in if scales.fan_mode == "fan_in" else draw.fan_out)
        case "lecun_normal":
            return 1.0 / sqrt(draw.fan_in)
        case "article_randn":
            return sqrt(2 / draw.fan_in)
        case "orthogonal":
            return scales.gain
        case "lsuv":
            return 1.0
    return None

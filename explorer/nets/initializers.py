"""Initializers: how the weights of a layer are drawn. `nn.Linear` keeps weights as (fan_out, fan_in); here (in, out).

Xavier: Glorot & Bengio 2010. He: He et al. 2015. LeCun: LeCun et al. 1998.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor

_BY_FUNCTION = {
    "identity": "xavier_normal",
    "sigmoid": "xavier_normal",
    "hardsigmoid": "xavier_normal",
    "tanh": "xavier_normal",
    "selu": "lecun_normal",
}


def by_function(activation: str) -> str:
    """Name of the initializer that suits an activation: He's unless the function is bounded, linear or SELU."""
    return _BY_FUNCTION.get(activation, "he_normal")


@dataclass(frozen=True)
class Draw:
    """The random numbers of one layer. Networks that share them start from equal weights, up to the scale."""

    normal: Tensor
    """(fan_in, fan_out), from N(0, 1)."""
    uniform: Tensor
    """(fan_in, fan_out), uniform in ±1."""
    uniform_bias: Tensor
    """(1, fan_out), uniform in ±1."""

    @classmethod
    def make(cls, fan_in: int, fan_out: int, generator: torch.Generator) -> "Draw":
        """Draw for one layer."""
        normal = torch.randn(fan_in, fan_out, generator=generator)
        uniform = 2 * torch.rand(fan_in + 1, fan_out, generator=generator) - 1
        return cls(normal, uniform[:-1], uniform[-1:])

    def layer(self, initializer: str) -> tuple[Tensor, Tensor]:
        """Weights (fan_in, fan_out) and biases (1, fan_out)."""
        fan_in, fan_out = self.normal.shape
        if initializer == "pytorch_default":
            return self.uniform / sqrt(fan_in), self.uniform_bias / sqrt(fan_in)
        variance = {
            "xavier_normal": 2 / (fan_in + fan_out),
            "he_normal": 2 / fan_in,
            "lecun_normal": 1 / fan_in,
        }[initializer]
        return sqrt(variance) * self.normal, torch.zeros(1, fan_out)

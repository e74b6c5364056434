"""Optimizers on lists of stacked tensors, equal to `torch.optim` step by step, without its import of the compiler.

SGD: θ ← θ − lr·g. Momentum (Polyak 1964, PyTorch's form): v ← 0.9 v + g, θ ← θ − lr·v.
Adam (Kingma & Ba 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², θ ← θ − lr·m̂ / (√v̂ + ε).
"""

from math import sqrt
from typing import Protocol

import torch
from torch import Tensor

Tensors = list[Tensor]


class Optimizer(Protocol):
    """Changes parameters in place, element by element."""

    lr: float

    def step(self, parameters: Tensors, gradients: Tensors) -> None: ...

    def keep(self, networks: Tensor) -> None:
        """Forget the state of all but these networks (indices along the leading axis)."""


class SGD:
    """Plain gradient descent on batches, with PyTorch's momentum where it is not 0."""

    def __init__(self, lr: float, momentum: float = 0.0) -> None:
        self.lr, self.momentum = lr, momentum
        self._velocity: Tensors = []

    def step(self, parameters: Tensors, gradients: Tensors) -> None:
        if self.momentum:
            gradients = self._average(gradients)
        torch._foreach_add_(parameters, gradients, alpha=-self.lr)

    def _average(self, gradients: Tensors) -> Tensors:
        if self._velocity:
            torch._foreach_mul_(self._velocity, self.momentum)
            torch._foreach_add_(self._velocity, gradients)
        else:
            self._velocity = [g.clone() for g in gradients]
        return self._velocity

    def keep(self, networks: Tensor) -> None:
        self._velocity = [v[networks] for v in self._velocity]


class Adam:
    """Adam with PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8."""

    beta1, beta2, eps = 0.9, 0.999, 1e-8

    def __init__(self, lr: float) -> None:
        self.lr = lr
        self._steps = 0
        self._mean: Tensors = []
        self._square: Tensors = []

    def step(self, parameters: Tensors, gradients: Tensors) -> None:
        if not self._mean:
            self._mean = [torch.zeros_like(p) for p in parameters]
            self._square = [torch.zeros_like(p) for p in parameters]
        self._steps += 1
        torch._foreach_lerp_(self._mean, gradients, 1 - self.beta1)
        torch._foreach_mul_(self._square, self.beta2)
        torch._foreach_addcmul_(self._square, gradients, gradients, 1 - self.beta2)
        spread = torch._foreach_sqrt(self._square)
        torch._foreach_div_(spread, sqrt(1 - self.beta2**self._steps))
        torch._foreach_add_(spread, self.eps)
        torch._foreach_addcdiv_(parameters, self._mean, spread, -self.lr / (1 - self.beta1**self._steps))

    def keep(self, networks: Tensor) -> None:
        self._mean = [m[networks] for m in self._mean]
        self._square = [s[networks] for s in self._square]


def optimizer(name: str, lr: float) -> Optimizer:
    """Return the optimizer of this name ("sgd", "momentum", "adam")."""
    return Adam(lr) if name == "adam" else SGD(lr, momentum=0.9 if name == "momentum" else 0.0)

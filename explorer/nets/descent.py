"""What all optimizers do: θ ← θ − lr · d / s on lists of stacked tensors; d and s are what each of them says."""

from typing import Any

import torch
from torch import Tensor

Tensors = list[Tensor]
Rate = float | Tensor
"""A learning rate; as a tensor it broadcasts against every parameter: one per trajectory or network."""
Betas = tuple[float, float]


class Optimizer:
    """Changes parameters in place, element by element; `update` of its children says in which direction."""

    slots = 0
    """Tensors that it remembers per parameter, zero at first."""
    decoupled = False
    """Whether weight decay acts on the parameters directly, instead of through the gradient."""
    absolute = False
    """Whether directions are whole steps, which the learning rate of the moment does not scale."""

    def __init__(self, lr: Rate, weight_decay: float = 0.0) -> None:
        self.lr, self.weight_decay = lr, weight_decay
        self.steps = 0
        self.memory: list[Tensors] = []
        self.spreads: Tensors = []
        """s of the last step, per parameter; empty where it is 1."""

    def step(self, parameters: Tensors, gradients: Tensors) -> None:
        """One update; all tensors without autograd."""
        if self.weight_decay and self.decoupled:
            _scale(parameters, 1 - self.lr * self.weight_decay)
        _move(parameters, *self._directed(parameters, gradients))

    def moved(self, parameters: Tensors, gradients: Tensors) -> Tensors:
        """Return what `step` makes of parameters, which stay as they are. Gradients may be overwritten by it.

        For one learning rate, a number. Where gradients are the directions, nothing has to be allocated.
        """
        assert not isinstance(self.lr, Tensor)
        before = parameters
        if self.weight_decay and self.decoupled:
            before = list(torch._foreach_mul(parameters, 1 - self.lr * self.weight_decay))
        directions, rate = self._directed(parameters, gradients)
        own = directions is gradients
        return [_added(p, d, -rate, own) for p, d in zip(before, directions, strict=True)]

    def _directed(self, parameters: Tensors, gradients: Tensors) -> tuple[Tensors, Rate]:
        """Return where the next step goes, and the rate at which."""
        if not self.memory:
            self.memory = [[torch.zeros_like(p) for p in parameters] for _slot in range(self.slots)]
        self.steps += 1
        if self.weight_decay and not self.decoupled:
            gradients = list(torch._foreach_add(gradients, parameters, alpha=self.weight_decay))
        directions, factor = self.update(gradients, *self.memory)
        return directions, factor if self.absolute else self.lr * factor

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        """Return d / s, up to a common factor, and that factor."""
        return gradients, 1.0

    def effective_lr(self, parameter: int = 0) -> Rate:
        """Return lr / s of the last step: what each coordinate of the direction was multiplied by."""
        return self.lr / self.spreads[parameter] if self.spreads else self.lr

    def keep(self, networks: Tensor) -> None:
        """Forget the state of all but these networks (indices along the leading axis)."""
        self.memory = [[m[networks] for m in slot] for slot in self.memory]
        self.spreads = [s[networks] for s in self.spreads]
        if isinstance(self.lr, Tensor):
            self.lr = self.lr[networks]


def _move(parameters: Tensors, directions: Tensors, rate: Rate) -> None:
    if isinstance(rate, Tensor):
        torch._foreach_sub_(parameters, [rate * d for d in directions])
    else:
        torch._foreach_add_(parameters, directions, alpha=-rate)


def _added(p: Tensor, d: Tensor, alpha: Any, into_d: bool) -> Tensor:
    """Return p + alpha·d in a tensor laid out as p: in that of d if so wanted and possible."""
    out = d if into_d and d.stride() == p.stride() else torch.empty_like(p)
    return torch.add(p, d, alpha=alpha, out=out)


def _scale(parameters: Tensors, factor: Rate) -> None:
    if isinstance(factor, Tensor):
        torch._foreach_mul_(parameters, [factor] * len(parameters))
    else:
        torch._foreach_mul_(parameters, factor)


def average(means: Tensors, values: Tensors, beta: float) -> None:
    """Do m ← βm + (1 − β)x."""
    torch._foreach_lerp_(means, values, 1 - beta)


def average_squares(means: Tensors, values: Tensors, beta: float) -> None:
    """Do m ← βm + (1 − β)x²."""
    torch._foreach_mul_(means, beta)
    torch._foreach_addcmul_(means, values, values, 1 - beta)


def roots(squares: Tensors, divisor: float, eps: float) -> Tensors:
    """Return √squares / divisor + ε."""
    roots = list(torch._foreach_sqrt(squares))
    torch._foreach_div_(roots, divisor)
    torch._foreach_add_(roots, eps)
    return roots

"""Optimizers on lists of stacked tensors, equal to `torch.optim` step by step, without its import of the compiler.

Every one of them is θ ← θ − lr · d / s: d a direction made of gradients g, s a spread that adapts each coordinate.

SGD: d = g. Momentum (Polyak 1964, PyTorch's form): v ← μv + g, d = v; Nesterov (1983; Sutskever et al. 2013):
d = g + μv. Adagrad (Duchi et al. 2011): s = √Σg² + ε. Adadelta (Zeiler 2012), RMSprop (Tieleman & Hinton 2012):
s from a running mean of g². Adam (Kingma & Ba 2015): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², d = m̂, s = √v̂ + ε.
AdamW (Loshchilov & Hutter 2019), NAdam (Dozat 2016), RAdam (Liu et al. 2020), Adamax (Kingma & Ba 2015) vary it.
Rprop (Riedmiller & Braun 1993) and Lion (Chen et al. 2023) use the sign alone.
"""

from functools import partial
from math import sqrt
from typing import Any

import torch

from explorer.nets.descent import Betas, Optimizer, Rate, Tensors, average, average_squares, roots


class SGD(Optimizer):
    """Plain gradient descent, with PyTorch's momentum where it is not 0."""

    def __init__(self, lr: Rate, momentum: float = 0.0, nesterov: bool = False, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay)
        self.momentum, self.nesterov = momentum, nesterov
        self.slots = 1 if momentum else 0

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        if not memory:
            return gradients, 1.0
        (velocity,) = memory
        torch._foreach_mul_(velocity, self.momentum)
        torch._foreach_add_(velocity, gradients)
        if self.nesterov:
            return list(torch._foreach_add(gradients, velocity, alpha=self.momentum)), 1.0
        return velocity, 1.0


class Adagrad(Optimizer):
    """Divides by the root of the sum of all squared gradients so far."""

    slots = 1

    def __init__(self, lr: Rate, lr_decay: float = 0.0, eps: float = 1e-10, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay)
        self.lr_decay, self.eps = lr_decay, eps

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        (sums,) = memory
        torch._foreach_addcmul_(sums, gradients, gradients, 1.0)
        self.spreads = roots(sums, 1.0, self.eps)
        if self.lr_decay:
            torch._foreach_mul_(self.spreads, 1 + (self.steps - 1) * self.lr_decay)
        return list(torch._foreach_div(gradients, self.spreads)), 1.0


class Adadelta(Optimizer):
    """Scales by the ratio of the last updates' size to the last gradients' size."""

    slots = 2

    def __init__(self, lr: Rate, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay)
        self.rho, self.eps = rho, eps

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        squares, updates = memory
        average_squares(squares, gradients, self.rho)
        sizes = [torch._foreach_sqrt(torch._foreach_add(slot, self.eps)) for slot in (squares, updates)]
        self.spreads = list(torch._foreach_div(*sizes))
        directions = list(torch._foreach_div(gradients, self.spreads))
        average_squares(updates, directions, self.rho)
        return directions, 1.0


class RMSprop(Optimizer):
    """Divides by the root of a running mean of squared gradients (`centered`: by their standard deviation)."""

    slots = 3

    def __init__(
        self,
        lr: Rate,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(lr, weight_decay)
        self.alpha, self.eps, self.momentum, self.centered = alpha, eps, momentum, centered

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        squares, means, velocity = memory
        average_squares(squares, gradients, self.alpha)
        if self.centered:
            average(means, gradients, self.alpha)
            squares = list(torch._foreach_addcmul(squares, means, means, -1.0))
        self.spreads = roots(squares, 1.0, self.eps)
        directions = list(torch._foreach_div(gradients, self.spreads))
        if not self.momentum:
            return directions, 1.0
        torch._foreach_mul_(velocity, self.momentum)
        torch._foreach_add_(velocity, directions)
        return velocity, 1.0


class Adam(Optimizer):
    """Running means of the gradient and of its square, both corrected for their start at zero."""

    slots = 2

    def __init__(self, lr: Rate, betas: Betas = (0.9, 0.999), eps: float = 1e-8, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay)
        self.beta1, self.beta2 = betas
        self.eps = eps

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        means, squares = memory
        average(means, gradients, self.beta1)
        average_squares(squares, gradients, self.beta2)
        self.spreads = roots(squares, sqrt(1 - self.beta2**self.steps), self.eps)
        return list(torch._foreach_div(means, self.spreads)), 1 / (1 - self.beta1**self.steps)


class AdamW(Adam):
    """Adam whose weight decay does not pass through the adaptive spread."""

    decoupled = True


class NAdam(Adam):
    """Adam that looks ahead along its mean, as Nesterov does, with a momentum μₜ that grows to β₁."""

    def __init__(
        self,
        lr: Rate,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 0.004,
    ) -> None:
        super().__init__(lr, betas, eps, weight_decay)
        self.momentum_decay = momentum_decay
        self._product = torch.ones(())  # of all μ so far, in single precision as PyTorch keeps it

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        means, squares = memory
        now, ahead = (self.beta1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay)) for t in (self.steps, self.steps + 1))
        self._product *= now
        product = self._product.item()
        average(means, gradients, self.beta1)
        average_squares(squares, gradients, self.beta2)
        self.spreads = roots(squares, sqrt(1 - self.beta2**self.steps), self.eps)
        mixed = torch._foreach_mul(gradients, (1 - now) / (1 - product))
        torch._foreach_add_(mixed, means, alpha=ahead / (1 - product * ahead))
        return list(torch._foreach_div(mixed, self.spreads)), 1.0


class RAdam(Adam):
    """Adam that trusts the mean of squares only from where its variance is finite; before, it is plain momentum."""

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        means, squares = memory
        average(means, gradients, self.beta1)
        average_squares(squares, gradients, self.beta2)
        correction1, correction2 = 1 - self.beta1**self.steps, 1 - self.beta2**self.steps
        longest = 2 / (1 - self.beta2) - 1
        length = longest - 2 * self.steps * self.beta2**self.steps / correction2
        if length <= 5:
            self.spreads = []
            return means, 1 / correction1
        rectified = sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
        self.spreads = roots(squares, 1.0, self.eps)
        torch._foreach_div_(self.spreads, rectified * sqrt(correction2))
        return list(torch._foreach_div(means, self.spreads)), 1 / correction1


class Adamax(Adam):
    """Adam with the largest gradient of late (it fades by β₂) in place of the root of the mean square."""

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        means, largest = memory
        average(means, gradients, self.beta1)
        sizes = torch._foreach_abs(gradients)
        torch._foreach_add_(sizes, self.eps)
        torch._foreach_mul_(largest, self.beta2)
        torch._foreach_maximum_(largest, sizes)
        self.spreads = list(torch._foreach_mul(largest, 1.0))  # `largest` changes in place, what is shown must not
        return list(torch._foreach_div(means, largest)), 1 / (1 - self.beta1**self.steps)


class Rprop(Optimizer):
    """A step of its own for each coordinate: longer while the sign stays, shorter where it turned.

    The learning rate is the length of the first step; later ones do not heed it, even where a schedule makes it 0.
    """

    slots = 2
    absolute = True

    def __init__(self, lr: Rate, etas: Betas = (0.5, 1.2), step_sizes: Betas = (1e-6, 50.0)) -> None:
        super().__init__(lr)
        self.etas, self.step_sizes = etas, step_sizes

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        """Return the steps; s is such that lr / s is the step over the gradient."""
        before, sizes = memory
        shorter, longer = self.etas
        directions, self.spreads = [], []
        for g, old, size in zip(gradients, before, sizes, strict=True):
            if self.steps == 1:
                size += self.lr
            agreement = g * old
            size *= torch.where(agreement > 0, longer, torch.where(agreement < 0, shorter, torch.ones_like(g)))
            size.clamp_(*self.step_sizes)
            old.copy_(torch.where(agreement < 0, 0.0, g))
            directions.append(old.sign() * size)
            self.spreads.append(g.abs() * self.lr / size)
        return directions, 1.0


class Lion(Optimizer):
    """The sign of a mix of momentum and gradient: every coordinate moves by lr."""

    slots = 1
    decoupled = True

    def __init__(self, lr: Rate, betas: Betas = (0.9, 0.99), weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay)
        self.beta1, self.beta2 = betas

    def update(self, gradients: Tensors, *memory: Tensors) -> tuple[Tensors, float]:
        (means,) = memory
        mixed = torch._foreach_lerp(means, gradients, 1 - self.beta1)
        self.spreads = list(torch._foreach_abs(mixed))
        average(means, gradients, self.beta2)
        return [m.sign() for m in mixed], 1.0


_BY_NAME: dict[str, Any] = {
    "sgd": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "nesterov": partial(SGD, momentum=0.9, nesterov=True),
    "adagrad": Adagrad,
    "adadelta": Adadelta,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": partial(AdamW, weight_decay=0.01),
    "nadam": NAdam,
    "radam": RAdam,
    "adamax": Adamax,
    "rprop": Rprop,
    "lion": Lion,
}


def optimizer(name: str, lr: Rate, **settings: Any) -> Optimizer:
    """Return the optimizer of this name; `settings` are PyTorch's other arguments, which have its defaults."""
    made: Optimizer = _BY_NAME[name](lr, **settings)
    return made

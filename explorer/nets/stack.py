"""Small networks of one shape but different activations, computed together: axis 0 of every tensor is the network.

h₀ = x, zₗ = hₗ₋₁Wₗ + bₗ, hₗ = f(zₗ) for l = 1 … depth (with batch norm: hₗ = f(BN(zₗ))), logits = h W + b.
One `baddbmm` per layer replaces one `addmm` per network; see tests/benchmarks/stacked_networks.py.
"""

import copy
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.nets.activations import PRELU_START, Activation
from explorer.nets.initializers import Draw


class Stack:
    """Networks (E of them) with `depth` hidden layers of `width` units and a read-out.

    `weights` (E, fan_in, fan_out) and `biases` (E, 1, fan_out) per layer, read-out last; `slopes` (E, depth) are
    PReLU's, learned where the network's activation is None; `scales` and `shifts` (E, 1, width) are batch norm's.
    """

    def __init__(
        self,
        activations: Sequence[Activation | None],
        initializers: Sequence[str],
        draws: Sequence[Draw],
        batch_norm: bool,
    ) -> None:
        self.activations = list(activations)
        layers = [[draw.layer(name) for name in initializers] for draw in draws]
        self.weights = [torch.stack([w for w, _b in layer]) for layer in layers]
        self.biases = [torch.stack([b for _w, b in layer]) for layer in layers]
        self.slopes = [torch.full((len(activations), self.depth), PRELU_START)] if None in activations else []
        norm = range(self.depth if batch_norm else 0)
        self.scales = [torch.ones_like(self.biases[i]) for i in norm]
        self.shifts = [torch.zeros_like(self.biases[i]) for i in norm]
        for p in self.parameters():
            p.requires_grad_()

    @property
    def depth(self) -> int:
        return len(self.weights) - 1

    def parameters(self) -> list[Tensor]:
        """All that is learned; every tensor has the network as axis 0."""
        return [*self.weights, *self.biases, *self.slopes, *self.scales, *self.shifts]

    def logits(self, x: Tensor, inputs: list[Tensor] | None = None) -> Tensor:
        """Map samples (batch, features) to (E, classes, batch); `inputs` collects those of each activation.

        Samples last: the softmax over a middle axis is 15 times as fast as over ten values at the end.
        """
        h = x.expand(len(self.activations), *x.shape)
        for i in range(self.depth):
            z = torch.baddbmm(self.biases[i], h, self.weights[i])  # (E, batch, width)
            if self.scales:
                z = batch_norm(z, self.scales[i], self.shifts[i])
            if inputs is not None:
                inputs.append(z.detach())
            h = torch.stack([self.activate(e, z_e, i) for e, z_e in enumerate(z.unbind(0))])
        return torch.baddbmm(self.biases[-1].mT, self.weights[-1].mT, h.mT)

    def activate(self, network: int, z: Tensor, layer: int | None = None) -> Tensor:
        """Apply a network's activation in this layer, or in each to its own part of z (depth, batch, width)."""
        f = self.activations[network]
        if f:
            return f(z)
        slopes = self.slopes[0][network]
        return F.prelu(z, slopes[layer]) if layer is not None else torch.where(z > 0, z, slopes[:, None, None] * z)

    def part(self, networks: Tensor, values: Sequence[Tensor] | None = None) -> "Stack":
        """Return some of the networks (indices) as a stack of its own, with other values of `parameters()` if given."""
        part = copy.copy(self)
        part.activations = [self.activations[i] for i in networks.tolist()]
        source = iter(values or self.parameters())
        for group in ("weights", "biases", "slopes", "scales", "shifts"):
            chosen = [next(source).detach()[networks].requires_grad_() for _own in getattr(self, group)]
            setattr(part, group, chosen)
        return part


def batch_norm(z: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Normalise with the statistics of this batch, as nn.BatchNorm1d in training: (E, batch, width) → the same."""
    variance, mean = torch.var_mean(z, dim=1, correction=0, keepdim=True)
    return (z - mean) * torch.rsqrt(variance + 1e-5) * scale + shift


def losses(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of each network, in nats: (E, classes, batch), (batch,) → (E,)."""
    return F.cross_entropy(logits, labels.expand(len(logits), -1), reduction="none").mean(1)


def accuracies(logits: Tensor, labels: Tensor) -> Tensor:
    """Share of right answers of each network: (E, classes, batch), (batch,) → (E,)."""
    return (logits.max(1).indices == labels).float().mean(1)  # argmax is eight times as slow here

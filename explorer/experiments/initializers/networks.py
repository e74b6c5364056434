"""Deep networks that differ in their weights alone, computed together, layer by layer.

h₀ = x, zₗ = hₗ₋₁Wₗ + bₗ (with batch norm: its normalised values), hₗ = f(zₗ) for l = 1 … depth, logits = hW + b.
Backward from ∂L/∂logits = (softmax − one-hot) / batch, with gₗ = ∂L/∂hₗ: ∂L/∂zₗ = gₗ ⊙ f′(zₗ), ∂L/∂Wₗ = hₗ₋₁ᵀ ∂L/∂zₗ,
gₗ₋₁ = ∂L/∂zₗ Wₗᵀ, as written here; f′ and the derivatives of batch norm and of PReLU's slope by autograd, with a graph
for each layer. A pass can stop after any layer and go on later.
"""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.nets.activations import PRELU_START, Activation
from explorer.nets.stack import batch_norm, losses


@dataclass
class Layer:
    """What E networks learn in one layer, in order: `parameters[0]` are the weights."""

    weights: Tensor
    """(E, fan_in, fan_out)."""
    biases: Tensor
    """(E, 1, fan_out)."""
    norm: tuple[Tensor, ...] = ()
    """Batch norm's scales and shifts, (E, 1, fan_out) each."""
    slope: tuple[Tensor, ...] = ()
    """PReLU's, (E, 1, 1)."""

    def __post_init__(self) -> None:
        for parameter in (*self.norm, *self.slope):
            parameter.requires_grad_()

    @property
    def parameters(self) -> list[Tensor]:
        return [self.weights, self.biases, *self.norm, *self.slope]


class Networks:
    """E networks of one shape; `activation` None is PReLU, whose slopes are learned."""

    def __init__(self, n: int, activation: Activation | None, batch_norm: bool) -> None:
        self.n, self.activation, self.batch_norm = n, activation, batch_norm
        self.layers: list[Layer] = []

    def add(self, weights: Tensor, biases: Tensor, hidden: bool = True) -> None:
        """Append a layer; the last to be added is the read-out, which is not `hidden`."""
        norm = (torch.ones_like(biases), torch.zeros_like(biases)) if hidden and self.batch_norm else ()
        slope = (torch.full_like(biases[:, :, :1], PRELU_START),) if hidden and self.activation is None else ()
        self.layers.append(Layer(weights, biases, norm, slope))

    def parameters(self) -> list[Tensor]:
        """All that is learned, layer by layer; every tensor has the network as axis 0."""
        return [p for layer in self.layers for p in layer.parameters]

    def renew(self, values: Sequence[Tensor]) -> None:
        """Take other tensors for `parameters()`; those that it had stay as they are."""
        self.layers = self._with(values)

    def _with(self, values: Iterable[Tensor]) -> list[Layer]:
        """Layers like these with other tensors for `parameters()`."""
        source = iter(values)

        def take(group: Sequence[Tensor]) -> tuple[Tensor, ...]:
            return tuple(next(source) for _own in group)

        return [Layer(next(source), next(source), take(own.norm), take(own.slope)) for own in self.layers]

    def after(self, layer: int, z: Tensor) -> Tensor:
        """Apply the activation."""
        if self.activation:
            return self.activation(z)
        return torch.where(z > 0, z, self.layers[layer].slope[0] * z)

    def logits(self, h: Tensor) -> Tensor:
        """Map the last hidden layer (E, batch, width) to (E, classes, batch)."""
        own = self.layers[-1]
        return torch.baddbmm(own.biases.mT, own.weights.mT, h.mT)

    def part(self, networks: Tensor, values: Sequence[Tensor] | None = None) -> "Networks":
        """Return some of them (indices) by themselves, with other values of `parameters()` if given."""
        part = copy.copy(self)
        part.n = len(networks)
        part.layers = self._with(p.detach()[networks] for p in values or self.parameters())
        return part


@dataclass
class Passed:
    """What the way back needs of a layer."""

    h: Tensor
    """What went in, (E, batch, fan_in)."""
    norm: tuple[Tensor, Tensor] | None
    """Before and after batch norm, with its graph, (E, batch, fan_out) each."""
    activation: tuple[Tensor, Tensor] | None
    """Before and after the activation, with its graph, (E, batch, fan_out) each: until its slope is known, and of
    PReLU, whose own slope has a gradient too."""
    slope: Tensor | None = None


class Pass:
    """One batch on its way through all networks: `forward` for each hidden layer, `read_out`, `backward` for each."""

    def __init__(self, networks: Networks, x: Tensor) -> None:
        self._networks = networks
        self._passed: list[Passed] = []
        self._gradients: list[list[Tensor]] = []
        self.h = x.expand(networks.n, *x.shape)
        """What the last layer gave, (E, batch, units)."""

    def forward(self) -> Tensor:
        """Go through the next hidden layer; return what it gives, (E, batch, width)."""
        i, norm = len(self._passed), None
        own = self._networks.layers[i]
        z = torch.baddbmm(own.biases, self.h, own.weights)
        if own.norm:
            norm = z.requires_grad_(), batch_norm(z, *own.norm)
            z = norm[1].detach()
        out = self._networks.after(i, z.requires_grad_())
        self._passed.append(Passed(self.h, norm, (z, out)))
        self.h = out.detach()
        return self.h

    def slope(self) -> Tensor:
        """f′ at every input of the activation of the last layer that is passed, (E, batch, width)."""
        passed = self._passed[-1]
        if passed.slope is None and passed.activation:
            z, out = passed.activation
            learned = self._networks.activation is None
            (passed.slope,) = _gradients(out, [z], torch.ones_like(out), again=learned)
            passed.activation = passed.activation if learned else None
        assert passed.slope is not None
        return passed.slope

    def read_out(self, labels: Tensor, learn: bool) -> Tensor:
        """Compute `logits` (E, classes, batch) and `loss` (E,) in nats; return the gradient of the last hidden layer.

        `learn`: the gradients of all parameters are wanted too.
        """
        self._learn = learn
        self.logits = self._networks.logits(self.h)
        self.loss = losses(self.logits, labels)
        g = self.logits.softmax(1)
        g[:, labels, torch.arange(len(labels))] -= 1
        g = g.div_(len(labels)).mT  # (E, batch, classes)
        if learn:
            self._gradients.append([torch.bmm(self.h.mT, g), g.sum(1, keepdim=True)])
        self.g = torch.bmm(g, self._networks.layers[-1].weights.mT)
        return self.g

    def backward(self) -> Tensor | None:
        """Go back through the next layer; return the gradient of the one below it, None where that is the input."""
        slope, passed = self.slope(), self._passed.pop()
        own = self._networks.layers[len(self._passed)]
        g = self.g * slope
        norms: list[Tensor] = []
        if passed.norm:
            z, normed = passed.norm
            g, *norms = torch.autograd.grad(normed, [z, *own.norm], g)
        if self._learn:
            slopes = _gradients(passed.activation[1], own.slope, self.g) if passed.activation else ()
            self._gradients.append([torch.bmm(passed.h.mT, g), g.sum(1, keepdim=True), *norms, *slopes])
        if not self._passed:
            return None
        self.g = torch.bmm(g, own.weights.mT)
        return self.g

    @property
    def gradients(self) -> list[Tensor]:
        """Of all parameters, in their order, once the pass is through."""
        return [g for layer in reversed(self._gradients) for g in layer]


def run_through(networks: Networks, x: Tensor, labels: Tensor, depth: int) -> Pass:
    """Pass with the gradients of all parameters, and nothing else."""
    done = Pass(networks, x)
    for _layer in range(depth):
        done.forward()
    done.read_out(labels, learn=True)
    for _layer in range(depth):
        done.backward()
    return done


def _gradients(output: Tensor, inputs: Sequence[Tensor], g: Tensor, again: bool = False) -> tuple[Tensor, ...]:
    """Gradients of output · g, zeros where nothing depends on an input; `again`: they will be asked for once more."""
    if not output.requires_grad:
        return tuple(torch.zeros_like(i) for i in inputs)
    return torch.autograd.grad(output, inputs, g, retain_graph=again, materialize_grads=True)

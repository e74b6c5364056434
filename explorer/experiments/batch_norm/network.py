"""Networks with any normalisation: one, or several of one arm computed together.

h₀ = x, zₗ = hₗ₋₁Wₗ + bₗ, hₗ = f(norm(zₗ)) for l = 1 … depth, or norm(f(zₗ)); logits = h W + b.
Batch norm (Ioffe & Szegedy 2015): γ (z − μ)/√(σ² + ε) + β, μ and σ² of each unit over the batch. Layer norm (Ba et al.
2016) and group norm (Wu & He 2018): over the units of a sample, or groups of them. RMS norm (Zhang & Sennrich 2019):
γ z/√(mean z² + ε). Noise after batch norm: in the manner of Santurkar et al. 2018.

One network has plain tensors: weights (fan_in, fan_out), samples (batch, features). Several have an axis for themselves
in front of all of them; that pays for small batches (tests/benchmarks/batch_norm.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.experiments.batch_norm.spec import OVER_BATCH, Hyperparams
from explorer.nets.activations import Activation, activation
from explorer.nets.initializers import Draw, by_function

Noise = Sequence[tuple[Tensor, Tensor]]
"""Scale and shift of every value, for each hidden layer."""


@dataclass(frozen=True)
class Design:
    """What the networks of an arm have in common."""

    arm: str
    widths: tuple[int, ...]
    """Features of the input, units of every hidden layer, classes."""
    activation: Activation
    norm_first: bool
    also_on: tuple[str, ...]
    groups: int
    momentum: float
    eps: float

    @classmethod
    def of(cls, arm: str, hp: Hyperparams, n_features: int, n_classes: int) -> "Design":
        """Design for one arm."""
        widths = (n_features, *[hp.width] * hp.depth, n_classes)
        function = activation(hp.activation)
        also_on = hp.also_on if arm != "none" else ()
        return cls(arm, widths, function, hp.placed == "before", also_on, hp.groups, hp.momentum, hp.eps)

    @property
    def depth(self) -> int:
        return len(self.widths) - 2

    @property
    def over_batch(self) -> bool:
        return self.arm in OVER_BATCH

    @cached_property
    def sites(self) -> list[int]:
        """Widths of all that is normalised: the hidden layers, then the input and the logits if they are."""
        if self.arm == "none":
            return []
        ends = {"input": self.widths[0], "output": self.widths[-1]}
        return [*self.widths[1:-1], *(ends[name] for name in self.also_on)]

    @property
    def has_scale(self) -> bool:
        return self.arm not in ("none", "batch_norm_no_affine")

    @property
    def has_shift(self) -> bool:
        return self.has_scale and self.arm != "rms_norm"


@dataclass
class Trace:
    """What went through the hidden layers, (batch, width) each, without autograd."""

    inputs: list[Tensor] = field(default_factory=list)
    """Of the normalisation."""
    outputs: list[Tensor] = field(default_factory=list)


@dataclass(frozen=True)
class Mode:
    """How a forward pass takes its statistics."""

    rows: int = 0
    """Train mode: so many samples make a batch; of b batches, every b-th sample belongs to the same. 0: eval mode, with
    the running statistics."""
    updates: bool = False
    """Whether the running statistics move."""
    noise: Noise | None = None


EVAL = Mode()


class Networks:
    """Networks of one design, with parameters and running statistics (means, then variances, per site)."""

    def __init__(self, design: Design, parameters: Sequence[Tensor], running: Sequence[Tensor]) -> None:
        self.design, self.parameters, self.running = design, list(parameters), running
        n, sites = design.depth + 1, len(design.sites)
        rest = iter(self.parameters)
        self.weights = [next(rest) for _layer in range(n)]
        self.biases = [next(rest) for _layer in range(n)]
        self.scales = [next(rest) for _site in range(sites if design.has_scale else 0)]
        self.shifts = [next(rest) for _site in range(sites if design.has_shift else 0)]

    def logits(self, x: Tensor, mode: Mode, trace: Trace | None = None) -> Tensor:
        """Map samples ([n,] batch, features) to (n, classes, batch): the softmax is faster over a middle axis."""
        linear = torch.addmm if x.ndim == 2 else torch.baddbmm
        design = self.design
        h = self._end("input", x, mode)
        for i in range(design.depth):
            z = linear(self.biases[i], h, self.weights[i])
            if not design.norm_first:
                z = design.activation(z)
            if trace:
                trace.inputs.append(z.detach())
            if design.sites:
                z = self.normalised(i, z, mode)
            if mode.noise:
                z = torch.addcmul(mode.noise[i][1], mode.noise[i][0], z)
            h = design.activation(z) if design.norm_first else z
            if trace:
                trace.outputs.append(h.detach())
        y = self._end("output", linear(self.biases[-1], h, self.weights[-1]), mode).mT
        return y if y.ndim == 3 else y[None]

    def _end(self, name: str, z: Tensor, mode: Mode) -> Tensor:
        if name not in self.design.also_on:
            return z
        return self.normalised(self.design.depth + self.design.also_on.index(name), z, mode)

    def normalised(self, site: int, z: Tensor, mode: Mode) -> Tensor:
        """Normalise, scale and shift."""
        design, width = self.design, z.shape[-1]
        if design.over_batch:
            return self._over_batch(site, z, mode) if mode.rows else self._over_running(site, z)
        if design.arm == "rms_norm":
            return F.rms_norm(z, (width,), eps=design.eps) * self.scales[site]
        groups = groups_of(width, design.groups) if design.arm == "group_norm" else 1
        parts = F.layer_norm(z.unflatten(-1, (groups, -1)), (width // groups,), eps=design.eps)
        return torch.addcmul(self.shifts[site], self.scales[site], parts.flatten(-2))

    def _over_batch(self, site: int, z: Tensor, mode: Mode) -> Tensor:
        """Statistics of each batch of `mode.rows` samples; n networks with b batches are n·b·width channels."""
        scale, shift = self._affine(site)
        statistics = self._statistics(site) if mode.updates else (None, None)
        if z.ndim == 2 and len(z) == mode.rows:
            return self._batch_norm(z, scale, shift, statistics)
        n, width = z.shape[0] if z.ndim == 3 else 1, z.shape[-1]
        b = z.shape[-2] // mode.rows
        channels = z.reshape(n, mode.rows, -1).transpose(0, 1).reshape(mode.rows, -1)
        if scale is not None and shift is not None:
            scale, shift = (p.expand(n, b, width).reshape(-1) for p in (scale, shift))
        y = self._batch_norm(channels, scale, shift, statistics)
        return y.view(mode.rows, n, -1).transpose(0, 1).reshape(z.shape)

    def _batch_norm(
        self, z: Tensor, scale: Tensor | None, shift: Tensor | None, running: tuple[Tensor | None, Tensor | None]
    ) -> Tensor:
        design = self.design
        return torch.batch_norm(z, scale, shift, *running, True, design.momentum, design.eps, False)

    def _over_running(self, site: int, z: Tensor) -> Tensor:
        if z.ndim == 2:
            mean, variance = self._statistics(site)
            return torch.batch_norm(z, *self._affine(site), mean, variance, False, 0.0, self.design.eps, False)
        mean, variance = (s.view(-1, 1, z.shape[-1]) for s in self._statistics(site))
        scale, shift = self._affine(site)
        factor = torch.rsqrt(variance + self.design.eps) * (1.0 if scale is None else scale)
        return torch.addcmul((0.0 if shift is None else shift) - mean * factor, factor, z)

    def _affine(self, site: int) -> tuple[Tensor | None, Tensor | None]:
        return (self.scales[site], self.shifts[site]) if self.scales else (None, None)

    def _statistics(self, site: int) -> tuple[Tensor, Tensor]:
        return self.running[site], self.running[len(self.design.sites) + site]


def groups_of(width: int, groups: int) -> int:
    """Largest number of equal groups that is not above `groups`."""
    return next(g for g in range(min(groups, width), 0, -1) if width % g == 0)


def first_parameters(design: Design, hp: Hyperparams, draws: Sequence[Sequence[Draw]]) -> list[Tensor]:
    """Parameters of as many networks as there are draws (one `Draw` per layer each), in the order of `Networks`."""
    initializer = by_function(hp.activation) if hp.initializer == "by_function" else hp.initializer
    layers = [[draw.layer(initializer) for draw in layer] for layer in zip(*draws, strict=True)]
    factors = [*[hp.init_scale] * design.depth, 1.0]
    weights = [f * torch.stack([w for w, _b in layer]) for f, layer in zip(factors, layers, strict=True)]
    biases = [torch.stack([b for _w, b in layer]) for layer in layers]
    n = len(draws)
    scales = [torch.ones(n, 1, width) for width in design.sites if design.has_scale]
    shifts = [torch.zeros(n, 1, width) for width in design.sites if design.has_shift]
    if n > 1:
        return [*weights, *biases, *scales, *shifts]
    return [p[0] for p in [*weights, *biases]] + [p[0, 0] for p in [*scales, *shifts]]


def first_statistics(design: Design, n: int) -> list[Tensor]:
    """Running means 0 and variances 1 of n networks, (n · width,) for every site."""
    return [value * torch.ones(n * width) for value in (0.0, 1.0) for width in design.sites]


def in_one_block(tensors: Sequence[Tensor]) -> tuple[Tensor, list[Tensor]]:
    """Put the tensors into one block of memory: to copy them all is one copy."""
    block = torch.cat([_stored(t).flatten() for t in tensors]) if tensors else torch.empty(0)
    return block, like(tensors, block)


def like(tensors: Sequence[Tensor], block: Tensor) -> list[Tensor]:
    """Views of a block, laid out as `in_one_block` laid out these tensors."""
    parts = block.split([t.numel() for t in tensors])
    return [_stored(part.view(_stored(t).shape)) for part, t in zip(parts, tensors, strict=True)]


def _stored(t: Tensor) -> Tensor:
    """A matrix as nn.Linear keeps it, (fan_out, fan_in), and back: rounding is then that of nn.Linear too."""
    return t.mT if t.ndim == 2 and 1 not in t.shape else t


def moved(network: Networks, directions: Sequence[Tensor], lengths: Tensor) -> Networks:
    """Return a single network moved against the directions, by each of the lengths (n,): n networks."""
    parameters = []
    for p, d in zip(network.parameters, directions, strict=True):
        p, d = (t if t.ndim == 2 else t[None] for t in (p.detach(), d))
        parameters.append((p - lengths[:, None, None] * d).requires_grad_())
    return Networks(network.design, parameters, network.running)

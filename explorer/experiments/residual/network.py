"""Deep trunks of one arm each, plain or with skips, whose blocks can be looked into and left out.

Post-activation (He et al. 2016a): v = N₂(W₂ f(N₁(W₁h))), h ← f(v) plain, f(h + s v) residual. Pre-activation
(He et al. 2016b): v = W₂ f(N₂(W₁ f(N₁(h)))), h ← h + s v, or (h, v) concatenated. Highway (Srivastava et al. 2015):
h ← t f(v) + (1 − t) h, t = sigmoid(W_t h + b_t). N is batch norm (Ioffe & Szegedy 2015) or nothing; a layer beside a
norm has no biases. A stem maps inputs to h₀, a read-out the last h to logits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.experiments.residual.arms import Arm
from explorer.nets.activations import Activation
from explorer.nets.initializers import Draw, by_function

Mode = Literal["training", "evaluation", "held"]
"""Batch norm with the statistics of this batch, with running averages, or with those of the last training batch."""
GATE_BIAS = -2.0
"""With which a highway gate starts, so that it lets 12 % of the branch in (a negative bias: Srivastava et al.)."""
KERNEL = 3


class Shape(NamedTuple):
    """What the networks of a run have in common."""

    width: int
    side: int
    """Of the square images that are convolved; 0: fully connected."""
    f: Activation
    gain: float
    """Of orthogonal weights: √2 for functions that pass half of the signal."""
    initializer: str
    branch_scale: str

    @property
    def positions(self) -> int:
        """Numbers that a weight of the trunk reads per channel."""
        return KERNEL**2 if self.side else 1


class Norm:
    """Batch norm as nn.BatchNorm does it: momentum 0.1, eps 1e-5."""

    eps = 1e-5

    def __init__(self, features: int) -> None:
        self.scale, self.shift = torch.ones(features), torch.zeros(features)
        self.mean, self.variance = torch.zeros(features), torch.ones(features)

    def __call__(self, z: Tensor, mode: Mode) -> Tensor:
        if mode == "training":
            y, self._held_mean, self._held_inverse = torch.native_batch_norm(
                z, self.scale, self.shift, self.mean, self.variance, True, 0.1, self.eps
            )
            return y
        mean, variance = self.mean, self.variance
        if mode == "held":
            mean, variance = self._held_mean, self._held_inverse**-2 - self.eps
        return F.batch_norm(z, mean, variance, self.scale, self.shift, eps=self.eps)


class Layer(NamedTuple):
    """Weights (fan_in, fan_out), or kernels (out, in, 3, 3); the norm comes before or after them."""

    weight: Tensor
    bias: Tensor | None
    norm: Norm | None

    def linear(self, h: Tensor) -> Tensor:
        if self.weight.dim() == 4:
            return F.conv2d(h, self.weight, self.bias, padding=KERNEL // 2)
        return h @ self.weight if self.bias is None else torch.addmm(self.bias, h, self.weight)

    def normed(self, z: Tensor, mode: Mode) -> Tensor:
        return z if self.norm is None else self.norm(z, mode)


class Block(NamedTuple):
    """Two layers; `strength` multiplies the branch, learned or not."""

    first: Layer
    second: Layer
    gate: Layer | None
    strength: Tensor | float

    @property
    def weights(self) -> list[Tensor]:
        return [layer.weight for layer in (self.first, self.second, self.gate) if layer]


@dataclass
class Trace:
    """What a forward pass leaves behind, if asked to."""

    outputs: list[Tensor] = field(default_factory=list)
    """h of the stem and of every block."""
    skips: list[Tensor] = field(default_factory=list)
    branches: list[Tensor] = field(default_factory=list)
    """What every block adds or concatenates; both lists stay empty for plain networks."""


class Network:
    """One arm. All that is learned lives in `flat`, all running averages in `state`; everything else is views."""

    def __init__(self, arm: Arm, shape: Shape, draws: Sequence[Draw]) -> None:
        """`draws`: stem, read-out, then those of each block: two layers, and the gate where there is one."""
        self.arm, self.shape = arm, shape
        self.parameters: list[Tensor] = []
        self._norms: list[Norm] = []
        per_block = 3 if arm.skip == "gate" else 2
        self._count = (len(draws) - 2) // per_block
        self.stem = self._layer(draws[0], 0 if arm.order == "pre" else shape.width)
        self.blocks = [self._block(draws[i : i + per_block]) for i in range(2, len(draws), per_block)]
        self.readout = self._layer(draws[1], 0, is_trunk=False)
        self.end = self._norm(len(self.readout.weight)) if arm.order == "pre" and arm.batch_norm else None
        self.flat = _flattened(self.parameters)
        self.state = _flattened([part for norm in self._norms for part in (norm.mean, norm.variance)])
        for p in self.parameters:
            p.requires_grad_()

    # --- making --------------------------------------------------------------------------------------------------
    def _layer(self, draw: Draw, features: int | None, is_trunk: bool = True) -> Layer:
        """`features` of its norm, 0: it has none; None: those of its inputs."""
        weight, bias = draw.layer("he_normal" if self.arm.orthogonal and is_trunk else self.shape.initializer)
        if self.arm.orthogonal and is_trunk:
            weight, bias = _orthogonal(weight, self.shape.gain), torch.zeros_like(bias)
        if features is None:
            features = len(weight) // self.shape.positions
        if is_trunk and self.shape.side:
            weight = weight.mT.reshape(weight.shape[1], -1, KERNEL, KERNEL)
        weight = self._learned(weight)
        if self.arm.batch_norm and features:
            return Layer(weight, None, self._norm(features))
        return Layer(weight, self._learned(bias[0]), None)

    def _norm(self, features: int) -> Norm:
        norm = Norm(features)
        self._norms.append(norm)
        self.parameters += [norm.scale, norm.shift]
        return norm

    def _learned(self, start: Tensor) -> Tensor:
        start = start.clone(memory_format=torch.contiguous_format)
        self.parameters.append(start)
        return start

    def _block(self, draws: Sequence[Draw]) -> Block:
        arm, width = self.arm, self.shape.width
        first = self._layer(draws[0], None if arm.order == "pre" else width)
        second = self._layer(draws[1], width)
        gate = self._layer(draws[2], 0) if arm.skip == "gate" else None
        if gate and gate.bias is not None:
            gate.bias.fill_(GATE_BIAS)
        if arm.branch == "fixup":
            first.weight.mul_(self._count**-0.5)
        if self._starts_at_zero:
            (second.norm.scale if second.norm and arm.order == "post" else second.weight).zero_()
        return Block(first, second, gate, self._strength())

    @property
    def _starts_at_zero(self) -> bool:
        """Whether the last layer of every branch does."""
        return self.arm.branch == "fixup" or (self._is_as_set and self.shape.branch_scale == "zero")

    @property
    def _is_as_set(self) -> bool:
        return self.arm.skip == "add" and self.arm.branch == "as set"

    def _strength(self) -> Tensor | float:
        if self.arm.branch != "as set":
            return self._learned(torch.ones(1) if self.arm.branch == "fixup" else torch.zeros(1))
        return self._count**-0.5 if self._is_as_set and self.shape.branch_scale == "sqrt" else 1.0

    # --- computing -----------------------------------------------------------------------------------------------
    def logits(self, x: Tensor, mode: Mode, trace: Trace | None = None) -> Tensor:
        """Map samples (batch, features) to (batch, classes)."""
        return self.leave(self.enter(x, mode), mode, 0, trace)

    def enter(self, x: Tensor, mode: Mode) -> Tensor:
        """Through the stem: h₀, (batch, width) or (batch, width, side, side)."""
        if self.shape.side:
            x = x.view(-1, 1, self.shape.side, self.shape.side)
        z = self.stem.linear(x)
        return z if self.arm.order == "pre" else self.shape.f(self.stem.normed(z, mode))

    def leave(self, h: Tensor, mode: Mode, done: int, trace: Trace | None = None) -> Tensor:
        """From the output of block `done` (0: the stem) to the logits."""
        if trace:
            trace.outputs.append(h)
        for block in self.blocks[done:]:
            h = self.through(block, h, mode, trace)
            if trace:
                trace.outputs.append(h)
        if self.arm.order == "pre":
            h = self.shape.f(self.end(h, mode) if self.end else h)
        return self.readout.linear(h.mean((2, 3)) if self.shape.side else h)

    def through(self, block: Block, h: Tensor, mode: Mode, trace: Trace | None = None) -> Tensor:
        """One block."""
        v = self._branch(block, h, mode)
        skip = h
        if self.arm.skip == "none":
            return self.shape.f(v)
        if block.gate:
            gate = torch.sigmoid(block.gate.linear(h))
            skip, v = (1 - gate) * h, gate * self.shape.f(v)
        elif isinstance(block.strength, Tensor) or block.strength != 1.0:  # one that is learned may be at 1
            v = block.strength * v
        if trace:
            trace.skips.append(skip)
            trace.branches.append(v)
        if self.arm.skip == "concatenate":
            return torch.cat([h, v], 1)
        return self.shape.f(skip + v) if self.arm.skip == "add" and self.arm.order == "post" else skip + v

    def _branch(self, block: Block, h: Tensor, mode: Mode) -> Tensor:
        f, (first, second) = self.shape.f, block[:2]
        if self.arm.order == "pre":
            return second.linear(f(second.normed(first.linear(f(first.normed(h, mode))), mode)))
        return second.normed(second.linear(f(first.normed(first.linear(h), mode))), mode)

    def around(self, block: Block, h: Tensor) -> Tensor:
        """Leave a block out: h as it is, for concatenating networks with zeros where its features were."""
        if self.arm.skip != "concatenate":
            return h
        added = block.second.weight.shape[0 if self.shape.side else 1]
        return torch.cat([h, h.new_zeros(len(h), added, *h.shape[2:])], 1)

    @contextmanager
    def holding(self, flat: Tensor, state: Tensor) -> Iterator[None]:
        """For a while, be the network with these values of `flat` and `state`; leave no trace of what is done then."""
        kept = self.flat.clone(), self.state.clone()
        self.flat.copy_(flat)
        self.state.copy_(state)
        try:
            yield
        finally:
            self.flat.copy_(kept[0])
            self.state.copy_(kept[1])


def _flattened(tensors: Sequence[Tensor]) -> Tensor:
    """Move tensors into one, of which they become views."""
    flat = torch.cat([t.flatten() for t in tensors]) if tensors else torch.empty(0)
    for t, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        t.data = part.view(t.shape)
    return flat


def _orthogonal(normal: Tensor, gain: float) -> Tensor:
    """Orthonormal rows or columns (Saxe et al. 2014) from normally distributed weights (fan_in, fan_out)."""
    tall = normal if normal.shape[0] >= normal.shape[1] else normal.mT
    q, r = torch.linalg.qr(tall)
    basis: Tensor = gain * q * r.diagonal().sign()  # without the sign the draw is not uniform
    return basis if tall is normal else basis.mT


def orthogonal_gain(activation: str) -> float:
    """√2 for functions that pass about half of the mean square, as He's initializer has it, else 1."""
    return sqrt(2) if by_function(activation) == "he_normal" else 1.0

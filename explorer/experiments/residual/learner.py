"""A network in training: its optimizer, the gradient that its next step takes, and what is measured of both."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.core.i18n import _
from explorer.experiments.residual.network import Network, Trace
from explorer.nets.descent import Optimizer

Samples = tuple[Tensor, Tensor]
"""Inputs (batch, features) and labels (batch,)."""


class Profile(NamedTuple):
    """Numbers for the stem and every block, each (n_blocks + 1,)."""

    activation_gradient_norm: Tensor
    weight_gradient_norm: Tensor
    forward_rms: Tensor
    skip_share: Tensor


@dataclass
class Look:
    """One forward and backward pass on a batch, kept until somebody asks for more of it than the loss."""

    loss: float
    accuracy: float
    trace: Trace
    h: list[Tensor]
    """∂L/∂h of the stem's output and of every block's."""
    gradient: Tensor
    """∂L/∂ of all that is learned, flat."""


class Learner:
    """Looks at a batch, then steps with what it saw; stops for good where the loss is not finite."""

    def __init__(self, network: Network, optimizer: Optimizer) -> None:
        self.network, self.optimizer = network, optimizer
        self.is_alive = True
        self.fault = ""
        """What was not finite when it stopped."""
        self._before = network.flat.clone(), network.state.clone()
        self._profile: Profile | None = None
        self._total_norm: float | None = None

    def look(self, batch: Samples) -> None:
        """Compute loss and gradient on a batch; where the loss is not finite, go back to where it was."""
        trace = Trace()
        logits = self.network.logits(batch[0], "training", trace)
        loss = F.cross_entropy(logits, batch[1])
        value = loss.item()
        if value - value != 0.0:
            self._stop(trace)
            return
        found = torch.autograd.grad(loss, [*trace.outputs, *self.network.parameters], materialize_grads=True)
        n = len(trace.outputs)
        right = (logits.detach().max(1).indices == batch[1]).float().mean().item()
        self.last = Look(value, right, trace, list(found[:n]), torch.cat([g.flatten() for g in found[n:]]))
        self._profile = self._total_norm = None

    def _stop(self, trace: Trace) -> None:
        self.is_alive = False
        self.fault = self._first_not_finite(trace)
        flat, state = self._before
        self.network.flat.copy_(flat)
        self.network.state.copy_(state)
        if not hasattr(self, "last"):  # never finite
            zeros = [torch.full_like(h, torch.nan) for h in trace.outputs]
            self.last = Look(torch.nan, torch.nan, trace, zeros, torch.full_like(flat, torch.nan))

    def _first_not_finite(self, trace: Trace) -> str:
        gradients = self.last.h if hasattr(self, "last") else []
        for tensors, text in ((gradients, _("gradient of block {n}")), (trace.outputs, _("signal of block {n}"))):
            for n, t in enumerate(tensors):
                if not t.isfinite().all():
                    return text.format(n=n)
        return _("loss")

    @torch.no_grad()
    def step(self, clip: str, threshold: float) -> None:
        """Update with the gradient of the last look, clipped if so wanted."""
        network = self.network
        gradient = clipped(self.last.gradient, clip, threshold)
        self._before[0].copy_(network.flat)
        self._before[1].copy_(network.state)
        self.optimizer.step([network.flat], [gradient])

    @torch.no_grad()
    def validate(self, samples: Samples, without: int = 0) -> tuple[float, float]:
        """Loss and accuracy in evaluation mode, without one of the blocks (from 1) if so wanted."""
        network = self.network
        h = network.enter(samples[0], "evaluation")
        for i, block in enumerate(network.blocks, 1):
            h = network.around(block, h) if i == without else network.through(block, h, "evaluation")
        logits = network.leave(h, "evaluation", len(network.blocks))
        return F.cross_entropy(logits, samples[1]).item(), right_share(logits, samples[1])

    # --- measuring -----------------------------------------------------------------------------------------------
    def gradient_norms(self) -> Tensor:
        """‖∂L/∂h‖, (n_blocks + 1,)."""
        return torch.stack(torch._foreach_norm(self.last.h))

    @torch.no_grad()
    def profile(self) -> Profile:
        """Of the last look; computed once."""
        if self._profile is None:
            outputs = self.last.trace.outputs
            sizes = torch.tensor([h.numel() for h in outputs])
            norms = torch.stack(torch._foreach_norm([h.detach() for h in outputs]))
            self._profile = Profile(
                self.gradient_norms(), self._weight_norms(), norms / sizes.sqrt(), _skip_share(self.last.trace)
            )
        return self._profile

    def _weight_norms(self) -> Tensor:
        network = self.network
        owners = [[network.stem.weight], *(block.weights for block in network.blocks)]
        sizes = [p.numel() for p in network.parameters]
        of = {id(p): g for p, g in zip(network.parameters, self.last.gradient.split(sizes), strict=True)}
        norms = iter(torch.stack(torch._foreach_norm([of[id(w)] for weights in owners for w in weights])).tolist())
        rows = [[next(norms) for _w in weights] for weights in owners]
        return torch.tensor([sum(n * n for n in row) ** 0.5 for row in rows])


def clipped(gradient: Tensor, clip: str, threshold: float) -> Tensor:
    """Return the gradient itself, or a shorter one of at most this norm, or one cut at ± threshold.

    As `nn.utils.clip_grad_norm_` and `clip_grad_value_` do it, the 1e-6 included.
    """
    if clip == "value":
        return gradient.clamp(-threshold, threshold)
    share = threshold / (gradient.norm() + 1e-6) if clip == "norm" else torch.ones(())
    return gradient * share if share < 1 else gradient


def right_share(logits: Tensor, labels: Tensor) -> float:
    """Share of right answers, 0 to 1."""
    return (logits.max(1).indices == labels).float().mean().item()


def _skip_share(trace: Trace) -> Tensor:
    """‖skip‖² / (‖skip‖² + ‖branch‖²), 0 for the stem and for networks without skips."""
    if not trace.skips:
        return torch.zeros(len(trace.outputs))
    skip, branch = (
        torch.stack(torch._foreach_norm([t.detach() for t in part])).double().square()
        for part in (trace.skips, trace.branches)
    )
    return torch.cat([torch.zeros(1), (skip / (skip + branch)).nan_to_num(0.0).float()])

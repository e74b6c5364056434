"""What takes longer than a frame may: measured piece by piece of a network as it was at one step.

Removal (Veit et al. 2016): accuracy without one block. Jacobians: Jₗ = ∂hₗ/∂hₗ₋₁ for one sample, and the products
J_L … Jₗ₊₁. Shattering (Balduzzi et al. 2017): how alike the gradients of inputs are that are near each other.
"""

from collections.abc import Iterator
from math import inf, isfinite, log10

import torch
from torch import Tensor

from explorer.experiments.residual.learner import Samples, right_share
from explorer.experiments.residual.network import Block, Network, Trace

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
PROBES = 64
"""Rows of a Jacobian that are computed at most: all of a small one, random orthonormal combinations of a large one."""
SAMPLES = 4
"""Of the batch, whose Jacobians are computed."""
BASES = 16
"""Inputs on a circle whose neighbours are compared with them."""
ANGLES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 90.0)
"""How far the neighbours are, in degrees."""


def removal(network: Network, samples: Samples) -> Iterator[float]:
    """Accuracy with all blocks, then without block 1, without block 2, …"""
    inputs, labels = samples
    with torch.no_grad():
        trace = Trace()
        logits = network.logits(inputs, "evaluation", trace)
    yield right_share(logits, labels)
    for i, block in enumerate(network.blocks):
        with torch.no_grad():
            logits = network.leave(network.around(block, trace.outputs[i]), "evaluation", i + 1)
        yield right_share(logits, labels)


def quantiles(gradients: list[Tensor], most: int = 2**14) -> Tensor:
    """Quantiles of |g| for each of the tensors, of about so many numbers evenly out of it, (n, 5)."""
    parts = [g.abs().flatten()[:: max(g.numel() // most, 1)] for g in gradients]
    return torch.stack([part.quantile(torch.tensor(QUANTILES, dtype=part.dtype)) for part in parts])


def jacobians(network: Network, batch: Samples) -> tuple[Tensor, Tensor]:
    """log₁₀ of ‖Jₗ‖/√n of every block, nan first, and of the products from the last block back, 0 last; (n + 1,) each.

    Root mean square over the first samples, with the statistics of their batch held: by so much a random gradient
    grows on its way back.
    """
    trace = Trace()
    with torch.no_grad():
        network.logits(batch[0], "training", trace)
    gains, products = [], [0.0]
    reach = _directions(trace.outputs[-1])
    for block, h, out in zip(network.blocks[::-1], trace.outputs[-2::-1], trace.outputs[:0:-1], strict=True):
        gains.append(_log_gain(_back(network, block, h, _directions(out))))
        reach = _back(network, block, h, reach)
        step = _log_gain(reach)
        products.append(products[-1] + step)
        if isfinite(step):
            reach = reach / 10**step  # the product itself would leave the floats
    return torch.tensor([float("nan"), *gains[::-1]]), torch.tensor(products[::-1])


def _back(network: Network, block: Block, h: Tensor, rows: Tensor) -> Tensor:
    """Gradients at the output of a block, (samples · k, n), become gradients at its input, for each sample alone."""
    copies = h[:SAMPLES].repeat_interleave(len(rows) // len(h[:SAMPLES]), 0).requires_grad_()
    y = network.through(block, copies, "held").flatten(1)
    # of a sum: grad_outputs would import the compiler's symbols first, a third of a second
    (found,) = torch.autograd.grad((y * rows).sum(), copies)
    return found.flatten(1)


def _directions(out: Tensor) -> Tensor:
    """Orthonormal rows for each sample: all n of its numbers, or PROBES random ones; (samples · k, n)."""
    n, samples = out[0].numel(), len(out[:SAMPLES])
    if n <= PROBES:
        return torch.eye(n, dtype=out.dtype).repeat(samples, 1)
    random = torch.randn(n, PROBES, generator=torch.Generator().manual_seed(0), dtype=out.dtype)
    basis: Tensor = torch.linalg.qr(random)[0]
    return basis.mT.repeat(samples, 1)


def _log_gain(rows: Tensor) -> float:
    """log₁₀ of the root mean square norm of rows that had norm 1 before."""
    gain = rows.double().square().sum(1).mean().sqrt().item()
    return log10(gain) if gain > 0 else -inf


def correlation(network: Network, inputs: Tensor) -> Tensor:
    """Mean cosine of the input gradients of the first logit between bases and neighbours, by angle, (n_angles,).

    `inputs` as `neighbourhood` returns them; they are one batch for the norms.
    """
    x = inputs.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network.logits(x, "training")[:, 0].sum(), x)
    unit = torch.nn.functional.normalize(gradient.double(), dim=1, eps=1e-300).view(-1, BASES, x.shape[1])
    return (unit[:1] * unit[1:]).sum(2).mean(1)


def neighbourhood(a: Tensor, b: Tensor) -> Tensor:
    """Points cos t · a + sin t · b: all bases, then all neighbours at the first angle, …, (…, features)."""
    angles = torch.tensor([0.0, *ANGLES])[:, None]
    t = (torch.pi / 180 * (angles + 360 / BASES * torch.arange(BASES))).reshape(-1, 1)
    return torch.cos(t) * a + torch.sin(t) * b

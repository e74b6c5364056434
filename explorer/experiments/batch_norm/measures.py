"""What is measured of an arm. Nothing here moves a parameter or a running statistic."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.experiments.batch_norm.network import EVAL, Mode, Networks, Trace, moved
from explorer.experiments.batch_norm.training import Arm, Batch, Look
from explorer.nets.data import Dataset
from explorer.nets.stack import accuracies, losses

Floats = NDArray[np.float32]
CRITICAL = 9.21
"""99 % quantile of χ² with 2 degrees of freedom."""
LENGTHS = (0.5, 1.0, 2.0, 4.0)
"""Lengths of the trial steps along the gradient, in units of lr."""


@dataclass(frozen=True)
class Layers:
    """Of the first seed of an arm, on one batch."""

    mean: Floats
    """Of the outputs of each hidden layer, (n_layers,)."""
    std: Floats
    gradient_norm: Floats
    """‖∂L/∂W‖ of each layer, the read-out last, (n_layers + 1,)."""


@dataclass(frozen=True)
class Channel:
    """One unit of one layer, step by step through batch norm."""

    input: Floats
    normalized: Floats
    output: Floats
    mean: float
    var: float
    running_mean: float
    running_var: float
    gamma: float
    beta: float


def std_mean(values: Tensor, correction: int = 0) -> tuple[Tensor, Tensor]:
    """Standard deviation and mean over axis 1, in a sixth of torch.std_mean's time: that takes number by number.

    In double precision on the way, as there: squares of what is about to overflow would be infinite.
    """
    exact = values.double()
    mean = exact.mean(1, keepdim=True)
    var = (exact - mean).square_().sum(1) / (values.shape[1] - correction)
    return var.sqrt().to(values.dtype), mean.squeeze(1).to(values.dtype)


@torch.no_grad()
def layers(network: Networks, look: Look) -> Layers:
    """Sizes of signal and gradient in a single network."""
    std, mean = std_mean(torch.stack(look.trace.outputs).flatten(1), correction=1)
    norms = torch.stack(torch._foreach_norm(look.gradients[: len(network.weights)]))
    return Layers(mean.numpy(), std.numpy(), norms.numpy())


@torch.no_grad()
def nonnormal_share(network: Networks, look: Look) -> Floats:
    """Share of the units whose values over the batch are not normally distributed; nan for other arms, (n_layers,)."""
    if not network.design.over_batch:
        return np.full(network.design.depth, np.nan, np.float32)
    return (jarque_bera(torch.stack(look.trace.inputs)) > CRITICAL).float().mean(1).numpy()


def jarque_bera(values: Tensor) -> Tensor:
    """n/6 (skewness² + (kurtosis − 3)²/4) over n samples, about χ² with 2 degrees: (…, n, units) → (…, units)."""
    centred = values - values.mean(-2, keepdim=True)
    squares = centred.square()
    var = squares.mean(-2)
    skewness, kurtosis = (centred * squares).mean(-2) / var.pow(1.5), squares.square().mean(-2) / var.square()
    return values.shape[-2] / 6 * (skewness.square() + (kurtosis - 3).square() / 4)


@torch.no_grad()
def channel(network: Networks, values: Tensor, layer: int, unit: int) -> Channel:
    """Take the four steps with the values (batch, width) that go into the normalisation of a layer (from 0)."""
    x = values[:, unit].clone()
    var, mean = torch.var_mean(x, correction=0)
    normalized = (x - mean) * torch.rsqrt(var + network.design.eps)
    gamma, beta, running = 1.0, 0.0, (float("nan"), float("nan"))
    if network.design.over_batch:
        running = float(network.running[layer][unit]), float(network.running[len(network.design.sites) + layer][unit])
        if network.scales:
            gamma, beta = float(network.scales[layer][unit]), float(network.shifts[layer][unit])
    output = gamma * normalized + beta
    return Channel(x.numpy(), normalized.numpy(), output.numpy(), float(mean), float(var), *running, gamma, beta)


@torch.no_grad()
def validation(arm: Arm, batch: Batch, look: Look, data: Dataset) -> Floats:
    """Loss and accuracy of the batch in eval mode, of the validation set in train and in eval mode, (6, n_seeds)."""
    single = arm.n_seeds == 1
    inputs = data.test_inputs if single else data.test_inputs.expand(arm.n_seeds, -1, -1)
    labels = data.test_labels
    evaluated = arm.networks.logits(inputs, EVAL)
    rows = [_of(evaluated, labels)]
    if arm.design.over_batch:
        size = min(batch.labels.shape[1], len(labels))
        whole = len(labels) // size * size
        trained = arm.networks.logits(dealt(inputs[..., :whole, :], size, -2), Mode(size))
        rows = [
            _of(arm.networks.logits(batch.inputs, EVAL), batch.labels),
            _of(trained, dealt(labels[:whole], size, -1)),
            *rows,
        ]
    else:
        rows = [_of(look.logits, batch.labels), rows[0], rows[0]]
    return torch.cat(rows).numpy()


def dealt(samples: Tensor, size: int, axis: int) -> Tensor:
    """Batches of so many samples, one after another along an axis, as `Mode` wants them: the first of each first."""
    found: Tensor = samples.unflatten(axis, (-1, size)).transpose(axis - 1, axis).flatten(axis - 1, axis)
    return found


def _of(logits: Tensor, labels: Tensor) -> Tensor:
    """Loss and accuracy, (2, n_seeds)."""
    return torch.stack([losses(logits, labels), accuracies(logits, labels)])


@torch.no_grad()
def drift(before: Networks, batch: Batch, mode: Mode, look: Look) -> tuple[float, float]:
    """How far an update moved the outputs of the hidden layers on a batch: mean over layers, and the last.

    Per unit the distance of two normal distributions (2-Wasserstein), √(Δμ² + Δσ²); root mean squares over units.
    `before` is the network before the update, `mode` how it looked at its batch, `look` what is there now.
    """
    trace = Trace()
    before.logits(batch.inputs, mode, trace)
    std, mean = std_mean(torch.stack(look.trace.outputs))
    std_before, mean_before = std_mean(torch.stack(trace.outputs))
    distance = ((mean - mean_before).square() + (std - std_before).square()).mean(1).sqrt()
    each = distance / std.square().mean(1).sqrt().clamp_min(1e-12)
    return float(each.mean()), float(each[-1])


def smoothness(network: Networks, batch: Batch, mode: Mode, look: Look, lr: float) -> tuple[float, float, float]:
    """Take trial steps along the gradient: lowest and highest loss, and the largest relative change of the gradient.

    The probe of Santurkar et al. 2018, with batch statistics; the running ones stay as they are.
    """
    networks = moved(network, look.gradients, lr * torch.tensor(LENGTHS))
    inputs = batch.inputs.expand(len(LENGTHS), -1, -1)
    values = losses(networks.logits(inputs, mode), batch.labels)
    there = torch.autograd.grad(values.sum(), networks.parameters, materialize_grads=True)
    here = torch.cat([g.flatten() for g in look.gradients])
    change = torch.linalg.vector_norm(torch.cat([g.flatten(1) for g in there], 1) - here, dim=1)
    along = values.tolist()
    return min(along), max(along), float((change / torch.linalg.vector_norm(here)).max())


@torch.no_grad()
def by_layer(network: Networks, look: Look) -> Floats:
    """Mean and std of the outputs of each hidden layer, quantiles (5, 50, 95 %) of its γ and its β, (n_layers, 8)."""
    std, mean = std_mean(torch.stack(look.trace.outputs).flatten(1), correction=1)
    found = torch.full((len(mean), 8), torch.nan)
    found[:, 0], found[:, 1] = mean, std
    for first, values in ((2, network.scales), (5, network.shifts)):
        if values:
            units = torch.stack(values[: len(mean)])
            found[:, first : first + 3] = torch.quantile(units, torch.tensor([0.05, 0.5, 0.95]), dim=1).T
    return found.numpy()

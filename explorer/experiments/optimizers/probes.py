"""Measurements for claims that no frame holds: the fair race, and gradient descent on few samples or many."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.experiments.optimizers.grounds import GROUNDS
from explorer.experiments.optimizers.spec import Hyperparams, start_of
from explorer.experiments.optimizers.sweep import RATES, Sweep
from explorer.nets.data import Dataset, load
from explorer.nets.surfaces import known_minima, surface

SAMPLES = 4 * 1397
"""Four times through the training data."""
TARGET = 0.3
"""Loss, in nats, to which the samples are counted."""


def tuned(hp: Hyperparams) -> dict[str, float]:
    """Median excess loss over the seeds with the best of the rates, and that rate, for each optimizer."""
    f, ground = surface(hp.surface, hp.condition, hp.rotation), GROUNDS[hp.surface]
    diagonal = math.hypot(ground.x[1] - ground.x[0], ground.y[1] - ground.y[0])
    sweep = Sweep(hp, f, torch.tensor(start_of(hp.start), dtype=torch.float64), diagonal)
    sweep.advance(hp.race_steps)
    lowest = float(f(*known_minima(hp.surface).T).min())
    median = np.median(sweep.loss() - lowest, axis=-1)
    best = median.argmin(1)
    found = {name: float(median[i, best[i]]) for i, name in enumerate(hp.optimizers)}
    return found | {f"{name}.lr": float(RATES[best[i]]) for i, name in enumerate(hp.optimizers)}


def samples(hp: Hyperparams) -> dict[str, float]:
    """Softmax regression on digits by plain SGD, with one sample per step and with all, each at the best of four rates.

    Samples until the loss over all training data is below the target, and how often that loss rises late.
    """
    data = load("digits")
    found: dict[str, float] = {}
    for name, size, rates in (("one", 1, (0.003, 0.01, 0.03, 0.1)), ("all", 1397, (0.1, 0.3, 1.0, 3.0))):
        losses, seen = _descend(data, size, torch.tensor(rates), hp.seed, SAMPLES if size == 1 else 30 * SAMPLES)
        needed = [float(seen[(row < TARGET).argmax()]) if (row < TARGET).any() else math.inf for row in losses.T]
        best = int(np.argmin(needed))
        found |= {f"{name}.samples": needed[best], f"{name}.wander": _wander(losses[:, best])}
    return found


def _descend(data: Dataset, size: int, rates: Tensor, seed: int, budget: int) -> tuple[np.ndarray, np.ndarray]:
    """Loss over all training data now and then, (n, n_rates), and the samples seen by then, (n,)."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.zeros(len(rates), data.inputs.shape[1] + 1, data.n_classes)
    inputs = F.pad(data.inputs, (0, 1), value=1.0)
    onehot = F.one_hot(data.labels, data.n_classes).float()
    losses, seen, every = [], [], max(budget // size // 100, 1)
    for step in range(budget // size):
        if step % every == 0:
            losses.append(_loss(inputs @ weights, data.labels))
            seen.append(step * size)
        rows = slice(None) if size == len(inputs) else torch.randint(len(inputs), (size,), generator=generator)
        error = torch.softmax(inputs[rows] @ weights, -1) - onehot[rows]  # (n_rates, size, classes)
        weights -= rates[:, None, None] * (inputs[rows].T @ error) / size
    return torch.stack(losses).numpy(), np.array(seen)


def _loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Mean cross-entropy of each rate, (n_rates,)."""
    return -torch.log_softmax(logits, -1)[:, torch.arange(len(labels)), labels].mean(1)


def _wander(losses: np.ndarray) -> float:
    """How often the loss over all data rose, in the last half."""
    late = losses[len(losses) // 2 :]
    return float((np.diff(late) > 0).mean())

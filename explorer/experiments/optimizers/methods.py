"""From hyperparams to optimizers, and the schedule of their learning rates."""

import math
from dataclasses import asdict
from typing import Any

from explorer.experiments.optimizers.settings import betas_of, etas_of, step_sizes_of
from explorer.experiments.optimizers.spec import Hyperparams
from explorer.nets.descent import Optimizer
from explorer.nets.optimizers import optimizer

_READ = {"betas": betas_of, "etas": etas_of, "step_sizes": step_sizes_of}


def made(name: str, hyperparams: Hyperparams) -> Optimizer:
    """Return the optimizer with its own hyperparams."""
    own: dict[str, Any] = {}
    for key, value in asdict(getattr(hyperparams, name)).items():
        own[key] = _READ[key](value) if key in _READ else value
    return optimizer(name, **own)


def factor(hyperparams: Hyperparams, step: int) -> float:
    """Schedule: what every learning rate is multiplied by at this step (from 0)."""
    over, gamma = hyperparams.schedule_steps, hyperparams.schedule_gamma
    match hyperparams.schedule:
        case "step":
            return gamma ** (step // over)
        case "exponential":
            return gamma**step
        case "cosine":
            return 0.5 * (1 + math.cos(math.pi * min(step / over, 1.0)))
        case "warmup":
            return min((step + 1) / over, 1.0)
    return 1.0


def rate_of(own: Optimizer, start: int) -> tuple[float, float]:
    """Effective learning rate of one start along x and y."""
    lr = float(own.lr)
    if not own.steps:
        return math.nan, math.nan
    if not own.spreads:
        return lr, lr
    along_x, along_y = own.spreads[0][start].tolist()
    return lr / along_x if along_x else math.inf, lr / along_y if along_y else math.inf

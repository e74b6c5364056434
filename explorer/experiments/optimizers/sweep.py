"""The fair race: every optimizer with every learning rate of a log sweep, the same starts, noise and number of steps.

All of it advances together: points (n_optimizers, n_rates · n_seeds, 2), a learning rate per trajectory.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.experiments.optimizers.methods import factor, made
from explorer.experiments.optimizers.spec import Hyperparams
from explorer.nets.surfaces import Surface, with_gradient

RATES: NDArray[np.float64] = np.geomspace(1e-4, 1e2, 31)
SEEDS = 8
"""Starts per rate: the start itself and others near it."""
JITTER = 0.02
"""Standard deviation of the others about the start, as a share of the picture's diagonal."""


class Sweep:
    """As many steps as the race has, some at a time."""

    def __init__(self, hyperparams: Hyperparams, f: Surface, start: Tensor, diagonal: float) -> None:
        self._hp, self._f = hyperparams, f
        self._generator = torch.Generator().manual_seed(hyperparams.seed)
        away = torch.randn(SEEDS, 2, dtype=torch.float64, generator=self._generator)
        away[0] = 0.0
        starts = start + JITTER * diagonal * away
        self._rates = torch.from_numpy(RATES).repeat_interleave(SEEDS)[:, None]  # (n_rates · n_seeds, 1)
        self._points = starts.repeat(len(hyperparams.optimizers), len(RATES), 1)
        self._optimizers = [made(name, hyperparams) for name in hyperparams.optimizers]
        self._loss, self._gradient = with_gradient(f, self._points)
        self.steps = 0

    @property
    def share(self) -> float:
        """Of the steps, done."""
        return self.steps / self._hp.race_steps

    def advance(self, steps: int) -> None:
        """Take some more steps, no more than are left."""
        for _step in range(min(steps, self._hp.race_steps - self.steps)):
            scale = factor(self._hp, self.steps)
            with torch.no_grad():
                gradient = self._gradient + self._noise() if self._hp.noise else self._gradient
                for own, points, slope in zip(self._optimizers, self._points, gradient, strict=True):
                    own.lr = self._rates * scale
                    own.step([points], [slope])
            self._loss, self._gradient = with_gradient(self._f, self._points)
            self.steps += 1

    def _noise(self) -> Tensor:
        """Alike for all optimizers and rates, (n_rates · n_seeds, 2)."""
        noise = torch.randn(SEEDS, 2, dtype=torch.float64, generator=self._generator)
        return self._hp.noise * noise.repeat(len(RATES), 1)

    def loss(self) -> NDArray[np.float64]:
        """Present loss, inf where it is not finite, (n_optimizers, n_rates, n_seeds)."""
        loss = self._loss.numpy().reshape(len(self._optimizers), len(RATES), SEEDS)
        return np.where(np.isfinite(loss), loss, np.inf)

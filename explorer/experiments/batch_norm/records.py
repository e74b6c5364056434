"""What is remembered of all arms: the loss of every step, and now and then a survey of what is costly."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.history import History

Floats = NDArray[np.float32]
PER_OCTAVE = 8
LONGEST_INTERVAL = 128
METRICS = (
    "train_loss_eval",
    "train_accuracy_eval",
    "val_loss",
    "val_accuracy",
    "val_loss_eval",
    "val_accuracy_eval",
)
WORST = np.array([np.inf, -np.inf] * 3)[:, None]
"""What counts for a seed that overflowed, by metric."""
SINGLE = (
    "val_accuracy_eval_low",
    "val_accuracy_eval_high",
    "loss_along_low",
    "loss_along_high",
    "gradient_change",
    "drift",
    "drift_last_layer",
)
BY_LAYER = 8
"""Numbers per layer: mean, std, three quantiles each of γ and β."""


def is_surveyed(step: int) -> bool:
    """Whether what is costly is measured in this step (from 1): always at first, eight times in every doubling."""
    done = step - 1
    interval = 1 << max((done // PER_OCTAVE).bit_length() - 1, 0)
    return done % min(interval, LONGEST_INTERVAL) == 0


@dataclass(frozen=True)
class Survey:
    """What is costly, of one arm."""

    metrics: Floats
    """In the order of `METRICS`, (6, n_seeds); nan for seeds that overflowed."""
    first: Sequence[float] = (math.nan,) * 5
    """Of the first seed: lowest and highest loss along the gradient, its largest change there, drift (mean, last)."""
    by_layer: Floats | None = None
    """Of the first seed, (n_layers, 8), see `BY_LAYER`."""

    def row(self, n_layers: int) -> Floats:
        """All of it as one row."""
        accuracy = self.metrics[-1]
        single = [_extreme(np.nanmin, accuracy), _extreme(np.nanmax, accuracy), *self.first]
        by_layer = np.full(BY_LAYER * n_layers, np.nan) if self.by_layer is None else self.by_layer.ravel()
        return np.concatenate([middle(self.metrics, WORST), single, by_layer]).astype(np.float32)


def middle(values: Floats, worst: Any) -> Floats:
    """Median over seeds (the last axis), one that overflowed (nan) being `worst`; nan where most have."""
    found: Floats = np.median(np.where(np.isfinite(values), values, worst), axis=-1)
    return np.where(np.isfinite(found), found, np.nan)


def _extreme(of: Any, values: Floats) -> float:
    return float(of(values)) if np.isfinite(values).any() else math.nan


class Records:
    """Histories of `n_arms` arms of `depth` hidden layers."""

    def __init__(self, n_arms: int, depth: int) -> None:
        self._depth = depth
        self._shape = n_arms, len(METRICS) + len(SINGLE) + BY_LAYER * depth
        self._steps = History(4 * n_arms)
        self._surveys = History(n_arms * self._shape[1])

    def wants(self, step: int) -> bool:
        return self._steps.wants(step)

    def add(self, step: int, values: Floats) -> None:
        """Record losses and accuracies of a step, (n_arms, 2, n_seeds), nan where overflowed."""
        loss, right = values[:, 0], values[:, 1]
        if values.shape[2] == 1:
            row = np.concatenate([loss, right, loss, loss], axis=1)
        else:
            low, high = ([_extreme(of, v) for v in loss] for of in (np.nanmin, np.nanmax))
            row = np.stack([middle(loss, np.inf), middle(right, -np.inf), low, high], axis=1)
        self._steps.add(step, row.ravel())

    def survey(self, step: int, surveys: Sequence[Survey | None]) -> None:
        """Record a survey of every arm; None where it has overflowed."""
        nothing = np.full(self._shape[1], np.nan, np.float32)
        self._surveys.add(step, np.concatenate([nothing if s is None else s.row(self._depth) for s in surveys]))

    def fields(self, layer: int) -> dict[str, Any]:
        """Fields of the frame; those of one layer of this one (from 0)."""
        steps, surveyed = self._steps.steps, self._surveys.steps
        each = self._steps.rows.reshape(len(steps), self._shape[0], 4).transpose(2, 1, 0)
        rows = self._surveys.rows.reshape(len(surveyed), *self._shape).transpose(2, 1, 0)
        last = np.searchsorted(surveyed, steps, side="right") - 1
        metrics, single = np.split(rows[: len(METRICS) + len(SINGLE)], [len(METRICS)])
        of_layer = rows[len(METRICS) + len(SINGLE) + BY_LAYER * layer :][:BY_LAYER]
        names = ("train_loss", "train_accuracy", "train_loss_low", "train_loss_high")
        return {
            "history_step": steps,
            "survey_step": surveyed,
            **dict(zip(names, each, strict=True)),
            **{name: row[:, last] for name, row in zip(METRICS, metrics, strict=True)},
            **dict(zip(SINGLE, single, strict=True)),
            "signal_mean": of_layer[0],
            "signal_std": of_layer[1],
            "gamma_quantiles": of_layer[2:5].transpose(1, 0, 2),
            "beta_quantiles": of_layer[5:8].transpose(1, 0, 2),
        }

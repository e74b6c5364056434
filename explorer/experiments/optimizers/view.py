"""A frame and how it is looked at: what headline and panels need of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ALL_OPTIMIZERS, choice
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import linear_limits, smoothed
from explorer.core.wording import number
from explorer.experiments.optimizers.spec import Frame, Hyperparams, ViewOptions

Array = NDArray[np.float64]
STILL = 1e-3
"""Share of the picture's diagonal; who stayed within it of late has settled."""
SMOOTHING = 20
"""Steps over which the loss of batches is averaged."""
BANDS = 3
"""Of so many optimizers the middle half of the starts is shown."""
LATE = 0.1
"""Share of all steps that counts as of late."""


def role_of(c: Choice) -> Role:
    assert c.role is not None
    return c.role


@dataclass(frozen=True)
class View:
    """Arrays have the optimizers first, then the starts."""

    frame: Frame
    options: ViewOptions

    @property
    def hp(self) -> Hyperparams:
        return self.frame.hyperparams

    @cached_property
    def optimizers(self) -> list[Choice]:
        return [choice(ALL_OPTIMIZERS, name) for name in self.frame.optimizers]

    @property
    def n_starts(self) -> int:
        return int(self.frame.path.shape[1])

    @property
    def is_network(self) -> bool:
        return self.hp.surface == "network"

    @property
    def reference(self) -> int:
        return self.frame.reference

    @property
    def steps(self) -> NDArray[np.int64]:
        return self.frame.path_step

    @property
    def path(self) -> Array:
        return self.frame.path

    @cached_property
    def loss(self) -> Array:
        """Of a network smoothed: every batch is another."""
        if not self.is_network:
            return self.frame.loss
        stride = float(self.steps[1] - self.steps[0]) if len(self.steps) > 1 else 1.0
        return smoothed(self.frame.loss, SMOOTHING / stride)

    @property
    def distance(self) -> Array:
        return self.frame.distance

    @property
    def curve_steps(self) -> NDArray[np.int64]:
        return self.frame.curve_step

    @property
    def loss_curves(self) -> Array:
        """Of one start its loss, of several the median or the quartiles: (n_optimizers, 1 or 3, m + 1)."""
        return self.loss if self.n_starts == 1 else self.frame.loss_quartiles[:, self._quartiles]

    @property
    def distance_curves(self) -> Array:
        """Of one start its distance, of several the median or the quartiles: (n_optimizers, 1 or 3, m + 1)."""
        return self.frame.distance if self.n_starts == 1 else self.frame.distance_quartiles[:, self._quartiles]

    @cached_property
    def excess(self) -> Array:
        """Loss above the lowest, (n_optimizers, n_starts, n + 1)."""
        return self.loss - self.frame.lowest

    @cached_property
    def excess_is_positive(self) -> bool:
        """Whether the lowest is the lowest, up to rounding; of an unbounded expression it is not."""
        lowest = np.nanmin(self.loss_curves, initial=self.frame.lowest)
        return bool(lowest - self.frame.lowest > -1e-9 * (1 + abs(self.frame.lowest)))

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Of the reference start, (n_optimizers, m + 1)."""
        lost = self.frame.diverged_at[:, self.reference, None]
        return (lost < 0) | (self.curve_steps < lost)

    @cached_property
    def diagonal(self) -> float:
        x, y = self.frame.surface_x, self.frame.surface_y
        return float(np.hypot(x[-1] - x[0], y[-1] - y[0]))

    @cached_property
    def final_loss(self) -> Array:
        """Present loss, of several starts the median (an overflow counts as infinite), (n_optimizers,)."""
        last = self.loss[..., -1]
        in_order = np.sort(np.where(np.isfinite(last), last, np.inf), axis=1)  # of numbers, faster than np.median
        n = self.n_starts
        return 0.5 * in_order[:, (n - 1) // 2] + 0.5 * in_order[:, n // 2]

    @cached_property
    def linear_limits(self) -> tuple[float, float]:
        """Of the loss: no higher than twice the start."""
        curves = self.loss_curves
        first = float(np.nanmax(curves[..., 0]))
        top = max(first, first + (first - self.frame.lowest))
        return linear_limits(np.append(curves[curves <= top], self.frame.lowest), (0, 1))

    @cached_property
    def shares(self) -> tuple[Array, Array, Array]:
        """Of the starts: at a minimum, at one of the lowest, overflowed; (n_optimizers,) each."""
        at = self.frame.reached
        low = self.frame.minimum_loss <= self.frame.lowest + 1e-6 * (1 + abs(self.frame.lowest))
        return (at >= 0).mean(1), np.append(low, False)[at].mean(1), (self.frame.diverged_at >= 0).mean(1)

    @property
    def race_rows(self) -> float:
        """Height of the race in rows of the figure: a third, more where many take part."""
        return 1 + min(0.1 * max(len(self.optimizers) - 7, 0), 0.6)

    @property
    def shows_half(self) -> bool:
        """Whether curves of several starts show their middle half; of many optimizers bands would hide each other."""
        return self.n_starts > 1 and len(self.optimizers) <= BANDS

    @property
    def _quartiles(self) -> slice:
        """Which of the three are shown."""
        return slice(None) if self.shows_half else slice(1, 2)

    @property
    def told_of(self) -> str:
        """What the curves tell of where there are several starts."""
        if self.n_starts == 1:
            return ""
        some = _("{n} of the starts").format(n=self.frame.quartiles_of)
        starts = some if self.n_starts > self.frame.quartiles_of else _("the starts")
        text = _(": median and middle half of {starts}") if self.shows_half else _(": median of {starts}")
        return text.format(starts=starts)

    @cached_property
    def race_loss(self) -> Array:
        """Middle half and median over the seeds of the fair race, (3, n_optimizers, n_rates)."""
        found: Array = np.quantile(self.frame.race_loss, (0.25, 0.5, 0.75), axis=-1, method="nearest")
        return found

    @cached_property
    def best_rates(self) -> list[float]:
        """Learning rate with the lowest median loss of the fair race, for each optimizer."""
        return [float(self.frame.race_lr[row.argmin()]) for row in self.race_loss[1]]

    @property
    def threshold(self) -> float:
        """Excess loss that counts as arrived. One digit: of such a number the first step is among those of a glance."""
        return float(f"{self.options.threshold:.0e}")

    @property
    def level_text(self) -> str:
        """Loss at the threshold."""
        return f"{self.frame.lowest + self.threshold:.6g}".replace("-", "−")

    @cached_property
    def hits(self) -> list[int]:
        """Step at which the excess loss of the reference is below the threshold for the first time, −1 = not yet."""
        below = self.excess[:, self.reference] < self.threshold
        return [int(self.steps[row.argmax()]) if row.any() else -1 for row in below]

    def state(self, i: int) -> str:
        """Of the reference start."""
        path = self.path[i, self.reference]
        of_late = self.steps >= (1 - LATE) * self.steps[-1]
        still = np.hypot(*(path[of_late] - path[-1]).T).max() < STILL * self.diagonal
        if self.excess[i, self.reference, -1] > 2 * self.excess[i, self.reference, 0]:
            return _("rising")
        return _("settled") if still and self.steps[-1] >= 20 else _("moving")

    def each(self, values: Sequence[float] | Array) -> str:
        return ", ".join(f"{c.label} {number(float(v))}" for c, v in zip(self.optimizers, values, strict=True))

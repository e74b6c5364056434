"""A frame and how it is looked at: what several panels need."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.figure import Axis, Cross, Label, Line, Mark, Points, Values
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import below_the_top, log_limits, rounded_up, smoothed
from explorer.core.wording import listed, number
from explorer.experiments.batch_norm.frame import Frame
from explorer.experiments.batch_norm.spec import ARMS, ViewOptions
from explorer.experiments.batch_norm.unit import Unit

SURVEYS = 5.0
BEYOND = 3.0
"""What overflowed may widen a log axis by so much; beyond that it leaves the panel."""


@dataclass(frozen=True)
class View:
    """A frame with its view options."""

    frame: Frame
    options: ViewOptions

    @cached_property
    def arms(self) -> list[Choice]:
        return [choice(ARMS, name) for name in self.frame.arms]

    @cached_property
    def unit(self) -> Unit:
        return Unit(self.frame)

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        return self.smooth(self.frame.train_loss)

    @property
    def has_band(self) -> bool:
        """Whether there are several seeds."""
        return len(self.frame.overflow_step[0]) > 1

    @cached_property
    def is_alive(self) -> NDArray[np.bool_]:
        """Arms whose first seed has not overflowed, (n_arms,)."""
        alive: NDArray[np.bool_] = self.frame.overflow_step[:, 0] < 0
        return alive

    def smooth(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        steps = self.frame.history_step
        stride = float(steps[1] - steps[0]) if len(steps) > 1 else 1.0
        return smoothed(values, self.options.smoothing / stride)

    def surveyed(self, values: NDArray[np.floating]) -> tuple[Values, NDArray[np.floating]]:
        """Steps and those columns of a history at which it was measured."""
        return self.frame.history_step[self._measured], values[:, self._measured]

    @cached_property
    def _measured(self) -> NDArray[np.bool_]:
        return np.isin(self.frame.history_step, self.frame.survey_step)

    def lines(self, x: Values, rows: NDArray[np.floating], points: bool = False) -> Iterator[Mark]:
        """One curve per arm; with discs where every x is a layer."""
        for arm, row in zip(self.arms, rows, strict=True):
            if not np.isfinite(row).any():
                continue
            yield Line(arm.name, x, row, role_of(arm), arm.label, thin=not points and len(x) > 401)
            if points:
                yield Points(f"{arm.name}.points", x, row, role_of(arm))

    def crosses(
        self, rows: NDArray[np.floating], named_on: tuple[tuple[float, float], bool] | None = None
    ) -> Iterator[Cross]:
        """Where an arm overflowed, at the height of its last finite value (of those in `rows`).

        With limits and scale of the axis the crosses are named, those at the top one below another.
        """
        by_label = {arm.label: i for i, arm in enumerate(self.arms)}
        for rank, divergence in enumerate(self.frame.divergences):
            i = by_label[divergence.network]
            finite = rows[i][np.isfinite(rows[i])]
            if finite.size:
                text, arm, height = "", self.arms[i], float(finite[-1])
                if named_on:
                    text = _("{name}, step {n}").format(name=divergence.network, n=divergence.step)
                    height = min(height, below_the_top(*named_on, rank))
                yield Cross(f"{arm.name}.overflow", divergence.step, height, role_of(arm), text)

    def steps(self) -> Axis:
        return Axis(_("step"), limits=(0, rounded_up(self.frame.step, 100)), integer=True)

    def layers(self) -> Axis:
        n = self.frame.activation_std.shape[1]
        margin = 0.05 * max(n - 1, 1)
        return Axis(_("layer"), limits=(1 - margin, n + margin), integer=True)

    def limits(self, rows: NDArray[np.floating], fallback: tuple[float, float], parts: int = 1) -> tuple[float, float]:
        """Log limits: around all arms that live; one that overflowed widens them a little."""
        reference = np.nanmax if self.is_alive.any() else np.nanmedian
        found = positive(rows[self.is_alive] if self.is_alive.any() else rows)
        if np.isfinite(found).any():
            rows = np.where(rows < BEYOND * reference(found), rows, np.nan)
        return log_limits(rows, fallback, parts)

    def beyond(self, rows: NDArray[np.floating], limits: tuple[float, float]) -> Iterator[Label]:
        """Name the arms of which nothing is within the limits."""
        inside = (rows >= limits[0]) & (rows <= limits[1])
        names = [arm.label for arm, seen in zip(self.arms, inside, strict=True) if not seen.any()]
        if names:
            yield Label("beyond", 1.0, limits[1] ** 0.94 * limits[0] ** 0.06, _("off the scale: ") + listed(names))

    def each(self, values: Values) -> str:
        """Write a number per arm."""
        return ", ".join(f"{arm.label} {number(float(v))}" for arm, v in zip(self.arms, values, strict=True))


def role_of(arm: Choice) -> Role:
    assert arm.role is not None
    return arm.role


def averaged(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Geometric averages over about so many surveys, for log axes."""
    average: NDArray[np.float64] = np.exp(smoothed(np.log(positive(rows)), SURVEYS))
    return average


def positive(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """For log axes: gaps where there is no logarithm."""
    return np.where(np.isfinite(values) & (values > 1e-30), values, np.nan)


def last(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """Last finite value of each row; nan where there is none."""
    return np.array([row[np.isfinite(row)][-1] if np.isfinite(row).any() else np.nan for row in rows])

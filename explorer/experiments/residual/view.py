"""A frame and how it is looked at: what several panels need."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.figure import Axis, Cross, Line, Mark, Points, Rule, Values
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import log_limits, rounded_up, smoothed
from explorer.core.wording import number
from explorer.experiments.residual.arms import CHOICES
from explorer.experiments.residual.spec import Frame, ViewOptions, parse_removed

MOST_DISCS = 40
"""Blocks of a curve that are still marked with discs."""
BEYOND = 3.0
"""What overflowed may widen the axis of a loss by so much; beyond that it leaves the panel."""
HEADROOM = 1.5
"""On log axes: the highest tick stays clear of the text above."""
Rows = NDArray[np.floating]


@dataclass(frozen=True)
class ShownArm:
    """An arm as it is drawn: the row of its numbers, its name and its colour."""

    row: int
    name: str
    label: str
    role: Role


@dataclass(frozen=True)
class View:
    """A frame with its view options."""

    frame: Frame
    options: ViewOptions

    @cached_property
    def arms(self) -> list[ShownArm]:
        found = [choice(CHOICES, name) for name in self.frame.arms]
        return [ShownArm(i, c.name, c.label, c.role or Role("ink")) for i, c in enumerate(found)]

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """Geometric averages: one large batch must not be seen for hundreds of steps."""
        return np.exp(self.smooth(np.log(np.maximum(self.frame.train_loss, 1e-30))))

    def smooth(self, values: Rows) -> NDArray[np.float64]:
        steps = self.frame.history_step
        stride = float(steps[1] - steps[0]) if len(steps) > 1 else 1.0
        return smoothed(values, self.options.smoothing / stride)

    @property
    def is_initial(self) -> bool:
        return self.options.moment == "initial"

    @cached_property
    def gradients(self) -> Rows:
        """‖∂L/∂h‖ of the moment that is looked at, (n_arms, n_blocks + 1)."""
        frame = self.frame
        return frame.initial_activation_gradient_norm if self.is_initial else frame.activation_gradient_norm

    @cached_property
    def removed(self) -> tuple[ShownArm, int] | None:
        """The block that is chosen, if there is such a one."""
        block, row = parse_removed(self.frame.hyperparams.removed)
        there_is = block and row < len(self.arms) and block <= self.frame.n_blocks[row]
        return (self.arms[row], block) if there_is else None

    @property
    def moment(self) -> str:
        if self.is_initial:
            return _("at initialization")
        return _("at step {n}").format(n=self.frame.step)

    # --- marks ---------------------------------------------------------------------------------------------------
    def by_block(self, rows: Rows, first: int = 0) -> Iterator[Mark]:
        """A curve per arm over its blocks, from block `first` on; the chosen block as a rule."""
        for arm in self.arms:
            n = int(self.frame.n_blocks[arm.row]) + 1
            x, y = np.arange(first, n), rows[arm.row, first:n]
            yield Line(arm.name, x, y, arm.role, arm.label)
            if n <= MOST_DISCS:
                yield Points(f"{arm.name}.points", x, y, arm.role)
        if self.removed:
            yield Rule("removed", x=float(self.removed[1]))

    @property
    def shows_raw(self) -> bool:
        """Whether few curves leave room for every batch behind the average."""
        return len(self.arms) <= 3 and self.options.smoothing > 1

    def by_step(self, rows: Rows, raw: Rows | None = None, steps: Values | None = None) -> Iterator[Mark]:
        """A curve per arm over the steps, with every batch behind it where few curves leave room for it."""
        x: Values = self.frame.history_step if steps is None else steps
        if raw is not None and self.shows_raw:
            for arm in self.arms:
                yield Line(f"{arm.name}.raw", x, raw[arm.row], arm.role, weight="raw", thin=True)
        for arm in self.arms:
            yield Line(arm.name, x, rows[arm.row], arm.role, arm.label, thin=len(x) > 401)

    def crosses(self, rows: Rows, top: float, words: bool = False) -> Iterator[Cross]:
        """Where an arm diverged, at the height of its last finite value, in sight below `top`."""
        by_label = {arm.label: arm for arm in self.arms}
        for divergence in self.frame.divergences:
            arm = by_label[divergence.network]
            finite = rows[arm.row][np.isfinite(rows[arm.row])]
            if finite.size:
                text = _("{name}, step {n}").format(name=arm.label, n=divergence.step) if words else ""
                y = min(float(finite[-1]), top)
                yield Cross(f"{arm.name}.overflow", divergence.step, y, arm.role, text)

    def tamed(self, rows: Rows) -> Rows:
        """Without what diverging arms did far above all that the others do, where there are others."""
        diverged = {d.network for d in self.frame.divergences}
        alive = rows[[arm.row for arm in self.arms if arm.label not in diverged]]
        if not np.isfinite(alive).any():
            return rows
        return np.where(rows <= BEYOND * np.nanmax(alive), rows, np.nan)

    # --- axes and texts ------------------------------------------------------------------------------------------
    def blocks(self, label: str = "") -> Axis:
        n = int(self.frame.n_blocks.max())
        margin = 0.02 * n + 0.3
        return Axis(label or _("block, input to output"), limits=(-margin, n + margin), integer=True)

    def steps(self) -> Axis:
        return Axis(_("step"), limits=(0, rounded_up(self.frame.step, 100)), integer=True)

    @property
    def smoothing(self) -> str:
        return _(", smoothed") if self.options.smoothing > 1 else ""

    @property
    def measured(self) -> str:
        """When the slow measurements were taken, where it was not now."""
        step = self.frame.measured_step
        return _(", step {n}").format(n=step) if 0 <= step != self.frame.step else ""

    def each(self, values: Values) -> str:
        """Write a number per arm."""
        return ", ".join(f"{arm.label} {number(float(v))}" for arm, v in zip(self.arms, values, strict=True))


def log_axis(rows: Rows, fallback: tuple[float, float], parts: int = 1, floor: float = 1e-30) -> Axis:
    """Logarithmic, around all positive values, at a `parts`-th of a decade."""
    low, high = log_limits(rows, fallback, parts, floor)
    return Axis(log=True, limits=(low, HEADROOM * high))


def positive(values: Rows, least: float = 1e-30) -> Rows:
    """For log axes: gaps where there is no logarithm."""
    return np.where(np.isfinite(values) & (values > least), values, np.nan)


def last(rows: Rows) -> Rows:
    """Last finite value of each row; nan where there is none."""
    return np.array([row[np.isfinite(row)][-1] if np.isfinite(row).any() else np.nan for row in rows])


def relative(rows: Rows) -> Rows:
    """Each row (last axis) in units of its last finite value; nan where there is none."""
    finite = np.isfinite(rows) & (rows > 0)
    at = rows.shape[-1] - 1 - finite[..., ::-1].argmax(-1)
    end = np.take_along_axis(np.where(finite, rows, np.nan), at[..., None], -1).astype(np.float64)
    return np.where(finite, rows, np.nan) / end

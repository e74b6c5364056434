"""What a run of the optimizers yields, and how it is looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core import fields
from explorer.core.experiment import Divergence
from explorer.core.hyperparams import Choice, view_option
from explorer.core.i18n import _
from explorer.experiments.optimizers.task import Hyperparams

PANELS = (
    Choice("surface", _("loss surface")),
    Choice("loss", _("loss")),
    Choice("distance", _("distance")),
    Choice("effective", _("effective learning rate")),
    Choice("race", _("race")),
)
GLYPHS = (
    Choice("gradient", _("gradient"), help=_("downhill, thin line")),
    Choice("velocity", _("velocity"), help=_("the last step, prolonged")),
    Choice("rate", _("rates"), help=_("a cross whose arms are the effective learning rates along x and y")),
)


NEAR = 0.01
"""Share of the picture's diagonal within which a trajectory has come to a minimum."""
SAMPLED = 1000
"""Starts of which curves show the quartiles, where there are more."""


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = fields.panels(PANELS, help=_("Which panels are drawn"))
    log_surface: bool = view_option(
        True, label=_("Log contours"), help=_("Shade and contours follow the logarithm of the loss"), group=fields.VIEW
    )
    levels: int = view_option(24, 4, 60, label=_("Contours"), help=_("How many contour lines"), group=fields.VIEW)
    glyphs: tuple[str, ...] = view_option(
        (),
        label=_("At the point"),
        help=_("What is drawn at each optimizer's present point"),
        choices=GLYPHS,
        group=fields.VIEW,
    )
    log_loss: bool = fields.log_loss()
    threshold: float = view_option(
        0.01,
        1e-9,
        1e3,
        scale="log",
        label=_("Threshold"),
        help=_("Who is this close to the lowest loss has arrived; rounded to one digit"),
        group=fields.VIEW,
    )
    along: str = view_option(
        "x",
        label=_("Rates along"),
        help=_("Which coordinate's effective learning rate is drawn"),
        choices=(Choice("x", "x"), Choice("y", "y")),
        group=fields.VIEW,
    )


@dataclass(frozen=True, eq=False)
class Frame:
    """Snapshot of a run. Optimizers are in the order of `optimizers`, starts in that of `path`.

    Numbers are as PyTorch computed them in double precision: where a trajectory overflowed, inf and nan.
    """

    hyperparams: Hyperparams
    step: int
    divergences: tuple[Divergence, ...]
    """The first of each optimizer."""
    optimizers: tuple[str, ...]
    path_step: NDArray[np.int64]
    """Step of each point of the paths, (n + 1,): in files 0, 1, 2, …; on the screen those that it can show."""
    path: NDArray[np.float64]
    """x and y, (n_optimizers, n_starts, n + 1, 2); the first point is the start. Of a network: its weights projected on
    the plane, in units of the two directions."""
    loss: NDArray[np.float64]
    """f(x, y) without noise, (n_optimizers, n_starts, n + 1). Of a network: of the batch of the next step."""
    diverged_at: NDArray[np.int64]
    """First step whose point or loss is not finite, −1 = never, (n_optimizers, n_starts)."""
    gradient: NDArray[np.float64]
    """∂f/∂x and ∂f/∂y at the reference's present point, without noise, (n_optimizers, 2)."""
    curve_step: NDArray[np.int64]
    """Step of each point of the curves, (m + 1,): those of the paths, or more where these are many."""
    quartiles_of: int
    """How many of several starts, evenly chosen, the quartiles are of; of a single start there are none."""
    loss_quartiles: NDArray[np.float64]
    """Lower quartile, median and upper quartile of the starts' losses, (n_optimizers, 3, m + 1), each that of one of
    them; an overflow is inf."""
    distance_quartiles: NDArray[np.float64]
    """The same of their distances to the nearest minimum; inf without minima."""
    effective_lr: NDArray[np.float64]
    """What the (averaged) gradient was multiplied by at each step, along x and y, of the reference start,
    (n_optimizers, m + 1, 2); nan before the first step."""
    reference: int
    """The start nearest to `start`."""
    distance_of: NDArray[np.int64]
    """Starts whose distances are told, the reference first, (n_sampled,): all where they are few, never over 1,000."""
    distance: NDArray[np.float64]
    """Euclidean distance to the nearest minimum, (n_optimizers, n_sampled, n + 1); nan without minima. Of a network:
    from its first weights, in all their dimensions."""
    shown: NDArray[np.float64]
    """Of a network: share of each trajectory's spread about the mean of all that the plane shows, (n_optimizers,)."""
    shown_by_chance: float
    """What the plane would show of random walks in its place, with the same centring; nan where it is no network."""
    reached: NDArray[np.int64]
    """Minimum (row of `minima`) from which each trajectory is no farther than 1 % of the picture's diagonal, −1 = none,
    (n_optimizers, n_starts)."""
    race_lr: NDArray[np.float64]
    """Learning rates of the fair race, (n_rates,); none without it."""
    race_loss: NDArray[np.float64]
    """f after the steps of the fair race so far, inf where it overflowed, (n_optimizers, n_rates, n_seeds): the first
    of the seeds begins at the start, the others near it."""
    race_step: int
    """Steps that the fair race has taken."""
    surface_x: NDArray[np.float64]
    """(n_x,)."""
    surface_y: NDArray[np.float64]
    """(n_y,)."""
    surface_z: NDArray[np.float64]
    """f, (n_y, n_x)."""
    minima: NDArray[np.float64]
    """x and y of the known minima, of an expression those found in the picture, (k, 2); lowest first."""
    minimum_loss: NDArray[np.float64]
    """f at the minima, (k,)."""
    lowest: float
    """Loss of the lowest minimum; without minima the lowest loss in the picture."""

    @property
    def is_whole(self) -> bool:
        """Whether every step is there."""
        return len(self.path_step) == self.step + 1

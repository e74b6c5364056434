"""Optimizers: trajectories on loss surfaces, side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ALL_OPTIMIZERS, DATA_SETS
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, view_option
from explorer.core.i18n import _
from explorer.experiments.optimizers import settings
from explorer.experiments.optimizers.grounds import SURFACES, suited

STARTS = (
    Choice("one", _("one"), help=_("the start alone")),
    Choice("line", _("line"), help=_("side by side along x, at the height of the start")),
    Choice("grid", _("grid"), help=_("rows and columns")),
    Choice("cloud", _("cloud"), help=_("at random places")),
)
SCHEDULES = (
    Choice("constant", _("constant")),
    Choice("step", _("step"), help=_("times gamma every so many steps")),
    Choice("exponential", _("exponential"), help=_("times gamma every step")),
    Choice("cosine", _("cosine"), help=_("half a cosine wave down to zero, and zero from there on")),
    Choice("warmup", _("warm-up"), help=_("a straight line up, then constant")),
)
PLANES = (
    Choice("pca", _("principal"), help=_("the two directions in which the trajectories spread most")),
    Choice("random", _("random"), help=_("two random directions, every unit's weights scaled to those of the network")),
)
PANELS = (
    Choice("surface", _("loss surface")),
    Choice("loss", _("loss")),
    Choice("distance", _("distance")),
    Choice("effective", _("effective learning rate")),
    Choice("race", _("race")),
)
NEAR = 0.01
"""Share of the picture's diagonal within which a trajectory has come to a minimum."""
SAMPLED = 1000
"""Starts of which curves show the median, where there are more."""
GLYPHS = (
    Choice("gradient", _("gradient"), help=_("downhill, thin line")),
    Choice("velocity", _("velocity"), help=_("the last step, prolonged")),
    Choice("rate", _("rates"), help=_("a cross whose arms are the effective learning rates along x and y")),
)


def plane_expression(text: str) -> Any:
    """Read an expression of x and y. Raises ExpressionError, a ValueError."""
    return parse(text, ("x", "y"))


def start_of(text: str) -> tuple[float, float]:
    """Read a point written "x,y". Raises ValueError."""
    return settings.pair(-1e6, 1e6)(text)


def _surface(name: str) -> Any:
    return lambda hyperparams: hyperparams.surface == name


def _plane(hyperparams: Any) -> bool:
    return bool(hyperparams.surface != "network")


def _several(hyperparams: Any) -> bool:
    return bool(hyperparams.starts != "one" and hyperparams.surface != "network")


def _racing(hyperparams: Any) -> bool:
    return bool(hyperparams.race and hyperparams.surface != "network")


def _schedule(*names: str) -> Any:
    return lambda hyperparams: hyperparams.schedule in names


@dataclass(frozen=True)
class Hyperparams:
    """A surface, where the descent begins, and who descends."""

    surface: str = hyperparam(
        "beale",
        label=_("Surface"),
        help=_("The loss; a new surface brings its start and learning rates that suit it"),
        choices=SURFACES,
        brings=suited,
        group=_("Surface"),
    )
    condition: float = hyperparam(
        20.0,
        1.0,
        1000.0,
        scale="log",
        label=_("Condition κ"),
        help=_("Largest curvature of the quadratic; the smallest is 1"),
        used=_surface("quadratic"),
        group=_("Surface"),
    )
    rotation: float = hyperparam(
        0.0,
        -90.0,
        90.0,
        unit="°",
        label=_("Rotation"),
        help=_("Angle between x and the flat direction of the quadratic"),
        used=_surface("quadratic"),
        group=_("Surface"),
    )
    expression: str = hyperparam(
        "x**4/4 - x**2 + y**2 + x/4",
        label=_("f(x, y) ="),
        help=_("an expression of x and y: + − * / **, exp, log, sqrt, abs, sin, tanh, sigmoid, relu, erf, min, max"),
        check=plane_expression,
        used=_surface("own"),
        group=_("Surface"),
    )
    start: str = hyperparam(
        "-1.5, -1.5",
        label=_("Start"),
        help=_("x, y; a click or drag on the surface sets it"),
        check=start_of,
        used=_plane,
        group=_("Surface"),
    )
    starts: str = hyperparam(
        "one",
        label=_("Starts"),
        help=_("Where else the optimizers begin: each of them from every start"),
        choices=STARTS,
        used=_plane,
        group=_("Surface"),
    )
    n_starts: int = hyperparam(
        1000,
        2,
        10_000,
        scale="log",
        label=_("Number"),
        help=_("How many starts"),
        used=_several,
        group=_("Surface"),
    )
    spread: float = hyperparam(
        1.0,
        0.01,
        1.0,
        scale="log",
        label=_("Spread"),
        help=_("Share of the picture that the starts cover; below 1 they lie around the start"),
        used=_several,
        group=_("Surface"),
    )
    noise: float = hyperparam(
        0.0,
        0.0,
        20.0,
        label=_("Gradient noise"),
        help=_("Standard deviation σ of normal noise added to both parts of every gradient, alike for all optimizers"),
        live=True,
        used=_plane,
        group=_("Surface"),
    )
    data: str = hyperparam(
        "digits",
        label=_("Data"),
        choices=DATA_SETS,
        used=_surface("network"),
        group=_("Network"),
        help=_("What the network learns"),
    )
    width: int = hyperparam(
        32,
        4,
        128,
        scale="log",
        label=_("Width"),
        used=_surface("network"),
        group=_("Network"),
        help=_("Units of its one hidden layer, ReLU"),
    )
    batch_size: int = hyperparam(
        64,
        2,
        1397,
        scale="log",
        label=_("Batch size"),
        used=_surface("network"),
        group=_("Network"),
        help=_("Samples per step; all optimizers see the same ones"),
    )
    plane: str = hyperparam(
        "pca",
        label=_("Plane"),
        choices=PLANES,
        used=_surface("network"),
        group=_("Network"),
        help=_("Through which two directions of the weights the surface is drawn"),
    )
    resolution: int = hyperparam(
        41,
        9,
        121,
        label=_("Resolution"),
        live=True,
        used=_surface("network"),
        group=_("Network"),
        help=_("Points of the surface along each side; coarse first, then all"),
    )
    extent: float = hyperparam(
        1.4,
        1.0,
        10.0,
        scale="log",
        label=_("Extent"),
        live=True,
        used=_surface("network"),
        group=_("Network"),
        help=_("Size of the picture: 1 just holds the trajectories, or the random directions from −1 to 1"),
    )
    samples: int = hyperparam(
        512,
        16,
        1397,
        scale="log",
        label=_("Samples"),
        live=True,
        used=_surface("network"),
        group=_("Network"),
        help=_("Over how many samples the loss of the surface is taken"),
    )
    optimizers: tuple[str, ...] = hyperparam(
        ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"),
        label=_("Optimizers"),
        help=_("Who descends"),
        choices=ALL_OPTIMIZERS,
        at_least=1,
        group=_("Optimizers"),
    )
    sgd: settings.SGD = hyperparam(settings.SGD(), label=_("SGD"))
    momentum: settings.Momentum = hyperparam(settings.Momentum(), label=_("Momentum"))
    nesterov: settings.Nesterov = hyperparam(settings.Nesterov(), label=_("Nesterov"))
    adagrad: settings.Adagrad = hyperparam(settings.Adagrad(), label=_("Adagrad"))
    adadelta: settings.Adadelta = hyperparam(settings.Adadelta(), label=_("Adadelta"))
    rmsprop: settings.RMSprop = hyperparam(settings.RMSprop(), label=_("RMSprop"))
    adam: settings.Adam = hyperparam(settings.Adam(), label=_("Adam"))
    adamw: settings.AdamW = hyperparam(settings.AdamW(), label=_("AdamW"))
    nadam: settings.NAdam = hyperparam(settings.NAdam(), label=_("NAdam"))
    radam: settings.RAdam = hyperparam(settings.RAdam(), label=_("RAdam"))
    adamax: settings.Adamax = hyperparam(settings.Adamax(), label=_("Adamax"))
    rprop: settings.Rprop = hyperparam(settings.Rprop(), label=_("Rprop"))
    lion: settings.Lion = hyperparam(settings.Lion(), label=_("Lion"))
    schedule: str = hyperparam(
        "constant",
        label=_("Schedule"),
        help=_("Factor of every learning rate, by step"),
        choices=SCHEDULES,
        group=_("Schedule"),
    )
    schedule_steps: int = hyperparam(
        100,
        1,
        100_000,
        scale="log",
        unit=_("steps"),
        label=_("Over"),
        help=_("Steps between two drops, of the half wave, or of the warm-up"),
        used=_schedule("step", "cosine", "warmup"),
        group=_("Schedule"),
    )
    schedule_gamma: float = hyperparam(
        0.5,
        0.01,
        1.0,
        scale="log",
        label=_("gamma"),
        help=_("Factor of each drop; of every step in the exponential schedule"),
        used=_schedule("step", "exponential"),
        group=_("Schedule"),
    )
    race: bool = hyperparam(
        False,
        label=_("Tune every lr"),
        help=_("Try 31 learning rates for each optimizer, with the same starts, noise and number of steps"),
        used=_plane,
        group=_("Fair race"),
    )
    race_steps: int = hyperparam(
        200,
        10,
        5000,
        scale="log",
        unit=_("steps"),
        label=_("Steps"),
        help=_("How long each of these trials is"),
        used=_racing,
        group=_("Fair race"),
    )
    seed: int = hyperparam(0, 0, 999_999, label=_("Seed"), help=_("Decides the cloud and the gradient noise"))


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = view_option(
        tuple(p.name for p in PANELS),
        label=_("Panels"),
        help=_("Which panels are drawn"),
        choices=PANELS,
        at_least=1,
        group=_("View"),
    )
    log_surface: bool = view_option(
        True, label=_("Log contours"), help=_("Shade and contours follow the logarithm of the loss"), group=_("View")
    )
    levels: int = view_option(24, 4, 60, label=_("Contours"), help=_("How many contour lines"), group=_("View"))
    glyphs: tuple[str, ...] = view_option(
        (),
        label=_("At the point"),
        help=_("What is drawn at each optimizer's present point"),
        choices=GLYPHS,
        group=_("View"),
    )
    log_loss: bool = view_option(True, label=_("Log loss"), help=_("Logarithmic axis for the loss"), group=_("View"))
    threshold: float = view_option(
        0.01,
        1e-9,
        1e3,
        scale="log",
        label=_("Threshold"),
        help=_("The race counts the steps until the loss is this close to its lowest value"),
        group=_("View"),
    )
    along: str = view_option(
        "x",
        label=_("Rates along"),
        help=_("Which coordinate's effective learning rate is drawn"),
        choices=(Choice("x", "x"), Choice("y", "y")),
        group=_("View"),
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
    """Step of each point of the paths, (n + 1,): 0, 1, 2, …; where a run has more points than memory holds, every
    second, every fourth, … and the last."""
    path: NDArray[np.float64]
    """x and y, (n_optimizers, n_starts, n + 1, 2); the first point is the start. Of a network: its weights projected on
    the plane, in units of the two directions."""
    loss: NDArray[np.float64]
    """f(x, y) without noise, (n_optimizers, n_starts, n + 1). Of a network: of the batch of the next step."""
    diverged_at: NDArray[np.int64]
    """First step whose point or loss is not finite, −1 = never, (n_optimizers, n_starts)."""
    gradient: NDArray[np.float64]
    """∂f/∂x and ∂f/∂y at the present point, without noise, (n_optimizers, n_starts, 2)."""
    effective_lr: NDArray[np.float64]
    """What the (averaged) gradient was multiplied by at each step, along x and y, of the reference start,
    (n_optimizers, n + 1, 2); nan before the first step."""
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


_QUADRATIC = {"surface": "quadratic", "optimizers": ["sgd", "momentum", "nesterov", "adagrad", "adam"]}
SPEC = ExperimentSpec(
    name="optimizers",
    label=_("Optimizers"),
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=300,
    pauses_at_divergence=False,
    presets=(
        Preset("default", _("default"), {}),
        Preset("all", _("all thirteen"), {"surface": "himmelblau", "optimizers": [c.name for c in ALL_OPTIMIZERS]}),
        Preset(
            "basins",
            _("basins of attraction"),
            {"surface": "himmelblau", "starts": "cloud", "n_starts": 3000},
        ),
        Preset(
            "noise",
            _("noisy gradients"),
            {**_QUADRATIC, "optimizers": ["sgd", "momentum", "rmsprop", "adam"], "noise": 5.0},
        ),
        Preset(
            "saddle",
            _("held by a saddle"),
            {"surface": "saddle", "start": "-1.5, 0.000001", "optimizers": ["sgd", "momentum", "rmsprop", "adam"]},
        ),
        Preset(
            "network",
            _("a network's surface"),
            {"surface": "network", "optimizers": ["sgd", "momentum", "adagrad", "rmsprop", "adam"]},
        ),
        Preset("edge", _("beyond 2/λ"), {**_QUADRATIC, "sgd.lr": 0.101, "momentum.lr": 0.05, "nesterov.lr": 0.02}),
    ),
)

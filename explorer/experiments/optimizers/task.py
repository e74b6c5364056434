"""What PyTorch sees of the optimizers' experiment: a surface, where the descent begins, who descends."""

from dataclasses import dataclass
from typing import Any

from explorer.core import fields
from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, where
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
CENTRES = (Choice("start", _("first weights"), help=_("where all of them begin")), *ALL_OPTIMIZERS)


def _gamma_for(schedule: str) -> dict[str, Any]:
    """A drop now and then may be large; the same at every step would stop everybody within a few."""
    return {"exponential": {"schedule_gamma": 0.99}, "step": {"schedule_gamma": 0.5}}.get(schedule, {})


def plane_expression(text: str) -> Any:
    """Read an expression of x and y. Raises ExpressionError, a ValueError."""
    return parse(text, ("x", "y"))


def start_of(text: str) -> tuple[float, float]:
    """Read a point written "x,y". Raises ValueError."""
    return settings.pair(-1e6, 1e6)(text)


_on_network = where("surface", "network")


def _plane(hyperparams: Any) -> bool:
    return bool(hyperparams.surface != "network")


def _several(hyperparams: Any) -> bool:
    return bool(hyperparams.starts != "one" and hyperparams.surface != "network")


def _racing(hyperparams: Any) -> bool:
    return bool(hyperparams.race and hyperparams.surface != "network")


def _random_plane(hyperparams: Any) -> bool:
    return bool(hyperparams.surface == "network" and hyperparams.plane == "random")


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
        used=where("surface", "quadratic"),
        group=_("Surface"),
    )
    rotation: float = hyperparam(
        0.0,
        -90.0,
        90.0,
        unit="°",
        label=_("Rotation"),
        help=_("Angle between x and the flat direction of the quadratic"),
        used=where("surface", "quadratic"),
        group=_("Surface"),
    )
    expression: str = hyperparam(
        "x**4/4 - x**2 + y**2 + x/4",
        label=_("f(x, y) ="),
        help=_("an expression of x and y: + − * / **, exp, log, sqrt, abs, sin, tanh, sigmoid, relu, erf, min, max"),
        check=plane_expression,
        used=where("surface", "own"),
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
    data: str = fields.data(help=_("What the network learns"), used=_on_network)
    width: int = fields.width(32, high=128, help=_("Units of its one hidden layer, ReLU"), used=_on_network)
    batch_size: int = fields.batch_size(
        64,
        help=_("Samples per step; all optimizers see the same ones"),
        used=_on_network,
        group=fields.NETWORK,
    )
    plane: str = hyperparam(
        "pca",
        label=_("Plane"),
        choices=PLANES,
        used=_on_network,
        group=fields.NETWORK,
        help=_("Through which two directions of the weights the surface is drawn"),
    )
    centre: str = hyperparam(
        "sgd",
        label=_("Around"),
        choices=CENTRES,
        live=True,
        used=_random_plane,
        group=fields.NETWORK,
        help=_("Where random directions cross: the first weights, or where this optimizer is"),
    )
    resolution: int = hyperparam(
        41,
        9,
        121,
        label=_("Resolution"),
        live=True,
        used=_on_network,
        group=fields.NETWORK,
        help=_("Points of the surface along each side; coarse first, then all"),
    )
    extent: float = hyperparam(
        1.4,
        1.0,
        10.0,
        scale="log",
        label=_("Extent"),
        live=True,
        used=_on_network,
        group=fields.NETWORK,
        help=_("Size of the picture: 1 just holds the trajectories, or the random directions from −1 to 1"),
    )
    samples: int = hyperparam(
        512,
        16,
        1397,
        scale="log",
        label=_("Samples"),
        live=True,
        used=_on_network,
        group=fields.NETWORK,
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
        brings=_gamma_for,
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
        used=where("schedule", "step", "cosine", "warmup"),
        group=_("Schedule"),
    )
    schedule_gamma: float = hyperparam(
        0.5,
        0.01,
        1.0,
        scale="log",
        label=_("gamma"),
        help=_("Factor of each drop; of every step in the exponential schedule"),
        used=where("schedule", "step", "exponential"),
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
    seed: int = fields.seed(help=_("Decides the cloud and the gradient noise"))

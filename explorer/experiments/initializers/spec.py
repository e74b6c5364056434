"""Initializers: deep networks that differ in their first weights alone, layer by layer."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ACTIVATIONS, ALL_INITIALIZERS, INPUTS, OPTIMIZERS, OWN
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, view_option
from explorer.core.i18n import _

FUNCTIONS = (*ACTIVATIONS, OWN)
FAN_MODES = (
    Choice("fan_in", "fan_in", help=_("keeps the size of the signal")),
    Choice("fan_out", "fan_out", help=_("keeps the size of the gradient")),
)
PHASES = (
    Choice("depth", _("signal"), help=_("how much of the signal is left, by σ and depth")),
    Choice("lr", _("training"), help=_("the loss after fifty steps, by σ and learning rate")),
)
PANELS = (
    Choice("activations", _("activation histograms")),
    Choice("gradients", _("gradient histograms")),
    Choice("signal", _("signal")),
    Choice("collapse", _("rank collapse")),
    Choice("mean", _("mean")),
    Choice("unit_std", _("std of a unit")),
    Choice("gradient", _("gradient")),
    Choice("saturated", _("saturated")),
    Choice("dead", _("dead units")),
    Choice("loss", _("training loss")),
    Choice("phase", _("phase picture")),
)
SHOWN = ("activations", "signal", "collapse", "gradient", "loss", "phase")


def _any_of(*names: str) -> Any:
    return lambda hyperparams: any(name in hyperparams.initializers for name in names)


def _active(name: str) -> Any:
    return lambda hyperparams: hyperparams.activation == name


@dataclass(frozen=True)
class Hyperparams:
    """What the networks are made of, what they see and how they are trained."""

    initializers: tuple[str, ...] = hyperparam(
        ("xavier_normal", "he_normal", "pytorch_default"),
        label=_("Initializers"),
        help=_("Initializers to compare, up to six: each gets a network of its own, equal to the others in all else"),
        choices=ALL_INITIALIZERS,
        at_least=1,
        at_most=6,
        group=_("Initializers"),
    )
    sigma: float = hyperparam(
        0.02,
        1e-4,
        10.0,
        scale="log",
        label=_("Normal σ"),
        help=_("Standard deviation of the weights of “normal”, and what a click in the phase picture sets"),
        used=_any_of("normal"),
        group=_("Initializers"),
    )
    bound: float = hyperparam(
        0.1,
        1e-4,
        10.0,
        scale="log",
        label=_("Uniform ±a"),
        help=_("The weights of “uniform” lie between −a and a"),
        used=_any_of("uniform"),
        group=_("Initializers"),
    )
    constant: float = hyperparam(
        0.01,
        -1.0,
        1.0,
        label=_("Constant"),
        help=_("Every weight of “constant”"),
        used=_any_of("constant"),
        group=_("Initializers"),
    )
    gain: float = hyperparam(
        1.0,
        0.1,
        10.0,
        scale="log",
        label=_("Gain"),
        help=_("Factor on the weights of Xavier and of orthogonal; √2 suits ReLU, 5/3 is often used with tanh"),
        used=_any_of("xavier_normal", "xavier_uniform", "orthogonal"),
        group=_("Initializers"),
    )
    fan_mode: str = hyperparam(
        "fan_in",
        label=_("He divides by"),
        help=_("Number of inputs or of outputs of a layer; they differ in the first and the last layer"),
        choices=FAN_MODES,
        used=_any_of("he_normal", "he_uniform"),
        group=_("Initializers"),
    )
    activation: str = hyperparam(
        "tanh",
        label=_("Activation"),
        help=_("The function after every hidden layer"),
        choices=FUNCTIONS,
        group=_("Network"),
    )
    expression: str = hyperparam(
        "x * sigmoid(1.7 * x)",
        label=_("f(x) ="),
        help=_("an expression of x: + − * / **, exp, log, sqrt, abs, sin, tanh, sigmoid, relu, erf, min, max, pi, e"),
        check=parse,
        used=_active("own"),
        group=_("Network"),
    )
    slope: float = hyperparam(
        0.01,
        0.0,
        1.0,
        label=_("Slope"),
        help=_("Slope of leaky ReLU below zero"),
        used=_active("leaky_relu"),
        group=_("Network"),
    )
    alpha: float = hyperparam(
        1.0,
        0.0,
        5.0,
        label=_("ELU α"),
        help=_("ELU falls to −α for very negative x"),
        used=_active("elu"),
        group=_("Network"),
    )
    beta: float = hyperparam(
        1.0,
        0.1,
        10.0,
        scale="log",
        label=_("Softplus β"),
        help=_("Sharpness of softplus: the larger β, the closer to ReLU"),
        used=_active("softplus"),
        group=_("Network"),
    )
    depth: int = hyperparam(
        10,
        2,
        100,
        scale="log",
        label=_("Depth"),
        help=_("Hidden layers, each followed by the activation"),
        group=_("Network"),
    )
    width: int = hyperparam(
        256,
        8,
        512,
        scale="log",
        label=_("Width"),
        help=_("Units in every hidden layer; together with a large depth they appear layer by layer"),
        group=_("Network"),
    )
    batch_norm: bool = hyperparam(
        False,
        label=_("Batch norm"),
        help=_("Normalise every unit over the batch before the activation"),
        group=_("Network"),
    )
    data: str = hyperparam(
        "digits",
        label=_("Input"),
        help=_("What the networks see and learn to tell apart"),
        choices=INPUTS,
        group=_("Data"),
    )
    batch_size: int = hyperparam(
        128,
        2,
        1024,
        scale="log",
        label=_("Batch size"),
        help=_("Samples that are looked at, and per step; all networks see the same ones"),
        group=_("Data"),
    )
    optimizer: str = hyperparam(
        "sgd",
        label=_("Optimizer"),
        help=_("How a gradient becomes a step"),
        choices=OPTIMIZERS,
        group=_("Training"),
    )
    lr: float = hyperparam(
        0.1,
        1e-4,
        10.0,
        scale="log",
        label=_("Learning rate"),
        help=_("Length of a step along the gradient"),
        live=True,
        group=_("Training"),
    )
    phase: str = hyperparam(
        "depth",
        label=_("Phase picture"),
        help=_("What the map of the initializer “normal” shows; it is computed bit by bit"),
        choices=PHASES,
        group=_("Training"),
    )
    seed: int = hyperparam(0, 0, 999_999, label=_("Seed"), help=_("Decides weights and batches"))


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = view_option(
        SHOWN,
        label=_("Panels"),
        help=_("Which panels the figure has; histograms have one for each initializer"),
        choices=PANELS,
        at_least=1,
        group=_("View"),
    )
    ridges: int = view_option(
        12,
        2,
        100,
        label=_("Layers drawn"),
        help=_("Histograms of so many layers at most, evenly spread over the depth"),
        group=_("View"),
    )
    log_count: bool = view_option(
        False, label=_("Log count"), help=_("Logarithmic heights of the histograms"), group=_("View")
    )
    theory: bool = view_option(
        True,
        label=_("Theory"),
        help=_("What layers of infinite width would do, as a thin line under the measured points"),
        group=_("View"),
    )
    smoothing: int = view_option(
        10,
        1,
        1000,
        scale="log",
        unit=_("steps"),
        label=_("Smoothing"),
        help=_("The loss is an exponential average over about so many steps; 1 shows every batch"),
        group=_("View"),
    )


@dataclass(frozen=True, eq=False)
class Frame:
    """Snapshot of a run. Networks are in the order of `initializers`, layers are the hidden ones from 1.

    Before the first step, layers that have not been looked at yet hold nan (histograms: edges nan, counts 0); after it
    all are there. What overflows is nan. Of a network that diverged, layers are as in its last finite state, at
    initialization as they are. h is what a layer gives after its activation, for the batch of the next step;
    g = ∂L/∂h with L the mean cross-entropy of that batch. std is that of all values, not of a sample of them.
    """

    hyperparams: Hyperparams
    step: int
    divergences: tuple[Divergence, ...]
    initializers: tuple[str, ...]
    activation_mean: NDArray[np.float64]
    """Mean of h over units and samples, (n_initializers, n_layers)."""
    activation_std: NDArray[np.float64]
    """Its std, (n_initializers, n_layers)."""
    unit_std: NDArray[np.float64]
    """Mean over units of the std of h over the batch, (n_initializers, n_layers)."""
    cosine: NDArray[np.float64]
    """Mean cosine of the h of two samples, over all pairs that are not zero, (n_initializers, n_layers)."""
    saturated_fraction: NDArray[np.float64]
    """Share (0 to 1) of all values whose |f′| is under 1 % of its maximum, (n_initializers, n_layers)."""
    dead_fraction: NDArray[np.float64]
    """Share (0 to 1) of units for which that is so for every sample, (n_initializers, n_layers)."""
    gradient_std: NDArray[np.float64]
    """Std of g over units and samples, (n_initializers, n_layers)."""
    histogram_edges: NDArray[np.float64]
    """Edges for h, evenly from its least to its largest value, (n_initializers, n_layers, n_bins + 1)."""
    histogram_count: NDArray[np.int64]
    """Values in each bin, (n_initializers, n_layers, n_bins)."""
    gradient_histogram_edges: NDArray[np.float64]
    """Edges for |g|: quarter octaves 2ᵏ(1 + m/4), up to the largest value, (n_initializers, n_layers, n_bins + 1)."""
    gradient_histogram_count: NDArray[np.int64]
    """Values in each bin; those below the first edge, zeros too, are in none, (n_initializers, n_layers, n_bins)."""
    theory_activation_std: NDArray[np.float64]
    """Mean-field prediction of `activation_std` at initialization, (n_initializers, n_layers); nan where weights have
    another mean than 0."""
    theory_gradient_std: NDArray[np.float64]
    """The same of `gradient_std`, going back from what was measured of the last layer; nan with batch norm too."""
    weight_rms: NDArray[np.float64]
    """Root mean square of the first weights between two hidden layers, (n_initializers,)."""
    history_step: NDArray[np.int64]
    """Step of each point of the history, from 1, (n,): every step up to 4096, then thinned evenly."""
    train_loss: NDArray[np.float32]
    """Mean cross-entropy (nats) of the step's batch before its update, (n_initializers, n)."""
    train_accuracy: NDArray[np.float32]
    """Share (0 to 1) of the step's batch that was right before its update, (n_initializers, n)."""
    phase_x: NDArray[np.float64]
    """Depths or learning rates of the phase picture, (n_x,)."""
    phase_sigma: NDArray[np.float64]
    """σ of the weights, (n_y,)."""
    phase: NDArray[np.float64]
    """Of "depth": std of h in this layer over that in the first. Of "lr": training loss (nats), mean of steps 46-50,
    networks of width 32 or less with the same σ√width. inf: overflow, nan: not there yet. (n_y, n_x)."""


SPEC = ExperimentSpec(
    name="initializers",
    label=_("Initializers"),
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=100,
    presets=(
        Preset("default", _("default"), {}),
        Preset(
            "relu",
            _("ReLU: Xavier or He"),
            {"activation": "relu", "depth": 20, "initializers": ["xavier_normal", "he_normal", "pytorch_default"]},
        ),
        Preset(
            "collapse",
            _("sigmoid: all samples become one"),
            {"activation": "sigmoid", "initializers": ["xavier_normal", "he_normal", "lsuv"]},
        ),
        Preset(
            "article",
            _("the article's rand"),
            {"activation": "relu", "initializers": ["xavier_normal", "article_rand", "article_randn"]},
        ),
        Preset(
            "rotation",
            _("identity: orthogonal keeps lengths"),
            {
                "activation": "identity",
                "depth": 50,
                "width": 128,
                "initializers": ["xavier_normal", "orthogonal", "pytorch_default"],
                "lr": 0.01,
            },
        ),
    ),
)

"""Initializers: deep networks that differ in their first weights alone, layer by layer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core import fields
from explorer.core.catalog import ACTIVATIONS, ALL_INITIALIZERS, INPUTS, OWN
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
from explorer.core.hyperparams import Choice, hyperparam, view_option, where
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
DEFAULT_PANELS = ("activations", "signal", "collapse", "gradient", "loss", "phase")


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
        used=where("initializers", "normal"),
        group=_("Initializers"),
    )
    bound: float = hyperparam(
        0.1,
        1e-4,
        10.0,
        scale="log",
        label=_("Uniform ±a"),
        help=_("The weights of “uniform” lie between −a and a"),
        used=where("initializers", "uniform"),
        group=_("Initializers"),
    )
    constant: float = hyperparam(
        0.01,
        -1.0,
        1.0,
        label=_("Constant"),
        help=_("Every weight of “constant”"),
        used=where("initializers", "constant"),
        group=_("Initializers"),
    )
    gain: float = hyperparam(
        1.0,
        0.1,
        10.0,
        scale="log",
        label=_("Gain"),
        help=_("Factor on the weights of Xavier and of orthogonal; √2 suits ReLU, 5/3 is often used with tanh"),
        used=where("initializers", "xavier_normal", "xavier_uniform", "orthogonal"),
        group=_("Initializers"),
    )
    fan_mode: str = hyperparam(
        "fan_in",
        label=_("He divides by"),
        help=_("Number of inputs or of outputs of a layer; they differ in the first and the last layer"),
        choices=FAN_MODES,
        used=where("initializers", "he_normal", "he_uniform"),
        group=_("Initializers"),
    )
    activation: str = fields.activation("tanh", FUNCTIONS, _("The function after every hidden layer"))
    expression: str = fields.expression(of="activation")
    slope: float = fields.slope(of="activation")
    alpha: float = fields.alpha(of="activation")
    beta: float = fields.beta(of="activation")
    depth: int = fields.depth(10, 2, 100, scale="log")
    width: int = fields.width(
        256, 8, 512, help=_("Units in every hidden layer; together with a large depth they appear layer by layer")
    )
    batch_norm: bool = fields.batch_norm()
    data: str = fields.data(
        label=_("Input"),
        help=_("What the networks see and learn to tell apart"),
        choices=INPUTS,
        group=_("Data"),
    )
    batch_size: int = fields.batch_size(
        128,
        high=1024,
        help=_("Samples that are looked at, and per step; all networks see the same ones"),
        group=_("Data"),
    )
    optimizer: str = fields.optimizer("sgd")
    lr: float = fields.lr(0.1)
    phase: str = hyperparam(
        "depth",
        label=_("Phase picture"),
        help=_("What the map of the initializer “normal” shows; it is computed bit by bit"),
        choices=PHASES,
        group=fields.TRAINING,
    )
    seed: int = fields.seed()


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = fields.panels(
        PANELS, DEFAULT_PANELS, help=_("Which panels the figure has; histograms have one for each initializer")
    )
    ridges: int = view_option(
        12,
        2,
        100,
        label=_("Layers drawn"),
        help=_("Histograms of so many layers at most, evenly spread over the depth"),
        group=fields.VIEW,
    )
    log_count: bool = view_option(
        False, label=_("Log count"), help=_("Logarithmic heights of the histograms"), group=fields.VIEW
    )
    theory: bool = view_option(
        True,
        label=_("Theory"),
        help=_("What layers of infinite width would do, as a thin line under the measured points"),
        group=fields.VIEW,
    )
    smoothing: int = fields.smoothing(
        10, _("The loss is an exponential average over about so many steps; 1 shows every batch")
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

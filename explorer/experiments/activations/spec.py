"""Activations: networks that differ in their activation alone, side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ACTIVATIONS, BY_FUNCTION, DATA_SETS, INITIALIZERS, OPTIMIZERS, OWN
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, view_option
from explorer.core.i18n import _

FUNCTIONS = (*ACTIVATIONS, OWN)
PANELS = (
    Choice("function", _("function")),
    Choice("derivative", _("derivative")),
    Choice("gain", _("gain")),
    Choice("loss", _("training loss")),
    Choice("accuracy", _("training accuracy")),
    Choice("gradient", _("gradient by layer")),
    Choice("dead", _("saturated or dead")),
)


def _chosen(name: str) -> Any:
    return lambda hyperparams: name in hyperparams.functions


@dataclass(frozen=True)
class Hyperparams:
    """What the networks are made of and how they are trained."""

    functions: tuple[str, ...] = hyperparam(
        ("sigmoid", "tanh", "relu", "elu", "gelu"),
        label=_("Functions"),
        help=_("Activations to compare: each gets a network of its own, equal to the others in all else"),
        choices=FUNCTIONS,
        at_least=1,
        group=_("Functions"),
    )
    expression: str = hyperparam(
        "x * sigmoid(1.7 * x)",
        label=_("f(x) ="),
        help=_("an expression of x: + − * / **, exp, log, sqrt, abs, sin, tanh, sigmoid, relu, erf, min, max, pi, e"),
        check=parse,
        used=_chosen("own"),
        group=_("Functions"),
    )
    slope: float = hyperparam(
        0.01,
        0.0,
        1.0,
        label=_("Slope"),
        help=_("Slope of leaky ReLU below zero"),
        used=_chosen("leaky_relu"),
        group=_("Functions"),
    )
    alpha: float = hyperparam(
        1.0,
        0.0,
        5.0,
        label=_("ELU α"),
        help=_("ELU falls to −α for very negative x"),
        used=_chosen("elu"),
        group=_("Functions"),
    )
    beta: float = hyperparam(
        1.0,
        0.1,
        10.0,
        scale="log",
        label=_("Softplus β"),
        help=_("Sharpness of softplus: the larger β, the closer to ReLU"),
        used=_chosen("softplus"),
        group=_("Functions"),
    )
    input_range: float = hyperparam(
        5.0,
        0.5,
        50.0,
        scale="log",
        label=_("Range of x ±"),
        help=_("The functions are drawn for x from minus this to plus this"),
        live=True,
        group=_("Functions"),
    )
    sigma: float = hyperparam(
        1.0,
        0.01,
        10.0,
        scale="log",
        label=_("Input σ"),
        help=_("Standard deviation of the normally distributed input for which the gains are computed"),
        live=True,
        group=_("Functions"),
    )
    data: str = hyperparam(
        "digits",
        label=_("Data"),
        help=_("What the networks learn to tell apart"),
        choices=DATA_SETS,
        group=_("Network"),
    )
    depth: int = hyperparam(
        3, 1, 20, label=_("Depth"), help=_("Hidden layers, each followed by the activation"), group=_("Network")
    )
    width: int = hyperparam(
        32, 4, 256, scale="log", label=_("Width"), help=_("Units in every hidden layer"), group=_("Network")
    )
    initializer: str = hyperparam(
        "by_function",
        label=_("Initializer"),
        help=_("How the weights are drawn; networks with the same initializer start from the same weights"),
        choices=(BY_FUNCTION, *INITIALIZERS),
        group=_("Network"),
    )
    batch_norm: bool = hyperparam(
        False,
        label=_("Batch norm"),
        help=_("Normalise every unit over the batch before the activation"),
        group=_("Network"),
    )
    optimizer: str = hyperparam(
        "sgd",
        label=_("Optimizer"),
        help=_("How a gradient becomes a step"),
        choices=OPTIMIZERS,
        group=_("Training"),
    )
    lr: float = hyperparam(
        0.3,
        1e-4,
        10.0,
        scale="log",
        label=_("Learning rate"),
        help=_("Length of a step along the gradient"),
        live=True,
        group=_("Training"),
    )
    batch_size: int = hyperparam(
        64,
        2,
        1397,
        scale="log",
        label=_("Batch size"),
        help=_("Samples per step; all networks see the same ones"),
        group=_("Training"),
    )
    seed: int = hyperparam(0, 0, 999_999, label=_("Seed"), help=_("Decides weights and batches"))


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = view_option(
        tuple(p.name for p in PANELS),
        label=_("Panels"),
        help=_("Which panels the figure has"),
        choices=PANELS,
        at_least=1,
        group=_("View"),
    )
    saturation: float = view_option(
        1.0,
        0.01,
        50.0,
        scale="log",
        unit="%",
        label=_("Saturated below"),
        help=_("A function is called saturated where |f′| is below this share of its maximum"),
        group=_("View"),
    )
    smoothing: int = view_option(
        20,
        1,
        1000,
        scale="log",
        unit=_("steps"),
        label=_("Smoothing"),
        help=_("Loss and accuracy are exponential averages over about so many steps; 1 shows every batch"),
        group=_("View"),
    )
    log_loss: bool = view_option(True, label=_("Log loss"), help=_("Logarithmic axis for the loss"), group=_("View"))


@dataclass(frozen=True, eq=False)
class Frame:
    """Snapshot of a run. Networks and functions are in the order of `functions`.

    The history and the slopes of the units are float32 as PyTorch computed them. Of a network
    that diverged the frame has its last finite state, and nan in the history from there on.
    """

    hyperparams: Hyperparams
    step: int
    divergences: tuple[Divergence, ...]
    functions: tuple[str, ...]
    x: NDArray[np.float64]
    """Input of the functions, (n_points,)."""
    value: NDArray[np.float64]
    """f(x), (n_functions, n_points)."""
    gradient: NDArray[np.float64]
    """f′(x) by autograd, (n_functions, n_points)."""
    forward_gain: NDArray[np.float64]
    """E[f(z)²] for z from N(0, σ²), (n_functions,)."""
    backward_gain: NDArray[np.float64]
    """E[f′(z)²] for z from N(0, σ²), (n_functions,)."""
    history_step: NDArray[np.int64]
    """Step of each point of the history, from 1, (n,): every step up to 4096, then thinned evenly."""
    train_loss: NDArray[np.float32]
    """Mean cross-entropy (nats) of the step's batch before its update, (n_functions, n)."""
    train_accuracy: NDArray[np.float32]
    """Share (0 to 1) of the step's batch that was right before its update, (n_functions, n)."""
    gradient_norm: NDArray[np.float64]
    """‖∂L/∂W‖ (Frobenius) of each hidden layer's weights on the batch of the next step, (n_functions, n_layers)."""
    readout_gradient_norm: NDArray[np.float64]
    """The same of the read-out layer, which has no activation, (n_functions,)."""
    dead_fraction: NDArray[np.float32]
    """Share (0 to 1) of each hidden layer's units whose |f′| stays under 1 % of its maximum for every sample of that
    batch, (n_functions, n_layers)."""
    unit_slope: NDArray[np.float32]
    """For each hidden unit the largest |f′| over that batch as a share of the function's maximum,
    (n_functions, n_layers, width)."""
    activation_mean: NDArray[np.float32]
    """Mean of each hidden layer's outputs over that batch and its units, (n_functions, n_layers)."""


SPEC = ExperimentSpec(
    name="activations",
    label=_("Activations"),
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=600,
    presets=(
        Preset("default", _("default"), {}),
        Preset("vanishing", _("sigmoid, eight deep"), {"functions": ("sigmoid", "tanh", "relu"), "depth": 8}),
        Preset("dying", _("dying ReLU"), {"functions": ("relu", "leaky_relu"), "depth": 1, "lr": 2.0}),
        Preset(
            "spirals",
            _("two spirals"),
            {"functions": ("identity", "sigmoid", "tanh", "relu", "gelu"), "data": "spirals"},
        ),
        Preset(
            "batch_norm",
            _("sigmoid with batch norm"),
            {"functions": ("sigmoid", "tanh", "relu"), "depth": 8, "batch_norm": True},
        ),
    ),
)

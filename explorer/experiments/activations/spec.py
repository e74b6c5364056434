"""Activations: networks that differ in their activation alone, side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.core import fields
from explorer.core.catalog import ACTIVATIONS, OWN
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
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
    expression: str = fields.expression(of="functions", group=_("Functions"))
    slope: float = fields.slope(of="functions", group=_("Functions"))
    alpha: float = fields.alpha(of="functions", group=_("Functions"))
    beta: float = fields.beta(of="functions", group=_("Functions"))
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
    data: str = fields.data()
    depth: int = fields.depth(3, 1, 20)
    width: int = fields.width(32)
    initializer: str = fields.initializer(
        "by_function", _("How the weights are drawn; networks with the same initializer start from the same weights")
    )
    batch_norm: bool = fields.batch_norm()
    optimizer: str = fields.optimizer("sgd")
    lr: float = fields.lr(0.3)
    batch_size: int = fields.batch_size(64)
    seed: int = fields.seed()


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = fields.panels(PANELS)
    saturation: float = view_option(
        1.0,
        0.01,
        50.0,
        scale="log",
        unit="%",
        label=_("Saturated below"),
        help=_("A function is called saturated where |f′| is below this share of its maximum"),
        group=fields.VIEW,
    )
    smoothing: int = fields.smoothing(
        20, _("Loss and accuracy are exponential averages over about so many steps; 1 shows every batch")
    )
    log_loss: bool = fields.log_loss()


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

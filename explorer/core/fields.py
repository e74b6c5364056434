"""Fields that several experiments have, each declared once: an experiment says its default, and what differs there.

    lr: float = fields.lr(0.3)
    lr: float = fields.lr(0.03, low=1e-5, help=_("Length of the first step"))

Makers take the keywords of `Field` too; whatever is not said is as written here. So the same thing has the same label,
unit, range and meaning everywhere, as the choices of the catalog do. What one experiment alone has, it declares itself
by `hyperparam` or `view_option`.
"""

from collections.abc import Mapping
from typing import Any

from explorer.core.catalog import BY_FUNCTION, DATA_SETS, INITIALIZERS, OPTIMIZERS
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, where
from explorer.core.i18n import _

NETWORK, TRAINING, VIEW = _("Network"), _("Training"), _("View")
"""Groups of controls: what a network is made of, how it is trained, what is drawn."""


def _field(about: Mapping[str, Any], *default_and_range: Any, **usual: Any) -> Any:
    """Declare a field as usual, but for what the experiment says about it."""
    return hyperparam(*default_and_range, **{**usual, **about})


# --- the network -----------------------------------------------------------------------------------------------------
def depth(default: int, low: int, high: int, **about: Any) -> Any:
    """Number of hidden layers."""
    text = _("Hidden layers, each followed by the activation")
    return _field(about, default, low, high, label=_("Depth"), help=text, group=NETWORK)


def width(default: int, low: int = 4, high: int = 256, **about: Any) -> Any:
    """Number of units in every hidden layer."""
    text = _("Units in every hidden layer")
    return _field(about, default, low, high, scale="log", label=_("Width"), help=text, group=NETWORK)


def activation(default: str, choices: tuple[Choice, ...], help: str, **about: Any) -> Any:
    """Name of the activation that all hidden layers have; `expression`, `slope`, `alpha` and `beta` may go with it."""
    return _field(about, default, label=_("Activation"), help=help, choices=choices, group=NETWORK)


def expression(of: str, **about: Any) -> Any:
    """Text of f(x), used where the field `of` has the activation "own"."""
    text = _("an expression of x: + − * / **, exp, log, sqrt, abs, sin, tanh, sigmoid, relu, erf, min, max, pi, e")
    used = where(of, "own")
    return _field(about, "x * sigmoid(1.7 * x)", label=_("f(x) ="), help=text, check=parse, used=used, group=NETWORK)


def slope(of: str, **about: Any) -> Any:
    """Slope of leaky ReLU, used where the field `of` has it."""
    text, used = _("Slope of leaky ReLU below zero"), where(of, "leaky_relu")
    return _field(about, 0.01, 0.0, 1.0, label=_("Slope"), help=text, used=used, group=NETWORK)


def alpha(of: str, **about: Any) -> Any:
    """α of ELU, used where the field `of` has it."""
    text, used = _("ELU falls to −α for very negative x"), where(of, "elu")
    return _field(about, 1.0, 0.0, 5.0, label=_("ELU α"), help=text, used=used, group=NETWORK)


def beta(of: str, **about: Any) -> Any:
    """β of softplus, used where the field `of` has it."""
    text, used = _("Sharpness of softplus: the larger β, the closer to ReLU"), where(of, "softplus")
    return _field(about, 1.0, 0.1, 10.0, scale="log", label=_("Softplus β"), help=text, used=used, group=NETWORK)


def initializer(default: str, help: str, **about: Any) -> Any:
    """Name of an initializer that suits any network, or "by_function": what suits each activation."""
    choices = (BY_FUNCTION, *INITIALIZERS)
    return _field(about, default, label=_("Initializer"), help=help, choices=choices, group=NETWORK)


def batch_norm(**about: Any) -> Any:
    """Whether the network has batch norm."""
    text = _("Normalise every unit over the batch before the activation")
    return _field(about, False, label=_("Batch norm"), help=text, group=NETWORK)


# --- data and training -----------------------------------------------------------------------------------------------
def data(**about: Any) -> Any:
    """Name of a data set; the choices begin with the digits."""
    text = _("What the networks learn to tell apart")
    return _field(about, "digits", label=_("Data"), help=text, choices=DATA_SETS, group=NETWORK)


def batch_size(default: int, low: int = 2, high: int = 1397, **about: Any) -> Any:
    """Samples per step, at most all that are there for training."""
    text = _("Samples per step; all networks see the same ones")
    return _field(about, default, low, high, scale="log", label=_("Batch size"), help=text, group=TRAINING)


def optimizer(default: str, **about: Any) -> Any:
    """Name of one of the optimizers that experiments on other things offer."""
    text = _("How a gradient becomes a step")
    return _field(about, default, label=_("Optimizer"), help=text, choices=OPTIMIZERS, group=TRAINING)


def lr(default: float, low: float = 1e-4, high: float = 10.0, **about: Any) -> Any:
    """Learning rate, which a running run takes over."""
    label, text = _("Learning rate"), _("Length of a step along the gradient")
    return _field(about, default, low, high, scale="log", label=label, help=text, live=True, group=TRAINING)


def seed(**about: Any) -> Any:
    """Seed of all that is drawn at random; the player shows it, and not the control panel."""
    return _field(about, 0, 0, 999_999, label=_("Seed"), help=_("Decides weights and batches"))


# --- view options ----------------------------------------------------------------------------------------------------
def panels(choices: tuple[Choice, ...], shown: tuple[str, ...] = (), **about: Any) -> Any:
    """Names of the panels that are drawn; at first those `shown`, or all."""
    names, text = shown or tuple(c.name for c in choices), _("Which panels the figure has")
    return _field(about, names, label=_("Panels"), help=text, choices=choices, at_least=1, group=VIEW)


def smoothing(default: int, help: str, **about: Any) -> Any:
    """Steps over which curves by step are averaged; `help` says which curves."""
    return _field(about, default, 1, 1000, scale="log", unit=_("steps"), label=_("Smoothing"), help=help, group=VIEW)


def log_loss(**about: Any) -> Any:
    """Whether the axis of the loss is logarithmic."""
    return _field(about, True, label=_("Log loss"), help=_("Logarithmic axis for the loss"), group=VIEW)

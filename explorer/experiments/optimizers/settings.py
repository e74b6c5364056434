"""The hyperparams of each optimizer, under PyTorch's argument names; a group of controls each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from explorer.core.hyperparams import hyperparam, where
from explorer.core.i18n import _

Pair = tuple[float, float]


def pair(low: float, high: float) -> Callable[[str], Pair]:
    """Return the reader of two numbers within bounds, written "0.9, 0.999"; it raises ValueError."""

    def read(text: str) -> Pair:
        try:
            first, second = (float(part.replace("\N{MINUS SIGN}", "-")) for part in text.split(","))
        except ValueError:
            raise ValueError(_("two numbers with a comma between them")) from None
        if not (low <= first <= high and low <= second <= high):
            raise ValueError(_("both from {low} to {high}").format(low=f"{low:g}", high=f"{high:g}"))
        return first, second

    return read


betas_of = pair(0.0, 0.999999)
step_sizes_of = pair(1e-12, 1e3)


def etas_of(text: str) -> Pair:
    """Read Rprop's factors: below 1 and above 1. Raises ValueError."""
    shorter, longer = pair(0.0, 10.0)(text)
    if not 0 < shorter < 1 < longer:
        raise ValueError(_("the first between 0 and 1, the second above 1"))
    return shorter, longer


_chosen = partial(where, "optimizers")


def _lr(default: float, name: str) -> Any:
    return hyperparam(
        default,
        1e-6,
        100.0,
        scale="log",
        label=_("lr"),
        help=_("Learning rate"),
        live=True,
        used=_chosen(name),
    )


def _momentum(default: float, name: str) -> Any:
    text = _("Share of the last velocity that is kept at every step")
    return hyperparam(default, 0.0, 0.999, label=_("momentum"), help=text, live=True, used=_chosen(name))


def _betas(default: str, name: str) -> Any:
    text = _("Memory of the running means of the gradient and of its square: two numbers from 0 to below 1")
    return hyperparam(default, label=_("betas"), help=text, check=betas_of, used=_chosen(name))


def _eps(default: float, name: str) -> Any:
    text = _("Added to the root of squares: keeps the division finite")
    return hyperparam(default, 1e-16, 1.0, scale="log", label=_("eps"), help=text, used=_chosen(name))


def _weight_decay(default: float, name: str, decoupled: bool = False) -> Any:
    text = (
        _("Pull towards the origin, apart from the gradient") if decoupled else _("Adds this times θ to the gradient")
    )
    return hyperparam(default, 0.0, 1.0, label=_("weight_decay"), help=text, used=_chosen(name))


@dataclass(frozen=True)
class SGD:
    """Plain gradient descent."""

    lr: float = _lr(0.01, "sgd")
    weight_decay: float = _weight_decay(0.0, "sgd")


@dataclass(frozen=True)
class Momentum:
    """SGD with momentum."""

    lr: float = _lr(0.002, "momentum")
    momentum: float = _momentum(0.9, "momentum")
    weight_decay: float = _weight_decay(0.0, "momentum")


@dataclass(frozen=True)
class Nesterov:
    """SGD with Nesterov's momentum."""

    lr: float = _lr(0.002, "nesterov")
    momentum: float = _momentum(0.9, "nesterov")
    weight_decay: float = _weight_decay(0.0, "nesterov")


@dataclass(frozen=True)
class Adagrad:
    """Adagrad."""

    lr: float = _lr(1.5, "adagrad")
    lr_decay: float = hyperparam(
        0.0,
        0.0,
        1.0,
        label=_("lr_decay"),
        help=_("The learning rate is divided by 1 + steps · this"),
        used=_chosen("adagrad"),
    )
    eps: float = _eps(1e-10, "adagrad")
    weight_decay: float = _weight_decay(0.0, "adagrad")


@dataclass(frozen=True)
class Adadelta:
    """Adadelta."""

    lr: float = _lr(0.15, "adadelta")
    rho: float = hyperparam(
        0.9, 0.0, 0.9999, label=_("rho"), help=_("Memory of its two running means"), used=_chosen("adadelta")
    )
    eps: float = _eps(1e-6, "adadelta")
    weight_decay: float = _weight_decay(0.0, "adadelta")


@dataclass(frozen=True)
class RMSprop:
    """RMSprop."""

    lr: float = _lr(0.05, "rmsprop")
    alpha: float = hyperparam(
        0.99, 0.0, 0.9999, label=_("alpha"), help=_("Memory of the mean of squared gradients"), used=_chosen("rmsprop")
    )
    eps: float = _eps(1e-8, "rmsprop")
    momentum: float = _momentum(0.0, "rmsprop")
    centered: bool = hyperparam(
        False,
        label=_("centered"),
        help=_("Divide by the standard deviation of the gradient instead"),
        used=_chosen("rmsprop"),
    )
    weight_decay: float = _weight_decay(0.0, "rmsprop")


@dataclass(frozen=True)
class Adam:
    """Adam."""

    lr: float = _lr(0.3, "adam")
    betas: str = _betas("0.9, 0.999", "adam")
    eps: float = _eps(1e-8, "adam")
    weight_decay: float = _weight_decay(0.0, "adam")


@dataclass(frozen=True)
class AdamW:
    """AdamW."""

    lr: float = _lr(0.3, "adamw")
    betas: str = _betas("0.9, 0.999", "adamw")
    eps: float = _eps(1e-8, "adamw")
    weight_decay: float = _weight_decay(0.01, "adamw", decoupled=True)


@dataclass(frozen=True)
class NAdam:
    """NAdam."""

    lr: float = _lr(0.1, "nadam")
    betas: str = _betas("0.9, 0.999", "nadam")
    eps: float = _eps(1e-8, "nadam")
    weight_decay: float = _weight_decay(0.0, "nadam")
    momentum_decay: float = hyperparam(
        0.004,
        0.0,
        1.0,
        label=_("momentum_decay"),
        help=_("How fast its momentum grows to the first beta"),
        used=_chosen("nadam"),
    )


@dataclass(frozen=True)
class RAdam:
    """RAdam."""

    lr: float = _lr(0.004, "radam")
    betas: str = _betas("0.9, 0.999", "radam")
    eps: float = _eps(1e-8, "radam")
    weight_decay: float = _weight_decay(0.0, "radam")


@dataclass(frozen=True)
class Adamax:
    """Adamax."""

    lr: float = _lr(0.5, "adamax")
    betas: str = _betas("0.9, 0.999", "adamax")
    eps: float = _eps(1e-8, "adamax")
    weight_decay: float = _weight_decay(0.0, "adamax")


@dataclass(frozen=True)
class Rprop:
    """Rprop."""

    lr: float = _lr(0.05, "rprop")
    etas: str = hyperparam(
        "0.5, 1.2",
        label=_("etas"),
        help=_("Factors of the step where the sign turned and where it stayed"),
        check=etas_of,
        used=_chosen("rprop"),
    )
    step_sizes: str = hyperparam(
        "1e-6, 50",
        label=_("step_sizes"),
        help=_("Shortest and longest step"),
        check=step_sizes_of,
        used=_chosen("rprop"),
    )


@dataclass(frozen=True)
class Lion:
    """Lion."""

    lr: float = _lr(0.01, "lion")
    betas: str = _betas("0.9, 0.99", "lion")
    weight_decay: float = _weight_decay(0.0, "lion", decoupled=True)

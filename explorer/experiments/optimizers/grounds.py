"""Where a surface is looked at, where the descent begins, and learning rates that reach a minimum from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _

Range = tuple[float, float]


@dataclass(frozen=True)
class Ground:
    """What suits a surface."""

    start: str
    x: Range
    """Part of the plane that is drawn, before the start is known."""
    y: Range
    lrs: tuple[float, ...]
    """By optimizer, in the order of the catalog."""


# sgd, momentum, nesterov, adagrad, adadelta, rmsprop, adam, adamw, nadam, radam, adamax, rprop, lion
GROUNDS: Mapping[str, Ground] = {
    "quadratic": Ground(
        "-9, 3", (-10.5, 4.5), (-5, 5), (0.05, 0.01, 0.01, 1, 2, 0.1, 0.3, 0.3, 0.3, 0.15, 0.5, 0.1, 0.05)
    ),
    "rosenbrock": Ground(
        "-1.5, 2",
        (-2.2, 2),
        (-0.9, 3),
        (0.001, 0.001, 0.001, 0.5, 0.07, 0.004, 0.1, 0.1, 0.02, 0.007, 0.1, 0.01, 0.002),
    ),
    "beale": Ground(
        "-1.5, -1.5",
        (-3.1, 4.3),
        (-2.4, 2.5),
        (0.01, 0.002, 0.002, 1.5, 0.15, 0.05, 0.3, 0.3, 0.1, 0.004, 0.5, 0.05, 0.01),
    ),
    "himmelblau": Ground(
        "0, -1", (-5.6, 5.6), (-5, 5), (0.01, 0.004, 0.004, 0.5, 1, 0.05, 0.3, 0.3, 0.2, 0.02, 0.2, 0.05, 0.01)
    ),
    "saddle": Ground(
        "-1.5, 0.001",
        (-2.2, 2.2),
        (-1.7, 1.7),
        (0.05, 0.02, 0.02, 0.3, 1, 0.03, 0.1, 0.1, 0.1, 0.1, 0.1, 0.02, 0.02),
    ),
    "monkey_saddle": Ground(
        "1.6, 0.05", (-2.4, 2.4), (-2, 2), (0.02, 0.005, 0.005, 0.2, 0.5, 0.02, 0.1, 0.1, 0.05, 0.05, 0.1, 0.02, 0.05)
    ),
    "rastrigin": Ground(
        "3.3, -2.3",
        (-5.12, 5.12),
        (-5.12, 5.12),
        (0.001, 0.001, 0.001, 0.1, 0.5, 0.01, 0.1, 0.1, 0.1, 0.002, 0.1, 0.02, 0.005),
    ),
    "ackley": Ground(
        "3.2, 2.4", (-5, 5), (-5, 5), (0.01, 0.005, 0.005, 0.1, 0.5, 0.01, 0.1, 0.1, 0.1, 0.02, 0.1, 0.02, 0.02)
    ),
    "styblinski_tang": Ground(
        "0.3, 0.6", (-5, 5), (-4.6, 4.6), (0.01, 0.005, 0.005, 0.2, 1, 0.02, 0.1, 0.1, 0.1, 0.05, 0.1, 0.02, 0.02)
    ),
    "ravine": Ground(
        "-4.2, 2.2",
        (-5.6, 2.4),
        (-2.2, 2.9),
        (0.02, 0.005, 0.005, 1, 0.5, 0.05, 0.3, 0.3, 0.2, 0.05, 1, 0.02, 0.02),
    ),
    "plateau": Ground(
        "-3.2, 2", (-4.6, 3.4), (-2.8, 2.8), (0.5, 0.1, 0.1, 0.5, 1, 0.05, 0.1, 0.1, 0.1, 0.2, 0.1, 0.02, 0.05)
    ),
    "network": Ground(
        "0, 0", (-1, 1), (-1, 1), (0.3, 0.03, 0.03, 0.05, 2, 0.003, 0.01, 0.01, 0.005, 0.01, 0.01, 0.001, 0.001)
    ),
    "own": Ground(
        "-2, 1.5", (-3, 3), (-2.5, 2.5), (0.05, 0.01, 0.01, 0.5, 1, 0.02, 0.1, 0.1, 0.1, 0.02, 0.1, 0.02, 0.02)
    ),
}
SURFACES = (
    Choice("quadratic", _("quadratic"), help="½(u² + κv²)"),
    Choice("rosenbrock", _("Rosenbrock"), help="(1 − x)² + 100 (y − x²)²"),
    Choice("beale", _("Beale"), help="(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²"),
    Choice("himmelblau", _("Himmelblau"), help="(x² + y − 11)² + (x + y² − 7)²"),
    Choice("saddle", _("saddle"), help="x² − y² + y⁴/2"),
    Choice("monkey_saddle", _("monkey saddle"), help="x³ − 3xy² + (x² + y²)²/2"),
    Choice("rastrigin", _("Rastrigin"), help="20 + x² + y² − 10 (cos 2πx + cos 2πy)"),
    Choice("ackley", _("Ackley"), help=_("a cone with ripples")),
    Choice("styblinski_tang", _("Styblinski-Tang"), help="½(x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)"),
    Choice("ravine", _("ravine"), help="20 (y − sin x)² + x²/4"),
    Choice("plateau", _("plateau"), help="1 − exp(−(x² + y²)/4)"),
    Choice("network", _("network"), help=_("training loss of a small network, in a plane through its weights")),
    Choice("own", _("own f(x, y)"), help=_("the expression below")),
)


def suited(surface: str) -> dict[str, Any]:
    """What a change of the surface brings: its start, and learning rates that reach a minimum from it."""
    ground = GROUNDS[surface]
    rates = {f"{c.name}.lr": float(lr) for c, lr in zip(ALL_OPTIMIZERS, ground.lrs, strict=True)}
    return {"start": ground.start, **rates}

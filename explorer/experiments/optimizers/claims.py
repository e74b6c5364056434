"""Claims about optimizers that are commonly heard, each with the runs that test it. Verdicts are computed."""

from collections.abc import Mapping
from typing import Any

from explorer.core.claims import Claim, Trial, over_seeds
from explorer.core.i18n import _
from explorer.experiments.optimizers import verdicts


def _from_cloud(steps: int, *settings: Mapping[str, Any]) -> tuple[Trial, ...]:
    """With every seed, from 40 random starts each."""
    return over_seeds(steps, *({"starts": "cloud", "n_starts": 40, **s} for s in settings))


_BOWL = {"surface": "quadratic", "condition": 20.0}
_DESCENT = {**_BOWL, "optimizers": ("sgd",)}


def _pair(lr: float) -> dict[str, Any]:
    return {**_BOWL, "optimizers": ("sgd", "momentum"), "sgd.lr": lr, "momentum.lr": lr}


_BUMPY = ("himmelblau", "styblinski_tang", "saddle", "rastrigin")
_RACED = ("quadratic", "rosenbrock", "beale", "himmelblau", "saddle", "styblinski_tang", "ravine", "plateau")
_RACERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
_TUNED = {"optimizers": _RACERS, "race": True, "race_steps": 200}

CLAIMS = (
    Claim(
        name="sgd_one_sample",
        number=25,
        sentence=_("SGD looks at one sample at a time and learns faster"),
        trials=over_seeds(0, {}, probe="samples"),
        check=verdicts.one_sample,
        reading=_(
            "Per sample seen, yes, on data that repeats itself; at a constant learning rate the loss then wanders. "
            "Per second, batches use a processor better."
        ),
        sources=("lecun98", "shallue19"),
    ),
    Claim(
        name="gradient_descent_cannot_converge",
        number=26,
        sentence=_("Plain gradient descent cannot converge"),
        trials=_from_cloud(600, {**_DESCENT, "sgd.lr": 0.09}, {**_DESCENT, "sgd.lr": 0.11}),
        check=verdicts.cannot_converge,
        reading=_("It does while lr is below 2/λ, λ the largest curvature."),
        sources=("lecun98", "lee16", "cohen21"),
    ),
    Claim(
        name="momentum_damps",
        number=27,
        sentence=_("Momentum damps oscillation"),
        trials=_from_cloud(600, _pair(0.025), _pair(0.1025)),
        check=verdicts.momentum_damps,
        reading=_("It swings by itself; but it stays stable up to lr · λ = 2 + 2μ, where plain descent is long lost."),
        sources=("lecun98", "goh17"),
    ),
    Claim(
        name="adagrad_multiplies",
        number=28,
        sentence=_("Adagrad multiplies the learning rate by the root of the gradient history"),
        trials=_from_cloud(200, {**_BOWL, "optimizers": ("adagrad",), "adagrad.lr": 1.0}),
        check=verdicts.adagrad_multiplies,
        reading=_("It divides by it: power −1."),
        sources=("dlbook", "duchi11"),
    ),
    Claim(
        name="adagrad_shrinks",
        number=29,
        sentence=_("Adagrad's learning rate shrinks too early"),
        trials=_from_cloud(
            1000,
            {"surface": "himmelblau", "optimizers": ("adagrad",), "adagrad.lr": 0.01},
            {"surface": "himmelblau", "optimizers": ("adagrad",), "adagrad.lr": 0.5},
        ),
        check=verdicts.adagrad_shrinks,
        reading=_("It never grows again; whether it is too small too soon depends on the rate it began with."),
        sources=("dlbook", "zeiler12"),
    ),
    Claim(
        name="adagrad_convex_only",
        number=30,
        sentence=_("Adagrad is for convex problems only"),
        trials=_from_cloud(600, *({"surface": s, "optimizers": ("adagrad",)} for s in _BUMPY)),
        check=verdicts.adagrad_convex_only,
        reading=_("It was designed for convex problems, and its first guarantees are about those; it works on others."),
        sources=("dlbook", "ward19"),
    ),
    Claim(
        name="rmsprop_lacks_momentum",
        number=31,
        sentence=_("RMSprop lacks momentum, and Adam adds it"),
        trials=_from_cloud(
            100,
            {**_BOWL, "optimizers": ("rmsprop", "adam")},
            {**_BOWL, "optimizers": ("rmsprop", "adam"), "rmsprop.momentum": 0.9},
        ),
        check=verdicts.rmsprop_lacks_momentum,
        reading=_("RMSprop with momentum existed before; Adam also corrects the bias of its means at the start."),
        sources=("kingma15",),
    ),
    Claim(
        name="adam_universal",
        number=32,
        sentence=_("Adam is the universal choice"),
        trials=tuple(Trial({**_TUNED, "surface": s}, probe="tuned") for s in _RACED),
        check=verdicts.universal,
        reading=_(
            "There is no universal winner: it depends on the problem, and how each is tuned decides much. "
            "Measured here on small surfaces, each optimizer at the best of 31 rates, eight starts."
        ),
        sources=("wilson17", "reddi18", "choi19", "schmidt21", "kasimbeg25"),
    ),
)

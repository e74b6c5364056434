"""An experiment that never runs, with a field of every kind."""

from dataclasses import dataclass

from explorer.core.claims import Claim, Outcome, Verdict
from explorer.core.experiment import ExperimentSpec, Preset
from explorer.core.expression import parse
from explorer.core.hyperparams import Choice, hyperparam, view_option
from explorer.core.roles import Role

CURVES = (
    Choice("relu", "ReLU", Role("blue")),
    Choice("leaky", "leaky ReLU", Role("blue", "dash")),
    Choice("tanh", "tanh", Role("purple")),
)
DATA = (Choice("digits", "digits"), Choice("spirals", "spirals"))
OPTIMIZERS = tuple(Choice(name, name.upper()) for name in ("sgd", "momentum", "adam", "rmsprop", "lion"))


@dataclass(frozen=True)
class Hyperparams:
    functions: tuple[str, ...] = hyperparam(
        ("relu", "tanh"), label="Functions", choices=CURVES, at_least=1, group="Functions"
    )
    slope: float = hyperparam(0.01, 0.0, 1.0, label="Slope", used=lambda hp: "leaky" in hp.functions, group="Functions")
    expression: str = hyperparam("x", label="f(x) =", check=parse, help="an expression of x", group="Functions")
    data: str = hyperparam("digits", label="Data", choices=DATA, group="Network")
    depth: int = hyperparam(3, 1, 20, label="Depth", group="Network")
    width: int = hyperparam(32, 4, 256, label="Width", scale="log", group="Network")
    batch_norm: bool = hyperparam(False, label="Batch norm", group="Network")
    optimizer: str = hyperparam("sgd", label="Optimizer", choices=OPTIMIZERS, group="Training")
    lr: float = hyperparam(0.3, 1e-6, 10.0, scale="log", label="Learning rate", live=True, group="Training")
    noise: float = hyperparam(-0.5, label="Noise", group="Training")
    seed: int = hyperparam(0, 0, 999, label="Seed")


@dataclass(frozen=True)
class ViewOptions:
    panels: tuple[str, ...] = view_option(
        ("loss", "accuracy"),
        label="Panels",
        choices=(Choice("loss", "loss"), Choice("accuracy", "accuracy")),
        at_least=1,
    )
    share: float = view_option(1.0, 0.01, 50.0, scale="log", unit="%", label="Saturated below", group="Functions")


def never(_frames: object) -> Verdict:
    return Verdict(Outcome.HOLDS, "", {})


@dataclass(frozen=True)
class Spec(ExperimentSpec):
    claims = (
        Claim("first", 1, "ReLU units die", (), never),
        Claim("second", 2, "tanh is faster", (), never, reading="Where the mean is zero."),
    )


PRESETS = (Preset("hot", "hot", {"lr": 5.0}),)
SPEC = Spec("imaginary", Hyperparams, ViewOptions, object, 1, PRESETS, label="Imaginary")

"""What several experiments offer to choose from: activations, initializers, optimizers, data sets, each with its role.

Names are PyTorch's in snake_case; the same thing has the same label and colour role everywhere.
"""

from collections.abc import Sequence

from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import Role

ACTIVATIONS = (
    Choice("identity", _("identity"), Role("slate"), "x"),
    Choice("sigmoid", _("sigmoid"), Role("orange"), "1 / (1 + exp(−x))"),
    Choice("hardsigmoid", _("hard sigmoid"), Role("orange", "dash"), "clip(x / 6 + 1/2, 0, 1)"),
    Choice("tanh", _("tanh"), Role("purple"), "tanh(x)"),
    Choice("relu", _("ReLU"), Role("blue"), "max(x, 0)"),
    Choice("leaky_relu", _("leaky ReLU"), Role("blue", "dash"), _("x, below zero slope · x")),
    Choice("prelu", _("PReLU"), Role("blue", "dot"), _("leaky ReLU that learns its slope, one per layer, from 0.25")),
    Choice("elu", _("ELU"), Role("cyan"), _("x, below zero α (exp(x) − 1)")),
    Choice("selu", _("SELU"), Role("cyan", "dash"), "1.0507 · ELU(x; α = 1.6733)"),
    Choice("softplus", _("softplus"), Role("ochre"), "log(1 + exp(βx)) / β"),
    Choice("gelu", _("GELU"), Role("green"), _("x Φ(x), Φ the normal distribution function")),
    Choice("silu", _("SiLU"), Role("pink"), "x · sigmoid(x)"),
    Choice("mish", _("Mish"), Role("pink", "dash"), "x · tanh(softplus(x))"),
    Choice("hardswish", _("hard swish"), Role("green", "dash"), "x · hardsigmoid(x)"),
)
FIXED_ACTIVATIONS = tuple(c for c in ACTIVATIONS if c.name != "prelu")
"""Those that learn nothing."""
OWN = Choice("own", _("own f(x)"), Role("red"), _("the expression below"))

ALL_INITIALIZERS = (
    Choice("zeros", _("zeros"), Role("slate"), _("all weights and biases 0")),
    Choice("constant", _("constant"), Role("slate", "dash"), _("all weights the same number")),
    Choice("normal", _("normal"), Role("cyan"), _("N(0, σ²), biases 0")),
    Choice("uniform", _("uniform"), Role("cyan", "dash"), _("uniform in ±a, biases 0")),
    Choice("xavier_normal", _("Xavier normal"), Role("blue"), _("variance 2 / (fan_in + fan_out), biases 0")),
    Choice("xavier_uniform", _("Xavier uniform"), Role("blue", "dash"), _("uniform, variance 2 / (fan_in + fan_out)")),
    Choice("he_normal", _("He normal"), Role("green"), _("variance 2 / fan_in, biases 0")),
    Choice("he_uniform", _("He uniform"), Role("green", "dash"), _("uniform, variance 2 / fan_in, biases 0")),
    Choice("lecun_normal", _("LeCun normal"), Role("brown"), _("variance 1 / fan_in, biases 0")),
    Choice("orthogonal", _("orthogonal"), Role("purple"), _("a random rotation: it keeps lengths, biases 0")),
    Choice(
        "pytorch_default",
        _("PyTorch default"),
        Role("orange"),
        _("weights and biases uniform in ±1/√fan_in, as nn.Linear draws them"),
    ),
    Choice(
        "article_rand",
        _("article rand"),
        Role("red"),
        _("rand(fan_in, fan_out) / sqrt(fan_in / 2): all weights positive"),
    ),
    Choice(
        "article_randn",
        _("article randn"),
        Role("red", "dash"),
        _("the same with randn, which makes it He's: variance 2 / fan_in"),
    ),
    Choice(
        "lsuv",
        _("LSUV"),
        Role("pink"),
        _("orthogonal, then each layer scaled until its outputs on this batch have variance 1"),
    ),
)
INITIALIZERS = tuple(
    c for c in ALL_INITIALIZERS if c.name in ("xavier_normal", "he_normal", "lecun_normal", "pytorch_default")
)
"""Those that suit any network: what an experiment on something else offers."""
BY_FUNCTION = Choice(
    "by_function",
    _("by function"),
    help=_("Xavier for identity, sigmoid, hard sigmoid and tanh, LeCun for SELU, He for all others"),
)
_BY_FUNCTION = {
    "identity": "xavier_normal",
    "sigmoid": "xavier_normal",
    "hardsigmoid": "xavier_normal",
    "tanh": "xavier_normal",
    "selu": "lecun_normal",
}

ALL_OPTIMIZERS = (
    Choice("sgd", _("SGD"), Role("cyan"), _("plain gradient descent")),
    Choice("momentum", _("momentum"), Role("orange"), _("SGD with momentum 0.9")),
    Choice("nesterov", _("Nesterov"), Role("orange", "dash"), _("momentum that looks ahead")),
    Choice("adagrad", _("Adagrad"), Role("green"), _("divides by the root of all squared gradients so far")),
    Choice("adadelta", _("Adadelta"), Role("green", "dash"), _("Adagrad that forgets, with steps in its own units")),
    Choice("rmsprop", _("RMSprop"), Role("purple"), _("divides by the root of recent squared gradients")),
    Choice("adam", _("Adam"), Role("blue"), _("betas 0.9 and 0.999")),
    Choice("adamw", _("AdamW"), Role("blue", "dash"), _("Adam with decoupled weight decay")),
    Choice("nadam", _("NAdam"), Role("pink"), _("Adam that looks ahead")),
    Choice("radam", _("RAdam"), Role("red"), _("Adam whose first steps are not adapted")),
    Choice("adamax", _("Adamax"), Role("pink", "dash"), _("Adam with the largest recent gradient")),
    Choice("rprop", _("Rprop"), Role("ochre"), _("a step of its own per coordinate, by signs alone")),
    Choice("lion", _("Lion"), Role("brown"), _("the sign of a momentum")),
)
OPTIMIZERS = tuple(c for c in ALL_OPTIMIZERS if c.name in ("sgd", "momentum", "adam"))
"""Those that experiments on other things offer."""

DATA_SETS = (
    Choice("digits", _("digits"), help=_("1,797 handwritten digits of 8 × 8 pixels, 1,397 of them for training")),
    Choice("spirals", _("spirals"), help=_("two interleaved spirals in the plane, 1,397 points for training")),
)
PIXELS = Choice(
    "pixels", _("pixels"), help=_("the digits as they are: pixels from 0 to 16, neither centred nor scaled")
)
INPUTS = (
    DATA_SETS[0],
    Choice("normal", _("normal"), help=_("64 numbers from N(0, 1); the label is the nearest of ten directions")),
    PIXELS,
)


def by_function(activation: str) -> str:
    """Name of the initializer that suits an activation: He's unless the function is bounded, linear or SELU."""
    return _BY_FUNCTION.get(activation, "he_normal")


def choice(choices: Sequence[Choice], name: str) -> Choice:
    """Find a choice by its name. Raises KeyError where there is none."""
    return {c.name: c for c in choices}[name]

"""Activations and initializers of `explorer.nets`, as source."""

from typing import Any

from explorer.core.expression import parse
from explorer.scripts.expression import torch_source
from explorer.scripts.source import indented, literal

_ACTIVATIONS = {
    "identity": "nn.Identity",
    "sigmoid": "nn.Sigmoid",
    "hardsigmoid": "nn.Hardsigmoid",
    "tanh": "nn.Tanh",
    "relu": "nn.ReLU",
    "prelu": "nn.PReLU",
    "selu": "nn.SELU",
    "gelu": "nn.GELU",
    "silu": "nn.SiLU",
    "mish": "nn.Mish",
    "hardswish": "nn.Hardswish",
    "own": "Own",
}
_WITH_PARAMETER = {
    "leaky_relu": ("nn.LeakyReLU", "negative_slope", "slope"),
    "elu": ("nn.ELU", "alpha", "alpha"),
    "softplus": ("nn.Softplus", "beta", "beta"),
}
"""Module, its argument, and the field that sets it."""
_INITIALIZERS = {
    "zeros": ("nn.init.zeros_(layer.weight)", "All units of a layer stay the same."),
    "constant": ("nn.init.constant_(layer.weight, {constant})", "All units of a layer stay the same."),
    "normal": ("nn.init.normal_(layer.weight, std={sigma}, generator=rng)", "The same std whatever the width."),
    "uniform": ("nn.init.uniform_(layer.weight, -{bound}, {bound}, rng)", "The same range whatever the width."),
    "xavier_normal": (
        "nn.init.xavier_normal_(layer.weight, {gain}generator=rng)",
        "Variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010).",
    ),
    "xavier_uniform": (
        "nn.init.xavier_uniform_(layer.weight, {gain}generator=rng)",
        "Variance 2 / (fan_in + fan_out) (Glorot & Bengio 2010).",
    ),
    "he_normal": (
        "nn.init.kaiming_normal_(layer.weight, {mode}generator=rng)",
        "Variance 2 / {fan} (He et al. 2015).",
    ),
    "he_uniform": (
        "nn.init.kaiming_uniform_(layer.weight, {mode}generator=rng)",
        "Variance 2 / {fan} (He et al. 2015).",
    ),
    "lecun_normal": (
        'nn.init.kaiming_normal_(layer.weight, nonlinearity="linear", generator=rng)',
        "Variance 1 / fan_in (LeCun et al. 1998).",
    ),
    "orthogonal": (
        "nn.init.orthogonal_(layer.weight, {gain}generator=rng)",
        "A random rotation (Saxe et al. 2014).",
    ),
    "pytorch_default": (
        "nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=rng)\n"
        "bound = 1 / math.sqrt(layer.in_features)\n"
        "nn.init.uniform_(layer.bias, -bound, bound, rng)",
        "As nn.Linear draws: uniform in +-1 / sqrt(fan_in).",
    ),
    "article_rand": (
        "nn.init.uniform_(layer.weight, 0, math.sqrt(2 / layer.in_features), rng)",
        "rand(fan_in, fan_out) / sqrt(fan_in / 2): all weights positive.",
    ),
    "article_randn": (
        "nn.init.normal_(layer.weight, std=math.sqrt(2 / layer.in_features), generator=rng)",
        "randn(fan_in, fan_out) / sqrt(fan_in / 2).",
    ),
    "lsuv": ("nn.init.orthogonal_(layer.weight, generator=rng)", "What LSUV starts from."),
}
"""Statements that fill `layer`, an nn.Linear whose biases are zero, from `rng`; and what they do."""
OWN = """\
class Own(nn.Module):
    def forward(self, x):
        return {source}"""


def activation(name: str, hyperparams: Any) -> str:
    """Return the expression of what makes the module when called: `nn.ReLU`, `partial(nn.ELU, alpha=0.5)`."""
    if name not in _WITH_PARAMETER:
        return _ACTIVATIONS[name]
    module, argument, field = _WITH_PARAMETER[name]
    value = getattr(hyperparams, field, None)
    return module if value is None else f"partial({module}, {argument}={literal(value)})"


def own(text: str) -> str:
    """Return the class `Own` of the expression of x that the user typed."""
    return OWN.format(source=torch_source(parse(text)))


def initializer(name: str, scales: Any = None) -> str:
    """Return the function of this name, which draws an nn.Linear `layer` from a generator `rng`.

    `scales` has those fields of `nets.initializers.Scales` that are not to be at their default.
    """
    gain, mode = getattr(scales, "gain", 1.0), getattr(scales, "fan_mode", "fan_in")
    values = {
        "sigma": literal(getattr(scales, "sigma", 0.02)),
        "bound": literal(getattr(scales, "bound", 0.1)),
        "constant": literal(getattr(scales, "constant", 0.01)),
        "gain": "" if gain == 1 else f"gain={literal(gain)}, ",
        "mode": "" if mode == "fan_in" else f'mode="{mode}", ',
        "fan": mode,
    }
    statements, about = _INITIALIZERS[name]
    body = f'"""{about}"""\n{statements}' + ("" if "layer.bias" in statements else "\nnn.init.zeros_(layer.bias)")
    return f"def {name}(layer, rng):\n{indented(body.format(**values))}"

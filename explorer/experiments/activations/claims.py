"""Claims about activations that are commonly heard, each with the runs that test it. Verdicts are computed."""

from explorer.core.claims import Claim, Trial, over_seeds
from explorer.core.i18n import _
from explorer.experiments.activations import verdicts

_PAIR = {"functions": ("sigmoid", "tanh"), "initializer": "xavier_normal", "input_range": 10.0}
_SHIFTED = {"functions": ("tanh", "own"), "expression": "tanh(x) + 1", "initializer": "xavier_normal"}
_COST = {"functions": ("sigmoid", "tanh", "relu", "elu"), "width": 256, "batch_size": 256}
_LEAKY = {"functions": ("relu", "leaky_relu"), "depth": 1, "lr": 2.0}
_SIGMOID = {"functions": ("sigmoid",)}

CLAIMS = (
    Claim(
        name="sigmoid_saturates",
        number=1,
        sentence=_("Sigmoid saturates outside ±0.9"),
        trials=(Trial({"functions": ("sigmoid",), "input_range": 10.0}),),
        check=verdicts.saturates,
        reading=_(
            "Saturation comes gradually and much further out. Perhaps an output above 0.9 or below 0.1 is meant."
        ),
        sources=("lecun98",),
    ),
    Claim(
        name="sigmoid_vanishes",
        number=2,
        sentence=_("Sigmoid makes gradients vanish"),
        trials=over_seeds(0, {**_PAIR, "depth": 8}, {**_PAIR, "depth": 3}, {**_PAIR, "depth": 1}),
        check=verdicts.vanishes,
        reading=_(
            "It takes depth: each layer multiplies by slopes of at most 1/4. The positive mean of its outputs, "
            "which saturates the top layer, adds to it."
        ),
        sources=("glorot10", "hochreiter91", "bengio94"),
    ),
    Claim(
        name="exp_is_costly",
        number=3,
        sentence=_("Sigmoid is slow, for exp is costly"),
        trials=(Trial(_COST, probe="cost"),),
        check=verdicts.exp_is_costly,
        reading=_("Measured here on one core; the matrix product of a layer outweighs its activation."),
        sources=("lecun98", "krizhevsky12"),
    ),
    Claim(
        name="tanh_zero_centred",
        number=4,
        sentence=_("Tanh converges faster because its outputs are zero-centred"),
        trials=over_seeds(600, {**_SHIFTED, "depth": 5}, {**_SHIFTED, "depth": 3}, {**_SHIFTED, "depth": 1}),
        check=verdicts.zero_centred,
        reading=_("Tested on tanh against tanh + 1, which has the same slopes: the mean matters with depth."),
        sources=("lecun98",),
    ),
    Claim(
        name="tanh_faults",
        number=5,
        sentence=_("Tanh has the other faults of sigmoid"),
        trials=over_seeds(0, {**_PAIR, "depth": 8}),
        check=verdicts.tanh_faults,
        reading=_("It saturates, even sooner. But its slope at 0 is 1, so with fitting weights gradients pass."),
        sources=("glorot10",),
    ),
    Claim(
        name="relu_is_one",
        number=6,
        sentence=_("ReLU is cheap and outputs 1 for x > 0"),
        trials=(Trial({"functions": ("relu",)}), Trial(_COST, probe="cost")),
        check=verdicts.relu_slope,
        reading=_("Its slope is 1 there; its output is x."),
        sources=("glorot11", "nair10"),
    ),
    Claim(
        name="relu_dies",
        number=7,
        sentence=_("ReLU units die; use a small learning rate"),
        trials=over_seeds(300, *({"functions": ("relu",), "depth": 1, "lr": lr} for lr in (2.0, 1.0, 0.1))),
        check=verdicts.relu_dies,
        reading=_("The initialization and the depth of a network decide as well."),
        sources=("maas13", "cs231n", "lu20"),
    ),
    Claim(
        name="leaky_relu_passes",
        number=8,
        sentence=_("Leaky ReLU always passes a gradient and keeps the other faults of ReLU"),
        trials=over_seeds(300, _LEAKY) + over_seeds(0, _LEAKY),
        check=verdicts.leaky_passes,
        reading=_("Measured of the other faults: its outputs are not zero-centred."),
        sources=("maas13", "xu15"),
    ),
    Claim(
        name="elu_smoother",
        number=9,
        sentence=_("ELU is smoother than leaky ReLU"),
        trials=tuple(Trial({"functions": ("leaky_relu", "elu"), "alpha": alpha}) for alpha in (1.0, 2.0)),
        check=verdicts.elu_smooth,
        reading=_(
            "Only with α = 1 is its slope continuous. Its authors argue otherwise: outputs with a mean near zero, "
            "and saturation that is robust to noise."
        ),
        sources=("clevert16",),
    ),
    Claim(
        name="never_sigmoid",
        number=10,
        sentence=_("Never use sigmoid"),
        trials=over_seeds(
            300, {**_SIGMOID, "depth": 5}, {**_SIGMOID, "depth": 5, "batch_norm": True}, {**_SIGMOID, "depth": 1}
        ),
        check=verdicts.never_sigmoid,
        reading=_("Deep and bare it fails; shallow or with batch norm it learns."),
        sources=("cs231n", "ioffe15", "pennington17"),
    ),
)

"""Claims about initializers that are commonly heard, each with the runs that test it. Verdicts are computed."""

from explorer.core.claims import Claim, Trial, over_seeds
from explorer.core.i18n import _
from explorer.experiments.initializers import verdicts

_SMALL = {"width": 64, "batch_size": 64}
_PAIR = {**_SMALL, "initializers": ("xavier_normal", "he_normal")}
_RELU = {**_PAIR, "activation": "relu"}
_NORMAL = {"initializers": ("normal",), "activation": "relu"}
_ONE = {**_SMALL, "initializers": ("xavier_normal",)}
_SIGMOID = {**_ONE, "activation": "sigmoid"}
_HE = {"initializers": ("he_normal",), "activation": "relu", "depth": 2, "width": 512}
_WIDE = {**_ONE, "width": 256}

CLAIMS = (
    Claim(
        name="zeros_fail",
        number=11,
        sentence=_("Initializing all weights with zeros fails, except for a single layer"),
        trials=(
            *over_seeds(200, {**_SMALL, "initializers": ("zeros", "constant", "xavier_normal"), "depth": 2}),
            *over_seeds(0, {}, probe="single_layer"),
        ),
        check=verdicts.zeros_fail,
        reading=_(
            "Units that start equal stay equal: any constant does the same. Zeros are harmless where nothing has to be "
            "told apart, as in biases, the last layer or the gate of a residual branch."
        ),
        sources=("dlbook", "rezero21"),
    ),
    Claim(
        name="xavier_for_tanh",
        number=12,
        sentence=_("Xavier suits tanh, but not ReLU"),
        trials=(
            *over_seeds(150, {**_PAIR, "depth": 10}),
            *over_seeds(150, {**_RELU, "depth": 5, "lr": 0.05}, {**_RELU, "depth": 20, "lr": 0.01}),
        ),
        check=verdicts.xavier_for_tanh,
        reading=_("Each ReLU layer halves the signal's square under Xavier: a few layers bear it, twenty do not."),
        sources=("he15",),
    ),
    Claim(
        name="rand_is_xavier",
        number=13,
        sentence=_("Xavier initialization is rand(fan_in, fan_out) / sqrt(fan_in / 2)"),
        trials=over_seeds(
            0,
            {
                "initializers": ("xavier_normal", "he_normal", "article_rand", "article_randn"),
                "activation": "relu",
                "width": 128,
            },
        ),
        check=verdicts.rand_is_xavier,
        reading=_(
            "The scale √(2 / fan_in) is He's, and it belongs to randn. rand is never negative: its mean "
            "of 0.71/√fan_in adds up over all inputs."
        ),
        sources=("he15", "glorot10"),
    ),
    Claim(
        name="fan_in_is_outputs",
        number=14,
        sentence=_("fan_in is the number of output channels"),
        trials=(
            *over_seeds(0, {**_HE, "fan_mode": "fan_in"}, {**_HE, "fan_mode": "fan_out"}),
            Trial({}, probe="fans"),
        ),
        check=verdicts.fan_in_is_outputs,
        reading=_("fan_in counts the connections that come in: of a convolution, input channels times kernel size."),
        sources=("lecun98", "he15"),
    ),
    Claim(
        name="variance_002",
        number=15,
        sentence=_("Good weights have mean 0 and variance 0.02"),
        trials=(
            *over_seeds(0, *({**_NORMAL, "sigma": 0.02**0.5, "width": w} for w in (32, 100, 512))),
            *over_seeds(0, {**_NORMAL, "sigma": 0.02, "width": 512}),
        ),
        check=verdicts.variance_002,
        reading=_(
            "The right variance depends on the width, 2 / fan_in with ReLU: 0.02 is right for a hundred inputs. DCGAN, "
            "where the number comes from, has a standard deviation of 0.02."
        ),
        sources=("radford16", "lecun98"),
    ),
    Claim(
        name="same_in_every_layer",
        number=16,
        sentence=_("Good is the same, uniform distribution of the outputs in every layer"),
        trials=over_seeds(0, _ONE, _SIGMOID) + over_seeds(150, _ONE, _SIGMOID),
        check=verdicts.same_in_every_layer,
        reading=_(
            "The variance should stay the same, in both directions; a uniform shape is not needed. And samples have to "
            "stay apart: look at the cosine."
        ),
        sources=("glorot10", "schoenholz17"),
    ),
    Claim(
        name="product_of_derivatives",
        number=17,
        sentence=_("Vanishing and exploding come from a product of derivatives"),
        trials=(
            *over_seeds(0, *({**_WIDE, "depth": d, "activation": "sigmoid"} for d in (5, 10, 20))),
            *over_seeds(0, *({**_WIDE, "depth": d, "activation": "relu", "gain": 2.0} for d in (5, 10, 20))),
        ),
        check=verdicts.product_of_derivatives,
        reading=_(
            "It is gradients that vanish or explode, not weights and biases; and every factor of the product holds the "
            "weights as well as the derivative."
        ),
        sources=("hochreiter91", "bengio94", "schoenholz17"),
    ),
)

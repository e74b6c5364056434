"""Batch norm: networks that differ in their normalisation alone, side by side."""

from dataclasses import dataclass
from typing import Any

from explorer.core import fields
from explorer.core.catalog import DATA_SETS, FIXED_ACTIVATIONS, PIXELS
from explorer.core.experiment import ExperimentSpec, Preset
from explorer.core.hyperparams import Choice, hyperparam, where
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.experiments.batch_norm.frame import Frame

ARMS = (
    Choice("none", _("no norm"), Role("orange"), _("nothing is normalised")),
    Choice("batch_norm", _("batch norm"), Role("blue"), _("each unit over the batch, then γ and β")),
    Choice("layer_norm", _("layer norm"), Role("green"), _("each sample over the units, then γ and β")),
    Choice("group_norm", _("group norm"), Role("purple"), _("each sample over groups of units, then γ and β")),
    Choice("rms_norm", _("RMS norm"), Role("cyan"), _("each sample divided by its root mean square, then γ")),
    Choice("batch_norm_no_affine", _("BN without γβ"), Role("blue", "dash"), _("batch norm that learns no γ and β")),
    Choice(
        "batch_norm_noise",
        _("BN + noise"),
        Role("red"),
        _("batch norm, then random shifts and scales, new in every step"),
    ),
)
OVER_BATCH = ("batch_norm", "batch_norm_no_affine", "batch_norm_noise")
"""Arms that normalise over the batch: they differ between training and evaluation."""
MAPS = {
    "batch_size": (2, 4, 8, 16, 32, 64, 128, 256),
    "init_scale": tuple(round(float(10 ** (k / 4 - 1)), 3) for k in range(9)),
}
"""What the trainability picture may have on its vertical axis, and the values there."""
MAP_LR = tuple(round(float(10 ** (k / 4 - 2.5)), 4) for k in range(15))
"""Its learning rates, four in a decade: 0.0032 to 10."""
MAP_STEPS = 60
MAP_SEEDS = 3
PANELS = (
    Choice("batch", _("1 the batch")),
    Choice("centre", _("2 minus the mean")),
    Choice("divide", _("3 over the deviation")),
    Choice("shift", _("4 scale and shift")),
    Choice("loss", _("training loss")),
    Choice("accuracy", _("validation accuracy")),
    Choice("activations", _("activations by layer")),
    Choice("gradient", _("gradient by layer")),
    Choice("smoothness", _("smoothness")),
    Choice("gradient_change", _("gradient change")),
    Choice("gamma_beta", _("γ and β")),
    Choice("drift", _("drift")),
    Choice("signal", _("activations over time")),
    Choice("modes", _("train and eval mode")),
    *(Choice(f"map_{arm.name}", _("map: {arm}").format(arm=arm.label), arm.role) for arm in ARMS),
)


def _normalised(hyperparams: Any) -> bool:
    return any(name != "none" for name in hyperparams.arms)


@dataclass(frozen=True)
class Hyperparams:
    """What the networks are made of and how they are trained."""

    arms: tuple[str, ...] = hyperparam(
        ("none", "batch_norm"),
        label=_("Arms"),
        help=_("Normalisations to compare: each gets a network of its own, equal to the others in all else"),
        choices=ARMS,
        at_least=1,
        group=_("Arms"),
    )
    placed: str = hyperparam(
        "before",
        label=_("Placed"),
        help=_("Whether a layer is normalised before or after its activation"),
        choices=(Choice("before", _("before f")), Choice("after", _("after f"))),
        used=_normalised,
        group=_("Arms"),
    )
    also_on: tuple[str, ...] = hyperparam(
        (),
        label=_("Also on"),
        help=_("Normalise more than the hidden layers: the features of the input, the logits"),
        choices=(Choice("input", _("input")), Choice("output", _("output"))),
        used=_normalised,
        group=_("Arms"),
    )
    groups: int = hyperparam(
        4,
        1,
        64,
        scale="log",
        label=_("Groups"),
        help=_("Groups of units in group norm; where the width cannot be divided so, the next smaller number that can"),
        used=where("arms", "group_norm"),
        group=_("Arms"),
    )
    noise: float = hyperparam(
        1.0,
        0.0,
        5.0,
        label=_("Noise"),
        help=_(
            "Strength of the shifts (uniform in ± half of it) and scales (up to 1 + a quarter of it) after batch norm"
        ),
        used=where("arms", "batch_norm_noise"),
        group=_("Arms"),
    )
    activation: str = fields.activation("relu", FIXED_ACTIVATIONS, _("The nonlinearity of the hidden layers"))
    depth: int = fields.depth(10, 1, 50, help=_("Hidden layers"))
    width: int = fields.width(64)
    initializer: str = fields.initializer(
        "by_function", _("How the weights are drawn; all arms start from the same weights")
    )
    init_scale: float = hyperparam(
        1.0,
        0.1,
        10.0,
        scale="log",
        label=_("Init scale"),
        help=_("Factor on the first weights of the hidden layers"),
        unit="×",
        group=fields.NETWORK,
    )
    data: str = fields.data(choices=(DATA_SETS[0], PIXELS, *DATA_SETS[1:]), group=fields.TRAINING)
    optimizer: str = fields.optimizer("sgd")
    lr: float = fields.lr(0.3, high=30.0)
    batch_size: int = fields.batch_size(64, high=512, help=_("Samples per step; all arms see the same ones"))
    seeds: str = hyperparam(
        "1",
        label=_("Seeds"),
        help=_("Networks per arm, from this seed and the next ones; curves are then medians in the band of all"),
        choices=tuple(Choice(n, n) for n in ("1", "5", "10")),
        group=fields.TRAINING,
    )
    momentum: float = hyperparam(
        0.1,
        0.001,
        1.0,
        scale="log",
        label=_("Momentum"),
        help=_("Share of the newest batch in the running mean and variance, which eval mode takes"),
        used=where("arms", *OVER_BATCH),
        group=_("Batch norm"),
    )
    eps: float = hyperparam(
        1e-5,
        1e-8,
        1.0,
        scale="log",
        label=_("eps"),
        help=_("Added to the variance before the root; to the mean square in RMS norm"),
        used=_normalised,
        group=_("Batch norm"),
    )
    layer: int = hyperparam(
        4,
        1,
        50,
        label=_("Layer"),
        help=_("Hidden layer whose normalisation is shown step by step, and its γ and β; at most the last"),
        live=True,
        group=_("Shown"),
    )
    unit: int = hyperparam(
        2,
        1,
        256,
        scale="log",
        label=_("Unit"),
        help=_("Unit of that layer; at most the last"),
        live=True,
        group=_("Shown"),
    )
    map: str = hyperparam(
        "off",
        label=_("Map"),
        help=_("Accuracy after {steps} steps over lr and something else, in the background").format(steps=MAP_STEPS),
        choices=(
            Choice("off", _("off")),
            Choice("batch_size", _("lr × batch size")),
            Choice("init_scale", _("lr × init scale")),
        ),
        group=_("Shown"),
    )
    seed: int = fields.seed(help=_("Decides weights, batches and noise"))


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = fields.panels(
        PANELS,
        tuple(p.name for p in PANELS[:8]),
        help=_("Which panels the figure has; maps are computed and drawn when Map is on"),
    )
    smoothing: int = fields.smoothing(
        20, _("The training loss is an exponential average over about so many steps; 1 shows every batch")
    )
    log_loss: bool = fields.log_loss()


SPEC = ExperimentSpec(
    name="batch_norm",
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=300,
    presets=(
        Preset("default", _("default"), {}),
        Preset("sigmoid", _("sigmoid, depth 5"), {"activation": "sigmoid", "depth": 5}),
        Preset(
            "small_batch",
            _("batches of two"),
            {"arms": ["none", "batch_norm", "layer_norm"], "batch_size": 2, "depth": 3, "lr": 0.03},
        ),
        Preset(
            "noise",
            _("noise after it, tanh"),
            {"arms": ["none", "batch_norm", "batch_norm_noise"], "activation": "tanh", "lr": 0.03},
        ),
        Preset("large_weights", _("weights too large"), {"init_scale": 3.0, "lr": 0.1}),
        Preset("shallow", _("one layer: no need"), {"depth": 1}),
    ),
)

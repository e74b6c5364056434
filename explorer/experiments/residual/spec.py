"""Residual: what is set, what is seen, what a run yields."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core import fields
from explorer.core.catalog import FIXED_ACTIVATIONS, INITIALIZERS
from explorer.core.experiment import Divergence, ExperimentSpec, Preset
from explorer.core.hyperparams import Choice, hyperparam, view_option, where
from explorer.core.i18n import _
from explorer.experiments.residual.arms import ARMS, CHOICES

KINDS = (
    Choice("dense", _("dense"), help=_("fully connected layers")),
    Choice("conv", _("3 × 3 conv"), help=_("3 × 3 convolutions over the 8 × 8 pixels, mean over them before the end")),
)
BRANCH_SCALES = (
    Choice("one", "1", help=_("h + branch(h)")),
    Choice("sqrt", "1/√L", help=_("h + branch(h) / √blocks")),
    Choice("zero", _("zero at first"), help=_("the last layer of every branch starts at zero")),
)
CLIPS = (
    Choice("off", _("off")),
    Choice("norm", _("by norm"), help=_("the whole gradient is shortened to the threshold")),
    Choice("value", _("by value"), help=_("every number in it is cut at ± the threshold")),
)
MOMENTS = (
    Choice("initial", _("at first"), help=_("on the first batch, before any update")),
    Choice("now", _("now"), help=_("on the batch of the next step")),
)
PANELS = (
    Choice("strip", _("network strip")),
    Choice("gradient", _("gradient by block")),
    Choice("first_map", _("gradient over training, first arm")),
    Choice("second_map", _("gradient over training, second arm")),
    Choice("loss", _("training loss")),
    Choice("accuracy", _("validation accuracy")),
    Choice("signal", _("signal by block")),
    Choice("removal", _("remove one block")),
    Choice("weights", _("weight gradient by block")),
    Choice("distribution", _("distribution of gradients")),
    Choice("share", _("skip and branch")),
    Choice("jacobians", _("product of Jacobians")),
    Choice("shattering", _("shattering")),
    Choice("clipping", _("clipping")),
    Choice("train_accuracy", _("training accuracy")),
    Choice("val_loss", _("validation loss")),
)
DEFAULT_PANELS = ("strip", "gradient", "first_map", "second_map", "loss", "accuracy", "signal", "removal")


def parse_removed(text: str) -> tuple[int, int]:
    """Read "7,1" as block 7 of the network in row 1 of the strip (rows from 0); block 0, or no text, is none at all.

    Raises ValueError.
    """
    try:
        block, row = (int(part) for part in (text.strip() or "0,0").split(","))
    except ValueError:
        raise ValueError(_("two whole numbers with a comma between them")) from None
    if not (0 <= block <= 100 and 0 <= row < len(ARMS)):
        raise ValueError(_("blocks go to 100, rows to {n}").format(n=len(ARMS) - 1))
    return block, row


def is_validated(step: int) -> bool:
    """Whether the networks are validated at this step: often at first, then seldom."""
    return step == 1 or step % (5 if step <= 100 else 20) == 0


def _some(**about: Any) -> Any:
    """Whether any of the chosen arms has these properties."""
    return lambda hp: any(all(getattr(ARMS[a], k) == v for k, v in about.items()) for a in hp.arms)


@dataclass(frozen=True)
class Hyperparams:
    """What the networks are made of and how they are trained."""

    arms: tuple[str, ...] = hyperparam(
        ("plain_bn", "residual_bn", "shallow_bn"),
        label=_("Arms"),
        help=_("Networks to compare; those of one shape start from the same weights, all see the same batches"),
        choices=CHOICES,
        at_least=1,
        group=_("Arms"),
    )
    removed: str = hyperparam(
        "",
        label=_("Removed"),
        help=_("block,row: with 7,1 the network in row 1 of the strip (from 0) is tested without block 7; empty: none"),
        check=parse_removed,
        live=True,
        group=_("Arms"),
    )
    data: str = fields.data()
    kind: str = hyperparam(
        "dense",
        label=_("Kind"),
        help=_("Fully connected, or 3 × 3 convolutions where the data are images"),
        choices=KINDS,
        used=where("data", "digits"),
        group=fields.NETWORK,
    )
    depth: int = fields.depth(
        50, 2, 200, scale="log", help=_("Weight layers between stem and read-out; a block has two of them")
    )
    shallow_depth: int = hyperparam(
        8,
        2,
        50,
        label=_("Shallow depth"),
        help=_("The same of the shallow arms; never more than the depth"),
        used=_some(shallow=True),
        group=fields.NETWORK,
    )
    width: int = fields.width(32, help=_("Units or channels of every layer"))
    activation: str = fields.activation("relu", FIXED_ACTIVATIONS, _("The nonlinearity f of every layer"))
    initializer: str = fields.initializer(
        "he_normal", _("How the weights are drawn, but for orthogonal arms"), choices=INITIALIZERS
    )
    branch_scale: str = hyperparam(
        "one",
        label=_("Branch scale"),
        help=_("What residual and pre-activation branches are multiplied by before they are added; L blocks"),
        choices=BRANCH_SCALES,
        used=_some(skip="add", branch="as set"),
        group=fields.NETWORK,
    )
    optimizer: str = fields.optimizer("momentum")
    lr: float = fields.lr(0.03, low=1e-5)
    batch_size: int = fields.batch_size(64)
    clip: str = hyperparam(
        "off",
        label=_("Clip gradient"),
        help=_("Whether a large gradient is made smaller before the step"),
        choices=CLIPS,
        group=fields.TRAINING,
    )
    clip_threshold: float = hyperparam(
        1.0,
        1e-4,
        1000.0,
        scale="log",
        label=_("Threshold"),
        help=_("Largest norm of the gradient, or largest size of each number in it"),
        used=lambda hp: hp.clip != "off",
        group=fields.TRAINING,
    )
    seed: int = fields.seed()


@dataclass(frozen=True)
class ViewOptions:
    """What is drawn of a frame."""

    panels: tuple[str, ...] = fields.panels(PANELS, DEFAULT_PANELS)
    moment: str = view_option(
        "initial",
        label=_("Gradients"),
        help=_("Of which moment the strip and the panels by block show the gradients"),
        choices=MOMENTS,
        group=fields.VIEW,
    )
    smoothing: int = fields.smoothing(
        20, _("Training loss and accuracy are exponential averages over about so many steps; 1 shows every batch")
    )
    log_loss: bool = fields.log_loss()


Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frame:
    """Snapshot of a run. Networks are in the order of `arms`; blocks are counted from 1, 0 is the stem's output.

    Rows of networks with fewer blocks than others end with nan. Of a network that diverged the frame has its last
    finite state, and nan in the history from there on. `h` is what a block (or the stem) puts out for the whole batch,
    L the mean cross-entropy of the batch in nats. Gradients are those that the next step takes.
    """

    hyperparams: Hyperparams
    step: int
    divergences: tuple[Divergence, ...]
    arms: tuple[str, ...]
    n_blocks: NDArray[np.int64]
    """(n_arms,)."""
    activation_gradient_norm: Array
    """‖∂L/∂h‖ (Frobenius) of the stem's output and of each block's, (n_arms, n_blocks + 1)."""
    weight_gradient_norm: Array
    """‖∂L/∂W‖ over all weight matrices of the stem and of each block, (n_arms, n_blocks + 1)."""
    initial_activation_gradient_norm: Array
    """The same at initialization, on the batch of step 1, (n_arms, n_blocks + 1)."""
    initial_weight_gradient_norm: Array
    """(n_arms, n_blocks + 1)."""
    initial_forward_rms: Array
    """(n_arms, n_blocks + 1)."""
    initial_skip_share: Array
    """(n_arms, n_blocks + 1)."""
    forward_rms: Array
    """Root mean square of h over batch and units, (n_arms, n_blocks + 1)."""
    skip_share: Array
    """Share (0 to 1) of the sum of squares that arrives by the skip, ‖skip‖² / (‖skip‖² + ‖branch‖²), the two being
    what is added or concatenated; 0 of the stem and where there is no skip, (n_arms, n_blocks + 1)."""
    history_step: NDArray[np.int64]
    """Step of each point of the history, from 1, (n,): every step up to 4096, then thinned evenly."""
    train_loss: Array
    """Mean cross-entropy (nats) of the step's batch before its update, (n_arms, n)."""
    train_accuracy: Array
    """Share (0 to 1) of the step's batch that was right before its update, (n_arms, n)."""
    val_loss: Array
    """Mean cross-entropy (nats) of the 400 test samples in evaluation mode before the step's update; measured at step
    1, every fifth step up to 100 and every twentieth from there on, and held in between, (n_arms, n)."""
    val_accuracy: Array
    """Share (0 to 1) of the test samples that was right, measured likewise, (n_arms, n)."""
    map_step: NDArray[np.int64]
    """Step of each row of the maps, from 1, (m,): every step up to 512, then thinned evenly."""
    map_gradient_norm: Array
    """‖∂L/∂h‖ on the step's batch, (n_arms, m, n_blocks + 1)."""
    total_gradient_norm: Array
    """Norm of the gradient of all that is learned, before clipping, (n_arms, m)."""
    clipped_gradient_norm: Array
    """The same after clipping, (n_arms, m)."""
    removed_val_loss: float
    """Validation loss without the block that `removed` says; nan where there is no such block."""
    removed_val_accuracy: float
    """Validation accuracy (0 to 1) without it; both are measured when the block is chosen and with `val_loss`."""
    measured_step: int
    """Step of the network of which the fields below were measured, piece by piece; nan where they are not yet."""
    removal_accuracy: Array
    """Validation accuracy (0 to 1) without one block; column 0: with all of them, (n_arms, n_blocks + 1)."""
    gradient_quantiles: Array
    """5, 25, 50, 75 and 95 % of the |∂L/∂h| of single units and samples, (n_arms, n_blocks + 1, 5)."""
    jacobian_gain: Array
    """log₁₀ of ‖J‖/√n, J the Jacobian (n, n) of a block for one sample with the batch's statistics held, ‖·‖ Frobenius,
    root mean square over four samples: what it multiplies a random gradient by on the way back. Column 0 is nan,
    (n_arms, n_blocks + 1)."""
    jacobian_product: Array
    """The same of the product of all Jacobians from the last block back to this output, (n_arms, n_blocks + 1)."""
    input_angle: Array
    """Angle between two inputs in degrees, (n_angles,)."""
    gradient_correlation: Array
    """Mean cosine of the gradients of the first logit with respect to inputs that far apart on a circle through two
    samples (Balduzzi et al. 2017), (n_arms, n_angles)."""


SPEC = ExperimentSpec(
    name="residual",
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=300,
    presets=(
        Preset("default", _("default"), {}),
        Preset("fast", _("twenty deep"), {"depth": 20}),
        Preset("no_norm", _("without batch norm"), {"arms": ("plain", "residual", "fixup", "shallow")}),
        Preset("orders", _("after or before the addition"), {"arms": ("residual_bn", "preact_bn"), "depth": 100}),
        Preset("skips", _("kinds of skips"), {"arms": ("residual_bn", "rezero", "dense_bn", "highway"), "depth": 30}),
        Preset("conv", _("convolutions"), {"kind": "conv", "depth": 20, "width": 8, "batch_size": 32}),
    ),
)

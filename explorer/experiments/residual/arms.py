"""The arms: networks that are compared, each a row of choices."""

from dataclasses import dataclass
from typing import Literal

from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import Role

Skip = Literal["none", "add", "concatenate", "gate"]
Order = Literal["post", "pre"]


@dataclass(frozen=True)
class Arm:
    """What one network is made of; all else is the same for all.

    `order` "post": weights, norm, activation, and an activation after the addition (He et al. 2016a); "pre": norm,
    activation, weights, and nothing after it (He et al. 2016b).
    """

    skip: Skip = "none"
    order: Order = "post"
    batch_norm: bool = False
    branch: Literal["as set", "rezero", "fixup"] = "as set"
    """How a branch is scaled: by the hyperparam `branch_scale`, or in its own way."""
    orthogonal: bool = False
    """Orthogonal weights whatever the initializer."""
    shallow: bool = False


ARMS: dict[str, Arm] = {
    "plain_bn": Arm(batch_norm=True),
    "plain": Arm(),
    "residual_bn": Arm("add", batch_norm=True),
    "residual": Arm("add"),
    "preact_bn": Arm("add", "pre", batch_norm=True),
    "preact": Arm("add", "pre"),
    "rezero": Arm("add", "pre", branch="rezero"),
    "fixup": Arm("add", branch="fixup"),
    "dense_bn": Arm("concatenate", "pre", batch_norm=True),
    "dense": Arm("concatenate", "pre"),
    "highway": Arm("gate"),
    "plain_orthogonal": Arm(orthogonal=True),
    "shallow_bn": Arm(batch_norm=True, shallow=True),
    "shallow": Arm(shallow=True),
}
CHOICES = (
    Choice("plain_bn", _("plain deep"), Role("orange"), _("no skips, batch norm after every layer")),
    Choice("plain", _("plain, no BN"), Role("orange", "dash"), _("no skips, no batch norm")),
    Choice("residual_bn", _("residual deep"), Role("blue"), _("h ← f(h + branch(h)), batch norm in the branch")),
    Choice("residual", _("residual, no BN"), Role("blue", "dash"), _("h ← f(h + branch(h)), no batch norm")),
    Choice("preact_bn", _("pre-activation"), Role("purple"), _("h ← h + branch(h), norm and activation come first")),
    Choice("preact", _("pre-activation, no BN"), Role("purple", "dash"), _("h ← h + branch(h), no batch norm")),
    Choice("rezero", _("ReZero"), Role("cyan"), _("h ← h + α branch(h), α is learned and starts at 0; no batch norm")),
    Choice(
        "fixup",
        _("Fixup style"),
        Role("cyan", "dash"),
        _("first weights of a branch times 1/√blocks, last weights 0, a learned factor; no batch norm"),
    ),
    Choice("dense_bn", _("dense"), Role("pink"), _("h ← (h, branch(h)): every block adds features; batch norm")),
    Choice("dense", _("dense, no BN"), Role("pink", "dash"), _("h ← (h, branch(h)): every block adds features")),
    Choice(
        "highway",
        _("highway"),
        Role("ochre"),
        _("h ← t f(branch(h)) + (1 − t) h with a learned gate t, at first about 0.12; no batch norm"),
    ),
    Choice("plain_orthogonal", _("plain, orthogonal"), Role("brown"), _("no skips, no batch norm, orthogonal weights")),
    Choice("shallow_bn", _("plain shallow"), Role("slate"), _("the yardstick: few blocks, no skips, batch norm")),
    Choice("shallow", _("plain shallow, no BN"), Role("slate", "dash"), _("few blocks, no skips, no batch norm")),
)


def blocks_of(arm: Arm, depth: int, shallow_depth: int) -> int:
    """Blocks of two weight layers each; an odd layer is left out."""
    return (min(shallow_depth, depth) if arm.shallow else depth) // 2

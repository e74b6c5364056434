"""What a run has to say to the user, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.core.experiment import Divergence
from explorer.core.i18n import _

Remedy = Literal["continue", "restart", "lower_lr", "details"]


@dataclass(frozen=True)
class Notice:
    """What the user must know of the run, and what can be done about it."""

    kind: Literal["info", "warning", "error"]
    text: str
    remedies: tuple[Remedy, ...] = ()
    details: str = ""


def starting() -> Notice:
    return Notice("info", _("Starting PyTorch … the controls are ready"))


def replaying(step: int, to_step: int) -> Notice:
    """How far a run is on its way back."""
    text = _("Replaying to step {to}: {share:.0f} %").format(to=to_step, share=100 * step / to_step)
    return Notice("info", text)


def divergence_text(divergences: Sequence[Divergence]) -> str:
    """Say what became not finite, where and when."""
    said = [
        _("“{network}” overflowed at step {step} ({quantity})").format(
            network=d.network, step=d.step, quantity=d.quantity
        )
        for d in divergences[:3]
    ]
    more = _(", and {n} more").format(n=len(divergences) - 3) if len(divergences) > 3 else ""
    kept = _("its last finite state stays drawn") if len(divergences) == 1 else _("their last finite states stay drawn")
    return f"{', '.join(said)}{more}; {kept}."

"""Optimizers and live changes of `explorer.nets.optimizers` and `explorer.core.session`, as source."""

from typing import Any

from explorer.core.hyperparams import get
from explorer.core.session import Session
from explorer.scripts.source import indented

_OPTIMIZERS = {
    "sgd": "SGD({})",
    "momentum": "SGD({}, momentum=0.9)",
    "nesterov": "SGD({}, momentum=0.9, nesterov=True)",
    "adagrad": "Adagrad({})",
    "adadelta": "Adadelta({})",
    "rmsprop": "RMSprop({})",
    "adam": "Adam({})",
    "adamw": "AdamW({})",
    "nadam": "NAdam({})",
    "radam": "RAdam({})",
    "adamax": "Adamax({})",
    "rprop": "Rprop({})",
}


def optimizer(name: str, session: Session, parameters: str = "network.parameters()") -> str:
    """Return the expression that makes PyTorch's optimizer of this name, with the settings that ours has too."""
    return f"torch.optim.{_OPTIMIZERS[name]}".format(f"{parameters}, lr={_lr_start(session)}")


def schedule(session: Session, name: str) -> dict[int, Any]:
    """Values of a live hyperparam, by the number of steps done when each took effect; the first at 0."""
    values = {0: get(session.hyperparams, name)}
    for change in session.changes:
        if name in change.hyperparams and change.step <= session.step:
            values[change.step] = change.hyperparams[name]
    return values


def now(session: Session, name: str) -> Any:
    """Value of a live hyperparam at the session's step."""
    values = schedule(session, name)
    return values[max(values)]


def lr_constant(session: Session) -> tuple[str, Any] | tuple[str, Any, str]:
    """Row of `source.constants`: LR, or LRS by step where it was changed on the way."""
    values = schedule(session, "lr")
    return ("LR", values[0]) if len(values) == 1 else ("LRS", values, "from so many steps on")


def _lr_start(session: Session) -> str:
    return "LR" if len(schedule(session, "lr")) == 1 else "LRS[0]"


def lr_change(session: Session, levels: int = 2) -> str:
    """Statement at the start of a step (`step` from 0) that takes over changes; nothing where there are none."""
    if len(schedule(session, "lr")) == 1:
        return ""
    return indented('if step in LRS:\n    optimizer.param_groups[0]["lr"] = LRS[step]\n', levels)

"""The optimizers as source: `torch.optim` with the settings that differ from its own, changes on the way, schedules."""

from dataclasses import asdict
from typing import Any

from explorer.core.hyperparams import get
from explorer.core.session import Session
from explorer.experiments.optimizers.settings import betas_of, etas_of, step_sizes_of
from explorer.experiments.optimizers.spec import Hyperparams
from explorer.scripts.source import WIDTH, call, literal

_CLASSES = {
    "sgd": "torch.optim.SGD",
    "momentum": "torch.optim.SGD",
    "nesterov": "torch.optim.SGD",
    "adagrad": "torch.optim.Adagrad",
    "adadelta": "torch.optim.Adadelta",
    "rmsprop": "torch.optim.RMSprop",
    "adam": "torch.optim.Adam",
    "adamw": "torch.optim.AdamW",
    "nadam": "torch.optim.NAdam",
    "radam": "torch.optim.RAdam",
    "adamax": "torch.optim.Adamax",
    "rprop": "torch.optim.Rprop",
    "lion": "Lion",
}
_PAIRS = {"betas": betas_of, "etas": etas_of, "step_sizes": step_sizes_of}
_ALWAYS = {"sgd": ("lr",), "momentum": ("lr", "momentum"), "nesterov": ("lr", "momentum")}
"""Settings whose default is not PyTorch's; of the others the learning rate alone."""
_LION = '''\
class Lion(torch.optim.Optimizer):
    """Steps by the sign of a mix of momentum and gradient (Chen et al. 2023)."""

    def __init__(self, params, lr, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(params, {"lr": lr, "betas": betas, "decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["decay"])
                p.sub_(group["lr"] * mean.lerp(p.grad, 1 - beta1).sign())
                mean.lerp_(p.grad, 1 - beta2)'''
_VELOCITY = """\
if name == "rmsprop":  # it began without momentum
    for state in optimizer.state.values():
        zeros = torch.zeros_like(state["square_avg"])
        state.setdefault("momentum_buffer", zeros)
"""
_SCHEDULERS = {
    "step": "StepLR(optimizer, {over}, gamma={gamma})",
    "exponential": "ExponentialLR(optimizer, gamma={gamma})",
    "cosine": "CosineAnnealingLR(optimizer, T_max={over})",
    "warmup": "LinearLR(optimizer, 1 / {over}, total_iters={last})",
}
_FACTORS = {
    "step": "{gamma} ** (step // {over})",
    "exponential": "{gamma}**step",
    "cosine": "(1 + math.cos(math.pi * min(step / {over}, 1))) / 2",
    "warmup": "min((step + 1) / {over}, 1)",
}


def optimizers(session: Session) -> str:
    """Return the table OPTIMIZERS: from names to functions of parameters; with the class Lion where it is asked for."""
    hp = session.hyperparams
    rows = "".join(_row(name, hp) for name in hp.optimizers)
    return f"OPTIMIZERS = {{\n{rows}}}"


def lion(session: Session) -> str:
    """Return the class of the one that PyTorch does not have, if it is chosen."""
    return _LION if "lion" in session.hyperparams.optimizers else ""


def _row(name: str, hp: Hyperparams) -> str:
    arguments = ["p", *(f"{key}={literal(value)}" for key, value in _settings(name, hp).items())]
    return call(f'    "{name}": lambda p: {_CLASSES[name]}', arguments) + ",\n"


def _settings(name: str, hp: Hyperparams) -> dict[str, Any]:
    """Arguments of the class, without those that have PyTorch's default."""
    own = getattr(hp, name)
    now, usual = asdict(own), asdict(type(own)())
    always = _ALWAYS.get(name, ("lr",))
    chosen = {key: value for key, value in now.items() if key in always or _read(key, value) != _read(key, usual[key])}
    if name == "nesterov":
        chosen["nesterov"] = True
    if not chosen.get("momentum", 1.0):  # PyTorch's Nesterov refuses none
        chosen = {key: value for key, value in chosen.items() if key not in ("momentum", "nesterov")}
    return {key: _read(key, value) for key, value in chosen.items()}


def _read(key: str, value: Any) -> Any:
    return _PAIRS[key](value) if key in _PAIRS else value


VELOCITY_KEPT = 1e-300
"""In place of momentum 0, with which SGD would leave its velocity as it is instead of renewing it."""


# --- changes on the way ----------------------------------------------------------------------------------------------
Changes = dict[int, dict[str, dict[str, float]]]


def changes(session: Session) -> Changes:
    """What became of the settings of the chosen optimizers, by the number of steps done and by name."""
    found: Changes = {}
    for change in session.changes:
        for field, value in change.hyperparams.items():
            name, _dot, key = field.partition(".")
            if key and change.step < session.step and _heeds(session.hyperparams, name, key):
                kept = VELOCITY_KEPT if key == "momentum" and name != "rmsprop" else 0.0
                found.setdefault(change.step, {}).setdefault(name, {})[key] = value or kept
    return found


def _heeds(hp: Hyperparams, name: str, key: str) -> bool:
    """Whether it makes a difference: what began without momentum stays without, but for RMSprop."""
    return name in hp.optimizers and (key == "lr" or name == "rmsprop" or bool(get(hp, f"{name}.{key}")))


def changes_table(session: Session) -> str:
    """Return the table CHANGES, if there are any."""
    found = changes(session)
    rows = "".join(_changes_row(step, by_name) for step, by_name in found.items())
    if not rows:
        return ""
    is_kept = any(VELOCITY_KEPT in own.values() for by_name in found.values() for own in by_name.values())
    about = f"# ({VELOCITY_KEPT} is none; with 0, PyTorch would take up an old velocity later)\n" if is_kept else ""
    return f"# Settings that change when so many steps are done\n{about}CHANGES = {{\n{rows}}}"


def _changes_row(step: int, by_name: dict[str, dict[str, float]]) -> str:
    line = f"    {step}: {literal(by_name)},\n"
    if len(line) <= WIDTH + 1:
        return line
    inner = "".join(f"        {literal(name)}: {literal(settings)},\n" for name, settings in by_name.items())
    return f"    {step}: {{\n{inner}    }},\n"


# --- what is done in a step ------------------------------------------------------------------------------------------
def factor(session: Session) -> str:
    """Return the function that PyTorch's schedulers cannot stand in for, if there is one."""
    if not _by_hand(session):
        return ""
    return f'def factor(step):\n    """Of the learning rate."""\n    return {_filled(session, _FACTORS)}'


def before_all(session: Session) -> str:
    """Statements between making an optimizer and the first step."""
    if session.hyperparams.schedule == "constant":
        return ""
    if not _by_hand(session):
        return f"schedule = lr_scheduler.{_filled(session, _SCHEDULERS)}\n"
    if _rates_change(session):
        return 'lr = optimizer.param_groups[0]["lr"]\n'
    return "schedule = lr_scheduler.LambdaLR(optimizer, factor)\n"


def before_step(session: Session) -> str:
    """Statements at the start of a step: changes, and the learning rate where the schedule is written out."""
    if not changes(session):
        return ""
    text = "change = CHANGES.get(step, {}).get(name, {})\n"
    if session.hyperparams.schedule != "constant" and _rates_change(session):
        text += 'lr = change.get("lr", lr)\nchange = change | {"lr": lr * factor(step)}\n'
    text += "optimizer.param_groups[0].update(change)\n"
    return text + (_VELOCITY if _gains_momentum(session) else "")


def _gains_momentum(session: Session) -> bool:
    """Whether RMSprop began without and has some later."""
    gains = any("momentum" in by_name.get("rmsprop", {}) for by_name in changes(session).values())
    return gains and not session.hyperparams.rmsprop.momentum


def after_step(session: Session) -> str:
    """Statements after the optimizer's step."""
    scheduled = session.hyperparams.schedule != "constant"
    return "schedule.step()\n" if scheduled and not _rates_change(session) else ""


def _rates_change(session: Session) -> bool:
    return any("lr" in own for by_name in changes(session).values() for own in by_name.values())


def _by_hand(session: Session) -> bool:
    """Whether the schedule is one that PyTorch's cannot give: changed on the way, past its end, or over one step."""
    hp = session.hyperparams
    past = {"cosine": session.step > hp.schedule_steps, "warmup": hp.schedule_steps == 1}
    return hp.schedule != "constant" and (past.get(hp.schedule, False) or _rates_change(session))


def _filled(session: Session, texts: dict[str, str]) -> str:
    hp = session.hyperparams
    return texts[hp.schedule].format(
        over=hp.schedule_steps, last=hp.schedule_steps - 1, gamma=literal(hp.schedule_gamma)
    )

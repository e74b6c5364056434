"""The run as a script of plain PyTorch."""

from typing import Any

from explorer.core.session import Session
from explorer.experiments.residual.script_arms import arms, constants_of, is_conv, longest
from explorer.experiments.residual.spec import Hyperparams, parse_removed
from explorer.scripts.data import BATCHES, LARGEST_BATCH, NEEDS, data
from explorer.scripts.layers import activation, initializer
from explorer.scripts.source import WIDTH, assemble, call, constants, indented
from explorer.scripts.training import lr_change, lr_constant, now, optimizer

_IMAGES = "x_train, x_val = x_train.view(-1, 1, 8, 8), x_val.view(-1, 1, 8, 8)"
_VALIDATE = '''\
def validate(network):
    """Return loss and accuracy on the validation samples."""
    network.eval()
    with torch.no_grad():
        logits, _ = network(x_val)
    network.train()
    right = (logits.argmax(1) == y_val).float().mean()
    return F.cross_entropy(logits, y_val), right'''
_TRAIN = '''\
def train(network):
    """Return what was measured on each batch before its step; nan after an overflow."""
    optimizer = {optimizer}
    curves = torch.full((STEPS, {n_curves}), torch.nan)
    blocks = torch.full((STEPS + 1, 2, {longest} + 1), torch.nan)
    now = blocks[0]
    for step, batch in enumerate(batches):
{lr_change}        optimizer.zero_grad()
        logits, h = network(x_train[batch])
        for out in h:
            out.retain_grad()
        loss = F.cross_entropy(logits, y_train[batch])
        if not loss.isfinite():
            break
        loss.backward()
        now = blocks[step]
        gradients = [out.grad.norm() for out in h]
        sizes = [out.detach().square().mean().sqrt() for out in h]
        now[:, : len(h)] = torch.tensor([gradients, sizes])
        if step == STEPS:  # one more look, without its step
            break
        if step == 0 or (step + 1) % (5 if step < 100 else 20) == 0:
            val_loss, val_accuracy = validate(network)
        accuracy = (logits.argmax(1) == y_train[batch]).float().mean()
{clip}{measured}
        optimizer.step()
    return curves, blocks, now'''
_CLIPS = {
    "off": "",
    "norm": "total = nn.utils.clip_grad_norm_(network.parameters(), CLIP)\n",
    "value": "nn.utils.clip_grad_value_(network.parameters(), CLIP)\n",
}
_RESULTS = """\
batches = draw_batches(STEPS + 1, torch.Generator().manual_seed(SEED))
runs = [train(make()) for make in NETWORKS.values()]
curves, blocks, now = map(torch.stack, zip(*runs, strict=True))

# Each by arm and step, or by arm, step and block; block 0 is the stem
history_step = list(range(1, STEPS + 1))
{curves} = curves.unbind(-1)
map_gradient_norm = blocks[:, :-1, 0]
activation_gradient_norm, forward_rms = now.unbind(1)
initial_activation_gradient_norm, initial_forward_rms = blocks[:, 0].unbind(1)"""
_TABLE = """\
print(f"{'':>18}   gradient at stem: at first       now   accuracy")
for i, name in enumerate(NETWORKS):
    first, last = initial_activation_gradient_norm[i, 0], activation_gradient_norm[i, 0]
    print(f"{name:>18}{first:30.2g}{last:10.2g}{val_accuracy[i, -1]:11.1%}")"""
_TABLE_OF_NO_STEP = """\
print(f"{'':>18}   gradient at stem")
for i, name in enumerate(NETWORKS):
    print(f"{name:>18}{activation_gradient_norm[i, 0]:19.2g}")"""


def script(session: Session) -> str:
    """Write the script."""
    hp: Hyperparams = session.hyperparams
    blocks = [
        constants(*_constants(session)),
        data(hp.data, validation=True),
        _IMAGES if is_conv(hp) else "",
        BATCHES,
        f"f = {activation(hp.activation, hp)}()",
        initializer(hp.initializer),
        *arms(session),
        _VALIDATE,
        _training(session),
        _results(hp),
        _TABLE if session.step else _TABLE_OF_NO_STEP,
    ]
    return assemble("Residual: deep networks with and without skips.", _about(session), blocks)


def _constants(session: Session) -> list[Any]:
    hp = session.hyperparams
    return [
        ("STEPS", session.step),
        *constants_of(hp),
        lr_constant(session),
        ("BATCH_SIZE", min(hp.batch_size, LARGEST_BATCH)),
        *([("CLIP", hp.clip_threshold)] if hp.clip != "off" else []),
        ("SEED", hp.seed),
    ]


def _about(session: Session) -> list[str]:
    about = [f"What Explorer shows after {session.step} steps, in plain PyTorch."]
    if parse_removed(now(session, "removed"))[0]:
        about.append("Left out: the network without one of its blocks.")
    return [*about, NEEDS[session.hyperparams.data]]


def _training(session: Session) -> str:
    hp = session.hyperparams
    measured = ["loss.item()", "accuracy", "val_loss", "val_accuracy", *(["total"] if hp.clip == "norm" else [])]
    return _TRAIN.format(
        optimizer=optimizer(hp.optimizer, session),
        n_curves=len(measured),
        longest=longest(hp),
        lr_change=lr_change(session),
        clip=indented(_CLIPS[hp.clip], 2),
        measured=call("        curves[step] = torch.tensor", [f"[{', '.join(measured)}]"]),
    )


def _results(hp: Hyperparams) -> str:
    names = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"]
    if hp.clip == "norm":
        names.append("total_gradient_norm")
    line = f"{', '.join(names)} = curves.unbind(-1)"
    if len(line) > WIDTH:
        line = f"({', '.join(names)}) = (\n    curves.unbind(-1)\n)"
    return _RESULTS.replace("{curves} = curves.unbind(-1)", line)

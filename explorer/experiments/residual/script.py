"""The run as a script of plain PyTorch."""

from explorer.core.session import Session
from explorer.experiments.residual.script_arms import arms, constants_of, is_conv
from explorer.experiments.residual.spec import Hyperparams
from explorer.scripts.data import BATCHES, LARGEST_BATCH, data
from explorer.scripts.layers import activation, initializer
from explorer.scripts.source import assemble, constants, indented, literal
from explorer.scripts.training import lr_change, lr_constant, lr_start, now, optimizer

_VALIDATE = '''\
def validate(network):
    """Return loss and accuracy on the validation samples."""
    network.eval()
    with torch.no_grad():
        logits, _ = network(x_val)
    network.train()
    right = (logits.argmax(1) == y_val).float().mean()
    return F.cross_entropy(logits, y_val), right'''
_BY_BLOCK = '''\
def by_block(network, h):
    """Return norms of gradients by h and by weights, and the size of h, (3, blocks + 1)."""
    parts = [network.stem, *network.blocks]
    matrices = [[p.grad for p in part.parameters() if p.dim() > 1] for part in parts]
    gradients = torch.stack([out.grad.norm() for out in h])
    weights = torch.stack([nn.utils.get_total_norm(grads) for grads in matrices])
    return torch.stack([gradients, weights, torch.stack([out.square().mean().sqrt() for out in h])])'''
_TRAIN = '''\
def train(network):
    """Return what was measured on each batch before its step; nan from an overflow on."""
    optimizer = {optimizer}
    curves = torch.full((STEPS, {n_curves}), torch.nan)
    blocks = torch.full((STEPS + 1, 3, len(network.blocks) + 1), torch.nan)
    for step, batch in enumerate(batches):
{lr_change}        optimizer.zero_grad()
        logits, h = network(x_train[batch])
        for out in h:
            out.retain_grad()
        loss = F.cross_entropy(logits, y_train[batch])
        if not loss.isfinite():
            break
        loss.backward()
        blocks[step] = by_block(network, h)
        if step == STEPS:  # the batch of the next step is only looked at
            break
        if step == 0 or (step + 1) % (5 if step < 100 else 20) == 0:
            val_loss, val_accuracy = validate(network)
        accuracy = (logits.argmax(1) == y_train[batch]).float().mean()
{clip}        curves[step] = torch.tensor([loss, accuracy, val_loss, val_accuracy{total}])
        optimizer.step()
    return curves, blocks'''
_CLIPS = {
    "off": "",
    "norm": "norm = nn.utils.clip_grad_norm_(network.parameters(), CLIP)\n",
    "value": "nn.utils.clip_grad_value_(network.parameters(), CLIP)\n",
}
_RESULTS = """\
networks = [make() for make in NETWORKS.values()]
curves, blocks = zip(*map(train, networks), strict=True)
train_loss, train_accuracy, val_loss, val_accuracy{total} = torch.stack(curves, dim=-1)"""

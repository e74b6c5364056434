"""The run as a script: a network for each normalisation, trained on the same batches, one unit seen step by step."""

from typing import Any

from explorer.core.catalog import by_function
from explorer.core.session import Session
from explorer.experiments.batch_norm.spec import OVER_BATCH
from explorer.scripts import data, layers, training
from explorer.scripts.source import assemble, constants, literal, table

_NOISE = '''\
noise_rng = torch.Generator()


class Noise(nn.Module):
    """Random scales and shifts of each unit, new in every step; none in eval mode."""

    def forward(self, z):
        if not self.training:
            return z
        unit, each = (1, z.shape[1]), z.shape
        scale = 0.25 * torch.rand(unit, generator=noise_rng)
        scale = scale + 0.1 * torch.randn(each, generator=noise_rng)
        shift = torch.rand(unit, generator=noise_rng) - 0.5
        shift = shift + 0.2 * (torch.rand(each, generator=noise_rng) - 0.5)
        return (1 + NOISE * scale) * z + NOISE * shift'''
_GROUPS = '''\
def group_norm(width):
    """As many groups as divide the width, at most {groups}."""
    groups = max(n for n in range(1, {groups} + 1) if width % n == 0)
    return nn.GroupNorm(groups, width{eps})'''
_NETWORK = '''\
class Network(nn.Module):
    """Hidden layers, each normalised {placed} its activation, and a read-out."""

    def __init__(self, norm, rng):
        super().__init__()
        widths = [x_train.shape[1], *[WIDTH] * DEPTH, n_classes]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.activation = {activation}()
        self.norms = nn.ModuleList(norm(WIDTH) for _ in range(DEPTH))
{ends}        for layer in self.layers:  # each from a seed of its own
            seed = int(torch.randint(2**62, (), generator=rng))
            {initializer}(layer, torch.Generator().manual_seed(seed))
{scale}
    def forward(self, x):
        """Logits; what enters each normalisation, and what leaves each hidden layer."""
        before, after = [], []
{input}        for layer, norm in zip(self.layers[:-1], self.norms, strict=True):
            before.append({before})
            x = {after}
            after.append(x)
        return {logits}, before, after'''
_SCALE = """\
        for layer in self.layers[:-1]:
            layer.weight.data *= {scale}
"""
_NO_NOISE = """\

        def end(n):  # without noise
            made = norm(n)
            return made[0] if isinstance(made, nn.Sequential) else made

"""
_VALIDATE = '''\
@torch.no_grad()
def validate(network):
    """Loss and accuracy on the validation set in eval mode: with running statistics."""
    network.eval()
    logits = network(x_val)[0]
    network.train()
    accuracy = (logits.argmax(1) == y_val).float().mean()
    return F.cross_entropy(logits, y_val), accuracy'''
_TRAIN = '''\
def train(norm, seed):
    """Losses and accuracies of each step; the network and its values at the end."""
    rng = torch.Generator().manual_seed(seed)  # the same weights and batches for all
    network = Network(norm, rng)
{noise}    optimizer = {optimizer}
    history, last = torch.full((4, STEPS), torch.nan), None
    for step, batch in enumerate(draw_batches(STEPS + 1, rng)):
{change}        logits, before, after = network(x_train[batch])
        loss = F.cross_entropy(logits, y_train[batch])
        if step > 0 and not loss.isfinite():
            network.load_state_dict(last)  # overflow: back to before the last step
            break
        values = before, after
        optimizer.zero_grad()
        loss.backward()
        last = copy.deepcopy(network.state_dict())
        if step < STEPS:  # after the last we only look at the gradients to come
            accuracy = (logits.argmax(1) == y_train[batch]).float().mean()
            measured = loss.detach(), accuracy, *validate(network)
            history[:, step] = torch.stack(measured)
            optimizer.step()
    return history, network, *values'''
_RUN = """\
history_step = list(range(1, STEPS + 1))
results = {name: train(norm, SEED) for name, norm in ARMS.items()}
histories = torch.stack([history for history, *_ in results.values()])
train_loss, train_accuracy, val_loss_eval, val_accuracy_eval = histories.unbind(1)"""
_RUN_SEEDS = '''\
def median(values, worst):
    """Over seeds, one that overflowed counting as worst; values (seeds, 4, steps)."""
    found = np.median(np.where(np.isnan(values), worst, values), axis=0)
    return np.where(np.isfinite(found), found, np.nan)


history_step = list(range(1, STEPS + 1))
worst = np.array([[np.inf], [-np.inf]] * 2)  # of losses and accuracies
results, histories = {}, []
for name, norm in ARMS.items():
    runs = [train(norm, seed) for seed in SEEDS]
    results[name] = runs[0]
    histories.append(median(torch.stack([run[0] for run in runs]).numpy(), worst))
train_loss, train_accuracy, val_loss_eval, val_accuracy_eval = torch.tensor(
    np.stack(histories, axis=1)
)'''
_LAYERS = """\
# By arm and hidden layer, of the batch after the last step.
activation_mean, activation_std, gradient_norm = [], [], []
for _, network, _, after in results.values():
    activation_mean.append([h.mean().item() for h in after])
    activation_std.append([h.std().item() for h in after])
    gradients = [layer.weight.grad for layer in network.layers[:-1]]
    gradient_norm.append([g.norm().item() for g in gradients])"""
_CHANNEL = """\
# The four steps of batch norm on one unit.
_, network, before, _ = results["{arm}"]
channel_input = before[LAYER - 1][:, UNIT - 1].detach()
channel_mean = channel_input.mean()
channel_var = channel_input.var(correction=0)
channel_normalized = (channel_input - channel_mean) / (channel_var + {eps}).sqrt()
{affine}
channel_output = gamma * channel_normalized + beta"""
_NORM = """\
norm = network.norms[LAYER - 1]{inner}
channel_running_mean = norm.running_mean[UNIT - 1].item()
channel_running_var = norm.running_var[UNIT - 1].item()
"""
_LEARNED = "gamma, beta = norm.weight[UNIT - 1].item(), norm.bias[UNIT - 1].item()"
_FIXED = "gamma, beta = 1.0, 0.0"
_PRINT = """\
print(f"{'':22} loss: train  validation  accuracy  gradient: first  last layer")
for i, name in enumerate(ARMS):
    train, val = train_loss[i][-20:].mean(), val_loss_eval[i][-1:].mean()
    accuracy, norms = val_accuracy_eval[i][-1:].mean(), gradient_norm[i]
    print(
        f"{name:22} {train:11.3f} {val:11.3f} {accuracy:9.1%}"
        f" {norms[0]:16.1e} {norms[-1]:11.1e}"
    )
print(f"The unit: mean {channel_mean:.3g}, variance {channel_var:.3g}, {gamma=:.3g}")"""


def script(session: Session) -> str:
    """Write it."""
    hp = session.hyperparams
    initializer = by_function(hp.activation) if hp.initializer == "by_function" else hp.initializer
    has_noise = "batch_norm_noise" in hp.arms
    return assemble(
        "Batch norm: networks that differ in their normalisation alone.",
        [f"What Explorer shows after {session.step} steps, in plain PyTorch.", data.NEEDS[hp.data]],
        [
            _constants(session),
            data.data(hp.data, validation=True),
            data.BATCHES,
            layers.initializer(initializer),
            *(_NOISE.split("\n\n\n") if has_noise else ()),
            _GROUPS.format(groups=hp.groups, eps=_eps(hp)) if "group_norm" in hp.arms else "",
            table("ARMS", ((name, _arm(name, hp)) for name in hp.arms), "what normalises so many units"),
            _network(hp, initializer),
            _VALIDATE,
            _TRAIN.format(
                noise="    noise_rng.manual_seed(1_000_000 + seed)\n" if has_noise else "",
                optimizer=training.optimizer(hp.optimizer, session),
                change=training.lr_change(session),
            ),
            *(_RUN if hp.seeds == "1" else _RUN_SEEDS).split("\n\n\n"),
            _LAYERS,
            _channel(hp),
            _PRINT,
        ],
    )


def _constants(session: Session) -> str:
    hp = session.hyperparams
    n = int(hp.seeds)
    rows: list[Any] = [
        ("SEED", hp.seed) if n == 1 else ("SEEDS", tuple(range(hp.seed, hp.seed + n))),
        ("STEPS", session.step),
        ("BATCH_SIZE", hp.batch_size),
        training.lr_constant(session),
        ("DEPTH", hp.depth, "hidden layers"),
        ("WIDTH", hp.width, "units in each"),
        ("LAYER", min(training.now(session, "layer"), hp.depth), "the one that is shown step by step, from 1"),
        ("UNIT", min(training.now(session, "unit"), hp.width), "of that layer, from 1"),
    ]
    return constants(*rows, *([("NOISE", hp.noise)] if "batch_norm_noise" in hp.arms else ()))


def _eps(hp: Any) -> str:
    return "" if hp.eps == 1e-5 else f", eps={literal(hp.eps)}"


def _arm(name: str, hp: Any) -> str:
    """Expression of what makes the normalisation of an arm from a number of units."""
    momentum = "" if hp.momentum == 0.1 else f", momentum={literal(hp.momentum)}"
    batch_norm = f"nn.BatchNorm1d(n{_eps(hp)}{momentum})"
    match name:
        case "none":
            return "nn.Identity"
        case "batch_norm":
            return "nn.BatchNorm1d" if batch_norm == "nn.BatchNorm1d(n)" else f"lambda n: {batch_norm}"
        case "batch_norm_no_affine":
            return f"lambda n: {batch_norm[:-1]}, affine=False)"
        case "batch_norm_noise":
            inner = f"{batch_norm}, Noise()"
            return "lambda n: nn.Sequential(" + (f"\n        {inner}\n    )" if len(inner) > 44 else f"{inner})")
        case "layer_norm":
            return f"lambda n: nn.LayerNorm(n{_eps(hp)})" if _eps(hp) else "nn.LayerNorm"
        case "group_norm":
            return "group_norm"
    return f"lambda n: nn.RMSNorm(n, eps={literal(hp.eps)})"


def _network(hp: Any, initializer: str) -> str:
    f = "self.activation"
    is_first = hp.placed == "before"
    has = {name: name in hp.also_on for name in ("input", "output")}
    end = "end" if "batch_norm_noise" in hp.arms else "norm"
    ends = _NO_NOISE if end == "end" and hp.also_on else ""
    ends += f"        self.input_norm = {end}(widths[0])\n" if has["input"] else ""
    ends += f"        self.output_norm = {end}(n_classes)\n" if has["output"] else ""
    return _NETWORK.format(
        placed=hp.placed,
        initializer=initializer,
        activation=layers.activation(hp.activation, None),
        ends=ends,
        scale=_SCALE.format(scale=literal(hp.init_scale)) if hp.init_scale != 1 else "",
        input="        x = self.input_norm(x)\n" if has["input"] else "",
        before="layer(x)" if is_first else f"{f}(layer(x))",
        after=f"{f}(norm(before[-1]))" if is_first else "norm(before[-1])",
        logits="self.output_norm(self.layers[-1](x))" if has["output"] else "self.layers[-1](x)",
    )


def _channel(hp: Any) -> str:
    """Of the first arm that normalises over the batch; where there is none, of what batch norm would do."""
    arm = next((name for name in hp.arms if name in OVER_BATCH), hp.arms[0])
    affine = _LEARNED if arm in ("batch_norm", "batch_norm_noise") else _FIXED
    if arm in OVER_BATCH:
        affine = _NORM.format(inner="[0]" if arm == "batch_norm_noise" else "") + affine
    return _CHANNEL.format(arm=arm, eps=literal(hp.eps), affine=affine)

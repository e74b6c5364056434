"""The run as a script: a deep network for each initializer, trained on the same batches, looked into at the end."""

from typing import Any

from explorer.core.session import Session
from explorer.scripts import data, layers, network, training
from explorer.scripts.source import assemble, constants, listing

_LSUV = '''\
@torch.no_grad()
def scale_to_unit_variance(network, x):
    """LSUV (Mishkin & Matas 2016): each layer's outputs on a batch have variance 1."""
    for i, layer in enumerate(network.layers):
        std = layer(x).std(correction=0)
        if 0 < std < torch.inf:
            layer.weight /= std
        if i < DEPTH:
            x = network.activations[i]({hidden})'''
_TRAIN = '''\
def train(initialize):
    """Loss and accuracy of each step before its update, and the network at the end."""
    rng = torch.Generator().manual_seed(SEED)  # the same random numbers for all
    network = Network(ACTIVATION, initialize, rng)
    batches = draw_batches(STEPS + 1, rng)
{lsuv}    optimizer = {optimizer}
    losses, accuracies = torch.full((2, STEPS), torch.nan)
    for step, batch in enumerate(batches):
{change}        logits, before, after = network(x_train[batch])
        loss = F.cross_entropy(logits, y_train[batch])
        if step > 0 and not loss.isfinite():
            break  # overflow: what is looked into stays the step before
        z, h = before, after
        for values in h:
            values.retain_grad()
        optimizer.zero_grad()
        loss.backward()
        if step < STEPS:  # after the last we only look at the gradients to come
            losses[step] = loss.detach()
            accuracies[step] = (logits.argmax(1) == y_train[batch]).float().mean()
            optimizer.step()
    return losses, accuracies, network, z, h'''
_USE_LSUV = """\
    if initialize is lsuv:
        scale_to_unit_variance(network, x_train[batches[0]])
"""
_SLOPE = '''\
def slope(f, z):
    """|f'(z)|, by autograd."""
    z = z.detach().requires_grad_()
    return torch.autograd.grad(f(z).sum(), z)[0].abs()'''
_LOOK = '''\
def look(f, z, h):
    """Measure a layer: z (batch, units) enters its activation f, h leaves it."""
{largest}
    flat = slope(f, z) < 0.01 * largest
    h, g = h.detach().double(), h.grad.double()
    unit_std = h.std(0, correction=0).mean()  # over the batch
    length = h.norm(dim=1, keepdim=True)
    n = (length > 0).sum()
    direction = torch.where(length > 0, h / length, 0).sum(0)
    cosine = (direction.square().sum() - n) / (n * (n - 1))  # mean over pairs
    shares = flat.double().mean(), flat.all(0).double().mean()
    return h.mean(), h.std(correction=0), unit_std, cosine, *shares, g.std(correction=0)'''
_RUN = """\
history_step = list(range(1, STEPS + 1))
train_loss, train_accuracy, looks = [], [], []
for initialize in INITIALIZERS:
    losses, accuracies, network, z, h = train(initialize)
    train_loss.append(losses)
    train_accuracy.append(accuracies)
    looks.append(list(map(look, network.activations, z, h)))

# By initializer and layer.
(
    activation_mean,
    activation_std,
    unit_std,
    cosine,
    saturated_fraction,
    dead_fraction,
    gradient_std,
) = torch.tensor(looks).unbind(-1)
print(f"{'':16}  std: first  last layer  cosine  dL/dh: first  last layer  loss")
for i, initialize in enumerate(INITIALIZERS):
    std, gradient, loss = activation_std[i], gradient_std[i], train_loss[i][-10:]
    print(
        f"{initialize.__name__:16} {std[0]:11.1e} {std[-1]:11.1e} {cosine[i, -1]:7.2f} "
        f"{gradient[0]:13.1e} {gradient[-1]:11.1e} {loss.mean():5.2f}"
    )"""


def script(session: Session) -> str:
    """Write it."""
    hp = session.hyperparams
    return assemble(
        "Initializers: deep networks that differ in their first weights alone.",
        [f"What Explorer shows after {session.step} steps, in plain PyTorch.", data.NEEDS[hp.data]],
        [
            constants(
                ("SEED", hp.seed),
                ("STEPS", session.step),
                ("BATCH_SIZE", hp.batch_size),
                training.lr_constant(session),
                ("DEPTH", hp.depth, "hidden layers"),
                ("WIDTH", hp.width, "units in each"),
            ),
            data.data(hp.data),
            data.BATCHES,
            *(layers.initializer(name, hp) for name in hp.initializers),
            listing("INITIALIZERS", hp.initializers),
            layers.own(hp.expression) if hp.activation == "own" else "",
            f"ACTIVATION = {layers.activation(hp.activation, hp)}",
            network.network(hp.batch_norm),
            _LSUV.format(hidden=_hidden(hp)) if "lsuv" in hp.initializers else "",
            _train(session),
            _SLOPE,
            _LOOK.format(largest=_largest(hp)),
            _RUN,
        ],
    )


def _hidden(hp: Any) -> str:
    return "network.norms[i](layer(x))" if hp.batch_norm else "layer(x)"


def _train(session: Session) -> str:
    hp = session.hyperparams
    return _TRAIN.format(
        optimizer=training.optimizer(hp.optimizer, session),
        lsuv=_USE_LSUV if "lsuv" in hp.initializers else "",
        change=training.lr_change(session),
    )


def _largest(hp: Any) -> str:
    """Steepest slope; own functions may have poles, or no slope at all."""
    steepest = "slope(ACTIVATION(), torch.linspace(-10, 10, 401))"
    if hp.activation == "own":
        return f"    steepest = {steepest}\n    largest = steepest.nan_to_num(0, 0).max() or 1"
    return f"    largest = {steepest}.max()"

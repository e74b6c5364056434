"""The run as a script: the functions by themselves, then one network of each, trained on the same batches."""

from typing import Any

from explorer.core.catalog import by_function
from explorer.core.session import Session
from explorer.scripts import data, layers, network, training
from explorer.scripts.source import assemble, constants, table

_SLOPE = '''\
def slope(f, z):
    """f'(z), by autograd."""
    z = z.detach().requires_grad_()
    return torch.autograd.grad(f(z).sum(), z)[0]'''
_FUNCTIONS = """\
# The functions by themselves. For z from N(0, SIGMA^2), E f(z)^2 and E f'(z)^2 are what
# a wide layer does to the mean square of its signal and of its gradient.
functions = [make().double() for make, _ in NETWORKS.values()]
x = INPUT_RANGE / 200 * torch.arange(-200, 201, dtype=torch.float64)
value = [f(x).tolist() for f in functions]
gradient = [slope(f, x).tolist() for f in functions]
z = SIGMA * torch.linspace(-10, 10, 20_000, dtype=torch.float64)
density = torch.softmax(-0.5 * (z / SIGMA) ** 2, dim=0)
forward_gain = [(density @ f(z) ** 2).item() for f in functions]
backward_gain = [(density @ slope(f, z) ** 2).item() for f in functions]"""
_TRAIN = '''\
def train(activation, initialize):
    """Loss and accuracy of each step before its update, and the network at the end."""
    rng = torch.Generator().manual_seed(SEED)  # the same weights and batches for all
    network = Network(activation, initialize, rng)
    optimizer = {optimizer}
    losses, accuracies = torch.full((2, STEPS), torch.nan)
    for step, batch in enumerate(draw_batches(STEPS + 1, rng)):
{change}        logits, before, _ = network(x_train[batch])
        loss = F.cross_entropy(logits, y_train[batch])
        if step > 0 and not loss.isfinite():
            break  # overflow: gradients and inputs stay those of the step before
        inputs = before
        optimizer.zero_grad()
        loss.backward()
        if step < STEPS:  # after the last we only look at the gradients to come
            losses[step] = loss.detach()
            accuracies[step] = (logits.argmax(1) == y_train[batch]).float().mean()
            optimizer.step()
    return losses, accuracies, network, inputs'''
_DEAD = '''\
def dead_units(f, z, largest):
    """Share of units whose |f'| is almost 0 for all their inputs z (batch, units)."""
    return (slope(f, z).abs().amax(0) < 0.01 * largest).float().mean().item()'''
_RUN = """\
history_step = list(range(1, STEPS + 1))
train_loss, train_accuracy, gradient_norm, dead_fraction = [], [], [], []
print(f"{'':16}  loss  accuracy  dead  gradient by layer")
for name, (activation, initialize) in NETWORKS.items():
    losses, accuracies, network, inputs = train(activation, initialize)
    norms = [layer.weight.grad.norm().item() for layer in network.layers[:-1]]
{largest}
    each = zip(network.activations, inputs, strict=True)
    dead = [dead_units(f, z, largest) for f, z in each]
    train_loss.append(losses)
    train_accuracy.append(accuracies)
    gradient_norm.append(norms)
    dead_fraction.append(dead)
    loss, accuracy = losses[-20:].mean(), accuracies[-20:].mean()
    by_layer = " ".join(f"{norm:.1e}" for norm in norms)
    print(f"{name:16} {loss:5.2f} {accuracy:9.1%} {max(dead):5.0%}  {by_layer}")"""


def script(session: Session) -> str:
    """Write it."""
    hp = session.hyperparams
    initializers = [by_function(f) if hp.initializer == "by_function" else hp.initializer for f in hp.functions]
    rows = [
        (f, f"({layers.activation(f, hp)}, {initializer})")
        for f, initializer in zip(hp.functions, initializers, strict=True)
    ]
    return assemble(
        "Activations: networks that differ in their activation alone.",
        [f"What Explorer shows after {session.step} steps, in plain PyTorch.", data.NEEDS[hp.data]],
        [
            _constants(session),
            data.data(hp.data),
            data.BATCHES,
            *(layers.initializer(name) for name in dict.fromkeys(initializers)),
            layers.own(hp.expression) if "own" in hp.functions else "",
            table("NETWORKS", rows, "activation and initializer"),
            _SLOPE,
            _FUNCTIONS,
            network.network(hp.batch_norm),
            _TRAIN.format(optimizer=training.optimizer(hp.optimizer, session), change=training.lr_change(session)),
            _DEAD,
            _RUN.replace("{largest}", _largest(hp)),
        ],
    )


def _constants(session: Session) -> str:
    hp = session.hyperparams
    return constants(
        ("SEED", hp.seed),
        ("STEPS", session.step),
        ("BATCH_SIZE", hp.batch_size),
        training.lr_constant(session),
        ("DEPTH", hp.depth, "hidden layers"),
        ("WIDTH", hp.width, "units in each"),
        ("INPUT_RANGE", training.now(session, "input_range"), "x from minus this to this"),
        ("SIGMA", training.now(session, "sigma"), "of the input for which the gains are computed"),
    )


def _largest(hp: Any) -> str:
    """Steepest slope; own functions may have poles, or no slope at all."""
    steepest = "slope(activation(), torch.linspace(-10, 10, 401)).abs()"
    if "own" in hp.functions:
        return f"    steepest = {steepest}\n    largest = steepest.nan_to_num(0, 0).max() or 1"
    return f"    largest = {steepest}.max()"

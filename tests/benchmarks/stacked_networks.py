"""What decided for stacked networks: one `baddbmm` per layer for all of them, instead of one module after the other.

    python tests/benchmarks/stacked_networks.py

Milliseconds per step of five networks (the activations that are compared by default), medians of interleaved rounds.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import torch
from torch import nn

from explorer.core.hyperparams import replace
from explorer.experiments.activations.compute import Run
from explorer.experiments.activations.spec import Hyperparams
from explorer.nets.data import load

MODULES = (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.ELU, nn.GELU)
SHAPES = ((3, 32, 64), (1, 32, 64), (10, 32, 64), (3, 128, 128), (3, 256, 256))


def plain(depth: int, width: int, batch: int) -> Callable[[], None]:
    """Loop over modules with torch.optim, which also keeps loss and accuracy."""
    data = load("digits")
    networks = [nn.Sequential(*layers(module, depth, width)) for module in MODULES]
    optimizers = [torch.optim.SGD(network.parameters(), lr=0.3) for network in networks]
    history = []

    def step() -> None:
        chosen = torch.randint(0, len(data.inputs), (batch,))
        x, labels = data.inputs[chosen], data.labels[chosen]
        for network, optimizer in zip(networks, optimizers, strict=True):
            logits = network(x)
            loss = nn.functional.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            history.append((loss.item(), (logits.argmax(1) == labels).float().mean().item()))

    return step


def layers(module: type[nn.Module], depth: int, width: int) -> list[nn.Module]:
    hidden = [part for i in range(depth) for part in (nn.Linear(64 if i == 0 else width, width), module())]
    return [*hidden, nn.Linear(width, 10)]


def stacked(depth: int, width: int, batch: int) -> Callable[[], None]:
    return Run(replace(Hyperparams(), {"depth": depth, "width": width, "batch_size": batch})).step


def milliseconds(step: Callable[[], None], steps: int = 20) -> float:
    start = perf_counter()
    for _step in range(steps):
        step()
    return 1e3 * (perf_counter() - start) / steps


def main() -> None:
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for shape in SHAPES:
        steps = plain(*shape), stacked(*shape)
        rounds = [[milliseconds(step) for step in steps] for _round in range(9)]
        loop, stack = (statistics.median(column) for column in zip(*rounds, strict=True))
        name = "depth {}, width {}, batch {}".format(*shape)
        print(f"{name:30} modules {loop:6.2f}  stacked {stack:6.2f}  ratio {loop / stack:4.2f}")


if __name__ == "__main__":
    main()

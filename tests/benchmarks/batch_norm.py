"""How fast the batch norm experiment trains beside plain modules, and what batching seeds gains. Ratios of one run.

    python tests/benchmarks/batch_norm.py

Two arms, depth 10, width 64, batch 64. "With frames": sixty frames a second are taken and pickled as for the window.
Also part of `make bench`.
"""

import pickle
from collections.abc import Callable
from itertools import pairwise
from statistics import median
from time import perf_counter

from lines import Line, table

from explorer.worker.quick_torch import import_torch

torch = import_torch()

from torch import nn  # noqa: E402

from explorer.core.hyperparams import replace  # noqa: E402
from explorer.experiments.batch_norm.spec import SPEC  # noqa: E402
from explorer.experiments.batch_norm.training import Arm, Feed  # noqa: E402
from explorer.nets.data import load  # noqa: E402

ROUNDS, SLICE, FRAME = 9, 0.3, 1 / 60
HP = replace(SPEC.hyperparams(), {"lr": 0.05})


def plain(batch_norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise([64] * (HP.depth + 1)):
        layers += [nn.Linear(fan_in, fan_out), *[nn.BatchNorm1d(fan_out)] * batch_norm, nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(64, 10))


def bare() -> Callable[[], None]:
    """A loop of two plain modules and torch.optim."""
    feed = Feed(HP, load("digits"), 1)
    nets = [plain(False), plain(True)]
    optimizers = [torch.optim.SGD(net.parameters(), lr=HP.lr) for net in nets]

    def step() -> None:
        batch = feed.next()
        for net, optimizer in zip(nets, optimizers, strict=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(batch.inputs), batch.labels[0]).backward()
            optimizer.step()

    return step


def with_frames() -> Callable[[], None]:
    run, last = SPEC.run(HP), perf_counter()
    for _ in range(1500):
        run.step()

    def step() -> None:
        nonlocal last
        run.step()
        if perf_counter() - last >= FRAME:
            last = perf_counter()
            pickle.dumps(run.glance(), pickle.HIGHEST_PROTOCOL)

    return step


def seeds(batch_size: int, n: int) -> Callable[[], None]:
    """One step of batch norm with n seeds together, counted as n."""
    hp = replace(HP, {"batch_size": batch_size})
    data = load("digits")
    feed = Feed(hp, data, n)
    arm = Arm("batch_norm", hp, data, feed.draws)
    return lambda: arm.update(arm.look(feed.next()))


def rate(step: Callable[[], None]) -> float:
    steps, start = 0, perf_counter()
    while perf_counter() - start < SLICE:
        step()
        steps += 1
    return steps / (perf_counter() - start)


def ratio(first: Callable[[], None], second: Callable[[], None], rounds: int = ROUNDS) -> float:
    """Median of rates of the second over the first, in turns."""
    return median(rate(second) / rate(first) for _ in range(rounds))


def lines() -> list[Line]:
    run = Line("run with frames, of plain modules", ratio(bare(), with_frames()), " ×", 0.85, True)
    gains = [
        Line(f"5 seeds together, batch {size}, rate of one by one", 5 * ratio(seeds(size, 1), seeds(size, 5), 3), " ×")
        for size in (4, 64, 256)
    ]
    return [run, *gains]


if __name__ == "__main__":
    print(table({"batch norm": lines()}))

"""How fast the residual experiment is, beside a bare loop of torch modules: ratios taken in one run, interleaved.

    python tests/benchmarks/residual.py

Depth 50, width 32, the three default arms. "With frames": a frame and its figure 30 times a second, and the slow
measurements in the gaps, as the worker does it. Then: milliseconds from new hyperparams to the gradient profile at
initialization, depth 100.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import torch
from torch import nn

from explorer.core.hyperparams import replace
from explorer.experiments.residual.compute import Run
from explorer.experiments.residual.spec import SPEC, Hyperparams, ViewOptions
from explorer.nets.data import load
from explorer.worker.quick_torch import import_torch

FRAME = 1 / 30


class Block(nn.Module):
    """Two layers with batch norm."""

    def __init__(self, width: int, skips: bool) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.Linear(width, width, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Linear(width, width, bias=False),
            nn.BatchNorm1d(width),
        )
        self.skips = skips

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        v = self.branch(h)
        return torch.relu(h + v if self.skips else v)


def bare() -> Callable[[], None]:
    """Modules and torch.optim, nothing kept."""
    data = load("digits")
    networks = [module(25, False), module(25, True), module(4, False)]
    optimizers = [torch.optim.SGD(n.parameters(), lr=0.03, momentum=0.9) for n in networks]

    def step() -> None:
        chosen = torch.randint(0, len(data.inputs), (64,))
        x, labels = data.inputs[chosen], data.labels[chosen]
        for network, optimizer in zip(networks, optimizers, strict=True):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x), labels).backward()
            optimizer.step()

    return step


def module(blocks: int, skips: bool) -> nn.Module:
    trunk = [Block(32, skips) for _block in range(blocks)]
    return nn.Sequential(nn.Linear(64, 32, bias=False), nn.BatchNorm1d(32), nn.ReLU(), *trunk, nn.Linear(32, 10))


class Watched:
    """A run as the worker drives it, its frames drawn as figures in this same process."""

    def __init__(self) -> None:
        self.run = Run(Hyperparams())
        self.due = perf_counter()

    def step(self) -> None:
        self.run.step()
        if self.run.refined < 1:
            self.run.refine()
        if perf_counter() >= self.due:
            SPEC.figure(self.run.frame(), ViewOptions())
            self.due = perf_counter() + FRAME


def rate(step: Callable[[], None], seconds: float = 1.0) -> float:
    steps, began = 0, perf_counter()
    while perf_counter() < began + seconds:
        step()
        steps += 1
    return steps / (perf_counter() - began)


def profile_at_init(seed: int) -> float:
    """Milliseconds."""
    began = perf_counter()
    frame = Run(replace(Hyperparams(), {"depth": 100, "seed": seed})).frame()
    SPEC.figure(frame, ViewOptions())
    return 1e3 * (perf_counter() - began)


def main() -> None:
    import_torch()
    run = Run(Hyperparams())
    for _step in range(600):  # where most of a run is spent: maps are thinned, validation is seldom
        run.step()
    steps = {"bare": bare(), "own step": run.step, "with frames": Watched().step}
    rounds = [{name: rate(step) for name, step in steps.items()} for _round in range(5)]
    for name in steps:
        of_bare = statistics.median(r[name] / r["bare"] for r in rounds)
        print(f"{name:12} {statistics.median(r[name] for r in rounds):6.1f} steps/s, {of_bare:4.2f} of the bare loop")
    frames = [r["with frames"] / r["own step"] for r in rounds]
    print(f"with frames / own step {statistics.median(frames):4.2f}")
    began, times = perf_counter(), 0
    while perf_counter() < began + 0.5:
        run._learners[0]._profile = None
        run.frame()
        times += 1
    print(f"frame {500 / times:.2f} ms (one profile computed anew)")
    found = sorted(profile_at_init(seed) for seed in range(40))
    print(f"profile at depth 100: median {statistics.median(found):.0f} ms, p95 {found[37]:.0f} ms")


if __name__ == "__main__":
    main()

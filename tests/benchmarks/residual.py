"""How fast the residual experiment is, beside a bare loop of torch modules: ratios taken in one run, interleaved.

    python tests/benchmarks/residual.py

Depth 50, width 32, the three default arms. "With frames": a frame and its figure 30 times a second, and the slow
measurements in the gaps, as the worker does it. In the window: a slider at depth 100, paused, until the profile of
gradients at initialization is painted. Also part of `make bench`.
"""

import statistics
from collections.abc import Callable
from time import perf_counter

import torch
from lines import Line, slider_line, table
from torch import nn
from window import opened, slider_latencies

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


def rate(step: Callable[[], None], seconds: float = 0.5) -> float:
    steps, began = 0, perf_counter()
    while perf_counter() < began + seconds:
        step()
        steps += 1
    return steps / (perf_counter() - began)


def profile_at_init(seed: int) -> float:
    """Milliseconds from new hyperparams to a figure, without a window."""
    began = perf_counter()
    frame = Run(replace(Hyperparams(), {"depth": 100, "seed": seed})).frame()
    SPEC.figure(frame, ViewOptions())
    return 1e3 * (perf_counter() - began)


def window_line() -> Line:
    with opened("residual", depth=100) as window:
        window.tab.run.play(False)
        moved = slider_latencies(window, "batch_size")
    return slider_line("depth 100: slider to gradient profile at initialization", moved, 150)


def loop_lines() -> list[Line]:
    """Shares of the bare loop's rate; medians of interleaved rounds."""
    run = Run(Hyperparams())
    for _step in range(600):  # where most of a run is spent: maps are thinned, validation is seldom
        run.step()
    steps = {"bare": bare(), "the run's steps alone": run.step, "with frames and figures": Watched().step}
    rounds = [{name: rate(step) for name, step in steps.items()} for _round in range(5)]
    return [
        Line(f"{name}, of the bare loop", statistics.median(r[name] / r["bare"] for r in rounds), " ×")
        for name in list(steps)[1:]
    ]


def lines() -> list[Line]:
    import_torch()
    without_window = statistics.median(profile_at_init(seed) for seed in range(9))
    seeds = Line("the same without a window", without_window, " ms", detail="median of 9 seeds")
    return [window_line(), seeds, *loop_lines()]


if __name__ == "__main__":
    print(table({"residual": lines()}))

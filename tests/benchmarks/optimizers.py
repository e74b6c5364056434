"""Trajectories together against a loop over torch.optim objects, and a cloud of them in the window: one run.

`python tests/benchmarks/optimizers.py`, also part of `make bench`.
"""

from statistics import median
from time import perf_counter

import torch
from lines import Line, gap_line, table
from torch import nn
from window import opened, training, warm_up

from explorer.core import hyperparams as hp
from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.experiments.optimizers.compute import Run
from explorer.experiments.optimizers.spec import Hyperparams

TEN = [c.name for c in ALL_OPTIMIZERS][:10]
LOOP = (
    lambda p, lr: torch.optim.SGD(p, lr=lr),
    lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9),
    lambda p, lr: torch.optim.SGD(p, lr=lr, momentum=0.9, nesterov=True),
    torch.optim.Adagrad, torch.optim.Adadelta, torch.optim.RMSprop, torch.optim.Adam, torch.optim.AdamW,
    torch.optim.NAdam, torch.optim.RAdam,
)  # fmt: skip


def beale(p):
    x, y = p
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def cloud(n_starts):
    return {"optimizers": TEN, "starts": "cloud", "n_starts": n_starts}


def run_of(n_starts):
    return Run(hp.replace(Hyperparams(), cloud(n_starts)))


def loop_of(n_starts):
    """One object per optimizer and start, stepped one after another."""
    starts = run_of(max(n_starts, 2))._points[0, :n_starts]
    points = [start.clone().requires_grad_() for _make in LOOP for start in starts]
    objects = [make([p], lr=0.001) for make, p in zip([m for m in LOOP for _s in starts], points, strict=True)]

    def step():
        for p, own in zip(points, objects, strict=True):
            own.zero_grad()
            beale(p).backward()
            own.step()

    return step


def seconds(act, times):
    found = []
    for _ in range(times):
        began = perf_counter()
        act()
        found.append(perf_counter() - began)
    return median(found)


def surface_lines():
    """41 × 41 points of the loss of a network (64-32-10, 512 samples) against a loop over the model."""
    run = Run(hp.replace(Hyperparams(), {"surface": "network", "optimizers": TEN[:6]}))
    for _ in range(50):
        run.step()
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    inputs, labels = run._data.inputs[:512], run._data.labels[:512]
    corners = [torch.from_numpy(v).float() for v in (run._plane.centre, *run._plane.directions)]

    @torch.no_grad()
    def loop(n=200):
        for i in range(n):
            torch.nn.utils.vector_to_parameters(corners[0] + i * corners[1] + i * corners[2], model.parameters())
            nn.functional.cross_entropy(model(inputs), labels).item()

    def whole():
        run._survey()
        while run.refined < 1:
            run.refine()

    def coarse():
        run._lay_plane()
        while run.refined < 1 / 16:
            run.refine()

    loop(), whole()
    alone, together = seconds(loop, 5) / 200, seconds(whole, 5) / 41**2
    detail = f"{1e6 * together:.0f} µs a point, {1e6 * alone:.0f} µs"
    return [
        Line("41 × 41 points of a network's loss, rate of a loop", alone / together, " ×", 3, True, detail),
        Line("its first coarse picture, plane and all", 1e3 * seconds(coarse, 5), " ms", 150),
    ]


def together_lines():
    """Ten optimizers against a loop over objects with one start each, and how a step grows with the starts."""
    found = []
    for n_starts, wanted in ((10, None), (100, 150)):
        run, loop = run_of(n_starts), loop_of(n_starts)
        seconds(run.step, 20), loop()
        together, alone = seconds(run.step, 200), seconds(loop, 3)
        detail = f"{1e3 * together:.2f} and {1e3 * alone:.0f} ms a step"
        name = f"10 optimizers × {n_starts} starts, rate of a loop over torch.optim"
        found.append(Line(name, alone / together, " ×", wanted, True, detail))
    for n_starts in (1000, 10_000):
        run = run_of(n_starts)
        seconds(run.step, 5)
        found.append(Line(f"one step of 10 × {n_starts:,} starts", 1e3 * seconds(run.step, 30), " ms"))
    return found


def window_lines():
    with opened("optimizers", **cloud(10_000)) as window:
        warm_up(window)
        found = training(window)
    frames, steps = found["frames_per_second"], found["steps_per_second"]
    return [
        Line("10 × 10,000 starts in the window, frames painted", frames, " /s", 20, True),
        Line("steps between two of them", steps / max(frames, 1e-9), "", 5, True, f"{steps:.0f} steps/s"),
        gap_line(found["gaps"], "gap between turns of the event loop meanwhile, p99"),
    ]


def lines():
    torch.set_num_threads(1)
    return [*window_lines(), *together_lines(), *surface_lines()]


if __name__ == "__main__":
    print(table({"optimizers": lines()}))

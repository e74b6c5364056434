"""Trajectories together against a loop over torch.optim objects: ratios from one run.

`python tests/benchmarks/optimizers.py`
"""

from statistics import median
from time import perf_counter

import torch

from explorer.core import hyperparams as hp
from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.experiments.optimizers.compute import Run
from explorer.experiments.optimizers.spec import SPEC, Hyperparams

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


def run_of(n_starts):
    return Run(hp.replace(Hyperparams(), {"optimizers": TEN, "starts": "cloud", "n_starts": n_starts}))


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


def main():
    torch.set_num_threads(1)
    print("10 optimizers, one step of all of them")
    print("starts   together   loop of torch.optim      ratio")
    for n_starts in (10, 100):
        run, loop = run_of(n_starts), loop_of(n_starts)
        seconds(run.step, 20), loop()
        together, alone = seconds(run.step, 200), seconds(loop, 3)
        print(f"{n_starts:6d} {1e3 * together:8.2f} ms {1e3 * alone:16.1f} ms {alone / together:10.0f} ×")
    for n_starts in (1000, 10_000):
        run = run_of(n_starts)
        seconds(run.step, 5)
        print(f"{n_starts:6d} {1e3 * seconds(run.step, 30):8.2f} ms")
    picture = seconds(lambda: [run.step() for _ in range(5)] + [SPEC.figure(run.glance(), SPEC.view_options())], 10)
    print(f"10,000 starts: five steps, frame and figure in {1e3 * picture:.0f} ms: {1 / picture:.0f} a second")


if __name__ == "__main__":
    main()

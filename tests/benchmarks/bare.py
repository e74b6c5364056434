"""Steps per second of an experiment's bare loop: `bare.py NAME CHANGES`. No window, no frames.

Plain modules with torch.optim where the experiment's own script has such a loop, else the run's steps alone.
"""

import importlib
import json
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from explorer.core.hyperparams import replace
from explorer.registry import EXPERIMENTS
from explorer.worker.quick_torch import import_torch

WARM_UP, MEASURED = 1.0, 3.0
OF_MODULES = ("batch_norm", "residual")


def bare(name: str, changes: dict[str, Any]) -> Callable[[], None]:
    if name in OF_MODULES:
        return importlib.import_module(name).bare()
    spec = EXPERIMENTS[name]
    return spec.run(replace(spec.hyperparams(), changes)).step


def rate(step: Callable[[], None], seconds: float) -> float:
    """Steps per second."""
    steps, began = 0, perf_counter()
    while perf_counter() < began + seconds:
        step()
        steps += 1
    return steps / (perf_counter() - began)


if __name__ == "__main__":
    import_torch()
    step = bare(sys.argv[1], json.loads(sys.argv[2]))
    rate(step, WARM_UP)
    print(rate(step, MEASURED))

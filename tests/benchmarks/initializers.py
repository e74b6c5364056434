"""How fast the initializers appear: `python tests/benchmarks/initializers.py`, also part of `make bench`.

In a real window: milliseconds from a press on a slider to the painted figure, for networks that are complete in their
first frame and for the largest, which appear layer by layer. In a bare process: what looking into every layer costs
beside PyTorch's own forward and backward pass of the same networks. Measuring a value costs the same in every layer,
computing it grows with the width: narrow layers cannot meet the limit. Prints a table and, in the last line, JSON.
"""

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from time import thread_time

from window import slider_latencies, wait_until

SHAPES = ((5, 64), (20, 64), (10, 256), (20, 256), (40, 256), (10, 512))
LIMIT, FROM_WIDTH = 1.3, 256
ROUNDS = 7
LARGEST = {"depth": 100, "width": 512}


def costs() -> dict[str, tuple[float, float | None]]:
    """CPU time of a first look relative to a plain pass and its limit, by shape; medians of interleaved rounds."""
    from explorer.worker.quick_torch import import_torch

    import_torch()
    from explorer.core.hyperparams import replace
    from explorer.experiments.initializers.compute import Run
    from explorer.experiments.initializers.spec import Hyperparams

    found = {}
    for depth, width in SHAPES:
        run = Run(replace(Hyperparams(), {"depth": depth, "width": width}))
        rounds = [(seconds(partial(look, run)), seconds(plain(run))) for _round in range(ROUNDS)]
        limit = LIMIT if width >= FROM_WIDTH else None
        found[f"depth {depth}, width {width}"] = median(a / b for a, b in rounds), limit
    return found


def seconds(work) -> float:
    start = thread_time()
    work()
    return thread_time() - start


def look(run) -> None:
    """What a slider move costs, without the drawing of weights."""
    from explorer.experiments.initializers.networks import Pass

    depth, (x, labels) = run.hyperparams.depth, run._batch
    passing = Pass(run._networks, x)
    for layer in range(depth):
        run._look_forward(run._measures, run._alive, layer, passing)
    g = passing.read_out(labels, learn=False)
    for layer in reversed(range(depth)):
        run._look_back(run._measures, run._alive, layer, g)
        g = passing.backward()
    assert run._measures.values


def plain(run):
    """Loop over the same networks as modules: loss.backward()."""
    from torch import nn

    x, labels = run._batch
    networks = []
    for _initializer in run.hyperparams.initializers:
        shapes = [layer.weights.shape[1:] for layer in run._networks.layers]
        layers = [part for shape in shapes for part in (nn.Linear(*shape), nn.Tanh())]
        networks.append(nn.Sequential(*layers[:-1]))

    def work() -> None:
        for network in networks:
            network.zero_grad()
            nn.functional.cross_entropy(network(x), labels).backward()

    work()
    return work


def latencies(window, **changes: int) -> list[float]:
    """Seconds from each press on the slider of the gain, which begins a new run, to its first figure; paused."""
    from explorer.core.hyperparams import replace

    hyperparams = replace(window.tab.spec.hyperparams(), changes)
    window.tab.run.play(False)
    window.tab.controls.apply(hyperparams)
    wait_until(lambda: window.tab.run.frame is not None and window.tab.run.frame.hyperparams == hyperparams)
    return slider_latencies(window, "gain")


def in_a_window() -> dict[str, list[float]]:
    from explorer.worker.client import WorkerClient

    client = WorkerClient()
    client.start()
    from explorer.ui.app import make_application
    from explorer.ui.window import MainWindow

    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(client, Path(folder) / "settings.json")
        window.resize(1440, 900)
        window.show_tab("initializers")
        window.show()
        found = {"20 × 256 × 3": latencies(window, depth=20), "100 × 512 × 3": latencies(window, **LARGEST)}
        window.close()
        app.processEvents()
    return found


def main() -> None:
    moved, cost = in_a_window(), costs()
    for name, values in moved.items():
        p95 = sorted(values)[int(0.95 * len(values))]
        print(f"slider to figure, {name:14} median {1e3 * median(values):4.0f} ms, p95 {1e3 * p95:4.0f} ms")
    for name, (ratio, _limit) in cost.items():
        print(f"look into layers, {name:20} {ratio:4.2f} × forward and backward")
    print(json.dumps({"slider": moved, "cost": cost}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()

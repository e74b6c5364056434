"""How fast the initializers appear: `python tests/benchmarks/initializers.py`, also part of `make bench`.

In a real window: milliseconds from a press on a slider to the painted figure, for networks that are complete in their
first frame and for the largest, which appear layer by layer. Without: what looking into every layer costs beside
PyTorch's own forward and backward pass of the same networks.
"""

from functools import partial
from statistics import median
from time import thread_time

from lines import Line, gap_line, slider_line, table
from window import gaps_of_turns, opened, set_to, slider_latencies

SHAPES = ((20, 64), (10, 256), (20, 256), (10, 512))
LIMIT = 1.3
ROUNDS = 15
LARGEST = {"depth": 100, "width": 512}


def cost_lines() -> list[Line]:
    """CPU time of a first look relative to a plain pass, by shape; medians of interleaved rounds."""
    from explorer.worker.quick_torch import import_torch

    import_torch()
    from explorer.core.hyperparams import replace
    from explorer.experiments.initializers.compute import Run
    from explorer.experiments.initializers.spec import Hyperparams

    found = []
    for depth, width in SHAPES:
        run = Run(replace(Hyperparams(), {"depth": depth, "width": width}))
        rounds = [(seconds(partial(look, run)), seconds(plain(run))) for _round in range(ROUNDS)]
        name = f"looking into every layer, {depth} × {width}, of forward and backward"
        found.append(Line(name, median(a / b for a, b in rounds), " ×", LIMIT))
    return found


def seconds(work) -> float:
    """CPU time of the second time: the first warms the caches, of either."""
    work()
    start = thread_time()
    work()
    return thread_time() - start


def look(run) -> None:
    """What a slider move costs, without the drawing of weights."""
    run._look(run._measures, run._alive, run._networks, run._batch, learn=False).finish()
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

    return work


def window_lines() -> list[Line]:
    """From each press on the slider of the gain, which begins a new run, to its first figure; paused."""
    with opened("initializers", depth=20, width=256) as window:
        window.tab.run.play(False)
        moved = slider_latencies(window, "gain")
        set_to(window, **LARGEST)
        with gaps_of_turns() as gaps:
            moved_again = slider_latencies(window, "gain", 30)
    return [
        slider_line("slider to figure, depth 20 × width 256 × 3", moved, 100),
        slider_line("next slider move while 100 × 512 × 3 appears, to first layers", moved_again, None),
        gap_line(gaps, "gap between turns of the event loop meanwhile, p99"),
    ]


def lines() -> list[Line]:
    return [*window_lines(), *cost_lines()]


if __name__ == "__main__":
    print(table({"initializers": lines()}))

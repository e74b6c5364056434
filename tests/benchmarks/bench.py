"""How fast the program is: `make bench`. One run of everything, medians and ratios, a table and build/bench.json.

Every process is measured alone and after the others have ended. `--readme` puts the last table into README.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import monotonic

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "build" / "bench.json"
STARTS = 7
BUSY = 0.5
"""Load average of the last minute above which a measurement says little."""
MARKS = ("<!-- bench -->\n", "<!-- /bench -->")

IMPORT = "from time import perf_counter; t = perf_counter(); import torch; print(perf_counter() - t)"
BARE = """
import torch
from time import perf_counter
from explorer.registry import EXPERIMENTS

torch.set_num_threads(1)
torch.set_flush_denormal(True)
spec = next(iter(EXPERIMENTS.values()))
run = spec.run(spec.hyperparams())

def steps_in(seconds):
    steps, end = 0, perf_counter() + seconds
    while perf_counter() < end:
        run.step()
        steps += 1
    return steps / seconds

steps_in(3)
print(steps_in(8))
"""


@dataclass(frozen=True)
class Line:
    """One line of the table; `limit` None: told, not demanded."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def wanted(self) -> str:
        return "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"

    @property
    def measured(self) -> str:
        return f"{self.value:.3g}{self.unit}" if self.value < 100 else f"{self.value:,.0f}{self.unit}"


def said_by(*arguments: str) -> str:
    """Output of Python with these arguments, in the clone and without a screen."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def in_window(what: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        return json.loads(said_by(str(Path(__file__).with_name("window.py")), what, str(monotonic()), folder))


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure() -> list[Line]:
    """Everything, in one run; what is compared is measured in turns."""
    imports, starts = [], []
    said_by("-c", IMPORT), in_window("start")  # files into the cache
    for _ in range(STARTS):
        imports.append(float(said_by("-c", IMPORT)))
        starts.append(in_window("start"))
    bare = [float(said_by("-c", BARE))]
    work = in_window("work")
    bare.append(float(said_by("-c", BARE)))
    large = json.loads(said_by(str(Path(__file__).with_name("initializers.py"))))
    return [
        *start_lines(imports, starts),
        *training_lines(work["training"], bare),
        *other_lines(work),
        *initializer_lines(large),
    ]


def start_lines(imports: list[float], starts: list[dict]) -> list[Line]:
    torch = median(imports)
    window, frame = (median(start[what] for start in starts) for what in ("window", "frame"))
    return [
        Line("`import torch` in a bare interpreter", torch, " s"),
        Line("window painted and usable, of that", window / torch, " ×", 0.5, detail=f"{window:.2f} s"),
        Line("first live frame, of that", frame / torch, " ×", 1.6, detail=f"{frame:.2f} s"),
    ]


def training_lines(training: dict, bare: list[float]) -> list[Line]:
    loop, steps = sum(bare) / len(bare), training["steps_per_second"]
    gaps = training["gaps"]
    return [
        Line(
            "training in the window, of the bare loop", steps / loop, " ×", 0.9, True,
            f"{steps:,.0f} of {loop:,.0f} steps/s",
        ),
        Line("frames painted meanwhile", training["frames_per_second"], " /s", 55, True),
        Line(
            "gap between turns of the event loop, p99", 1000 * percentile(gaps, 0.99), " ms", 17,
            detail=f"median {1000 * median(gaps):.1f}, longest {1000 * max(gaps):.0f} ms",
        ),
    ]  # fmt: skip


def slider_line(name: str, latencies: list[float], limit: float | None = 33) -> Line:
    detail = f"median {1000 * median(latencies):.0f} ms"
    return Line(name, 1000 * percentile(latencies, 0.95), " ms", limit, detail=detail)


def initializer_lines(measured: dict) -> list[Line]:
    slider, cost = measured["slider"], measured["cost"]
    return [
        slider_line("initializers, slider to figure, depth 20 × width 256, p95", slider["20 × 256 × 3"], 100),
        slider_line("the same to the first layers of depth 100 × width 512, p95", slider["100 × 512 × 3"], None),
        *(
            Line(f"looking into every layer, {name}, of a bare forward and backward pass", ratio, " ×", limit)
            for name, (ratio, limit) in cost.items()
        ),
    ]


def other_lines(work: dict) -> list[Line]:
    slider, memory, cost = work["slider"], work["memory"], work["cost"]
    named = {"lr": "slider to new curve, applied live, p95", "alpha": "slider to new curve, run restarted, p95"}
    return [
        *(slider_line(text, slider[name]) for name, text in named.items()),
        Line("torch imported by the window", float(work["torch_imported"]), "", 0),
        Line(
            "memory of both processes", sum(memory.values()), " MB", 500,
            detail=f"window {memory['window']:.0f}, worker {memory['worker']:.0f} MB",
        ),
        Line("figure of a frame", 1000 * median(cost["figure"]), " ms"),
        Line("drawing it, every panel", 1000 * median(cost["draw"]), " ms"),
        Line("PNG of 3840 × 2160", 1000 * median(cost["png_4k"]), " ms"),
        Line("PDF", 1000 * median(cost["pdf"]), " ms"),
    ]  # fmt: skip


def table(lines: list[Line]) -> str:
    """Plain columns for a terminal."""
    rows = [("", "measured", "wanted", "", "")]
    rows += [(x.name.replace("`", ""), x.measured, x.wanted, "" if x.holds else "✕ missed", x.detail) for x in lines]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def markdown(lines: list[Line]) -> str:
    rows = ["| | measured | wanted | |", "| --- | --- | --- | --- |"]
    rows += [f"| {x.name} | {x.measured}{'' if x.holds else ' (missed)'} | {x.wanted} | {x.detail} |" for x in lines]
    return "\n".join(rows) + "\n"


def put_into_readme(lines: list[Line]) -> None:
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    readme.write_text(before + MARKS[0] + markdown(lines) + MARKS[1] + after, encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="put the last measurement into README.md")
    if parser.parse_args().readme:
        put_into_readme([Line(**line) for line in json.loads(RESULT.read_text(encoding="utf8"))["lines"]])
        return
    load = os.getloadavg()[0]
    lines = measure()
    RESULT.parent.mkdir(exist_ok=True)
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": load,
    }
    RESULT.write_text(json.dumps({"machine": machine, "lines": [asdict(x) for x in lines]}, indent=1), encoding="utf8")
    print(table(lines))
    if load > BUSY:
        print(f"The machine was busy (load {load:.1f} before the first measurement): measure again when it rests.")


if __name__ == "__main__":
    main()

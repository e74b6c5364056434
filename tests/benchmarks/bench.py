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
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import median
from time import monotonic

from lines import Line, gap_line, slider_line, table

from explorer.registry import EXPERIMENTS

ROOT = Path(__file__).parents[2]
RESULT = ROOT / "build" / "bench.json"
HERE = Path(__file__).parent
STARTS = 5
BUSY = 0.5
"""Load average of the last minute above which a measurement says little."""
MARKS = ("<!-- bench -->\n", "<!-- /bench -->")

IMPORT = "from time import perf_counter; t = perf_counter(); import torch; print(perf_counter() - t)"
TABS = {
    "activations": ({}, "lr", "alpha", 0.9),
    "initializers": ({}, "lr", "gain", None),
    "optimizers": ({}, "noise", "condition", None),
    "batch_norm": ({"lr": 0.05}, "lr", "init_scale", 0.85),
    "residual": ({}, "lr", "batch_size", 0.85),
}
"""Changes of the defaults, a slider that is live and one that begins a new run, and the wanted share of the bare loop:
at a rate of 0.3 the network without batch norm diverges, and who diverged costs nothing."""
LIMITS = {"initializers": (100.0, 100.0), "residual": (33.0, 150.0)}
"""Milliseconds from a slider to the figure, applied live and in a new run, where 33 are not asked: in deep networks a
single step or look takes longer."""
FRAMES = 55
"""Painted a second, unless the bare loop takes fewer steps: a step cannot be shown twice."""


def said_by(*arguments: str) -> str:
    """Output of Python with these arguments, in the clone and without a screen."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def started() -> dict:
    with tempfile.TemporaryDirectory() as folder:
        return json.loads(said_by(str(HERE / "window.py"), "start", str(monotonic()), folder))


def measure() -> Iterator[tuple[str, list[Line]]]:
    """Everything, in one run, by what it is of; what is compared is measured in turns."""
    imports, starts = [], []
    said_by("-c", IMPORT), started()  # files into the cache
    for _ in range(STARTS):
        imports.append(float(said_by("-c", IMPORT)))
        starts.append(started())
    yield "start", start_lines(imports, starts)
    for name in EXPERIMENTS:
        yield name, [*tab_lines(name), *script_lines(name)]
    yield "exports", script_lines("exports")


def start_lines(imports: list[float], starts: list[dict]) -> list[Line]:
    torch = median(imports)
    window, frame = (median(start[what] for start in starts) for what in ("window", "frame"))
    return [
        Line("`import torch` in a bare interpreter", torch, " s"),
        Line("window painted and usable, of that", window / torch, " ×", 0.5, detail=f"{window:.2f} s"),
        Line("first live frame, of that", frame / torch, " ×", 1.6, detail=f"{frame:.2f} s"),
        Line("torch imported by the window", float(starts[-1]["torch_imported"]), "", 0),
    ]


def tab_lines(name: str) -> list[Line]:
    """Training in the window beside the bare loop, which is measured before and after."""
    changes, live, restarting, share = TABS[name]
    settings = json.dumps(changes)
    bare = [float(said_by(str(HERE / "bare.py"), name, settings))]
    work = json.loads(said_by(str(HERE / "window.py"), "tab", name, settings, live, restarting))
    bare.append(float(said_by(str(HERE / "bare.py"), name, settings)))
    loop, limits = sum(bare) / len(bare), LIMITS.get(name, (33.0, 33.0))
    return [
        *training_lines(work["training"], loop, share),
        share_line("the same with every panel on", work["every_panel"], loop, share),
        slider_line(f"slider `{live}` to new figure, applied live", work["live"], limits[0]),
        slider_line(f"slider `{restarting}` to new figure, run restarted", work["restarting"], limits[1]),
        *cost_lines(work),
    ]


def training_lines(training: dict, loop: float, share: float | None) -> list[Line]:
    return [
        share_line("training in the window, of the bare loop", training, loop, share),
        Line(
            "frames painted meanwhile", training["frames_per_second"], " /s", FRAMES if loop >= FRAMES else None, True,
            f"a step takes {1000 / loop:.0f} ms" if loop < FRAMES else "",
        ),
        gap_line(training["gaps"]),
    ]  # fmt: skip


def share_line(name: str, training: dict, loop: float, share: float | None) -> Line:
    steps = training["steps_per_second"]
    return Line(name, steps / loop, " ×", share, True, f"{steps:,.0f} of {loop:,.0f} steps/s")


def cost_lines(work: dict) -> list[Line]:
    memory, cost = work["memory"], {what: 1000 * median(times) for what, times in work["cost"].items()}
    return [
        Line(
            "memory of both processes", sum(memory.values()), " MB", 500,
            detail=f"window {memory['window']:.0f}, worker {memory['worker']:.0f} MB",
        ),
        Line("drawing a figure, every panel", cost["draw"], " ms", detail=f"computing it {cost['figure']:.1f} ms"),
        Line("PNG of 3840 × 2160", cost["png_4k"], " ms", detail=f"PDF {cost['pdf']:.0f} ms"),
    ]  # fmt: skip


def script_lines(name: str) -> list[Line]:
    """What the experiment's own script measures, in a process of its own."""
    if not (HERE / f"{name}.py").exists():
        return []
    return [Line(**line) for line in json.loads(said_by(str(HERE / "lines.py"), name))]


def markdown(groups: dict[str, list[Line]]) -> str:
    rows = ["| | measured | wanted | |", "| --- | --- | --- | --- |"]
    for title, lines in groups.items():
        rows += [f"| **{title.replace('_', ' ')}** | | | |"]
        rows += [
            f"| {x.name} | {x.measured}{'' if x.holds else ' (missed)'} | {x.wanted} | {x.detail} |" for x in lines
        ]
    return "\n".join(rows) + "\n"


def put_into_readme(groups: dict[str, list[Line]]) -> None:
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text(encoding="utf8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    readme.write_text(before + MARKS[0] + markdown(groups) + MARKS[1] + after, encoding="utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="put the last measurement into README.md")
    if parser.parse_args().readme:
        found = json.loads(RESULT.read_text(encoding="utf8"))["lines"]
        put_into_readme({title: [Line(**line) for line in lines] for title, lines in found.items()})
        return
    load, began_at = os.getloadavg()[0], monotonic()
    groups = {}
    for title, lines in measure():
        groups[title] = lines
        print(table({title: lines}), flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": load,
    }
    found = {title: [asdict(line) for line in lines] for title, lines in groups.items()}
    RESULT.write_text(json.dumps({"machine": machine, "lines": found}, indent=1), encoding="utf8")
    print(f"Measured in {(monotonic() - began_at) / 60:.1f} minutes.")
    if load > BUSY:
        print(f"The machine was busy (load {load:.1f} before the first measurement): measure again when it rests.")


if __name__ == "__main__":
    main()

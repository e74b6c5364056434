"""Exports of every experiment beside matplotlib's of the same figure, in turns; movies; and a cold command line."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import with_matplotlib
from lines import Line

from explorer import headless
from explorer.core.figure import Figure
from explorer.core.session import Session
from explorer.export import picture, svg
from explorer.export.look import Look
from explorer.export.movie_look import Movie
from explorer.registry import EXPERIMENTS

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
TURNS, STARTS = 5, 3
UHD = 3840, 2160
FRAMES, FPS = 200, 30
KINDS: dict[str, tuple[Callable[..., bytes], float]] = {
    "png": (picture.png_bytes, 0.7),
    "svg": (svg.svg_bytes, 0.25),
    "pdf": (picture.pdf_bytes, 0.25),
}
"""What writes it, and the share of matplotlib's time that is wanted."""


def seconds(work: Callable[[], Any]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def defaults(name: str) -> tuple[Figure, Session]:
    session = headless.default_session(EXPERIMENTS[name])
    with headless.running_worker() as client:
        headless._begin(client, session)
        frame = headless._frame(client, lambda *_progress: None)
    return EXPERIMENTS[name].figure(frame, session.view), session


def picture_lines(name: str, figure: Figure, session: Session) -> list[Line]:
    found = []
    for kind, (write, limit) in KINDS.items():
        look = Look(UHD if kind == "png" else (1920, 1080))

        def ours(write: Any = write, look: Look = look) -> None:
            write(figure, None, session, look)

        def theirs(kind: str = kind, look: Look = look) -> None:
            with_matplotlib.contents(figure, kind, look.size)

        ours(), theirs()
        turns = [(seconds(ours), seconds(theirs)) for _ in range(TURNS)]
        mine, other = (median(times) for times in zip(*turns, strict=True))
        label = f"{name.replace('_', ' ')}: {'PNG of 3840 × 2160' if kind == 'png' else kind.upper()}, of matplotlib"
        found.append(Line(label, mine / other, " ×", limit, detail=f"{1000 * mine:.0f} of {1000 * other:.0f} ms"))
    return found


def movie_line(name: str, session: Session, folder: Path) -> Line:
    """From the first frame of the run on: the start of PyTorch is told elsewhere."""
    began: list[float] = []

    def say(_text: str, _share: float) -> None:
        if not began:
            began.append(perf_counter())

    movie = Movie(FRAMES / FPS, FPS, 0.0)
    headless.movie(session, folder / "a.mp4", Look((1280, 720)), movie, say)
    taken = perf_counter() - began[0]
    label = f"{name.replace('_', ' ')}: MP4 of {FRAMES} frames, 1280 × 720"
    size = (folder / "a.mp4").stat().st_size / 1e6
    return Line(label, FRAMES / taken, " /s", 40, True, f"{taken:.1f} s, {size:.1f} MB")


def cold_line(name: str, folder: Path) -> Line:
    """A PNG of 1920 × 1080 from the command line beside a script with matplotlib, both from nothing."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ours = [sys.executable, "-m", "explorer", "export", name, "--out", folder / "a.png"]
    theirs = [sys.executable, HERE / "with_matplotlib.py", name, folder / "b.png", "1920x1080"]

    def started(command: list[Any]) -> Callable[[], Any]:
        return lambda: subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    started(ours)(), started(theirs)()
    turns = [(seconds(started(ours)), seconds(started(theirs))) for _ in range(STARTS)]
    mine, other = (median(times) for times in zip(*turns, strict=True))
    label = f"{name}: `explorer export` from nothing, of a script with matplotlib"
    return Line(label, mine / other, " ×", 0.6, detail=f"{mine:.2f} of {other:.2f} s")


def lines() -> list[Line]:
    found = []
    with tempfile.TemporaryDirectory() as name_of_folder:
        folder = Path(name_of_folder)
        for name in EXPERIMENTS:
            figure, session = defaults(name)
            found += [*picture_lines(name, figure, session), movie_line(name, session, folder)]
        found.append(cold_line("activations", folder))
    return found


if __name__ == "__main__":
    from lines import table

    print(table({"exports": lines()}))

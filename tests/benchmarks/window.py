"""What is measured in a real window. `window.py start SPAWNED_AT FOLDER`: how it starts; `window.py tab NAME`: how an
experiment trains and answers there, as lines of the table. Prints JSON.

The program's own command line runs, up to where it would show its window; `opened` is for single tabs.
"""

import itertools
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

WARM_UP = 2.0
MEASURED = 4.0
MOVES = 60
"""Slider moves, at random times: 30 to 120 ms apart, so that they meet every phase of a frame."""
TICK = 0.001


def main() -> None:
    if sys.argv[1] == "tab":
        name, changes, live, restarting = sys.argv[2], json.loads(sys.argv[3]), *sys.argv[4:]
        with opened(name, **changes) as window:
            print(json.dumps(work(window, live, restarting)))
        return
    from explorer import cli, starting

    import_qt = starting.import_qt

    def ours_instead(module: str) -> SimpleNamespace:
        import_qt(module)
        return SimpleNamespace(launch=launch)

    starting.import_qt = ours_instead
    cli.run([])


def launch(client, _smoke_test) -> int:
    """Stand in for `explorer.ui.app.launch`: the same window, with settings of its own, watched and closed."""
    from explorer.ui.app import make_application
    from explorer.ui.settings import Settings, save
    from explorer.ui.window import MainWindow

    spawned_at, settings = float(sys.argv[2]), Path(sys.argv[3]) / "settings.json"
    app = make_application()
    save(Settings(speed=None), settings)
    window = MainWindow(client, settings)
    first = watch_start(app, window, spawned_at)
    window.show()
    wait_until(lambda: len(first) == 2)
    print(json.dumps(first | {"torch_imported": "torch" in sys.modules}))
    window.close()
    return 0


@cache
def application():
    """Of this process, and alive as long: widgets must not outlive it."""
    from explorer.ui.app import make_application

    return make_application()


@contextmanager
def opened(experiment: str, **changes) -> Iterator:
    """A window of 1440 × 900 with this experiment in front, playing at unlimited speed with changed hyperparams."""
    from explorer.worker.client import WorkerClient

    client = WorkerClient()
    client.start()
    from explorer.ui.settings import Settings, save
    from explorer.ui.window import MainWindow

    app = application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.json"
        save(Settings(speed=None, tab=experiment), settings)
        window = MainWindow(client, settings)
        window.resize(1440, 900)
        window.show()
        set_to(window, **changes)
        yield window
        window.close()
        app.processEvents()


def set_to(window, **changes) -> None:
    """Change the defaults of the experiment in front, and wait for the first frame of that."""
    from explorer.core.hyperparams import replace

    run, hyperparams = window.tab.run, replace(window.tab.spec.hyperparams(), changes)
    window.tab.controls.apply(hyperparams)
    wait_until(lambda: run.frame is not None and run.frame.hyperparams == hyperparams)


def wait_until(condition, seconds: float = 60.0) -> None:
    """Turn the event loop as the program does, until something is so."""
    from PyQt6.QtCore import QEventLoop, QTimer

    loop, deadline = QEventLoop(), monotonic() + seconds

    def look() -> None:
        if condition():
            loop.quit()
        elif monotonic() > deadline:
            raise SystemExit("the window did not get there in time")

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()


def wait(seconds: float) -> None:
    until = monotonic() + seconds
    wait_until(lambda: monotonic() >= until, seconds + 60)


def warm_up(window) -> None:
    """Let it play for a while, also past what diverges: the worker pauses at each such step."""
    for _ in range(round(WARM_UP / 0.2)):
        if not window.tab.run.playing:
            window.tab.run.play(True)
        wait(0.2)


def watch_start(app, window, spawned_at: float) -> dict[str, float]:
    """Fill in when the window was painted and answered, and when the first live frame was; seconds since the spawn."""
    from PyQt6.QtCore import QEvent, QObject, QTimer

    seen: dict[str, float] = {}

    class Painted(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint and watched is window:
                app.removeEventFilter(self)
                QTimer.singleShot(0, lambda: seen.setdefault("window", monotonic() - spawned_at))
            return False

    def note_frame() -> None:
        if window.tab.run.frame is not None:
            seen.setdefault("frame", monotonic() - spawned_at)

    app.installEventFilter(Painted(app))
    window.tab.view.painted.connect(note_frame)
    return seen


def work(window, live: str, restarting: str) -> dict:
    """Everything of one tab: how it trains, how two sliders answer meanwhile, memory, what a figure costs at rest."""
    warm_up(window)
    result = {"training": training(window)}
    with every_panel(window):
        result["every_panel"] = training(window)
    result["live"], result["restarting"] = (slider_latencies(window, name) for name in (live, restarting))
    result["memory"] = {"window": memory("self"), "worker": memory(str(window.bridge.client.pid))}
    window.tab.run.play(False)
    wait(0.5)
    with tempfile.TemporaryDirectory() as folder:
        result["cost"] = costs(window, Path(folder))
    return result


@contextmanager
def every_panel(window) -> Iterator[None]:
    """Draw all that the experiment in front has; then what was drawn before."""
    from explorer.core.hyperparams import field_of, replace

    controls = window.tab.controls
    before = controls.options
    every = [choice.name for choice in field_of(window.tab.spec.view_options, "panels").choices]
    controls.apply(controls.hyperparams, replace(before, {"panels": every}))
    wait(0.5)
    yield
    controls.apply(controls.hyperparams, before)


@contextmanager
def gaps_of_turns() -> Iterator[list[float]]:
    """Collect the gaps (s) between turns of the event loop."""
    from PyQt6.QtCore import Qt, QTimer

    turns: list[float] = []
    gaps: list[float] = []
    timer = QTimer(interval=round(TICK * 1000), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: turns.append(monotonic()))
    timer.start()
    yield gaps
    timer.stop()
    gaps += [later - earlier for earlier, later in itertools.pairwise(turns)]


def training(window, seconds: float = MEASURED) -> dict:
    """Steps and painted frames per second, and the gaps (s) between turns of the event loop meanwhile."""
    painted: set[int] = set()
    connection = window.tab.view.painted.connect(lambda: painted.add(window.tab.run.frame.step))
    began_at, first = monotonic(), window.tab.run.frame.step
    with gaps_of_turns() as gaps:
        wait(seconds)
    took, steps = monotonic() - began_at, window.tab.run.frame.step - first
    window.tab.view.painted.disconnect(connection)
    return {"steps_per_second": steps / took, "frames_per_second": len(painted) / took, "gaps": gaps}


def slider_latencies(window, name: str, moves: int = MOVES) -> list[float]:
    """Seconds from each mouse press on a slider to the paint of a figure with that value; training goes on."""
    from PyQt6.QtCore import QPoint, Qt, QTimer
    from PyQt6.QtTest import QTest
    from PyQt6.QtWidgets import QSlider

    slider = window.tab.controls.findChild(QSlider, name)
    chance, latencies, due = random.Random(0), [], [0.0]
    wanted: list[float] = []

    def move() -> None:
        """Press beside the knob; a move that finds the same value again is none."""
        place = QPoint(chance.randint(int(slider.width() * 0.3), int(slider.width() * 0.6)), slider.height() // 2)
        before = slider.exact
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=place)
        if slider.exact == before:
            plan()
        else:
            wanted.append(slider.exact)

    def plan() -> None:
        pause = chance.uniform(0.03, 0.12)
        due[0] = monotonic() + pause
        QTimer.singleShot(round(pause * 1000), Qt.TimerType.PreciseTimer, move)

    def look() -> None:
        if wanted and attrgetter(name)(window.tab.run.frame.hyperparams) == wanted[-1]:
            wanted.clear()
            latencies.append(monotonic() - due[0])
            if len(latencies) < moves:
                plan()

    connection = window.tab.view.painted.connect(look)
    plan()
    wait_until(lambda: len(latencies) >= moves, 120)
    window.tab.view.painted.disconnect(connection)
    return latencies


def memory(process: str) -> float:
    """Megabytes of a process that are its own, and its share of what several use."""
    with open(f"/proc/{process}/smaps_rollup", encoding="utf8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def costs(window, folder: Path) -> dict[str, list[float]]:
    """Seconds for one figure: to compute, to draw in the window, and to export."""
    from explorer.export.look import Look
    from explorer.export.write import write

    tab = window.tab
    frame, session = tab.run.frame, tab.session()
    figure = tab.spec.figure(frame, tab.controls.options)

    def seconds(do, times: int) -> list[float]:
        found = []
        for _ in range(times):
            began_at = monotonic()
            do()
            found.append(monotonic() - began_at)
        return found

    def draw() -> None:
        tab.view.show_figure(figure)
        tab.view.grab()

    def export(suffix: str, size: tuple[int, int]):
        return lambda: write(folder / f"figure.{suffix}", figure, frame, session, Look(size))

    return {
        "figure": seconds(lambda: tab.spec.figure(frame, tab.controls.options), 10),
        "draw": seconds(draw, 10),
        "png_4k": seconds(export("png", (3840, 2160)), 3),
        "pdf": seconds(export("pdf", (1920, 1080)), 3),
    }


if __name__ == "__main__":
    main()

"""What bench.py measures in a real window, in a process of its own: `window.py start|work SPAWNED_AT FOLDER`.

Prints JSON. The program's own command line runs, up to where it would show its window.
"""

import itertools
import json
import random
import sys
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

WARM_UP = 3.0
MEASURED = 8.0
MOVES = 120
"""Slider moves, at random times: 30 to 120 ms apart, so that they meet every phase of a frame."""
TICK = 0.001


def main() -> None:
    from explorer import cli, headless

    import_qt = headless.import_qt

    def ours_instead(module: str) -> SimpleNamespace:
        import_qt(module)
        return SimpleNamespace(launch=launch)

    headless.import_qt = ours_instead
    cli.run([])


def launch(client) -> int:
    """Stand in for `explorer.ui.app.launch`: the same window, with settings of its own, measured and closed."""
    from explorer.ui.app import make_application
    from explorer.ui.settings import Settings, save
    from explorer.ui.window import MainWindow

    what, spawned_at, folder = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    app = make_application()
    settings = folder / "settings.json"
    save(Settings(speed=None), settings)
    window = MainWindow(client, settings)
    first = watch_start(app, window, spawned_at)
    window.show()
    wait_until(lambda: len(first) == 2)
    print(json.dumps(first if what == "start" else work(window, client, folder)))
    window.close()
    return 0


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


def work(window, client, folder: Path) -> dict:
    wait(WARM_UP)
    result = {"training": training(window)}
    result["slider"] = {name: slider_latencies(window, name) for name in ("lr", "alpha")}
    result["memory"] = {"window": memory("self"), "worker": memory(str(client.pid))}
    result["torch_imported"] = "torch" in sys.modules
    window.tab.run.play(False)
    wait(0.5)
    result["cost"] = costs(window, folder)
    return result


def training(window) -> dict:
    """Steps and painted frames per second, and the gaps (s) between turns of the event loop meanwhile."""
    from PyQt6.QtCore import Qt, QTimer

    turns: list[float] = []
    painted: set[int] = set()
    timer = QTimer(interval=round(TICK * 1000), timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: turns.append(monotonic()))
    connection = window.tab.view.painted.connect(lambda: painted.add(window.tab.run.frame.step))
    timer.start()
    began_at, first = monotonic(), window.tab.run.frame.step
    wait(MEASURED)
    seconds, steps = monotonic() - began_at, window.tab.run.frame.step - first
    timer.stop()
    window.tab.view.painted.disconnect(connection)
    gaps = [later - earlier for earlier, later in itertools.pairwise(turns)]
    return {"steps_per_second": steps / seconds, "frames_per_second": len(painted) / seconds, "gaps": gaps}


def slider_latencies(window, name: str) -> list[float]:
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
        if wanted and getattr(window.tab.run.frame.hyperparams, name) == wanted[-1]:
            wanted.clear()
            latencies.append(monotonic() - due[0])
            plan()

    connection = window.tab.view.painted.connect(look)
    plan()
    wait_until(lambda: len(latencies) >= MOVES, 120)
    window.tab.view.painted.disconnect(connection)
    return latencies


def memory(process: str) -> float:
    """Megabytes of a process that are its own, and its share of what several use."""
    with open(f"/proc/{process}/smaps_rollup", encoding="utf8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def costs(window, folder: Path) -> dict[str, list[float]]:
    """Seconds for one figure: to compute, to draw in the window, and to export."""
    from explorer.draw.palette import LIGHT
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
        return lambda: write(folder / f"figure.{suffix}", figure, frame, session, size=size, palette=LIGHT)

    return {
        "figure": seconds(lambda: tab.spec.figure(frame, tab.controls.options), 20),
        "draw": seconds(draw, 20),
        "png_4k": seconds(export("png", (3840, 2160)), 3),
        "pdf": seconds(export("pdf", (1920, 1080)), 3),
    }


if __name__ == "__main__":
    main()

"""A sequence of actions on the real window with its real worker, in this process; prints what failed as JSON."""

import gc
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication, QDialog

from explorer.registry import EXPERIMENTS
from explorer.ui.app import make_application
from explorer.ui.window import MainWindow
from explorer.worker.client import WorkerClient
from tests.soak.actions import ACTIONS, User
from tests.soak.give_back import GiveBack
from tests.soak.watch import ALLOWED_GROWTH, Watch, growth, memory_of

LOOK_EVERY = 10  # ms
WAITS = (0, 0, 5, 30, 100, 400)
"""Milliseconds between two actions."""
CALM_EVERY = 40
"""Actions after which the window is brought to the same state, to compare memory."""
EXPECTED = "The computing process ended"


@dataclass(frozen=True)
class Action:
    """Plain data: `seed` decides what exactly `name` does, `wait` ms pass afterwards."""

    name: str
    seed: int
    wait: int


def drawn(seed: int) -> Iterator[Action]:
    """Actions without end, the same for the same seed."""
    rng = random.Random(seed)
    names, weights = list(ACTIONS), [weight for weight, _do in ACTIONS.values()]
    while True:
        (name,) = rng.choices(names, weights)
        yield Action(name, rng.randrange(10**9), rng.choice(WAITS))


class Drive:
    """Does actions one after the other until something fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[Action] = []
        self.texts: list[str] = []
        self.memory: defaultdict[str, list[float]] = defaultdict(list)
        """Of the window, and of every worker by itself: one that was killed is followed by another."""
        self.client = WorkerClient()
        self.client.start()
        self.window = MainWindow(self.client, folder / "settings.json")
        self.watch = Watch()
        (folder / "files").mkdir()
        self.user = User(self.window, folder / "files", self.wait)
        self.window.show()
        self.user.wait_for_frame()

    @property
    def failures(self) -> list[str]:
        return self.watch.failures

    def wait(self, until: Callable[[], bool], seconds: float) -> bool:
        """Let the event loop run until a condition holds; return whether it did in time. Raises what that raises."""
        loop, timer, end = QEventLoop(), QTimer(), time.monotonic() + seconds
        timer.timeout.connect(loop.quit)
        timer.start(LOOK_EVERY)
        while True:
            loop.exec()
            if until():  # here and not in a slot: an exception there would let the loop run for ever
                return True
            if time.monotonic() >= end:
                return False

    def act(self, actions: Iterator[Action] | Sequence[Action], is_over: Callable[[], bool]) -> None:
        for action in actions:
            self._do(action)
            if len(self.done) % CALM_EVERY == 0:
                self._measure()
            if self.failures or is_over():
                break

    def _do(self, action: Action) -> None:
        self.done.append(action)
        print(json.dumps(asdict(action)), file=sys.stderr, flush=True)  # for who finds this process dead or stuck
        try:
            text = ACTIONS[action.name][1](self.user, random.Random(action.seed))
        except Exception:
            self.watch._on_exception(*sys.exc_info())
            text = "raised"
        self.texts.append(f"{action.name}: {text}")
        self.wait(lambda: True, 0)
        if action.wait:
            self.wait(lambda: False, action.wait / 1000)
        self._look()

    def _look(self) -> None:
        """What the window says in red, and dialogs that nobody closes."""
        for banner in (self.window.message, *(tab.banner for tab in self.window.tabs.values())):
            if banner is not None and banner.kind == "error":
                self._judge(banner.words.text())
        self.failures.extend(
            f"left open: {dialog}"
            for dialog in self.window.findChildren(QDialog)
            if dialog.isVisible() and dialog.isModal()
        )

    def _judge(self, text: str) -> None:
        """The end of the worker may be said if the user has killed it; a file that is none is refused."""
        if not (self.user.has_killed and text.startswith(EXPECTED)) and "was not opened" not in text:
            details = "\n".join(tab.run.notice.details for tab in self.window.tabs.values() if tab.run.notice)
            self.failures.append(f"the window says: {text}\n{details}")

    def _measure(self) -> None:
        """Memory in a state that is always the same."""
        window = self.window
        window.show_tab(next(iter(EXPERIMENTS)))
        for tab in window.tabs.values():
            for pin in tuple(tab.comparison.pins.all):
                tab.comparison.pins.remove(pin.number)
            tab.controls.reset_all()
            tab.controls.undo_stack.clear()
            tab.run.restart()
        window.resize(1440, 900)
        window.tab.run.play(True)
        self.wait(lambda: window.tab.run.newest_step > 30, 10)
        self.wait(lambda: all(tab.run.refined == 1 for tab in window.tabs.values()), 10)
        self.client.send(GiveBack())
        self.wait(lambda: False, 0.3)
        gc.collect()
        for name, pid in (("window", "self"), (f"worker {self.client.pid}", self.client.pid)):
            self.memory[name].append(memory_of(pid))

    def end(self) -> None:
        """Close, and compare what was set with what the next start shows."""
        for name, samples in self.memory.items():
            if growth(samples) > ALLOWED_GROWTH:
                self.failures.append(f"{name} grows: {[round(s / 1e6) for s in samples]} MB")
        self.window.close()
        before = self._settings_of(self.window)
        again = MainWindow(WorkerClient(), self.folder / "settings.json")  # never shown
        shown = self._settings_of(again)
        if shown != before:
            self.failures.append(f"settings came back otherwise:\n{before}\n{shown}")
        again.bridge.close()  # not the window: it would write its settings
        again.deleteLater()
        self.watch.end()

    @staticmethod
    def _settings_of(window: MainWindow) -> dict[str, Any]:
        kept = window.settings
        found: dict[str, Any] = {"tab": kept.tab, "theme": kept.theme, "notes": kept.notes_shown, "speed": kept.speed}
        found |= {"controls": kept.controls_shown, "deck": len(window.deck.deck.cards)}
        for name in kept.sessions:
            if name not in window.tabs:
                window.show_tab(name)
            controls = window.tabs[name].controls
            found[name] = (controls.hyperparams, controls.options)
        return found


def main() -> None:
    """Read `{"folder", "seconds"}` with `"seed"` or `"actions"`; write `{"failures", "actions", …}`."""
    order = json.load(sys.stdin)
    app = make_application()
    drive = Drive(Path(order["folder"]))
    end = time.monotonic() + order.get("seconds", 1e9)
    most = order.get("most", 10**9)
    actions = [Action(**a) for a in order["actions"]] if "actions" in order else drawn(order["seed"])
    drive.act(actions, lambda: time.monotonic() > end or len(drive.done) >= most)
    drive.end()
    found = [asdict(action) | {"what": text} for action, text in zip(drive.done, drive.texts, strict=True)]
    memory = {name: [round(s / 1e6) for s in samples] for name, samples in drive.memory.items()}
    json.dump({"failures": drive.failures, "actions": found, "memory": memory}, sys.stdout)
    QApplication.processEvents()
    del app


if __name__ == "__main__":
    main()

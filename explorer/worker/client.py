"""The worker as seen from the window and the command line. No torch, no Qt."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from explorer.core.session import Change
from explorer.worker.child import Child
from explorer.worker.messages import Answer, Failed, FrameReady, Progress, Request, Start

WHOLE = "whole"
"""Key of the run that is made for a file."""
OnAnswer = Callable[[Answer], None]


class WorkerClient:
    """Starts the worker, asks, hands on its answers, and starts it anew. Answers of older runs are dropped.

    Answers go to `on_answer`, called in a thread of the client's, or wait for `next_answer` while there is none.
    Call everything else in the main thread; nothing but `next_answer` waits for the worker.
    """

    def __init__(self) -> None:
        self._last_run_id = 0
        self._run_ids: dict[str, int] = {}
        self._child: Child | None = None
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._on_answer: OnAnswer | None = None
        self._handing_on = threading.RLock()

    @property
    def on_answer(self) -> OnAnswer | None:
        return self._on_answer

    @on_answer.setter
    def on_answer(self, on_answer: OnAnswer | None) -> None:
        """Hand answers to this from now on, first those that wait."""
        with self._handing_on:
            self._on_answer = on_answer
            while on_answer and not self._answers.empty():
                on_answer(self._answers.get())

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def pid(self) -> int | None:
        return self._child.process.pid if self._child else None

    def start(self) -> None:
        """Spawn the worker; it answers Ready when torch is imported. Requests may be sent at once."""
        self._child = Child(self._hand_on)

    def kill(self) -> None:
        """End the worker now, whatever it is doing."""
        if self._child:
            self._child.kill()
        self._child = None

    def restart(self) -> None:
        """Start the worker anew, with no run: begin one."""
        self.kill()
        self.start()

    def begin(self, experiment: str, hyperparams: Any, changes: Sequence[Change] = (), to_step: int = 0) -> int:
        """Start a run, paused at `to_step`; return its id. Any other run of the experiment is over."""
        replaces = self._run_ids.get(experiment, 0)
        self._last_run_id += 1
        self._run_ids[experiment] = self._last_run_id
        self.send(Start(self._last_run_id, experiment, hyperparams, tuple(changes), to_step, replaces))
        return self._last_run_id

    def begin_whole(self, experiment: str, hyperparams: Any, changes: Sequence[Change], to_step: int) -> int:
        """Repeat a run up to a step, beside the live one, for a frame with all that was measured; return its id."""
        self._last_run_id += 1
        self._run_ids[WHOLE] = self._last_run_id
        self.send(Start(self._last_run_id, experiment, hyperparams, tuple(changes), to_step, whole=True))
        return self._last_run_id

    def forget(self) -> None:
        """Drop what is still to come of all runs so far."""
        self._run_ids.clear()

    def send(self, request: Request) -> None:
        """Ask; an older request of the same kind that is still unsent is dropped. Without a worker, nothing happens."""
        if self._child:
            self._child.send(request)

    def next_answer(self, timeout: float | None = None) -> Answer | None:
        """Wait for an answer; None after `timeout` seconds."""
        try:
            return self._answers.get(timeout=timeout)
        except queue.Empty:
            return None

    def _hand_on(self, answer: Answer) -> None:
        if isinstance(answer, FrameReady | Progress | Failed) and answer.run_id not in self._run_ids.values():
            return
        with self._handing_on:
            (self._on_answer or self._answers.put)(answer)

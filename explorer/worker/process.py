"""The worker: the one process that imports torch. Newest request wins, steps within a time budget, sends frames."""

import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any

from explorer.registry import EXPERIMENTS
from explorer.worker import quick_torch
from explorer.worker.checks import Checks
from explorer.worker.faults import in_words, of_torch
from explorer.worker.messages import (
    Advance,
    Answer,
    CancelChecks,
    CancelRefining,
    Check,
    Failed,
    Pace,
    Ready,
    Request,
    Start,
    Taken,
    Update,
)
from explorer.worker.paced_run import PacedRun
from explorer.worker.packing import Packer

WHOLE = "whole"
"""Place of the run that is made for a file, among those of the experiments."""


def serve(connection: Connection) -> None:
    """Import torch, then answer requests until the window closes its end."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            torch = quick_torch.import_torch()
        except Exception as error:
            connection.send(Failed(0, of_torch(error), traceback.format_exc()))
            raise SystemExit(1) from error
        # torch.__version__ is a class of torch: the window would import torch to read it
        connection.send(Ready(str(torch.__version__)))
        Worker(connection).serve()


class Worker:
    """At most one live run of each experiment, and the claims being checked in their gaps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._received: SimpleQueue[Request | None] = SimpleQueue()
        """What the window asked; None at the end: it is gone."""
        self._sent: SimpleQueue[bytes] = SimpleQueue()
        self._runs: dict[str, PacedRun] = {}
        self._checks = Checks()
        self._packer = Packer()
        threading.Thread(target=self._receive, daemon=True).start()
        threading.Thread(target=self._send, daemon=True).start()

    def serve(self) -> None:
        """Take requests and work on them in turns, for ever; EOFError when the window is gone.

        What is asked is answered before there is more work: a step may take long.
        """
        while True:
            for request in newest(list(self._waiting(self._wait()))):
                self._take(request)
            for run in list(self._runs.values()):
                self._say_of(run)
                self._guarded(run.run_id, run.work)
            if self._checks:
                for answer in self._checks.work():
                    self._send_soon(answer)

    def _wait(self) -> float | None:
        """Seconds to wait for a request: none while there is something to do."""
        if self._checks:
            return 0.0
        waits = [wait for run in self._runs.values() if (wait := run.wait()) is not None]
        return min(waits, default=None)

    def _waiting(self, timeout: float | None) -> Iterator[Request]:
        with suppress(Empty):
            while True:
                request = self._received.get(timeout=timeout)
                if request is None:
                    raise EOFError
                yield request
                timeout = 0.0

    def _take(self, request: Request) -> None:
        match request:
            case Start():
                self._begin(request)
            case Check():
                self._checks.add(request)
            case CancelChecks():
                self._checks.cancel()
            case _ if run := self._run(request.run_id):
                self._guarded(run.run_id, self._ask_run, run, request)

    def _run(self, run_id: int) -> PacedRun | None:
        return next((run for run in self._runs.values() if run.run_id == run_id), None)

    def _begin(self, start: Start) -> None:
        """Put a new run in the place of the experiment's old one, whose memory is free before."""
        place = WHOLE if start.whole else start.experiment
        if self._runs.pop(place, None):
            quick_torch.give_back_memory()
        if run := self._guarded(start.run_id, lambda: PacedRun(EXPERIMENTS[start.experiment], start)):
            self._runs[place] = run

    def _ask_run(self, run: PacedRun, request: Update | Pace | Advance | CancelRefining | Taken) -> None:
        match request:
            case Update():
                run.update(request.hyperparams)
                self._say_of(run)  # before another slice of steps: who moves a slider waits for none of them
            case Pace():
                run.pace(request)
            case Advance():
                run.advance(request.steps)
            case CancelRefining():
                run.cancel_refining()
            case Taken():
                run.taken()

    def _say_of(self, run: PacedRun) -> None:
        began = perf_counter()
        if self._run(run.run_id) and self._guarded(run.run_id, self._send_answer, run):
            run.said(perf_counter() - began)
            if run.is_whole and run.has_ended:
                self._runs.pop(WHOLE)

    def _send_answer(self, run: PacedRun) -> bool:
        answer = run.answer()
        if answer is not None:
            self._send_soon(answer)
        return answer is not None

    def _send_soon(self, answer: Answer) -> None:
        self._sent.put(self._packer.pack(answer))

    def _guarded(self, run_id: int, ask: Callable[..., Any], *arguments: Any) -> Any:
        """Do something with the run; whatever it raises is said, the run dropped, and the worker goes on."""
        try:
            return ask(*arguments)
        except Exception as error:
            failed = Failed(run_id, in_words(error), traceback.format_exc())
        self._runs = {name: run for name, run in self._runs.items() if run.run_id != run_id}
        self._send_soon(failed)
        return None

    def _receive(self) -> None:
        """Read requests, in a thread: asking the pipe again and again costs a run more than a look into a queue."""
        try:
            while True:
                self._received.put(self._connection.recv())
        except (EOFError, OSError):
            self._received.put(None)

    def _send(self) -> None:
        """Write answers, in a thread: a window that is slow to read a frame does not hold up the run."""
        with suppress(OSError):
            while True:
                self._connection.send_bytes(self._sent.get())


def newest(requests: list[Request]) -> list[Request]:
    """Leave out every Start that a later one of its experiment makes void; what is asked of its run finds none."""
    last = {(r.experiment, r.whole): r for r in requests if isinstance(r, Start)}
    return [r for r in requests if not isinstance(r, Start) or r is last[r.experiment, r.whole]]

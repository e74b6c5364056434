"""One life of the worker process: spawned, written to, read from, ended."""

import contextlib
import multiprocessing
import threading
from collections.abc import Callable

from explorer.core.processes import ending_in_words, without_interrupt
from explorer.worker import spawn
from explorer.worker.faults import in_words
from explorer.worker.messages import Answer, Died, Failed, Request
from explorer.worker.outbox import Outbox

LAST_BREATH = 2.0
"""Seconds that a process which has closed its end may take to exit."""


class Child:
    """The process with a thread that writes to it and one that reads: neither a full nor a dead pipe stops the window.

    Create it in the main thread: on Linux the worker ends with the thread that spawned it, and Ctrl+C is kept from it.
    """

    def __init__(self, on_answer: Callable[[Answer], None]) -> None:
        self._on_answer = on_answer
        self._outbox = Outbox()
        self.alive = True
        self._is_ending = False
        self._why = ""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self.process = context.Process(target=spawn.main, args=(theirs,), daemon=True, name="explorer-worker")
        with without_interrupt():
            self.process.start()
        theirs.close()  # else the end of the process would never be read
        from explorer.worker.packing import Unpacker  # late: the worker need not wait for NumPy here

        self._unpacker = Unpacker()
        self._writer = threading.Thread(target=self._write, name="to-worker", daemon=True)
        self._reader = threading.Thread(target=self._read, name="from-worker", daemon=True)
        self._writer.start()
        self._reader.start()

    def send(self, request: Request) -> None:
        self._outbox.put(request)

    def kill(self) -> None:
        """End the process now, whatever it is doing. It says nothing more."""
        self._is_ending = True
        self.process.kill()
        self._reader.join()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            while (request := self._outbox.take()) is not None:
                self._connection.send(request)

    def _read(self) -> None:
        try:
            while (answer := self._received()) is not None:
                if isinstance(answer, Failed) and answer.run_id == 0:
                    self._why = answer.message
                elif not self._is_ending:
                    self._on_answer(answer)
        finally:  # also when nobody can hear any more
            self._bury()

    def _received(self) -> Answer | None:
        """Return the next answer; None when the process is gone, or has to go since it cannot be understood."""
        try:
            return self._unpacker.unpack(self._connection.recv_bytes())  # type: ignore[no-any-return]
        except (EOFError, OSError):
            return None
        except Exception as error:
            self._why = in_words(error)
            self.process.kill()
            return None

    def _bury(self) -> None:
        self.process.join(LAST_BREATH)
        self.process.kill()
        self.process.join()
        self.alive = False
        self._outbox.close()
        self._writer.join()
        self._connection.close()
        if not self._is_ending:
            code = self.process.exitcode or 0
            self._on_answer(Died(code, self._why or ending_in_words(code)))

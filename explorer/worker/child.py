"""One life of the worker process: spawned, written to, read from, ended."""

import contextlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator

from explorer.core.i18n import _
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
        with _without_interrupt():
            self.process.start()
        theirs.close()  # else the end of the process would never be read
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
            return self._connection.recv()  # type: ignore[no-any-return]
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
            self._on_answer(Died(code, self._why or _in_words(code)))


@contextlib.contextmanager
def _without_interrupt() -> Iterator[None]:
    """Ignore Ctrl+C; a process started meanwhile goes on ignoring it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _in_words(code: int) -> str:
    if code == -signal.SIGTERM:
        return _("it was ended from outside")
    if code == -9:  # SIGKILL, which Windows has no name for
        return _("it was killed; out of memory?")
    if code < 0:
        return _("it crashed: {signal}").format(signal=signal.strsignal(-code) or -code)
    return _("it ended with status {code}").format(code=code)

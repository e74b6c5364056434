"""Writing without waiting: a process of its own does it, a thread here listens to it."""

import contextlib
import multiprocessing
import os
import threading
from pathlib import Path

from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal

from explorer.core.files import clear_after
from explorer.core.i18n import _
from explorer.core.processes import ending_in_words, without_interrupt
from explorer.export import job
from explorer.export.job import Answer, Failed, Progressed, Work, Written


class ExportJob(QObject):
    """One piece of work. The process starts with the object, so that Qt is there when `start` says what to write.

    Make it in the main thread. After `cancel` nothing is said any more, and nothing half-written is left.
    """

    progressed = pyqtSignal(str, float)
    finished = pyqtSignal(Path)
    failed = pyqtSignal(str)
    _answered = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = threading.Thread(target=self._follow, name="export", daemon=True)
        self._work: Work | None = None
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=job.main, args=(theirs,), daemon=True, name="explorer-export")
        with without_interrupt():
            self._process.start()
        theirs.close()  # else the end of the process would never be read
        self._answered.connect(self._on_process_answered)  # queued: the thread emits it
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.cancel)

    @property
    def pid(self) -> int | None:
        return self._process.pid

    @property
    def writing(self) -> bool:
        """Whether it was started and has not ended."""
        return self._work is not None and self._process.exitcode is None

    def start(self, work: Work) -> None:
        """Write; signals tell how far it is, and the end."""
        self._work = work
        self._thread.start()

    def cancel(self) -> None:
        """End it now, whatever it is doing."""
        self.blockSignals(True)
        self._end()

    def _follow(self) -> None:
        """Send the work, which may be more than a pipe holds, and hand on every answer; None: the process is gone."""
        answer: Answer | None = None
        with contextlib.suppress(EOFError, OSError):
            self._connection.send(self._work)
            while isinstance(answer := self._connection.recv(), Progressed):
                self._answered.emit(answer)
        self._answered.emit(None if isinstance(answer, Progressed) else answer)

    def _on_process_answered(self, answer: Answer | None) -> None:
        if isinstance(answer, Progressed):
            self.progressed.emit(answer.text, answer.share)
            return
        self._end()
        if isinstance(answer, Written) and self._work:
            self.finished.emit(self._work.path)
        elif isinstance(answer, Failed):
            self.failed.emit(answer.message)
        else:
            why = ending_in_words(self._process.exitcode or 0)
            self.failed.emit(_("Nothing was written: the process that writes is gone ({why}).").format(why=why))

    def _end(self) -> None:
        """Wait for the process, which has said its last word or is killed, and clear up what it may have left."""
        if self._process.exitcode is None:
            self._process.kill()
        self._process.join()
        if self._thread.is_alive():
            self._thread.join()
        self._connection.close()
        if self._work is not None:
            path = Path(os.path.realpath(self._work.path))
            for folder in (path.parent, path):
                clear_after(self.pid or 0, folder)

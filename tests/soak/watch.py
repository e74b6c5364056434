"""What must not happen while a window is driven: exceptions, Qt's warnings, a loop that hangs, memory that grows."""

import contextlib
import faulthandler
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer, QtMsgType, qInstallMessageHandler

HANG = 1.0
"""Seconds for which the event loop may be busy with one thing."""
BEAT = 50  # ms
TICK = 0.1
"""Seconds between the signs of life of another thread: without them the process was stopped, and did not hang."""
ALLOWED_GROWTH = 80e6
"""Bytes by which a process may be larger at the end, warm-up aside: caches of fonts and pictures fill slowly."""
IGNORED = "This plugin does not support propagateSizeHints"


class Watch(QObject):
    """Collects what went wrong, as text, from its making to `end`."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: list[str] = []
        self._file = tempfile.TemporaryFile("w+", encoding="utf8")  # noqa: SIM115 (open as long as it watches)
        self._hook, sys.excepthook = sys.excepthook, self._on_exception
        self._handler = qInstallMessageHandler(self._on_message)
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._last, self._ticks = _now(), 0
        self._ended = threading.Event()
        threading.Thread(target=self._tick, daemon=True).start()
        self._timer.start()
        self._arm()

    def end(self) -> None:
        self._ended.set()
        self._timer.stop()
        faulthandler.cancel_dump_traceback_later()
        qInstallMessageHandler(self._handler)
        sys.excepthook = self._hook
        self._file.close()

    def _on_exception(self, *about: Any) -> None:
        self.failures.append("".join(traceback.format_exception(*about)))

    def _on_message(self, kind: QtMsgType, _context: Any, text: str | None) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not (text or "").startswith(IGNORED):
            self.failures.append(f"Qt says: {text}\n{''.join(traceback.format_stack(limit=12)[:-1])}")

    # --- hangs ------------------------------------------------------------------------------------------------------
    def _arm(self) -> None:
        """Have the stack of the main thread written if no beat comes: by C, for it may hold the interpreter."""
        self._file.seek(0)
        self._file.truncate()
        faulthandler.dump_traceback_later(HANG, file=self._file)

    def _tick(self) -> None:
        while not self._ended.wait(TICK):
            self._ticks += 1

    def _on_timer_timeout(self) -> None:
        """A beat. What others took of the processors is not our hang, nor is a process that was stopped."""
        now = _now()
        wall, computed, waited = (b - a for a, b in zip(self._last, now, strict=True))
        lived = max(computed, self._ticks * TICK)
        if wall - waited > HANG and lived > HANG / 2:
            self._file.seek(0)
            self.failures.append(
                f"the event loop hung for {wall:.2f} s, computing {computed:.2f} s\n{self._file.read()}"
            )
        self._last, self._ticks = now, 0
        self._arm()


def _now() -> tuple[float, float, float]:
    """Seconds: of the clock, that the main thread computed, that it waited for a processor (Linux)."""
    waited = 0.0
    with contextlib.suppress(OSError):
        waited = int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    return time.monotonic(), time.thread_time(), waited


def memory_of(pid: int | None) -> float:
    """Bytes that a process has to itself; 0 where it is gone or this system does not say."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(1024.0 * int(line.split()[1]) for line in lines if line.startswith("Private"))
    return 0.0


def growth(samples: Sequence[float]) -> float:
    """From the first to the last sample, by the median slope of all pairs (Theil 1950), the first third left out."""
    kept = list(enumerate(samples))[len(samples) // 3 :]
    if len(kept) < 6:
        return 0.0
    slopes = [(b - a) / (j - i) for (i, a), (j, b) in combinations(kept, 2)]
    return statistics.median(slopes) * (kept[-1][0] - kept[0][0])

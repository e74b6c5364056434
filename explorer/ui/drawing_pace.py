"""When the window asks for the next frame: at once, unless drawing would then leave it no time for the user."""

from collections.abc import Callable
from time import perf_counter

from PyQt6.QtCore import QObject, Qt, QTimer

SHARE = 0.6
"""Of the window's time that drawing frames may take: the rest is for keys and the mouse."""
QUICK = 1 / 56
"""Seconds between two frames at the worker's fastest."""
ON_THE_WAY = 0.004
"""Seconds from asking for a frame that is ready to having it."""
LONGEST = 1.0
"""Seconds after which a frame does not count: what is painted so late had waited for somebody to look."""
NEWEST = 0.2
"""Weight of what is measured last in a mean of it."""


class DrawingPace(QObject):
    """Learns how long a frame takes from its arrival to the painted figure, and asks for the next by that."""

    def __init__(self, ask: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._ask = ask
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setTimerType(Qt.TimerType.PreciseTimer)
        self._later.timeout.connect(ask)
        self._arrived_at: float | None = None
        self._drawing = 0.0
        """Seconds."""

    @property
    def wait(self) -> float:
        """Seconds from the arrival of a frame until the next is asked for."""
        between = self._drawing / SHARE
        return between - ON_THE_WAY if between > QUICK else 0.0

    def frame_arrived(self) -> None:
        """Ask for the next, which the worker makes while this one is painted; note that drawing begins."""
        self._arrived_at = perf_counter()
        if self.wait:
            self._later.start(round(1000 * self.wait))
        else:
            self._ask()

    def painted(self) -> None:
        """Note that what arrived has been drawn."""
        if self._arrived_at is not None and perf_counter() - self._arrived_at < LONGEST:
            self._drawing += NEWEST * (perf_counter() - self._arrived_at - self._drawing)
        self._arrived_at = None

    def forget(self) -> None:
        """What arrived has not been drawn yet since nobody looked: how long that took says nothing."""
        self._arrived_at = None

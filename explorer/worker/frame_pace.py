"""How far apart frames are: as the screen shows them, farther where they would take too much of a run's time."""

FRAME_INTERVAL = 1 / 56
"""Seconds between two frames: every one that the screen can show."""
LONGEST_INTERVAL = 1 / 30
"""However much frames cost, they come as often as that."""
SHARE = 0.12
"""Of the time of a run that its frames may take."""
NEWEST = 0.1
"""Weight of what is measured last in a mean of it."""


class FramePace:
    """Learns what a frame costs: making it, and by how much the step after it is longer than others.

    Or shorter: what a frame looks at, the next step need not compute again.
    """

    def __init__(self) -> None:
        self._making: float | None = None
        """Seconds for a frame after which no step has come yet."""
        self._cost: float | None = None
        self._step: float | None = None

    @property
    def interval(self) -> float:
        """Seconds from one frame to the next."""
        return min(max(FRAME_INTERVAL, (self._cost or 0.0) / SHARE), LONGEST_INTERVAL)

    def made(self, seconds: float) -> None:
        """Note how long it took to make a frame and to pack it."""
        self._making = seconds

    def stepped(self, ends: list[float]) -> None:
        """Note when steps ended that came one after another, from the moment on at which the first began."""
        first, rest = ends[1] - ends[0], ends[2:]
        if self._making is None:
            rest = ends[1:]
        elif self._step is not None:
            self._cost = _mean(self._cost, self._making + first - self._step)
        self._making = None
        if rest:
            self._step = _mean(self._step, (rest[-1] - ends[-len(rest) - 1]) / len(rest))


def _mean(so_far: float | None, newest: float) -> float:
    return newest if so_far is None else so_far + NEWEST * (newest - so_far)

"""The past of a run: frames to go back to, in bounded memory, evenly thinned. No Qt."""

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.session import Session

MOST_BYTES = 32 * 2**20
"""Of the arrays of all kept frames together."""
MOST_FRAMES = 1000
"""A timeline has no more pixels."""


@dataclass(frozen=True, eq=False)
class Shot:
    """A frame of a run, what leads back to it (its view is None), and the seconds that its steps took to compute."""

    frame: Any
    session: Session
    seconds: float = 0.0

    @property
    def step(self) -> int:
        return int(self.frame.step)


@dataclass(frozen=True, eq=False)
class _Kept:
    shot: Shot
    n_bytes: int
    telling: bool
    """Whether something changed or diverged since the one before."""


class Recording:
    """Keeps the first and the newest shot, and the first of every `spacing` steps, as long as they fit.

    When they no longer do, the spacing doubles, which drops every second one. Telling shots stay longest.
    """

    def __init__(self, most_bytes: int = MOST_BYTES, most_frames: int = MOST_FRAMES) -> None:
        self._most_bytes, self._most_frames = most_bytes, most_frames
        self._kept: list[_Kept] = []
        self.n_bytes = 0
        """Of all kept frames. Counted along: a frame arrives 60 times a second."""
        self.spacing = 1

    def add(self, shot: Shot) -> None:
        """Take the newest shot; one of the same step, less complete, goes."""
        self.cut(shot.step - 1)
        if len(self._kept) > 1 and not self._stays(len(self._kept) - 1):
            self._drop_newest()
        self._kept.append(_Kept(shot, bytes_of(shot.frame), self._is_telling(shot)))
        self.n_bytes += self._kept[-1].n_bytes
        while len(self._kept) > 2 and self._is_full:
            self._thin()

    def cut(self, step: int) -> None:
        """Forget what is later than a step."""
        while self._kept and self._kept[-1].shot.step > step:
            self._drop_newest()

    def _drop_newest(self) -> None:
        self.n_bytes -= self._kept.pop().n_bytes

    @property
    def steps(self) -> list[int]:
        """Steps of the kept shots, rising."""
        return [kept.shot.step for kept in self._kept]

    @property
    def shots(self) -> Sequence[Shot]:
        return [kept.shot for kept in self._kept]

    @property
    def newest(self) -> Shot | None:
        return self._kept[-1].shot if self._kept else None

    def nearest(self, step: float) -> Shot | None:
        """Return the shot whose step is nearest."""
        steps = self.steps
        i = bisect_left(steps, step)
        around = [k for k in (i - 1, i) if 0 <= k < len(steps)]
        return self._kept[min(around, key=lambda k: abs(steps[k] - step))].shot if around else None

    def beside(self, step: int, by: int) -> Shot | None:
        """Return the shot `by` further than that of a step (negative: back), or the last in that direction."""
        steps = self.steps
        i = bisect_left(steps, step) if by < 0 else bisect_right(steps, step) - 1
        return self._kept[min(max(i + by, 0), len(steps) - 1)].shot if steps else None

    # --- thinning ---------------------------------------------------------------------------------------------
    @property
    def _is_full(self) -> bool:
        return len(self._kept) > self._most_frames or self.n_bytes > self._most_bytes

    def _is_telling(self, shot: Shot) -> bool:
        if not self._kept:
            return False
        before = self._kept[-1].shot
        return (before.session.changes, before.frame.divergences) != (shot.session.changes, shot.frame.divergences)

    def _stays(self, i: int) -> bool:
        """Whether the shot would be kept were it not the newest: telling, or the first of its stretch of steps."""
        kept, before = self._kept[i], self._kept[i - 1]
        return kept.telling or kept.shot.step // self.spacing != before.shot.step // self.spacing

    def _thin(self) -> None:
        last = len(self._kept) - 1
        if self.spacing <= self._kept[last].shot.step:
            self.spacing *= 2
            self._kept = [kept for i, kept in enumerate(self._kept) if i in (0, last) or self._stays(i)]
        else:  # only telling ones are left between the first and the newest
            self._kept = [self._kept[0], *self._kept[1:last][1::2], self._kept[last]]
        self.n_bytes = sum(kept.n_bytes for kept in self._kept)


def bytes_of(value: Any) -> int:
    """Memory of all arrays in a frame."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, tuple | list):
        return sum(map(bytes_of, value))
    if dataclasses.is_dataclass(value):
        return sum(bytes_of(part) for part in vars(value).values())
    return 0

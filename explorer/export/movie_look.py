"""How a movie runs: how long, how many frames a second, how long it stays at its end. No Qt."""

from dataclasses import dataclass

from explorer.core.i18n import _

SECONDS, HOLD = (0.1, 600.0), (0.0, 60.0)
WIDEST = 4096
"""Pixels a side: what players decode."""


@dataclass(frozen=True)
class Kind:
    """What is usual and what is possible in a format."""

    size: tuple[int, int]
    fps: int
    fastest: int
    even: bool = False
    """Whether width and height have to be."""


KINDS = {"mp4": Kind((1280, 720), 30, 60, even=True), "gif": Kind((960, 540), 20, 50)}
"""Viewers show a GIF that is faster than 50 at a tenth of it."""


@dataclass(frozen=True)
class Movie:
    """A movie of a run from its first step to its last."""

    seconds: float = 8.0
    """From the first step to the last."""
    fps: int = 30
    """Frames a second."""
    hold: float = 1.5
    """Seconds for which the last frame stays."""

    def steps(self, last: int) -> list[int]:
        """Steps, evenly spaced from 0 to the last, that the movie shows; one per frame, before it holds."""
        n = max(round(self.seconds * self.fps), 2)
        return [round(last * i / (n - 1)) for i in range(n)]

    @property
    def held(self) -> int:
        """Frames for which the last one is repeated."""
        return round(self.hold * self.fps)


def check_movie(kind: str, size: tuple[int, int], movie: Movie) -> None:
    """Raise ValueError, in one line that names field, value and what is allowed, for what no movie can be."""
    _check_range("seconds", movie.seconds, SECONDS)
    _check_range("fps", movie.fps, (1, KINDS[kind].fastest))
    _check_range("hold", movie.hold, HOLD)
    width, height = size
    if max(size) > WIDEST:
        raise ValueError(
            _("size: {width}×{height} is too large for a movie; allowed: at most {most} px a side").format(
                width=width, height=height, most=WIDEST
            )
        )
    if KINDS[kind].even and (width % 2 or height % 2):
        raise ValueError(
            _("size: {width}×{height} is odd; allowed here: even numbers of px").format(width=width, height=height)
        )


def _check_range(name: str, value: float, allowed: tuple[float, float]) -> None:
    low, high = allowed
    if not low <= value <= high:  # nan as well
        raise ValueError(
            _("{name}: “{value}” is out of range; allowed: {low} to {high}").format(
                name=name, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}"
            )
        )

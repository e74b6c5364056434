"""How a movie runs: how long, how many frames a second, how long it stays at its end. No Qt."""

from dataclasses import dataclass

from explorer.core.i18n import _

LONGEST = 600.0
SECONDS = (0.1, LONGEST)
HOLD = (0.0, 60.0)
FPS = {"mp4": (1, 60), "gif": (1, 50)}
"""By format; viewers show a GIF that is faster than 50 at a tenth of it."""
SIZES = {"mp4": (1280, 720), "gif": (960, 540)}
"""By format, unless another is chosen."""
WIDEST = 4096
"""Pixels a side: what players decode."""


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
    _check_range("fps", movie.fps, FPS[kind])
    _check_range("hold", movie.hold, HOLD)
    width, height = size
    if max(size) > WIDEST:
        raise ValueError(
            _("size: {width}×{height} is too large for a movie; allowed: at most {most} px a side").format(
                width=width, height=height, most=WIDEST
            )
        )
    if kind == "mp4" and (width % 2 or height % 2):
        raise ValueError(
            _("size: {width}×{height} is odd; allowed in MP4: even numbers of px").format(width=width, height=height)
        )


def _check_range(name: str, value: float, allowed: tuple[float, float]) -> None:
    low, high = allowed
    if not low <= value <= high:  # nan as well
        raise ValueError(
            _("{name}: “{value}” is out of range; allowed: {low} to {high}").format(
                name=name, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}"
            )
        )

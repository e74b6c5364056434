"""A run as a movie: the figures of its steps drawn one after another, on axes that hold still.

All figures are seen before the first is drawn (they wait in a file), for only then it is known how far each axis has to
reach. Drawing and encoding go on side by side.
"""

import dataclasses
import gc
import json
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

import av
import numpy as np
from PyQt6 import sip
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QImage
from PyQt6.QtWidgets import QGraphicsScene

from explorer.core.figure import Axis, Figure, Panel, series
from explorer.core.i18n import _
from explorer.core.session import Session, to_json
from explorer.draw.area import Range
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.palette import PALETTES, Palette
from explorer.export.encode import Gif, Mp4, palette_of, picture_of
from explorer.export.look import Look
from explorer.export.movie_look import Movie
from explorer.export.picture import chosen, laid_out, paint

Shot = tuple[Figure, int]
"""A figure, and for how many frames it is shown."""
SAMPLES = 8
"""Pictures that the colours of a GIF are chosen by."""
WAITING = 4
"""Pictures that may wait for the encoder."""
LARGEST_EXPONENT = 307.0


def movie_bytes(
    kind: str, shots: Iterable[Shot], session: Session, look: Look, movie: Movie, say: Callable[[str, float], None]
) -> bytes:
    """Contents of a file of that kind. `shots` come as they are computed; `say` tells how far the drawing is."""
    with TemporaryFile() as file:
        arriving = iter(shots)
        first = next(arriving)
        with laid_out(first[0], look) as scene:
            film = Film(scene, look, file)
            film.take(first)
            for shot in arriving:
                film.take(shot)
            encoder = _encoder(kind, film, session, movie)
            _draw_all(film, encoder, say)
    return encoder.contents()


class Film:
    """Figures that wait in a file until all are there, and the one canvas that draws them."""

    def __init__(self, scene: QGraphicsScene, look: Look, file: IO[bytes]) -> None:
        self._scene, self._file, self._n = scene, file, 0
        self.look, self.colours = look, dict[str, None]()
        self._canvas = next(item for item in scene.items() if isinstance(item, FigureCanvas))
        self._reader = FigureCanvas(self._canvas.style, self._canvas.margins)  # without a size it places nothing
        margins = self._canvas.margins
        self._width = look.units[0] - (margins.left + margins.right) * self._canvas.style.scale
        self._ranges: dict[Any, Range] = {}

    def __len__(self) -> int:
        return self._n

    def take(self, shot: Shot) -> None:
        """Keep a figure, and note how far its axes reach."""
        figure, times = chosen(shot[0], self.look), shot[1]
        self._n += 1
        pickle.dump((figure, times), self._file, pickle.HIGHEST_PROTOCOL)
        self._reader.show_figure(figure)
        head = self._reader.head.show_figure(figure, self._width)
        self._canvas.least_head = max(self._canvas.least_head, head)
        self.colours |= dict.fromkeys(colours_of(figure, PALETTES[self.look.theme]))
        for panel in figure.panels:
            for key, found in zip(_axes(panel), self._reader.panels[panel.key].fitting(), strict=True):
                low, high = self._ranges.get(key, found)
                self._ranges[key] = min(low, found[0]), max(high, found[1])

    def shots(self) -> Iterator[Shot]:
        """All figures in their order, with the same axes in all of them."""
        self._file.seek(0)
        for _i in range(self._n):
            figure, times = pickle.load(self._file)
            yield self._steadied(figure), times

    def _steadied(self, figure: Figure) -> Figure:
        panels = []
        for panel in figure.panels:
            x, y = (
                _reaching(axis, self._ranges[key]) for axis, key in zip((panel.x, panel.y), _axes(panel), strict=True)
            )
            panels.append(dataclasses.replace(panel, x=x, y=y))
        return dataclasses.replace(figure, panels=tuple(panels))

    def draw(self, figure: Figure) -> av.VideoFrame:
        """Draw right into the memory that the encoder reads: a copy of it would cost a seventh of the time."""
        self._canvas.show_figure(figure)
        width, height = self.look.size
        pixels = np.empty((height, width, 4), np.uint8)
        memory: Any = sip.voidptr(pixels.ctypes.data)
        image = QImage(memory, width, height, 4 * width, QImage.Format.Format_RGB32)
        paint(self._scene, image, QRectF(0, 0, width, height))
        return picture_of(pixels)


def _axes(panel: Panel) -> tuple[Any, Any]:
    """What the ranges of x and y of a panel are kept by."""
    return (panel.key, "x", panel.x.log), (panel.key, "y", panel.y.log)


def _reaching(axis: Axis, found: Range) -> Axis:
    """Return the axis with that range of view coordinates as limits."""
    low, high = found
    if axis.log:
        low, high = (10.0 ** min(max(end, -LARGEST_EXPONENT), LARGEST_EXPONENT) for end in found)
    return dataclasses.replace(axis, limits=(low, high))


def colours_of(figure: Figure, palette: Palette) -> Iterator[str]:
    """Colours that a GIF has to keep: of the texts, and of everything that has a role."""
    yield from (palette.paper, palette.text, palette.muted, palette.grid, palette.axis)
    roles = [entry.role for entry in figure.key]
    roles += [mark.role for _panel, mark in series(figure) if hasattr(mark, "role")]
    for role in dict.fromkeys(roles):
        yield palette.colour(role)
        yield palette.text_colour(role)


def _encoder(kind: str, film: Film, session: Session, movie: Movie) -> Mp4 | Gif:
    text = json.dumps(to_json(session), allow_nan=False)
    if kind == "mp4":
        return Mp4(film.look.size, movie.fps, {"comment": text})
    every = max(len(film) // SAMPLES, 1)
    shots = enumerate(film.shots())
    samples = [film.draw(figure) for i, (figure, _times) in shots if i % every == 0 or i == len(film) - 1]
    return Gif(film.look.size, movie.fps, palette_of(samples, list(film.colours)), text)


def _draw_all(film: Film, encoder: Mp4 | Gif, say: Callable[[str, float], None]) -> None:
    """Draw in this thread, encode in another."""
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1) as other, _garbage_collected_here() as collect:
        for i, (figure, times) in enumerate(film.shots(), 1):
            waiting.append(other.submit(encoder.add, film.draw(figure), times))
            say(_("drawing {i} of {n}").format(i=i, n=len(film)), i / len(film))
            collect()
            if len(waiting) > WAITING:
                waiting.popleft().result()
        for encoded in waiting:
            encoded.result()


@contextmanager
def _garbage_collected_here() -> Iterator[Callable[[], object]]:
    """Give what collects the new garbage: left to Python, the other thread could end what Qt is drawing."""
    gc.disable()
    try:
        yield partial(gc.collect, 0)
    finally:
        gc.enable()

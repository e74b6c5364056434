"""Movies, decoded by FFmpeg's libraries."""

import dataclasses
import io
import re

import av
import numpy as np
import pytest
from PyQt6.QtGui import QColor, QImage

from explorer.core.figure import Axis, Figure, HeatMap, KeyEntry, Line, Panel
from explorer.core.roles import Role
from explorer.core.selection import arrange
from explorer.core.session import Session
from explorer.draw.palette import DARK, LIGHT
from explorer.export.look import Look
from explorer.export.movie import movie_bytes
from explorer.export.movie_look import KINDS, Movie, check_movie
from explorer.export.picture import picture
from explorer.export.read import read_session
from explorer.registry import EXPERIMENTS

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4, expression="x · x − 1"), SPEC.view_options(), 12)
BLUE, ORANGE = Role("blue"), Role("orange")
SIZE = (640, 360)
N = 12


def shot(n: int) -> Figure:
    """A curve that grows to the right and up, over a map with many colours."""
    x = np.arange(n + 1.0)
    grid = np.linspace(0, 1, 60)
    heat = HeatMap("z", grid, grid, np.add.outer(grid, n * grid), 0, 1 + N)
    line = Line("a", x, x**2, BLUE, "square")
    way = Line("w", np.array([0.2, 0.8]), np.array([0.2, 0.8]), ORANGE)
    panels = (
        Panel("p", "P", "q", Axis("step", limits=(0, n + 1)), Axis(), (line,)),
        Panel("m", "M", "q", Axis(), Axis(), (heat, way)),
    )
    figure = Figure(f"After {n} steps", "s", (KeyEntry("square", BLUE), KeyEntry("way", ORANGE)), panels)
    return arrange(figure)


def made(kind, movie=None, look=None, times=1) -> tuple[bytes, list]:
    said = []
    shots = [(shot(n), times) for n in range(1, N + 1)]
    contents = movie_bytes(
        kind, iter(shots), SESSION, look or Look(SIZE), movie or Movie(1.2, 10, 0), lambda *a: said.append(a)
    )
    return contents, said


def decoded(contents: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(contents)) as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = image.constBits()
    data.setsize(image.sizeInBytes())
    rows = np.frombuffer(data, np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return 10 * np.log10(255**2 / np.mean((a - b) ** 2))


def steadied(figure: Figure) -> Figure:
    """The curve with the axes of the last figure, which reach farthest: 0 to N² and 4 % more at both ends."""
    curve, heat = figure.panels
    reach = Axis(limits=(-0.04 * N**2, 1.04 * N**2))
    return dataclasses.replace(figure, panels=(dataclasses.replace(curve, x=shot(N).panels[0].x, y=reach), heat))


def test_mp4_has_size_rate_length_and_what_every_player_knows(qapp):
    contents, said = made("mp4")
    with av.open(io.BytesIO(contents)) as container:
        (stream,) = container.streams.video
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == SIZE
        assert stream.average_rate == 10
        assert stream.frames == N
        assert float(stream.duration * stream.time_base) == pytest.approx(N / 10)
    shares = [share for _text, share in said]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_the_last_frame_is_the_picture_of_the_last_step(qapp, palette):
    look = Look(SIZE, palette.name)
    contents, _said = made("mp4", look=look)
    assert psnr(decoded(contents)[-1], pixels(picture(shot(N), look))) > 30


def test_the_first_frame_is_the_first_figure_with_the_axes_of_the_last(qapp):
    first = decoded(made("mp4")[0])[0]
    steady, own = (psnr(first, pixels(picture(figure, Look(SIZE)))) for figure in (steadied(shot(1)), shot(1)))
    assert steady > 30
    assert steady > own + 1


def test_axes_hold_still(qapp):
    """What is left of the plot, its numbers, is the same in all frames, the same as in the last."""
    contents, _said = made("mp4", Movie(1.2, 10, 0))
    frames = decoded(contents)
    numbers = (slice(80, 340), slice(0, 34))
    for frame in frames[:-1]:
        assert np.abs(frame[numbers] - frames[-1][numbers]).max() < 40


def test_a_gif_keeps_the_colours_of_curves_beside_a_map_that_needs_them_all(qapp):
    contents, _said = made("gif")
    frames = decoded(contents)
    assert len(frames) == N
    expected = pixels(picture(shot(N), Look(SIZE)))
    for role in (BLUE, ORANGE):
        exact = [(seen == QColor(LIGHT.colour(role)).getRgb()[:3]).all(-1).sum() for seen in (frames[-1], expected)]
        assert exact[0] >= exact[1] > 5
    assert psnr(frames[-1], expected) > 32


def test_a_gif_runs_for_ever_and_at_its_rate(qapp):
    contents, _said = made("gif", Movie(1.2, 20, 0))
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in contents
    with av.open(io.BytesIO(contents)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    np.testing.assert_allclose(np.diff(times), 1 / 20, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_repeated_pictures_take_their_time(qapp, kind):
    contents, _said = made(kind, times=3)
    with av.open(io.BytesIO(contents)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert times[-1] == pytest.approx((3 * N - 1) / 10, abs=0.011)


@pytest.mark.parametrize("kind", KINDS)
def test_movies_carry_their_session(qapp, tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(made(kind)[0])
    assert read_session(path) == SESSION


@pytest.mark.parametrize("size", [(201, 213), (333, 700)])
def test_a_gif_may_have_any_size(qapp, size):
    contents, _said = made("gif", look=Look(size))
    assert decoded(contents)[0].shape[:2] == size[::-1]


def test_steps_are_evenly_spaced_from_the_first_to_the_last():
    assert Movie(1, 5, 0).steps(100) == [0, 25, 50, 75, 100]
    assert Movie(0.1, 1, 0).steps(7) == [0, 7]
    assert Movie(1, 6, 2.5).steps(2) == [0, 0, 1, 1, 2, 2]
    assert Movie(1, 6, 2.5).held == 15


@pytest.mark.parametrize(
    ("kind", "size", "movie", "why"),
    [
        ("mp4", (641, 360), Movie(), "size: 641×360 is odd; allowed here: even numbers of px"),
        ("mp4", (640, 5000), Movie(), "size: 640×5000 is too large for a movie; allowed: at most 4096 px a side"),
        ("mp4", SIZE, Movie(seconds=0), "seconds: “0” is out of range; allowed: 0.1 to 600"),
        ("mp4", SIZE, Movie(seconds=float("nan")), "seconds: “nan” is out of range; allowed: 0.1 to 600"),
        ("mp4", SIZE, Movie(fps=61), "fps: “61” is out of range; allowed: 1 to 60"),
        ("gif", SIZE, Movie(fps=51), "fps: “51” is out of range; allowed: 1 to 50"),
        ("gif", SIZE, Movie(hold=-1), "hold: “-1” is out of range; allowed: 0 to 60"),
    ],
)
def test_what_no_movie_can_be_is_refused_in_one_line(kind, size, movie, why):
    with pytest.raises(ValueError, match=re.escape(why)) as error:
        check_movie(kind, size, movie)
    assert str(error.value) == why


def test_an_encoder_that_fails_is_heard(qapp, monkeypatch):
    from explorer.export import encode

    def fail(*_arguments):
        raise MemoryError("full")

    monkeypatch.setattr(encode.Mp4, "add", fail)
    with pytest.raises(MemoryError, match="full"):
        made("mp4")

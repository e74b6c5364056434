"""Pictures one after another as an MP4 (H.264) or a GIF, by FFmpeg's libraries (PyAV)."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.filter import Graph
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

BT709 = 1
"""Code of the colours of high definition: primaries, transfer and matrix alike."""
TV_RANGE = 1
CRF = "18"
"""Of x264: nobody sees the loss."""
BGRA = av.VideoFormat("bgra")
GIF_COLOURS = 256
SUB_BLOCK = 255


class Mp4:
    """H.264 with colours that every player knows (4:2:0)."""

    def __init__(self, size: tuple[int, int], fps: int, metadata: dict[str, str]) -> None:
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format="mp4")
        self._container.metadata.update(metadata)
        stream: Any = self._container.add_stream("libx264", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "tune": "animation", "crf": CRF}
        codec = stream.codec_context
        codec.colorspace = codec.color_primaries = codec.color_trc = BT709
        codec.color_range = TV_RANGE
        self._stream, self._n = stream, 0

    def add(self, picture: av.VideoFrame, times: int) -> None:
        """Show a picture for so many frames."""
        frame = picture.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
        for frame.pts in range(self._n, self._n + times):
            self._container.mux(self._stream.encode(frame))
        self._n += times

    def contents(self) -> bytes:
        """The file; nothing can be added any more."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return self._file.getvalue()


class Gif:
    """A GIF with one palette for all of it."""

    def __init__(self, size: tuple[int, int], fps: int, palette: av.VideoFrame, comment: str) -> None:
        self._file, self._comment = io.BytesIO(), comment
        self._container = av.open(self._file, "w", format="gif")
        stream: Any = self._container.add_stream("gif", rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "pal8"
        self._stream, self._n = stream, 0
        self._graph, self._pictures = _painting_by(palette, size, fps)

    def add(self, picture: av.VideoFrame, times: int) -> None:
        """Show a picture for so many frames."""
        for picture.pts in range(self._n, self._n + times):
            self._pictures.push(picture)
            self._container.mux(self._stream.encode(self._graph.pull()))
        self._n += times

    def contents(self) -> bytes:
        """The file; nothing can be added any more."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return with_comment(self._file.getvalue(), self._comment)


def _painting_by(palette: av.VideoFrame, size: tuple[int, int], fps: int) -> tuple[Graph, Any]:
    """A graph that gives every pixel the nearest colour, and where pictures go in. Dots that dither would flicker."""
    graph = Graph()
    time = Fraction(1, fps)
    pictures = graph.add_buffer(width=size[0], height=size[1], format=BGRA, time_base=time)
    colours = graph.add_buffer(width=palette.width, height=palette.height, format=BGRA, time_base=time)
    use, sink = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")
    pictures.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    return graph, pictures


def palette_of(pictures: Sequence[av.VideoFrame], reserved: Sequence[str]) -> av.VideoFrame:
    """256 colours: the `reserved` ones ("#RRGGBB") exactly, and those that serve best for everything else.

    Without them a heat map takes all colours, and curves change theirs.
    """
    first = pictures[0]
    graph = Graph()
    source = graph.add_buffer(width=first.width, height=first.height, format=BGRA, time_base=Fraction(1, 10))
    room = GIF_COLOURS - len(reserved)
    generate = graph.add("palettegen", f"max_colors={room}:reserve_transparent=0:stats_mode=full")
    sink = graph.add("buffersink")
    source.link_to(generate)
    generate.link_to(sink)
    graph.configure()
    for n, picture in enumerate(pictures):
        picture.pts = n
        source.push(picture)
    source.push(None)
    found: Any = graph.pull()
    colours = found.to_ndarray(format="bgra").reshape(-1, 4)
    colours[room:] = [_bgra(colour) for colour in reserved]
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(colours.reshape(16, 16, 4)), "bgra")


def _bgra(colour: str) -> tuple[int, int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return blue, green, red, 255


def picture_of(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    """A picture of (height, width, 4) bytes, which are not copied: blue, green, red, nothing."""
    return av.VideoFrame.from_numpy_buffer(pixels, "bgra")


def with_comment(gif: bytes, comment: str) -> bytes:
    """Return the GIF with a comment (ASCII) before its first picture: GIF89a, 24."""
    table = 3 << ((gif[10] & 7) + 1) if gif[10] & 0x80 else 0
    start, text = 13 + table, comment.encode("ascii")
    blocks = (text[i : i + SUB_BLOCK] for i in range(0, len(text), SUB_BLOCK))
    extension = b"!\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    return gif[:start] + extension + gif[start:]

"""The panel of the surface: shade, contours, trajectories and the present points; with a cloud, basins."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import Axis, Cell, Contours, Cross, HeatMap, Label, Line, Mark, Panel, Points, Weight
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import INK
from explorer.core.wording import listed, number
from explorer.experiments.optimizers.view import View, role_of

Array = NDArray[np.float64]
DEPTH = 1e-5
"""Of the logarithmic shade: lowest colour as a share of the highest."""
TILED = 200
"""From so many starts on, the plane is drawn once per optimizer."""
MANY = 40
"""Of more starts than this, trajectories of so many are drawn."""
HEAD = 0.015
"""Length of the head of an arrow, as a share of the picture."""
GLYPHS = {
    "gradient": _("thin arrow: downhill"),
    "velocity": _("bold arrow: last step"),
    "rate": _("cross: effective rates"),
}
CROWD = 1500
"""Present points of all optimizers together that are drawn."""


def surface_panel(view: View) -> Panel:
    """Draw the plane, or a small plane per optimizer."""
    if view.hp.starts in ("grid", "cloud") and view.n_starts >= TILED and len(view.frame.minima):
        return _basins(view)
    frame = view.frame
    what, x, y = _("loss"), _("x"), _("y")
    if view.is_network:
        what = _("loss over {n} samples").format(n=view.hp.samples)
        x, y = _("direction 1"), _("direction 2")
    quantity = (
        _("{y}; shade and contours: {what}, log scale") if _is_log(view) else _("{y}; shade and contours: {what}")
    )
    quantity = quantity.format(y=y, what=what)
    if view.options.glyphs:
        quantity = "; ".join([y, *(GLYPHS[kind] for kind in GLYPHS if kind in view.options.glyphs)])
    marks = (*_ground(view), *_ways(view), *_places(view), *_glyphs(view))
    axes = Axis(x, limits=_ends(frame.surface_x)), Axis(limits=_ends(frame.surface_y))
    return _panel(view, quantity, marks, *axes, () if view.is_network else ("start",))


def _panel(view: View, quantity: str, marks: tuple[Mark, ...], x: Axis, y: Axis, pick: tuple[str, ...]) -> Panel:
    names = listed([c.label for c in view.optimizers])
    return Panel(
        "surface",
        _("Loss surface"),
        quantity,
        x,
        y,
        marks,
        Cell(0, 0, 3 - view.race_rows, 7),
        grid="none",
        pick=pick,
        summary=_("{names} from {n} start(s) over the surface").format(names=names, n=view.n_starts),
    )


def _ends(x: Array) -> tuple[float, float]:
    return float(x[0]), float(x[-1])


def _is_log(view: View) -> bool:
    return view.options.log_surface


def _ground(view: View) -> tuple[Mark, ...]:
    frame = view.frame
    x, y, z = (v.tobytes() for v in (frame.surface_x, frame.surface_y, frame.surface_z))
    return _shade_and_contours(_Plane(x, y, z, frame.lowest), _is_log(view), view.options.levels)


class _Plane(NamedTuple):
    """The arrays of a surface, as what they hold: it is the same in every frame of a run."""

    x: bytes
    y: bytes
    z: bytes
    lowest: float


@lru_cache(maxsize=4)
def _shade_and_contours(plane: _Plane, log: bool, n_levels: int) -> tuple[Mark, ...]:
    x, y, z = (np.frombuffer(v) for v in plane[:3])
    height = z.reshape(y.size, x.size) - plane.lowest
    seen = height[np.isfinite(height)]
    if not seen.size or not seen.max() > 0:
        return ()
    high = float(np.quantile(seen, 0.995)) or float(seen.max())
    low = max(float(np.quantile(seen, 0.002)), DEPTH * high) if log else 0.0
    levels = (np.geomspace if log else np.linspace)(low, high, n_levels + 1)[1:]
    least = plane.lowest + (low if low > 1e-3 * high else 0.0)
    texts = number(least), number(plane.lowest + high)
    shade = HeatMap("shade", x, y, np.maximum(height, low), low, high, "surface", log, *texts, name=_("loss"))
    return shade, Contours("contours", x, y, height, levels)


def _ways(view: View) -> Iterator[Mark]:
    """A trajectory per optimizer; of several starts all in one line with gaps."""
    chosen = np.unique(np.linspace(0, view.n_starts - 1, min(view.n_starts, MANY)).astype(int))
    weight: Weight = "trajectory" if view.n_starts == 1 else "theory"
    for i, c in enumerate(view.optimizers):
        ways = [_until_lost(view, i, int(start)) for start in chosen]
        gap = np.full((1, 2), np.nan)
        way = np.concatenate([part for w in ways for part in (w, gap)][:-1])
        yield Line(c.name, way[:, 0], way[:, 1], role_of(c), c.label, weight=weight)


def _until_lost(view: View, i: int, start: int) -> Array:
    """Points of a trajectory, (n, 2); of one that overflowed up to the first outside the picture."""
    way: Array = view.path[i, start]
    lost = int(view.frame.diverged_at[i, start])
    if lost < 0:
        return way
    way = way[(view.steps < lost) & np.isfinite(way).all(1)]
    return way[: _last_inside(view, way) + 2]


def _last_inside(view: View, way: Array) -> int:
    """The last of the points within the picture; the first of all where there is none."""
    x, y = _ends(view.frame.surface_x), _ends(view.frame.surface_y)
    inside = np.flatnonzero((way[:, 0] >= x[0]) & (way[:, 0] <= x[1]) & (way[:, 1] >= y[0]) & (way[:, 1] <= y[1]))
    return int(inside[-1]) if inside.size else 0


def _places(view: View) -> Iterator[Mark]:
    """Where it begins, where it may end, where everybody is."""
    minima = view.frame.minima
    if len(minima):
        size = 15 if len(minima) < 10 else 8
        yield Points("minima", minima[:, 0], minima[:, 1], INK, _("minimum"), size, symbol="plus")
    if view.n_starts == 1:
        x, y = view.path[0, 0, 0].tolist()
        if len(minima) == 1:
            low_x, low_y = minima[0].tolist()
            yield Label("minimum", low_x, low_y, _("minimum"), side=_side(view, low_x))
        yield from _ends_of_ways(view)
        yield Points("start", np.array([x]), np.array([y]), INK, _("start"), 12, symbol="ring")
        yield Label("start.name", x, y, _("start"), side="left")
    else:
        dot = 3.0 if view.n_starts > MANY else 5.5
        step = max(1, -(-view.n_starts * len(view.optimizers) // CROWD))
        for c, at in zip(view.optimizers, view.path[:, ::step, -1], strict=True):
            yield Points(f"{c.name}.now", at[:, 0], at[:, 1], role_of(c), c.label, dot)


def _side(view: View, x: float) -> Literal["left", "right"]:
    low, high = _ends(view.frame.surface_x)
    return "right" if x < low + 0.86 * (high - low) else "left"


def _ends_of_ways(view: View) -> Iterator[Mark]:
    for i, c in enumerate(view.optimizers):
        way, lost = _until_lost(view, i, 0), int(view.frame.diverged_at[i, 0])
        if lost < 0 or not len(way):
            yield Points(f"{c.name}.now", way[-1:, 0], way[-1:, 1], role_of(c), c.label, 10)
        else:
            text = _("{name} overflows, step {n}").format(name=c.label, n=lost)
            yield Cross(f"{c.name}.overflow", *_way_out(view, way), role_of(c), text)


def _way_out(view: View, way: Array) -> tuple[float, float]:
    """Last point in the picture, or where the trajectory left it for good, a little inside."""
    ends = np.array([_ends(view.frame.surface_x), _ends(view.frame.surface_y)])
    last = _last_inside(view, way)
    a = way[last]
    if last + 1 == len(way):
        return float(a[0]), float(a[1])
    ahead = way[last + 1] - a
    room = 0.05 * (ends[:, 1] - ends[:, 0])
    edge = np.where(ahead > 0, ends[:, 1] - room, ends[:, 0] + room)
    shares = np.divide(edge - a, ahead, out=np.full(2, np.inf), where=ahead != 0)
    x, y = a + max(float(shares.min()), 0.0) * ahead
    return float(x), float(y)


# --- glyphs ----------------------------------------------------------------------------------------------------------
def _glyphs(view: View) -> Iterator[Mark]:
    """What acts on the present points of the reference: lengths are shares of the picture, on a common scale."""
    span = np.array([np.ptp(view.frame.surface_x), np.ptp(view.frame.surface_y)])
    draw = {"gradient": _slope, "velocity": _velocity, "rate": _rate_cross}
    for kind in view.options.glyphs:
        for i, c in enumerate(view.optimizers):
            at = view.path[i, view.reference, -1]
            if np.isfinite(at).all() and view.frame.diverged_at[i, view.reference] < 0:
                way = at + span * draw[kind](view, i, span)
                yield Line(f"{c.name}.{kind}", way[:, 0], way[:, 1], role_of(c), "", weight=_WEIGHT[kind])


_WEIGHT: dict[str, Weight] = {"gradient": "theory", "velocity": "curve", "rate": "theory"}


def _arrow(direction: Array, length: float) -> Array:
    """An arrow of a length (share of the picture) as one line of five points, in shares of the picture."""
    size = float(np.hypot(*direction))
    if not 0 < size < math.inf:
        return np.zeros((1, 2))
    tip = length * direction / size
    back, side = -HEAD * direction / size, 0.5 * HEAD * np.array([-direction[1], direction[0]]) / size
    return np.array([[0, 0], tip, tip + back + side, tip, tip + back - side])


def _slope(view: View, i: int, span: Array) -> Array:
    """Downhill; long where it is steep: the logarithm of the slope over four decades."""
    downhill = -view.frame.gradient[i]
    steep = float(np.hypot(*downhill))
    return _arrow(downhill / span, 0.02 + 0.02 * float(np.clip(np.log10(steep + 1e-300) + 2, 0, 4)))


def _velocity(view: View, i: int, span: Array) -> Array:
    """The last step; five times its true length, within bounds."""
    last = np.diff(view.path[i, view.reference, -2:], axis=0).sum(0) / span
    return _arrow(last, float(np.clip(5 * np.hypot(*last), 0.02, 0.2)))


def _rate_cross(view: View, i: int, _span: Array) -> Array:
    """Arms along x and y, longer by a hundredth of the picture for each factor of ten."""
    rates = view.frame.effective_lr[i, -1]
    a, b = (0.01 * float(np.clip(np.log10(r) + 6, 0.5, 8)) if 0 < r < math.inf else 0.0 for r in rates)
    return np.array([[-a, 0], [a, 0], [np.nan, np.nan], [0, -b], [0, b]])


# --- basins ----------------------------------------------------------------------------------------------------------
def _basins(view: View) -> Panel:
    """A small picture per optimizer: every start in the colour of the minimum that it has come to."""
    frame, n = view.frame, len(view.optimizers)
    columns = math.ceil(math.sqrt(1.5 * n)) if n > 1 else 1
    rows = math.ceil(n / columns)
    side = _side_of_tiles(view)
    x0, x1, y0, y1 = *_ends(frame.surface_x), *_ends(frame.surface_y)
    wide, high, gap = x1 - x0, y1 - y0, max(side // 12, 1)
    z = np.full((rows * (side + gap) - gap, columns * (side + gap) - gap), np.nan)
    marks: list[Mark] = []
    cells = _cells(view, side)
    for i, c in enumerate(view.optimizers):
        row, column = divmod(i, columns)
        left, bottom = column * (side + gap), (rows - 1 - row) * (side + gap)
        z[bottom : bottom + side, left : left + side] = _tile(frame.reached[i], cells, side)
        marks += _names(view, c, np.array([left * wide / side, bottom * high / side]), (x0, y1 - 0.07 * high))
    xs = x0 + (np.arange(z.shape[1]) + 0.5) * wide / side
    ys = y0 + (np.arange(z.shape[0]) + 0.5) * high / side
    shade = HeatMap("basins", xs, ys, z, 0, 9, "hues", name=_("minimum"))
    quantity = _("every start in the colour of the minimum (+) that it has come to; none yet, or no start: paper")
    ticks = None if n == 1 else ()
    x_axis, y_axis = Axis("x" if n == 1 else "", limits=_edges(xs), ticks=ticks), Axis(limits=_edges(ys), ticks=ticks)
    return _panel(view, quantity, (shade, *marks), x_axis, y_axis, ("start",) if n == 1 else ())


def _side_of_tiles(view: View) -> int:
    """Cells along a side: so many that (nearly) each holds a start."""
    per_cell = 1 if view.hp.starts == "grid" else 6
    return int(np.clip(math.sqrt(view.n_starts / per_cell) / view.hp.spread, 4, 100))


def _edges(centres: Array) -> tuple[float, float]:
    half = (centres[1] - centres[0]) / 2
    return float(centres[0] - half), float(centres[-1] + half)


def _names(view: View, c: Choice, shift: Array, corner: tuple[float, float]) -> Iterator[Mark]:
    minima = view.frame.minima + shift
    yield Points(f"{c.name}.minima", minima[:, 0], minima[:, 1], INK, "", 9 if len(minima) < 10 else 4, symbol="plus")
    if len(view.optimizers) > 1:
        yield Label(f"{c.name}.name", corner[0] + shift[0], corner[1] + shift[1], c.label, role_of(c))


def _tile(reached: NDArray[np.int64], cells: NDArray[np.int64], side: int) -> Array:
    """Which minimum the starts of each cell come to (of several the last), (side, side); nan: none, or no start."""
    z = np.full(side * side, np.nan)
    z[cells] = np.where(reached >= 0, reached % 10, np.nan)
    return z.reshape(side, side)


def _cells(view: View, side: int) -> NDArray[np.int64]:
    """In which cell each start is, row by row from below, (n_starts,); all optimizers begin there."""
    x, y = view.path[0, :, 0].T
    column, row = _along(x, view.frame.surface_x, side), _along(y, view.frame.surface_y, side)
    return row * side + column


def _along(values: Array, axis: Array, side: int) -> NDArray[np.int64]:
    low, high = _ends(axis)
    return np.clip((values - low) / (high - low) * side, 0, side - 1).astype(np.int64)

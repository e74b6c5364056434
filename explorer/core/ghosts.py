"""Pinned runs behind the live one: their curves, faint, in every panel whose axes fit.

A ghost is made of a figure once, with marks of its own; putting it behind each new figure then costs little more than
a few comparisons. Its marks are those of the pinned figure with "pin1:" before the key.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.core.figure import (
    Axis,
    Bars,
    Contours,
    Figure,
    HeatMap,
    KeyEntry,
    Line,
    Mark,
    Panel,
    Points,
    Ridge,
    Values,
)
from explorer.core.i18n import _
from explorer.core.roles import INK


@dataclass(frozen=True, eq=False)
class Ghost:
    """A pinned figure; `marks` are those of each of its panels that are drawn behind others, by their old keys."""

    number: int
    panels: Mapping[str, Panel]
    marks: Mapping[str, Mapping[str, Mark]]


def ghost_of(figure: Figure, number: int) -> Ghost:
    """Turn a figure into one that stands behind others; `number` tells it from other ghosts."""
    panels = {panel.key: panel for panel in figure.panels}
    return Ghost(number, panels, {key: dict(_ghosts(panel, number)) for key, panel in panels.items()})


def with_ghosts(figure: Figure, ghosts: Sequence[tuple[Ghost, str]]) -> Figure:
    """Put ghosts, each with its name, behind a figure; axes then hold both, and the key says who they are."""
    panels = list(figure.panels)
    seen: list[tuple[Ghost, str]] = []
    for ghost, name in ghosts:
        drawn = [_behind(panel, ghost) for panel in panels]
        if any(new is not old for new, old in zip(drawn, panels, strict=True)):
            panels, seen = drawn, [*seen, (ghost, name)]
    if not seen:
        return figure
    entries = [KeyEntry(_entry(ghost, name, len(ghosts) == 1), INK, "pinned") for ghost, name in seen]
    return dataclasses.replace(figure, panels=tuple(panels), key=(*figure.key, *entries))


def _entry(ghost: Ghost, name: str, alone: bool) -> str:
    return _("pinned: {name}").format(name=name) if alone else _("pin {n}: {name}").format(n=ghost.number, name=name)


# --- making a ghost ---------------------------------------------------------------------------------------------------
def _ghosts(panel: Panel, number: int) -> Iterator[tuple[str, Mark]]:
    curves = [mark for mark in panel.marks if isinstance(mark, Line)]
    for mark in panel.marks:
        if ghost := _ghost(mark, f"pin{number}:{mark.key}", str(number), curves):
            yield mark.key, ghost


def _ghost(mark: Mark, key: str, name: str, curves: Sequence[Line]) -> Mark | None:
    """Return a mark as it stands behind others; None for what is no curve or distribution."""
    if isinstance(mark, Line) and mark.weight in ("curve", "trajectory"):
        return Line(key, mark.x, mark.y, mark.role, name if mark.name else "", "pinned", mark.thin)
    if isinstance(mark, Points) and not _is_only_a_sign(mark, curves):
        return dataclasses.replace(mark, key=key, name="", pinned=True)
    if isinstance(mark, Ridge):
        return Line(key, mark.x, mark.y, mark.role, weight="pinned")
    if isinstance(mark, Bars):
        count = np.pad(mark.count.astype(float), 1)
        return Line(key, np.repeat(mark.edges.astype(float), 2), np.repeat(count, 2)[1:-1], mark.role, weight="pinned")
    return None


def _is_only_a_sign(points: Points, curves: Sequence[Line]) -> bool:
    """Whether the points mark a curve, which is a ghost itself, or a place that is no value of a series."""
    if points.role == INK:
        return points.symbol in ("disc", "plus")
    return any(c.weight == "curve" and _equal(points.x, c.x) and _equal(points.y, c.y) for c in curves)


# --- standing behind a panel ------------------------------------------------------------------------------------------
def _behind(panel: Panel, ghost: Ghost) -> Panel:
    """Return the panel with the ghost's marks, or as it is where there are none, or they would mean something else."""
    pinned = ghost.panels.get(panel.key)
    if pinned is None or not ghost.marks[panel.key] or not _fit(panel, pinned):
        return panel
    live = {mark.key: mark for mark in panel.marks}
    marks = [mark for key, mark in ghost.marks[panel.key].items() if not _hides(live.get(key), mark)]
    if not marks:
        return panel
    x, y = _holding(panel.x, pinned.x), _holding(panel.y, pinned.y)
    return dataclasses.replace(panel, x=x, y=y, marks=(*marks, *panel.marks))


def _fit(panel: Panel, pinned: Panel) -> bool:
    """Whether both show the same plane: the same axes, and the same map where there is one below."""
    grounds = [[m for m in p.marks if isinstance(m, HeatMap | Contours)] for p in (panel, pinned)]
    return (
        _same_axis(panel.x, pinned.x)
        and _same_axis(panel.y, pinned.y)
        and len(grounds[0]) == len(grounds[1])
        and all(_same_ground(a, b) for a, b in zip(*grounds, strict=True))
    )


def _same_axis(a: Axis, b: Axis) -> bool:
    """What stands after a comma in a label may differ: "layer, 4: read-out"."""
    return (
        (a.unit, a.log, a.integer) == (b.unit, b.log, b.integer)
        and a.label.partition(",")[0] == b.label.partition(",")[0]
        and (a.ticks is None) == (b.ticks is None)
        and _no_conflict(dict(a.ticks or ()), dict(b.ticks or ()))
    )


def _no_conflict(a: Mapping[float, str], b: Mapping[float, str]) -> bool:
    return all(b.get(at, text) == text for at, text in a.items())


def _same_ground(a: Mark, b: Mark) -> bool:
    assert isinstance(a, HeatMap | Contours)
    assert isinstance(b, HeatMap | Contours)
    return type(a) is type(b) and _equal(a.x, b.x) and _equal(a.y, b.y) and _equal(a.z, b.z)


def _hides(live: Any, ghost: Mark) -> bool:
    """Whether a live mark lies exactly on the ghost."""
    if not isinstance(ghost, Line | Points) or not isinstance(live, Line | Points | Ridge):
        return False
    return _equal(live.x, ghost.x) and _equal(live.y, ghost.y)


def _holding(axis: Axis, pinned: Axis) -> Axis:
    """Return the axis with limits and ticks of both."""
    if axis == pinned:
        return axis
    limits = axis.limits
    if limits and pinned.limits:
        limits = min(limits[0], pinned.limits[0]), max(limits[1], pinned.limits[1])
    ticks = tuple(sorted({*axis.ticks, *pinned.ticks})) if axis.ticks and pinned.ticks else axis.ticks
    return dataclasses.replace(axis, limits=limits, ticks=ticks)


def _equal(a: Values, b: Values) -> bool:
    """Bit by bit: this runs for every pinned curve at every frame."""
    return a is b or (a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes())

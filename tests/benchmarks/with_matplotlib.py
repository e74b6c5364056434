"""The same figure by matplotlib: panels, curves, points, maps, contours, texts, one key; what exports are beside.

`with_matplotlib.py NAME FILE SIZE` computes the default run by our own compute and draws it, in a fresh interpreter:
what somebody's own script would do. Panels are put where ours are: matplotlib's own layouts draw everything twice.
"""

import io
import sys
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("agg")
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure as Canvas
from PyQt6.QtCore import QRectF

from explorer.core.figure import (
    Band,
    Bars,
    Chain,
    Contours,
    Cross,
    Figure,
    HeatMap,
    Label,
    Line,
    Panel,
    Points,
    Region,
    Ridge,
    Rule,
    Table,
)
from explorer.draw.figure_canvas import cell_rect
from explorer.draw.palette import LIGHT, mix, ramp
from explorer.draw.style import WIDTHS

INCHES = 13 + 1 / 3, 7.5
POINTS = 0.75 * 1.2
DASHES = {"solid": "-", "dash": "--", "dot": ":"}
SYMBOLS = {"disc": "o", "ring": "o", "circle": "o", "plus": "+"}


def contents(figure: Figure, kind: str, size: tuple[int, int]) -> bytes:
    """Contents of a PNG, SVG or PDF."""
    file = io.BytesIO()
    drawn(figure).savefig(file, format=kind, dpi=size[0] / INCHES[0])
    return file.getvalue()


def drawn(figure: Figure) -> Canvas:
    matplotlib.rcParams.update({"font.size": 11 * POINTS, "axes.spines.top": False, "axes.spines.right": False})
    canvas = Canvas(INCHES)
    canvas.text(0.03, 0.95, figure.headline, weight="bold", size=18 * POINTS)
    for panel in figure.panels:
        draw_panel(canvas.add_axes(_place(panel, figure.row_heights)), panel)
    handles = [
        matplotlib.lines.Line2D([], [], color=LIGHT.colour(entry.role), ls=DASHES[entry.role.dash], label=entry.name)
        for entry in figure.key
    ]
    if handles:
        canvas.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.02, 0.94), ncols=len(handles), frameon=False)
    canvas.text(0.03, 0.02, figure.settings, color=LIGHT.muted)
    return canvas


def _place(panel: Panel, row_heights: tuple[float, ...]) -> tuple[float, float, float, float]:
    """Left, bottom, width and height of the plot, as shares of the whole."""
    cell = cell_rect(panel.cell, row_heights, QRectF(36, 100, 1208, 580), 28, 18)
    left, top, width, height = cell.left() + 38, cell.top() + 36, cell.width() - 60, cell.height() - 72
    return left / 1280, 1 - (top + max(height, 5)) / 720, max(width, 5) / 1280, max(height, 5) / 720


def draw_panel(axes: Any, panel: Panel) -> None:
    axes.set_title(f"{panel.title}\n{panel.quantity}", loc="left", size=11 * POINTS)
    axes.set_xlabel(panel.x.label, loc="right")
    for mark in panel.marks:
        DRAW[type(mark)](axes, mark)
    for axis, which in ((panel.x, "x"), (panel.y, "y")):
        if axis.log:
            getattr(axes, f"set_{which}scale")("log")
        if axis.limits and axis.limits[0] < axis.limits[1]:
            getattr(axes, f"set_{which}lim")(axis.limits)
        if axis.ticks is not None:
            getattr(axes, f"set_{which}ticks")(*zip(*axis.ticks, strict=True) if axis.ticks else [[]])
    if panel.grid != "none":
        axes.grid(axis=panel.grid, color=LIGHT.grid)


def _line(axes: Any, mark: Line) -> None:
    share = {"raw": LIGHT.raw_share, "pinned": 0.5}.get(mark.weight, 1.0)
    colour = mix(LIGHT.paper, LIGHT.colour(mark.role), share)
    axes.plot(mark.x, mark.y, color=colour, lw=WIDTHS[mark.weight] * POINTS, ls=DASHES[mark.role.dash])
    if mark.name and len(mark.x):
        axes.annotate(mark.name, (mark.x[-1], mark.y[-1]), color=LIGHT.text_colour(mark.role), annotation_clip=True)


def _points(axes: Any, mark: Points) -> None:
    colour = LIGHT.colour(mark.role)
    face = {"ring": LIGHT.paper, "circle": "none"}.get(mark.symbol, colour)
    axes.plot(mark.x, mark.y, SYMBOLS[mark.symbol], color=colour, mfc=face, ms=mark.size * POINTS)


def _band(axes: Any, mark: Band) -> None:
    axes.fill_between(mark.x, mark.low, mark.high, color=mix(LIGHT.paper, LIGHT.colour(mark.role), 0.18))


def _region(axes: Any, mark: Region) -> None:
    for x0, x1, y0, y1 in zip(mark.x0, mark.x1, mark.y0, mark.y1, strict=True):
        axes.fill_between([x0, x1], y0, y1, color=LIGHT.colour(mark.role))


def _rule(axes: Any, mark: Rule) -> None:
    draw, at = (axes.axvline, mark.x) if mark.x is not None else (axes.axhline, mark.y)
    draw(at, color=LIGHT.axis, lw=1)
    axes.annotate(mark.text, (mark.x or 0, mark.y or 0), annotation_clip=True)


def _text(axes: Any, mark: Label | Cross) -> None:
    axes.annotate(mark.text, (mark.x, mark.y), color=LIGHT.text_colour(mark.role), annotation_clip=True)


def _bars(axes: Any, mark: Bars) -> None:
    axes.stairs(mark.count, mark.edges, fill=True, color=mix(LIGHT.paper, LIGHT.colour(mark.role), 0.5))


def _ridge(axes: Any, mark: Ridge) -> None:
    axes.fill_between(mark.x, mark.base, mark.y, color=mix(LIGHT.paper, LIGHT.colour(mark.role), 0.28))
    axes.plot(mark.x, mark.y, color=LIGHT.colour(mark.role), lw=1.25 * POINTS)


def _map(axes: Any, mark: HeatMap) -> None:
    norm = (LogNorm if mark.log else Normalize)(mark.low, mark.high, clip=True)
    axes.pcolormesh(mark.x, mark.y, mark.z, norm=norm, cmap=_colours(mark.colours), rasterized=True, shading="nearest")


def _colours(name: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list(name, ramp(LIGHT.maps[name])[::16] / 255)


def _contours(axes: Any, mark: Contours) -> None:
    axes.contour(mark.x, mark.y, mark.z, np.unique(mark.levels), colors="#2B324038", linewidths=1)


def _chain(axes: Any, mark: Chain) -> None:
    norm = (LogNorm if mark.log else Normalize)(mark.low, mark.high, clip=True)
    shown = _colours(mark.colours)(norm(np.asarray(mark.values, float)))
    axes.barh([mark.row] * len(mark.values), 0.7, left=np.arange(len(mark.values)), color=shown, ec=LIGHT.border)
    axes.set_axis_off()


def _table(axes: Any, mark: Table) -> None:
    axes.set_axis_off()
    axes.table([(row.name, *row.cells) for row in mark.rows], colLabels=mark.columns, edges="horizontal", loc="center")


DRAW = {
    Line: _line,
    Points: _points,
    Band: _band,
    Region: _region,
    Rule: _rule,
    Label: _text,
    Cross: _text,
    Bars: _bars,
    Ridge: _ridge,
    HeatMap: _map,
    Contours: _contours,
    Chain: _chain,
    Table: _table,
}

if __name__ == "__main__":
    from pathlib import Path

    from explorer.registry import EXPERIMENTS

    spec = EXPERIMENTS[sys.argv[1]]
    run = spec.run(spec.hyperparams())
    for _step in range(spec.default_steps):
        run.step()
    figure = spec.figure(run.frame(), spec.view_options())
    width, height = map(int, sys.argv[3].split("x"))
    Path(sys.argv[2]).write_bytes(contents(figure, "png", (width, height)))

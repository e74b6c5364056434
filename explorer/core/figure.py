"""What is drawn of a frame, as plain data: a headline, one key, panels with axes and marks.

The screen, every export and the command line draw the same Figure. Coordinates are data coordinates, also on log
axes (the drawing takes the logarithm); nan makes a gap. Marks carry a `key`, unique in their panel: a drawing updates
the item of that key. All arrays are one-dimensional unless said otherwise.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.core.roles import INK, Role

Values = NDArray[np.floating] | NDArray[np.integer]
Weight = Literal["curve", "theory", "raw", "pinned", "trajectory"]
Symbol = Literal["disc", "ring", "circle", "plus"]
Colours = Literal["surface", "sequential", "diverging", "hues"]


@dataclass(frozen=True, eq=False)
class Line:
    """A curve; `name` is written at its right end where there is room, and in the read-out under the cursor."""

    key: str
    x: Values
    y: Values
    role: Role
    name: str = ""
    weight: Weight = "curve"
    thin: bool = False
    """Long time series: draw at most one point per 1.5 px (mean of each bin). Never for trajectories."""


@dataclass(frozen=True, eq=False)
class Band:
    """The area between two curves."""

    key: str
    x: Values
    low: Values
    high: Values
    role: Role
    name: str = ""


@dataclass(frozen=True, eq=False)
class Points:
    """Discs, rings (filled with paper), circles (hollow, around what is chosen) or pluses.

    `size` is the diameter in px at scale 1.
    """

    key: str
    x: Values
    y: Values
    role: Role
    name: str = ""
    size: float = 5.5
    symbol: Symbol = "disc"
    pinned: bool = False
    """Of a pinned run: faint, behind the others."""


@dataclass(frozen=True, eq=False)
class Region:
    """Filled rectangles: x from `x0` to `x1`, y from `y0` to `y1`."""

    key: str
    x0: Values
    x1: Values
    y0: Values
    y1: Values
    role: Role
    name: str = ""


@dataclass(frozen=True, eq=False)
class Rule:
    """A straight line across the whole panel at one x or one y, with a text beside it."""

    key: str
    x: float | None = None
    y: float | None = None
    text: str = ""


@dataclass(frozen=True, eq=False)
class Label:
    """A text at a point; `side` says where the text stands as seen from the point."""

    key: str
    x: float
    y: float
    text: str
    role: Role = INK
    side: Literal["left", "right"] = "right"


@dataclass(frozen=True, eq=False)
class Cross:
    """The place where something overflowed: a cross in its own colour, with words."""

    key: str
    x: float
    y: float
    role: Role
    text: str = ""


@dataclass(frozen=True, eq=False)
class Bars:
    """A histogram: `count` (n,) over `edges` (n + 1,)."""

    key: str
    edges: Values
    count: Values
    role: Role
    name: str = ""


@dataclass(frozen=True, eq=False)
class Ridge:
    """A filled curve standing on the line y = `base`: one layer of a stack of histograms."""

    key: str
    x: Values
    y: Values
    base: float
    role: Role
    name: str = ""


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Coloured cells: `z` (n_y, n_x) at cell centres `x` (n_x,) and `y` (n_y,), evenly spaced on the panel's axes.

    `low` and `high` are the values at the ends of the colour bar, `low_text` and `high_text` what stands there; `log`:
    the colour follows the logarithm of z. nan cells stay paper. "hues": z counts kinds, 0 to 9, each a hue of its own.
    Without texts there is no colour bar.
    """

    key: str
    x: Values
    y: Values
    z: NDArray[np.floating]
    low: float
    high: float
    colours: Colours = "sequential"
    log: bool = False
    low_text: str = ""
    high_text: str = ""
    name: str = ""


@dataclass(frozen=True, eq=False)
class Contours:
    """Contour lines of `z` (n_y, n_x) at points `x` (n_x,), `y` (n_y,) for these levels."""

    key: str
    x: Values
    y: Values
    z: NDArray[np.floating]
    levels: Values


@dataclass(frozen=True, eq=False)
class Chain:
    """A network as a row of blocks from input to output, each in the colour of its value (n_blocks,).

    Chains fill their panel: instead of axes they have their names at the left, and the panel's x axis numbers the
    blocks, 0 and up. `row` counts from the top. `blocks` names the blocks in the read-out, else their numbers do;
    `skips` says which of them an arc bridges; the `chosen` one is outlined. A click in the panel picks block and row.
    Colours as of a HeatMap.
    """

    key: str
    name: str
    role: Role
    values: Values
    low: float
    high: float
    row: int = 0
    skips: tuple[bool, ...] = ()
    chosen: int | None = None
    blocks: tuple[str, ...] = ()
    colours: Colours = "diverging"
    log: bool = True
    low_text: str = ""
    high_text: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row with the swatch of its role, its name and its other cells."""

    name: str
    role: Role
    cells: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """A table that fills its panel (whose axes are not drawn); `columns` heads the name and the cells."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


Mark = Line | Band | Points | Region | Rule | Label | Cross | Bars | Ridge | HeatMap | Contours | Chain | Table


@dataclass(frozen=True)
class Axis:
    """`limits` None: fitted to the marks. `ticks`: own (value, text) instead of numbers."""

    label: str = ""
    unit: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None
    ticks: tuple[tuple[float, str], ...] | None = None
    integer: bool = False
    """Ticks at whole numbers only: layers, steps."""
    shared: bool = False
    """The panel below has the same axis: the label stands there, unless the panel is arranged anew."""


@dataclass(frozen=True)
class Cell:
    """Place in a grid of twelve columns; rows and columns may be fractions."""

    row: float
    column: float
    row_span: float = 1
    column_span: float = 12


@dataclass(frozen=True)
class Offer:
    """Hyperparams that a panel has found: on the screen a button sets them, and the run begins again."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Panel:
    """One plot. `quantity` is what y shows, written under the title (with its unit), `hint` what can be done with it.

    `key`: name of its choice in the view option `panels`; where that stands for several, "choice.part".
    """

    key: str
    title: str
    quantity: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    cell: Cell = Cell(0, 0)
    grid: Literal["y", "x", "none"] = "y"
    pick: tuple[str, ...] = ()
    """Names of the hyperparams that a click or drag in the panel sets: the first to x, the second to y, as near as the
    field can (`hyperparams.nearest`); one that is a text gets "x,y". None where empty."""
    hint: str = ""
    """Written behind the quantity in the window, where one can do it; not in a file."""
    summary: str = ""
    """One sentence for a screen reader."""
    offer: Offer | None = None


@dataclass(frozen=True)
class KeyEntry:
    """An entry of the figure's one key."""

    name: str
    role: Role
    weight: Weight = "curve"


@dataclass(frozen=True, eq=False)
class Figure:
    """All that is shown of one frame."""

    headline: str
    settings: str
    key: tuple[KeyEntry, ...]
    panels: tuple[Panel, ...]
    row_heights: tuple[float, ...] = (1.0,)
    """Relative heights of the rows of the grid."""
    leading: tuple[str, ...] = ()
    """Keys of the panels that are shown where there is room for few; others follow in their order."""

    def panel(self, key: str) -> Panel:
        return next(p for p in self.panels if p.key == key)


def series(figure: Figure) -> Iterator[tuple[str, Mark]]:
    """All marks with the key of their panel."""
    for panel in figure.panels:
        for mark in panel.marks:
            yield panel.key, mark

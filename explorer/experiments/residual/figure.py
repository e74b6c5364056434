"""What is drawn of deep networks: where the gradient goes, by block and over training, and what becomes of it."""

import dataclasses
from collections.abc import Mapping

from explorer.core.figure import Cell, Figure, KeyEntry
from explorer.core.selection import only
from explorer.experiments.residual.headline import headline, settings
from explorer.experiments.residual.panels_by_block import BY_BLOCK
from explorer.experiments.residual.panels_by_step import BY_STEP
from explorer.experiments.residual.spec import DEFAULT_PANELS, PANELS, Frame, ViewOptions
from explorer.experiments.residual.view import View

STRIP_HEIGHT, MORE_HEIGHT = 0.52, 0.1
"""Of the strip's row with up to three arms, and of each more, beside 1 of the other rows."""
CELLS = {
    "strip": Cell(0, 0, 1, 12),
    "gradient": Cell(1, 0, 1, 4),
    "first_map": Cell(1, 4, 1, 4),
    "second_map": Cell(1, 8, 1, 4),
    "loss": Cell(2, 0, 1, 3),
    "accuracy": Cell(2, 3, 1, 3),
    "signal": Cell(2, 6, 1, 3),
    "removal": Cell(2, 9, 1, 3),
}


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Draw the strip of the networks on top, its blocks in the colours of their gradients."""
    view = View(frame, options)
    panels = tuple((BY_BLOCK | BY_STEP)[p.name](view) for p in PANELS if p.name in options.panels)
    key = tuple(KeyEntry(arm.label, arm.role) for arm in view.arms)
    strip_height = STRIP_HEIGHT + MORE_HEIGHT * max(len(view.arms) - 3, 0)
    whole = Figure(headline(view), settings(frame), key, panels, (strip_height, 1.0, 1.0))
    return _placed(whole, options)


def _placed(whole: Figure, options: ViewOptions) -> Figure:
    """Place the default panels as designed, others in even rows, the strip always over the whole width."""
    if set(options.panels) == set(DEFAULT_PANELS):
        return _with_cells(whole, CELLS, whole.row_heights)
    if "strip" not in options.panels or len(options.panels) == 1:
        return only(whole, options.panels)
    rest = only(whole, [key for key in options.panels if key != "strip"])
    cells = {p.key: Cell(p.cell.row + 1, p.cell.column, 1, p.cell.column_span) for p in rest.panels}
    return _with_cells(whole, {"strip": CELLS["strip"], **cells}, (whole.row_heights[0], *rest.row_heights))


def _with_cells(figure: Figure, cells: Mapping[str, Cell], heights: tuple[float, ...]) -> Figure:
    panels = tuple(dataclasses.replace(p, cell=cells[p.key]) for p in figure.panels)
    return dataclasses.replace(figure, panels=panels, row_heights=heights)

"""The first lines of a file of data, for a preview. No Qt."""

import dataclasses
from itertools import islice
from typing import Any

from explorer.core.figure import Figure
from explorer.core.session import Session, dumps
from explorer.export.data import table_rows

LINES = 26


def sample(suffix: str, figure: Figure, frame: Any, session: Session) -> str:
    """Return how a CSV or JSON begins, without writing all of it."""
    return _table(figure) if suffix == "csv" else _json(frame, session)


def _table(figure: Figure) -> str:
    rows = [("panel", "series", "x", "y", "value"), *islice(table_rows(figure), LINES)]
    cells = [[_short(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells if i < len(row)) for i in range(max(map(len, cells)))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)) for row in cells)


def _json(frame: Any, session: Session) -> str:
    lines = dumps(session).splitlines()[:LINES]
    arrays = (f.name for f in dataclasses.fields(frame) if f.name not in ("hyperparams", "step"))
    return "\n".join([*lines, "  …", f'  "frame": {{{", ".join(arrays)}}}'])


def _short(cell: object) -> str:
    return f"{cell:.5g}" if isinstance(cell, float) else str(cell)[:18]

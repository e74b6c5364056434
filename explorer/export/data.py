"""Frames and figures as data: everything that was measured, nothing thinned."""

import csv
import dataclasses
import io
import itertools
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

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
    Mark,
    Points,
    Region,
    Ridge,
    Rule,
    Table,
    series,
)
from explorer.core.session import Session, to_json
from explorer.export.look import Look

SESSION_COLUMN = "session"
LARGE = 100_000
"""Numbers of an array that are not written at once."""
Row = tuple[object, ...]
"""Series, x, y, and a value where the mark has one; empty where a straight line has no x or no y of its own."""


def json_bytes(_figure: Figure, frame: Any, session: Session, _look: Look) -> bytes:
    """Write the session with all that its frame holds; it opens as a session again."""
    own = [f.name for f in dataclasses.fields(frame) if f.name not in ("hyperparams", "step")]
    parts = [_text(to_json(session))[:-1], b', "frame": {']
    for name in own:
        parts += [b"" if name == own[0] else b", ", _text(name), b": ", *_pieces(getattr(frame, name))]
    return b"".join([*parts, b"}}\n"])


def _text(value: Any) -> bytes:
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False).encode()


def _pieces(value: Any) -> Iterator[bytes]:
    """JSON text of a value, of a large array bit by bit: as lists of numbers it would take ten times its memory."""
    if not isinstance(value, np.ndarray) or value.ndim < 2 or value.size < LARGE:
        yield _text(value)
        return
    for i, part in enumerate(value):
        yield b", " if i else b"["
        yield from _pieces(part)
    yield b"]"


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: nested lists for arrays, "nan", "inf" and "-inf" for what is not finite."""
    if isinstance(value, np.ndarray | np.generic):
        finite = value.dtype.kind not in "fc" or bool(np.isfinite(value).all())
        return value.tolist() if finite else plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def csv_bytes(figure: Figure, _frame: Any, session: Session, _look: Look) -> bytes:
    """Write every mark of the figure as tidy rows: panel, series (the mark's key), x, y, and value where one has it.

    The session stands in a column of its own, in its first row alone: to whoever reads the numbers, rows and other
    columns are what they are without it.
    """
    rows = list(table_rows(figure)) or [()]
    width = max(max(len(row) for row in rows), 4)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*["panel", "series", "x", "y", "value"][:width], SESSION_COLUMN])
    sessions = itertools.chain([json.dumps(to_json(session), ensure_ascii=False)], itertools.repeat(""))
    writer.writerows((*row, *[""] * (width - len(row)), told) for row, told in zip(rows, sessions, strict=False))
    return text.getvalue().encode()


def table_rows(figure: Figure) -> Iterator[Row]:
    """Rows of the table: the panel, then series, x, y, and a value where there is one."""
    return ((panel, *row) for panel, mark in series(figure) for row in _ROWS[type(mark)](mark))


def _curve(mark: Line | Points | Ridge) -> Iterable[Row]:
    return _rows(mark.key, mark.x, mark.y)


def _band(mark: Band) -> Iterator[Row]:
    yield from _rows(f"{mark.key}:low", mark.x, mark.low)
    yield from _rows(f"{mark.key}:high", mark.x, mark.high)


def _region(mark: Region) -> Iterator[Row]:
    """Two opposite corners of every rectangle."""
    yield from _rows(f"{mark.key}:from", mark.x0, mark.y0)
    yield from _rows(f"{mark.key}:to", mark.x1, mark.y1)


def _bars(mark: Bars) -> Iterator[Row]:
    """Both edges of every bar with its count."""
    yield from _rows(f"{mark.key}:from", mark.edges[:-1], mark.count)
    yield from _rows(f"{mark.key}:to", mark.edges[1:], mark.count)


def _cells(mark: HeatMap | Contours) -> Iterator[Row]:
    for y, values in zip(mark.y.tolist(), mark.z.tolist(), strict=True):
        yield from ((mark.key, x, y, z) for x, z in zip(mark.x.tolist(), values, strict=True))


def _chain(mark: Chain) -> Iterator[Row]:
    """Number of the block, row of the chain, value."""
    yield from ((mark.key, i, mark.row, value) for i, value in enumerate(np.asarray(mark.values).tolist()))


def _table(mark: Table) -> Iterator[Row]:
    """The name of the row, the head of the column, the text between them."""
    for row in mark.rows:
        yield from ((mark.key, row.name, *cell) for cell in zip(mark.columns[1:], row.cells, strict=True))


def _rule(mark: Rule) -> Iterator[Row]:
    yield mark.key, "" if mark.x is None else mark.x, "" if mark.y is None else mark.y


def _place(mark: Label | Cross) -> Iterator[Row]:
    yield mark.key, mark.x, mark.y


def _rows(key: str, x: Any, y: Any) -> Iterable[Row]:
    return ((key, *point) for point in zip(x.tolist(), y.tolist(), strict=True))


_ROWS: dict[type[Mark], Callable[[Any], Iterable[Row]]] = {
    Line: _curve,
    Points: _curve,
    Ridge: _curve,
    Band: _band,
    Region: _region,
    Bars: _bars,
    HeatMap: _cells,
    Contours: _cells,
    Chain: _chain,
    Table: _table,
    Rule: _rule,
    Label: _place,
    Cross: _place,
}

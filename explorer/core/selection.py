"""Figures with some of their panels, arranged anew on the grid."""

import dataclasses
from collections.abc import Iterable, Sequence

from explorer.core.figure import Cell, Figure, Panel
from explorer.core.roles import Role


def arrange(figure: Figure, at_most: int = 4) -> Figure:
    """Place the panels, in their order, in balanced rows of `at_most` or fewer (four of four: two by two)."""
    counts = _row_counts(len(figure.panels), at_most)
    cells = [Cell(r, i * 12 / n, 1, 12 / n) for r, n in enumerate(counts) for i in range(n)]
    panels = tuple(
        dataclasses.replace(p, cell=c, x=dataclasses.replace(p.x, shared=False))
        for p, c in zip(figure.panels, cells, strict=True)
    )
    return dataclasses.replace(figure, panels=panels, row_heights=(1.0,) * max(len(counts), 1))


def _row_counts(n: int, at_most: int) -> list[int]:
    if n <= min(3, at_most):
        return [n] if n else []
    rows = 2 if n == 4 == at_most else -(-n // at_most)
    return [n * (r + 1) // rows - n * r // rows for r in range(rows)]


def only(figure: Figure, keys: Sequence[str]) -> Figure:
    """Return the figure with only these panels, arranged anew; its key tells of nothing that others alone had."""
    panels = tuple(p for p in figure.panels if p.key in keys)
    gone = _roles(p for p in figure.panels if p.key not in keys) - _roles(panels)
    key = tuple(entry for entry in figure.key if entry.weight == "pinned" or entry.role not in gone)
    return arrange(dataclasses.replace(figure, panels=panels, key=key))


def _roles(panels: Iterable[Panel]) -> set[Role]:
    return {mark.role for panel in panels for mark in panel.marks if hasattr(mark, "role")}


def fewer(figure: Figure, n: int) -> Figure:
    """Return the figure with its n leading panels, arranged anew; one that has no more stays as it is."""
    if len(figure.panels) <= n:
        return figure
    keys = sorted((panel.key for panel in figure.panels), key=lambda key: key not in figure.leading)
    return only(figure, keys[:n])


def hinting(figure: Figure) -> Figure:
    """Return the figure with the hints of its panels behind their quantities."""
    if not any(panel.hint for panel in figure.panels):
        return figure
    panels = (
        dataclasses.replace(p, quantity=f"{p.quantity}; {p.hint}", hint="") if p.hint else p for p in figure.panels
    )
    return dataclasses.replace(figure, panels=tuple(panels))

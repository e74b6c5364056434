"""Lines of the table that `make bench` prints: one measurement each.

Every script here measures one thing and has a function `lines()`; it prints them where it is run alone, and
`lines.py NAME` prints them as JSON, for bench.py, which gives every script a process of its own.
"""

import importlib
import json
import sys
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """One line of the table; `limit` None: told, not demanded."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def wanted(self) -> str:
        return "" if self.limit is None else f"{'≥' if self.at_least else '≤'} {self.limit:g}{self.unit}"

    @property
    def measured(self) -> str:
        return f"{self.value:.3g}{self.unit}" if self.value < 100 else f"{self.value:,.0f}{self.unit}"


def percentile(values: list[float], share: float) -> float:
    """Nearest-rank percentile."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def gap_line(gaps: list[float], name: str = "gap between turns of the event loop, p99") -> Line:
    detail = f"median {1000 * median(gaps):.1f}, longest {1000 * max(gaps):.0f} ms"
    return Line(name, 1000 * percentile(gaps, 0.99), " ms", 17, detail=detail)


def slider_line(name: str, latencies: list[float], limit: float | None) -> Line:
    detail = f"median {1000 * median(latencies):.0f} ms of {len(latencies)} moves"
    return Line(f"{name}, p95", 1000 * percentile(latencies, 0.95), " ms", limit, detail=detail)


def table(groups: dict[str, list[Line]]) -> str:
    """Plain columns for a terminal, as wide whatever the group."""
    rows = []
    for title, lines in groups.items():
        rows += [f"{title.replace('_', ' ').upper():74}{'measured':>10}   {'wanted':10}"]
        rows += [
            f"  {x.name.replace('`', ''):72}{x.measured:>10}   {x.wanted:10}{'' if x.holds else 'MISSED':8}{x.detail}"
            for x in lines
        ]
    return "\n".join(row.rstrip() for row in rows)


if __name__ == "__main__":
    print(json.dumps([asdict(line) for line in importlib.import_module(sys.argv[1]).lines()]))

"""How a figure looks: a palette, and the scale of type, lines and markers."""

from dataclasses import dataclass

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QPen

from explorer.core.figure import Points, Weight
from explorer.core.roles import Dash, Role
from explorer.draw.fonts import font, metrics
from explorer.draw.palette import Palette, mix

WIDTHS: dict[Weight, float] = {"curve": 2.0, "theory": 1.25, "raw": 1.0, "pinned": 1.25, "trajectory": 2.2}
DASHES: dict[Dash, list[float]] = {"solid": [], "dash": [3.2, 1.8], "dot": [1.1, 1.6]}
DIMMED = 0.22
"""Share of its colour that is left of what is not pointed at."""

PINNED = 0.5
"""Share of its colour that is left of what was pinned."""


def draws_vectors(painter: QPainter) -> bool:
    """Whether what is painted stays lines and letters, as in PDF and SVG: images must then be finer than the units."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() in (QPaintEngine.Type.Pdf, QPaintEngine.Type.User)


@dataclass(frozen=True)
class Style:
    """Palette and scale; all sizes are given in px at scale 1."""

    palette: Palette
    scale: float = 1.0

    def font(self, px: float, weight: int = 400) -> QFont:
        return font(px * self.scale, weight)

    def metrics(self, px: float, weight: int = 400) -> QFontMetricsF:
        return metrics(px * self.scale, weight)

    @property
    def hair(self) -> float:
        """Thickness of grid, axis and ticks: whole pixels."""
        return max(1, round(self.scale))

    def on_paper(self, colour: str, share: float) -> QColor:
        """Return the colour mixed into paper: looks like alpha, but overlaps do not darken."""
        return QColor(mix(self.palette.paper, colour, share))

    def line_colour(self, role: Role, weight: Weight, dimmed: bool = False) -> QColor:
        share = {"raw": self.palette.raw_share, "pinned": PINNED}.get(weight, 1.0)
        return self.on_paper(self.palette.colour(role), share * DIMMED if dimmed else share)

    def point_colour(self, points: Points) -> QColor:
        return self.on_paper(self.palette.colour(points.role), PINNED if points.pinned else 1.0)

    def line_pen(self, role: Role, weight: Weight, dimmed: bool = False, width: float = 0.0) -> QPen:
        """Flat caps and bevel joins: round ones cost twice the time."""
        pen = QPen(self.line_colour(role, weight, dimmed), (width or WIDTHS[weight]) * self.scale)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        if role.dash != "solid":
            pen.setDashPattern(DASHES[role.dash])
        return pen

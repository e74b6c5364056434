"""What a run has come to: the last value of every curve over the steps."""

from dataclasses import dataclass

import numpy as np

from explorer.core.figure import Figure, Line
from explorer.core.i18n import _
from explorer.core.roles import Role


@dataclass(frozen=True)
class Final:
    """The last finite value of a curve."""

    panel: str
    """Title of its panel."""
    name: str
    role: Role
    value: float


def finals(figure: Figure) -> tuple[Final, ...]:
    """Return the final values of the first panel that shows curves over the steps; none where there is none."""
    for panel in figure.panels:
        if panel.x.label == _("step"):
            curves = (mark for mark in panel.marks if isinstance(mark, Line) and mark.weight == "curve" and mark.name)
            if found := tuple(final for curve in curves if (final := _final(panel.title, curve))):
                return found
    return ()


def _final(title: str, curve: Line) -> Final | None:
    finite = curve.y[np.isfinite(curve.y)]
    return Final(title, curve.name, curve.role, float(finite[-1])) if finite.size else None

"""The phase picture: what becomes of weights from N(0, σ²), by σ and depth or learning rate."""

from collections.abc import Iterator

import numpy as np

from explorer.core.catalog import ALL_INITIALIZERS, choice
from explorer.core.figure import Axis, HeatMap, Mark, Panel, Points, Values
from explorer.core.i18n import _
from explorer.core.roles import INK
from explorer.core.wording import number
from explorer.experiments.initializers.spec import Frame

UNIFORM_LOSS = float(np.log(10))
"""Loss of a network that knows nothing of ten classes, in nats."""


def phase_panel(frame: Frame) -> Panel:
    """The map that has been computed so far, with the networks on it."""
    over_depth = frame.hyperparams.phase == "depth"
    x, y = frame.phase_x, frame.phase_sigma
    low, high = (1e-3, 1e3) if over_depth else (0.0, UNIFORM_LOSS)
    cells = HeatMap(
        "phase",
        x,
        y,
        frame.phase.clip(low, high),
        low,
        high,
        "diverging" if over_depth else "sequential",
        log=over_depth,
        low_text="10⁻³" if over_depth else "0",
        high_text="10³" if over_depth else number(UNIFORM_LOSS),
        name=_("std ÷ that of layer 1") if over_depth else _("loss after 50 steps"),
    )
    limits = _cell_edges(y, True)
    return Panel(
        "phase",
        _("Phases: std ÷ layer 1") if over_depth else _("Phases: loss, 50 steps"),
        _("σ of weights"),
        Axis(
            _("depth") if over_depth else _("lr"),
            log=not over_depth,
            limits=_cell_edges(x, not over_depth),
            integer=over_depth,
        ),
        Axis(log=True, limits=limits),
        (cells, *_places(frame, limits)),
        grid="none",
        pick=("depth", "sigma") if over_depth else ("lr", "sigma"),
        summary=_("How weights drawn from N(0, σ²) do, by σ and {x}").format(x=_("depth") if over_depth else _("lr")),
    )


def _places(frame: Frame, limits: tuple[float, float]) -> Iterator[Mark]:
    """Where the networks of this frame are, the rms of their weights taken for σ, and where “normal” would be."""
    hp = frame.hyperparams
    x = np.array([float(hp.depth if hp.phase == "depth" else hp.lr)])
    if "normal" not in hp.initializers and limits[0] < hp.sigma < limits[1]:
        yield Points("sigma", x, np.array([hp.sigma]), INK, _("normal σ"), size=13, symbol="circle")
    for name, sigma in zip(frame.initializers, frame.weight_rms, strict=True):
        network = choice(ALL_INITIALIZERS, name)
        if limits[0] < sigma < limits[1]:
            yield Points(network.name, x, np.array([sigma]), network.role or INK, network.label, size=10)


def _cell_edges(centres: Values, log: bool) -> tuple[float, float]:
    """Outer edges of evenly spaced cells."""
    values = np.log(centres) if log else centres
    half = (values[1] - values[0]) / 2
    low, high = values[0] - half, values[-1] + half
    return (float(np.exp(low)), float(np.exp(high))) if log else (float(low), float(high))

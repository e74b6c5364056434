"""Where each arm can be trained: its accuracy over learning rate and batch size or init scale."""

import numpy as np

from explorer.core.figure import Axis, HeatMap, Label, Mark, Panel, Points
from explorer.core.hyperparams import Choice, number_text
from explorer.core.i18n import _
from explorer.core.roles import INK
from explorer.core.wording import percent
from explorer.experiments.batch_norm.view import View


def trainable(view: View, arm: Choice) -> Panel:
    """Return the map of an arm, or what it takes to have one."""
    key, title = f"map_{arm.name}", _("Trainable, {arm}").format(arm=arm.label)
    if not view.frame.map_lr.size:
        return _absent(key, title, _("turn on Map, at the left under Shown"))
    if arm.name not in view.frame.arms:
        return _absent(key, title, _("not among the arms"))
    return _map(view, key, title, view.frame.arms.index(arm.name))


def _absent(key: str, title: str, why: str) -> Panel:
    axis = Axis(limits=(0.0, 1.0), ticks=())
    return Panel(key, title, "", axis, axis, (Label("why", 0.0, 0.5, why),), grid="none", summary=why)


def _map(view: View, key: str, title: str, i: int) -> Panel:
    frame = view.frame
    hp, z = frame.hyperparams, frame.map_accuracy[i]
    name = _("batch size") if hp.map == "batch_size" else _("init scale")
    chosen = np.array([hp.lr]), np.array([getattr(hp, hp.map)])
    marks: tuple[Mark, ...] = (
        HeatMap(
            "accuracy", frame.map_lr, frame.map_values, z, 0.1, 1.0, low_text="10 %", high_text="100 %", name=title
        ),
        Points("chosen", *chosen, INK, _("now"), 13, symbol="ring"),
    )
    known = z[np.isfinite(z)]
    return Panel(
        key,
        title,
        name,
        Axis(_("learning rate"), log=True, limits=_ends(frame.map_lr)),
        Axis(log=True, limits=_ends(frame.map_values), ticks=tuple((v, number_text(v)) for v in frame.map_values)),
        marks,
        grid="none",
        pick=("lr", hp.map),
        summary=_("{share} of the cells computed, the best at {best}").format(
            share=percent(known.size / z.size), best=percent(float(known.max(initial=0.0)))
        ),
    )


def _ends(centres: np.ndarray) -> tuple[float, float]:
    """Half a cell beyond the first and the last, on a log axis."""
    half = (centres[-1] / centres[0]) ** (0.5 / (len(centres) - 1))
    return float(centres[0] / half), float(centres[-1] * half)

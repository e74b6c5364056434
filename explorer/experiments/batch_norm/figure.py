"""What is drawn: the four steps of batch norm above, what becomes of the arms below."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial

from explorer.core.catalog import ACTIVATIONS, OPTIMIZERS, choice
from explorer.core.figure import Cell, Figure, KeyEntry, Panel
from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
from explorer.core.selection import only
from explorer.experiments.batch_norm import channel, maps, panels
from explorer.experiments.batch_norm.frame import Frame
from explorer.experiments.batch_norm.headline import headline
from explorer.experiments.batch_norm.spec import ARMS, PANELS, ViewOptions
from explorer.experiments.batch_norm.view import View, role_of

_PANELS: dict[str, Callable[[View], Panel]] = {
    "batch": channel.batch,
    "centre": channel.centre,
    "divide": channel.divide,
    "shift": channel.shift,
    "loss": panels.loss,
    "accuracy": panels.accuracy,
    "activations": panels.activations,
    "gradient": panels.gradient,
    "smoothness": panels.smoothness,
    "gradient_change": panels.gradient_change,
    "gamma_beta": panels.gamma_beta,
    "drift": panels.drift,
    "signal": panels.signal,
    "modes": panels.modes,
    **{f"map_{arm.name}": partial(maps.trainable, arm=arm) for arm in ARMS},
}
STEPS_HEIGHT = 0.82
"""Of the row with the four steps, beside 1 for the others."""


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Draw what is chosen of a frame."""
    view = View(frame, options)
    shown = _shown(view)
    drawn = tuple(_PANELS[name](view) for name in shown)
    key = tuple(KeyEntry(arm.label, role_of(arm)) for arm in view.arms)
    if set(channel.ORDER[1:]) & set(options.panels):
        key += (KeyEntry(_("the step before"), channel.SLATE, "theory"),)
    whole = Figure(headline(view), _settings(frame), key, drawn, leading=_leading(shown))
    return _steps_first(whole, shown) if set(shown) >= set(channel.ORDER) else only(whole, shown)


def _shown(view: View) -> list[str]:
    """Chosen panels; maps that are off take no room, unless there is nothing else: one then says how to turn it on.

    Where none of the maps that are on is chosen, those of the arms are shown: nobody turns them on to see nothing.
    """
    chosen = [p.name for p in PANELS if p.name in view.options.panels]
    is_on = view.frame.map_lr.size > 0
    if is_on and not any(name.startswith("map_") for name in chosen):
        chosen += [f"map_{name}" for name in view.frame.arms]
    return [name for name in chosen if is_on or not name.startswith("map_")] or chosen[:1]


def _leading(shown: Sequence[str]) -> tuple[str, ...]:
    """What becomes of the arms, and where they can be trained at all."""
    maps_shown = [name for name in shown if name.startswith("map_")]
    return ("loss", "accuracy", *(maps_shown or ("activations", "gradient")))


def _steps_first(whole: Figure, shown: Sequence[str]) -> Figure:
    """The four steps in a row of their own, the others below: in rows of four, or as evenly as they can be."""
    rest = only(whole, [key for key in shown if key not in channel.ORDER])
    if len(rest.panels) % 4 == 0:
        rest = _in_fours(rest)
    below = (dataclasses.replace(p, cell=dataclasses.replace(p.cell, row=p.cell.row + 1)) for p in rest.panels)
    steps = (dataclasses.replace(p, cell=Cell(0, 3 * i, 1, 3)) for i, p in enumerate(whole.panels[:4]))
    return dataclasses.replace(whole, panels=(*steps, *below), row_heights=(STEPS_HEIGHT, *rest.row_heights))


def _in_fours(whole: Figure) -> Figure:
    placed = (dataclasses.replace(p, cell=Cell(i // 4, 3 * (i % 4), 1, 3)) for i, p in enumerate(whole.panels))
    return dataclasses.replace(whole, panels=tuple(placed), row_heights=(1.0,) * (len(whole.panels) // 4))


def _settings(frame: Frame) -> str:
    hp = frame.hyperparams
    function = choice(ACTIVATIONS, hp.activation).label
    parts = [hp.data, function, _("depth {n}").format(n=hp.depth), _("width {n}").format(n=hp.width)]
    if hp.init_scale != 1:
        parts.append(_("init × {scale}").format(scale=number_text(hp.init_scale)))
    parts.append(f"{choice(OPTIMIZERS, hp.optimizer).label} lr {number_text(hp.lr)}")
    seeds = _("seed {n}").format(n=hp.seed)
    if hp.seeds != "1":
        seeds = _("seeds {first} to {last}").format(first=hp.seed, last=hp.seed + int(hp.seeds) - 1)
    return " · ".join([*parts, _("batch {n}").format(n=hp.batch_size), seeds, _("step {n}").format(n=frame.step)])

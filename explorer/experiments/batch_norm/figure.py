"""What is drawn: the four steps of batch norm above, what becomes of the arms below."""

import dataclasses
from collections.abc import Callable
from functools import partial

from explorer.core.catalog import ACTIVATIONS, OPTIMIZERS, choice
from explorer.core.figure import Cell, Figure, KeyEntry, Panel, only
from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
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
    """Rows of four."""
    view = View(frame, options)
    drawn = tuple(_PANELS[p.name](view) for p in PANELS if p.name in options.panels)
    key = tuple(KeyEntry(arm.label, role_of(arm)) for arm in view.arms)
    if set(channel.ORDER[1:]) & set(options.panels):
        key += (KeyEntry(_("the step before"), channel.SLATE, "theory"),)
    whole = Figure(headline(view), _settings(frame), key, drawn)
    if set(options.panels) >= {p.name for p in PANELS[:4]} and len(drawn) % 4 == 0:
        return _in_fours(whole)
    return only(whole, options.panels)


def _in_fours(whole: Figure) -> Figure:
    """The four steps in a row of their own, the others below."""
    placed = tuple(_placed(panel, i) for i, panel in enumerate(whole.panels))
    rows = len(placed) // 4
    return dataclasses.replace(whole, panels=placed, row_heights=(STEPS_HEIGHT, *[1.0] * (rows - 1)))


def _placed(panel: Panel, i: int) -> Panel:
    return dataclasses.replace(panel, cell=Cell(i // 4, 3 * (i % 4), 1, 3))


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

"""What is drawn of the networks: histograms of every layer at the left, numbers by layer and training at the right."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import INPUTS, OPTIMIZERS, choice
from explorer.core.figure import Axis, Cell, Cross, Figure, KeyEntry, Line, Mark, Panel, Values
from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
from explorer.core.scales import linear_limits, log_limits, rounded_up
from explorer.core.selection import arrange as arranged
from explorer.core.wording import number, percent
from explorer.experiments.initializers.headline import headline
from explorer.experiments.initializers.phase_panel import UNIFORM_LOSS, phase_panel
from explorer.experiments.initializers.ridges import activation_ridges, columns, gradient_ridges
from explorer.experiments.initializers.spec import FUNCTIONS, PANELS, Frame, ViewOptions
from explorer.experiments.initializers.view import View, role_of

ROWS = 12
"""Rows of the grid: halves, thirds and quarters of the height are whole numbers of them."""
RIDGES = {"activations": activation_ridges, "gradients": gradient_ridges}


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Histograms take seven of twelve columns."""
    view = View(frame, options)
    left = [
        [make(frame, options, i, network) for i, network in enumerate(view.networks)]
        for name, make in RIDGES.items()
        if name in options.panels
    ]
    right = [_PANELS[p.name](view) for p in PANELS if p.name in options.panels and p.name in _PANELS]
    key = tuple(KeyEntry(network.label, role_of(network)) for network in view.networks)
    whole = Figure(headline(frame, view.loss), _settings(frame), key, (*chain(*left), *right))
    if not left:
        return arranged(whole)
    rows = [row for panels in left for row in _split(panels, columns(len(panels)))]
    width = 7.0 if right else 12.0
    placed = [*_placed(rows, 0.0, width), *_placed(_split(right, _pairs(len(right))), 7.0, 5.0)]
    return dataclasses.replace(whole, panels=tuple(placed), row_heights=(1.0,) * ROWS)


def _split(panels: Sequence[Panel], counts: Sequence[int]) -> list[Sequence[Panel]]:
    ends = np.cumsum(counts)
    return [panels[end - n : end] for n, end in zip(counts, ends, strict=True)]


def _pairs(n: int) -> Sequence[int]:
    """How many panels stand in each row at the right: two, and one alone at the end of an odd number."""
    if n <= 3:
        return (1,) * n
    return (2,) * (n // 2) + (1,) * (n % 2)


def _placed(rows: Sequence[Sequence[Panel]], left: float, width: float) -> Iterator[Panel]:
    for r, row in enumerate(rows):
        for c, panel in enumerate(row):
            height = ROWS / len(rows)
            cell = Cell(r * height, left + c * width / len(row), height, width / len(row))
            yield dataclasses.replace(panel, cell=cell)


def _settings(frame: Frame) -> str:
    hp = frame.hyperparams
    parts = [choice(FUNCTIONS, hp.activation).label, _("depth {n}").format(n=hp.depth)]
    parts += [_("width {n}").format(n=hp.width), *([_("batch norm")] if hp.batch_norm else [])]
    parts.append(_("{data}, batch {n}").format(data=choice(INPUTS, hp.data).label, n=hp.batch_size))
    if frame.step:
        parts.append(f"{choice(OPTIMIZERS, hp.optimizer).label} lr {number_text(hp.lr)}")
    return " · ".join([*parts, _("seed {n}").format(n=hp.seed)])


def _axis(view: View) -> Axis:
    depth = len(view.layers)
    return Axis(_("layer"), limits=(1 - min(0.05 * depth, 0.8), 1.05 * depth), integer=True)


def _log(values: Values) -> NDArray[np.floating]:
    """For log axes: gaps where there is no logarithm."""
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(values) & (values > 1e-45), values, np.nan)


def _log_axis(*values: Values, fallback: tuple[float, float]) -> Axis:
    return Axis(log=True, limits=log_limits(np.concatenate([v.ravel() for v in values]), fallback, floor=1e-45))


def _each(view: View, values: Values) -> str:
    return ", ".join(f"{n.label} {number(float(v))}" for n, v in zip(view.networks, values, strict=True))


def _beside(quantity: str, view: View) -> str:
    if not view.options.theory:
        return quantity
    text = _("{quantity}; thin: theory at start") if view.frame.step else _("{quantity}: ●, theory: —")
    return text.format(quantity=quantity)


def _signal(view: View) -> Panel:
    std, theory = view.frame.activation_std, view.frame.theory_activation_std
    return Panel(
        "signal",
        _("Signal"),
        _beside(_("std"), view),
        _axis(view),
        _log_axis(std, theory, fallback=(0.1, 10)),
        tuple(view.beside_theory(_log(std), _log(theory))),
        summary=_("Std of the last layer: {values}").format(values=_each(view, std[:, -1])),
    )


def _collapse(view: View) -> Panel:
    cosine = view.frame.cosine
    low = min(-0.05, 1.1 * float(np.nanmin(cosine, initial=0.0)))
    return Panel(
        "collapse",
        _("Rank collapse"),
        _("mean cosine between samples"),
        _axis(view),
        Axis(limits=(low, 1.05)),
        tuple(view.by_layer(cosine)),
        summary=_("Cosine in the last layer: {values}").format(values=_each(view, cosine[:, -1])),
    )


def _mean(view: View) -> Panel:
    mean = view.frame.activation_mean
    return Panel(
        "mean",
        _("Mean"),
        _("mean of activations"),
        _axis(view),
        Axis(limits=linear_limits(mean, (-1, 1), margin=0.06)),
        tuple(view.by_layer(mean)),
        summary=_("Mean of the last layer: {values}").format(values=_each(view, mean[:, -1])),
    )


def _unit_std(view: View) -> Panel:
    std = view.frame.unit_std
    return Panel(
        "unit_std",
        _("Std of a unit"),
        _("over the batch, mean of units"),
        _axis(view),
        _log_axis(std, fallback=(0.1, 10)),
        tuple(view.by_layer(_log(std))),
        summary=_("In the last layer: {values}").format(values=_each(view, std[:, -1])),
    )


def _gradient(view: View) -> Panel:
    std, theory = view.frame.gradient_std, view.frame.theory_gradient_std
    return Panel(
        "gradient",
        _("Gradient"),
        _beside(_("std of ∂L/∂h"), view),
        _axis(view),
        _log_axis(std, theory, fallback=(1e-6, 1e-2)),
        tuple(view.beside_theory(_log(std), _log(theory))),
        summary=_("Gradient of the first layer: {values}").format(values=_each(view, std[:, 0])),
    )


def _share(view: View, key: str, title: str, quantity: str, share: NDArray[np.float64]) -> Panel:
    top = next(t for t in (10, 20, 40, 60, 80, 100) if t >= 100 * np.nanmax(share, initial=0.0) - 1e-9)
    return Panel(
        key,
        title,
        quantity,
        _axis(view),
        Axis(limits=(-0.03 * top, 1.03 * top)),
        tuple(view.by_layer(100 * share)),
        summary=_("Last layer: {values}").format(
            values=", ".join(f"{n.label} {percent(s)}" for n, s in zip(view.networks, share[:, -1], strict=True))
        ),
    )


def _saturated(view: View) -> Panel:
    quantity = _("values with |\u200af′\u200a| below 1 %, %")
    return _share(view, "saturated", _("Saturated"), quantity, view.frame.saturated_fraction)


def _dead(view: View) -> Panel:
    quantity = _("units below it for all samples, %")
    return _share(view, "dead", _("Dead units"), quantity, view.frame.dead_fraction)


def _loss(view: View) -> Panel:
    hp, loss = view.frame.hyperparams, _log(view.loss)
    behind = tuple(_raw(view))
    limits = log_limits(np.concatenate([loss.ravel(), *(line.y for line in behind), [1.0, UNIFORM_LOSS]]), (0.1, 10))
    return Panel(
        "loss",
        _("Training loss"),
        _("cross-entropy, {optimizer} lr {lr}").format(
            optimizer=choice(OPTIMIZERS, hp.optimizer).label, lr=number_text(hp.lr)
        ),
        Axis(_("step"), limits=(0, rounded_up(view.frame.step, 50)), integer=True),
        Axis(log=True, limits=limits),
        (*behind, *_smooth(view, loss), *_crosses(view, loss)),
        summary=_("Loss after {n} steps: {values}").format(
            n=view.frame.step, values=_each(view, loss[:, -1]) if loss.shape[1] else _("none yet")
        ),
    )


def _smooth(view: View, loss: Values) -> Iterator[Mark]:
    for network, name, row in zip(view.networks, view.names, loss, strict=True):
        yield Line(network.name, view.frame.history_step, row, role_of(network), name, thin=True)


def _raw(view: View) -> Iterator[Line]:
    """Every batch behind the average, where few curves leave room for it."""
    if len(view.networks) > 3 or view.options.smoothing == 1:
        return
    for network, row in zip(view.networks, view.frame.train_loss, strict=True):
        steps = view.frame.history_step
        yield Line(f"{network.name}.raw", steps, _log(row), role_of(network), weight="raw", thin=True)


def _crosses(view: View, loss: Values) -> Iterator[Mark]:
    """Where a network diverged, at the height of its last finite value."""
    by_label = {network.label: i for i, network in enumerate(view.networks)}
    for divergence in view.frame.divergences:
        i = by_label[divergence.network]
        finite = loss[i][np.isfinite(loss[i])]
        height = float(finite[-1]) if finite.size else UNIFORM_LOSS
        text = _("{name}, step {n}").format(name=divergence.network, n=divergence.step)
        yield Cross(f"{view.networks[i].name}.overflow", divergence.step, height, role_of(view.networks[i]), text)


def _phase(view: View) -> Panel:
    return phase_panel(view.frame)


_PANELS = {
    "signal": _signal,
    "collapse": _collapse,
    "mean": _mean,
    "unit_std": _unit_std,
    "gradient": _gradient,
    "saturated": _saturated,
    "dead": _dead,
    "loss": _loss,
    "phase": _phase,
}

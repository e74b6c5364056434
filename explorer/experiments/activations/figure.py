"""What is drawn of the activations: the functions above, what becomes of their networks below."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import OPTIMIZERS, choice
from explorer.core.figure import (
    Axis,
    Cell,
    Cross,
    Figure,
    KeyEntry,
    Line,
    Panel,
    Values,
)
from explorer.core.hyperparams import Choice, number_text
from explorer.core.i18n import _
from explorer.core.scales import log_limits, rounded_up, smoothed
from explorer.core.selection import only
from explorer.core.wording import percent
from explorer.experiments.activations.functions import each, function_panels, lines, positive, role_of
from explorer.experiments.activations.headline import headline
from explorer.experiments.activations.spec import FUNCTIONS, PANELS, Frame, ViewOptions


@dataclass(frozen=True)
class _View:
    """A frame and how it is looked at: what several panels need."""

    frame: Frame
    options: ViewOptions

    @cached_property
    def functions(self) -> list[Choice]:
        return [choice(FUNCTIONS, name) for name in self.frame.functions]

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        """Geometric averages: one overflowing batch must not be seen for hundreds of steps."""
        return np.exp(self._smooth(np.log(np.maximum(self.frame.train_loss, 1e-30))))

    @cached_property
    def accuracy(self) -> NDArray[np.float64]:
        return self._smooth(100 * self.frame.train_accuracy)

    def _smooth(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        steps = self.frame.history_step
        stride = float(steps[1] - steps[0]) if len(steps) > 1 else 1.0
        return smoothed(values, self.options.smoothing / stride)

    @cached_property
    def dead(self) -> NDArray[np.float64]:
        """Percentage of units by hidden layer, (n_functions, n_layers)."""
        below: NDArray[np.float64] = np.mean(self.frame.unit_slope < self.options.saturation / 100, axis=-1)
        return 100 * below


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Upper row: the functions. Lower row: the networks."""
    view = _View(frame, options)
    above = function_panels(frame, options.saturation)
    chosen = [p.name for p in PANELS if p.name in options.panels]
    panels = tuple(above[name] if name in above else _PANELS[name](view) for name in chosen)
    key = tuple(KeyEntry(f.label, role_of(f)) for f in view.functions)
    whole = Figure(headline(frame, view.loss), _settings(frame), key, panels, row_heights=(1.0, 1.0))
    return whole if len(panels) == len(PANELS) else only(whole, options.panels)


def _settings(frame: Frame) -> str:
    hp = frame.hyperparams
    parts = [hp.data, _("depth {n}").format(n=hp.depth), _("width {n}").format(n=hp.width)]
    if hp.batch_norm:
        parts.append(_("batch norm"))
    parts.append(f"{choice(OPTIMIZERS, hp.optimizer).label} lr {number_text(hp.lr)}")
    parts += [_("batch {n}").format(n=hp.batch_size), _("seed {n}").format(n=hp.seed)]
    return " · ".join(parts)


def _loss(view: _View) -> Panel:
    log = view.options.log_loss
    loss = positive(view.loss) if log else view.loss
    behind = tuple(_raw(view, positive(view.frame.train_loss) if log else view.frame.train_loss))
    drawn = np.concatenate([loss.ravel(), *(line.y for line in behind)])
    limits = log_limits(drawn, (0.1, 10)) if log else (0.0, rounded_up(np.nanmax(drawn, initial=0.0), 0.1))
    return Panel(
        "loss",
        _("Training loss"),
        _("cross-entropy of the batch") + _smoothing(view),
        _steps(view),
        Axis(log=log, limits=limits),
        (
            *behind,
            *lines(view.functions, view.frame.history_step, loss),
            *_crosses(view, loss, words=len(view.frame.divergences) <= 3),
        ),
        Cell(1, 0, 1, 3),
        summary=_("Loss after {n} steps: {losses}").format(
            n=view.frame.step, losses=each(view.functions, _last(view.loss))
        ),
    )


def _accuracy(view: _View) -> Panel:
    return Panel(
        "accuracy",
        _("Training accuracy"),
        _("share of the batch, %") + _smoothing(view),
        _steps(view),
        Axis(limits=(0, 102)),
        (*lines(view.functions, view.frame.history_step, view.accuracy), *_crosses(view, view.accuracy, words=False)),
        Cell(1, 3, 1, 3),
        summary=_("Accuracy in percent: {shares}").format(shares=each(view.functions, _last(view.accuracy))),
    )


def _gradient(view: _View) -> Panel:
    norms = np.column_stack([view.frame.gradient_norm, view.frame.readout_gradient_norm])
    return Panel(
        "gradient",
        _("Gradient by layer"),
        _("‖\u200a∂L/∂W\u200a‖ at this step"),
        _layers(norms.shape[1], _("layer, {n}: read-out").format(n=norms.shape[1])),
        Axis(log=True, limits=log_limits(norms, (1e-3, 1))),
        tuple(lines(view.functions, np.arange(1, norms.shape[1] + 1), positive(norms), points=True)),
        Cell(1, 6, 1, 3),
        summary=_("Gradient norm of the first layer: {norms}").format(norms=each(view.functions, norms[:, 0])),
    )


def _dead(view: _View) -> Panel:
    dead = view.dead
    top = next(t for t in (10, 20, 40, 60, 80, 100) if t >= dead.max())
    share = number_text(view.options.saturation)
    return Panel(
        "dead",
        _("Saturated or dead"),
        _("units with |\u200af′\u200a| below {share} %, %").format(share=share),
        _layers(dead.shape[1], _("layer")),
        Axis(limits=(-0.03 * top, 1.03 * top)),
        tuple(lines(view.functions, np.arange(1, dead.shape[1] + 1), dead, points=True)),
        Cell(1, 9, 1, 3),
        summary=_("Dead units, mean over layers: {shares}").format(
            shares=", ".join(f"{f.label} {percent(d / 100)}" for f, d in zip(view.functions, dead.mean(1), strict=True))
        ),
    )


_PANELS = {
    "loss": _loss,
    "accuracy": _accuracy,
    "gradient": _gradient,
    "dead": _dead,
}


def _steps(view: _View) -> Axis:
    return Axis(_("step"), limits=(0, rounded_up(view.frame.step, 100)), integer=True)


def _layers(n: int, label: str) -> Axis:
    return Axis(label, limits=(1 - 0.05 * n, n + 0.05 * n), integer=True)


def _smoothing(view: _View) -> str:
    return _(", smoothed") if view.options.smoothing > 1 else ""


def _raw(view: _View, values: Values) -> Iterator[Line]:
    """Every batch behind the average, where few curves leave room for it."""
    if len(view.functions) > 3 or view.options.smoothing == 1:
        return
    for f, row in zip(view.functions, values, strict=True):
        yield Line(f"{f.name}.raw", view.frame.history_step, row, role_of(f), weight="raw", thin=True)


def _crosses(view: _View, rows: Values, words: bool) -> Iterator[Cross]:
    """Where a network diverged, at the height of its last finite value."""
    by_label = {f.label: i for i, f in enumerate(view.functions)}
    for divergence in view.frame.divergences:
        i = by_label[divergence.network]
        finite = rows[i][np.isfinite(rows[i])]
        if finite.size:
            text = _("{name}, step {n}").format(name=divergence.network, n=divergence.step) if words else ""
            f = view.functions[i]
            yield Cross(f"{f.name}.overflow", divergence.step, float(finite[-1]), role_of(f), text)


def _last(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """Last finite value of each row; nan where there is none."""
    return np.array([row[np.isfinite(row)][-1] if np.isfinite(row).any() else np.nan for row in rows])

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
    Mark,
    Panel,
    Points,
    Region,
    Rule,
    Values,
    only,
)
from explorer.core.hyperparams import Choice, number_text
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import linear_limits, log_limits, rounded_up, smoothed
from explorer.core.wording import listed, number, percent
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

    def lines(self, x: Values, rows: Values, points: bool = False) -> Iterator[Mark]:
        """One curve per function; with discs where every x is a layer."""
        for f, row in zip(self.functions, rows, strict=True):
            role = _role(f)
            yield Line(f.name, x, row, role, f.label, thin=not points and len(x) > 401)
            if points:
                yield Points(f"{f.name}.points", x, row, role)


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Upper row: the functions. Lower row: the networks."""
    view = _View(frame, options)
    panels = tuple(_PANELS[p.name](view) for p in PANELS if p.name in options.panels)
    key = tuple(KeyEntry(f.label, _role(f)) for f in view.functions)
    whole = Figure(headline(frame, view.loss), _settings(frame), key, panels, row_heights=(1.0, 1.0))
    return whole if len(panels) == len(PANELS) else only(whole, options.panels)


def _role(f: Choice) -> Role:
    assert f.role is not None
    return f.role


def _settings(frame: Frame) -> str:
    hp = frame.hyperparams
    parts = [hp.data, _("depth {n}").format(n=hp.depth), _("width {n}").format(n=hp.width)]
    if hp.batch_norm:
        parts.append(_("batch norm"))
    parts.append(f"{choice(OPTIMIZERS, hp.optimizer).label} lr {number_text(hp.lr)}")
    parts += [_("batch {n}").format(n=hp.batch_size), _("seed {n}").format(n=hp.seed)]
    return " · ".join(parts)


def _function(view: _View) -> Panel:
    x = view.frame.x
    return Panel(
        "function",
        _("Function"),
        "f(x)",
        Axis("x", limits=_ends(x)),
        Axis(limits=linear_limits(view.frame.value, (-1, 1))),
        tuple(view.lines(x, view.frame.value)),
        Cell(0, 0, 1, 4),
        summary=_("The functions {names}").format(names=listed([f.label for f in view.functions])),
    )


def _derivative(view: _View) -> Panel:
    frame = view.frame
    low, high = linear_limits(frame.gradient, (0, 1))
    lane = 0.05 * (high - low)
    bars = tuple(_saturated(view, low - lane, lane))
    share = number_text(view.options.saturation)
    return Panel(
        "derivative",
        _("Derivative"),
        _("f′(x), by autograd; bars: |\u200af′\u200a| below {share} % of its maximum").format(share=share),
        Axis("x", limits=_ends(frame.x)),
        Axis(limits=(low - lane * (1 + len(frame.functions)), high), ticks=_ticks(low, high)),
        (*view.lines(frame.x, frame.gradient), *bars),
        Cell(0, 4, 1, 4),
        summary=_("Largest slopes: {slopes}").format(slopes=_each(view, np.nan_to_num(np.abs(frame.gradient)).max(1))),
    )


def _saturated(view: _View, top: float, lane: float) -> Iterator[Region]:
    """One lane of bars per function, the first on top."""
    x, half = view.frame.x, (view.frame.x[1] - view.frame.x[0]) / 2
    for i, (f, gradient) in enumerate(zip(view.functions, np.abs(view.frame.gradient), strict=True)):
        below = gradient < view.options.saturation / 100 * gradient[np.isfinite(gradient)].max(initial=0.0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], below, [0]]))).reshape(-1, 2)
        edges = edges[edges[:, 1] - edges[:, 0] >= 4]  # a slope that only changes its sign is not saturated
        low = np.full(len(edges), top - (i + 0.85) * lane)
        start, end = x[edges[:, 0]] - half, x[edges[:, 1] - 1] + half
        yield Region(f"{f.name}.saturated", start.clip(x[0]), end.clip(max=x[-1]), low, low + 0.7 * lane, _role(f))


def _gain(view: _View) -> Panel:
    """Names down the side, in the order of the key."""
    frame, n = view.frame, len(view.functions)
    forward, backward = frame.forward_gain / frame.hyperparams.sigma**2, frame.backward_gain
    low, high = log_limits(np.concatenate([forward, backward, [1.0]]), (0.1, 10), parts=5)
    sigma = number_text(frame.hyperparams.sigma**2)
    marks: list[Mark] = []
    for i, f in enumerate(view.functions):
        y, role = np.array([n - 1 - i]), _role(f)
        a, b = _positive(forward[i : i + 1]), _positive(backward[i : i + 1])
        marks += [
            Line(f"{f.name}.line", np.concatenate([a, b]), np.repeat(y, 2), role, weight="theory"),
            Points(f"{f.name}.backward", b, y, role, _("{name} backward").format(name=f.label), 12, symbol="ring"),
            Points(f"{f.name}.forward", a, y, role, _("{name} forward").format(name=f.label), 7),
        ]
    return Panel(
        "gain",
        _("Gain under N(0, {variance})").format(variance=sigma),
        _("● forward E[f²]\u200a/\u200aσ²   ○ backward E[f′²]"),
        Axis(_("gain per layer"), log=True, limits=(low, high)),
        Axis(limits=(-0.7, n - 0.1), ticks=tuple((n - 1 - i, f.label) for i, f in enumerate(view.functions))),
        (Rule("kept", x=1.0, text=_("1: size is kept")), *marks),
        Cell(0, 8, 1, 4),
        grid="x",
        summary=_("Backward gains: {gains}").format(gains=_each(view, backward)),
    )


def _loss(view: _View) -> Panel:
    log = view.options.log_loss
    loss = _positive(view.loss) if log else view.loss
    limits = log_limits(loss, (0.1, 10)) if log else (0.0, rounded_up(np.nanmax(loss, initial=0.0), 0.1))
    return Panel(
        "loss",
        _("Training loss"),
        _("cross-entropy of the batch") + _smoothing(view),
        _steps(view),
        Axis(log=log, limits=limits),
        (
            *_raw(view, view.frame.train_loss, limits),
            *view.lines(view.frame.history_step, loss),
            *_crosses(view, loss, words=len(view.frame.divergences) <= 3),
        ),
        Cell(1, 0, 1, 3),
        summary=_("Loss after {n} steps: {losses}").format(n=view.frame.step, losses=_each(view, _last(view.loss))),
    )


def _accuracy(view: _View) -> Panel:
    return Panel(
        "accuracy",
        _("Training accuracy"),
        _("share of the batch, %") + _smoothing(view),
        _steps(view),
        Axis(limits=(0, 102)),
        (*view.lines(view.frame.history_step, view.accuracy), *_crosses(view, view.accuracy, words=False)),
        Cell(1, 3, 1, 3),
        summary=_("Accuracy in percent: {shares}").format(shares=_each(view, _last(view.accuracy))),
    )


def _gradient(view: _View) -> Panel:
    norms = np.column_stack([view.frame.gradient_norm, view.frame.readout_gradient_norm])
    return Panel(
        "gradient",
        _("Gradient by layer"),
        _("‖\u200a∂L/∂W\u200a‖ at this step"),
        _layers(norms.shape[1], _("layer, {n}: read-out").format(n=norms.shape[1])),
        Axis(log=True, limits=log_limits(norms, (1e-3, 1))),
        tuple(view.lines(np.arange(1, norms.shape[1] + 1), _positive(norms), points=True)),
        Cell(1, 6, 1, 3),
        summary=_("Gradient norm of the first layer: {norms}").format(norms=_each(view, norms[:, 0])),
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
        tuple(view.lines(np.arange(1, dead.shape[1] + 1), dead, points=True)),
        Cell(1, 9, 1, 3),
        summary=_("Dead units, mean over layers: {shares}").format(
            shares=", ".join(f"{f.label} {percent(d / 100)}" for f, d in zip(view.functions, dead.mean(1), strict=True))
        ),
    )


_PANELS = {
    "function": _function,
    "derivative": _derivative,
    "gain": _gain,
    "loss": _loss,
    "accuracy": _accuracy,
    "gradient": _gradient,
    "dead": _dead,
}


def _ends(x: Values) -> tuple[float, float]:
    return float(x[0]), float(x[-1])


def _positive(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """For log axes: gaps where there is no logarithm."""
    return np.where(np.isfinite(values) & (values > 1e-30), values, np.nan)


def _ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Ticks of f′ itself: the lanes of bars below have none."""
    decade = 10.0 ** np.floor(np.log10((high - low) / 6))
    step = next(k * decade for k in (1, 2, 2.5, 5, 10) if k * decade >= (high - low) / 6)
    values = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    if not 1e-3 <= step < 1e4:
        return tuple((float(v), number(v)) for v in values)
    digits = next(d for d in range(6) if abs(step - round(step, d)) < 1e-9)
    return tuple((float(v), f"{v + 0.0:.{digits}f}".replace("-", "−")) for v in values)


def _steps(view: _View) -> Axis:
    return Axis(_("step"), limits=(0, rounded_up(view.frame.step, 100)), integer=True)


def _layers(n: int, label: str) -> Axis:
    return Axis(label, limits=(1 - 0.05 * n, n + 0.05 * n), integer=True)


def _smoothing(view: _View) -> str:
    return _(", smoothed") if view.options.smoothing > 1 else ""


def _raw(view: _View, values: Values, limits: tuple[float, float]) -> Iterator[Line]:
    """Every batch behind the average, where few curves leave room for it."""
    if len(view.functions) > 3 or view.options.smoothing == 1:
        return
    for f, row in zip(view.functions, values, strict=True):
        yield Line(f"{f.name}.raw", view.frame.history_step, row.clip(*limits), _role(f), weight="raw", thin=True)


def _crosses(view: _View, rows: Values, words: bool) -> Iterator[Cross]:
    """Where a network diverged, at the height of its last finite value."""
    by_label = {f.label: i for i, f in enumerate(view.functions)}
    for divergence in view.frame.divergences:
        i = by_label[divergence.network]
        finite = rows[i][np.isfinite(rows[i])]
        if finite.size:
            text = _("{name}, step {n}").format(name=divergence.network, n=divergence.step) if words else ""
            f = view.functions[i]
            yield Cross(f"{f.name}.overflow", divergence.step, float(finite[-1]), _role(f), text)


def _last(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    """Last finite value of each row; nan where there is none."""
    return np.array([row[np.isfinite(row)][-1] if np.isfinite(row).any() else np.nan for row in rows])


def _each(view: _View, values: Values) -> str:
    return ", ".join(f"{f.label} {number(float(v))}" for f, v in zip(view.functions, values, strict=True))

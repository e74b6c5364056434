"""What is drawn of the functions themselves: upper row of the figure, the same in every frame of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.figure import Axis, Cell, Line, Mark, Panel, Points, Region, Rule, Values
from explorer.core.hyperparams import Choice, number_text
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import linear_limits, log_limits
from explorer.core.wording import listed, number
from explorer.experiments.activations.spec import FUNCTIONS, Frame


@dataclass(frozen=True, eq=False)
class _Functions:
    """What a frame says of the functions alone, and below which share of its maximum a slope is saturated (%)."""

    functions: list[Choice]
    sigma: float
    saturation: float
    x: NDArray[np.float64]
    value: NDArray[np.float64]
    gradient: NDArray[np.float64]
    forward_gain: NDArray[np.float64]
    backward_gain: NDArray[np.float64]


def function_panels(frame: Frame, saturation: float) -> Mapping[str, Panel]:
    """Panels by name. Frames that say the same of the functions get the same objects: nothing is drawn anew."""
    arrays = (frame.x, frame.value, frame.gradient, frame.forward_gain, frame.backward_gain)
    return _panels(frame.functions, frame.hyperparams.sigma, saturation, *(array.tobytes() for array in arrays))


@lru_cache(maxsize=8)
def _panels(names: tuple[str, ...], sigma: float, saturation: float, *arrays: bytes) -> Mapping[str, Panel]:
    x, value, gradient, forward, backward = (np.frombuffer(array) for array in arrays)
    value, gradient = (flat.reshape(len(names), len(x)) for flat in (value, gradient))
    view = _Functions([choice(FUNCTIONS, n) for n in names], sigma, saturation, x, value, gradient, forward, backward)
    return {"function": _function(view), "derivative": _derivative(view), "gain": _gain(view)}


def _function(view: _Functions) -> Panel:
    x = view.x
    return Panel(
        "function",
        _("Function"),
        "f(x)",
        Axis("x", limits=_ends(x)),
        Axis(limits=linear_limits(view.value, (-1, 1))),
        tuple(lines(view.functions, x, view.value)),
        Cell(0, 0, 1, 4),
        summary=_("The functions {names}").format(names=listed([f.label for f in view.functions])),
    )


def _derivative(view: _Functions) -> Panel:
    low, high = linear_limits(view.gradient, (0, 1))
    lane = 0.05 * (high - low)
    bars = tuple(_saturated(view, low - lane, lane))
    share, steepest = number_text(view.saturation), np.nan_to_num(np.abs(view.gradient)).max(1)
    return Panel(
        "derivative",
        _("Derivative"),
        _("f′(x), by autograd; bars: |\u200af′\u200a| below {share} % of its maximum").format(share=share),
        Axis("x", limits=_ends(view.x)),
        Axis(limits=(low - lane * (1 + len(view.functions)), high), ticks=_ticks(low, high)),
        (*lines(view.functions, view.x, view.gradient), *bars),
        Cell(0, 4, 1, 4),
        summary=_("Largest slopes: {slopes}").format(slopes=each(view.functions, steepest)),
    )


def _saturated(view: _Functions, top: float, lane: float) -> Iterator[Region]:
    """One lane of bars per function, the first on top."""
    x, half = view.x, (view.x[1] - view.x[0]) / 2
    for i, (f, gradient) in enumerate(zip(view.functions, np.abs(view.gradient), strict=True)):
        below = gradient < view.saturation / 100 * gradient[np.isfinite(gradient)].max(initial=0.0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], below, [0]]))).reshape(-1, 2)
        edges = edges[edges[:, 1] - edges[:, 0] >= 4]  # a slope that only changes its sign is not saturated
        low = np.full(len(edges), top - (i + 0.85) * lane)
        start, end = x[edges[:, 0]] - half, x[edges[:, 1] - 1] + half
        yield Region(f"{f.name}.saturated", start.clip(x[0]), end.clip(max=x[-1]), low, low + 0.7 * lane, role_of(f))


def _gain(view: _Functions) -> Panel:
    """Names down the side, in the order of the key."""
    n = len(view.functions)
    forward, backward = view.forward_gain / view.sigma**2, view.backward_gain
    low, high = log_limits(np.concatenate([forward, backward, [1.0]]), (0.1, 10), parts=5)
    sigma = number_text(view.sigma**2)
    marks: list[Mark] = []
    for i, f in enumerate(view.functions):
        y, role = np.array([n - 1 - i]), role_of(f)
        a, b = positive(forward[i : i + 1]), positive(backward[i : i + 1])
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
        summary=_("Backward gains: {gains}").format(gains=each(view.functions, backward)),
    )


def _ends(x: Values) -> tuple[float, float]:
    return float(x[0]), float(x[-1])


def _ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Ticks of f′ itself: the lanes of bars below have none."""
    decade = 10.0 ** np.floor(np.log10((high - low) / 6))
    step = next(k * decade for k in (1, 2, 2.5, 5, 10) if k * decade >= (high - low) / 6)
    values = step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)
    if not 1e-3 <= step < 1e4:
        return tuple((float(v), number(v)) for v in values)
    digits = next(d for d in range(6) if abs(step - round(step, d)) < 1e-9)
    return tuple((float(v), f"{v + 0.0:.{digits}f}".replace("-", "−")) for v in values)


def lines(functions: Sequence[Choice], x: Values, rows: Values, points: bool = False) -> Iterator[Mark]:
    """One curve per function; with discs where every x is a layer."""
    for f, row in zip(functions, rows, strict=True):
        role = role_of(f)
        yield Line(f.name, x, row, role, f.label, thin=not points and len(x) > 401)
        if points:
            yield Points(f"{f.name}.points", x, row, role)


def positive(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """For log axes: gaps where there is no logarithm."""
    return np.where(np.isfinite(values) & (values > 1e-30), values, np.nan)


def role_of(f: Choice) -> Role:
    assert f.role is not None
    return f.role


def each(functions: Sequence[Choice], values: Values) -> str:
    """Names with their numbers, for a screen reader."""
    return ", ".join(f"{f.label} {number(float(v))}" for f, v in zip(functions, values, strict=True))

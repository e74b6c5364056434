"""The four steps of batch norm on one unit, as they happen on the current batch."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.figure import Axis, Bars, Label, Line, Mark, Panel, Points
from explorer.core.i18n import _
from explorer.core.roles import INK, Role
from explorer.core.scales import rounded_up
from explorer.core.wording import number
from explorer.experiments.batch_norm.spec import ARMS
from explorer.experiments.batch_norm.view import View, role_of

BINS = 40
REACHES = (1.0, 2.0, 5.0)
"""Ends of an axis, times a power of ten: few of them, so that it rests."""
ORDER = ("batch", "centre", "divide", "shift")
SLATE = Role("slate")
ALIKE = 4.0
"""Axes this close to one another are made the same."""


def batch(view: View) -> Panel:
    """Values as they come in."""
    frame = view.frame
    quantity = _("{n} values x;  μ = {mean}").format(n=len(frame.channel_input), mean=number(frame.channel_mean))
    if np.isfinite(frame.channel_running_mean):
        quantity += _(", running {mean}").format(mean=number(frame.channel_running_mean))
    title = _("1  The batch, layer {layer}, unit {unit}").format(layer=frame.channel_layer, unit=frame.channel_unit)
    return _panel(view, "batch", title, quantity, frame.channel_input)


def centre(view: View) -> Panel:
    """Minus the mean."""
    frame = view.frame
    quantity = _("x − μ;  σ² = {var}").format(var=number(frame.channel_var))
    if np.isfinite(frame.channel_running_var):
        quantity += _(", running {var}").format(var=number(frame.channel_running_var))
    return _panel(view, "centre", _("2  Subtract the mean"), quantity, _steps(view)[1])


def divide(view: View) -> Panel:
    """Over the deviation."""
    return _panel(
        view, "divide", _("3  Divide by the deviation"), "x̂ = (x − μ) / √(σ² + ε)", view.frame.channel_normalized
    )


def shift(view: View) -> Panel:
    """Scaled and shifted."""
    frame = view.frame
    if frame.channel_applied:
        quantity = _("y = γx̂ + β;  γ = {gamma}, β = {beta}").format(gamma=number(frame.gamma), beta=number(frame.beta))
    else:
        arm = choice(ARMS, frame.channel_arm).label
        quantity = _("what batch norm would do; this arm has {arm}").format(arm=arm)
    return _panel(view, "shift", _("4  Scale and shift"), quantity, frame.channel_output)


def _panel(view: View, key: str, title: str, quantity: str, values: NDArray[np.floating]) -> Panel:
    frame, reaches = view.frame, _reaches(view)
    reach = reaches[key in ("divide", "shift")]
    highest = max(_count(x, r)[1].max() for x, r in zip(_steps(view), reaches[:1] * 2 + reaches[1:] * 2, strict=True))
    top = rounded_up(max(1.2 * highest, 0.14 * len(values)), 2.0)
    edges, count = _count(values, reach)
    before = _steps(view)[max(ORDER.index(key) - 1, 0)]
    outline = _outline(*_count(before, reach)) if key != "batch" else ()
    mean, std = float(values.mean()), float(values.std())
    role = role_of(choice(ARMS, frame.channel_arm))
    return Panel(
        key,
        title,
        quantity,
        Axis(limits=(-reach, reach)),
        Axis(limits=(0, top), integer=True),
        (Bars("values", edges, count, role), *outline, *_moments(mean, std, top)),
        summary=_("Mean {mean}, standard deviation {std}").format(mean=number(mean), std=number(std)),
    )


def _count(values: NDArray[np.floating], reach: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Edges of the bins, and how many values each holds."""
    edges = np.linspace(-reach, reach, BINS + 1)
    return edges, np.histogram(values[np.isfinite(values)], edges)[0]


def _outline(edges: NDArray[np.float64], count: NDArray[np.int64]) -> Iterator[Mark]:
    """The step before, so that one sees what this one did."""
    x, y = np.repeat(edges, 2), np.repeat(np.concatenate([[0], count, [0]]), 2)[1:-1]
    yield Line("before", x, y.astype(float), SLATE, weight="theory")


def _moments(mean: float, std: float, top: float) -> Iterator[Mark]:
    """The mean as an upright line, one deviation to both sides of it."""
    if not np.isfinite([mean, std]).all():
        return
    height = 0.9 * top
    ends = np.array([mean - std, mean + std])
    yield Line("mean", np.repeat(mean, 2), np.array([0, top]), INK, weight="theory")
    yield Line("deviation", ends, np.repeat(height, 2), INK, weight="theory")
    yield Points("centre", np.array([mean]), np.array([height]), INK, size=4)
    yield Label("name", float(ends[1]), height, f"σ = {number(std)}")


def _steps(view: View) -> tuple[NDArray[np.floating], ...]:
    """The unit's values after each step."""
    frame = view.frame
    centred = frame.channel_input - frame.channel_mean
    return frame.channel_input, centred, frame.channel_normalized, frame.channel_output


def _reaches(view: View) -> tuple[float, float]:
    """Ends of the axes of the first two steps and of the last two; the same ones if that serves both."""
    frame = view.frame
    before = np.concatenate([frame.channel_input, frame.channel_input - frame.channel_mean])
    after = np.concatenate([frame.channel_normalized, frame.channel_output, [-4.0, 4.0]])
    first, second = _reach(before), _reach(after)
    return (max(first, second),) * 2 if max(first, second) <= ALIKE * min(first, second) else (first, second)


def _reach(values: NDArray[np.floating]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    largest = max(float(finite.max(initial=0)), 1e-6)
    decade = 10.0 ** np.floor(np.log10(largest))
    return float(next(r * decade for r in (*REACHES, 10.0) if r * decade >= largest))

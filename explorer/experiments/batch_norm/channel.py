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

ORDER = ("batch", "centre", "divide", "shift")
SLATE = Role("slate")
SYMBOLS = ("x", "x − μ", "x̂", "y")
"""What the values of each step are, as in the formulas."""
LABELLED = 0.55
"""Share of an axis within which a label fits between its point and the end of the axis."""


def batch(view: View) -> Panel:
    """Values as they come in."""
    frame = view.frame
    quantity = _("{n} values x;  μ = {mean}").format(n=len(frame.channel_input), mean=number(frame.channel_mean))
    if np.isfinite(frame.channel_running_mean):
        quantity += _(", running {mean}").format(mean=number(frame.channel_running_mean))
    title = _("1  The batch, layer {layer}, unit {unit}").format(layer=frame.channel_layer, unit=frame.channel_unit)
    return _panel(view, "batch", title, quantity)


def centre(view: View) -> Panel:
    """Minus the mean."""
    frame = view.frame
    quantity = _("x − μ;  σ² = {var}").format(var=number(frame.channel_var))
    if np.isfinite(frame.channel_running_var):
        quantity += _(", running {var}").format(var=number(frame.channel_running_var))
    return _panel(view, "centre", _("2  Subtract the mean"), quantity)


def divide(view: View) -> Panel:
    """Over the deviation."""
    return _panel(view, "divide", _("3  Divide by the deviation"), "x̂ = (x − μ) / √(σ² + ε)")


def shift(view: View) -> Panel:
    """Scaled and shifted."""
    frame = view.frame
    if frame.channel_applied:
        quantity = _("y = γx̂ + β;  γ = {gamma}, β = {beta}").format(gamma=number(frame.gamma), beta=number(frame.beta))
    else:
        arm = choice(ARMS, frame.channel_arm).label
        quantity = _("what batch norm would do; this arm has {arm}").format(arm=arm)
    return _panel(view, "shift", _("4  Scale and shift"), quantity)


def _panel(view: View, key: str, title: str, quantity: str) -> Panel:
    unit, step = view.unit, ORDER.index(key)
    values, (edges, count) = unit.values[step], unit.counts[step]
    top = rounded_up(max(1.2 * unit.highest, 0.14 * len(values)), 2.0)
    outline = _outline(*unit.before(step)) if step else ()
    mean, std = float(values.mean()), float(values.std())
    role = role_of(choice(ARMS, view.frame.channel_arm))
    return Panel(
        key,
        title,
        quantity,
        Axis(SYMBOLS[step], limits=(-unit.reaches[step], unit.reaches[step])),
        Axis(limits=(0, top), integer=True),
        (Bars("values", edges, count, role), *outline, *_moments(mean, std, top, unit.reaches[step])),
        summary=_("Mean {mean}, standard deviation {std}").format(mean=number(mean), std=number(std)),
    )


def _outline(edges: NDArray[np.float64], count: NDArray[np.int64]) -> Iterator[Mark]:
    """The step before, so that one sees what this one did."""
    x, y = np.repeat(edges, 2), np.repeat(np.concatenate([[0], count, [0]]), 2)[1:-1]
    yield Line("before", x, y.astype(float), SLATE, weight="theory")


def _moments(mean: float, std: float, top: float, reach: float) -> Iterator[Mark]:
    """The mean as an upright line, one deviation to both sides of it."""
    if not np.isfinite([mean, std]).all():
        return
    height = 0.9 * top
    ends = np.array([mean - std, mean + std])
    yield Line("mean", np.repeat(mean, 2), np.array([0, top]), INK, weight="theory")
    yield Line("deviation", ends, np.repeat(height, 2), INK, weight="theory")
    yield Points("centre", np.array([mean]), np.array([height]), INK, size=4)
    yield _name(ends, f"σ = {number(std)}", height, reach)


def _name(ends: NDArray[np.float64], text: str, height: float, reach: float) -> Label:
    """Where there is room for it: right of the bar, left of it, or else on it."""
    low, high = (float(end) for end in ends)
    if high <= LABELLED * reach:
        return Label("name", high, height, text)
    if low >= -LABELLED * reach:
        return Label("name", low, height, text, side="left")
    return Label("name", float(np.clip((low + high) / 2, -reach, 0)), height, text)

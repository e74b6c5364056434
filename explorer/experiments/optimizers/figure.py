"""What is drawn of the optimizers: their ways over the surface, and what became of them step by step."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import (
    Axis,
    Band,
    Cell,
    Cross,
    Figure,
    KeyEntry,
    Line,
    Mark,
    Offer,
    Panel,
    Points,
    Table,
    TableRow,
)
from explorer.core.hyperparams import field_of, get, nearest, number_text
from explorer.core.i18n import _
from explorer.core.scales import below_the_top, log_limits, rounded_up
from explorer.core.selection import only
from explorer.core.wording import number, percent
from explorer.experiments.optimizers.grounds import SURFACES
from explorer.experiments.optimizers.headline import headline
from explorer.experiments.optimizers.map import surface_panel
from explorer.experiments.optimizers.spec import PANELS, PLANES, SCHEDULES, Frame, Hyperparams, ViewOptions
from explorer.experiments.optimizers.view import View, role_of

Array = NDArray[np.float64]
LOSS_ROWS = 1.1
"""Height of the loss; of three rows."""


def figure(frame: Frame, options: ViewOptions) -> Figure:
    """Surface and race on the left, curves over the steps on the right."""
    view = View(frame, options)
    panels = tuple(_PANELS[p.name](view) for p in PANELS if p.name in options.panels)
    key = tuple(KeyEntry(c.label, role_of(c)) for c in view.optimizers)
    whole = Figure(headline(view), _settings(view), key, panels, row_heights=(1.0, 1.0, 1.0))
    return whole if len(panels) == len(PANELS) else only(whole, options.panels)


def _settings(view: View) -> str:
    hp = view.hp
    if view.is_network:
        return _network_settings(view)
    parts = [next(c.label for c in SURFACES if c.name == hp.surface)]
    if hp.surface == "quadratic":
        parts[0] += f" κ {number_text(hp.condition)}"
    if hp.starts == "one":
        parts.append(_("start {point}").format(point=point_text(view.path[0, view.reference, 0])))
    else:
        parts.append(_("{n} starts").format(n=view.n_starts))
    noise = _("gradient noise σ {sigma}") if hp.noise else _("no gradient noise")
    parts.append(noise.format(sigma=number_text(hp.noise)))
    if hp.schedule != "constant":
        parts.append(next(c.label for c in SCHEDULES if c.name == hp.schedule))
    return " · ".join([*parts, _("step {n}").format(n=view.frame.step)])


def _network_settings(view: View) -> str:
    hp = view.hp
    plane = next(c.label for c in PLANES if c.name == hp.plane)
    parts = [hp.data, _("width {n}").format(n=hp.width), _("batch {n}").format(n=hp.batch_size)]
    parts += [_("{name} directions").format(name=plane), _("seed {n}").format(n=hp.seed)]
    return " · ".join([*parts, _("step {n}").format(n=view.frame.step)])


def point_text(point: Array) -> str:
    """Write (2.80, −0.44)."""
    x, y = (f"{v:.3g}" if abs(v) >= 1e3 else f"{v:.2f}" for v in point.round(2) + 0.0)
    return f"({x}, {y})".replace("-", "−")


def _steps(view: View, shared: bool = False) -> Axis:
    return Axis(_("step"), shared=shared, limits=(0, rounded_up(view.frame.step, 100)), integer=True)


def _curves(view: View, rows: Array, limits: tuple[float, float]) -> Iterator[Mark]:
    """A line per optimizer of (n_optimizers, 1 or 3, m + 1); of quartiles the median, the middle half around it."""
    low, middle, high = rows[:, 0], rows[:, rows.shape[1] // 2], rows[:, -1]
    if rows.shape[1] > 1:
        for c, a, b in zip(view.optimizers, low, high, strict=True):
            ends = np.where(np.isfinite(a), np.clip(a, *limits), np.nan), np.clip(b, *limits)
            yield Band(f"{c.name}.half", view.curve_steps, *ends, role_of(c))
    for c, row in zip(view.optimizers, middle, strict=True):
        seen = np.where(np.isfinite(row), np.clip(row, limits[0], None), np.nan)
        yield Line(c.name, view.curve_steps, seen, role_of(c), c.label, thin=True)


def _overflows(view: View, rows: Array, axis: Axis, words: bool) -> Iterator[Cross]:
    """Where a trajectory of the only start ended, at the height of its last finite value or below the upper limit."""
    if view.n_starts > 1:
        return
    assert axis.limits is not None
    gone = 0
    for c, row, step in zip(view.optimizers, rows[:, 0], view.frame.diverged_at[:, 0], strict=True):
        finite = row[np.isfinite(row)]
        if step >= 0 and finite.size:
            text = _("{name}, step {n}").format(name=c.label, n=step) if words else ""
            height = min(float(finite[-1]), below_the_top(axis.limits, axis.log, gone if words else 0))
            gone += 1
            yield Cross(f"{c.name}.overflow", float(step), height, role_of(c), text)


def _limits(view: View, rows: Array, fallback: tuple[float, float], floor: float) -> tuple[float, float]:
    """Log limits of those that did not overflow (of the others up to a thousand times the start)."""
    start = np.nanmax(np.where(np.isfinite(rows[..., 0]), rows[..., 0], np.nan), initial=0.0)
    seen = rows[(rows <= 1e3 * max(start, 1e-300)) & (rows >= floor)]
    return log_limits(seen, fallback, parts=1)


def _loss(view: View) -> Panel:
    curves, log = view.loss_curves, view.options.log_loss and view.excess_is_positive
    rows = np.maximum(curves - view.frame.lowest, 1e-300) if log else curves
    limits = _limits(view, rows, (0.1, 10.0), 1e-12) if log else view.linear_limits
    plain = not log or abs(view.frame.lowest) < 1e-12
    quantity = _("f(x, y)") if plain else _("f(x, y) above its lowest, {lowest}")
    if view.is_network:
        quantity = _("cross-entropy of the batch, smoothed")
    axis = Axis(log=log, limits=limits)
    return Panel(
        "loss",
        _("Loss"),
        quantity.format(lowest=number(view.frame.lowest)) + view.told_of,
        _steps(view, shared=True),
        axis,
        (*_curves(view, rows, limits), *_overflows(view, np.clip(rows, *limits), axis, True)),
        Cell(0, 7, LOSS_ROWS, 5),
        summary=_("Loss after {n} steps: {losses}").format(n=view.frame.step, losses=view.each(view.final_loss)),
    )


def _distance(view: View) -> Panel:
    rows = np.maximum(view.distance_curves, 1e-300)
    limits = _limits(view, rows, (0.1, 10.0), 1e-8)
    title, quantity = _("Distance to the nearest minimum"), _("Euclidean, in units of x and y") + view.told_of
    if view.is_network:
        title, quantity = _("Distance from the first weights"), _("Euclidean, in all dimensions")
        limits = log_limits(rows, (0.1, 10.0), floor=1e-8)
    axis = Axis(log=True, limits=limits)
    return Panel(
        "distance",
        title,
        quantity,
        _steps(view, shared=not len(view.frame.race_lr)),
        axis,
        (*_curves(view, rows, limits), *_overflows(view, np.clip(rows, *limits), axis, False)),
        Cell(LOSS_ROWS, 7, 2 - LOSS_ROWS, 5),
        summary=f"{title}: {view.each(view.distance[:, 0, -1])}",
    )


def _effective(view: View) -> Panel:
    rates = view.frame.effective_lr[..., 0 if view.options.along == "x" else 1]
    rates = np.where(np.isfinite(rates) & (rates > 0) & view.alive, rates, np.nan)
    quantity = _("lr / s along {axis}: what the (averaged) gradient is multiplied by")
    if view.n_starts > 1:
        quantity = _("lr / s along {axis} of one start: what the (averaged) gradient is multiplied by")
    if view.is_network:
        quantity = _("lr / s: what the (averaged) gradient is multiplied by, median of layer 1")
    return Panel(
        "effective",
        _("Effective learning rate"),
        quantity.format(axis=view.options.along),
        _steps(view),
        Axis(log=True, limits=log_limits(rates, (1e-3, 1), parts=1)),
        tuple(_curves(view, rates[:, None], (0, np.inf))),
        Cell(2, 7, 1, 5),
        summary=_("Effective learning rates: {rates}").format(rates=view.each(rates[:, -1])),
    )


def _rates(view: View) -> Panel:
    """Effective learning rates, or what the fair race found of the rates themselves."""
    return _sweep(view) if len(view.frame.race_lr) else _effective(view)


def _sweep(view: View) -> Panel:
    excess = np.maximum(view.race_loss - view.frame.lowest, 1e-300)  # (3, n_optimizers, n_rates)
    first = max(float(view.excess[0, view.reference, 0]), 1e-300)
    limits = log_limits(excess[excess <= 10 * first], (0.1, 10), parts=1, floor=1e-12)
    marks = [mark for i in range(len(view.optimizers)) for mark in _sweep_of(view, i, excess[:, i], limits)]
    found = ", ".join(f"{c.label} {number(r)}" for c, r in zip(view.optimizers, view.best_rates, strict=True))
    return Panel(
        "effective",
        _("Fair race: loss by learning rate"),
        _("after {n} of {all} steps: median of eight starts, best rate ringed").format(
            n=view.frame.race_step, all=view.hp.race_steps
        ),
        Axis(_("learning rate"), log=True, limits=_rate_limits(view)),
        Axis(log=True, limits=limits),
        tuple(marks),
        Cell(2, 7, 1, 5),
        summary=_("Best learning rates: {found}").format(found=found),
        offer=_offer(view),
    )


def _offer(view: View) -> Offer | None:
    """The best rates, when the fair race is over and they are not set yet."""
    whole = view.frame.race_step == view.hp.race_steps
    found = {f"{c.name}.lr": rate for c, rate in zip(view.optimizers, view.best_rates, strict=True)}
    values = {name: nearest(field_of(Hyperparams, name), rate) for name, rate in found.items()}
    news = whole and any(get(view.hp, name) != value for name, value in values.items())
    return Offer(_("Apply best rates"), values) if news else None


def _rate_limits(view: View) -> tuple[float, float]:
    return float(view.frame.race_lr[0]), float(view.frame.race_lr[-1])


def _sweep_of(view: View, i: int, excess: Array, limits: tuple[float, float]) -> Iterator[Mark]:
    c, rates = view.optimizers[i], view.frame.race_lr
    low, middle, high = excess
    seen = np.where(np.isfinite(middle), np.clip(middle, limits[0], None), np.nan)
    yield Band(f"{c.name}.half", rates, np.clip(low, *limits) + 0 * seen, np.clip(high, *limits), role_of(c))
    yield Line(c.name, rates, seen, role_of(c), c.label)
    best = int(middle.argmin())
    if np.isfinite(middle[best]):
        chosen = slice(best, best + 1)
        yield Points(f"{c.name}.best", rates[chosen], seen[chosen], role_of(c), c.label, 9, symbol="ring")


def _race(view: View) -> Panel:
    if view.is_network:
        columns, rows = _race_of_networks(view)
    else:
        columns, rows = _race_of_one(view) if view.n_starts == 1 else _race_of_many(view)
    lines = tuple(TableRow(c.label, role_of(c), row) for c, row in zip(view.optimizers, rows, strict=True))
    return Panel(
        "race",
        _("Race at step {n}").format(n=view.frame.step),
        "",
        Axis(),
        Axis(),
        (Table("race", columns, lines),),
        Cell(3 - view.race_rows, 0, view.race_rows, 7),
        grid="none",
        summary="; ".join(f"{c.label}: {', '.join(r)}" for c, r in zip(view.optimizers, rows, strict=True)),
    )


def _race_of_one(view: View) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    fourth = _("best lr") if len(view.frame.race_lr) else _("ends at")
    columns = (_("optimizer"), _("steps to loss < {t}").format(t=view.level_text), _("loss"), fourth, _("state"))
    hits = view.hits
    cells: list[tuple[str, ...]] = []
    for i, hit in enumerate(hits):
        lost = view.frame.diverged_at[i, 0]
        steps, place = str(hit) if hit >= 0 else "–", point_text(view.path[i, 0, -1]) if lost < 0 else "–"
        loss, state = (number(view.final_loss[i]), view.state(i)) if lost < 0 else ("–", _overflow_text(int(lost)))
        cells.append((steps, loss, number(view.best_rates[i]) if len(view.frame.race_lr) else place, state))
    return columns, cells


def _overflow_text(step: int) -> str:
    return _("overflow, step {n}").format(n=step)


def _race_of_networks(view: View) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """How much of each one's motion the picture shows, beside what it would show of a walk without aim."""
    columns = (_("optimizer"), _("loss"), _("way from start"), _("motion shown here"), _("of a random walk"))
    chance = percent(view.frame.shown_by_chance)
    cells: list[tuple[str, ...]] = []
    for i, lost in enumerate(view.frame.diverged_at[:, 0]):
        if lost >= 0:
            cells.append((_overflow_text(int(lost)), "–", "–", "–"))
        else:
            shown = view.frame.shown[i]
            shares = (percent(float(shown)), chance) if np.isfinite(shown) else ("–", "–")
            cells.append((number(view.final_loss[i]), number(float(view.distance[i, 0, -1])), *shares))
    return columns, cells


def _race_of_many(view: View) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    columns = (_("optimizer"), _("at a minimum"), _("at the lowest"), _("overflow"), _("median loss"))
    there, lowest, lost = view.shares
    cells = [
        (*(percent(float(share[i])) for share in (there, lowest, lost)), number(float(view.final_loss[i])))
        for i in range(len(view.optimizers))
    ]
    return columns, cells


_PANELS = {
    "surface": surface_panel,
    "loss": _loss,
    "distance": _distance,
    "effective": _rates,
    "race": _race,
}

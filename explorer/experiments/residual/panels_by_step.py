"""Panels over the steps of training."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from explorer.core.figure import Axis, HeatMap, Line, Mark, Panel, Rule, Values
from explorer.core.i18n import _
from explorer.core.scales import log_limits, rounded_up
from explorer.experiments.residual.arms import ARMS
from explorer.experiments.residual.panels_by_block import decades, power
from explorer.experiments.residual.spec import is_validated
from explorer.experiments.residual.view import Rows, ShownArm, View, last, log_axis, positive, relative


def mapped(view: View) -> list[ShownArm]:
    """The two arms whose maps are drawn: the first, and the first that differs from it in having skips."""

    def skips(arm: ShownArm) -> bool:
        return ARMS[arm.name].skip != "none"

    first, *rest = sorted(view.arms, key=lambda arm: ARMS[arm.name].shallow)
    return [first, *sorted(rest, key=lambda arm: (ARMS[arm.name].shallow, skips(arm) == skips(first)))[:1]]


def gradient_map(view: View, place: int) -> Panel:
    """‖∂L/∂h‖ over block and step of one of the two arms."""
    arms = mapped(view)
    arm = arms[place] if place < len(arms) else None
    n = int(view.frame.n_blocks[arm.row] if arm else view.frame.n_blocks.max())
    title = _("Gradient over training, {name}").format(name=arm.label) if arm else _("Gradient over training")
    return Panel(
        "second_map" if place else "first_map",
        title,
        _("block") if arm else _("choose a second arm to see it here"),
        view.steps(),
        Axis(limits=(-0.5, n + 0.5), integer=True),
        (_cells(view, arm, n),),
        grid="none",
        summary=_("{title}: block by step, relative to the last block").format(title=title),
    )


def _cells(view: View, arm: ShownArm | None, n: int) -> HeatMap:
    """Until there is a step, and where there is no arm, one column of nothing."""
    steps = view.frame.map_step if arm and len(view.frame.map_step) else np.ones(1, np.int64)
    z = np.full((n + 1, len(steps)), np.nan)
    if arm and len(view.frame.map_step):
        z = relative(view.frame.map_gradient_norm[arm.row, :, : n + 1]).T
    reach = decades(view)
    return HeatMap(
        "map",
        steps,
        np.arange(n + 1),
        z,
        10.0**-reach,
        10.0**reach,
        "diverging",
        log=True,
        low_text=power(-reach),
        high_text=power(reach),
        name=_("relative to the last block"),
    )


def loss(view: View) -> Panel:
    rows = positive(view.loss) if view.options.log_loss else view.loss
    raw = positive(view.frame.train_loss) if view.options.log_loss else view.frame.train_loss
    limits = _loss_limits(view, np.concatenate([rows, raw], axis=1) if view.shows_raw else rows)
    marks = view.by_step(rows, raw)
    quantity = _("cross-entropy of the batch") + view.smoothing
    return _steps_panel(
        view, "loss", _("Training loss"), quantity, rows, Axis(log=view.options.log_loss, limits=limits), marks
    )


def val_loss(view: View) -> Panel:
    steps, rows = validated(view, view.frame.val_loss)
    rows = positive(rows) if view.options.log_loss else rows
    axis = Axis(log=view.options.log_loss, limits=_loss_limits(view, rows))
    marks = view.by_step(rows, steps=steps)
    return _steps_panel(
        view, "val_loss", _("Validation loss"), _("cross-entropy in evaluation mode"), rows, axis, marks
    )


def accuracy(view: View) -> Panel:
    steps, rows = validated(view, 100 * view.frame.val_accuracy)
    marks = view.by_step(rows, steps=steps)
    title, quantity = _("Validation accuracy"), _("in evaluation mode, %")
    return _steps_panel(view, "accuracy", title, quantity, rows, Axis(limits=(0, 102)), marks)


def train_accuracy(view: View) -> Panel:
    rows = view.smooth(100 * view.frame.train_accuracy)
    title, quantity = _("Training accuracy"), _("share of the batch, %") + view.smoothing
    return _steps_panel(view, "train_accuracy", title, quantity, rows, Axis(limits=(0, 102)), view.by_step(rows))


def _steps_panel(view: View, key: str, title: str, quantity: str, rows: Rows, y: Axis, marks: Iterator[Mark]) -> Panel:
    words = key == "loss" and len(view.frame.divergences) <= 3
    return Panel(
        key,
        title,
        quantity,
        view.steps(),
        y,
        (*marks, *view.crosses(rows, _top(y), words)),
        summary=_("After {n} steps: {values}").format(n=view.frame.step, values=view.each(last(rows))),
    )


def validated(view: View, rows: Rows) -> tuple[Values, Rows]:
    """Steps at which the networks were validated, of those in the history, and what was found."""
    steps = view.frame.history_step
    measured = [i for i, step in enumerate(steps.tolist()) if is_validated(step)]
    return steps[measured], rows[:, measured]


def _top(axis: Axis) -> float:
    """Where crosses of what left the panel stand."""
    return 0.85 * axis.limits[1] if axis.limits else np.inf


def _loss_limits(view: View, rows: Rows) -> tuple[float, float]:
    rows = view.tamed(rows)
    if view.options.log_loss:
        return log_limits(rows, (0.1, 10))
    return 0.0, rounded_up(float(np.nanmax(rows, initial=0.0)), 0.1)


def clipping(view: View) -> Panel:
    frame, hp = view.frame, view.frame.hyperparams
    before, after = positive(frame.total_gradient_norm), positive(frame.clipped_gradient_norm)
    quantity = (
        _("norm of the whole gradient; clipping is off")
        if hp.clip == "off"
        else _("thin: before; thick: after; rule: threshold")
    )
    limits = np.append(np.stack([before, after]).ravel(), hp.clip_threshold if hp.clip == "norm" else np.nan)
    return Panel(
        "clipping",
        _("Clipping"),
        quantity,
        view.steps(),
        log_axis(limits, (0.1, 10)),
        tuple(_norms(view, before, after)),
        summary=_("Norm of the gradient: {norms}").format(norms=view.each(last(before))),
    )


def _norms(view: View, before: Rows, after: Rows) -> Iterator[Mark]:
    hp, steps = view.frame.hyperparams, view.frame.map_step
    if hp.clip != "off":
        for arm in view.arms:
            yield Line(f"{arm.name}.before", steps, before[arm.row], arm.role, weight="theory", thin=True)
    yield from view.by_step(after, steps=steps)
    if hp.clip == "norm":
        yield Rule("threshold", y=hp.clip_threshold)


BY_STEP: dict[str, Callable[[View], Panel]] = {
    "first_map": partial(gradient_map, place=0),
    "second_map": partial(gradient_map, place=1),
    "loss": loss,
    "accuracy": accuracy,
    "clipping": clipping,
    "train_accuracy": train_accuracy,
    "val_loss": val_loss,
}

"""Panels over the steps of training."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from explorer.core.figure import Axis, HeatMap, Line, Mark, Panel, Rule
from explorer.core.i18n import _
from explorer.core.scales import log_limits, rounded_up
from explorer.experiments.residual.arms import ARMS
from explorer.experiments.residual.panels_by_block import decades, power
from explorer.experiments.residual.view import Rows, ShownArm, View, last, positive, relative


def gradient_map(view: View, place: int) -> Panel:
    """‖∂L/∂h‖ over block and step of the first or second arm, shallow ones last."""
    arms = sorted(view.arms, key=lambda arm: ARMS[arm.name].shallow)
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
    return _loss(view, "loss", _("Training loss"), _("cross-entropy of the batch") + view.smoothing, view.loss)


def val_loss(view: View) -> Panel:
    return _loss(view, "val_loss", _("Validation loss"), _("cross-entropy in evaluation mode"), view.frame.val_loss)


def _loss(view: View, key: str, title: str, quantity: str, rows: Rows) -> Panel:
    log, raw = view.options.log_loss, view.frame.train_loss if key == "loss" else None
    rows = positive(rows) if log else rows
    limits = log_limits(rows, (0.1, 10)) if log else (0.0, rounded_up(float(np.nanmax(rows, initial=0.0)), 0.1))
    return Panel(
        key,
        title,
        quantity,
        view.steps(),
        Axis(log=log, limits=limits),
        (
            *view.by_step(rows, None if raw is None else raw.clip(*limits)),
            *view.crosses(rows, words=len(view.frame.divergences) <= 3),
        ),
        summary=_("After {n} steps: {losses}").format(n=view.frame.step, losses=view.each(last(rows))),
    )


def accuracy(view: View) -> Panel:
    return _accuracy(
        view, "accuracy", _("Validation accuracy"), _("in evaluation mode, %"), 100 * view.frame.val_accuracy
    )


def train_accuracy(view: View) -> Panel:
    rows = view.smooth(100 * view.frame.train_accuracy)
    quantity = _("share of the batch, %") + view.smoothing
    return _accuracy(view, "train_accuracy", _("Training accuracy"), quantity, rows)


def _accuracy(view: View, key: str, title: str, quantity: str, rows: Rows) -> Panel:
    return Panel(
        key,
        title,
        quantity,
        view.steps(),
        Axis(limits=(0, 102)),
        (*view.by_step(rows), *view.crosses(rows)),
        summary=_("In percent: {shares}").format(shares=view.each(last(rows))),
    )


def clipping(view: View) -> Panel:
    frame, hp = view.frame, view.frame.hyperparams
    before, after = positive(frame.total_gradient_norm), positive(frame.clipped_gradient_norm)
    quantity = _("norm of the whole gradient; clipping is off") if hp.clip == "off" else _("thin: before, thick: after")
    limits = np.append(np.stack([before, after]).ravel(), hp.clip_threshold if hp.clip == "norm" else np.nan)
    return Panel(
        "clipping",
        _("Clipping"),
        quantity,
        view.steps(),
        Axis(log=True, limits=log_limits(limits, (0.1, 10), parts=1)),
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
        yield Rule("threshold", y=hp.clip_threshold, text=_("threshold"))


BY_STEP: dict[str, Callable[[View], Panel]] = {
    "first_map": partial(gradient_map, place=0),
    "second_map": partial(gradient_map, place=1),
    "loss": loss,
    "accuracy": accuracy,
    "clipping": clipping,
    "train_accuracy": train_accuracy,
    "val_loss": val_loss,
}

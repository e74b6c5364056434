"""What becomes of the arms: curves over steps and over layers."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import Axis, Band, Line, Mark, Panel, Values
from explorer.core.i18n import _
from explorer.core.roles import Role
from explorer.core.scales import linear_limits, rounded_up
from explorer.experiments.batch_norm.view import View, averaged, last, positive, role_of


def loss(view: View) -> Panel:
    """Training loss of every batch."""
    frame, log = view.frame, view.options.log_loss
    values = positive(view.loss) if log else view.loss
    raw = positive(frame.train_loss) if log else frame.train_loss
    drawn = np.concatenate([values, raw], axis=1) if _shows_raw(view) else values
    limits = view.limits(drawn, (0.1, 10), parts=2)
    limits = limits if log else (0.0, rounded_up(limits[1], 0.1))
    if view.has_band:
        behind = tuple(_bands(view, frame.history_step, frame.train_loss_low, frame.train_loss_high, smooth=True))
    else:
        behind = tuple(_raw(view, raw))
    return Panel(
        "loss",
        _("Training loss"),
        _("cross-entropy of the batch") + (_(", smoothed") if view.options.smoothing > 1 else ""),
        view.steps(),
        Axis(log=log, limits=limits),
        (*behind, *view.lines(frame.history_step, values), *view.crosses(values.clip(*limits), (limits, log))),
        summary=_("Loss after {n} steps: {losses}").format(n=frame.step, losses=view.each(last(view.loss))),
    )


def _shows_raw(view: View) -> bool:
    """Whether few curves leave room for every batch behind the average."""
    return not view.has_band and len(view.arms) <= 3 and view.options.smoothing > 1


def _raw(view: View, values: NDArray[np.floating]) -> Iterator[Mark]:
    """Every batch behind the average."""
    if not _shows_raw(view):
        return
    for arm, row in zip(view.arms, values, strict=True):
        yield Line(f"{arm.name}.raw", view.frame.history_step, row, role_of(arm), weight="raw", thin=True)


def _bands(
    view: View, x: Values, low: NDArray[np.floating], high: NDArray[np.floating], smooth: bool = False
) -> Iterator[Mark]:
    """From the lowest to the highest seed."""
    if smooth:
        low, high = view.smooth(low), view.smooth(high)
    for arm, a, b in zip(view.arms, low, high, strict=True):
        yield Band(f"{arm.name}.band", x, a, b, role_of(arm), arm.label)


def accuracy(view: View) -> Panel:
    """Validation accuracy in eval mode."""
    frame = view.frame
    x, rows = view.surveyed(100 * frame.val_accuracy_eval)
    low, high = 100 * frame.val_accuracy_eval_low, 100 * frame.val_accuracy_eval_high
    bands = _bands(view, frame.survey_step, low, high) if view.has_band else ()
    return Panel(
        "accuracy",
        _("Validation accuracy"),
        _("in eval mode, %"),
        view.steps(),
        Axis(limits=(0, 102)),
        (*bands, *view.lines(x, rows), *view.crosses(rows)),
        summary=_("Accuracy in percent: {shares}").format(shares=view.each(last(rows))),
    )


def activations(view: View) -> Panel:
    """Mean and deviation of every layer's outputs."""
    frame = view.frame
    x = np.arange(1, frame.activation_std.shape[1] + 1)
    std, mean = frame.activation_std, np.abs(frame.activation_mean)
    limits = view.limits(np.concatenate([std, mean], axis=1), (0.1, 10), parts=2)
    return Panel(
        "activations",
        _("Activations by layer"),
        _("standard deviation; thin: |\u200amean\u200a|"),
        view.layers(),
        Axis(log=True, limits=limits),
        (
            *_thin(view, x, positive(mean), "mean"),
            *view.lines(x, positive(std), points=True),
            *view.beyond(std, limits),
        ),
        summary=_("Standard deviation of the last layer: {stds}").format(stds=view.each(std[:, -1])),
    )


def _thin(view: View, x: Values, rows: NDArray[np.floating], what: str) -> Iterator[Mark]:
    for arm, row in zip(view.arms, rows, strict=True):
        yield Line(f"{arm.name}.{what}", x, row, role_of(arm), weight="theory")


def gradient(view: View) -> Panel:
    """Gradient norm of every layer's weights."""
    norms = view.frame.gradient_norm
    x = np.arange(1, norms.shape[1] + 1)
    limits = view.limits(norms, (0.01, 1), parts=2)
    return Panel(
        "gradient",
        _("Gradient by layer"),
        "‖\u200a∂L/∂W\u200a‖",
        view.layers(),
        Axis(log=True, limits=limits),
        (*view.lines(x, positive(norms), points=True), *view.beyond(norms, limits)),
        summary=_("Gradient norm of the first layer: {norms}").format(norms=view.each(norms[:, 0])),
    )


def smoothness(view: View) -> Panel:
    """Range of the loss along the gradient."""
    frame = view.frame
    x, low, high = frame.survey_step, averaged(frame.loss_along_low), averaged(frame.loss_along_high)
    limits = view.limits(np.concatenate([low, high], axis=1), (0.1, 10))
    edges = (*_thin(view, x, low, "low"), *_thin(view, x, high, "high"))
    return Panel(
        "smoothness",
        _("Smoothness"),
        _("loss after 1/2 to 4 lr along the gradient"),
        view.steps(),
        Axis(log=True, limits=limits),
        (*_bands(view, x, low, high), *edges),
        summary=_("Highest loss along the gradient: {losses}").format(losses=view.each(last(high))),
    )


def gradient_change(view: View) -> Panel:
    """How far the gradient can be trusted."""
    rows = averaged(view.frame.gradient_change)
    return _over_time(
        view,
        "gradient_change",
        _("Gradient change"),
        _("largest ‖\u200ag′ − g\u200a‖ / ‖\u200ag\u200a‖ along it"),
        rows,
    )


def drift(view: View) -> Panel:
    """Internal covariate shift, as the words say."""
    return _over_time(
        view,
        "drift",
        _("Drift of the layers’ inputs"),
        _("per step, in standard deviations"),
        _drift(view),
    )


def _drift(view: View) -> NDArray[np.floating]:
    """Averaged but for the first step, before which nothing has moved."""
    drift = view.frame.drift
    return np.concatenate([np.full_like(drift[:, :1], np.nan), averaged(drift[:, 1:])], axis=1)


def signal(view: View) -> Panel:
    """Deviation of one layer's outputs over time."""
    title = _("Activations over time")
    quantity = _("standard deviation, layer {n}").format(n=view.frame.channel_layer)
    return _over_time(view, "signal", title, quantity, positive(view.frame.signal_std))


def _over_time(view: View, key: str, title: str, quantity: str, rows: NDArray[np.floating]) -> Panel:
    limits = view.limits(rows, (0.1, 1))
    return Panel(
        key,
        title,
        quantity,
        view.steps(),
        Axis(log=True, limits=limits),
        (*view.lines(view.frame.survey_step, rows), *view.crosses(rows.clip(*limits))),
        summary=_("{title}, last: {values}").format(title=title, values=view.each(last(rows))),
    )


def modes(view: View) -> Panel:
    """Loss in train mode and in eval mode."""
    frame = view.frame
    x, trained = view.surveyed(positive(frame.val_loss))
    evaluated = view.surveyed(positive(frame.val_loss_eval))[1]
    limits = view.limits(np.concatenate([trained, evaluated], axis=1), (0.1, 10))
    return Panel(
        "modes",
        _("Train and eval mode"),
        _("validation loss; thin: in train mode"),
        view.steps(),
        Axis(log=True, limits=limits),
        (*_thin(view, x, trained, "train"), *view.lines(x, evaluated), *view.crosses(evaluated.clip(*limits))),
        summary=_("Loss in eval mode: {losses}").format(losses=view.each(last(evaluated))),
    )


def gamma_beta(view: View) -> Panel:
    """γ and β of a layer: of the arm whose unit is shown, or the first that has them."""
    frame, x = view.frame, view.frame.survey_step
    has = [i for i, rows in enumerate(frame.gamma_quantiles) if np.isfinite(rows).any()]
    shown = frame.arms.index(frame.channel_arm)
    i = shown if shown in has else has[0] if has else shown
    arm = view.arms[i]
    marks: list[Mark] = []
    dashed = Role(role_of(arm).hue, "dash")
    for name, rows, role in (("γ", frame.gamma_quantiles[i], role_of(arm)), ("β", frame.beta_quantiles[i], dashed)):
        if np.isfinite(rows).any():
            marks += [Band(f"{name}.band", x, rows[0], rows[2], role), Line(name, x, rows[1], role, name)]
    all_values = np.concatenate([frame.gamma_quantiles[i].ravel(), frame.beta_quantiles[i].ravel(), [-0.5, 1.5]])
    low, high = linear_limits(all_values, (-0.5, 1.5), 0.0)
    return Panel(
        "gamma_beta",
        _("γ and β, {arm}").format(arm=arm.label),
        _("median and 5–95 % of the units of layer {n}").format(n=frame.channel_layer),
        view.steps(),
        Axis(limits=(np.floor(2 * low) / 2, np.ceil(2 * high) / 2)),
        tuple(marks),
        summary=_("γ and β of {arm}").format(arm=arm.label),
    )

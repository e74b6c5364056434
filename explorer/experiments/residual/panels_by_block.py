"""Panels over the blocks of the networks, input to output."""

from collections.abc import Callable, Iterator

import numpy as np

from explorer.core.figure import Axis, Band, Chain, Label, Line, Mark, Panel, Points
from explorer.core.i18n import _
from explorer.core.scales import linear_limits
from explorer.core.wording import percent
from explorer.experiments.residual.arms import ARMS
from explorer.experiments.residual.view import Rows, View, last, log_axis, positive, relative

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
DECADES = (2, 3, 5, 8, 12, 20, 30)
"""How far the colours of gradients reach to both sides."""


def decades(view: View) -> int:
    """Least of those that holds the gradients at initialization."""
    found = relative(view.frame.initial_activation_gradient_norm)
    found = found[np.isfinite(found) & (found > 0)]
    most = np.abs(np.log10(found)).max(initial=0.0)
    return next((d for d in DECADES if d >= most - 0.5), DECADES[-1])


def power(exponent: int) -> str:
    """Write 10⁻⁵, however small the exponent."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def strip(view: View) -> Panel:
    """Draw the networks, each block in the colour of its gradient."""
    frame, reach = view.frame, decades(view)
    values = relative(view.gradients)
    chains = []
    for arm in view.arms:
        n = int(frame.n_blocks[arm.row])
        skips = (False, *[ARMS[arm.name].skip != "none"] * n)
        chosen = view.removed[1] if view.removed and view.removed[0] == arm else None
        chains.append(
            Chain(
                arm.name,
                arm.label,
                arm.role,
                values[arm.row, : n + 1],
                10.0**-reach,
                10.0**reach,
                row=arm.row,
                skips=skips,
                chosen=chosen,
                blocks=(_("stem"), *(_("block {n}").format(n=i) for i in range(1, n + 1))),
                low_text=_("{low} vanishes").format(low=power(-reach)),
                high_text=_("{high} explodes").format(high=power(reach)),
            )
        )
    quantity = _("‖\u200a∂L/∂h\u200a‖ at every block relative to the last one, {moment}")
    return Panel(
        "strip",
        _("Where the gradient goes"),
        quantity.format(moment=view.moment),
        Axis(integer=True),
        Axis(),
        tuple(chains),
        grid="none",
        pick=("removed",),
        hint=_("click a block to remove it"),
        summary=_("Gradient at the stem relative to the last block: {ratios}").format(ratios=view.each(values[:, 0])),
    )


def gradient(view: View) -> Panel:
    norms = positive(view.gradients)
    return Panel(
        "gradient",
        _("Gradient {moment}").format(moment=view.moment),
        _("‖\u200a∂L/∂h\u200a‖ of the block’s output"),
        view.blocks(),
        log_axis(norms, (1e-3, 1)),
        tuple(view.by_block(norms)),
        summary=_("At the stem’s output: {norms}").format(norms=view.each(norms[:, 0])),
    )


def weights(view: View) -> Panel:
    frame = view.frame
    norms = positive(frame.initial_weight_gradient_norm if view.is_initial else frame.weight_gradient_norm)
    return Panel(
        "weights",
        _("Weight gradient {moment}").format(moment=view.moment),
        _("‖\u200a∂L/∂W\u200a‖ of the block’s weights"),
        view.blocks(),
        log_axis(norms, (1e-3, 1)),
        tuple(view.by_block(norms)),
        summary=_("In the stem: {norms}").format(norms=view.each(norms[:, 0])),
    )


def signal(view: View) -> Panel:
    rms = positive(view.frame.initial_forward_rms if view.is_initial else view.frame.forward_rms)
    return Panel(
        "signal",
        _("Signal"),
        _("forward rms {moment}").format(moment=view.moment),
        view.blocks(_("block")),
        log_axis(rms, (0.1, 10), parts=3),
        tuple(view.by_block(rms)),
        summary=_("At the last block: {rms}").format(rms=view.each(last(rms))),
    )


def share(view: View) -> Panel:
    percentage = 100 * (view.frame.initial_skip_share if view.is_initial else view.frame.skip_share)
    return Panel(
        "share",
        _("Skip and branch"),
        _("% that arrives by the skip, {moment}").format(moment=view.moment),
        view.blocks(_("block")),
        Axis(limits=(-2, 102)),
        tuple(view.by_block(percentage, first=1)),
        summary=_("Share of the skip at the last block, percent: {shares}").format(shares=view.each(last(percentage))),
    )


def distribution(view: View) -> Panel:
    quantiles = positive(view.frame.gradient_quantiles)
    marks: list[Mark] = []
    for arm in view.arms:
        n = int(view.frame.n_blocks[arm.row]) + 1
        low, middle, high = quantiles[arm.row, :n, 1:4].T
        marks += [
            Band(f"{arm.name}.band", np.arange(n), low, high, arm.role),
            Line(arm.name, np.arange(n), middle, arm.role, arm.label),
        ]
    return Panel(
        "distribution",
        _("Distribution of gradients"),
        _("|\u200a∂L/∂h\u200a|, median and middle half") + view.measured,
        view.blocks(),
        log_axis(quantiles[..., 1:4], (1e-6, 1e-2)),
        tuple(marks),
        summary=_("Medians at the stem’s output: {medians}").format(medians=view.each(quantiles[:, 0, 2])),
    )


def jacobians(view: View) -> Panel:
    logs = view.frame.jacobian_product, view.frame.jacobian_gain
    product, gain = (positive(np.power(10.0, log, dtype=np.float64), 1e-300) for log in logs)
    marks: list[Mark] = []
    for arm in view.arms:
        n = int(view.frame.n_blocks[arm.row]) + 1
        marks += [
            Line(arm.name, np.arange(n), product[arm.row, :n], arm.role, arm.label),
            Points(f"{arm.name}.factor", np.arange(1, n), gain[arm.row, 1:n], arm.role, arm.label, symbol="ring"),
        ]
    return Panel(
        "jacobians",
        _("Product of Jacobians"),
        _("line: from the end, ○ each block") + view.measured,
        view.blocks(),
        log_axis(np.stack([product, gain]), (0.1, 10), floor=1e-300),
        tuple(marks),
        summary=_("Gain from the last block back to the stem: {gains}").format(gains=view.each(product[:, 0])),
    )


def shattering(view: View) -> Panel:
    frame = view.frame
    correlation = frame.gradient_correlation
    low, _high = linear_limits(np.append(correlation, 0.0), (0, 1))
    return Panel(
        "shattering",
        _("Shattering"),
        _("mean cosine of the gradients of two inputs") + view.measured,
        Axis(_("angle between the inputs, °"), log=True, limits=(0.01, 90)),
        Axis(limits=(min(low, -0.05), 1.02)),
        tuple(Line(a.name, frame.input_angle, correlation[a.row], a.role, a.label) for a in view.arms),
        summary=_("Cosine at 1°: {cosines}").format(cosines=view.each(correlation[:, 4])),
    )


def removal(view: View) -> Panel:
    percentage = 100 * view.frame.removal_accuracy
    least = np.where(np.isfinite(percentage[:, 1:]), percentage[:, 1:], 100).min(1)
    return Panel(
        "removal",
        _("Remove one block"),
        _("validation accuracy afterwards, %") + view.measured,
        view.blocks(_("block removed")),
        Axis(limits=(0, 103)),
        (*_removals(view, percentage), *_chosen(view)),
        summary=_("Least accuracy without a block, percent: {shares}").format(shares=view.each(least)),
    )


def _removals(view: View, percentage: Rows) -> Iterator[Mark]:
    """A disc per block, and a thin line at the accuracy of the whole network."""
    for arm in view.arms:
        n = int(view.frame.n_blocks[arm.row]) + 1
        whole = np.repeat(percentage[arm.row, :1], 2)
        yield Line(f"{arm.name}.whole", np.array([0, n - 1]), whole, arm.role, arm.label, weight="theory")
        yield Points(arm.name, np.arange(1, n), percentage[arm.row, 1:n], arm.role, arm.label, size=6)


def _chosen(view: View) -> Iterator[Mark]:
    """The chosen block, measured more often than the others."""
    if view.removed and np.isfinite(view.frame.removed_val_accuracy):
        arm, block = view.removed
        y = 100 * view.frame.removed_val_accuracy
        yield Points("chosen", np.array([block]), np.array([y]), arm.role, size=12, symbol="circle")
        in_right_half = block > view.frame.n_blocks.max() / 2
        yield Label("chosen.text", block, y, percent(y / 100), arm.role, "left" if in_right_half else "right")


BY_BLOCK: dict[str, Callable[[View], Panel]] = {
    "strip": strip,
    "gradient": gradient,
    "signal": signal,
    "removal": removal,
    "weights": weights,
    "distribution": distribution,
    "share": share,
    "jacobians": jacobians,
    "shattering": shattering,
}

"""The measured sentence above the figure and the settings line: they say what the frame shows, and claim no more."""

import numpy as np

from explorer.core.catalog import ACTIVATIONS, INITIALIZERS, OPTIMIZERS, choice
from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
from explorer.core.wording import capital, counted, number, percent
from explorer.experiments.residual.arms import ARMS
from explorer.experiments.residual.spec import Frame
from explorer.experiments.residual.view import ShownArm, View, last, relative

LONGEST = 95
"""Characters: a second clause that makes it longer is left out."""
DEGRADED = 1.25
"""A deep network is called worse than the shallow one where its training loss is so many times as large."""


def headline(view: View) -> str:
    """One sentence of at most 100 characters."""
    if view.frame.divergences:
        return capital(_overflow(view))
    if view.removed and view.frame.step and np.isfinite(view.frame.removed_val_accuracy):
        return capital(_removal(view))
    if not view.frame.step:
        return capital(_initial(view))
    return capital(_degradation(view) or _race(view))


def _joined(start: str, clause: str) -> str:
    return start + clause if len(start + clause) <= LONGEST else start


def _overflow(view: View) -> str:
    first, n = view.frame.divergences[0], len(view.frame.divergences)
    text = _("{name} overflows at step {n}") if n == 1 else _("{count} arms overflow, the first, {name}, at step {n}")
    start = text.format(name=first.network, n=first.step, count=counted(n))
    losses = last(view.loss[:, -1:])
    if not np.isfinite(losses).any():
        return start
    best = view.arms[int(np.nanargmin(losses))]
    clause = _("; {name} reaches loss {loss}").format(name=best.label, loss=number(float(losses[best.row])))
    return _joined(start, clause)


def _removal(view: View) -> str:
    assert view.removed
    arm, block = view.removed
    whole = last(view.frame.val_accuracy)[arm.row]
    text = _("without block {n} {name} gets {without} of the test samples right, with it {whole}")
    without = percent(view.frame.removed_val_accuracy)
    return text.format(n=block, name=arm.label, without=without, whole=percent(float(whole)))


def _initial(view: View) -> str:
    """Say of the two most different arms what becomes of the gradient from the last block back to the stem."""
    ratios = relative(view.frame.initial_activation_gradient_norm)[:, 0]
    order = [int(i) for i in np.argsort(np.abs(np.log(ratios))) if np.isfinite(ratios[i]) and ratios[i] > 0]
    if not order:
        return _("at initialization no gradient arrives at the stem")
    most = order[-1]
    start = _("at initialization the gradient {change} in {name}").format(
        change=_change(float(ratios[most])), name=view.arms[most].label
    )
    deep = [i for i in order if not ARMS[view.arms[i].name].shallow and i != most]
    if not deep:
        return start
    least = deep[0]
    same_way = (ratios[most] > 1) == (ratios[least] > 1) and not _is_kept(ratios[least])
    change = _fold(float(ratios[least])) if same_way else _change(float(ratios[least]))
    return _joined(start, _(", {change} in {name}").format(change=change, name=view.arms[least].label))


def _is_kept(ratio: float) -> bool:
    return 0.9 < ratio < 1.1


def _change(ratio: float) -> str:
    if _is_kept(ratio):
        return _("stays as it is")
    return (_("grows {fold}") if ratio > 1 else _("shrinks {fold}")).format(fold=_fold(ratio))


def _fold(ratio: float) -> str:
    return _("{n}-fold").format(n=number(float(f"{max(ratio, 1 / ratio):.1e}")))


def _degradation(view: View) -> str:
    """Compare the training losses of the deep plain network and of the shallow one with equal norms."""
    by_name = {arm.name: arm for arm in view.arms}
    for deep, shallow, residual in (("plain_bn", "shallow_bn", "residual_bn"), ("plain", "shallow", "residual")):
        if deep in by_name and shallow in by_name:
            return _compared(view, by_name[deep], by_name[shallow], by_name.get(residual))
    return ""


def _compared(view: View, deep: ShownArm, shallow: ShownArm, residual: ShownArm | None) -> str:
    loss = last(view.loss)
    if loss[deep.row] < DEGRADED * loss[shallow.row]:
        return ""
    above = number(float(loss[deep.row] - loss[shallow.row]))
    if residual is None:
        text = _("{deep} is {above} above {shallow} in training loss after {n} steps")
    else:
        text = _("{deep} is {above} above {shallow} in training loss; {residual} reaches {loss}")
    names = {"deep": deep.label, "shallow": shallow.label, "residual": residual.label if residual else ""}
    reached = number(float(loss[residual.row])) if residual else ""
    return text.format(**names, above=above, n=view.frame.step, loss=reached)


def _race(view: View) -> str:
    loss, step = last(view.loss), view.frame.step
    best, worst = view.arms[int(np.nanargmin(loss))], view.arms[int(np.nanargmax(loss))]
    low, high = number(float(loss[best.row])), number(float(loss[worst.row]))
    if len(view.arms) == 1:
        right = percent(float(last(view.frame.val_accuracy)[0]))
        text = _("{name}: training loss {loss} after {n} steps, {right} of the test samples right")
        return text.format(name=best.label, loss=low, n=step, right=right)
    if loss[worst.row] < DEGRADED * loss[best.row]:
        return _("little between them after {n} steps: training losses from {low} to {high}").format(
            n=step, low=low, high=high
        )
    text = _("after {n} steps {best} has the lowest loss, {low}, {worst} the highest, {high}")
    return text.format(n=step, best=best.label, low=low, worst=worst.label, high=high)


def settings(frame: Frame) -> str:
    hp = frame.hyperparams
    parts = [hp.data] + ([_("3 × 3 conv")] if hp.kind == "conv" and hp.data == "digits" else [])
    parts += [_("depth {n}").format(n=hp.depth), _("width {n}").format(n=hp.width)]
    if hp.activation != "relu":
        parts.append(choice(ACTIVATIONS, hp.activation).label)
    if hp.initializer != "he_normal":
        parts.append(choice(INITIALIZERS, hp.initializer).label)
    parts.append(f"{choice(OPTIMIZERS, hp.optimizer).label} lr {number_text(hp.lr)}")
    if hp.clip != "off":
        parts.append(_("clipped at {n}").format(n=number_text(hp.clip_threshold)))
    parts += [_("batch {n}").format(n=hp.batch_size), _("seed {n}").format(n=hp.seed)]
    return " · ".join(parts)

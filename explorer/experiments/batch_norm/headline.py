"""The measured sentence above the figure: it says what the frame shows, and claims no more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
from explorer.core.wording import capital, counted, number, percent
from explorer.experiments.batch_norm.view import View

APART = 0.05
"""Accuracies differ enough to say so."""


def headline(view: View) -> str:
    """One sentence of at most 100 characters."""
    if not view.frame.step:
        return capital(_before(view))
    accuracy = view.frame.val_accuracy_eval[:, -1]
    if not np.isfinite(accuracy).any():
        return capital(_all_gone(view))
    best = int(np.nanargmax(accuracy))
    text = _("at lr {lr} {name} reaches {right}") if view.frame.steady_lr else _("{name} reaches {right}")
    start = text.format(
        lr=number_text(view.frame.hyperparams.lr), name=view.arms[best].label, right=percent(float(accuracy[best]))
    )
    rest = [i for i in range(len(view.arms)) if i != best]
    if not rest:
        return capital(start + _(" of the validation set after {n} steps").format(n=view.frame.step))
    return capital(start + _other(view, rest, accuracy, best))


def _other(view: View, rest: Sequence[int], accuracy: NDArray[np.floating], best: int) -> str:
    """What is to be said of the rest: of the network without normalisation if it is there, else of the worst."""
    plain = [i for i in rest if view.frame.arms[i] == "none"]
    worst = plain[0] if plain else min(rest, key=lambda i: float(np.nan_to_num(accuracy[i], nan=-1.0)))
    named = view.frame.arms[best] in ("batch_norm", "layer_norm", "group_norm", "rms_norm")
    name = _("the same network without it") if named else _("the same network without norm")
    name = name if plain else view.arms[worst].label
    steps = view.frame.overflow_step[worst]
    gone = int((steps >= 0).sum())
    if gone and len(steps) > 1:
        text = _("; of {name}, {gone} of {n} overflow")
        return text.format(name=view.arms[worst].label, gone=counted(gone), n=counted(len(steps)))
    if gone:
        return _("; {name} overflows at step {n}").format(name=name, n=int(steps[0]))
    right = percent(float(accuracy[worst]))
    if accuracy[best] - accuracy[worst] < APART:
        return _("; {name} hardly less, {right}").format(name=name, right=right)
    return _("; {name} is at {right}").format(name=name, right=right)


def _before(view: View) -> str:
    """How the gradient of the first layer compares."""
    norms = view.frame.gradient_norm[:, 0]
    if len(norms) == 1 or not np.isfinite(norms).all():
        text = _("before training: the first layer’s gradient is {norm} with {name}")
        return text.format(norm=number(float(norms[0])), name=view.arms[0].label)
    low, high = int(norms.argmin()), int(norms.argmax())
    return _("before training: the first layer’s gradient is {low} with {first}, {high} with {last}").format(
        low=number(float(norms[low])),
        first=view.arms[low].label,
        high=number(float(norms[high])),
        last=view.arms[high].label,
    )


def _all_gone(view: View) -> str:
    """Say that nothing is left to train."""
    first = min(view.frame.divergences, key=lambda d: d.step, default=None)
    if first is None:
        return _("more than half of the networks of every arm have overflowed")
    if len(view.arms) == 1:
        return _("{name} overflows at step {n}").format(name=first.network, n=first.step)
    return _("all networks overflow, the first, {name}, at step {n}").format(name=first.network, n=first.step)

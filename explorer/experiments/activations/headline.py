"""The measured sentence above the figure: it says what the frame shows, and claims no more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.i18n import _
from explorer.core.wording import capital, counted, number, percent, race
from explorer.experiments.activations.spec import FUNCTIONS, Frame

VANISHED = 1e-3
"""The gradient of the first layer is called small where it is less than this share of the read-out's."""


def headline(frame: Frame, loss: NDArray[np.float64]) -> str:
    """One sentence of at most 90 characters; `loss` is the smoothed training loss, (n_functions, n)."""
    labels = [choice(FUNCTIONS, name).label for name in frame.functions]
    if frame.divergences:
        return capital(_overflow(frame, labels, loss))
    if not frame.step:
        return capital(_gains(labels, frame.backward_gain))
    if len(labels) == 1:
        return capital(_alone(frame, labels[0], loss[0, -1]))
    dead = frame.dead_fraction.mean(1)
    if dead.max() >= 0.25:
        return capital(_dying(frame.step, labels, dead))
    left = frame.gradient_norm[:, 0] / frame.readout_gradient_norm.clip(1e-300)
    if left.min() < VANISHED:
        return capital(_vanishing(frame.step, labels, left))
    return capital(race(frame.step, labels, loss[:, -1]))


def _overflow(frame: Frame, labels: Sequence[str], loss: NDArray[np.float64]) -> str:
    first = frame.divergences[0]
    n = len(frame.divergences)
    if first.step == 1:
        start = _("{name} has no finite loss from the start").format(name=first.network)
    elif n == 1:
        start = _("{name} overflows at step {n}").format(name=first.network, n=first.step)
    else:
        start = _("{count} networks overflow, the first, {name}, at step {n}").format(
            count=counted(n), name=first.network, n=first.step
        )
    if not loss.shape[1] or not np.isfinite(loss[:, -1]).any():
        return start
    best = int(np.nanargmin(loss[:, -1]))
    return start + _("; {name} reaches loss {loss}").format(name=labels[best], loss=number(loss[best, -1]))


def _gains(labels: Sequence[str], backward: NDArray[np.float64]) -> str:
    """Before training: how much of the squared gradient a layer passes back."""
    order = [int(i) for i in np.argsort(backward) if np.isfinite(backward[i])]
    if not order:
        return _("before training: no gain is finite")
    low, high = order[0], order[-1]
    if backward[high] <= 1.1 * backward[low]:
        text = _("before training: a layer of {name} keeps {gain} of the squared gradient")
        return text.format(name=labels[low], gain=number(backward[low]))
    text = _("before training: a layer keeps {low} of the squared gradient with {first}, {high} with {last}")
    return text.format(low=number(backward[low]), first=labels[low], high=number(backward[high]), last=labels[high])


def _alone(frame: Frame, name: str, loss: float) -> str:
    right = float(frame.train_accuracy[0, -20:].mean())
    text = _("{name}: loss {loss} after {n} steps, {right} of the last batches right")
    return text.format(name=name, loss=number(loss), n=frame.step, right=percent(right))


def _dying(step: int, labels: Sequence[str], dead: NDArray[np.float32]) -> str:
    worst, best = int(dead.argmax()), int(dead.argmin())
    start = _("{share} of the {name} units are dead or saturated at step {n}").format(
        share=percent(float(dead[worst])), name=labels[worst], n=step
    )
    if dead[best] > 0.5 * dead[worst]:
        return start
    return start + _("; {name}: {share}").format(name=labels[best], share=percent(float(dead[best])))


def _vanishing(step: int, labels: Sequence[str], left: NDArray[np.float64]) -> str:
    worst = int(left.argmin())
    text = _("{name}: the first layer’s gradient is {share} of the read-out’s at step {n}")
    return text.format(name=labels[worst], share=number(float(left[worst])), n=step)

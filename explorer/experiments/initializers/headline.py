"""The measured sentence above the figure: it says what the frame shows, and claims no more."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ALL_INITIALIZERS, choice
from explorer.core.i18n import _
from explorer.core.wording import capital, counted, listed, number, race
from explorer.experiments.initializers.spec import FUNCTIONS, Frame

LONGEST = 95
"""Characters of a headline."""
COLLAPSED = 0.99
"""Mean cosine from which on samples are called nearly the same."""


def headline(frame: Frame, loss: NDArray[np.float64]) -> str:
    """One sentence; `loss` is the smoothed training loss, (n_initializers, n)."""
    labels = [choice(ALL_INITIALIZERS, name).label for name in frame.initializers]
    if frame.divergences:
        return capital(_overflow(frame, labels, loss))
    if frame.step:
        return capital(race(frame.step, labels, loss[:, -1]) if len(labels) > 1 else _alone(frame, labels[0], loss))
    seen = int((~np.isnan(frame.activation_std)).any(0).sum())
    if seen < frame.hyperparams.depth:
        return _("{n} of {depth} layers so far").format(n=seen, depth=frame.hyperparams.depth)
    texts = (*_changes(frame, labels), _worst(frame, labels))
    return capital(next(text for text in texts if len(text) <= LONGEST))


def _overflow(frame: Frame, labels: Sequence[str], loss: NDArray[np.float64]) -> str:
    first, n = frame.divergences[0], len(frame.divergences)
    when = _("at step {n}").format(n=first.step) if first.step else _("before any training")
    if n == 1:
        start = _("{name} overflows {when}: {what}").format(name=first.network, when=when, what=first.quantity)
    else:
        text = _("{count} networks overflow, the first, {name}, {when}")
        start = text.format(count=counted(n), name=first.network, when=when)
    lost = {d.network for d in frame.divergences}
    left = [i for i, name in enumerate(labels) if name not in lost]
    if not loss.shape[1] or not left:
        return start
    best = min(left, key=lambda i: float(loss[i, -1]))
    whole = start + _("; {name} has loss {loss}").format(name=labels[best], loss=number(loss[best, -1]))
    return whole if len(whole) <= LONGEST else start


def _alone(frame: Frame, name: str, loss: NDArray[np.float64]) -> str:
    text = _("{name}: loss {loss} after {n} steps")
    return text.format(name=name, loss=number(float(loss[0, -1])), n=frame.step)


def _changes(frame: Frame, labels: Sequence[str]) -> list[str]:
    """Sentences on what the layers do to the spread of their values, the fullest first."""
    with np.errstate(all="ignore"):
        ratio = frame.activation_std[:, -1] / frame.activation_std[:, 0]
    known = [(float(r), name) for r, name in zip(ratio, labels, strict=True) if np.isfinite(r) and r > 0]
    if not known:
        return []
    hp = frame.hyperparams
    what = _("{n} {activation} layers").format(
        n=counted(hp.depth) if hp.depth <= 12 else hp.depth, activation=choice(FUNCTIONS, hp.activation).label
    )
    known.sort()
    merged = [*known] if len(known) <= 3 else [known[0], known[-1]]
    sentences = [_joined(what, merged)]
    collapsed = [name for name, c in zip(labels, frame.cosine[:, -1], strict=True) if c > COLLAPSED]
    if collapsed and len(collapsed) <= 3:
        text = _("{what}: with {names} all samples become nearly one")
        sentences.insert(0, text.format(what=what, names=listed(collapsed)))
    return sentences


def _joined(what: str, changes: Sequence[tuple[float, str]]) -> str:
    """Like "ten tanh layers: PyTorch default shrinks the signal 11-fold, Xavier normal 2.3-fold"."""
    parts: list[str] = []
    verb = ""
    for ratio, name in changes:
        if 0.91 < ratio < 1.1:
            new, fold = _("keeps"), ""
        else:
            new = _("shrinks") if ratio < 1 else _("amplifies")
            fold = _(" {n}-fold").format(n=number(max(ratio, 1 / ratio)))
        said = new if new != verb else ""
        signal = _(" the signal") if not parts else _(" it") if said else ""
        parts.append(f"{name}{' ' if said else ''}{said}{signal}{fold}")
        verb = new
    return f"{what}: {', '.join(parts)}"


def _worst(frame: Frame, labels: Sequence[str]) -> str:
    """Short for any names."""
    with np.errstate(all="ignore"):
        change = np.abs(np.log(frame.activation_std[:, -1] / frame.activation_std[:, 0]))
    if not np.isfinite(change).any():
        return _("nothing varies in the last of {n} layers").format(n=frame.hyperparams.depth)
    worst = int(np.nanargmax(np.where(np.isfinite(change), change, -1)))
    text = _("{name} changes the signal most: {n}-fold in {depth} layers")
    return text.format(name=labels[worst], n=number(float(np.exp(change[worst]))), depth=frame.hyperparams.depth)

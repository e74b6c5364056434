"""How the verdicts on the claims are computed from what their trials measured. Trials come seed by seed."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.core.claims import Outcome, Verdict, by_setting
from explorer.core.i18n import _
from explorer.core.wording import number, percent
from explorer.experiments.residual.spec import Frame
from explorer.experiments.residual.view import relative

WORSE = 1.25
"""A loss is called larger than another where it is so many times as large."""
VANISHED = 1e-3
"""A gradient has vanished where so little of it is left."""
CHANCE = 0.25
"""Accuracies on ten classes below this are called chance."""
LITTLE, NOTHING = 0.1, 0.02
"""Accuracies that a network loses when one block on average, or every other, hardly matters."""


def _ratio(frames: Sequence[Frame], name: str, initial: bool = True) -> float:
    """Gradient at the stem's output in units of the last block's: geometric mean over seeds."""
    logs = []
    for f in frames:
        norms = f.initial_activation_gradient_norm if initial else f.activation_gradient_norm
        logs.append(np.log(relative(norms[f.arms.index(name)])[0]))
    return float(np.exp(np.mean(logs)))


def _loss(frames: Sequence[Frame], name: str) -> float:
    """Training loss of the last 20 batches, median over seeds."""
    return float(np.median([f.train_loss[f.arms.index(name), -20:].mean() for f in frames]))


def _accuracy(frames: Sequence[Frame], name: str) -> float:
    return float(np.median([f.val_accuracy[f.arms.index(name), -1] for f in frames]))


def _median(probes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.median([p[name] for p in probes])) for name in probes[0]}


def lossless(frames: Sequence[Frame]) -> Verdict:
    """As set, then with branches that start at zero."""
    usual, zero = by_setting(frames)
    plain, residual, pre = (_ratio(usual, name) for name in ("plain_bn", "residual_bn", "preact_bn"))
    exact = _ratio(zero, "preact_bn")
    kept = [abs(np.log(r)) < np.log(1.1) for r in (residual, pre, exact)]
    text = _(
        "from the last of 25 blocks back to the stem the gradient grows {residual}-fold with skips, {pre}-fold with "
        "pre-activation, {exact}-fold with branches that start at zero; {plain}-fold without skips"
    )
    return Verdict(
        Outcome.of(all(kept), any(kept)),
        text.format(residual=number(residual), pre=number(pre), exact=number(exact), plain=number(plain)),
        {"plain": plain, "residual": residual, "preactivation": pre, "zero_branches": exact},
    )


def degradation(frames: Sequence[Frame]) -> Verdict:
    deep, shallow, residual = (_loss(frames, name) for name in ("plain_bn", "shallow_bn", "residual_bn"))
    accuracies = [_accuracy(frames, name) for name in ("plain_bn", "shallow_bn", "residual_bn")]
    exists, cured = deep > WORSE * shallow, residual <= WORSE * shallow
    text = _(
        "training loss {deep} deep and plain, {shallow} shallow, {residual} deep with skips; validation accuracy "
        "{deep_right}, {shallow_right}, {residual_right}"
    )
    return Verdict(
        Outcome.of(exists and cured, exists and residual < deep / WORSE),
        text.format(
            deep=number(deep),
            shallow=number(shallow),
            residual=number(residual),
            **dict(
                zip(("deep_right", "shallow_right", "residual_right"), (percent(a) for a in accuracies), strict=True)
            ),
        ),
        {"deep_loss": deep, "shallow_loss": shallow, "residual_loss": residual},
    )


def vanishing(frames: Sequence[Frame]) -> Verdict:
    found = {
        (name, initial): _ratio(frames, name, initial) for name in ("plain_bn", "plain") for initial in (True, False)
    }
    vanished = [r < VANISHED for r in found.values()]
    text = _(
        "gradient at the stem beside the last block’s: {bn} times with batch norm at initialization, {bn_later} after "
        "{n} steps; without it {plain} and {plain_later}"
    )
    return Verdict(
        Outcome.of(all(vanished), any(vanished)),
        text.format(
            bn=number(found["plain_bn", True]),
            bn_later=number(found["plain_bn", False]),
            plain=number(found["plain", True]),
            plain_later=number(found["plain", False]),
            n=frames[0].step,
        ),
        {f"{name}_{'initial' if initial else 'trained'}": r for (name, initial), r in found.items()},
    )


def identity(probes: Sequence[Mapping[str, float]]) -> Verdict:
    loss = _median(probes)
    exists = abs(loss["deepened"] - loss["shallow"]) < 1e-3
    finds = loss["deep"] <= WORSE * loss["shallow"]
    text = _(
        "training loss {shallow} of the shallow network, {deepened} with identity blocks put in, {deep} of an equally "
        "deep network trained from the start"
    )
    return Verdict(
        Outcome.of(exists and finds, exists), text.format(**{k: number(v) for k, v in loss.items()}), dict(loss)
    )


def efficiency(probes: Sequence[Mapping[str, float]]) -> Verdict:
    cost = _median(probes)
    depth, skips = cost["plain_bn_50"] / cost["plain_bn_10"], cost["residual_bn_50"] / cost["plain_bn_50"]
    text = _("a step takes {depth} times as long at depth 50 as at depth 10; skips at depth 50 make it {skips} times")
    return Verdict(
        Outcome.of(depth < 1.2, depth < 2),
        text.format(depth=number(depth), skips=number(skips)),
        {**cost, "depth": depth, "skips": skips},
    )


def removable(probes: Sequence[Mapping[str, float]]) -> Verdict:
    found = _median(probes)
    whole = found["residual_bn_whole"]
    one, half = whole - found["residual_bn_without_one"], whole - found["residual_bn_half"]
    text = _(
        "validation accuracy with skips {whole}, without one block {one} on average and {worst} at worst, without "
        "every other {half}; plain and shallow {plain}, without one block {plain_one}"
    )
    return Verdict(
        Outcome.of(half < NOTHING, one < LITTLE and found["shallow_bn_without_one"] < CHANCE),
        text.format(
            whole=percent(whole),
            one=percent(found["residual_bn_without_one"]),
            worst=percent(found["residual_bn_worst"]),
            half=percent(found["residual_bn_half"]),
            plain=percent(found["shallow_bn_whole"]),
            plain_one=percent(found["shallow_bn_without_one"]),
        ),
        found,
    )

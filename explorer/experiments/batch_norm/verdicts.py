"""How the verdicts on the claims are computed from what their trials measured."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from explorer.core.claims import Outcome, Verdict
from explorer.core.hyperparams import number_text
from explorer.core.i18n import _
from explorer.core.wording import number, percent
from explorer.experiments.batch_norm.frame import Frame

APART = 0.03
"""Accuracies that differ by less are called the same."""


def _accuracy(frame: Frame, name: str) -> float:
    """Median over seeds of the accuracy on the validation set in eval mode; 0 where most overflowed."""
    return float(np.nan_to_num(frame.val_accuracy_eval[frame.arms.index(name), -1]))


def _loss(frame: Frame, name: str) -> float:
    """Median over seeds of the training loss, mean of the last 20 steps."""
    return float(frame.train_loss[frame.arms.index(name), -20:].mean())


def normal(frames: Sequence[Frame]) -> Verdict:
    """Five frames before training, five after."""
    mean = max(abs(float(f.channel_normalized.mean())) for f in frames)
    var = max(abs(float(f.channel_normalized.var()) - 1) for f in frames)
    before, after = (float(np.mean([f.nonnormal_share for f in fs])) for fs in (frames[:5], frames[5:]))
    standard = mean < 1e-3 and var < 1e-3
    text = _(
        "mean 0 and variance 1 to {error}; but {before} of the units before training and {after} after it are not "
        "normally distributed (Jarque–Bera test, 1 %)"
    )
    return Verdict(
        Outcome.of(standard and max(before, after) < 0.05, standard),
        text.format(error=number(max(mean, var), 1), before=percent(before), after=percent(after)),
        {"mean": mean, "variance_error": var, "not_normal_before": before, "not_normal_after": after},
    )


def essence(frames: Sequence[Frame]) -> Verdict:
    plain, full, bare = (_accuracy(frames[0], name) for name in ("none", "batch_norm", "batch_norm_no_affine"))
    gain = (bare - plain) / (full - plain) if full > plain else np.nan
    text = _("right after 100 steps: {plain} without norm, {bare} with batch norm without γ and β, {full} with them")
    return Verdict(
        Outcome.of(gain < 0.2, gain < 0.8),
        text.format(plain=percent(plain), bare=percent(bare), full=percent(full)),
        {"none": plain, "batch_norm_no_affine": bare, "batch_norm": full, "share_of_gain": float(gain)},
    )


def faster(frames: Sequence[Frame]) -> Verdict:
    """At several learning rates."""
    found = {f.hyperparams.lr: (_accuracy(f, "none"), _accuracy(f, "batch_norm")) for f in frames}
    same = [normed > plain + APART for plain, normed in found.values()]
    best_plain = max(found, key=lambda lr: found[lr][0])
    best_normed = max(found, key=lambda lr: found[lr][1])
    larger = best_normed > best_plain and found[best_normed][1] > found[best_plain][0] + APART
    small = min(found)
    text = _(
        "right after 100 steps: at best {normed} with it (lr {a}), {plain} without (lr {b}); at lr {small} {one} "
        "against {two}"
    )
    return Verdict(
        Outcome.of(all(same) and larger, any(same) or larger),
        text.format(
            normed=percent(found[best_normed][1]),
            a=number_text(best_normed),
            plain=percent(found[best_plain][0]),
            b=number_text(best_plain),
            small=number_text(small),
            one=percent(found[small][1]),
            two=percent(found[small][0]),
        ),
        {f"{name}_lr_{lr:g}": pair[i] for lr, pair in found.items() for i, name in enumerate(("none", "batch_norm"))},
    )


def covariate_shift(frames: Sequence[Frame]) -> Verdict:
    frame = frames[0]
    drifts = dict(zip(frame.arms, np.nanmean(frame.drift[:, 1:], axis=1).tolist(), strict=True))
    losses = {name: _loss(frame, name) for name in frame.arms}
    drifts_more = drifts["batch_norm_noise"] > drifts["none"]
    trains_better = losses["batch_norm_noise"] < losses["none"]
    text = _(
        "inputs of the layers drift {none} σ a step without norm, {norm} with batch norm, {noise} with noise after it; "
        "loss after 100 steps {a}, {b} and {c}"
    )
    return Verdict(
        Outcome.of(not trains_better, not drifts_more),
        text.format(
            none=number(drifts["none"]),
            norm=number(drifts["batch_norm"]),
            noise=number(drifts["batch_norm_noise"]),
            a=number(losses["none"]),
            b=number(losses["batch_norm"]),
            c=number(losses["batch_norm_noise"]),
        ),
        {f"drift_{n}": d for n, d in drifts.items()} | {f"loss_{n}": x for n, x in losses.items()},
    )


def earlier_layers(results: Sequence[Any]) -> Verdict:
    """First weights as they are and three times as large; then real updates."""
    one, three, probe = results
    grows = {n: float(three.activation_std[i, -1] / one.activation_std[i, -1]) for i, n in enumerate(one.arms)}
    cancels = abs(grows["batch_norm"] - 1) < 0.01 < abs(grows["none"] - 1)
    less = probe["batch_norm"] < 0.9 * probe["none"]
    text = _(
        "weights three times as large change the last layer’s σ by a factor {norm} ({none} without norm); an update of "
        "the earlier layers turns a layer’s gradient by {a} of its length ({b} without norm)"
    )
    return Verdict(
        Outcome.of(cancels and less, cancels or less),
        text.format(
            norm=number(grows["batch_norm"]),
            none=number(grows["none"]),
            a=percent(probe["batch_norm"]),
            b=percent(probe["none"]),
        ),
        {f"scale_{n}": g for n, g in grows.items()} | {f"gradient_{n}": float(g) for n, g in probe.items()},
    )


def ends(frames: Sequence[Frame]) -> Verdict:
    """Hidden layers alone, with the input, with the output, with both."""
    alone, first, last, both = (_accuracy(f, "batch_norm") for f in frames)
    harmed = [right < alone - APART for right in (first, last, both)]
    text = _(
        "right after 100 steps: {alone} on hidden layers alone, {a} with the input, {b} with the output, {c} with both"
    )
    return Verdict(
        Outcome.of(harmed[0] and harmed[1], any(harmed)),
        text.format(alone=percent(alone), a=percent(first), b=percent(last), c=percent(both)),
        {"hidden": alone, "input": first, "output": last, "both": both},
    )


def every_batch(results: Sequence[Any]) -> Verdict:
    probe: Mapping[str, float] = results[0]
    pairs: Frame = results[1]
    one, running = probe["train_mode_one"], probe["eval_mode"]
    two = float(np.nan_to_num(pairs.val_accuracy[0, -1])), _accuracy(pairs, "batch_norm")
    needs_running = one < running - APART
    text = _(
        "single samples normalised by themselves: {one} right, by running averages {running}; trained with batches of "
        "two: {a} in train mode, {b} in eval mode"
    )
    return Verdict(
        Outcome.of(not needs_running, needs_running and probe["train_mode_batch"] > one + APART),
        text.format(one=percent(one), running=percent(running), a=percent(two[0]), b=percent(two[1])),
        {**probe, "batches_of_two_train_mode": two[0], "batches_of_two_eval_mode": two[1]},
    )

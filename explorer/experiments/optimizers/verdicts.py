"""How the verdicts on the claims are computed from what their trials measured. Trials come seed by seed."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.core.catalog import ALL_OPTIMIZERS, choice
from explorer.core.claims import Outcome, Verdict, by_setting
from explorer.core.i18n import _
from explorer.core.wording import number, percent
from explorer.experiments.optimizers.grounds import SURFACES
from explorer.experiments.optimizers.spec import Frame

Numbers = Mapping[str, float]


def _row(frame: Frame, name: str) -> int:
    return frame.optimizers.index(name)


def _arrived(frames: Sequence[Frame], name: str) -> float:
    """Share of all starts that are at a minimum."""
    return float(np.mean([(f.reached[_row(f, name)] >= 0).mean() for f in frames]))


def _flips(frames: Sequence[Frame], name: str) -> float:
    """How often the steep coordinate y changed its sign while farther than 1e-6 from 0: mean over the starts."""
    counts = []
    for f in frames:
        y = f.path[_row(f, name), ..., 1]
        y = np.where(np.abs(y) > 1e-6, np.sign(y), 0)
        counts.append((y[:, 1:] * y[:, :-1] < 0).sum(1).mean())
    return float(np.mean(counts))


def one_sample(results: Sequence[Numbers]) -> Verdict:
    one = float(np.median([r["one.samples"] for r in results]))
    whole = float(np.median([r["all.samples"] for r in results]))
    wander, steady = (float(np.mean([r[f"{n}.wander"] for r in results])) for n in ("one", "all"))
    measured = _("loss 0.3 after {one} samples one by one, after {whole} with all at once; then the loss rises in {up}")
    up = percent(wander)
    return Verdict(
        Outcome.of(one < whole and wander <= 0.05, in_part=one < whole),
        measured.format(one=number(one, 3), whole=number(whole, 3), up=_("{share} of the checks").format(share=up)),
        {"samples_one": one, "samples_all": whole, "rises_one": wander, "rises_all": steady},
    )


def cannot_converge(frames: Sequence[Frame]) -> Verdict:
    below, above = (_arrived(part, "sgd") for part in by_setting(frames))
    measured = _("lr at 90 % of 2/λ: {below} of the starts come to the minimum; at 110 %: {above}")
    return Verdict(
        Outcome.of(below == 0),
        measured.format(below=percent(below), above=percent(above)),
        {"arrived_below": below, "arrived_above": above},
    )


def momentum_damps(frames: Sequence[Frame]) -> Verdict:
    small, large = by_setting(frames)
    plain, heavy = _flips(small, "sgd"), _flips(small, "momentum")
    lost, kept = _arrived(large, "sgd"), _arrived(large, "momentum")
    measured = _("at lr 0.5/λ it adds swings ({plain} → {heavy}); at 2.05/λ {kept} of the starts arrive, else {lost}")
    return Verdict(
        Outcome.of(heavy < plain and kept > lost, in_part=kept > lost),
        measured.format(plain=number(plain), heavy=number(heavy), kept=percent(kept), lost=percent(lost)),
        {"swings_plain": plain, "swings_momentum": heavy, "arrived_plain": lost, "arrived_momentum": kept},
    )


def adagrad_multiplies(frames: Sequence[Frame]) -> Verdict:
    """On ½(x² + κy²) the gradient along x is x itself."""
    slopes = []
    for f in frames:
        x = f.path[0, f.reference, :-1, 0]
        root = np.sqrt(np.cumsum(np.square(x)))
        rate = f.effective_lr[0, 1:, 0]
        slopes.append(np.polyfit(np.log(root), np.log(rate), 1)[0])
    slope = float(np.mean(slopes))
    measured = _("the effective learning rate goes with the root of the summed squares to the power {power}")
    return Verdict(Outcome.of(slope > 0), measured.format(power=number(slope, 3)), {"power": slope})


def adagrad_shrinks(frames: Sequence[Frame]) -> Verdict:
    small, suited = by_setting(frames)
    left = float(np.mean([f.effective_lr[0, -1, 0] / f.effective_lr[0, 1, 0] for f in suited]))
    stalls, arrives = _arrived(small, "adagrad"), _arrived(suited, "adagrad")
    measured = _("{left} of the first rate is left; with lr 0.5 {arrives} of the starts arrive, with 0.01 {stalls}")
    return Verdict(
        Outcome.of(left < 0.5 and arrives < 0.5, in_part=left < 0.9),
        measured.format(left=percent(left), arrives=percent(arrives), stalls=percent(stalls)),
        {"rate_left": left, "arrived_suited": arrives, "arrived_small": stalls},
    )


def adagrad_convex_only(frames: Sequence[Frame]) -> Verdict:
    shares = [_arrived(part, "adagrad") for part in by_setting(frames)]
    names = [part[0].hyperparams.surface for part in by_setting(frames)]
    measured = _("from random starts on surfaces that are not convex it comes to a minimum: {shares}")
    labels = [choice(SURFACES, name).label for name in names]
    text = ", ".join(f"{label} {percent(s)}" for label, s in zip(labels, shares, strict=True))
    return Verdict(
        Outcome.of(max(shares) < 0.5, in_part=min(shares) < 0.5),
        measured.format(shares=text),
        dict(zip(names, shares, strict=True)),
    )


def rmsprop_lacks_momentum(frames: Sequence[Frame]) -> Verdict:
    """A first step tells the bias correction; RMSprop's own momentum argument tells the rest."""
    plain, heavy = by_setting(frames)
    first = {n: _first_step(plain, n) for n in ("rmsprop", "adam")}
    apart = float(np.median([_apart(a, b, "rmsprop") for a, b in zip(plain, heavy, strict=True)]))
    has = apart > 0
    measured = _("with momentum 0.9 RMSprop takes other ways; first step in units of lr: RMSprop {r}, Adam {a}")
    return Verdict(
        Outcome.of(not has, in_part=has and abs(first["adam"] - 1) < 0.1),
        measured.format(r=number(first["rmsprop"], 3), a=number(first["adam"], 3)),
        {"first_step_rmsprop": first["rmsprop"], "first_step_adam": first["adam"], "momentum_changes": apart},
    )


def _first_step(frames: Sequence[Frame], name: str) -> float:
    """Its length along x in units of lr, mean over the starts."""
    lr = getattr(frames[0].hyperparams, name).lr
    return float(np.mean([np.abs(np.diff(f.path[_row(f, name), :, :2, 0], axis=1)).mean() / lr for f in frames]))


def _apart(a: Frame, b: Frame, name: str) -> float:
    return float(np.abs(a.path[_row(a, name)] - b.path[_row(b, name)]).max())


def universal(results: Sequence[Numbers]) -> Verdict:
    """Each result: one surface; every optimizer with its best rate."""
    names = [n for n in results[0] if not n.endswith(".lr")]
    firsts = [min(names, key=lambda n: r[n]) for r in results]
    ranks = [sorted(names, key=lambda n: r[n]).index("adam") + 1 for r in results]
    wins = firsts.count("adam")
    others = sorted({choice(ALL_OPTIMIZERS, n).label for n in firsts} - {"Adam"})
    measured = _("each at its best rate: Adam first on {wins} of {n} surfaces (mean rank {rank} of {m}); else {others}")
    rank = float(np.mean(ranks))
    words = {"rank": number(rank), "m": len(names), "others": ", ".join(others)}
    return Verdict(
        Outcome.of(wins == len(results), in_part=wins > len(results) / 2),
        measured.format(wins=wins, n=len(results), **words),
        {"wins": float(wins), "mean_rank": rank},
    )

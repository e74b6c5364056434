"""How the verdicts on the claims are computed from what their trials measured. Trials come seed by seed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.claims import SEEDS, Outcome, Verdict, by_setting
from explorer.core.i18n import _
from explorer.core.wording import number, percent
from explorer.experiments.initializers.spec import Frame

LEARNED, FAILED = 0.9, 0.5
"""Training accuracies of the last 20 batches above and below which a network has learned or failed."""


def _of(frame: Frame, name: str, rows: NDArray[np.floating]) -> Any:
    """Row of an initializer."""
    return rows[frame.initializers.index(name)]


def _accuracy(frames: Sequence[Frame], name: str) -> float:
    """Training accuracy of the last 20 batches, median over seeds; of a network that diverged 0."""
    return float(np.median([np.nan_to_num(_of(f, name, f.train_accuracy)[-20:].mean()) for f in frames]))


def _change(frames: Sequence[Frame], name: str) -> float:
    """Std of the last layer over that of the first, geometric mean over seeds."""
    ratios = [_of(f, name, f.activation_std)[-1] / _of(f, name, f.activation_std)[0] for f in frames]
    return float(np.exp(np.mean(np.log(ratios))))


def zeros_fail(measured: Sequence[Any]) -> Verdict:
    frames, single = measured[:SEEDS], measured[SEEDS:]
    zeros, constant, xavier = (_accuracy(frames, name) for name in ("zeros", "constant", "xavier_normal"))
    alone = float(np.median([probe["accuracy"] for probe in single]))
    text = _("from zeros two hidden layers reach {zeros}, none {alone}; from a constant {constant}, Xavier {xavier}")
    return Verdict(
        Outcome.of(zeros < FAILED and alone > LEARNED, zeros < FAILED),
        text.format(zeros=percent(zeros), alone=percent(alone), constant=percent(constant), xavier=percent(xavier)),
        {"zeros": zeros, "constant": constant, "xavier": xavier, "single_layer": alone},
    )


def xavier_for_tanh(frames: Sequence[Frame]) -> Verdict:
    tanh, shallow, deep = by_setting(frames)
    learns = _accuracy(tanh, "xavier_normal")
    few, many = (_accuracy(setting, "xavier_normal") for setting in (shallow, deep))
    he = _accuracy(deep, "he_normal")
    text = _("Xavier reaches {tanh} with ten tanh layers, {few} with five of ReLU, {many} with twenty (He {he})")
    return Verdict(
        Outcome.of(learns > LEARNED and max(few, many) < FAILED, learns > LEARNED and min(few, many) < FAILED),
        text.format(tanh=percent(learns), few=percent(few), many=percent(many), he=percent(he)),
        {
            "tanh_10": learns,
            "relu_5": few,
            "relu_20": many,
            "he_relu_20": he,
            "signal_relu_20": _change(deep, "xavier_normal"),
        },
    )


def rand_is_xavier(frames: Sequence[Frame]) -> Verdict:
    names = ("article_rand", "xavier_normal", "article_randn", "he_normal")
    rand, xavier, randn, he = (_change(frames, name) for name in names)
    text = _("over ten ReLU layers the std grows {rand}-fold; Xavier's × {xavier}; with randn × {randn}, as He's {he}")
    return Verdict(
        Outcome.of(0.5 < rand / xavier < 2, 0.5 < randn / xavier < 2),
        text.format(rand=number(rand), xavier=number(xavier), randn=number(randn), he=number(he)),
        {"rand": rand, "xavier": xavier, "randn": randn, "he": he},
    )


def fan_in_is_outputs(measured: Sequence[Any]) -> Verdict:
    by_inputs, by_outputs = by_setting(measured[:-1])
    fans = measured[-1]
    kept, lost = (
        float(np.mean([f.activation_mean[0, 0] ** 2 + f.activation_std[0, 0] ** 2 for f in setting]))
        for setting in (by_inputs, by_outputs)
    )
    text = _("64 inputs, 512 outputs: divided by inputs the mean square stays {kept}, by outputs {lost}; {torch}")
    torch = _("PyTorch: fan_in of 3 → 64 channels of 5 × 5 is {n}").format(n=int(fans["fan_in"]))
    return Verdict(
        Outcome.of(fans["fan_in"] == fans["out_channels"] and abs(lost - 1) < abs(kept - 1)),
        text.format(kept=number(kept), lost=number(lost), torch=torch),
        {"mean_square_by_inputs": kept, "mean_square_by_outputs": lost, **fans},
    )


def variance_002(frames: Sequence[Frame]) -> Verdict:
    narrow, hundred, wide, dcgan = (_change(setting, "normal") for setting in by_setting(frames))
    text = _("ten ReLU layers change the std × {narrow} at width 32, {hundred} at 100, {wide} at 512; σ 0.02: {dcgan}")
    kept = [0.5 < change < 2 for change in (narrow, hundred, wide)]
    return Verdict(
        Outcome.of(all(kept), any(kept)),
        text.format(narrow=number(narrow), hundred=number(hundred), wide=number(wide), dcgan=number(dcgan)),
        {"width_32": narrow, "width_100": hundred, "width_512": wide, "std_0.02_width_512": dcgan},
    )


def _excess_kurtosis(frame: Frame) -> float:
    """Of the values of the last layer, from their histogram: 0 of a normal distribution, −1.2 of a uniform one."""
    edges, count = frame.histogram_edges[0, -1], frame.histogram_count[0, -1]
    x = (edges[:-1] + edges[1:]) / 2
    off = x - np.average(x, weights=count)
    square = np.average(off**2, weights=count)
    return float(np.average(off**4, weights=count) / square**2 - 3)


def same_in_every_layer(frames: Sequence[Frame]) -> Verdict:
    tanh, sigmoid, *trained = by_setting(frames)
    learns, fails = (_accuracy(setting, "xavier_normal") for setting in trained)
    shape = float(np.median([_excess_kurtosis(f) for f in tanh]))
    same, similar = (_change(setting, "xavier_normal") for setting in (tanh, sigmoid))
    cosine = float(np.median([f.cosine[0, -1] for f in sigmoid]))
    text = _(
        "with tanh the spread shrinks × {same}, excess kurtosis is {shape} (uniform: −1.2), and it reaches {learns}; "
        "with sigmoid × {similar}, all samples alike (cosine {cosine}), {fails}"
    )
    return Verdict(
        Outcome.of(shape < -1 and learns > LEARNED and fails > FAILED, learns > LEARNED),
        text.format(
            learns=percent(learns),
            shape=number(shape),
            fails=percent(fails),
            same=number(same),
            similar=number(similar),
            cosine=number(cosine, 4),
        ),
        {
            "tanh_accuracy": learns,
            "tanh_excess_kurtosis": shape,
            "tanh_std_ratio": same,
            "sigmoid_accuracy": fails,
            "sigmoid_std_ratio": similar,
            "sigmoid_cosine": cosine,
        },
    )


def _per_layer(frames: Sequence[Frame], gradient: str) -> float:
    """Factor on the gradient per layer, geometric mean over layers and seeds."""
    logs = [np.log(getattr(f, gradient)[0, 0] / getattr(f, gradient)[0, -1]) for f in frames]
    return float(np.exp(np.mean(logs) / (frames[0].hyperparams.depth - 1)))


def product_of_derivatives(frames: Sequence[Frame]) -> Verdict:
    settings = by_setting(frames)
    measured = [_per_layer(setting, "gradient_std") for setting in settings]
    product = [_per_layer(setting, "theory_gradient_std") for setting in settings]
    vanishing, exploding = measured[:3], measured[3:]
    off = max(abs(np.log(m / p)) for m, p in zip(measured, product, strict=True))
    text = _("at depth 5, 10, 20 each sigmoid layer passes back {a}, {b}, {c}; each ReLU layer {d}, {e}, {f}")
    numbers = {f"{what}_{d}": value for what, three in (("sigmoid", vanishing), ("relu", exploding))
               for d, value in zip((5, 10, 20), three, strict=True)}  # fmt: skip
    text = text.format(**dict(zip("abcdef", map(number, measured), strict=True)))
    text += _("; the product predicts it to {off}").format(off=percent(float(np.exp(off)) - 1))
    small = max(vanishing) < 0.8 and min(exploding) > 1.2
    return Verdict(Outcome.of(bool(off < 0.1 and small), bool(small)), text, {**numbers, "off": float(np.exp(off) - 1)})

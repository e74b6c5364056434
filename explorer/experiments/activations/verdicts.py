"""How the verdicts on the claims are computed from what their trials measured. Trials come seed by seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.core.claims import Outcome, Verdict, by_setting
from explorer.core.i18n import _
from explorer.core.scales import smoothed
from explorer.core.wording import number, percent
from explorer.experiments.activations.spec import Frame

LEARNED, FAILED = 0.9, 0.5
"""Training accuracies of the last 50 batches above and below which a network has learned or failed."""


def _of(frame: Frame, name: str, rows: NDArray[np.floating]) -> Any:
    """Row of a function."""
    return rows[frame.functions.index(name)]


def _slope_left(frames: Sequence[Frame], name: str) -> float:
    """Gradient norm of the first layer as a share of the read-out's: geometric mean over seeds."""
    shares = [_of(f, name, f.gradient_norm)[0] / _of(f, name, f.readout_gradient_norm) for f in frames]
    return float(np.exp(np.mean(np.log(np.maximum(shares, 1e-300)))))


def _dead(frames: Sequence[Frame], name: str) -> float:
    """Share of dead units, mean over layers and seeds."""
    return float(np.mean([_of(f, name, f.dead_fraction).mean() for f in frames]))


def _accuracy(frame: Frame, name: str) -> float:
    """Training accuracy of the last 50 batches; of a network that diverged 0."""
    return float(np.nan_to_num(_of(frame, name, frame.train_accuracy)[-50:].mean()))


def _steps_to(frame: Frame, name: str, loss: float) -> float:
    """First step whose smoothed loss is below; infinite where there is none."""
    below = smoothed(_of(frame, name, frame.train_loss), 20) < loss
    return float(frame.history_step[below.argmax()]) if below.any() else np.inf


def _share_at(frame: Frame, name: str, x: float) -> float:
    slope = np.abs(_of(frame, name, frame.gradient))
    return float(np.interp(x, frame.x, slope) / slope.max())


def _reach(frame: Frame, name: str, share: float) -> float:
    """The x > 0 from which on |f′| stays below this share of its maximum; infinite where it does not."""
    slope = np.abs(_of(frame, name, frame.gradient))
    above = frame.x[slope >= share * slope.max()].max()
    return float(above) if above < frame.x[-1] else np.inf


def saturates(frames: Sequence[Frame]) -> Verdict:
    frame = frames[0]
    share = _share_at(frame, "sigmoid", 0.9)
    tenth, hundredth = _reach(frame, "sigmoid", 0.1), _reach(frame, "sigmoid", 0.01)
    text = _(
        "at ±0.9 the slope is still {share} of its maximum; under 10 % beyond ±{tenth}, under 1 % beyond ±{hundredth}"
    )
    return Verdict(
        Outcome.of(share < 0.1, share < 0.5),
        text.format(share=percent(share), tenth=number(tenth), hundredth=number(hundredth)),
        {"share_at_0.9": share, "x_10_percent": tenth, "x_1_percent": hundredth},
    )


def vanishes(frames: Sequence[Frame]) -> Verdict:
    depths = by_setting(frames)
    sigmoid = [_slope_left(f, "sigmoid") for f in depths]
    tanh = _slope_left(depths[0], "tanh")
    top = float(np.mean([_of(f, "sigmoid", f.activation_mean)[-1] for f in depths[0]]))
    shrinks = sigmoid[0] < sigmoid[1] < sigmoid[2]
    text = _(
        "gradient of layer 1 beside the read-out’s: {one} at depth 1, {three} at depth 3, {eight} at depth 8; "
        "tanh {tanh}"
    )
    return Verdict(
        Outcome.of(shrinks and sigmoid[0] < 0.01 < tanh, sigmoid[0] < 0.1),
        text.format(one=number(sigmoid[2]), three=number(sigmoid[1]), eight=number(sigmoid[0]), tanh=number(tanh)),
        {"depth_8": sigmoid[0], "depth_3": sigmoid[1], "depth_1": sigmoid[2], "tanh_depth_8": tanh, "mean_output": top},
    )


def exp_is_costly(probes: Sequence[Mapping[str, float]]) -> Verdict:
    cost = probes[0]
    times = {name: cost[name] / cost["relu"] for name in ("sigmoid", "tanh")}
    layer = {name: cost[name] / (cost["matmul"] + cost[name]) for name in ("sigmoid", "tanh")}
    text = _(
        "sigmoid takes {sigmoid} times and tanh {tanh} times as long as ReLU, {share} and {other} of their layer’s time"
    )
    return Verdict(
        Outcome.of(layer["sigmoid"] > 0.2, max(times.values()) > 1.2),
        text.format(
            sigmoid=number(times["sigmoid"]),
            tanh=number(times["tanh"]),
            share=percent(layer["sigmoid"]),
            other=percent(layer["tanh"]),
        ),
        dict(cost),
    )


def zero_centred(frames: Sequence[Frame]) -> Verdict:
    ratios = []
    for depth in by_setting(frames):
        steps = [[_steps_to(f, name, 0.1) for f in depth] for name in ("own", "tanh")]
        ratios.append(float(np.median(steps[0]) / np.median(steps[1])))
    faster = [r > 1.1 for r in ratios]
    text = _(
        "tanh(x) + 1 needs {five} times the steps of tanh to loss 0.1 at depth 5, {three} at depth 3, {one} at depth 1"
    )
    return Verdict(
        Outcome.of(all(faster), any(faster)),
        text.format(five=number(ratios[0]), three=number(ratios[1]), one=number(ratios[2])),
        {"depth_5": ratios[0], "depth_3": ratios[1], "depth_1": ratios[2]},
    )


def tanh_faults(frames: Sequence[Frame]) -> Verdict:
    hundredth = {name: _reach(frames[0], name, 0.01) for name in ("tanh", "sigmoid")}
    left = {name: _slope_left(frames, name) for name in ("tanh", "sigmoid")}
    saturates, vanishes = hundredth["tanh"] < np.inf, left["tanh"] < 0.01
    text = _(
        "tanh’s slope is under 1 % beyond ±{tanh} (sigmoid: ±{sigmoid}); at depth 8 layer 1 has {left} of the "
        "read-out’s gradient (sigmoid: {other})"
    )
    return Verdict(
        Outcome.of(saturates and vanishes, saturates or vanishes),
        text.format(
            tanh=number(hundredth["tanh"]),
            sigmoid=number(hundredth["sigmoid"]),
            left=number(left["tanh"]),
            other=number(left["sigmoid"]),
        ),
        {"tanh_x_1_percent": hundredth["tanh"], "tanh_gradient": left["tanh"], "sigmoid_gradient": left["sigmoid"]},
    )


def relu_slope(results: Sequence[Any]) -> Verdict:
    frame, cost = results
    right = frame.x > 0
    slope, value = (_of(frame, "relu", rows)[right] for rows in (frame.gradient, frame.value))
    cheapest = cost["relu"] <= 1.1 * min(cost["sigmoid"], cost["tanh"], cost["elu"])
    slope_one, output_one = bool((slope == 1).all()), bool((value == 1).all())
    text = _("for x > 0 its slope is {slope}, its output from {low} to {high}; it takes {share} of the time of tanh")
    return Verdict(
        Outcome.of(cheapest and output_one, cheapest and slope_one),
        text.format(
            slope=number(float(slope.mean())),
            low=number(float(value.min())),
            high=number(float(value.max())),
            share=percent(cost["relu"] / cost["tanh"]),
        ),
        {"slope": float(slope.mean()), "largest_output": float(value.max()), **cost},
    )


def relu_dies(frames: Sequence[Frame]) -> Verdict:
    large, middle, small = (_dead(f, "relu") for f in by_setting(frames))
    text = _("dead after 300 steps: {large} of the units at lr 2, {middle} at lr 1, {small} at lr 0.1")
    return Verdict(
        Outcome.of(large > 0.25 and small < 0.05 and large >= middle >= small, large > 0.05),
        text.format(large=percent(large), middle=percent(middle), small=percent(small)),
        {"lr_2": large, "lr_1": middle, "lr_0.1": small},
    )


def leaky_passes(frames: Sequence[Frame]) -> Verdict:
    """Five runs at a large lr, then five initial states."""
    trained, initial = by_setting(frames)
    least = float(np.abs(_of(frames[0], "leaky_relu", frames[0].gradient)).min())
    dead = {name: _dead(trained, name) for name in ("leaky_relu", "relu")}
    mean = {n: float(np.mean([_of(f, n, f.activation_mean)[0] for f in initial])) for n in dead}
    passes, off_centre = least > 0 and dead["leaky_relu"] == 0, mean["leaky_relu"] > 0.5 * mean["relu"]
    text = _(
        "its slope is at least {least}, no unit dead at lr 2 (ReLU {dead}); its outputs average {mean} (ReLU {relu})"
    )
    if not passes:
        text = _("dead at lr 2: {share} of the units (ReLU {dead}); its outputs average {mean} (ReLU {relu})")
    return Verdict(
        Outcome.of(passes and off_centre, passes),
        text.format(
            least=number(least),
            share=percent(dead["leaky_relu"]),
            dead=percent(dead["relu"]),
            mean=number(mean["leaky_relu"]),
            relu=number(mean["relu"]),
        ),
        {"least_slope": least, "mean": mean["leaky_relu"], **{f"dead_{name}": share for name, share in dead.items()}},
    )


def _jump(frame: Frame, name: str) -> float:
    """Largest change of f′ between neighbouring points."""
    return float(np.abs(np.diff(_of(frame, name, frame.gradient))).max())


def elu_smooth(frames: Sequence[Frame]) -> Verdict:
    one, two = frames
    leaky, elu, elu_two = _jump(one, "leaky_relu"), _jump(one, "elu"), _jump(two, "elu")
    text = _(
        "largest jump of f′ between points {apart} apart: leaky ReLU {leaky}, ELU {elu} with α = 1, {two} with α = 2"
    )
    return Verdict(
        Outcome.of(max(elu, elu_two) < 0.1 * leaky, elu < 0.1 * leaky),
        text.format(
            apart=number(float(one.x[1] - one.x[0])), leaky=number(leaky), elu=number(elu), two=number(elu_two)
        ),
        {"leaky_relu": leaky, "elu_alpha_1": elu, "elu_alpha_2": elu_two},
    )


def never_sigmoid(frames: Sequence[Frame]) -> Verdict:
    deep, normed, shallow = (float(np.median([_accuracy(f, "sigmoid") for f in s])) for s in by_setting(frames))
    text = _("right after 300 steps: {deep} at depth 5, {normed} at depth 5 with batch norm, {shallow} at depth 1")
    learned = [deep > LEARNED, normed > LEARNED, shallow > LEARNED]
    return Verdict(
        Outcome.of(not any(learned), deep < FAILED and sum(learned) == 1),
        text.format(deep=percent(deep), normed=percent(normed), shallow=percent(shallow)),
        {"depth_5": deep, "depth_5_batch_norm": normed, "depth_1": shallow},
    )

"""Stacks of histograms: one panel for each initializer, one ridge for each layer, the first on top."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.core.figure import Axis, Label, Mark, Panel, Ridge
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import INK
from explorer.core.scales import rounded_up
from explorer.experiments.initializers.spec import Frame, ViewOptions

HEIGHT = 1.3
"""Of a ridge, in distances of two."""
STICKS_OUT = 2.0
"""A bin that holds more than so many times the next is cut to it: ReLU's zeros would flatten all else."""
BOUNDED = {"tanh": (-1.05, 1.05), "sigmoid": (-0.04, 1.04), "hardsigmoid": (-0.04, 1.04)}
Limits = tuple[float, float]


def activation_ridges(frame: Frame, options: ViewOptions, network: int, initializer: Choice) -> Panel:
    """How the values of each layer are spread."""
    limits = activation_limits(frame)
    edges, counts = frame.histogram_edges[network], frame.histogram_count[network]
    centres = (edges[:, :-1] + edges[:, 1:]) / 2
    marks = _ridges(frame, options, initializer, edges, centres, counts.astype(float), limits, network)
    return Panel(
        f"activations.{initializer.name}",
        initializer.label,
        _("activations by layer"),
        Axis(_("activation"), limits=limits),
        _layers(frame, options),
        tuple(marks),
        grid="none",
        summary=_("Spread of the values of each of {n} layers").format(n=len(edges)),
    )


def gradient_ridges(frame: Frame, options: ViewOptions, network: int, initializer: Choice) -> Panel:
    """How the magnitudes of the gradients of each layer's values are spread, per decade."""
    limits = gradient_limits(frame)
    edges, counts = frame.gradient_histogram_edges[network], frame.gradient_histogram_count[network]
    with np.errstate(all="ignore"):
        centres = np.sqrt(edges[:, :-1] * edges[:, 1:])
        heights = counts / np.log(edges[:, 1:] / edges[:, :-1])
    marks = _ridges(frame, options, initializer, edges, centres, heights, limits, network)
    return Panel(
        f"gradients.{initializer.name}",
        initializer.label,
        _("gradients by layer"),
        Axis("|\u200a∂L/∂h\u200a|", log=True, limits=limits),
        _layers(frame, options),
        tuple(marks),
        grid="none",
        summary=_("Spread of the gradients of each of {n} layers").format(n=len(edges)),
    )


def _shown(frame: Frame, options: ViewOptions) -> list[int]:
    """Indices of the layers that are drawn: evenly from the first, and the last."""
    depth = frame.hyperparams.depth
    stride = max(1, -(-(depth - 1) // (options.ridges - 1)))
    return sorted({*range(0, depth, stride), depth - 1})


def _layers(frame: Frame, options: ViewOptions) -> Axis:
    """Ridges stand at −1, −2, … from the top."""
    shown = _shown(frame, options)
    ticks = tuple((-float(place), str(layer + 1)) for place, layer in enumerate(shown, 1))
    return Axis(limits=(-len(shown) - 0.15, HEIGHT - 0.9), ticks=ticks)


def _ridges(
    frame: Frame,
    options: ViewOptions,
    initializer: Choice,
    edges: NDArray[np.float64],
    centres: NDArray[np.float64],
    heights: NDArray[np.float64],
    limits: Limits,
    network: int,
) -> Iterator[Mark]:
    role = initializer.role or INK
    for place, layer in enumerate(_shown(frame, options), 1):
        if not heights[layer].any():
            continue
        x, y = _outline(edges[layer], centres[layer], scaled(heights[layer], options.log_count), limits)
        yield Ridge(str(layer + 1), x, HEIGHT * y - place, -float(place), role, _("layer {n}").format(n=layer + 1))
    lost = np.flatnonzero(np.isnan(frame.activation_std[network]))
    if lost.size and any(d.network == initializer.label for d in frame.divergences):
        places = [p for p, layer in enumerate(_shown(frame, options), 1) if layer >= lost[0]]
        if places:
            yield Label("lost", limits[0], 0.4 - places[0], _("overflow from layer {n}").format(n=lost[0] + 1), role)


def scaled(heights: NDArray[np.float64], log: bool) -> NDArray[np.float64]:
    """Heights as a share of the largest; a single bin that sticks out is cut."""
    if log:
        heights = np.log1p(heights)
    second, first = np.sort(heights)[-2:]
    top = second if 0 < STICKS_OUT * second < first else first
    shares: NDArray[np.float64] = np.minimum(heights / top, 1.0)
    return shares


def _outline(
    edges: NDArray[np.float64], centres: NDArray[np.float64], shares: NDArray[np.float64], limits: Limits
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outline of the bins from one end of the panel to the other, on the ground where there are none."""
    low, high = limits
    x = np.concatenate([[min(low, edges[0])], edges[[0, 0]], centres, edges[[-1, -1]], [max(high, edges[-1])]])
    y = np.concatenate([[0, 0], shares[:1], shares, shares[-1:], [0, 0]])
    ends = np.interp(limits, x, y)
    inside = (x > low) & (x < high)
    return np.concatenate([[low], x[inside], [high]]), np.concatenate([ends[:1], y[inside], ends[1:]])


def activation_limits(frame: Frame) -> Limits:
    """Of all networks: what the first layer fills, unless one of them is far beyond the others."""
    if frame.hyperparams.activation in BOUNDED:
        return BOUNDED[frame.hyperparams.activation]
    rms = np.hypot(frame.activation_mean[:, 0], frame.activation_std[:, 0])
    rms = rms[np.isfinite(rms) & (rms > 0)]
    if not rms.size:
        return -1.0, 1.0
    reach = rounded_up(3.5 * min(float(rms.max()), 5 * float(np.median(rms))), 1e-30)
    least = float(np.nanmin(frame.histogram_edges[:, 0, 0]))
    return max(-reach, 1.1 * min(least, 0.0) - 0.04 * reach), reach


def gradient_limits(frame: Frame) -> Limits:
    """Whole decades around the bulk of all layers' gradients, at most fifteen."""
    spread = frame.gradient_std[np.isfinite(frame.gradient_std) & (frame.gradient_std > 0)]
    if not spread.size:
        return 1e-6, 1.0
    high = np.ceil(np.log10(spread.max()) + 0.7)
    low = max(np.floor(np.log10(spread.min()) - 1.5), high - 15)
    return float(10.0**low), float(10.0**high)


def columns(n: int) -> Sequence[int]:
    """How many of n panels stand in each row: up to three in one, more in two."""
    return (n,) if n <= 3 else (-(-n // 2), n // 2)

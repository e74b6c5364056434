"""What is measured of every hidden layer of every network, in one look at its values (E, batch, width).

Very large and very small values are scaled first: neither 10³⁰ nor 10⁻³⁰ overflows or vanishes when squared.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

N_BINS = 64
TOGETHER = 1_000_000
"""So many values are measured at once."""
PLAIN = 1e-8, 1e8
"""Largest magnitudes of values that are measured as they are."""
_SHIFT = 21
"""Bits that are cut from a float32: what is left, read as an integer, counts quarter octaves."""
_CODES = 256 << (23 - _SHIFT)
_NUMBERS = (
    "activation_mean",
    "activation_std",
    "unit_std",
    "cosine",
    "saturated_fraction",
    "dead_fraction",
    "gradient_std",
)
Values = NDArray[np.float64] | NDArray[np.int64]


class Measures:
    """Arrays by name, (E, depth, …): nan, or 0 samples counted, where nothing has been measured yet.

    Small layers wait until several can be measured together, which costs little more than one.
    """

    def __init__(self, networks: int, depth: int) -> None:
        shape = networks, depth
        self._values: dict[str, Values] = {name: np.full(shape, np.nan) for name in _NUMBERS}
        for name in ("histogram", "gradient_histogram"):
            self._values[f"{name}_edges"] = np.full((*shape, N_BINS + 1), np.nan)
            self._values[f"{name}_count"] = np.zeros((*shape, N_BINS), np.int64)
        self._signals, self._gradients = _Waiting(_of_signal), _Waiting(_of_gradient)

    @property
    def values(self) -> dict[str, Values]:
        """All that has been seen."""
        for waiting in (self._signals, self._gradients):
            waiting.empty_into(self._values)
        return self._values

    def see_activations(self, rows: list[int], layer: int, h: Tensor, flat: Tensor) -> None:
        """Measure a layer of these networks; `flat` (E, width): of each unit, the share of |f′| under its threshold."""
        if self._signals.add(rows, layer, h, flat):
            self._signals.empty_into(self._values)

    def see_gradients(self, rows: list[int], layer: int, g: Tensor) -> None:
        """Measure ∂L/∂h of a layer of these networks."""
        if self._gradients.add(rows, layer, g):
            self._gradients.empty_into(self._values)


class _Waiting:
    """Layers that will be measured together by `measure`."""

    def __init__(self, measure: Callable[..., dict[str, Values]]) -> None:
        self._measure = measure
        self._layers: list[tuple[Tensor, ...]] = []
        self._places: list[tuple[int, int]] = []

    def add(self, rows: list[int], layer: int, *tensors: Tensor) -> bool:
        """Let tensors of these rows wait, the first (E, batch, width); return whether they are many."""
        self._layers.append(tensors)
        self._places += [(row, layer) for row in rows]
        return len(self._layers) * tensors[0].numel() >= TOGETHER

    def empty_into(self, values: dict[str, Values]) -> None:
        """Measure what has waited; nothing is known of layers with a value that is not finite."""
        if not self._layers:
            return
        tensors = [torch.cat(kind) if len(kind) > 1 else kind[0] for kind in zip(*self._layers, strict=True)]
        u, scale = _scaled(tensors[0])
        finite = np.isfinite(scale)
        if not finite.all():
            u = torch.where(torch.from_numpy(finite)[:, None, None], u, 0)
        rows, layers = np.array(self._places).T
        for name, found in self._measure(u, np.where(finite, scale, 0), *tensors).items():
            if not finite.all():
                found[~finite] = 0 if found.dtype == np.int64 else np.nan
            values[name][rows, layers] = found
        self._layers, self._places = [], []


def _of_signal(u: Tensor, scale: NDArray[np.float64], _h: Tensor, flat: Tensor) -> dict[str, Values]:
    """Measure values u · scale; axis 0 is any number of layers."""
    middle = u.mean(1)  # of each unit
    variance = (u - middle[:, None]).square_().mean(1)
    std = (variance.mean(1) + middle.var(1, correction=0)).sqrt()
    edges, count = _histogram(u)
    return {
        "activation_mean": scale * _numpy(middle.mean(1)),
        "activation_std": scale * _numpy(std),
        "unit_std": scale * _numpy(variance.sqrt().mean(1)),
        "cosine": _cosine(u),
        "saturated_fraction": _numpy(flat.mean(1)),
        "dead_fraction": _numpy((flat == 1).float().mean(1)),
        "histogram_edges": scale[:, None] * edges,
        "histogram_count": count,
    }


def _of_gradient(u: Tensor, scale: NDArray[np.float64], g: Tensor) -> dict[str, Values]:
    square = torch.linalg.vector_norm(u, dim=(1, 2)).square() / u[0].numel()
    std = (square - u.mean((1, 2)).square()).clamp(min=0).sqrt()
    edges, count = _octaves(g)
    return {
        "gradient_std": scale * _numpy(std),
        "gradient_histogram_edges": edges,
        "gradient_histogram_count": count,
    }


def _numpy(values: Tensor) -> NDArray[np.float64]:
    return values.double().numpy()


def _scaled(h: Tensor) -> tuple[Tensor, NDArray[np.float64]]:
    """Values that can be squared, and what to multiply them by, (E,); not finite where a value is not."""
    peak = torch.maximum(h.amax((1, 2)), -h.amin((1, 2)))
    used = torch.where(peak <= 1e-37, 1.0, peak)  # nan stays nan
    if ((used > PLAIN[0]) & (used < PLAIN[1])).all():
        return h, np.ones(len(h))
    return h / used[:, None, None], _numpy(used)


def _cosine(u: Tensor) -> NDArray[np.float64]:
    """Mean cosine of all pairs of samples that are not zero: (‖Σ ûₛ‖² − n) / (n² − n), (E,); nan for n < 2."""
    length = torch.linalg.vector_norm(u, dim=2)  # (E, batch)
    inverse = torch.where(length > 0, 1 / length, 0)
    total = torch.bmm(inverse[:, None], u).double().square().sum((1, 2))
    n = (length > 0).sum(1)
    return torch.where(n > 1, (total - n) / (n * (n - 1)), torch.nan).numpy()


def _histogram(u: Tensor) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Edges (E, N_BINS + 1) from each network's least to its largest value, and counts (E, N_BINS)."""
    low, high = u.amin((1, 2)), u.amax((1, 2))
    same = high - low < 1e-36  # equal, or too small to be scaled: 64 / (high − low) would overflow
    low, high = torch.where(same, low - 0.5, low), torch.where(same, high + 0.5, high)
    per_unit = N_BINS * (1 - 1e-6) / (high - low)  # so that the largest value falls into the last bin
    small = torch.int16 if N_BINS * len(u) < 2**15 else torch.int32
    place = (u - low[:, None, None]).mul_(per_unit[:, None, None]).to(small)
    low64 = low.double()[:, None]
    edges = low64 + (high.double()[:, None] - low64) * torch.linspace(0, 1, N_BINS + 1, dtype=torch.float64)
    return edges.numpy(), _counted(place, N_BINS)


def _octaves(g: Tensor) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Histogram of |g| in bins of a quarter octave, 2ᵏ(1 + m/4), the last being that of the largest value."""
    counts = _counted(g.abs().view(torch.int32).bitwise_right_shift_(_SHIFT), _CODES)
    last = _CODES - 1 - (counts[:, ::-1] > 0).argmax(1)  # of the largest value
    known = (last > 0) & (last < _CODES - 4)
    start = np.maximum(last - N_BINS + 1, 1)[:, None]
    edges = np.where(known[:, None], _EDGES[start + np.arange(N_BINS + 1)], np.nan)
    count = np.where(known[:, None], np.take_along_axis(counts, start + np.arange(N_BINS), 1), 0)
    return edges, count


def _counted(place: Tensor, n: int) -> NDArray[np.int64]:
    """How many of each network's places (E, batch, width) are 0 … n − 1, (E, n). Places are changed.

    All are counted at once: on narrow layers, a call for each would take longer than counting.
    """
    place += n * torch.arange(len(place), dtype=place.dtype)[:, None, None]
    return torch.bincount(place.flatten(), minlength=n * len(place)).view(-1, n).numpy()


_CODE = np.arange(_CODES + 1)
_EDGES = np.ldexp(np.where(_CODE < 4, 2 * (_CODE % 4) / 4, 1 + _CODE % 4 / 4), _CODE // 4 - 127)
"""Lower edge of each code; under 4 they are denormal."""

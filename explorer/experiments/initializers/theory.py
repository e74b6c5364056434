"""What a layer of infinite width does to the size of signal and gradient: mean-field theory.

For weights of mean 0, independent of what comes in (Poole et al. 2016, Schoenholz et al. 2017):
qₗ = σ_w² E[f(√qₗ₋₁ u)²] + σ_b² for u from N(0, 1), q₁ = σ_w² mean(x²) + σ_b², and, backward,
E[gₗ²] = σ_w² E[f′(√qₗ₊₁ u)²] E[gₗ₊₁²]. σ_w² is the mean square of a layer's weights times fan_in (or fan_out).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from explorer.nets.activations import Parameters, function, gains, mean

Array = NDArray[np.float64]
SMALLEST = 1e-38
"""What float32 cannot hold is nothing."""


@dataclass(frozen=True, eq=False)
class Table:
    """Logarithms of E[f²] and E[f′²], and E[f] / √E[f²], each at the logarithms of q, (n,)."""

    log_q: Array
    square: Array
    slope: Array
    lean: Array


@lru_cache(maxsize=64)
def table(name: str, parameters: Parameters) -> Table:
    """Tabulate an activation for q from 10⁻⁸⁰ to 10⁸⁰, densely where functions bend."""
    exponent = np.concatenate([np.arange(-80, -6, 8), np.arange(-6, 6, 0.2), np.arange(6, 81, 8)])
    f = function(name, parameters)
    found = np.array([(*gains(f, 10.0 ** (e / 2)), mean(f, 10.0 ** (e / 2))) for e in exponent])
    square, slope, middle = found.T
    with np.errstate(all="ignore"):
        return Table(exponent * np.log(10), np.log(square), np.log(slope), middle / np.sqrt(square))


@dataclass(frozen=True, eq=False)
class Weights:
    """Moments of the weights and biases of all layers, (E, depth + 1), the read-out last."""

    mean: Array
    square: Array
    bias_square: Array
    fan_in: Array
    """(depth + 1,)."""

    @property
    def centred(self) -> NDArray[np.bool_]:
        """Whether a layer's weights have mean 0, as far as one can tell from so many, (E, depth + 1)."""
        n = self.fan_in * np.append(self.fan_in[1:], 10)
        centred: NDArray[np.bool_] = self.mean**2 * n <= 25 * np.maximum(self.square - self.mean**2, 0)
        return centred


def predicted(gain: Table, weights: Weights, x_square: Array, batch_norm: bool) -> tuple[Array, Array]:
    """Std of the activations, and rms of the gradient in units of that of the last hidden layer, (E, depth) both.

    `x_square` (n_samples,) is the mean square of each sample. nan where the theory does not apply: weights with
    another mean than 0, and the gradient under batch norm, which mixes samples.
    """
    groups = np.array([part.mean() for part in np.array_split(np.sort(x_square), min(16, len(x_square)))])
    networks, depth = len(weights.square), weights.square.shape[1] - 1
    incoming, std, slopes = np.broadcast_to(groups, (networks, len(groups))), [], []
    with np.errstate(all="ignore"):
        for i in range(depth):
            q = weights.fan_in[i] * weights.square[:, i, None] * incoming + weights.bias_square[:, i, None]
            log_q = np.zeros_like(q) if batch_norm else np.log(q)
            incoming = np.exp(np.interp(log_q, gain.log_q, gain.square))
            middle = np.sqrt(incoming) * np.interp(log_q, gain.log_q, gain.lean)
            spread = np.sqrt(np.maximum(incoming.mean(1) - middle.mean(1) ** 2, 0))
            std.append(np.where(spread > SMALLEST, spread, 0))
            slopes.append(np.interp(log_q, gain.log_q, gain.slope))
        gradient = _backward(weights, slopes)
    known = np.logical_and.accumulate(weights.centred[:, :-1], axis=1)
    known_back = np.logical_and.accumulate(weights.centred[:, :-1][:, ::-1], axis=1)[:, ::-1] & known
    return np.where(known, np.stack(std, 1), np.nan), np.where(known_back & (not batch_norm), gradient, np.nan)


def _backward(weights: Weights, slopes: list[Array]) -> Array:
    """Rms relative to the last layer; `slopes` are logarithms of E[f′²] by layer, (E, groups) each."""
    log = [np.zeros_like(slopes[0])]
    for i in range(len(slopes) - 1, 0, -1):
        log.append(log[-1] + slopes[i] + np.log(weights.fan_in[i] * weights.square[:, i, None]))
    rms: Array = np.sqrt(np.exp(np.stack(log[::-1], 1)).mean(2))
    return rms

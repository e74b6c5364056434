"""Pictures over two hyperparams, computed piece by piece: where signals survive, and where networks learn.

Both are of the initializer "normal", whose σ runs over a range around σ√width = 1. A picture depends on nothing that
its `Setting` does not hold: one that was completed is there at once when it is wanted again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.experiments.initializers.networks import Networks, run_through
from explorer.nets.activations import Parameters, function
from explorer.nets.data import Batches, load
from explorer.nets.optimizers import optimizer
from explorer.nets.stack import batch_norm

SHALLOW = 40
"""Least number of layers that the picture of the signal has."""
SIGMAS = 4.0 ** np.linspace(-1, 1, 25)
"""σ√width, from the bottom of the picture of the signal to its top."""
COARSE = 4.0 ** np.linspace(-1, 1, 13)
"""The same of training, which costs more."""
RATES = 10.0 ** np.linspace(-3, 1, 13)
SAMPLES = 64
STEPS = 50
TRAINED_WIDTH = 32
"""Networks that are trained for the picture are at most this wide; σ√width is what counts."""

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """All that a picture depends on."""

    kind: str
    """ "depth" or "lr": what runs along x."""
    activation: str
    parameters: Parameters
    batch_norm: bool
    data: str
    width: int
    depth: int
    optimizer: str
    seed: int


class Picture:
    """`z` (n_y, n_x) at `x` and the σ in `y`, nan where nothing has been computed; `total` pieces, `done` of them."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        over_depth = setting.kind == "depth"
        self.x = np.arange(1.0, setting.depth + 1) if over_depth else RATES
        self.scales = SIGMAS if over_depth else COARSE
        self.y: NDArray[np.float64] = self.scales / np.sqrt(setting.width)
        self.z = np.full((len(self.y), len(self.x)), np.nan)
        self.done, self.total = 0, len(self.x) * (1 if over_depth else STEPS)
        self._pieces = _signal(setting, self.scales) if over_depth else _training(setting)
        if setting in _completed:
            self.z, self.done = _completed[setting], self.total

    def refine(self) -> None:
        """Compute the next piece."""
        if self.done < self.total:
            column = next(self._pieces)
            if column is not None:
                self.z[:, self.done * len(self.x) // self.total] = column
            self.done += 1
            if self.done == self.total:
                _keep(self)


_completed: dict[Setting, NDArray[np.float64]] = {}


def _keep(picture: Picture) -> None:
    """Remember a picture and forget the oldest of more than eight."""
    _completed[picture.setting] = picture.z
    if len(_completed) > 8:
        del _completed[next(iter(_completed))]


def _signal(setting: Setting, sigmas: Column) -> Iterator[Column]:
    """Std of the activations of each layer over that of the first, one layer of all σ (√width times) at a time.

    It knows no picture: one that is given up takes what it was made of with it at once.
    """
    generator = torch.Generator().manual_seed(setting.seed)
    f = function(setting.activation, setting.parameters)
    scales = torch.tensor(sigmas / np.sqrt(setting.width), dtype=torch.float32)[:, None, None]
    h, first = load(setting.data).inputs[:SAMPLES].expand(len(scales), -1, -1), None
    one, zero = torch.ones(1, 1, setting.width), torch.zeros(1, 1, setting.width)
    for _layer in range(setting.depth):
        z = scales * (h @ torch.randn(h.shape[2], setting.width, generator=generator))
        h = f(batch_norm(z, one, zero) if setting.batch_norm else z)
        std = _std(h)
        first = std if first is None else first
        with np.errstate(all="ignore"):
            column = np.where(np.isfinite(std), std / first, np.inf)
        yield column


def _std(h: torch.Tensor) -> NDArray[np.float64]:
    """Of all values of each network, (E,), without overflow."""
    peak = h.abs().amax((1, 2)).clamp(1e-37)
    return (peak.double() * (h / peak[:, None, None]).flatten(1).std(1, correction=0).double()).numpy()


def _training(setting: Setting) -> Iterator[Column | None]:
    """Mean loss of the last tenth of some steps, infinite where it overflows; one step of all σ at one lr at a time."""
    data = load(setting.data)
    for lr in RATES:
        generator = torch.Generator().manual_seed(setting.seed)
        networks = _drawn(setting, generator, data.inputs.shape[1], data.n_classes)
        batches = Batches(len(data.inputs), SAMPLES, generator)
        learner = optimizer(setting.optimizer, float(lr))
        last = []
        for step in range(STEPS):
            chosen = batches.next()
            done = run_through(networks, data.inputs[chosen], data.labels[chosen], setting.depth)
            with torch.no_grad():
                learner.step(networks.parameters(), done.gradients)
            if step >= 0.9 * STEPS:
                last.append(done.loss.numpy())
            mean = np.mean(last, axis=0) if step == STEPS - 1 else None
            yield mean if mean is None else np.where(np.isfinite(mean), mean, np.inf)


def _drawn(setting: Setting, generator: torch.Generator, features: int, classes: int) -> Networks:
    width = min(setting.width, TRAINED_WIDTH)
    sigmas = torch.tensor(COARSE / np.sqrt(width), dtype=torch.float32)[:, None, None]
    f = function(setting.activation, setting.parameters)
    networks = Networks(len(sigmas), f, setting.batch_norm)
    for layer in range(setting.depth + 1):
        hidden = layer < setting.depth
        weight = torch.randn(width if layer else features, width if hidden else classes, generator=generator)
        networks.add(sigmas * weight, torch.zeros(len(sigmas), 1, weight.shape[1]), hidden)
    return networks

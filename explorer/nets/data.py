"""Data sets: real ones travel with the program, toy ones are generated. Nothing is downloaded.

digits: Alpaydin & Kaynak, Optical Recognition of Handwritten Digits, UCI 1998, CC BY 4.0 (resources/data/digits.txt).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from explorer.core.resources import RESOURCES

N_TEST = 400


@dataclass(frozen=True)
class Dataset:
    """Samples in random order, standardised by the training part (but "pixels"): mean 0, variance 1 over all values."""

    inputs: Tensor
    """(n_train, n_features), float32."""
    labels: Tensor
    """(n_train,), int64, from 0."""
    test_inputs: Tensor
    """(n_test, n_features)."""
    test_labels: Tensor
    """(n_test,)."""
    n_classes: int


@cache
def load(name: str) -> Dataset:
    """Load "digits", "pixels" (the same as they are, 0 to 16), "spirals" or "normal". No seed decides the split."""
    generator = torch.Generator().manual_seed(0)
    inputs, labels = {"spirals": _spirals, "normal": _normal}.get(name, _digits)(generator)
    order = torch.randperm(len(inputs), generator=generator)
    inputs, labels = inputs[order], labels[order]
    train = inputs[:-N_TEST]
    if name != "pixels":
        inputs = (inputs - train.mean()) / train.std()
    n_classes = int(labels.max()) + 1
    return Dataset(inputs[:-N_TEST], labels[:-N_TEST], inputs[-N_TEST:], labels[-N_TEST:], n_classes)


def _digits(_generator: torch.Generator) -> tuple[Tensor, Tensor]:
    with np.load(RESOURCES / "data" / "digits.npz") as file:
        images, labels = file["images"], file["labels"]
    return torch.tensor(images.reshape(len(images), -1), dtype=torch.float32), torch.tensor(labels, dtype=torch.int64)


def _spirals(
    generator: torch.Generator, n: int = 1797, turns: float = 1.25, noise: float = 0.05
) -> tuple[Tensor, Tensor]:
    """Two arms r = t, angle = 2π·turns·t (+ π), with normal noise on both coordinates."""
    t = torch.sqrt(torch.rand(n, generator=generator))  # even along the area, not the angle
    labels = torch.arange(n) % 2
    angle = 2 * torch.pi * turns * t + torch.pi * labels
    points = torch.stack([t * torch.cos(angle), t * torch.sin(angle)], dim=1)
    return points + noise * torch.randn(n, 2, generator=generator), labels


def _normal(generator: torch.Generator, n: int = 1797, features: int = 64, classes: int = 10) -> tuple[Tensor, Tensor]:
    """Points from N(0, 1) in as many dimensions as digits; the label is the nearest of ten random directions."""
    points = torch.randn(n, features, generator=generator)
    return points, (points @ torch.randn(features, classes, generator=generator)).argmax(1)


class Batches:
    """Endless batches of indices: every epoch in a new order without repetition, a last incomplete batch left out."""

    def __init__(self, n_samples: int, batch_size: int, generator: torch.Generator) -> None:
        self._n, self._size, self._generator = n_samples, min(batch_size, n_samples), generator
        self._waiting: list[Tensor] = []

    def next(self) -> Tensor:
        """Indices of the next batch, (batch_size,)."""
        if not self._waiting:
            order = torch.randperm(self._n, generator=self._generator)
            self._waiting = list(order[: self._n - self._n % self._size].split(self._size))
        return self._waiting.pop(0)

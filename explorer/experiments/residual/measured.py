"""The slow measurements of all networks as they were at one step, a piece at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.experiments.residual import slow
from explorer.experiments.residual.learner import Learner, Samples


@dataclass
class Slow:
    """Slow measurements of the networks at one step; nan where not measured."""

    step: int
    removal_accuracy: NDArray[np.float32]
    gradient_quantiles: NDArray[np.float32]
    jacobian_gain: NDArray[np.float32]
    jacobian_product: NDArray[np.float32]
    gradient_correlation: NDArray[np.float32]

    @classmethod
    def empty(cls, step: int, n_arms: int, n_outputs: int) -> "Slow":
        nan = [np.full((n_arms, n_outputs), np.nan, np.float32) for _array in range(3)]
        quantiles = np.full((n_arms, n_outputs, len(slow.QUANTILES)), np.nan, np.float32)
        return cls(step, nan[0], quantiles, nan[1], nan[2], np.full((n_arms, len(slow.ANGLES)), np.nan, np.float32))

    def arrays(self) -> dict[str, Any]:
        """Copies, by field of the frame."""
        return {name: value.copy() for name, value in vars(self).items() if name != "step"}


def measuring(
    found: Slow, learners: Sequence[Learner], batch: Samples, test: Samples, inputs: Tensor
) -> Iterator[None]:
    """Fill in what is found, a piece at a time, of the networks as they are at the start.

    `inputs` are two of the data, (2, features). No method of the run: a generator that holds the run which holds it
    would keep the memory of a run that is over until the garbage collector comes by.
    """
    snapshots = [(x.network, x.network.flat.clone(), x.network.state.clone()) for x in learners]
    gradients = [x.last.h for x in learners]
    around = slow.neighbourhood(*inputs)
    for row, (network, flat, state) in enumerate(snapshots):
        n = len(network.blocks) + 1
        found.gradient_quantiles[row, :n] = slow.quantiles(gradients[row]).numpy()
        yield
        removal = slow.removal(network, test)
        for i in range(n):
            with network.holding(flat, state):
                found.removal_accuracy[row, i] = next(removal)
            yield
        with network.holding(flat, state):
            gain, product = slow.jacobians(network, batch)
        found.jacobian_gain[row, :n], found.jacobian_product[row, :n] = gain.numpy(), product.numpy()
        yield
        with network.holding(flat, state):
            found.gradient_correlation[row] = slow.correlation(network, around).numpy()
        yield

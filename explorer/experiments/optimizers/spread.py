"""What becomes of many starts together, at every step: their ways have few points where they are many."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.experiments.optimizers.nearest import nearest
from explorer.experiments.optimizers.spec import SAMPLED
from explorer.experiments.optimizers.track import BUDGET, Track, bytes_of_row

DISTANCES = 100_000
"""Distances between a point and a minimum that a step may compute."""
QUARTILES = (0.25, 0.5, 0.75)
Array = NDArray[np.float64]
Rows = NDArray[np.int64]


def sampled(n_starts: int, cost: int, budget: int, first: int) -> Rows:
    """Starts that are looked at, evenly chosen, `first` the first: as many as the budget allows at so much each."""
    n = min(max(budget // cost, 1), n_starts, SAMPLED)
    return (first + np.arange(n) * n_starts // n) % n_starts


class Spread:
    """Quartiles over the starts of losses and distances, and the effective learning rates of the reference."""

    def __init__(self, shape: tuple[int, int], reference: int, minima: Array, steps: int = 0) -> None:
        """`shape`: (n_optimizers, n_starts); `minima` (k, 2); `steps`: so many are kept at least."""
        n_optimizers, n_starts = shape
        self._minima = minima
        self._starts = sampled(n_starts, n_optimizers * max(len(minima), 1), DISTANCES, reference)
        self._places = [round(q * (len(self._starts) - 1)) for q in QUARTILES]
        budget = max((steps + 1) * bytes_of_row(n_optimizers, len(QUARTILES), 1), BUDGET)
        self._track = Track(n_optimizers, len(QUARTILES), width=1, budget=budget)

    def wants(self, step: int) -> bool:
        """Whether this step stays when others follow."""
        return self._track.wants(step)

    def put(self, step: int, points: Array, loss: Array, rates: Array) -> None:
        """Take the next step: (n_optimizers, n_starts, 2), (n_optimizers, n_starts), (n_optimizers, 2)."""
        points, loss = points.take(self._starts, 1), loss.take(self._starts, 1)
        distance, _which = nearest(points, self._minima)
        self._track.put(step, self._quartiles(distance)[..., None], self._quartiles(loss), rates)

    def _quartiles(self, values: Array) -> Array:
        """Of (n_optimizers, n_sampled), an overflow counting as infinite: (n_optimizers, 3), each one of the values."""
        in_order = np.sort(np.where(np.isnan(values), np.inf, values), axis=1)
        return in_order[:, self._places]

    def curves(self, most: int | None = None) -> dict[str, Any]:
        """What the frame holds of the steps that are kept, or of about so many of them."""
        track = self._track
        rows = np.arange(track.count) if most is None else track.seen_rows(most)
        return {
            "curve_step": track.steps(rows),
            "quartiles_of": len(self._starts),
            "loss_quartiles": track.loss(rows),
            "distance_quartiles": track.path(rows)[..., 0],
            "effective_lr": track.rates(rows),
        }


def of_one(steps: Rows, rates: Array) -> dict[str, Any]:
    """What the frame holds of a single start, at the steps of its way (n + 1,): quartiles it has none."""
    none = np.empty((len(rates), 0, len(steps)))
    return {
        "curve_step": steps,
        "quartiles_of": 0,
        "loss_quartiles": none,
        "distance_quartiles": none,
        "effective_lr": rates,
    }

"""A picture of where an arm can be trained: its accuracy over learning rate and batch size (or init scale).

Every cell is a training of its own, `MAP_STEPS` steps of `MAP_SEEDS` networks computed together. Cells come from coarse
to fine. What is computed is kept: moving to another cell of the picture does not begin it anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.experiments.batch_norm.network import EVAL
from explorer.experiments.batch_norm.spec import MAP_LR, MAP_SEEDS, MAP_STEPS, MAPS, Hyperparams
from explorer.experiments.batch_norm.training import Arm, Feed
from explorer.nets.data import load
from explorer.nets.stack import accuracies

PIECE = 0.006
"""Seconds of work at a time."""


class ArmMap:
    """The picture of one arm."""

    def __init__(self, arm: str, hp: Hyperparams) -> None:
        self._arm, self._hp = arm, hp
        self._y = MAPS[hp.map]
        self.accuracy = np.full((len(self._y), len(MAP_LR)), np.nan, np.float32)
        self.done = 0
        """Cells that are computed."""
        self._work = self._cells()

    def refine(self) -> None:
        """Train one step of a cell."""
        next(self._work, None)

    def _cells(self) -> Iterator[None]:
        for row, column in from_coarse_to_fine(*self.accuracy.shape):
            value = self._y[row]
            axis = {"batch_size": int(value)} if self._hp.map == "batch_size" else {"init_scale": value}
            yield from self._cell(row, column, replace(self._hp, lr=MAP_LR[column], **axis))

    def _cell(self, row: int, column: int, hp: Hyperparams) -> Iterator[None]:
        data = load(hp.data)
        feed = Feed(hp, data, MAP_SEEDS)
        arm = Arm(self._arm, hp, data, feed.draws)
        for step in range(1, MAP_STEPS + 1):
            look = arm.look(feed.next())
            arm.note_overflows(look, step)
            if not arm.alive:
                break
            arm.update(look)
            yield
        with torch.no_grad():
            logits = arm.networks.logits(data.test_inputs.expand(MAP_SEEDS, -1, -1), EVAL)
            right = accuracies(logits, data.test_labels)
        right[~logits.isfinite().all(-1).all(-1)] = 1 / data.n_classes
        self.accuracy[row, column] = float(right.mean())
        self.done += 1


def from_coarse_to_fine(n_rows: int, n_columns: int) -> list[tuple[int, int]]:
    """All cells, every eighth row and column first, then every fourth, second and all."""
    cells = [(row, column) for row in range(n_rows) for column in range(n_columns)]
    return sorted(cells, key=lambda cell: -min((cell[0] | cell[1] | 8) & -(cell[0] | cell[1] | 8), 8))


@lru_cache(maxsize=32)
def _arm_map(arm: str, hp: Hyperparams) -> ArmMap:
    return ArmMap(arm, hp)


class Trainability:
    """The pictures of a run's arms; each goes on where another run left it."""

    def __init__(self, hp: Hyperparams) -> None:
        same: dict[str, object] = {"lr": 1.0, "layer": 1, "unit": 1, "seeds": "1"}
        if hp.map != "off":
            same[hp.map] = 1
        self._maps = [_arm_map(arm, replace(hp, arms=(arm,), **same)) for arm in hp.arms if hp.map != "off"]  # type: ignore[arg-type]
        self._cancelled = False

    def refine(self) -> None:
        """Compute the next piece, of the arm that is behind."""
        end = perf_counter() + PIECE
        while self.refined < 1 and perf_counter() < end:
            min(self._maps, key=lambda m: m.done).refine()

    @property
    def refined(self) -> float:
        """Share that is done."""
        if not self._maps or self._cancelled:
            return 1.0
        return sum(m.done for m in self._maps) / sum(m.accuracy.size for m in self._maps)

    def cancel(self) -> None:
        self._cancelled = True

    @property
    def accuracy(self) -> NDArray[np.float32]:
        """(n_arms, n_y, n_x), nan where not yet computed."""
        return np.stack([m.accuracy for m in self._maps])

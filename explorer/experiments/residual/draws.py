"""The random numbers that the networks of a run share."""

import torch

from explorer.experiments.residual.arms import Arm
from explorer.experiments.residual.network import Shape
from explorer.nets.initializers import Draw


class Draws:
    """The random numbers of all arms: those of one shape share theirs, whichever others are chosen."""

    def __init__(self, inputs: int, classes: int, shape: Shape, seed: int) -> None:
        self._shape, self._classes, self._inputs = shape, classes, 1 if shape.side else inputs
        self._generators = [torch.Generator().manual_seed(seed + k * 2**32) for k in range(3)]
        self._ends = [self._make(self._inputs, shape.width), Draw.make(shape.width, classes, self._generators[0])]
        self._trunk: list[Draw] = []
        self._gates: list[Draw] = []

    def _make(self, fan_in: int, fan_out: int, purpose: int = 0) -> Draw:
        return Draw.make(self._shape.positions * fan_in, fan_out, self._generators[purpose])

    def of(self, arm: Arm, blocks: int) -> list[Draw]:
        """In the order that `Network` takes them."""
        width = self._shape.width
        if arm.skip == "concatenate":
            return self._growing(blocks)
        while len(self._trunk) < 2 * blocks:
            self._trunk.append(self._make(width, width))
        if arm.skip != "gate":
            return self._ends + self._trunk[: 2 * blocks]
        while len(self._gates) < blocks:
            self._gates.append(self._make(width, width, 1))
        layers = zip(self._trunk[0::2], self._trunk[1::2], self._gates, strict=False)
        return self._ends + [draw for block, _n in zip(layers, range(blocks), strict=False) for draw in block]

    def _growing(self, blocks: int) -> list[Draw]:
        """Every block adds a quarter of the width."""
        width, growth = self._shape.width, max(self._shape.width // 4, 1)
        layers = [
            self._make(fan_in, fan_out, 2)
            for i in range(blocks)
            for fan_in, fan_out in ((width + i * growth, width), (width, growth))
        ]
        readout = Draw.make(width + blocks * growth, self._classes, self._generators[2])
        return [self._ends[0], readout, *layers]

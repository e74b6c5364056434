"""A frame and how it is looked at: what several panels need."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.core.catalog import ALL_INITIALIZERS, choice
from explorer.core.figure import Line, Mark, Points, Values
from explorer.core.hyperparams import Choice
from explorer.core.i18n import _
from explorer.core.roles import INK, Role
from explorer.core.scales import smoothed
from explorer.experiments.initializers.spec import Frame, ViewOptions


@dataclass(frozen=True)
class View:
    """A frame with its view options."""

    frame: Frame
    options: ViewOptions

    @cached_property
    def networks(self) -> list[Choice]:
        return [choice(ALL_INITIALIZERS, name) for name in self.frame.initializers]

    @cached_property
    def names(self) -> list[str]:
        """Of the networks, short where that is enough to tell them apart: they stand at the ends of curves."""
        first = [network.label.split()[0] for network in self.networks]
        return [f if first.count(f) == 1 else n.label for f, n in zip(first, self.networks, strict=True)]

    @cached_property
    def layers(self) -> NDArray[np.int64]:
        return np.arange(1, self.frame.hyperparams.depth + 1)

    @cached_property
    def loss(self) -> NDArray[np.float64]:
        steps = self.frame.history_step
        stride = float(steps[1] - steps[0]) if len(steps) > 1 else 1.0
        return smoothed(self.frame.train_loss, self.options.smoothing / stride)

    @property
    def disc(self) -> float:
        """Size of the mark of a layer: many of them are small."""
        depth = len(self.layers)
        return 5.5 if depth <= 30 else 3.5

    def by_layer(self, rows: Values) -> Iterator[Mark]:
        """A curve and a disc for each layer."""
        for network, name, row in zip(self.networks, self.names, rows, strict=True):
            yield Line(network.name, self.layers, row, role_of(network), name)
            yield Points(f"{network.name}.points", self.layers, row, role_of(network), size=self.disc)

    def beside_theory(self, rows: Values, theory: Values) -> Iterator[Mark]:
        """Measured discs on the thin line of theory; without theory, and once training has begun, a curve."""
        for network, name, row, predicted in zip(self.networks, self.names, rows, theory, strict=True):
            role, known = role_of(network), self.options.theory and bool(np.isfinite(predicted).any())
            if known:
                of_theory = "" if self.frame.step else name
                yield Line(f"{network.name}.theory", self.layers, predicted, role, of_theory, weight="theory")
            if self.frame.step or not known:
                yield Line(network.name, self.layers, row, role, name)
            size = self.disc + 1.5 * (known and not self.frame.step)
            yield Points(f"{network.name}.points", self.layers, row, role, _("measured"), size=size)


def role_of(network: Choice) -> Role:
    return network.role or INK

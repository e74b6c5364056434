"""One pass through all layers of all networks, piece by piece, and what is measured on the way."""

from torch import Tensor

from explorer.experiments.initializers.measures import Measures
from explorer.experiments.initializers.networks import Networks, Pass


class Look(Pass):
    """Goes forward layer by layer, reads out, and goes back layer by layer: `n_pieces`, of which `n_done` are done.

    With `measures`, what E networks give is measured in their `rows`; a slope |f′| under `flat_below` counts as flat.
    `learn`: the gradients of all parameters are wanted too.
    """

    def __init__(
        self,
        networks: Networks,
        batch: tuple[Tensor, Tensor],
        depth: int,
        learn: bool = True,
        measures: Measures | None = None,
        rows: list[int] | None = None,
        flat_below: float = 0.0,
    ) -> None:
        super().__init__(networks, batch[0])
        self._labels, self._depth, self._learns = batch[1], depth, learn
        self.measures, self._rows, self._flat_below = measures, rows or [], flat_below
        self.n_pieces, self.n_done = 2 * depth + 1, 0

    @property
    def is_read_out(self) -> bool:
        """Whether the loss is known."""
        return self.n_done > self._depth

    @property
    def done(self) -> bool:
        return self.n_done == self.n_pieces

    def go_on(self) -> None:
        """Do the next piece."""
        if self.n_done < self._depth:
            self._see_signal(self.forward())
        else:
            back = self.n_done - self._depth
            g = self.backward() if back else self.read_out(self._labels, self._learns)
            if self.measures and g is not None:
                self.measures.see_gradients(self._rows, self._depth - 1 - back, g)
        self.n_done += 1

    def finish(self) -> None:
        """Do all that is left."""
        while not self.done:
            self.go_on()

    def _see_signal(self, h: Tensor) -> None:
        if self.measures:
            flat = self.slope().abs().lt_(self._flat_below).mean(1)  # lt_: numbers are counted faster than bools
            self.measures.see_activations(self._rows, self.n_done, h, flat)

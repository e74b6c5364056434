"""Deep networks with and without skips, trained side by side on the same batches, with the gradient at every block.

See network.py for the equations. A look at the next batch (forward and backward) follows every update: a frame shows
the gradients that the next step takes, and costs no pass of its own. Clipping by norm: g ← g · min(1, c / ‖g‖).
"""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.experiment import Divergence
from explorer.core.history import History
from explorer.experiments.residual import probes, slow
from explorer.experiments.residual.arms import ARMS, CHOICES, blocks_of
from explorer.experiments.residual.draws import Draws
from explorer.experiments.residual.learner import Learner, Samples, clipped
from explorer.experiments.residual.measured import Slow, measuring
from explorer.experiments.residual.network import Network, Shape, orthogonal_gain
from explorer.experiments.residual.spec import Frame, Hyperparams, is_validated, parse_removed
from explorer.nets.activations import activation
from explorer.nets.data import Batches, load
from explorer.nets.optimizers import optimizer

MAP_ROWS = 512
STANDS_STILL = 0.1
"""Seconds without a step after which the run counts as paused."""
SLICE = 0.002
"""Seconds of slow measurements between two steps, or one piece where that takes longer."""
LEAST_GAP = 200
"""Steps between two slow measurements of a run that goes on."""


class Run:
    """One live execution."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        self._step = 0
        self._data = load(hp.data)
        self._test: Samples = self._data.test_inputs, self._data.test_labels
        self._batches = Batches(len(self._data.inputs), hp.batch_size, torch.Generator().manual_seed(hp.seed))
        self._batch = self._next_batch()
        self._learners = self._make()
        self._blocks = np.array([len(x.network.blocks) for x in self._learners])
        self._history = History(4 * len(hp.arms))
        self._maps = History(len(hp.arms) * (self._outputs + 2), MAP_ROWS)
        self._validated = np.full((len(hp.arms), 2), np.nan, np.float32)
        self._divergences: list[Divergence] = []
        self._look()
        self._initial = self._profiles()
        self._shown = self._measured = Slow.empty(-1, len(hp.arms), self._outputs)
        self._pieces: Iterator[None] | None = None
        self._pieces_done, self._stepped_at = 0, 0.0
        self._is_cancelled = False
        self._removed = self._without_removed()

    @property
    def _outputs(self) -> int:
        """Outputs of the longest network, its stem's among them."""
        return int(self._blocks.max()) + 1

    @property
    def learners(self) -> dict[str, Learner]:
        """The networks by the names of their arms."""
        return dict(zip(self.hyperparams.arms, self._learners, strict=True))

    def _make(self) -> list[Learner]:
        hp, data = self.hyperparams, self._data
        side = 8 if hp.kind == "conv" and hp.data == "digits" else 0
        f, gain = activation(hp.activation), orthogonal_gain(hp.activation)
        shape = Shape(hp.width, side, f, gain, hp.initializer, hp.branch_scale)
        draws = Draws(data.inputs.shape[1], data.n_classes, shape, hp.seed)
        arms = [ARMS[name] for name in hp.arms]
        return [
            Learner(
                Network(arm, shape, draws.of(arm, blocks_of(arm, hp.depth, hp.shallow_depth))),
                optimizer(hp.optimizer, hp.lr),
            )
            for arm in arms
        ]

    def _next_batch(self) -> Samples:
        chosen = self._batches.next()
        return self._data.inputs[chosen], self._data.labels[chosen]

    @property
    def done(self) -> bool:
        """Whether every network has diverged."""
        return not any(x.is_alive for x in self._learners)

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams."""
        chose = hyperparams.removed != self.hyperparams.removed
        self.hyperparams = hyperparams
        for learner in self._learners:
            learner.optimizer.lr = hyperparams.lr
        if chose:
            self._removed = self._without_removed()

    # --- training ------------------------------------------------------------------------------------------------
    def step(self) -> None:
        """One update of every network on the same batch; nothing where all have diverged."""
        if self.done:
            return
        self._step += 1
        self._stepped_at = perf_counter()
        self._record()
        for learner in self._learners:
            if learner.is_alive:
                learner.step(self.hyperparams.clip, self.hyperparams.clip_threshold)
        self._batch = self._next_batch()
        self._look()

    def _look(self) -> None:
        for name, learner in zip(self.hyperparams.arms, self._learners, strict=True):
            if not learner.is_alive:
                continue
            learner.look(self._batch)
            if not learner.is_alive:
                label = choice(CHOICES, name).label
                self._divergences.append(Divergence(label, self._step + 1, learner.fault))

    def _record(self) -> None:
        if is_validated(self._step):
            found = [x.validate(self._test) if x.is_alive else (np.nan, np.nan) for x in self._learners]
            self._validated = np.array(found, np.float32)
            self._removed = self._without_removed()
        for i, learner in enumerate(self._learners):
            if not learner.is_alive:
                self._validated[i] = np.nan
        if self._history.wants(self._step):
            last = [(x.last.loss, x.last.accuracy) if x.is_alive else (np.nan, np.nan) for x in self._learners]
            self._history.add(self._step, np.column_stack([np.array(last, np.float32), self._validated]).ravel())
        if self._maps.wants(self._step):
            self._maps.add(self._step, np.concatenate([self._map_row(x) for x in self._learners]))

    def _map_row(self, learner: Learner) -> NDArray[np.float32]:
        """Gradient norms at every output, then of the whole gradient, before and after clipping."""
        row = np.full(self._outputs + 2, np.nan, np.float32)
        if learner.is_alive:
            norms = learner.gradient_norms().numpy()
            row[: len(norms)] = norms
            gradient, hp = learner.last.gradient, self.hyperparams
            row[-2] = row[-1] = gradient.norm().item()
            if hp.clip != "off":
                row[-1] = clipped(gradient, hp.clip, hp.clip_threshold).norm().item()
        return row

    def _without_removed(self) -> tuple[float, float]:
        """Validation loss and accuracy without the block that is to be removed, nan where there is none."""
        block, row = parse_removed(self.hyperparams.removed)
        if block and row < len(self._learners) and block <= self._blocks[row]:
            return self._learners[row].validate(self._test, without=block)
        return np.nan, np.nan

    # --- slow measurements ---------------------------------------------------------------------------------------
    @property
    def refined(self) -> float:
        """Share that is done of the slow measurements of the networks as they are."""
        if self._is_cancelled or (self._measured.step == self._step and self._pieces is None):
            return 1.0
        return self._pieces_done / self._n_pieces if self._pieces else 0.0

    @property
    def _n_pieces(self) -> int:
        return int((self._blocks + 4).sum())

    def cancel_refining(self) -> None:
        """Measure nothing more."""
        self._is_cancelled, self._pieces = True, None

    def refine(self) -> None:
        """Measure the next pieces; of a run that goes on only now and then, of one that stands still at once."""
        is_due = self._measured.step < 0 or self._step >= self._measured.step + max(LEAST_GAP, self._step // 2)
        if self._pieces is None and (is_due or perf_counter() > self._stepped_at + STANDS_STILL):
            self._measured = Slow.empty(self._step, len(self._learners), self._outputs)
            inputs = self._data.inputs[:2]
            self._pieces_done = 0
            self._pieces = measuring(self._measured, self._learners, self._batch, self._test, inputs)
        if self._pieces is None:
            return
        end = perf_counter() + SLICE
        for _piece in self._pieces:
            self._pieces_done += 1
            if perf_counter() >= end:
                break
        is_complete = self._pieces_done == self._n_pieces
        if is_complete or self._shown.step < 0:  # what was complete is shown until the next is
            self._shown = self._measured
        if is_complete:
            self._pieces = None

    # --- frames --------------------------------------------------------------------------------------------------
    def _profiles(self) -> NDArray[np.float32]:
        """(4, n_arms, n_blocks + 1), nan where a network is shorter."""
        rows = np.full((4, len(self._learners), self._outputs), np.nan, np.float32)
        for i, learner in enumerate(self._learners):
            profile = torch.stack(list(learner.profile()))
            rows[:, i, : profile.shape[1]] = profile.numpy()
        return rows

    def frame(self) -> Frame:
        """Snapshot; the gradients are those that the next step takes."""
        profiles = self._profiles()
        return Frame(
            hyperparams=self.hyperparams,
            step=self._step,
            divergences=tuple(self._divergences),
            arms=self.hyperparams.arms,
            n_blocks=self._blocks.astype(np.int64),
            activation_gradient_norm=profiles[0],
            weight_gradient_norm=profiles[1],
            initial_activation_gradient_norm=self._initial[0].copy(),
            initial_weight_gradient_norm=self._initial[1].copy(),
            initial_forward_rms=self._initial[2].copy(),
            initial_skip_share=self._initial[3].copy(),
            forward_rms=profiles[2],
            skip_share=profiles[3],
            removed_val_loss=self._removed[0],
            removed_val_accuracy=self._removed[1],
            measured_step=self._shown.step,
            input_angle=np.array(slow.ANGLES, np.float32),
            **self._histories(),
            **self._shown.arrays(),
        )

    def _histories(self) -> dict[str, Any]:
        n = len(self._learners)
        rows = self._history.rows.reshape(-1, n, 4)
        maps = self._maps.rows.reshape(-1, n, self._outputs + 2)
        names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
        return {
            "history_step": self._history.steps,
            **{name: rows[:, :, i].T for i, name in enumerate(names)},
            "map_step": self._maps.steps,
            "map_gradient_norm": maps[:, :, :-2].swapaxes(0, 1),
            "total_gradient_norm": maps[:, :, -2].T,
            "clipped_gradient_norm": maps[:, :, -1].T,
        }


PROBES: dict[str, Callable[[Hyperparams], dict[str, float]]] = {
    "cost": partial(probes.cost, Run),
    "identity": partial(probes.identity, Run),
    "removal": partial(probes.removal, Run),
}

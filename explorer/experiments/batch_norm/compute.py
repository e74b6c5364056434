"""Networks that differ in their normalisation alone, trained side by side on the same batches.

Batch norm (Ioffe & Szegedy 2015): y = γ (x − μ)/√(σ² + ε) + β with the batch's μ and σ². What costs more than a step is
surveyed ever more rarely (`records.is_surveyed`); all else in a frame comes from the look that the next step takes too.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.core.catalog import choice
from explorer.core.experiment import Divergence
from explorer.experiments.batch_norm import measures, probes
from explorer.experiments.batch_norm.frame import Frame
from explorer.experiments.batch_norm.network import Mode, Networks
from explorer.experiments.batch_norm.records import Records, Survey, is_surveyed
from explorer.experiments.batch_norm.spec import ARMS, MAP_LR, MAP_SEEDS, MAP_STEPS, MAPS, OVER_BATCH, Hyperparams
from explorer.experiments.batch_norm.trainability import Trainability
from explorer.experiments.batch_norm.training import Arm, Feed, Look, look_at
from explorer.nets.data import load
from explorer.nets.overflow import first_not_finite
from explorer.nets.stack import accuracies


class Run:
    """One live execution."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        self._step, self._steady_lr = 0, True
        self._data = load(hp.data)
        self._feed = Feed(hp, self._data, int(hp.seeds))
        self._arms = [Arm(name, hp, self._data, self._feed.draws) for name in hp.arms]
        self._batch = self._previous = self._feed.next()
        self._looks: list[Look | None] | None = None
        self._stills: dict[int, tuple[Networks, Look]] = {}
        self._divergences: list[Divergence] = []
        self._records = Records(len(self._arms), hp.depth)
        self._map = Trainability(hp)

    @property
    def done(self) -> bool:
        """Whether every network has overflowed."""
        return not any(arm.alive for arm in self._arms)

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams."""
        self._steady_lr = self._steady_lr and (hyperparams.lr == self.hyperparams.lr or not self._step)
        self.hyperparams = hyperparams
        for arm in self._arms:
            arm.optimizer.lr = hyperparams.lr

    # --- training ---------------------------------------------------------------------------------------------
    def step(self) -> None:
        """One update of every arm on the same batch; nothing where all have overflowed."""
        looks = self._look()
        if self.done:
            return
        self._step += 1
        if self._records.wants(self._step):
            self._record(looks)
        if is_surveyed(self._step):
            self._records.survey(self._step, [self._survey(i, look) for i, look in enumerate(looks)])
        for arm, look in zip(self._arms, looks, strict=True):
            if look:
                arm.update(look)
        self._previous, self._batch = self._batch, self._feed.next()
        self._looks = None

    def _look(self) -> list[Look | None]:
        """Return the look of every arm at the present batch, None of one that is gone; a step has but one."""
        if self._looks is None:
            self._looks = [arm.look(self._batch) if arm.alive else None for arm in self._arms]
            for i, look in enumerate(self._looks):
                if look and 0 in self._arms[i].note_overflows(look, self._step + 1):
                    self._keep_still(i, look)
        return self._looks

    def _keep_still(self, i: int, look: Look) -> None:
        """The first seed of an arm has overflowed: keep the last state in which it had not."""
        arm, batch = self._arms[i], self._previous.of_first
        network = arm.first_as_it_was
        network = Networks(arm.design, [p.clone().requires_grad_() for p in network.parameters], network.running)
        still = look_at(network, batch, batch.mode(arm.name))
        network.running = [s.clone() for s in network.running]
        self._stills[i] = network, still
        norms = torch.from_numpy(measures.layers(network, still).gradient_norm)
        signal = torch.stack([t.isfinite().all() for t in arm.first_look(look).trace.outputs])
        label = choice(ARMS, arm.name).label
        self._divergences.append(Divergence(label, self._step + 1, first_not_finite(norms.isfinite(), signal)))

    def _record(self, looks: list[Look | None]) -> None:
        gone = [np.nan] * int(self.hyperparams.seeds)
        values = [
            (look.losses, accuracies(look.logits, self._batch.labels).tolist()) if look else (gone, gone)
            for look in looks
        ]
        found = np.array(values, np.float32)  # (n_arms, 2, n_seeds)
        found[~np.isfinite(found[:, :1].repeat(2, axis=1))] = np.nan
        self._records.add(self._step, found)

    def _survey(self, i: int, look: Look | None) -> Survey | None:
        if look is None:
            return None
        arm, batch = self._arms[i], self._batch.of_first
        metrics = measures.validation(arm, self._batch, look, self._data)
        metrics[:, np.array(arm.overflow_steps) >= 0] = np.nan
        if arm.overflowed:
            return Survey(metrics)
        first, seen = arm.first, arm.first_look(look)
        before, mode = self._previous.of_first.mode(arm.name), batch.mode(arm.name)
        moved = measures.drift(arm.first_as_it_was, batch, Mode(mode.rows, noise=before.noise), seen)
        if self._step == 1:
            moved = np.nan, np.nan
        along = measures.smoothness(first, batch, mode, seen, self.hyperparams.lr)
        return Survey(metrics, (*along, *moved), measures.by_layer(first, seen))

    # --- refining ---------------------------------------------------------------------------------------------
    def refine(self) -> None:
        """Compute the next piece of the trainability picture."""
        self._map.refine()

    @property
    def refined(self) -> float:
        """Share of it that is done; 1 where it is off."""
        return self._map.refined

    def cancel_refining(self) -> None:
        """Leave it as it is."""
        self._map.cancel()

    # --- frames -----------------------------------------------------------------------------------------------
    def frame(self) -> Frame:
        """Snapshot; gradients and batch are those of the next step."""
        firsts = self._firsts()
        nonnormal = np.array([measures.nonnormal_share(network, look) for network, look in firsts])
        return self._snapshot(firsts, nonnormal)

    def glance(self) -> Frame:
        """Return a frame without what no panel draws: the test for normality costs half of all that is measured."""
        return self._snapshot(self._firsts(), np.full((len(self._arms), self.hyperparams.depth), np.nan, np.float32))

    def keep_all(self, steps: int) -> None:
        """Nothing to remember: a frame without gaps is measured when it is asked for."""

    def _snapshot(self, firsts: list[tuple[Networks, Look]], nonnormal: NDArray[np.float32]) -> Frame:
        hp = self.hyperparams
        layers = [measures.layers(network, look) for network, look in firsts]
        norms = np.array([found.gradient_norm for found in layers])
        return Frame(
            hyperparams=hp,
            step=self._step,
            divergences=tuple(self._divergences),
            steady_lr=self._steady_lr,
            arms=hp.arms,
            overflow_step=np.array([arm.overflow_steps for arm in self._arms]),
            **self._records.fields(min(hp.layer, hp.depth) - 1),
            activation_mean=np.array([found.mean for found in layers]),
            activation_std=np.array([found.std for found in layers]),
            gradient_norm=norms[:, :-1],
            readout_gradient_norm=norms[:, -1],
            nonnormal_share=nonnormal,
            **self._channel(firsts),
            **self._map_fields(),
        )

    def _firsts(self) -> list[tuple[Networks, Look]]:
        return [self._first(i, look) for i, look in enumerate(self._look())]

    def _first(self, i: int, look: Look | None) -> tuple[Networks, Look]:
        """Network and look of an arm's first seed, as it was if it overflowed."""
        if i in self._stills:
            return self._stills[i]
        assert look is not None
        return self._arms[i].first, self._arms[i].first_look(look)

    def _channel(self, firsts: list[tuple[Networks, Look]]) -> dict[str, Any]:
        hp = self.hyperparams
        shown = next((i for i, name in enumerate(hp.arms) if name in OVER_BATCH), 0)
        network, look = firsts[shown]
        layer, unit = min(hp.layer, hp.depth), min(hp.unit, hp.width)
        found = measures.channel(network, look.trace.inputs[layer - 1], layer - 1, unit - 1)
        return {
            "channel_arm": hp.arms[shown],
            "channel_applied": network.design.over_batch,
            "channel_layer": layer,
            "channel_unit": unit,
            "channel_input": found.input,
            "channel_normalized": found.normalized,
            "channel_output": found.output,
            "channel_mean": found.mean,
            "channel_var": found.var,
            "channel_running_mean": found.running_mean,
            "channel_running_var": found.running_var,
            "gamma": found.gamma,
            "beta": found.beta,
            "eps": hp.eps,
        }

    def _map_fields(self) -> dict[str, Any]:
        is_on = self.hyperparams.map != "off"
        empty: NDArray[np.float32] = np.empty((len(self._arms), 0, 0), np.float32)
        return {
            "map_lr": np.array(MAP_LR if is_on else ()),
            "map_values": np.array(MAPS[self.hyperparams.map] if is_on else (), np.float64),
            "map_accuracy": self._map.accuracy if is_on else empty,
            "map_steps": MAP_STEPS,
            "map_seeds": MAP_SEEDS,
        }


PROBES = probes.PROBES

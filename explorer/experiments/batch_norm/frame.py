"""What a run of the batch norm experiment yields."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.core.experiment import Divergence

if TYPE_CHECKING:
    from explorer.experiments.batch_norm.spec import Hyperparams

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Frame:
    """Snapshot of a run. Arms are in the order of `arms`, layers in that of the signal: 1 is the first hidden one.

    Losses are mean cross-entropies in nats, accuracies shares from 0 to 1. With several seeds, histories without a word
    on it are medians over them, one that overflowed counting as worst; all else is of the first seed. In train mode,
    batch norm takes the statistics of the batch, in eval mode its running ones, up to date with the step's batch. What
    an arm measures of a batch is taken of the batch of the next step, before its update; an arm that overflowed keeps
    what was measured last, and has nan in the histories from there on.
    """

    hyperparams: "Hyperparams"
    step: int
    divergences: tuple[Divergence, ...]
    """The first seed of every arm that overflowed."""
    steady_lr: bool
    """Whether all steps were taken at the learning rate of `hyperparams`."""
    arms: tuple[str, ...]
    overflow_step: NDArray[np.int64]
    """Step at which each seed overflowed, −1 where none did, (n_arms, n_seeds)."""

    history_step: NDArray[np.int64]
    """Step of each point, from 1, (n,): every step up to 4096, then thinned evenly."""
    train_loss: Floats
    """On the step's batch before its update, train mode, (n_arms, n)."""
    train_accuracy: Floats
    """The same, (n_arms, n)."""
    train_loss_low: Floats
    """Lowest of the seeds that have not overflowed, (n_arms, n)."""
    train_loss_high: Floats
    """Highest of them, (n_arms, n)."""
    train_loss_eval: Floats
    """On the step's batch in eval mode, (n_arms, n). This and the next five: measured at `survey_step`, and what was
    measured stands until the next time."""
    train_accuracy_eval: Floats
    """The same, (n_arms, n)."""
    val_loss: Floats
    """On the validation set in train mode, in batches of that size, an incomplete last one left out, (n_arms, n)."""
    val_accuracy: Floats
    """The same, (n_arms, n)."""
    val_loss_eval: Floats
    """On the whole validation set in eval mode, (n_arms, n)."""
    val_accuracy_eval: Floats
    """The same, (n_arms, n)."""

    survey_step: NDArray[np.int64]
    """Steps at which what is costly was measured, (m,): every step up to 16, then eight in every doubling, and at
    least one in 128 steps."""
    val_accuracy_eval_low: Floats
    """Lowest of the seeds at `survey_step`, (n_arms, m)."""
    val_accuracy_eval_high: Floats
    """Highest of them, (n_arms, m)."""
    loss_along_low: Floats
    """Lowest loss of the batch among steps of 1/2, 1, 2 and 4 lr along the negative gradient, (n_arms, m)."""
    loss_along_high: Floats
    """Highest of them, (n_arms, m)."""
    gradient_change: Floats
    """Largest ‖g′ − g‖ / ‖g‖ among them: g the gradient of all parameters here, g′ there, (n_arms, m)."""
    drift: Floats
    """How far the last update moved the outputs of the hidden layers on the same batch: root mean square over units of
    the distance √(Δμ² + Δσ²), in units of the root mean square σ; mean over layers, (n_arms, m)."""
    drift_last_layer: Floats
    """The same of the last hidden layer alone, (n_arms, m)."""
    signal_mean: Floats
    """Mean output of the hidden layer `layer`, over its units and the step's batch, (n_arms, m)."""
    signal_std: Floats
    """Its standard deviation, (n_arms, m)."""
    gamma_quantiles: Floats
    """5, 50 and 95 % quantiles over the units of that layer of γ; nan where there is none, (n_arms, 3, m)."""
    beta_quantiles: Floats
    """The same of β, (n_arms, 3, m)."""

    activation_mean: Floats
    """Mean output of each hidden layer over its units and the batch, (n_arms, n_layers)."""
    activation_std: Floats
    """Its standard deviation, (n_arms, n_layers)."""
    gradient_norm: Floats
    """‖∂L/∂W‖ (Frobenius) of each hidden layer's weights, (n_arms, n_layers)."""
    readout_gradient_norm: Floats
    """The same of the read-out, (n_arms,)."""
    nonnormal_share: Floats
    """Share of each layer's units whose values over the batch are not normally distributed by the Jarque-Bera test at
    1 %; nan for arms that do not normalise over the batch, and while it plays, (n_arms, n_layers)."""

    channel_arm: str
    """The arm whose unit is shown: the first that normalises over the batch, else the first."""
    channel_applied: bool
    """Whether that arm takes these steps; else they say what batch norm would do."""
    channel_layer: int
    channel_unit: int
    channel_input: Floats
    """What is normalised: the unit's values over the batch, (batch,)."""
    channel_normalized: Floats
    """(x − mean) / √(var + eps), (batch,)."""
    channel_output: Floats
    """γ times that, plus β, (batch,)."""
    channel_mean: float
    channel_var: float
    """Of the batch, divided by its size."""
    channel_running_mean: float
    """What eval mode takes instead; nan where there is none."""
    channel_running_var: float
    gamma: float
    beta: float
    eps: float

    map_lr: NDArray[np.float64]
    """Learning rates of the trainability picture, (n_x,); empty where it is off."""
    map_values: NDArray[np.float64]
    """Batch sizes or init scales, (n_y,)."""
    map_accuracy: Floats
    """Accuracy in eval mode on the validation set after `map_steps` steps, mean over `map_seeds` seeds, one that
    overflowed counting as chance; nan where not yet computed, (n_arms, n_y, n_x)."""
    map_steps: int
    map_seeds: int

    @property
    def is_whole(self) -> bool:
        """Whether `nonnormal_share` has been measured."""
        return bool(np.isfinite(self.nonnormal_share).any()) or not any(
            arm.startswith("batch_norm") for arm in self.arms
        )

"""The experiments, in the order of their tabs: one line each."""

from explorer.core.experiment import ExperimentSpec
from explorer.experiments.activations.spec import SPEC as ACTIVATIONS
from explorer.experiments.batch_norm.spec import SPEC as BATCH_NORM
from explorer.experiments.initializers.spec import SPEC as INITIALIZERS
from explorer.experiments.optimizers.spec import SPEC as OPTIMIZERS
from explorer.experiments.residual.spec import SPEC as RESIDUAL

EXPERIMENTS: dict[str, ExperimentSpec] = {
    spec.name: spec for spec in (ACTIVATIONS, INITIALIZERS, OPTIMIZERS, BATCH_NORM, RESIDUAL)
}

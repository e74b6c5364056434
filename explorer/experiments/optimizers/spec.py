"""Optimizers: trajectories on loss surfaces, side by side."""

from explorer.core.catalog import ALL_OPTIMIZERS
from explorer.core.experiment import ExperimentSpec, Preset
from explorer.core.i18n import _
from explorer.experiments.optimizers.frame import NEAR as NEAR
from explorer.experiments.optimizers.frame import PANELS as PANELS
from explorer.experiments.optimizers.frame import SAMPLED as SAMPLED
from explorer.experiments.optimizers.frame import Frame as Frame
from explorer.experiments.optimizers.frame import ViewOptions as ViewOptions
from explorer.experiments.optimizers.task import PLANES as PLANES
from explorer.experiments.optimizers.task import SCHEDULES as SCHEDULES
from explorer.experiments.optimizers.task import Hyperparams as Hyperparams
from explorer.experiments.optimizers.task import plane_expression as plane_expression
from explorer.experiments.optimizers.task import start_of as start_of

_QUADRATIC = {"surface": "quadratic", "optimizers": ["sgd", "momentum", "nesterov", "adagrad", "adam"]}
SPEC = ExperimentSpec(
    name="optimizers",
    hyperparams=Hyperparams,
    view_options=ViewOptions,
    frame=Frame,
    default_steps=300,
    pauses_at_divergence=False,
    presets=(
        Preset("default", _("default"), {}),
        Preset("all", _("all thirteen"), {"surface": "himmelblau", "optimizers": [c.name for c in ALL_OPTIMIZERS]}),
        Preset(
            "basins",
            _("basins of attraction"),
            {"surface": "himmelblau", "starts": "cloud", "n_starts": 3000},
        ),
        Preset(
            "noise",
            _("noisy gradients"),
            {**_QUADRATIC, "optimizers": ["sgd", "momentum", "rmsprop", "adam"], "noise": 5.0},
        ),
        Preset(
            "saddle",
            _("held by a saddle"),
            {"surface": "saddle", "start": "-1.5, 0.000001", "optimizers": ["sgd", "momentum", "rmsprop", "adam"]},
        ),
        Preset(
            "network",
            _("a network's surface"),
            {"surface": "network", "optimizers": ["sgd", "momentum", "adagrad", "rmsprop", "adam"]},
        ),
        Preset("edge", _("beyond 2/λ"), {**_QUADRATIC, "sgd.lr": 0.101, "momentum.lr": 0.05, "nesterov.lr": 0.02}),
    ),
)

"""Claims run for real; presets show over five seeds what they are named after."""

from functools import partial

import numpy as np
import pytest

from explorer.core.claims import Outcome
from explorer.core.sources import sources
from explorer.experiments.activations.spec import SPEC
from tests.experiments import trials

CLAIMS = {c.name: c for c in SPEC.claims}
SEEDS = range(5)
frame_of = partial(trials.frame_of, SPEC)


def test_ten_claims_are_numbered_and_cited():
    assert [c.number for c in SPEC.claims] == list(range(1, 11))
    assert all(set(c.sources) <= set(sources()) and c.sources for c in SPEC.claims)


@pytest.mark.parametrize("name", CLAIMS)
def test_where_training_decides_there_are_five_seeds(name):
    trained = [t.hyperparams["seed"] for t in CLAIMS[name].trials if t.steps]
    assert trained == list(SEEDS) * (len(trained) // 5)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("sigmoid_saturates", Outcome.NOT),
        ("sigmoid_vanishes", Outcome.HOLDS),
        ("tanh_zero_centred", Outcome.IN_PART),
        ("tanh_faults", Outcome.IN_PART),
        ("relu_dies", Outcome.HOLDS),
        ("leaky_relu_passes", Outcome.HOLDS),
        ("elu_smoother", Outcome.IN_PART),
        ("never_sigmoid", Outcome.NOT),
    ],
)
def test_verdict(name, outcome):
    verdict = trials.verdict_of(SPEC, CLAIMS[name])
    assert verdict.outcome == outcome
    assert any(c.isdigit() for c in verdict.measured)
    assert all(np.isfinite(v) for v in verdict.numbers.values())


@pytest.mark.parametrize("name", ["exp_is_costly", "relu_is_one"])
def test_verdict_on_time_is_one_of_three(name):
    """What it says depends on the machine; that ReLU's output is not 1 does not."""
    verdict = trials.verdict_of(SPEC, CLAIMS[name])
    assert verdict.outcome in Outcome
    assert name != "relu_is_one" or verdict.outcome != Outcome.HOLDS


def test_verdicts_follow_the_frames():
    """Other measurements, other verdicts: nothing is typed in."""
    dies = CLAIMS["relu_dies"]
    healthy = [frame_of(5, functions=["relu"], depth=1, lr=0.1, seed=seed) for seed in SEEDS] * 3
    assert dies.check(healthy).outcome == Outcome.NOT
    never = CLAIMS["never_sigmoid"]
    untrained = [frame_of(2, functions=["sigmoid"], seed=seed) for seed in SEEDS] * 3
    assert never.check(untrained).outcome == Outcome.HOLDS
    saturates = CLAIMS["sigmoid_saturates"]
    steep = frame_of(0, functions=["own"], expression="sigmoid(6 * x)", input_range=10.0)
    assert saturates.check([replace_name(steep, "sigmoid")]).outcome == Outcome.HOLDS


def replace_name(frame, name):
    import dataclasses

    return dataclasses.replace(frame, functions=(name,))


def preset(name):
    return next(p for p in SPEC.presets if p.name == name).hyperparams


@pytest.mark.parametrize("seed", SEEDS)
class TestPresets:
    def test_default(self, seed):
        frame = frame_of(SPEC.default_steps, seed=seed)
        loss = frame.train_loss[:, -50:].mean(1)
        assert loss[0] > 10 * loss[1:].max()
        assert (frame.train_accuracy[1:, -50:].mean(1) > 0.99).all()

    def test_vanishing(self, seed):
        frame = frame_of(200, seed=seed, **preset("vanishing"))
        assert frame.gradient_norm[0, 0] < 1e-3 * frame.readout_gradient_norm[0]
        assert frame.train_accuracy[0, -50:].mean() < 0.2
        assert frame.train_accuracy[1, -50:].mean() > 0.95

    def test_dying(self, seed):
        frame = frame_of(200, seed=seed, **preset("dying"))
        assert frame.dead_fraction[0].mean() > 0.5
        assert frame.dead_fraction[1].mean() == 0

    def test_spirals(self, seed):
        frame = frame_of(600, seed=seed, **preset("spirals"))
        right = dict(zip(frame.functions, frame.train_accuracy[:, -50:].mean(1), strict=True))
        assert right["identity"] < 0.8
        assert right["relu"] > 0.95

    def test_batch_norm(self, seed):
        frame = frame_of(200, seed=seed, **preset("batch_norm"))
        assert (frame.train_accuracy[:, -50:].mean(1) > 0.9).all()

"""Claims run for real; the default and the presets show over five seeds what they are named after."""

import dataclasses
from functools import partial

import numpy as np
import pytest

from explorer.core.claims import Outcome
from explorer.core.sources import sources
from explorer.experiments.residual.spec import SPEC
from tests.experiments import trials

CLAIMS = {c.name: c for c in SPEC.claims}
SEEDS = range(5)
frame_of = partial(trials.frame_of, SPEC)


def test_six_claims_are_numbered_and_cited():
    assert [c.number for c in SPEC.claims] == list(range(33, 39))
    assert all(set(c.sources) <= set(sources()) and c.sources for c in SPEC.claims)


@pytest.mark.parametrize("name", [n for n in CLAIMS if n != "depth_is_free"])
def test_there_are_five_seeds(name):
    seeds = [t.hyperparams["seed"] for t in CLAIMS[name].trials]
    assert seeds == list(SEEDS) * (len(seeds) // 5)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("lossless", Outcome.IN_PART),
        ("degradation", Outcome.HOLDS),
        ("vanishing_degrades", Outcome.NOT),
        ("identity_layers", Outcome.IN_PART),
        ("depth_is_free", Outcome.NOT),
        ("layers_removable", Outcome.IN_PART),
    ],
)
def test_verdict(name, outcome):
    verdict = trials.verdict_of(SPEC, CLAIMS[name])
    assert verdict.outcome == outcome
    assert any(c.isdigit() for c in verdict.measured)
    assert "{" not in verdict.measured
    assert all(np.isfinite(v) for v in verdict.numbers.values())


def test_verdicts_follow_the_frames():
    """Other measurements, other verdicts: nothing is typed in."""
    untrained = [frame_of(1, depth=8, arms=CLAIMS["degradation"].trials[0].hyperparams["arms"], seed=s) for s in SEEDS]
    assert CLAIMS["degradation"].check(untrained).outcome == Outcome.NOT
    arms = {"arms": ["plain_bn", "residual_bn", "preact_bn"], "depth": 4}
    flat = [frame_of(0, **arms, seed=s) for s in SEEDS]
    flat = [
        dataclasses.replace(f, initial_activation_gradient_norm=np.ones_like(f.initial_activation_gradient_norm))
        for f in flat
    ]
    assert CLAIMS["lossless"].check(flat * 2).outcome == Outcome.HOLDS
    gone = [
        dataclasses.replace(
            f,
            arms=("plain_bn", "plain", "x"),
            initial_activation_gradient_norm=np.geomspace(1e-6, 1, 3)[None].repeat(3, 0),
            activation_gradient_norm=np.geomspace(1e-6, 1, 3)[None].repeat(3, 0),
        )
        for f in flat
    ]
    assert CLAIMS["vanishing_degrades"].check(gone).outcome == Outcome.HOLDS
    assert CLAIMS["identity_layers"].check([{"shallow": 1, "deepened": 1, "deep": 1}]).outcome == Outcome.HOLDS
    assert CLAIMS["identity_layers"].check([{"shallow": 1, "deepened": 2, "deep": 1}]).outcome == Outcome.NOT
    free = {"plain_bn_10": 1.0, "plain_bn_50": 1.1, "residual_bn_50": 1.1}
    assert CLAIMS["depth_is_free"].check([free]).outcome == Outcome.HOLDS


def preset(name):
    return next(p for p in SPEC.presets if p.name == name).hyperparams


def back_to_stem(frame, name):
    """How many times as large the gradient is at the stem as at the last block."""
    norms = frame.initial_activation_gradient_norm[frame.arms.index(name)]
    return norms[0] / norms[np.isfinite(norms)][-1]


@pytest.mark.parametrize("seed", SEEDS)
class TestPresets:
    def test_default(self, seed):
        frame = frame_of(SPEC.default_steps, seed=seed)
        plain, residual, shallow = frame.train_loss[:, -20:].mean(1)
        assert plain > 1.5
        assert residual < 0.4
        assert shallow < 0.3
        assert back_to_stem(frame, "plain_bn") > 1e4
        assert back_to_stem(frame, "residual_bn") < 100

    def test_fast(self, seed):
        frame = frame_of(200, seed=seed, **preset("fast"))
        plain, residual, shallow = frame.train_loss[:, -20:].mean(1)
        assert plain > 4 * shallow
        assert residual < 1.25 * shallow

    def test_no_norm(self, seed):
        frame = frame_of(100, seed=seed, **preset("no_norm"))
        loss = dict(zip(frame.arms, frame.train_loss[:, -20:].mean(1), strict=True))
        assert [d.network for d in frame.divergences] == ["residual, no BN"]
        assert loss["plain"] > 1.5
        assert loss["fixup"] < 0.3

    def test_orders(self, seed):
        frame = frame_of(0, seed=seed, **preset("orders"))
        assert back_to_stem(frame, "residual_bn") > 1.2 * back_to_stem(frame, "preact_bn") > 1.2

    def test_skips(self, seed):
        frame = frame_of(150, seed=seed, **preset("skips"))
        assert not frame.divergences
        assert (frame.val_accuracy[:, -1] > 0.8).all()

    def test_conv(self, seed):
        frame = frame_of(60, seed=seed, **preset("conv"))
        assert not frame.divergences
        plain, residual, _shallow = frame.train_loss[:, -20:].mean(1)
        assert plain > 1.25 * residual

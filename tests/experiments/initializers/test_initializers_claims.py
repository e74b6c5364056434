"""Claims run for real; presets show over five seeds what they are named after."""

from functools import partial

import numpy as np
import pytest

from explorer.core.claims import Outcome
from explorer.core.sources import sources
from explorer.experiments.initializers.spec import SPEC
from tests.experiments import trials

CLAIMS = {c.name: c for c in SPEC.claims}
PRESETS = {p.name: p.hyperparams for p in SPEC.presets}
SEEDS = range(5)
frame_of = partial(trials.frame_of, SPEC)


def test_seven_claims_are_numbered_and_cited():
    assert [c.number for c in SPEC.claims] == list(range(11, 18))
    assert all(set(c.sources) <= set(sources()) and c.sources for c in SPEC.claims)


@pytest.mark.parametrize("name", CLAIMS)
def test_there_are_five_seeds(name):
    seeds = [t.hyperparams["seed"] for t in CLAIMS[name].trials if "seed" in t.hyperparams]
    assert seeds == list(SEEDS) * (len(seeds) // 5)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("zeros_fail", Outcome.HOLDS),
        ("xavier_for_tanh", Outcome.IN_PART),
        ("rand_is_xavier", Outcome.NOT),
        ("fan_in_is_outputs", Outcome.NOT),
        ("variance_002", Outcome.IN_PART),
        ("same_in_every_layer", Outcome.IN_PART),
        ("product_of_derivatives", Outcome.HOLDS),
    ],
)
def test_verdict(name, outcome):
    verdict = trials.verdict_of(SPEC, CLAIMS[name])
    assert verdict.outcome == outcome
    assert any(c.isdigit() for c in verdict.measured)
    assert all(np.isfinite(v) for v in verdict.numbers.values())


def by_name(frame, values):
    return dict(zip(frame.initializers, values, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_default_shows_pytorchs_own_falling_behind(seed):
    frame = frame_of(60, seed=seed)
    loss = by_name(frame, frame.train_loss[:, -10:].mean(1))
    assert max(loss["xavier_normal"], loss["he_normal"]) < 0.5
    assert loss["pytorch_default"] > 2.2


@pytest.mark.parametrize("seed", SEEDS)
def test_presets_show_what_they_are_named_after(seed):
    relu = frame_of(0, **PRESETS["relu"], seed=seed)
    kept = by_name(relu, relu.activation_std[:, -1] / relu.activation_std[:, 0])
    assert kept["xavier_normal"] < 0.01 < 0.3 < kept["he_normal"] < 3
    collapse = frame_of(0, **PRESETS["collapse"], seed=seed)
    assert collapse.cosine[:, -1].min() > 0.99
    article = frame_of(0, **PRESETS["article"], seed=seed)
    grown = by_name(article, article.activation_std[:, -1] / article.activation_std[:, 0])
    assert grown["article_rand"] > 1e6
    rotation = frame_of(0, **PRESETS["rotation"], seed=seed)
    spread = by_name(rotation, np.ptp(np.log(rotation.activation_std), axis=1))
    assert spread["orthogonal"] < 0.02 < spread["xavier_normal"]

"""The claims, run as the program runs them, and their verdicts."""

import pytest

from explorer.core import hyperparams as hp
from explorer.core.claims import Outcome
from explorer.experiments.optimizers.spec import SPEC

EXPECTED = {
    25: Outcome.IN_PART,
    26: Outcome.NOT,
    27: Outcome.IN_PART,
    28: Outcome.NOT,
    29: Outcome.IN_PART,
    30: Outcome.NOT,
    31: Outcome.IN_PART,
    32: Outcome.NOT,
}


def result(trial):
    values = hp.replace(SPEC.hyperparams(), trial.hyperparams)
    if trial.probe:
        return SPEC.probe(trial.probe)(values)
    run = SPEC.run(values)
    for _ in range(trial.steps):
        run.step()
    return run.frame()


@pytest.mark.parametrize("claim", SPEC.claims, ids=lambda claim: claim.name)
def test_verdicts(claim):
    verdict = claim.check([result(trial) for trial in claim.trials])
    assert verdict.outcome is EXPECTED[claim.number]
    assert len(verdict.measured) < 200


def test_a_verdict_follows_the_measurement():
    """Claim 26 with the rates exchanged: where nobody converges at the small one, it would hold."""
    claim = next(c for c in SPEC.claims if c.number == 26)
    frames = [result(trial) for trial in claim.trials]
    assert claim.check(frames[5:] + frames[:5]).outcome is Outcome.HOLDS

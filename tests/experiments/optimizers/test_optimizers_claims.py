"""The claims, run as the program runs them, and their verdicts."""

import pytest

from explorer.core.claims import Outcome
from explorer.experiments.optimizers.spec import SPEC
from tests.experiments import trials

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


@pytest.mark.parametrize("claim", SPEC.claims, ids=lambda claim: claim.name)
def test_verdicts(claim):
    verdict = trials.verdict_of(SPEC, claim)
    assert verdict.outcome is EXPECTED[claim.number]
    assert len(verdict.measured) < 200


def test_a_verdict_follows_the_measurement():
    """Claim 26 with the rates exchanged: where nobody converges at the small one, it would hold."""
    claim = next(c for c in SPEC.claims if c.number == 26)
    frames = trials.results_of(SPEC, claim)
    assert claim.check(frames[5:] + frames[:5]).outcome is Outcome.HOLDS

"""Trials over seeds, and what is said of what they measured."""

import pytest

from explorer.core.claims import SEEDS, Outcome, Trial, by_setting, over_seeds


def test_every_setting_is_tried_with_every_seed():
    trials = over_seeds(50, {"depth": 2}, {"depth": 9}, probe="cost")
    assert trials[0] == Trial({"depth": 2, "seed": 0}, 50, "cost")
    assert [(t.hyperparams["depth"], t.hyperparams["seed"]) for t in trials] == [
        *((2, 0), (2, 1), (2, 2), (2, 3), (2, 4), (9, 0), (9, 1), (9, 2), (9, 3), (9, 4))
    ]


def test_results_of_one_setting_come_together():
    depths = [t.hyperparams["depth"] for t in over_seeds(0, {"depth": 2}, {"depth": 9})]
    assert by_setting(depths) == [[2] * SEEDS, [9] * SEEDS]


@pytest.mark.parametrize(
    ("holds", "in_part", "outcome"),
    [
        *((True, True, Outcome.HOLDS), (True, False, Outcome.HOLDS)),
        *((False, True, Outcome.IN_PART), (False, False, Outcome.NOT)),
    ],
)
def test_an_outcome_is_the_most_that_holds(holds, in_part, outcome):
    assert Outcome.of(holds, in_part) is outcome

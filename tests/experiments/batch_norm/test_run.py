"""Runs as a whole: histories, overflows, maps, claims."""

import numpy as np
import pytest

from explorer.core.claims import Outcome
from explorer.core.hyperparams import replace
from explorer.experiments.batch_norm.claims import CLAIMS
from explorer.experiments.batch_norm.network import EVAL
from explorer.experiments.batch_norm.records import is_surveyed, middle
from explorer.experiments.batch_norm.spec import MAP_LR, MAP_SEEDS, MAP_STEPS, MAPS, SPEC
from explorer.experiments.batch_norm.trainability import ArmMap, from_coarse_to_fine
from explorer.nets.data import load
from tests.experiments import trials

SMALL = {"depth": 3, "width": 16, "batch_size": 16}


def run_of(steps=0, **changes):
    run = SPEC.run(replace(SPEC.hyperparams(), SMALL | changes))
    for _ in range(steps):
        run.step()
    return run


# --- histories ---------------------------------------------------------------------------------------------------
def test_surveys_become_rare():
    steps = [step for step in range(1, 20_001) if is_surveyed(step)]
    gaps = np.diff(steps)
    assert steps[:17] == list(range(1, 18))
    assert set(gaps.tolist()) == {1, 2, 4, 8, 16, 32, 64, 128}
    assert (np.diff(gaps) >= 0).all()
    assert max(gap / step for gap, step in zip(gaps, steps, strict=False) if step > 16) <= 1 / 8


def test_what_is_surveyed_stands_until_the_next_survey():
    frame = run_of(40).frame()
    assert frame.history_step.tolist() == list(range(1, 41))
    assert frame.survey_step.tolist() == [*range(1, 18), *range(19, 34, 2), 37]
    np.testing.assert_array_equal(frame.val_loss_eval[:, 39], frame.val_loss_eval[:, 36])
    assert (frame.val_loss_eval[:, 36] != frame.val_loss_eval[:, 35]).all()
    assert np.isnan(frame.drift[:, 0]).all()
    assert np.isfinite(frame.drift[:, 1:]).all()


def test_a_seed_that_overflowed_counts_as_worst():
    loss = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, 2.0]])
    np.testing.assert_array_equal(middle(loss, np.inf), [2.0, np.nan])
    np.testing.assert_array_equal(middle(loss, -np.inf), [1.0, np.nan])


def test_several_seeds_have_a_median_and_a_band():
    several = run_of(5, seeds="5").frame()
    alone = [run_of(5, seed=seed).frame() for seed in range(5)]
    losses = np.array([f.train_loss for f in alone])  # (5, n_arms, n)
    np.testing.assert_allclose(several.train_loss, np.median(losses, axis=0), rtol=1e-4)
    np.testing.assert_allclose(several.train_loss_low, losses.min(0), rtol=1e-4)
    np.testing.assert_allclose(several.train_loss_high, losses.max(0), rtol=1e-4)
    right = np.array([f.val_accuracy_eval for f in alone])
    np.testing.assert_allclose(several.val_accuracy_eval, np.median(right, axis=0), atol=0.003)
    np.testing.assert_allclose(several.gradient_norm, alone[0].gradient_norm, rtol=1e-3)


# --- overflows ---------------------------------------------------------------------------------------------------
def test_an_arm_that_overflows_keeps_its_last_finite_state_and_the_other_goes_on():
    run = run_of(30, lr=10.0, depth=10)
    frame = run.frame()
    (divergence,) = frame.divergences
    assert divergence.network == "no norm"
    step = divergence.step
    assert frame.overflow_step.tolist() == [[step], [-1]]
    assert np.isfinite(frame.train_loss[0, : step - 1]).all()
    assert np.isnan(frame.train_loss[0, step - 1 :]).all()
    assert np.isfinite(frame.train_loss[1]).all()
    assert np.isfinite(frame.activation_std).all()
    assert not run.done


def test_the_last_finite_state_is_that_of_the_step_before():
    run, step = run_of(lr=10.0, depth=10, arms=("none",)), 0
    frames = [run.frame()]
    while not run.done:
        run.step()
        frames.append(run.frame())
        step += 1
        assert step < 100
    np.testing.assert_allclose(frames[-1].activation_std, frames[-2].activation_std, rtol=1e-5)
    run.step()
    assert run.frame().step == frames[-1].step


def test_one_seed_that_overflows_stops_no_other():
    frame = run_of(60, lr=0.6, depth=10, arms=("none",), seeds="10").frame()
    gone = frame.overflow_step[0] >= 0
    assert gone.sum() > 0
    for seed in np.flatnonzero(gone)[:2].tolist():
        alone = run_of(60, lr=0.6, depth=10, arms=("none",), seed=seed).frame()
        assert alone.overflow_step[0, 0] >= 0


# --- maps --------------------------------------------------------------------------------------------------------
def test_cells_come_from_coarse_to_fine_and_all_of_them():
    cells = from_coarse_to_fine(8, 15)
    assert sorted(cells) == [(row, column) for row in range(8) for column in range(15)]
    assert cells[:2] == [(0, 0), (0, 8)]
    assert all(row % 2 == column % 2 == 0 for row, column in cells[:32])


def test_a_map_fills_and_goes_on_in_another_run():
    run = run_of(map="batch_size", depth=1, width=4)
    assert run.refined == 0
    assert np.isnan(run.frame().map_accuracy).all()
    while run.refined == 0:
        run.refine()
    frame = run.frame()
    assert frame.map_accuracy.shape == (2, len(MAPS["batch_size"]), len(MAP_LR))
    assert np.isfinite(frame.map_accuracy).sum() == 1
    elsewhere = run_of(map="batch_size", depth=1, width=4, lr=0.01, batch_size=64)
    np.testing.assert_array_equal(elsewhere.frame().map_accuracy, frame.map_accuracy)
    run.cancel_refining()
    assert run.refined == 1


def test_a_cell_is_what_runs_reach():
    hp = replace(SPEC.hyperparams(), {"map": "init_scale", "depth": 2, "width": 16})
    of_arm = ArmMap("batch_norm", hp)
    while not of_arm.done:
        of_arm.refine()
    (row,), (column,) = np.nonzero(np.isfinite(of_arm.accuracy))
    changes = {"lr": MAP_LR[column], "init_scale": MAPS["init_scale"][row], "map": "off", "arms": ("batch_norm",)}
    data, reached = load("digits"), []
    for seed in range(MAP_SEEDS):
        run = SPEC.run(replace(hp, changes | {"seed": seed}))
        for _ in range(MAP_STEPS):
            run.step()
        logits = run._arms[0].networks.logits(data.test_inputs, EVAL)[0]  # (classes, samples)
        reached.append((logits.argmax(0) == data.test_labels).float().mean().item())
    assert of_arm.accuracy[row, column] == pytest.approx(np.mean(reached), abs=0.01)


def test_a_map_that_is_off_has_nothing_to_refine():
    run = run_of()
    assert run.refined == 1
    run.refine()
    assert run.frame().map_accuracy.shape == (2, 0, 0)


# --- claims ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "outcome"),
    [("gamma_beta_essence", Outcome.NOT), ("covariate_shift", Outcome.NOT), ("every_batch", Outcome.IN_PART)],
)
def test_claims_are_judged_by_what_was_measured(name, outcome):
    claim = next(c for c in CLAIMS if c.name == name)
    verdict = trials.verdict_of(SPEC, claim)
    assert verdict.outcome == outcome
    assert all(np.isfinite(list(verdict.numbers.values())))

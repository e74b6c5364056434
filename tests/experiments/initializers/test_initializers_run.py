"""Layers appear one by one, nothing waits for the rest, and what overflows is said and drawn."""

import gc
import time
import weakref

import numpy as np
import pytest

from explorer.core.experiment import Beginning, Gradual, Refining
from explorer.core.hyperparams import HyperparamError, replace
from explorer.experiments.initializers import compute
from explorer.experiments.initializers.compute import Run
from explorer.experiments.initializers.spec import SPEC, Hyperparams, ViewOptions

SMALL = {"depth": 6, "width": 16, "batch_size": 32}


def run_of(**changes) -> Run:
    return Run(replace(Hyperparams(), changes))


@pytest.fixture
def piecewise(monkeypatch):
    monkeypatch.setattr(compute, "AT_ONCE", 0)


def same(a, b, but=()):
    for name in a.__dataclass_fields__:
        if name not in ("hyperparams", "divergences", *but):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_layers_appear_forward_and_then_backward(piecewise):
    run = run_of(**SMALL)
    assert isinstance(run, Refining)
    assert isinstance(run, Beginning)
    assert not run.begun
    seen = []
    for _piece in range(13):
        frame = run.frame()
        seen.append((int(np.isfinite(frame.activation_std[0]).sum()), int(np.isfinite(frame.gradient_std[0]).sum())))
        SPEC.figure(frame, ViewOptions())
        run.refine()
    assert seen == [*((n, 0) for n in range(7)), *((6, n) for n in range(1, 7))]
    assert np.isfinite(run.frame().gradient_std).all()
    assert run.begun


def test_pieces_add_up_to_the_whole(monkeypatch):
    whole = run_of(**SMALL).frame()
    monkeypatch.setattr(compute, "AT_ONCE", 0)
    run = run_of(**SMALL)
    for _piece in range(13):
        run.refine()
    same(run.frame(), whole, but=("phase",))


def test_a_step_does_not_depend_on_what_has_been_seen(monkeypatch):
    whole = run_of(**SMALL)
    monkeypatch.setattr(compute, "AT_ONCE", 0)
    part = run_of(**SMALL)
    part.refine()
    for run in (whole, part):
        run.step()
        run.step()
    same(part.frame(), whole.frame(), but=("phase",))


def test_cancelled_refining_is_done(piecewise):
    run = run_of(**SMALL)
    run.refine()
    run.cancel_refining()
    assert run.refined == 1
    assert np.isnan(run.frame().activation_std[:, 1:]).all()


def test_the_largest_network_answers_at_once():
    began = time.process_time()
    run = run_of(depth=100, width=512)
    first = time.process_time() - began
    began = time.process_time()
    for _layer in range(20):
        run.refine()
    assert first < 100 * (time.process_time() - began) / 20  # a fraction of the 200 pieces that it takes
    assert 0 < run.refined < 0.5
    assert np.isnan(run.frame().activation_std[:, -1]).all()


def test_everything_is_refined_in_the_end():
    run = run_of(**SMALL)
    while run.refined < 1:
        run.refine()
    frame = run.frame()
    assert np.isfinite(frame.phase).all()
    np.testing.assert_allclose(frame.phase[:, 0], 1)
    assert (frame.phase[0, 5:] < frame.phase[-1, 5:]).all()


def test_the_picture_is_what_the_initializer_normal_does():
    run = run_of(activation="relu", width=256)
    while run.refined < 1:
        run.refine()
    frame = run.frame()
    row = int(np.argmin(abs(np.log(frame.phase_sigma * 16))))
    direct = run_of(activation="relu", initializers=("normal",), sigma=float(frame.phase_sigma[row]), depth=10).frame()
    ratio = direct.activation_std[0, -1] / direct.activation_std[0, 0]
    assert frame.phase[row, 9] == pytest.approx(ratio, rel=0.5)


def test_a_picture_that_was_completed_is_there_at_once():
    first = run_of(**SMALL, seed=9)
    for _piece in range(5):
        first.refine()
    assert np.isnan(run_of(**SMALL, seed=9).frame().phase).all()
    while first.refined < 1:
        first.refine()
    again = run_of(**{**SMALL, "depth": 7, "lr": 0.5}, seed=9)
    assert again.refined == 1
    np.testing.assert_array_equal(again.frame().phase, first.frame().phase)
    assert np.isnan(run_of(**SMALL, seed=8).frame().phase).all()


def test_trainability_is_computed_step_by_step():
    run = run_of(**SMALL, phase="lr")
    for _piece in range(50):
        run.refine()
    z = run.frame().phase
    assert np.isfinite(z[:, 0]).all()
    assert np.isnan(z[:, 1:]).all()
    figure = SPEC.figure(run.frame(), ViewOptions())
    assert figure.panel("phase").pick == ("lr", "sigma")


# --- piece by piece --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pieces", [1, 5, 9, 12])
def test_steps_and_frames_do_not_depend_on_what_was_prepared(pieces):
    whole, prepared = (run_of(**SMALL, activation="prelu", optimizer="adam") for _run in range(2))
    assert isinstance(prepared, Gradual)
    for step in range(4):
        whole.step()
        for _piece in range(pieces):
            prepared.prepare_step()
        prepared.step()
        for _piece in range(pieces):
            prepared.prepare_step()
            if step % 2:
                prepared.prepare_frame()  # at first, the pass of the step is given up for it
        same(prepared.frame(), whole.frame(), but=("phase",))


def test_pieces_are_layers_there_and_back():
    run = run_of(**SMALL)
    for prepare in (run.prepare_step, run.prepare_frame):
        run.step()
        pieces = 0
        while not prepare():
            pieces += 1
        assert pieces == 2 * SMALL["depth"] + 1


def test_a_rate_that_changes_amid_a_step_holds_for_the_whole_of_it():
    before, amid = (run_of(**SMALL, lr=0.1) for _run in range(2))
    before.update(replace(before.hyperparams, {"lr": 0.7}))
    before.step()
    for _piece in range(8):
        amid.prepare_step()
    amid.update(replace(amid.hyperparams, {"lr": 0.7}))
    amid.step()
    same(amid.frame(), before.frame(), but=("phase",))


@pytest.mark.parametrize("pieces", [0, 3, 8, 20])
def test_a_run_that_is_given_up_is_gone_at_once(piecewise, pieces):
    gc.collect()
    gc.disable()
    try:
        run = run_of(**SMALL)
        for _piece in range(pieces):
            run.refine()
        if run.begun:
            run.step()
            run.frame()
            run.prepare_step()
        alive = weakref.ref(run), weakref.ref(run._networks), weakref.ref(run._picture)
        del run
        assert [part() for part in alive] == [None] * 3
    finally:
        gc.enable()


# --- overflow ----------------------------------------------------------------------------------------------------
def test_an_overflow_before_any_training_is_said():
    run = run_of(initializers=("article_rand", "he_normal"), activation="relu", depth=100, width=64)
    while not run.begun:
        run.refine()
    frame = run.frame()
    (divergence,) = frame.divergences
    assert (divergence.network, divergence.step) == ("article rand", 0)
    lost = frame.initializers.index("article_rand")
    first = int(np.flatnonzero(np.isnan(frame.activation_std[lost]))[0]) + 1
    assert divergence.quantity == f"signal of layer {first}"
    assert np.isfinite(frame.activation_std[lost, : first - 1]).all()
    figure = SPEC.figure(frame, ViewOptions())
    assert figure.headline.startswith("Article rand overflows before any training")
    assert any(mark.key == "lost" for mark in figure.panel("activations.article_rand").marks)
    run.step()
    assert np.isnan(run.frame().train_loss[lost]).all()
    assert np.isfinite(run.frame().train_loss[1 - lost]).all()


def test_what_diverges_in_training_keeps_its_last_finite_state():
    run = run_of(**SMALL, activation="identity", lr=10.0)
    for _step in range(60):
        run.step()
    frame = run.frame()
    assert run.done
    assert {d.network for d in frame.divergences} == {"Xavier normal", "He normal", "PyTorch default"}
    assert all(0 < d.step <= frame.step for d in frame.divergences)
    assert np.isfinite(frame.activation_std).all()
    headline = SPEC.figure(frame, ViewOptions()).headline
    assert "overflow" in headline


def test_when_a_frame_is_taken_does_not_matter_where_it_diverges():
    watched, alone = (run_of(**SMALL, activation="identity", lr=10.0) for _run in range(2))
    for _step in range(10):
        watched.step()
        watched.frame()
        alone.step()
    same(watched.frame(), alone.frame())
    assert watched.frame().divergences == alone.frame().divergences


# --- settings ----------------------------------------------------------------------------------------------------
def test_at_most_six_initializers():
    seven = ["zeros", "constant", "normal", "uniform", "lsuv", "he_normal", "he_uniform"]
    with pytest.raises(HyperparamError, match="at most 6"):
        replace(Hyperparams(), {"initializers": seven})
    assert len(replace(Hyperparams(), {"initializers": seven[:6]}).initializers) == 6


@pytest.mark.parametrize("data", ["digits", "normal", "pixels"])
def test_inputs(data):
    run = run_of(**{**SMALL, "batch_size": 1024}, data=data)
    x = run._batch[0]
    expected = {"digits": (0, 1), "normal": (0, 1), "pixels": (4.9, 6.0)}[data]
    assert (float(x.mean()), float(x.std())) == pytest.approx(expected, abs=0.1)
    assert np.isfinite(run.frame().activation_std).all()

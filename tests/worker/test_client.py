"""The client with a real worker and experiments that count, raise, hang and die."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import fakes
import numpy as np
import pytest

from explorer.core.claims import Outcome
from explorer.core.session import Change
from explorer.registry import EXPERIMENTS
from explorer.worker.client import WorkerClient
from explorer.worker.messages import (
    Advance,
    CancelChecks,
    Check,
    Checked,
    Checking,
    Died,
    Failed,
    FrameReady,
    Pace,
    Progress,
    Ready,
    Taken,
    Update,
)

HP = fakes.Hyperparams


def weights_at(step, changes=(), **settings):
    """What a run shows at a step, computed here: `changes` are (step, lr)."""
    hyperparams = HP(**settings)
    run = fakes.Run(hyperparams)
    for k in range(step + 1):
        for _at, lr in [c for c in changes if c[0] == k]:
            run.update(HP(**{**settings, "lr": lr}))
        if k < step:
            run.step()
    return run.weights


def test_a_run_begins_paused_with_its_first_frame(client, answer):
    run_id = client.begin("sums", HP())
    first = answer(FrameReady)
    assert (first.run_id, first.frame.step, first.playing, first.steps_per_second) == (run_id, 0, False, 0.0)


def test_a_run_plays_as_fast_as_it_can_and_pauses(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Pace(run_id, True))
    running = answer(FrameReady, lambda a: a.frame.step > 5000 and a.steps_per_second > 0)
    assert running.playing
    client.send(Pace(run_id, False))
    paused = answer(FrameReady, lambda a: not a.playing)
    assert paused.steps_per_second == 0
    client.send(Advance(run_id, 3))
    assert answer(FrameReady).frame.step == paused.frame.step + 3


@pytest.mark.parametrize("rate", [20.0, 2000.0, None])
def test_frames_are_the_same_whatever_the_pace(client, answer, rate):
    run_id = client.begin("sums", HP(seed=3))
    client.send(Pace(run_id, True, rate))
    frame = answer(FrameReady, lambda a: a.frame.step >= 5).frame
    np.testing.assert_array_equal(frame.weights, weights_at(frame.step, seed=3))


def test_steps_per_second_are_those_asked_for(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Pace(run_id, True, 200.0))
    measured = answer(FrameReady, lambda a: a.frame.step >= 150).steps_per_second
    assert measured == pytest.approx(200, rel=0.1)


def test_a_run_that_cannot_keep_up_says_so(client, answer):
    run_id = client.begin("sums", HP(seconds=0.005))
    client.send(Pace(run_id, True, 5000.0))
    assert answer(FrameReady, lambda a: a.frame.step >= 60).steps_per_second < 200.5


def test_no_frame_is_sent_before_the_last_was_taken(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Pace(run_id, True))
    while not client.next_answer(10).playing:
        pass  # none is taken
    client.send(Check("sums", "long"))  # takes a while, in which the run goes on
    heard = [client.next_answer(10)]
    while not isinstance(heard[-1], Checked):
        heard.append(client.next_answer(10))
    assert {type(a) for a in heard} == {Checking, Checked}
    client.send(Taken(run_id))
    assert answer(FrameReady).frame.step > 1000


def test_a_newer_run_ends_the_older(client, answer):
    old = client.begin("sums", HP())
    client.send(Pace(old, True))
    answer(FrameReady, lambda a: a.frame.step > 100)
    new = client.begin("sums", HP(seed=1))
    client.send(Pace(old, True))
    client.send(Advance(new))
    seen = []
    last = answer(FrameReady, lambda a: seen.append(a.run_id) or a.frame.step == 1)
    assert set(seen) == {new}
    np.testing.assert_array_equal(last.frame.weights, weights_at(1, seed=1))


def test_each_experiment_keeps_its_run_while_another_goes_on(client, answer):
    first, second = client.begin("sums", HP()), client.begin("activations", EXPERIMENTS["activations"].hyperparams())
    client.send(Pace(second, True))
    answer(FrameReady, lambda a: a.run_id == second and a.frame.step > 2)
    client.send(Advance(first, 2))
    assert answer(FrameReady, lambda a: a.run_id == first and a.frame.step).frame.step == 2
    client.begin("activations", EXPERIMENTS["activations"].hyperparams())
    client.send(Advance(first))
    assert answer(FrameReady, lambda a: a.run_id == first).frame.step == 3


def test_a_burst_of_begins_runs_only_the_newest(client, answer):
    for seed in range(50):
        run_id = client.begin("sums", HP(seed=seed))
    client.send(Advance(run_id, 2))
    frame = answer(FrameReady, lambda a: a.frame.step == 2).frame
    assert frame.hyperparams.seed == 49


def test_live_changes_are_recorded_and_replayed_exactly(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Pace(run_id, True))
    answer(FrameReady, lambda a: a.frame.step > 50)
    client.send(Update(run_id, HP(lr=1.0)))
    answer(FrameReady, lambda a: a.changes and a.frame.step > a.changes[-1].step + 50)
    client.send(Update(run_id, HP(lr=0.003)))
    answer(FrameReady, lambda a: len(a.changes) == 2)
    client.send(Pace(run_id, False))
    seen = answer(FrameReady, lambda a: not a.playing)
    assert seen.frame.hyperparams.lr == 0.003
    assert [dict(c.hyperparams) for c in seen.changes] == [{"lr": 1.0}, {"lr": 0.003}]
    client.begin("sums", HP(), seen.changes, to_step=seen.frame.step)
    again = answer(FrameReady)
    assert (again.frame.step, again.changes) == (seen.frame.step, seen.changes)
    np.testing.assert_array_equal(again.frame.weights, seen.frame.weights)
    changes = [(c.step, c.hyperparams["lr"]) for c in seen.changes]
    np.testing.assert_array_equal(again.frame.weights, weights_at(seen.frame.step, changes))


def test_a_live_change_is_shown_before_another_step(client, answer):
    run_id = client.begin("sums", HP(seconds=0.1))
    client.send(Pace(run_id, True))
    answer(FrameReady, lambda a: a.frame.step > 1)
    client.send(Update(run_id, HP(seconds=0.1, lr=1.0)))
    seen = answer(FrameReady, lambda a: a.changes)
    assert seen.frame.hyperparams.lr == 1.0
    assert seen.frame.step == seen.changes[0].step


def test_going_back_before_a_change_forgets_it(client, answer):
    client.begin("sums", HP(), [Change(5, {"lr": 1.0}), Change(20, {"lr": 9.0})], to_step=10)
    frame = answer(FrameReady)
    assert frame.changes == (Change(5, {"lr": 1.0}),)
    np.testing.assert_array_equal(frame.frame.weights, weights_at(10, [(5, 1.0)]))


def test_changes_of_one_step_become_one(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Advance(run_id, 2))
    answer(FrameReady, lambda a: a.frame.step == 2)
    client.send(Update(run_id, HP(lr=0.5)))
    assert answer(FrameReady, lambda a: a.changes).frame.hyperparams.lr == 0.5
    client.send(Update(run_id, HP(lr=0.7)))
    assert answer(FrameReady, lambda a: a.frame.hyperparams.lr == 0.7).changes == (Change(2, {"lr": 0.7}),)


def test_a_long_replay_says_how_far_it_is_and_gives_way_to_a_newer_run(client, answer):
    client.begin("sums", HP(seconds=0.001), to_step=1_000_000)
    progress = answer(Progress)
    assert 0 < progress.step < progress.to_step == 1_000_000
    client.begin("sums", HP(seed=7))
    assert answer(FrameReady).frame.hyperparams.seed == 7


def test_a_change_during_a_replay_takes_effect_at_its_end(client, answer):
    run_id = client.begin("sums", HP(seconds=0.001), to_step=2000)
    answer(Progress)
    client.send(Update(run_id, HP(lr=2.0, seconds=0.001)))
    assert answer(FrameReady).changes == (Change(2000, {"lr": 2.0}),)


def test_a_new_divergence_pauses_the_run_once(client, answer):
    run_id = client.begin("sums", HP(diverges_at=30))
    client.send(Pace(run_id, True, 300.0))
    paused = answer(FrameReady, lambda a: not a.playing and a.frame.step)
    assert paused.frame.divergences[0].step == 30 <= paused.frame.step
    client.send(Pace(run_id, True, 300.0))
    assert answer(FrameReady, lambda a: a.frame.step > paused.frame.step + 20).playing


def test_a_divergence_seen_before_does_not_pause_after_a_replay(client, answer):
    run_id = client.begin("sums", HP(diverges_at=3), to_step=10)
    client.send(Pace(run_id, True, 300.0))
    assert answer(FrameReady, lambda a: a.frame.step > 20).playing


def test_a_run_ends_when_it_is_done(client, answer):
    run_id = client.begin("sums", HP(last_step=40))
    client.send(Pace(run_id, True))
    last = answer(FrameReady, lambda a: a.done)
    assert (last.frame.step, last.playing) == (40, False)


@pytest.mark.parametrize(
    ("fault", "message"),
    [("raise", "ValueError: the weights are"), ("memory", "there is not enough memory for it")],
)
def test_what_a_run_raises_is_said_and_the_worker_lives(client, answer, fault, message):
    pid = client.pid
    run_id = client.begin("sums", HP(fault=fault, raises_at=2))
    client.send(Pace(run_id, True))
    failed = answer(Failed)
    assert (failed.run_id, failed.message) == (run_id, message)
    assert "_FAULTS" in failed.traceback
    client.begin("sums", HP())
    assert answer(FrameReady).frame.step == 0
    assert client.pid == pid


def test_an_unknown_experiment_fails_as_a_run_does(client, answer):
    client.begin("nonsense", None)
    assert answer(Failed).message == "KeyError: 'nonsense'"


# --- claims ------------------------------------------------------------------------------------------------------
def test_a_claim_is_checked_while_a_run_goes_on(client, answer):
    run_id = client.begin("sums", HP())
    client.send(Pace(run_id, True))
    before = answer(FrameReady, lambda a: a.frame.step > 10).frame.step
    client.send(Check("sums", "long"))
    assert 0 < answer(Checking, lambda a: a.share > 0).share < 1
    assert answer(FrameReady, lambda a: a.frame.step > before + 100)
    verdict = answer(Checked).verdict
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.numbers == {"w0": float(weights_at(300).sum())}


def test_every_trial_of_a_claim_is_judged(client, answer):
    client.send(Check("sums", "sums"))
    numbers = answer(Checked).verdict.numbers
    assert numbers == {"w0": float(weights_at(50).sum()), "w1": float(weights_at(50, lr=1.0).sum())}


def test_a_trial_that_raises_and_a_probe(client, answer):
    client.send(Check("sums", "raising"))
    client.send(Check("sums", "probed"))
    failed, probed = answer(Checked), answer(Checked)
    assert (failed.verdict, failed.error) == (None, "ValueError: the weights are")
    assert probed.verdict.numbers == {"seed": 5.0}


def test_checks_can_be_cancelled(client, answer):
    for _ in range(2):
        client.send(Check("sums", "endless"))
        answer(Checking)
        client.send(CancelChecks())
    client.send(Check("sums", "probed"))
    assert answer(Checked).claim == "probed"


# --- processes ---------------------------------------------------------------------------------------------------
def test_the_worker_has_no_qt_and_the_client_no_torch(client):
    if sys.platform == "linux":
        assert "Qt6" not in Path(f"/proc/{client.pid}/maps").read_text()
    code = "import sys, explorer.worker.client, explorer.cli, explorer.headless; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_on_answer_is_called_in_order_from_the_waiting_ones_on(client):
    seen, enough = [], threading.Event()
    run_id = client.begin("sums", HP())

    def hear(answer):
        seen.append(answer.frame.step)
        client.send(Taken(answer.run_id))
        if answer.frame.step == 3:
            enough.set()

    client.on_answer = hear
    client.send(Advance(run_id, 3))
    assert enough.wait(30)
    assert seen == sorted(seen)


def test_a_hanging_worker_stops_nobody_and_can_be_replaced(client, answer):
    os.kill(client.pid, signal.SIGSTOP)
    run_id = client.begin("sums", HP())
    for i in range(20_000):  # more than any pipe holds
        client.send(Update(run_id, HP(lr=1.0 + i / 1e5)))
        client.send(Advance(run_id))
    pid = client.pid
    client.restart()
    assert client.pid != pid
    assert isinstance(client.next_answer(60), Ready)
    assert client.begin("sums", HP(seed=2)) == run_id + 1
    assert answer(FrameReady).frame.hyperparams.seed == 2


def test_a_worker_that_goes_on_after_hanging_does_the_newest(client, answer):
    os.kill(client.pid, signal.SIGSTOP)
    for seed in range(101):
        client.begin("sums", HP(seed=seed))
    os.kill(client.pid, signal.SIGCONT)
    assert answer(FrameReady).frame.hyperparams.seed == 100


@pytest.mark.parametrize("death", ["killed", "exited"])
def test_a_dead_worker_is_announced_in_words_and_comes_back(client, answer, death):
    run_id = client.begin("sums", HP(fault="die", raises_at=1))
    if death == "killed":
        os.kill(client.pid, signal.SIGKILL)
    else:
        client.send(Advance(run_id, 2))
    died = answer(Died)
    assert (died.exit_code, died.message) == {
        "killed": (-9, "it was killed; out of memory?"),
        "exited": (7, "it ended with status 7"),
    }[death]
    assert not client.alive
    client.send(Advance(run_id))  # goes nowhere, quietly
    client.restart()
    assert isinstance(client.next_answer(60), Ready)
    assert client.alive


def test_nothing_is_said_after_a_kill():
    client = WorkerClient()
    client.start()
    client.kill()
    client.kill()
    assert not client.alive
    assert client.next_answer(0) is None
    client.send(Taken(0))


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_the_worker_ends_when_its_window_is_killed(tmp_path):
    program = tmp_path / "window.py"
    program.write_text(
        "from explorer.worker.client import WorkerClient\n"
        "if __name__ == '__main__':\n"
        "    client = WorkerClient()\n"
        "    client.start()\n"
        "    client.next_answer()\n"
        "    print(client.pid, flush=True)\n"
        "    client.next_answer()\n"
    )
    window = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    pid = int(window.stdout.readline())
    window.kill()
    window.wait()
    window.stdout.close()
    worker = os.pidfd_open(pid) if _runs(pid) else None
    if worker is not None:
        import select

        assert select.select([worker], [], [], 10)[0], "the worker goes on"
        os.close(worker)


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_whole_is_computed_beside_the_live_run(client, answer):
    """Small here; that a live optimizers' run of thousands of steps gets every one of them."""
    spec = EXPERIMENTS["optimizers"]
    live = client.begin("optimizers", spec.hyperparams())
    client.send(Pace(live, True))
    seen = answer(FrameReady, lambda a: a.run_id == live and a.frame.step > 1500)
    assert not seen.frame.is_whole
    whole = client.begin_whole("optimizers", spec.hyperparams(), (), seen.frame.step)
    frame = answer(FrameReady, lambda a: a.run_id == whole).frame
    assert frame.path_step.tolist() == list(range(seen.frame.step + 1))
    np.testing.assert_array_equal(frame.path[:, :, seen.frame.path_step], seen.frame.path)
    assert answer(FrameReady, lambda a: a.run_id == live).playing


def test_a_whole_that_is_too_large_is_refused_and_the_live_run_goes_on(client, answer):
    live = client.begin("optimizers", EXPERIMENTS["optimizers"].hyperparams())
    client.send(Pace(live, True))
    whole = client.begin_whole("optimizers", EXPERIMENTS["optimizers"].hyperparams(), (), 10**8)
    failed = answer(Failed)
    assert failed.run_id == whole
    assert failed.message.startswith("the whole way to step 100000000 is")
    assert answer(FrameReady, lambda a: a.run_id == live and a.frame.step > 10).playing

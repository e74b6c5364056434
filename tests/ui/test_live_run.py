"""The life of a run as the window sees it, with a client that only writes down what it is asked."""

import dataclasses

import pytest

from explorer.core.experiment import Divergence
from explorer.core.session import Change, Session
from explorer.registry import EXPERIMENTS
from explorer.ui import live_run
from explorer.ui.live_run import LiveRun
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.messages import Advance, Died, Failed, FrameReady, Pace, Progress, Ready, Start, Taken, Update

SPEC = EXPERIMENTS["activations"]


@dataclasses.dataclass
class Frame:
    hyperparams: object
    step: int = 0
    divergences: tuple = ()


class Client:
    """Stands in for WorkerClient."""

    def __init__(self):
        self.alive, self.on_answer, self.sent, self.run_id = True, None, [], 0

    def send(self, request):
        self.sent.append(request)

    def begin(self, experiment, hyperparams, changes=(), to_step=0):
        self.run_id += 1
        self.send(Start(self.run_id, experiment, hyperparams, tuple(changes), to_step))
        return self.run_id

    def restart(self):
        self.alive = True

    def kill(self):
        self.alive = False

    def last(self, kind):
        return next(request for request in reversed(self.sent) if isinstance(request, kind))


@pytest.fixture
def client():
    return Client()


@pytest.fixture
def run(client, qapp):
    run = LiveRun(SPEC, WorkerBridge(client), speed=None)
    run.set_visible(True)
    client.on_answer(Ready("2.13.0"))
    return run


def answer(run, client, step=0, playing=True, divergences=(), changes=(), done=False):
    frame = Frame(run.hyperparams, step, divergences)
    client.on_answer(FrameReady(client.run_id, frame, playing, 100.0, done, changes))


def test_it_begins_when_it_is_seen_and_plays(run, client):
    assert client.last(Start) == Start(1, "activations", SPEC.hyperparams())
    assert client.last(Pace) == Pace(1, True, None)


def test_starting_is_said_until_the_worker_is_ready(client, qapp):
    run = LiveRun(SPEC, WorkerBridge(client), speed=None)
    run.set_visible(True)
    assert "PyTorch" in run.notice.text
    client.on_answer(Ready("2.13.0"))
    assert run.notice is None


def test_a_live_hyperparam_goes_to_the_running_run_and_any_other_begins_a_new_one(run, client):
    answer(run, client)
    faster = dataclasses.replace(run.hyperparams, lr=0.5)
    run.apply(faster)
    assert client.last(Update) == Update(1, faster)
    deeper = dataclasses.replace(faster, depth=5)
    run.apply(deeper)
    assert client.last(Start) == Start(2, "activations", deeper)


def test_a_frame_without_the_newest_change_is_passed_over_but_not_for_long(run, client, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(live_run, "monotonic", lambda: now[0])
    answer(run, client, 1)
    old = run.hyperparams
    run.apply(dataclasses.replace(old, lr=0.5))
    client.on_answer(FrameReady(1, Frame(old, 2), True, 1.0, False))
    assert run.frame.step == 1
    assert client.sent[-1] == Taken(1)
    now[0] += 0.02
    run.apply(dataclasses.replace(old, lr=0.6))  # a drag goes on and on: something must be seen of it
    now[0] += 0.02
    client.on_answer(FrameReady(1, Frame(dataclasses.replace(old, lr=0.5), 3), True, 1.0, False))
    assert run.frame.step == 3
    answer(run, client, 4)
    assert run.frame.step == 4


def test_nothing_is_asked_for_when_nothing_changed(run, client):
    answer(run, client)
    before = list(client.sent)
    run.apply(SPEC.hyperparams())
    assert client.sent == before


def test_pausing_stepping_and_speed_reach_the_worker(run, client):
    run.play(False)
    assert client.last(Pace).playing is False
    run.set_speed(30.0)
    assert client.last(Pace) == Pace(1, False, 30.0)
    run.play(True)
    run.step()
    assert run.playing is False
    assert client.sent[-1] == Advance(1)
    run.taken()
    assert client.sent[-1] == Taken(1)


def test_a_hidden_run_rests_and_goes_on_when_seen(run, client):
    run.set_visible(False)
    assert client.last(Pace).playing is False
    assert run.playing
    run.set_visible(True)
    assert client.last(Pace).playing is True


def test_a_new_divergence_is_said_once_and_pauses(run, client, qtbot):
    first = Divergence("ELU", 12, "gradient of layer 2")
    answer(run, client, 20, False, (first,))
    assert run.notice.kind == "warning"
    assert all(word in run.notice.text for word in ("ELU", "12", "gradient of layer 2"))
    assert not run.playing
    run.play(True)
    assert run.notice is None
    answer(run, client, 30, True, (first,))
    assert run.notice is None
    assert run.playing


def test_a_new_setting_plays_again_what_a_divergence_has_paused_but_not_what_the_user_has(run, client):
    answer(run, client, 20, False, (Divergence("ELU", 12, "loss"),))
    run.apply(dataclasses.replace(run.hyperparams, depth=2))
    assert run.playing
    assert client.last(Pace).playing
    run.play(False)
    run.apply(dataclasses.replace(run.hyperparams, depth=4))
    assert not run.playing


def test_an_answer_on_its_way_does_not_undo_a_pause(run, client):
    run.play(False)
    answer(run, client, 5, playing=True)
    assert not run.playing


def test_a_run_that_is_done_pauses(run, client):
    answer(run, client, 5, playing=False, done=True)
    assert not run.playing


def test_answers_of_an_older_run_are_dropped(run, client):
    old = FrameReady(client.run_id, Frame(run.hyperparams, 99), True, 1.0, False)
    run.restart()
    client.on_answer(old)
    assert run.frame is None


def test_a_failure_is_shown_in_words_with_its_traceback(run, client):
    client.on_answer(Failed(client.run_id, "out of memory", "Traceback …"))
    assert run.notice.kind == "error"
    assert "out of memory" in run.notice.text
    assert run.notice.details == "Traceback …"
    run.apply(dataclasses.replace(run.hyperparams, depth=2))  # what asked too much can be changed
    assert client.last(Start).hyperparams.depth == 2
    assert run.notice is None


def test_after_the_worker_died_the_run_comes_back_at_its_step(run, client):
    change = Change(40, {"lr": 0.5})
    answer(run, client)
    run.apply(dataclasses.replace(run.hyperparams, lr=0.5))
    answer(run, client, 60, changes=(change,))
    client.alive = False
    client.on_answer(Died(-9, "killed"))
    assert run.notice.kind == "error"
    assert "killed" in run.notice.text
    run.play(True)
    assert client.alive
    assert client.last(Start) == Start(2, "activations", SPEC.hyperparams(), (change,), 60)


def test_a_session_describes_the_frame_that_is_seen(run, client):
    answer(run, client, 33)
    run.begin(dataclasses.replace(run.hyperparams, depth=9))  # its first frame is still to come
    session = run.session(SPEC.view_options())
    assert (session.step, session.hyperparams.depth) == (33, 3)


def test_restoring_replays_the_changes_and_rests(run, client):
    changes = (Change(10, {"lr": 0.5}),)
    session = Session("activations", SPEC.hyperparams(), SPEC.view_options(), 25, changes)
    run.restore(session)
    assert client.last(Start) == Start(2, "activations", SPEC.hyperparams(), changes, 25)
    assert client.last(Pace).playing is False
    assert run.hyperparams.lr == 0.5
    client.on_answer(Progress(2, 10, 25))
    assert "40 %" in run.notice.text
    answer(run, client, 25, False, changes=changes)
    assert run.notice is None
    assert run.session(SPEC.view_options()) == session


def test_where_the_others_go_on_a_divergence_is_no_notice_until_all_have(client, qapp):
    spec = EXPERIMENTS["optimizers"]
    run = LiveRun(spec, WorkerBridge(client), speed=None)
    run.set_visible(True)
    client.on_answer(Ready("2.13.0"))
    first, second = Divergence("SGD", 3, "loss"), Divergence("Adam", 9, "loss")
    answer(run, client, 5, divergences=(first,))
    assert run.playing
    assert run.notice is None
    answer(run, client, 9, divergences=(first, second), done=True)
    assert not run.playing
    assert "Adam" in run.notice.text

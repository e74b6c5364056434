"""Runs once more: every frame as it was, changes included."""

import itertools

import pytest

from explorer.core.session import Change, Session
from explorer.registry import EXPERIMENTS
from explorer.rerun import Rerun
from explorer.worker.messages import FrameReady

SPEC = EXPERIMENTS["activations"]
SMALL = SPEC.hyperparams(functions=("relu",), width=4, depth=2)
CHANGES = (Change(0, {"lr": 0.2}), Change(3, {"lr": 1.0}), Change(3, {"lr": 0.5}), Change(6, {"lr": 0.01}))


def frames(worker, session, steps):
    """Frames of a rerun; its progress."""
    said = []
    answers = iter(worker.next_answer, None)
    rerun = Rerun(worker, answers, session, lambda text, share: said.append((text, share)))
    return list(rerun.frames(steps)), said


def straight(worker, session, step):
    """What the window gets that opens the session at a step."""
    worker.begin(session.experiment, session.hyperparams, session.changes, step)
    while True:
        answer = worker.next_answer(30)
        if isinstance(answer, FrameReady) and answer.refined == 1:
            return answer.frame


def test_frames_are_those_of_the_steps_whatever_was_changed_on_the_way(worker):
    session = Session(SPEC.name, SMALL, SPEC.view_options(), 8, CHANGES)
    found, said = frames(worker, session, [0, 2, 3, 7, 8])
    assert [frame.step for frame in found] == [0, 2, 3, 7, 8]
    assert [frame.hyperparams.lr for frame in found] == [0.2, 0.2, 0.5, 0.01, 0.01]
    for frame in found:
        expected = straight(worker, session, frame.step)
        assert frame.train_loss.tobytes() == expected.train_loss.tobytes()
    shares = [share for _text, share in said]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_step_0_alone(worker):
    session = Session(SPEC.name, SMALL, SPEC.view_options(), 0)
    found, _said = frames(worker, session, [0])
    assert [frame.step for frame in found] == [0]


@pytest.mark.parametrize("name", [name for name in EXPERIMENTS if name != "activations"])
def test_what_is_computed_piece_by_piece_is_there_at_the_end(worker, name):
    spec = EXPERIMENTS[name]
    session = Session(name, spec.hyperparams(), spec.view_options(), 4)
    found, _said = frames(worker, session, [0, 2, 4])
    assert [frame.step for frame in found] == [0, 2, 4]
    drawn, expected = (spec.figure(f, session.view) for f in (found[-1], straight(worker, session, 4)))
    for ours, theirs in itertools.zip_longest(drawn.panels, expected.panels):
        assert [mark.key for mark in ours.marks] == [mark.key for mark in theirs.marks]

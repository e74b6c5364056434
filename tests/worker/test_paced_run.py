"""What a run with a pace says and when, in this process and without a pipe."""

import dataclasses
import itertools

import fakes
import pytest

from explorer.worker import paced_run
from explorer.worker.frame_pace import FramePace
from explorer.worker.messages import FrameReady, Pace, Start
from explorer.worker.paced_run import PacedRun


class Picture(fakes.Run):
    """A run with something to refine, in four pieces."""

    pieces = 0

    def refine(self):
        self.pieces += 1

    @property
    def refined(self):
        return self.pieces / 4

    def cancel_refining(self):
        self.pieces = 4


class FirstLook(Picture):
    """What it refines is its first frame."""

    @property
    def begun(self):
        return self.pieces >= 4


class FirstLookSpec(fakes.FakeSpec):
    def run(self, hyperparams):
        return FirstLook(hyperparams)


class PictureSpec(fakes.FakeSpec):
    def run(self, hyperparams):
        return Picture(hyperparams)


def begun(spec=fakes.SPEC, **start):
    return PacedRun(spec, Start(1, "sums", fakes.Hyperparams(), **start))


def begun_as(kind):
    return begun(kind(**{f.name: getattr(fakes.SPEC, f.name) for f in dataclasses.fields(fakes.SPEC)}))


def picture():
    return begun_as(PictureSpec)


@pytest.mark.parametrize("pauses", [True, False])
def test_a_divergence_pauses_unless_the_others_go_on(pauses):
    spec = dataclasses.replace(fakes.SPEC, pauses_at_divergence=pauses)
    run = PacedRun(spec, Start(1, "sums", fakes.Hyperparams(diverges_at=3)))
    run.pace(Pace(1, True))
    run.answer()
    while run.answer() is None or run._run.count < 3:
        run.work()
        run.taken()
    run.cancel_refining()
    run.pace(Pace(1, run._playing))
    assert run._playing is not pauses


def test_a_paused_run_rests_once_its_frame_is_taken():
    run = begun()
    assert run.wait() == 0
    assert isinstance(run.answer(), FrameReady)
    assert run.wait() is None
    run.taken()
    assert run.wait() is None
    run.work()
    assert run.answer() is None


def test_a_slow_run_waits_for_its_next_step():
    run = begun()
    run.pace(Pace(1, True, 0.5))
    assert run.answer().frame.step == 0
    run.work()
    assert 1.5 < run.wait() <= 2


def test_a_run_refines_piece_by_piece_also_while_paused():
    run = picture()
    shares = []
    while run.wait() is not None:
        run.work()
        run.taken()
        if answer := run.answer():
            shares.append(answer.refined)
    assert shares[-1] == 1
    assert shares == sorted(shares)


def test_a_run_that_refines_while_no_step_is_due_lets_others_have_the_interpreter():
    run = picture()
    assert run.wait() == 0  # its first frame is not said yet
    run.answer()
    run.taken()
    assert 0 < run.wait() <= 0.001
    run.pace(Pace(1, True))
    run.answer()
    assert run.wait() == 0


def test_refining_can_be_cancelled():
    run = picture()
    run.work()
    run.cancel_refining()
    assert run.answer().refined == 1
    assert run.wait() is None


def test_steps_go_on_while_a_run_refines():
    run = picture()
    run.pace(Pace(1, True))
    run.answer()
    run.work()
    run.pace(Pace(1, False))
    assert run.answer().frame.step > 1


def test_the_first_frame_comes_before_the_first_step():
    run = begun()
    run.pace(Pace(1, True))
    run.work()
    assert run.answer().frame.step == 0
    run.work()
    run.pace(Pace(1, False))
    assert run.answer().frame.step > 0


def test_steps_wait_until_a_large_first_frame_is_complete():
    run = begun(FirstLookSpec(**{f.name: getattr(fakes.SPEC, f.name) for f in dataclasses.fields(fakes.SPEC)}))
    run.pace(Pace(1, True))
    for pieces in range(4):
        assert run.answer().frame.step == 0, pieces
        run.work()
        run.pace(Pace(1, pieces % 2 == 1))  # what the user does is answered at once
    run.answer()
    run.work()
    run.pace(Pace(1, False))
    assert run.answer().frame.step > 0


def test_on_the_way_to_a_step_nothing_waits():
    run = begun(
        FirstLookSpec(**{f.name: getattr(fakes.SPEC, f.name) for f in dataclasses.fields(fakes.SPEC)}), to_step=3
    )
    while run.answer() is None:
        run.work()
    run.advance(1)
    assert run.wait() == 0


def test_what_the_user_asks_for_is_shown_although_the_last_frame_is_not_taken():
    run = begun()
    run.pace(Pace(1, True))
    run.work()
    assert isinstance(run.answer(), FrameReady)
    run.work()
    assert run.answer() is None
    run.pace(Pace(1, False))
    assert run.answer().playing is False


def test_the_seconds_are_those_of_stepping(monkeypatch):
    """Of a clock on which every step takes ten: pauses between slices do not count."""
    now = [0.0]
    monkeypatch.setattr(paced_run, "perf_counter", lambda: now[0])
    monkeypatch.setattr(paced_run, "SLICE", 15.0)
    run = begun(to_step=4)
    step = run._run.step

    def slow_step():
        now[0] += 10.0
        step()

    run._run.step = slow_step
    for _slice in range(2):
        run.work()
        now[0] += 1000.0
    assert run.answer().seconds == 40.0


# --- steps and frames that take long -----------------------------------------------------------------------------
class Long(fakes.Run):
    """Steps and frames of four pieces each; a frame undoes what was prepared of a step."""

    step_pieces = frame_pieces = 0

    def prepare_step(self):
        self.step_pieces += self.step_pieces < 4
        return self.step_pieces == 4

    def prepare_frame(self):
        self.frame_pieces += self.frame_pieces < 4
        return self.frame_pieces == 4

    def step(self):
        assert self.step_pieces == 4
        self.step_pieces = self.frame_pieces = 0
        super().step()

    def frame(self):
        assert self.frame_pieces == 4
        return super().frame()


class LongPicture(Long, Picture):
    """One that has something to refine as well."""


class LongPictureSpec(fakes.FakeSpec):
    def run(self, hyperparams):
        return LongPicture(hyperparams)


class LongSpec(fakes.FakeSpec):
    def run(self, hyperparams):
        return Long(hyperparams)


@pytest.fixture
def piecewise(monkeypatch):
    """A slice is a single piece: the clock goes on by a second whenever somebody looks."""
    clock = itertools.count(1.0)
    monkeypatch.setattr(paced_run, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(paced_run, "SLICE", 0.5)


@pytest.fixture
def long(monkeypatch, piecewise):
    """One that does a single piece in a slice, may say frames at any time, and has said its first."""
    monkeypatch.setattr(FramePace, "interval", 0.0)
    run = begun_as(LongSpec)
    answers_after(run)
    return run


def answers_after(run, most=10):
    """How many times it has to be asked until it says a frame, and the frame."""
    for n in range(1, most):
        if (answer := run.answer()) is not None:
            return n, answer.frame
    return most, None


def test_what_is_asked_comes_between_the_pieces_of_a_step(long):
    long.advance(1)
    for _piece in range(3):
        long.work()
        assert long.answer() is None
    long.update(fakes.Hyperparams(lr=0.5))
    n, frame = answers_after(long)
    assert (n, frame.step, frame.hyperparams.lr) == (1, 0, 0.5)  # it was prepared already
    long.work()
    n, frame = answers_after(long)
    assert (n, frame.step) == (4, 1)
    expected = fakes.Run(fakes.Hyperparams(lr=0.5))
    expected.step()
    assert (frame.weights == expected.weights).all()


def test_steps_wait_for_a_frame_that_is_being_prepared(long):
    long.pace(Pace(1, True))
    answers_after(long)
    for _piece in range(4):
        long.work()
    long.update(fakes.Hyperparams(lr=0.5))
    assert long.answer() is None
    for _slice in range(20):
        long.work()
    n, frame = answers_after(long)
    assert (n, frame.step) == (3, 1)
    assert long.wait() == 0


def test_a_frame_that_nobody_asked_for_waits_for_the_step_that_has_begun(long):
    long.pace(Pace(1, True))
    answers_after(long)
    for _piece in range(6):
        long.work()
    long.taken()
    assert answers_after(long) == (10, None)
    for _piece in range(2):
        long.work()
    n, frame = answers_after(long)
    assert (n, frame.step) == (4, 2)


def test_what_is_refined_waits_for_a_step_that_goes_on_but_not_for_one_that_is_paused(piecewise):
    run = begun_as(LongPictureSpec)
    answers_after(run)
    run.pace(Pace(1, True))
    for _piece in range(3):
        run.work()
    assert run._run.pieces == 0
    run.pace(Pace(1, False))
    for _piece in range(4):
        run.work()
    n, frame = answers_after(run)
    assert (frame.step, run.answer(), run._refined, n) == (0, None, 1, 1)


def test_a_slice_ends_with_the_step_after_which_a_frame_is_due(long, monkeypatch):
    monkeypatch.setattr(paced_run, "SLICE", 60.0)
    long.pace(Pace(1, True))
    answers_after(long)
    long.taken()
    long.work()
    assert answers_after(long)[1].step == 1

"""A run with its pace: when it steps, what it has to say, when it rests. No torch, no pipe; time is given."""

from collections import deque
from time import perf_counter
from typing import Any

from explorer.core.experiment import Beginning, Divergence, ExperimentSpec, Glancing, Gradual, Refining
from explorer.core.hyperparams import changed, replace
from explorer.core.session import Change
from explorer.worker.frame_pace import FramePace
from explorer.worker.messages import FrameReady, Pace, Progress, Start

SLICE = 0.004
"""Seconds of stepping between two looks at what the window asks."""
PROGRESS_INTERVAL = 0.1
MEASURED = 0.5
"""Seconds over which steps per second are measured."""
LARGEST_DEBT = 0.1
"""Seconds by which a run may be late and still catch up; what is later is forgotten."""
LET_IN = 0.0002
"""Seconds of rest between two pieces of refining while no step is due: the threads that read and write need the
interpreter, and would otherwise wait 5 ms for each of their turns, above all where there is nothing to refine yet."""


class PacedRun:
    """One run of an experiment, from its Start on."""

    def __init__(self, spec: ExperimentSpec, start: Start) -> None:
        self.run_id = start.run_id
        self._hyperparams = start.hyperparams
        self._run = spec.run(start.hyperparams)
        self._gradual = self._run if isinstance(self._run, Gradual) else None  # asked at every step: it takes long
        self.is_whole = start.whole
        if self.is_whole and isinstance(self._run, Glancing):
            self._run.keep_all(start.to_step)
        self._pauses = spec.pauses_at_divergence
        self._step = 0
        self._to_step = start.to_step
        self._replayed = deque(c for c in start.changes if c.step <= start.to_step)
        self._changes: tuple[Change, ...] = ()
        self._update: Any = None
        self._owed = 0
        self._is_amid_step = self._is_preparing = False
        """Whether a step, or a frame, of a Gradual run has been prepared in part."""
        self._amid_seconds = self._preparing_seconds = 0.0
        """Of computing, that this took so far."""
        self._seconds = 0.0
        self._playing = False
        self._steps_per_second: float | None = None
        self._next_step_at = 0.0
        self._speed, self._frame_pace = _Speed(), FramePace()
        self._divergences: set[Divergence] | None = None
        self._taken = True
        self._has_news = True
        self._is_urgent = True
        self._last_said_at = perf_counter()
        self._apply_due_changes()

    # --- what the window asks ------------------------------------------------------------------------------------
    def update(self, hyperparams: Any) -> None:
        """Change live hyperparams: now, or when the replay is over."""
        self._update = hyperparams
        self._apply_due_changes()

    def pace(self, pace: Pace) -> None:
        if self._playing != pace.playing:
            self._has_news = self._is_urgent = True
        self._playing, self._steps_per_second = pace.playing, pace.steps_per_second
        self._next_step_at = perf_counter()
        self._speed = _Speed()
        self._is_amid_step = False  # while it is paused, nothing waits for the rest of a step

    def advance(self, steps: int) -> None:
        self._owed += steps

    def cancel_refining(self) -> None:
        if isinstance(self._run, Refining):
            self._run.cancel_refining()
            self._has_news = self._is_urgent = True

    def taken(self) -> None:
        self._taken = True

    # --- stepping ------------------------------------------------------------------------------------------------
    @property
    def _is_replaying(self) -> bool:
        return self._step < self._to_step and not self._run.done

    @property
    def _refined(self) -> float:
        return self._run.refined if isinstance(self._run, Refining) else 1.0

    @property
    def _is_refining(self) -> bool:
        return self._refined < 1 and not self._is_replaying

    @property
    def _is_beginning(self) -> bool:
        """Whether steps wait: for the first frame to be said, and for a first look that takes long."""
        return self._divergences is None or (isinstance(self._run, Beginning) and not self._run.begun)

    def _is_due(self, now: float) -> bool:
        if self._run.done or self._is_preparing:
            return False
        if self._step < self._to_step:
            return True
        if self._is_beginning:
            return False
        if self._owed:
            return True
        return self._playing and (self._steps_per_second is None or now >= self._next_step_at)

    def work(self) -> None:
        """Step for one slice of time, or until no step is due, or a frame in pieces is; then refine by one piece."""
        began_at, began = self._step, perf_counter()
        now, end, ends = began, began + SLICE, [began - self._amid_seconds]
        while now < end and self._is_due(now):
            self._advance_one(now)
            now = perf_counter()
            if not self._is_amid_step:
                ends.append(now)
            if self._gradual and not self._is_replaying and self._is_frame_due(now):
                break
        self._amid_seconds = now - ends[-1]
        self._seconds += now - began
        if self._step > began_at:
            self._has_news = True
            self._speed.note(now, self._step)
            self._frame_pace.stepped(ends)
        is_amid = self._is_amid_step or self._is_preparing
        if isinstance(self._run, Refining) and self._is_refining and not is_amid:
            self._run.refine()
            self._has_news = True
            self._is_urgent = self._is_urgent or not self._is_refining

    def _advance_one(self, now: float) -> None:
        self._is_amid_step = bool(self._gradual and not (self._gradual.prepare_step() or self._run.done))
        if self._is_amid_step:
            return
        self._run.step()
        self._step += 1
        if self._step <= self._to_step:
            self._apply_due_changes()
        elif self._owed:
            self._owed -= 1
            self._is_urgent = self._is_urgent or not self._owed
        elif self._steps_per_second is not None:
            self._next_step_at = max(self._next_step_at, now - LARGEST_DEBT) + 1 / self._steps_per_second
        if self._run.done:
            self._playing, self._owed, self._is_urgent = False, 0, True

    def _apply_due_changes(self) -> None:
        while self._replayed and self._replayed[0].step <= self._step:
            self._apply(replace(self._hyperparams, self._replayed.popleft().hyperparams))
        if self._update is not None and not self._is_replaying:
            update, self._update = self._update, None
            self._apply(update)

    def _apply(self, hyperparams: Any) -> None:
        """Apply live hyperparams and record what changed; of several changes at one step the last counts."""
        change = Change(self._step, changed(self._hyperparams, hyperparams))
        if not change.hyperparams:
            return
        self._run.update(hyperparams)
        self._hyperparams = hyperparams
        if self._changes and self._changes[-1].step == self._step:
            change = Change(self._step, {**self._changes[-1].hyperparams, **change.hyperparams})
            self._changes = self._changes[:-1]
        self._changes += (change,)
        self._has_news = self._is_urgent = True  # who moves a slider waits for no frame interval

    # --- speaking ------------------------------------------------------------------------------------------------
    def answer(self) -> FrameReady | Progress | None:
        """Return a frame when one is due and the last was taken; on the way to `to_step`, how far it is.

        What the user has just asked for waits for neither.
        """
        now = perf_counter()
        if self._is_replaying:
            return self._progress(now)
        if not (self._has_news and self._is_frame_due(now) and self._is_prepared()):
            return None
        interval = self._frame_pace.interval
        self._last_said_at = max(self._last_said_at + interval, now - interval)  # a late frame delays no other
        self._taken = self._has_news = self._is_urgent = False
        return self._frame()

    def _is_frame_due(self, now: float) -> bool:
        """Whether a frame may be said: the window has taken the last, and no step has begun; or the user waits."""
        is_time = self._taken and now >= self._last_said_at + self._frame_pace.interval
        return self._is_urgent or (is_time and not self._is_amid_step)

    def _is_prepared(self) -> bool:
        """Prepare a frame for one slice of time; steps wait until it is said."""
        began = now = perf_counter()
        while self._gradual:
            self._is_preparing = not self._gradual.prepare_frame()
            now = perf_counter()
            if not self._is_preparing or now >= began + SLICE:
                break
        self._preparing_seconds += now - began if self._is_preparing else 0.0
        return not self._is_preparing

    def _progress(self, now: float) -> Progress | None:
        if now < self._last_said_at + PROGRESS_INTERVAL:
            return None
        self._last_said_at = now
        return Progress(self.run_id, self._step, self._to_step)

    def said(self, seconds: float) -> None:
        """Note how long it took to have an answer ready for the pipe."""
        if not self._is_replaying:
            self._frame_pace.made(self._preparing_seconds + seconds)
            self._preparing_seconds = 0.0

    @property
    def has_ended(self) -> bool:
        """Whether a run for a file has said what it was made for."""
        return not (self._is_replaying or self._is_refining or self._has_news)

    def _frame(self) -> FrameReady:
        is_light = isinstance(self._run, Glancing) and not self.is_whole
        frame = self._run.glance() if is_light else self._run.frame()  # type: ignore[attr-defined]
        self._pause_at_new(frame.divergences)
        speed = self._speed.value if self._playing else 0.0
        said = self._run.done, self._changes, self._refined, self._seconds
        return FrameReady(self.run_id, frame, self._playing, speed, *said)

    def _pause_at_new(self, divergences: tuple[Divergence, ...]) -> None:
        """Pause where something diverged that no frame has shown yet. What a replay ran into is known already."""
        if self._divergences is None:
            self._divergences = set(divergences) if self._to_step else set()
        if not self._divergences.issuperset(divergences):
            self._playing = self._playing and not self._pauses
            self._divergences.update(divergences)

    def wait(self) -> float | None:
        """Seconds until there is something to do; None: until somebody asks for something."""
        now = perf_counter()
        if self._is_due(now) or (self._has_news and self._is_urgent):
            return 0.0
        if self._is_refining:
            return 0.0 if self._is_beginning else LET_IN
        times = []
        if self._playing and not self._run.done:
            times.append(self._next_step_at)
        if self._has_news and self._taken:
            times.append(self._last_said_at + self._frame_pace.interval)
        return max(0.0, min(times) - now) if times else None


class _Speed:
    """Steps per second over the last half second, or over the last step where that took longer."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, int]] = deque()

    def note(self, now: float, step: int) -> None:
        self._noted.append((now, step))
        while len(self._noted) > 2 and now - self._noted[1][0] >= MEASURED:
            self._noted.popleft()

    @property
    def value(self) -> float:
        if len(self._noted) < 2:
            return 0.0
        (first_at, first), (last_at, last) = self._noted[0], self._noted[-1]
        return (last - first) / (last_at - first_at)

"""One experiment's run as the window sees it: begins, plays, pauses, restarts, and says what went wrong."""

import dataclasses
import math
from collections.abc import Sequence
from time import monotonic
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.core import hyperparams as hp
from explorer.core.experiment import Divergence, ExperimentSpec
from explorer.core.i18n import _
from explorer.core.session import Change, Session
from explorer.ui.notices import Notice as Notice
from explorer.ui.notices import Remedy as Remedy
from explorer.ui.notices import divergence_text, replaying, starting
from explorer.ui.recording import Recording, Shot
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.messages import Advance, CancelRefining, Died, Failed, FrameReady, Pace, Progress, Taken, Update

PATIENCE = 0.03
"""Seconds for which frames that lack a live change are passed over: its own frame is on the way."""


class LiveRun(QObject):
    """Keeps its frames, to go back to; a hidden run rests, and one that its worker lost comes back at the same step."""

    frame_arrived = pyqtSignal(object)
    state_changed = pyqtSignal()
    notice_changed = pyqtSignal(object)

    def __init__(self, spec: ExperimentSpec, bridge: WorkerBridge, speed: float | None) -> None:
        super().__init__()
        self.spec, self.bridge, self.speed = spec, bridge, speed
        self.hyperparams: Any = spec.hyperparams()
        self.started: Any = self.hyperparams
        """Hyperparams at step 0; `changes` lead from them to `hyperparams`."""
        self.shown: Shot | None = None
        """The newest shot, or one of the past."""
        self.recording = Recording()
        self.changes: tuple[Change, ...] = ()
        self.rate = 0.0
        self.refined = 1.0
        """Share that is done of what the run computes piece by piece."""
        self.playing = True
        self.done = False
        self.notice: Notice | None = None
        self._run_id = -1
        self._visible = False
        self._lost = True
        self._goes_on = False
        """Whether it plays again when the past is left."""
        self._to_step = 0
        self._seen_divergences = 0
        self._asked_at = math.inf
        """When the oldest live change was asked for that no frame shows yet."""
        bridge.ready.connect(self._on_bridge_ready)
        bridge.frame_ready.connect(self._on_bridge_frame_ready)
        bridge.progressed.connect(self._on_bridge_progressed)
        bridge.failed.connect(self._on_bridge_failed)
        bridge.died.connect(self._on_bridge_died)

    # --- what the user does ----------------------------------------------------------------------------------
    def begin(self, hyperparams: Any, changes: Sequence[Change] = (), to_step: int = 0) -> None:
        """Start anew; with `changes` and `to_step`, replay exactly what has been."""
        past = Session(self.spec.name, hyperparams, None, to_step, tuple(changes))
        self.started, self.hyperparams, self.changes = hyperparams, past.current, past.changes
        self.done, self.rate, self._seen_divergences, self._asked_at = False, 0.0, 0, math.inf
        self.recording, self._goes_on, self._to_step = Recording(), False, to_step
        client = self.bridge.client
        if not client.alive:
            client.restart()
        self._run_id = client.begin(self.spec.name, hyperparams, self.changes, to_step)
        self._lost = False
        self._send_pace()
        self._say(None if self.bridge.torch_version else starting())
        self.state_changed.emit()

    def apply(self, hyperparams: Any) -> None:
        """Take over changed hyperparams: live ones in the running run, any other in a new one."""
        if hyperparams == self.hyperparams:
            return
        if self._lost or self.frame is None or not hp.only_live(self.hyperparams, hyperparams):
            self.playing = self.playing or self._is_held or self._goes_on
            self.begin(hyperparams)
            return
        self.show_newest()
        self.hyperparams = hyperparams
        self._asked_at = min(self._asked_at, monotonic())
        self.bridge.client.send(Update(self._run_id, hyperparams))

    def play(self, playing: bool) -> None:
        """Play, from the newest step on, or pause."""
        self.playing = playing
        self._goes_on = False
        if playing:
            self.show_newest()
        if self._lost:
            self.resume()
        else:
            self._send_pace()
        if playing and self._is_held:
            self._say(None)
        self.state_changed.emit()

    def step(self) -> None:
        """Take a single step and rest."""
        if self.playing or self._goes_on:
            self.play(False)
        self.show_newest()
        self.bridge.client.send(Advance(self._run_id))

    def restart(self) -> None:
        self.playing = self.playing or self._goes_on
        self.begin(self.hyperparams)

    def resume(self) -> None:
        """Come back, at the step of the newest frame, in a worker that lost the run."""
        newest = self.recording.newest
        self._repeat(max(self._to_step, newest.step if newest else 0))

    def _repeat(self, step: int) -> None:
        """Begin anew and replay to a step; what was kept of the way there stays true."""
        recording = self.recording
        recording.cut(step)
        self.begin(self.started, [change for change in self.changes if change.step <= step], step)
        self.recording = recording
        self.show_newest()

    def cancel_refining(self) -> None:
        """Leave a large picture as far as it has come."""
        self.bridge.client.send(CancelRefining(self._run_id))

    def set_speed(self, speed: float | None) -> None:
        self.speed = speed
        self._send_pace()

    def set_visible(self, visible: bool) -> None:
        """Say whether anyone looks: a hidden run rests and shows no frames."""
        self._visible = visible
        if visible and self._lost:
            self.resume()
        else:
            self._send_pace()

    def taken(self) -> None:
        """Say that the last frame has been drawn: the worker may send the next."""
        self.bridge.client.send(Taken(self._run_id))

    def session(self, view: Any) -> Session:
        """Everything needed to come back to the frame that is shown."""
        seen = self.shown.session if self.shown else Session(self.spec.name, self.hyperparams, None)
        return dataclasses.replace(seen, view=view)

    def restore(self, session: Session) -> None:
        """Go back to a session's step, exactly, and rest there."""
        self.playing = session.step == 0 and self.playing
        self.begin(session.hyperparams, session.changes, session.step)

    # --- the past ---------------------------------------------------------------------------------------------
    @property
    def frame(self) -> Any:
        """The frame that is shown; None before the first."""
        return self.shown.frame if self.shown else None

    @property
    def newest_step(self) -> int:
        newest = self.recording.newest or self.shown
        return newest.step if newest else 0

    @property
    def is_rewound(self) -> bool:
        """Whether a frame of the past is shown."""
        return self.shown is not None and self.recording.newest not in (None, self.shown)

    def show_step(self, step: float) -> None:
        """Show the kept frame nearest to a step. The run rests, and goes on when its newest is shown again."""
        self._show(self.recording.nearest(step))

    def show_beside(self, by: int) -> None:
        """Show another kept frame, so many further (negative: back)."""
        if self.shown:
            self._show(self.recording.beside(self.shown.step, by))

    def show_newest(self) -> None:
        self._show(self.recording.newest)

    def _show(self, shot: Shot | None) -> None:
        if shot is None or shot is self.shown:
            return
        goes_on = self._goes_on or self.playing
        self.shown = shot
        if self.playing or (goes_on and not self.is_rewound):
            self.play(not self.is_rewound)
        self._goes_on = goes_on and self.is_rewound
        self.frame_arrived.emit(shot.frame)
        self.state_changed.emit()

    def go_to(self, step: int) -> None:
        """Be at a step, exactly, and rest there: the run is repeated, what came later is gone."""
        self.playing = False
        self._repeat(step)

    @property
    def _is_held(self) -> bool:
        """Whether a divergence, not the user, has paused it."""
        return self.notice is not None and "continue" in self.notice.remedies

    # --- what the worker says --------------------------------------------------------------------------------
    def _on_bridge_ready(self, _message: object) -> None:
        if self.notice == starting():
            self._say(None)

    def _on_bridge_frame_ready(self, message: FrameReady) -> None:
        if message.run_id != self._run_id:
            return
        if message.frame.hyperparams == self.hyperparams:
            self._asked_at = math.inf
        elif monotonic() < self._asked_at + PATIENCE:  # drawing it would keep the frame that is wanted waiting
            self.taken()
            return
        was_rewound = self.is_rewound
        self.rate, self.done, self.refined = message.steps_per_second, message.done, message.refined
        self.changes = message.changes
        self._record(message)
        self.playing = self.playing and not self.done
        self._notice_divergences(message.frame.divergences)
        if self.notice and self.notice.kind == "info":
            self._say(None)
        if was_rewound:
            self.taken()
        else:
            self.shown = self.recording.newest
            self.frame_arrived.emit(self.frame)
        self.state_changed.emit()

    def _record(self, message: FrameReady) -> None:
        session = Session(self.spec.name, self.started, None, message.frame.step, message.changes)
        self.recording.add(Shot(message.frame, session, message.seconds))

    def _notice_divergences(self, divergences: Sequence[Divergence]) -> None:
        """Say what is new; the worker has paused itself."""
        new = divergences[self._seen_divergences :]
        self._seen_divergences = len(divergences)
        if not new or not (self.spec.pauses_at_divergence or self.done):
            return
        can_lower = any(f.name == "lr" for f in hp.fields_of(type(self.hyperparams)))
        remedies: tuple[Remedy, ...] = ("continue", "restart", "lower_lr") if can_lower else ("continue", "restart")
        self.playing = self._goes_on = False
        self._say(Notice("warning", divergence_text(new), remedies))

    def _on_bridge_progressed(self, message: Progress) -> None:
        if message.run_id == self._run_id:
            self._say(replaying(message.step, message.to_step))

    def _on_bridge_failed(self, message: Failed) -> None:
        if message.run_id in (self._run_id, 0):  # 0: the worker as a whole
            self._lost = True
            text = _("This run stopped: {why}. Settings are kept.").format(why=message.message)
            self._stop(Notice("error", text, ("details", "restart"), message.traceback))

    def _on_bridge_died(self, message: Died) -> None:
        self._lost = True
        text = _("The computing process ended ({why}). Settings and figures are kept.").format(why=message.message)
        self._stop(Notice("error", text, ("restart",)))

    def _stop(self, notice: Notice) -> None:
        self.rate = 0.0
        self._say(notice)
        self.state_changed.emit()

    # --- one way of saying it ---------------------------------------------------------------------------------
    def _send_pace(self) -> None:
        if not self._lost:
            self.bridge.client.send(Pace(self._run_id, self.playing and self._visible, self.speed))

    def _say(self, notice: Notice | None) -> None:
        if notice != self.notice:
            self.notice = notice
            self.notice_changed.emit(notice)

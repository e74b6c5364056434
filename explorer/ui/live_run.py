"""One experiment's run as the window sees it: begins, plays, pauses, restarts, and says what went wrong."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

from PyQt6.QtCore import QObject, pyqtSignal

from explorer.core import hyperparams as hp
from explorer.core.experiment import Divergence, ExperimentSpec
from explorer.core.i18n import _
from explorer.core.session import Change, Session
from explorer.ui.worker_bridge import WorkerBridge
from explorer.worker.messages import Advance, CancelRefining, Died, Failed, FrameReady, Pace, Progress, Taken, Update

PATIENCE = 0.03
"""Seconds for which frames that lack a live change are passed over: its own frame is on the way."""
Remedy = Literal["continue", "restart", "lower_lr", "details"]


@dataclass(frozen=True)
class Notice:
    """What the user must know of the run, and what can be done about it."""

    kind: Literal["info", "warning", "error"]
    text: str
    remedies: tuple[Remedy, ...] = ()
    details: str = ""


class LiveRun(QObject):
    """Keeps the newest frame; a hidden run rests, and one that its worker lost comes back at the same step."""

    frame_arrived = pyqtSignal(object)
    state_changed = pyqtSignal()
    notice_changed = pyqtSignal(object)

    def __init__(self, spec: ExperimentSpec, bridge: WorkerBridge, speed: float | None) -> None:
        super().__init__()
        self.spec, self.bridge, self.speed = spec, bridge, speed
        self.hyperparams: Any = spec.hyperparams()
        self.started: Any = self.hyperparams
        """Hyperparams at step 0; `changes` lead from them to `hyperparams`."""
        self.frame: Any = None
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
        self._seen: Session | None = None
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
        client = self.bridge.client
        if not client.alive:
            client.restart()
        self._run_id = client.begin(self.spec.name, hyperparams, self.changes, to_step)
        self._lost = False
        self._send_pace()
        self._say(None if self.bridge.torch_version else _starting())
        self.state_changed.emit()

    def apply(self, hyperparams: Any) -> None:
        """Take over changed hyperparams: live ones in the running run, any other in a new one."""
        if hyperparams == self.hyperparams:
            return
        if self._lost or self.frame is None or not hp.only_live(self.hyperparams, hyperparams):
            self.playing = self.playing or self._is_held
            self.begin(hyperparams)
            return
        self.hyperparams = hyperparams
        self._asked_at = min(self._asked_at, monotonic())
        self.bridge.client.send(Update(self._run_id, hyperparams))

    def play(self, playing: bool) -> None:
        self.playing = playing
        if self._lost:
            self.resume()
        else:
            self._send_pace()
        if playing and self._is_held:
            self._say(None)
        self.state_changed.emit()

    def step(self) -> None:
        """Take a single step and rest."""
        if self.playing:
            self.play(False)
        self.bridge.client.send(Advance(self._run_id))

    def restart(self) -> None:
        self.begin(self.hyperparams)

    def resume(self) -> None:
        """Come back, at the step of the last frame, in a worker that lost the run."""
        is_same_run = self._seen is not None and self._seen.hyperparams == self.started
        self.begin(self.started, self.changes, self._seen.step if self._seen and is_same_run else 0)

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
        seen = self._seen or Session(self.spec.name, self.hyperparams, None)
        return dataclasses.replace(seen, view=view)

    def restore(self, session: Session) -> None:
        """Go back to a session's step, exactly, and rest there."""
        self.playing = session.step == 0 and self.playing
        self.begin(session.hyperparams, session.changes, session.step)

    @property
    def _is_held(self) -> bool:
        """Whether a divergence, not the user, has paused it."""
        return self.notice is not None and "continue" in self.notice.remedies

    # --- what the worker says --------------------------------------------------------------------------------
    def _on_bridge_ready(self, _message: object) -> None:
        if self.notice == _starting():
            self._say(None)

    def _on_bridge_frame_ready(self, message: FrameReady) -> None:
        if message.run_id != self._run_id:
            return
        if message.frame.hyperparams == self.hyperparams:
            self._asked_at = math.inf
        elif monotonic() < self._asked_at + PATIENCE:  # drawing it would keep the frame that is wanted waiting
            self.taken()
            return
        self.frame, self.rate, self.done = message.frame, message.steps_per_second, message.done
        self.refined = message.refined
        self.changes = message.changes
        self._seen = Session(self.spec.name, self.started, None, self.frame.step, self.changes)
        self.playing = self.playing and not self.done
        self._notice_divergences(self.frame.divergences)
        if self.notice and self.notice.kind == "info":
            self._say(None)
        self.frame_arrived.emit(self.frame)
        self.state_changed.emit()

    def _notice_divergences(self, divergences: Sequence[Divergence]) -> None:
        """Say what is new; the worker has paused itself."""
        new = divergences[self._seen_divergences :]
        self._seen_divergences = len(divergences)
        if not new or not (self.spec.pauses_at_divergence or self.done):
            return
        can_lower = any(f.name == "lr" for f in hp.fields_of(type(self.hyperparams)))
        remedies: tuple[Remedy, ...] = ("continue", "restart", "lower_lr") if can_lower else ("continue", "restart")
        self.playing = False
        self._say(Notice("warning", _divergence_text(new), remedies))

    def _on_bridge_progressed(self, message: Progress) -> None:
        if message.run_id == self._run_id:
            text = _("Replaying to step {to}: {share:.0f} %").format(
                to=message.to_step, share=100 * message.step / message.to_step
            )
            self._say(Notice("info", text))

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


def _starting() -> Notice:
    return Notice("info", _("Starting PyTorch … the controls are ready"))


def _divergence_text(divergences: Sequence[Divergence]) -> str:
    said = [
        _("“{network}” overflowed at step {step} ({quantity})").format(
            network=d.network, step=d.step, quantity=d.quantity
        )
        for d in divergences[:3]
    ]
    more = _(", and {n} more").format(n=len(divergences) - 3) if len(divergences) > 3 else ""
    kept = _("its last finite state stays drawn") if len(divergences) == 1 else _("their last finite states stay drawn")
    return f"{', '.join(said)}{more}; {kept}."

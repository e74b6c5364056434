"""What window and worker say to each other: frozen dataclasses on a pipe. No torch, no Qt."""

from dataclasses import dataclass
from typing import Any

from explorer.core.claims import Verdict
from explorer.core.session import Change as Change


# --- to the worker -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Start:
    """Begin a run, paused. Each experiment has one at most: this one ends the run `replaces` (0: there was none).

    First it goes to `to_step` as fast as it can, applying `changes` on the way. `whole`: beside the experiment's live
    run, for a file; it ends with its first frame, which holds all that was measured, not what a screen can show.
    """

    run_id: int
    experiment: str
    hyperparams: Any
    changes: tuple[Change, ...] = ()
    to_step: int = 0
    replaces: int = 0
    whole: bool = False


@dataclass(frozen=True)
class Update:
    """Apply live hyperparams to the run; while it is still on its way to `to_step`, as soon as it is there."""

    run_id: int
    hyperparams: Any


@dataclass(frozen=True)
class Pace:
    """Play or pause; `steps_per_second` None: as fast as it goes."""

    run_id: int
    playing: bool
    steps_per_second: float | None = None


@dataclass(frozen=True)
class Advance:
    """Take some steps at once, also while paused."""

    run_id: int
    steps: int = 1


@dataclass(frozen=True)
class CancelRefining:
    """Leave a picture that the run computes piece by piece as it is."""

    run_id: int


@dataclass(frozen=True)
class Taken:
    """The window has taken the last frame: send the next when there is one."""

    run_id: int


@dataclass(frozen=True)
class Check:
    """Run all trials of a claim, in the gaps of the live run, and judge it."""

    experiment: str
    claim: str


@dataclass(frozen=True)
class CancelChecks:
    """Forget all claims that are being checked."""


# --- to the window -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Ready:
    """PyTorch is imported."""

    torch_version: str


@dataclass(frozen=True)
class FrameReady:
    """A frame of the run, and how fast it goes. `changes`: all live changes so far.

    The run pauses itself (`playing` turns False) when it is done and when the frame shows a divergence for the first
    time. `steps_per_second` is measured over the last half second. `refined`: the share that is done of what the run
    computes piece by piece. `seconds`: of computing, that the steps took since the start of the run.
    """

    run_id: int
    frame: Any
    playing: bool
    steps_per_second: float
    done: bool
    changes: tuple[Change, ...] = ()
    refined: float = 1.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Progress:
    """A run on its way to `to_step`, when that takes longer than a moment."""

    run_id: int
    step: int
    to_step: int


@dataclass(frozen=True)
class Failed:
    """The run raised: a line for people, and the traceback. The worker lives on; `run_id` 0: it does not."""

    run_id: int
    message: str
    traceback: str


@dataclass(frozen=True)
class Checking:
    """Share of a claim's trials that is done, 0 to 1."""

    experiment: str
    claim: str
    share: float


@dataclass(frozen=True)
class Checked:
    """A claim's verdict; None and an `error` where a trial raised."""

    experiment: str
    claim: str
    verdict: Verdict | None
    error: str = ""


@dataclass(frozen=True)
class Died:
    """The worker is gone although nobody ended it; said by the client. `exit_code` < 0: the signal that killed it."""

    exit_code: int
    message: str


Request = Start | Update | Pace | Advance | CancelRefining | Taken | Check | CancelChecks
Answer = Ready | FrameReady | Progress | Failed | Checking | Checked | Died

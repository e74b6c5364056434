"""What makes an experiment: the ExperimentSpec that `spec.py` fills in, and what its Run and Frame look like."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from explorer.core.claims import Claim

if TYPE_CHECKING:
    from explorer.core.figure import Figure  # its NumPy would keep the worker waiting
    from explorer.core.session import Session


@dataclass(frozen=True)
class Divergence:
    """Which quantity of which network stopped being finite, after how many steps."""

    network: str
    step: int
    quantity: str


class Frame(Protocol):
    """An immutable snapshot of a run, complete in itself: numpy arrays and numbers, no tensors.

    Every experiment's frame is a frozen dataclass (eq=False) with these fields and its own.
    """

    hyperparams: Any
    step: int
    divergences: tuple[Divergence, ...]


def is_whole(frame: Any) -> bool:
    """Whether a frame holds all that was measured; that of a Glancing run says so itself (`is_whole`)."""
    return bool(getattr(frame, "is_whole", True))


class TooMuch(ValueError):
    """What is asked for cannot be held; the message is one line that says how much can."""


class Run(Protocol):
    """One live execution. Same hyperparams (and live updates at the same steps) give the same frame at step k."""

    def __init__(self, hyperparams: Any) -> None: ...
    def step(self) -> None: ...
    def frame(self) -> Any: ...
    def update(self, hyperparams: Any) -> None: ...
    @property
    def done(self) -> bool: ...


@runtime_checkable
class Refining(Protocol):
    """A Run that also computes something large piece by piece, such as a picture over two hyperparams.

    Its frames show what is there so far (nan where there is nothing yet). Steps do not depend on it.
    """

    def refine(self) -> None:
        """Compute the next piece: some milliseconds of work."""
        ...

    @property
    def refined(self) -> float:
        """Share that is done, 0 to 1; 0: nothing has begun, 1: nothing more to do."""
        ...

    def cancel_refining(self) -> None:
        """Leave it as it is: `refined` is 1 from now on."""
        ...


@runtime_checkable
class Beginning(Protocol):
    """A Refining run whose first frame is itself large: `refine` completes it, and steps are not asked for before.

    A step that is taken all the same completes it first.
    """

    @property
    def begun(self) -> bool:
        """Whether frames hold all that they can hold before the first step, or it was cancelled."""
        ...


@runtime_checkable
class Glancing(Protocol):
    """A Run whose frames can grow large: the screen gets a lighter one, files what `frame` has."""

    def glance(self) -> Any: ...

    def keep_all(self, steps: int) -> None:
        """Remember, from step 0 on, all that `frame` shows of so many steps. Raises TooMuch."""
        ...


@runtime_checkable
class Gradual(Protocol):
    """A Run whose steps and frames may take long: they are prepared piece by piece, and newer requests come between.

    `step` and `frame` do at once what is left. No number depends on how much was prepared; live hyperparams that are
    updated in between hold for the whole of the step.
    """

    def prepare_step(self) -> bool:
        """Do a piece, some milliseconds at most, of what the next step waits for; whether nothing is left."""
        ...

    def prepare_frame(self) -> bool:
        """The same of the frame of this step. What was prepared of a step may be lost by it."""
        ...


@dataclass(frozen=True)
class Preset:
    """A named starting point: changes from the defaults."""

    name: str
    label: str
    hyperparams: Mapping[str, Any]


@dataclass(frozen=True)
class ExperimentSpec:
    """Everything that is known of an experiment without importing torch."""

    name: str
    hyperparams: type
    view_options: type
    frame: type
    default_steps: int
    """Steps after which the default figure shows its effect: what `export` runs unless told otherwise."""
    presets: tuple[Preset, ...] = field(default=())
    label: str = ""
    """What its tab is called: the registry knows that without importing the experiment."""
    pauses_at_divergence: bool = True
    """Whether a run is paused where something diverges; else what diverged is marked and the others go on."""

    def _module(self, part: str) -> Any:
        return importlib.import_module(f"explorer.experiments.{self.name}.{part}")

    def run(self, hyperparams: Any) -> Run:
        """Start a run. Imports torch: for the worker alone."""
        return self._module("compute").Run(hyperparams)  # type: ignore[no-any-return]

    def probe(self, name: str) -> Callable[[Any], Mapping[str, float]]:
        """Return one of the experiment's measurements that no frame may hold. Imports torch."""
        return self._module("compute").PROBES[name]  # type: ignore[no-any-return]

    def figure(self, frame: Any, options: Any) -> "Figure":
        """What is drawn of a frame."""
        return self._module("figure").figure(frame, options)  # type: ignore[no-any-return]

    def script(self, session: "Session") -> str:
        """Python with plain PyTorch that does what the session's run does up to its step."""
        return self._module("script").script(session)  # type: ignore[no-any-return]

    @property
    def claims(self) -> Sequence[Claim]:
        return self._module("claims").CLAIMS  # type: ignore[no-any-return]

"""Claims: statements of the field that the program tests by running them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What the measurement says of a claim."""

    HOLDS = "holds"
    IN_PART = "holds in part"
    NOT = "does not hold"


@dataclass(frozen=True)
class Verdict:
    """Computed from frames, never typed in."""

    outcome: Outcome
    measured: str
    """What was measured, in a few words with its numbers."""
    numbers: Mapping[str, float]
    """The numbers that decided, by name."""


@dataclass(frozen=True)
class Trial:
    """One run that a claim needs: changes from the defaults, and how many steps."""

    hyperparams: Mapping[str, Any]
    steps: int = 0
    probe: str = ""
    """Name in the experiment's `compute.PROBES`: its result (a mapping of numbers) stands in for the frame. For what
    no frame may hold, such as seconds."""


@dataclass(frozen=True)
class Claim:
    """A statement, the trials that test it and the check on what they measured."""

    name: str
    number: int
    sentence: str
    trials: tuple[Trial, ...]
    check: Callable[[Sequence[Any]], Verdict] = field(repr=False)
    """Of one frame (or probe result) per trial, in order."""
    reading: str = ""
    """The better reading, where the sentence is wrong or ambiguous."""
    sources: tuple[str, ...] = ()
    """Keys of `resources/sources.toml`."""

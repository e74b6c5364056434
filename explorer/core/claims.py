"""Claims: statements of the field that the program tests by running them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

SEEDS = 5
"""Where chance plays a part, this many seeds decide."""
Result = TypeVar("Result")


class Outcome(StrEnum):
    """What the measurement says of a claim."""

    HOLDS = "holds"
    IN_PART = "holds in part"
    NOT = "does not hold"

    @classmethod
    def of(cls, holds: bool, in_part: bool = False) -> "Outcome":
        """Return what is said where a claim holds, or else at least a part of it."""
        return cls.HOLDS if holds else cls.IN_PART if in_part else cls.NOT


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


def over_seeds(steps: int, *settings: Mapping[str, Any], probe: str = "") -> tuple[Trial, ...]:
    """Trials of every setting with every seed, the seeds of one setting together."""
    return tuple(Trial({**s, "seed": seed}, steps, probe) for s in settings for seed in range(SEEDS))


def by_setting(results: Sequence[Result]) -> list[Sequence[Result]]:
    """Return the results of trials made by `over_seeds`, those of one setting together."""
    return [results[i : i + SEEDS] for i in range(0, len(results), SEEDS)]

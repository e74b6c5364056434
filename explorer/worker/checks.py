"""Testing claims: their trials run step by step, so that a live run goes on meanwhile."""

from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from explorer.core.claims import Claim, Trial
from explorer.core.experiment import ExperimentSpec
from explorer.core.hyperparams import replace
from explorer.registry import EXPERIMENTS
from explorer.worker.faults import in_words
from explorer.worker.messages import Check, Checked, Checking
from explorer.worker.paced_run import PROGRESS_INTERVAL, SLICE


class Checks:
    """The claims that wait to be checked, and the one that is."""

    def __init__(self) -> None:
        self._waiting: deque[Check] = deque()
        self._current: tuple[Check, Iterator[Checking | Checked | None]] | None = None

    def __bool__(self) -> bool:
        return bool(self._waiting or self._current)

    def add(self, check: Check) -> None:
        if check not in self._waiting and not (self._current and self._current[0] == check):
            self._waiting.append(check)

    def cancel(self) -> None:
        self._waiting.clear()
        self._current = None

    def work(self) -> Iterator[Checking | Checked]:
        """Work on the current claim for one slice of time; yield what there is to say."""
        if self._current is None:
            check = self._waiting.popleft()
            self._current = check, _check(check)
        end = perf_counter() + SLICE
        for answer in self._current[1]:
            if answer is not None:
                yield answer
            if perf_counter() >= end:
                return
        self._current = None


def _check(check: Check) -> Iterator[Checking | Checked | None]:
    """Run the trials of a claim and judge it, in small steps; None where there is nothing to say yet."""
    said_at = -PROGRESS_INTERVAL
    results: list[Any] = []
    try:
        spec = EXPERIMENTS[check.experiment]
        claim = next(c for c in spec.claims if c.name == check.claim)
        for share in _trials(spec, claim, results):
            is_news = perf_counter() - said_at >= PROGRESS_INTERVAL
            yield Checking(check.experiment, check.claim, share) if is_news else None
            said_at = perf_counter() if is_news else said_at
        yield Checked(check.experiment, check.claim, claim.check(results))
    except Exception as error:
        yield Checked(check.experiment, check.claim, None, in_words(error))


def _trials(spec: ExperimentSpec, claim: Claim, results: list[Any]) -> Iterator[float]:
    """Collect one frame or probe result per trial; yield the share that is done after every step."""
    total, done = sum(_length(t) for t in claim.trials), 0
    for trial in claim.trials:
        yield done / total
        hyperparams = replace(spec.hyperparams(), trial.hyperparams)
        if trial.probe:
            results.append(spec.probe(trial.probe)(hyperparams))
        else:
            run = spec.run(hyperparams)
            for step in range(trial.steps):
                if run.done:
                    break
                run.step()
                yield (done + step) / total
            results.append(run.frame())
        done += _length(trial)


def _length(trial: Trial) -> int:
    return max(trial.steps, 1)

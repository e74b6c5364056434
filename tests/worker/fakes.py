"""Experiments for testing the worker, and a spawn target that knows them."""

import os
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from explorer import registry
from explorer.core.claims import Claim, Outcome, Trial, Verdict
from explorer.core.experiment import Divergence, ExperimentSpec
from explorer.core.figure import Figure
from explorer.core.hyperparams import hyperparam, view_option
from explorer.worker import spawn


@dataclass(frozen=True)
class Hyperparams:
    lr: float = hyperparam(0.1, 1e-6, 1e3, scale="log", label="lr", live=True)
    seed: int = hyperparam(0, 0, 100, label="seed")
    last_step: int = hyperparam(10**9, 1, 10**9, label="last step")
    diverges_at: int = hyperparam(10**9, 0, 10**9, label="diverges at")
    raises_at: int = hyperparam(10**9, 0, 10**9, label="raises at")
    fault: str = hyperparam("none", label="fault", choices=())
    seconds: float = hyperparam(0.0, 0.0, 10.0, label="seconds a step takes")


@dataclass(frozen=True)
class ViewOptions:
    log: bool = view_option(False, label="log")


@dataclass(frozen=True, eq=False)
class Frame:
    hyperparams: Hyperparams
    step: int
    divergences: tuple[Divergence, ...]
    weights: np.ndarray


class Run:
    """A sum that depends on every step's lr: what a wrong replay would get wrong."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hyperparams
        self.count = 0
        self.random = np.random.default_rng(hyperparams.seed)
        self.weights = np.zeros(3)

    def step(self) -> None:
        if self.count == self.hyperparams.raises_at:
            _FAULTS[self.hyperparams.fault]()
        if self.hyperparams.seconds:
            end = time.perf_counter() + self.hyperparams.seconds
            while time.perf_counter() < end:
                pass
        self.weights = 0.9 * self.weights + self.hyperparams.lr * self.random.normal(size=3)
        self.count += 1

    def frame(self) -> Frame:
        at = self.hyperparams.diverges_at
        divergences = (Divergence("net", at, "loss"),) if self.count >= at else ()
        return Frame(self.hyperparams, self.count, divergences, self.weights.copy())

    def update(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hyperparams

    @property
    def done(self) -> bool:
        return self.count >= self.hyperparams.last_step


def _raise() -> None:
    raise ValueError("the weights are\nodd")


def _want_memory() -> None:
    import torch

    torch.empty(2**50)


def _die() -> None:
    os._exit(7)


_FAULTS = {"none": lambda: None, "raise": _raise, "memory": _want_memory, "die": _die}


def _judge_sum(frames: Any) -> Verdict:
    return Verdict(Outcome.HOLDS, "two sums", {f"w{i}": float(f.weights.sum()) for i, f in enumerate(frames)})


CLAIMS = (
    Claim("sums", 1, "Sums add up.", (Trial({}, 50), Trial({"lr": 1.0}, 50)), _judge_sum),
    Claim("long", 2, "Long trials end.", (Trial({"seconds": 0.001}, 300),), _judge_sum),
    Claim("endless", 5, "Who waits is told.", (Trial({"seconds": 0.001}, 20_000),), _judge_sum),
    Claim("raising", 3, "Nothing raises.", (Trial({"fault": "raise", "raises_at": 3}, 5),), _judge_sum),
    Claim("probed", 4, "Probes are asked.", (Trial({"seed": 5}, probe="seed"),), lambda r: _judge_probe(r[0])),
)


def _judge_probe(result: dict[str, float]) -> Verdict:
    return Verdict(Outcome.NOT, "a number", result)


@dataclass(frozen=True)
class FakeSpec(ExperimentSpec):
    """A spec whose parts are all in this module."""

    def run(self, hyperparams: Any) -> Any:
        return Run(hyperparams)

    def probe(self, name: str) -> Any:
        return lambda hyperparams: {name: float(getattr(hyperparams, name))}

    def figure(self, frame: Any, options: Any) -> Figure:
        return Figure("", "", (), ())

    @property
    def claims(self) -> Any:
        return CLAIMS


SPEC = FakeSpec("sums", Hyperparams, ViewOptions, Frame, 10, label="Sums")


def main(connection: Connection) -> None:
    """Be the worker, with these experiments added."""
    registry.EXPERIMENTS["sums"] = SPEC
    spawn.main(connection)

"""Requests on their way to the worker. Whoever sends never waits; what a newer request makes void is not sent."""

import threading
from collections import deque

from explorer.worker.messages import Advance, CancelChecks, CancelRefining, Check, Pace, Request, Start, Taken, Update


class Outbox:
    """A queue between the window and the thread that writes, in which the newest of a kind wins: it stays short."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, request: Request) -> None:
        with self._changed:
            void = [r for r in self._requests if _voids(request, r)]
            self._requests = deque(r for r in self._requests if r not in void)
            self._requests.append(_with_steps_of(void, request))
            self._changed.notify()

    def take(self) -> Request | None:
        """Wait for a request; None: closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._requests)
            return None if self._closed else self._requests.popleft()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()


def _voids(new: Request, old: Request) -> bool:
    match new:
        case Start():
            return getattr(old, "run_id", 0) == new.replaces > 0
        case Update() | Pace() | Advance() | CancelRefining() | Taken():
            return type(old) is type(new) and old.run_id == new.run_id
        case CancelChecks():
            return isinstance(old, Check)
    return new == old


def _with_steps_of(void: list[Request], request: Request) -> Request:
    """Take the steps that were not sent together with the new ones."""
    if not isinstance(request, Advance):
        return request
    return Advance(request.run_id, request.steps + sum(r.steps for r in void if isinstance(r, Advance)))

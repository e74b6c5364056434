"""Requests on their way to the worker. Whoever sends never waits; what a newer request makes void is not sent."""

import threading
from collections import deque

from explorer.worker.messages import Advance, CancelChecks, Check, Pace, Request, Start, Taken, Update


class Outbox:
    """A queue between the window and the thread that writes, in which the newest of a kind wins."""

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, request: Request) -> None:
        with self._changed:
            self._requests = deque(r for r in self._requests if not _voids(request, r))
            self._requests.append(request)
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
            return isinstance(old, Start | Update | Pace | Advance | Taken)
        case Update() | Pace() | Taken():
            return type(old) is type(new) and old.run_id == new.run_id
        case CancelChecks():
            return isinstance(old, Check)
    return False

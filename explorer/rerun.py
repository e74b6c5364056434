"""A run once more: its frames at chosen steps, as they were, with what was changed on the way. No torch, no Qt."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from explorer.core.hyperparams import replace
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.worker.client import WorkerClient
from explorer.worker.messages import Advance, Answer, FrameReady, Taken, Update


class Rerun:
    """A session's run in a worker, from its start; `answers` are all that the worker says from now on.

    What a run computes piece by piece is waited for at the first and the last step; in between it is as it comes.
    """

    def __init__(
        self, client: WorkerClient, answers: Iterator[Answer], session: Session, say: Callable[[str, float], None]
    ) -> None:
        self._client, self._answers, self._session, self._say = client, answers, session, say
        self._changes: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        for change in session.changes:
            self._changes[change.step] |= change.hyperparams
        self._hyperparams = session.hyperparams
        self._run_id = client.begin(session.experiment, session.hyperparams)
        self._done = False

    def frames(self, steps: Sequence[int]) -> Iterator[Any]:
        """Yield the frame at each of the steps (rising); a run that is over before stays at its last."""
        last = steps[-1]
        stops = sorted({0, *steps, *(step for step in self._changes if step <= last)})
        frame = None
        for stop, following in zip(stops, (*stops[1:], None), strict=True):
            if not self._done:
                frame = self._arrived(stop, in_full=stop in (0, last))
                if following is not None:  # it goes on while this frame is looked at
                    self._client.send(Advance(self._run_id, following - stop))
            if stop in steps:
                self._say(_("step {step} of {to_step}").format(step=stop, to_step=last), stop / max(last, 1))
                yield frame

    def _arrived(self, stop: int, in_full: bool) -> Any:
        if stop not in self._changes:
            return self._wait(stop, in_full)
        self._wait(stop, in_full=False)
        if not self._done:
            self._hyperparams = replace(self._hyperparams, self._changes[stop])
            self._client.send(Update(self._run_id, self._hyperparams))
        return self._wait(stop, in_full)

    def _wait(self, stop: int, in_full: bool) -> Any:
        for answer in self._answers:
            if not isinstance(answer, FrameReady):
                continue
            self._done = answer.done
            arrived = answer.done or answer.frame.step == stop
            if arrived and answer.frame.hyperparams == self._hyperparams:
                if answer.refined == 1 or not (in_full or answer.done):
                    return answer.frame
                self._say(_("refining: {share:.0f} %").format(share=100 * answer.refined), 0.0)
                self._client.send(Taken(self._run_id))
        raise AssertionError("the answers never end")

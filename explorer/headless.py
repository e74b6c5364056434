"""What works without a window: frames from the worker, figures into files, claims checked."""

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from explorer.core.experiment import ExperimentSpec
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.export.look import Look, Size
from explorer.export.write import PICTURES, FormatError, format_of, write
from explorer.registry import EXPERIMENTS
from explorer.worker.client import WorkerClient
from explorer.worker.messages import Answer, Check, Checked, Checking, Died, Failed, FrameReady, Progress, Taken

LIBRARIES = "libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3"
Say = Callable[[str, float], None]
"""Show how far it is, in words and as a share from 0 to 1; the next text replaces the last."""


class ComputeError(Exception):
    """The model could not be run, or Qt not be loaded; the message is one line."""


@contextmanager
def running_worker() -> Iterator[WorkerClient]:
    """Have a worker for a while."""
    client = WorkerClient()
    client.start()
    try:
        yield client
    finally:
        client.kill()


def export(session: Session, path: Path, look: Look, say: Say) -> None:
    """Run the experiment up to the session's step, write the figure. Raises FormatError, WriteError, ComputeError."""
    kind = format_of(path)
    with running_worker() as client:
        if kind in PICTURES:
            _begin(client, session)
            _check_size(look.size)  # loads Qt, while the worker computes
        else:
            client.begin_whole(session.experiment, session.hyperparams, session.changes, session.step)
        frame = _frame(client, say)
    _write(path, session, frame, look)


def draw_all(folder: Path, say: Say) -> Iterator[Path]:
    """Draw the default figure of every experiment as PNG; yield each file."""
    folder.mkdir(parents=True, exist_ok=True)
    with running_worker() as client:
        _load_picture()
        for spec in EXPERIMENTS.values():
            session = default_session(spec)
            _begin(client, session)
            path = folder / f"{spec.name}.png"
            _write(path, session, _frame(client, say), Look())
            yield path


def default_session(spec: ExperimentSpec) -> Session:
    """Return what an experiment shows unless told otherwise."""
    return Session(spec.name, spec.hyperparams(), spec.view_options(), spec.default_steps)


def check_claims(specs: Iterable[ExperimentSpec], say: Say) -> Iterator[Checked]:
    """Run every claim of the experiments, in order. Raises ComputeError when the worker dies."""
    with running_worker() as client:
        for spec in specs:
            for claim in spec.claims:
                client.send(Check(spec.name, claim.name))
                yield _checked(client, say)


def _check_size(size: Size) -> None:
    try:
        _load_picture().check_size(size)
    except ValueError as error:
        raise FormatError(str(error)) from error


def _load_picture() -> Any:
    """Import what draws, on a machine without a screen as well."""
    if sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return import_qt("explorer.export.picture")


def import_qt(module: str) -> Any:
    """Import a module that needs Qt; say in words which library the system lacks. Raises ComputeError."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if "cannot open shared object file" not in str(error):
            raise
        raise ComputeError(
            _("Qt cannot be loaded: {error}; on Debian: apt-get install {packages}").format(
                error=error, packages=LIBRARIES
            )
        ) from error


def _begin(client: WorkerClient, session: Session) -> None:
    client.begin(session.experiment, session.hyperparams, session.changes, session.step)


def _frame(client: WorkerClient, say: Say) -> Any:
    for answer in _answers(client):
        if isinstance(answer, FrameReady) and answer.refined == 1:
            return answer.frame
        if isinstance(answer, FrameReady):
            say(_("refining: {share:.0f} %").format(share=100 * answer.refined), answer.refined)
            client.send(Taken(answer.run_id))
        if isinstance(answer, Progress):
            text = _("step {step} of {to_step}").format(step=answer.step, to_step=answer.to_step)
            say(text, answer.step / answer.to_step)
    raise AssertionError("the answers never end")


def _checked(client: WorkerClient, say: Say) -> Checked:
    for answer in _answers(client):
        if isinstance(answer, Checked):
            return answer
        if isinstance(answer, Checking):
            say(_("{claim}: {share:.0f} %").format(claim=answer.claim, share=100 * answer.share), answer.share)
    raise AssertionError("the answers never end")


def _answers(client: WorkerClient) -> Iterator[Answer]:
    """Yield what the worker says; what has gone wrong there is raised here."""
    while True:
        answer = client.next_answer(timeout=1)  # on Windows, Ctrl+C is only noticed in between
        if isinstance(answer, Failed):
            raise ComputeError(_("the run stopped: {why}").format(why=answer.message))
        if isinstance(answer, Died):
            raise ComputeError(_("the worker is gone: {why}").format(why=answer.message))
        if answer is not None:
            yield answer


def _write(path: Path, session: Session, frame: Any, look: Look) -> None:
    figure = EXPERIMENTS[session.experiment].figure(frame, session.view)
    write(path, figure, frame, session, look)

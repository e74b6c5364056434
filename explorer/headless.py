"""What works without a window: frames from the worker, figures into files, claims checked."""

import dataclasses
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from explorer.core.deck import Card, Deck
from explorer.core.experiment import ExperimentSpec
from explorer.core.figure import Figure
from explorer.core.files import make_folder, write_atomically
from explorer.core.i18n import _
from explorer.core.selection import only
from explorer.core.session import Session, SessionError
from explorer.export.formats import FORMATS, FormatError, format_of
from explorer.export.look import Look, check_size
from explorer.export.movie_look import Movie, check_movie
from explorer.export.write import write
from explorer.export.write_deck import Drawn, form_of, write_deck
from explorer.registry import EXPERIMENTS
from explorer.rerun import Rerun
from explorer.starting import ComputeError, import_qt, running_worker
from explorer.worker.client import WorkerClient
from explorer.worker.messages import Answer, Check, Checked, Checking, Died, Failed, FrameReady, Progress, Taken

Say = Callable[[str, float], None]
"""Show how far it is, in words and as a share from 0 to 1; the next text replaces the last."""


def export(session: Session, path: Path, look: Look, say: Say, panels: Sequence[str] = ()) -> None:
    """Run the experiment up to the session's step, write the figure, of some `panels` or of all.

    Raises FormatError, WriteError, ComputeError.
    """
    draws = "look" in format_of(path).takes
    if draws:
        _check_size(look)
    with running_worker() as client:
        _begin(client, session, whole=not draws)
        if draws:
            load_picture()  # while the worker computes
        frame = _frame(client, say)
    write(path, _with_panels(_figure(session, frame), panels), frame, session, look)


def movie(session: Session, path: Path, look: Look, movie: Movie, say: Say, panels: Sequence[str] = ()) -> None:
    """Run the experiment up to the session's step, and write a movie of what was seen, of some `panels` or of all.

    Raises FormatError, WriteError, ComputeError.
    """
    kind = format_of(path).suffix
    try:
        check_size(look.size)
        check_movie(kind, look.size, movie)
    except ValueError as error:
        raise FormatError(str(error)) from error
    with running_worker() as client:
        load_picture()
        film = import_qt("explorer.export.movie")
        shots = _shots(client, session, movie, panels, lambda text, share: say(text, share / 2))
        try:
            contents = film.movie_bytes(
                kind, shots, session, look, movie, lambda text, share: say(text, 0.5 + share / 2)
            )
        except ValueError as error:  # no room for the panels
            raise FormatError(str(error)) from error
    write_atomically(path, contents)


def _shots(
    client: WorkerClient, session: Session, movie: Movie, panels: Sequence[str], say: Say
) -> Iterator[tuple[Figure, int]]:
    """Figures of the run, each with the number of frames of the movie that show it."""
    counts = Counter(movie.steps(session.step))
    counts[session.step] += movie.held
    steps = sorted(counts)
    rerun = Rerun(client, _answers(client), session, say)
    for step, frame in zip(steps, rerun.frames(steps), strict=True):
        yield _with_panels(_figure(session, frame), panels), counts[step]


def deck(deck: Deck, path: Path, look: Look, say: Say, suffix: str = "") -> None:
    """Run every card up to its step, write them as .pptx, .pdf, or a folder of files with that suffix.

    Raises SessionError, FormatError, WriteError, ComputeError.
    """
    form_of(path, suffix)
    _check_size(look)
    if not deck.cards:
        raise SessionError(_("there is no figure in the deck"))
    with running_worker() as client:
        drawn = list(_drawn(client, deck.cards, say, whole=bool(suffix) and "look" not in FORMATS[suffix].takes))
    say(_("writing {name}").format(name=path.name), 1.0)
    write_deck(path, deck, drawn, look, suffix)


def _drawn(client: WorkerClient, cards: Sequence[Card], say: Say, whole: bool) -> Iterator[Drawn]:
    """Have the worker compute the next card while the figure of one is made."""
    _begin(client, cards[0].session, whole)
    load_picture()  # while the worker computes
    for i, card in enumerate(cards):
        frame = _frame_of_card(client, i, len(cards), say)
        if i + 1 < len(cards):
            _begin(client, cards[i + 1].session, whole)
        yield Drawn(card, _figure_of_card(card, frame, i), frame)


def _frame_of_card(client: WorkerClient, index: int, n: int, say: Say) -> Any:
    place = _("card {number} of {n}").format(number=index + 1, n=n)
    say(place, index / n)
    try:
        return _frame(client, lambda text, share: say(f"{place}: {text}", (index + share) / n))
    except ComputeError as error:
        raise ComputeError(f"{place}: {error}") from error


def _figure_of_card(card: Card, frame: Any, index: int) -> Figure:
    """Its panels under its title."""
    figure = _figure(card.session, frame)
    keys = [panel.key for panel in figure.panels]
    if card.panel and card.panel not in keys:
        raise SessionError(
            _("cards[{index}]: panel: “{value}” is not drawn; there are {names}").format(
                index=index, value=card.panel, names=", ".join(keys)
            )
        )
    figure = dataclasses.replace(figure, headline=card.title or figure.headline)
    return only(figure, [card.panel]) if card.panel else figure


def draw_all(folder: Path, say: Say) -> Iterator[Path]:
    """Draw the default figure of every experiment as PNG; yield each file."""
    make_folder(folder)
    with running_worker() as client:
        load_picture()
        for spec in EXPERIMENTS.values():
            session = default_session(spec)
            _begin(client, session)
            path = folder / f"{spec.name}.png"
            frame = _frame(client, say)
            write(path, _figure(session, frame), frame, session, Look())
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


def _check_size(look: Look) -> None:
    try:
        check_size(look.size)
    except ValueError as error:
        raise FormatError(str(error)) from error


def load_picture() -> None:
    """Import what draws and have it ready, on a machine without a screen as well."""
    if sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import_qt("explorer.export.picture").get_ready()


def _begin(client: WorkerClient, session: Session, whole: bool = False) -> None:
    """Begin a run, for a frame that a screen can show or for the `whole` of what is measured."""
    begin = client.begin_whole if whole else client.begin
    begin(session.experiment, session.hyperparams, session.changes, session.step)


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


def _figure(session: Session, frame: Any) -> Figure:
    return EXPERIMENTS[session.experiment].figure(frame, session.view)


def _with_panels(figure: Figure, wanted: Sequence[str]) -> Figure:
    """Only these panels, each named in full or by the part before its dot."""
    if not wanted:
        return figure
    keys = [panel.key for panel in figure.panels]
    for name in wanted:
        if not any(_is_part(key, name) for key in keys):
            raise FormatError(
                _("--panel: “{name}” is not drawn with these settings; there are {keys}").format(
                    name=name, keys=", ".join(keys)
                )
            )
    return only(figure, [key for key in keys if any(_is_part(key, name) for name in wanted)])


def _is_part(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}.")

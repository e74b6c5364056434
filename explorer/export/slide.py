"""A slide: a figure with its title, its session, and what the speaker says to it. No Qt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from explorer.core import notes
from explorer.core.figure import Figure
from explorer.core.hyperparams import Field, fields_of, get, text_of
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.registry import EXPERIMENTS

WIDTH, HEIGHT = 1344.0, 756.0
"""Units that a slide is laid out on, 5 % more than those of a picture alone: its title is larger than theirs."""
EMU = 12_192_000 / WIDTH
"""English metric units, of presentations, in one of them: 914400 an inch."""
POINTS = 960 / WIDTH
"""Points in one of them."""
Rect = tuple[float, float, float, float]
"""Left, top, width, height."""


@dataclass(frozen=True, eq=False)
class Slide:
    """What stands on one slide; `notes` are for the speaker, as plain text."""

    title: str
    figure: Figure
    session: Session
    notes: str = ""


def slide_of(figure: Figure, session: Session, title: str = "") -> Slide:
    """Return the slide of a figure: its headline as title, settings and explanation as notes."""
    return Slide(title or figure.headline, figure, session, speaker_notes(session))


def speaker_notes(session: Session) -> str:
    """What was set otherwise than by default, what is to be seen, then all settings that matter."""
    spec = EXPERIMENTS[session.experiment]
    explained = next(iter(notes.notes_of(spec.name)), None)
    parts = [_("{experiment}, after {n} steps").format(experiment=spec.label, n=session.step)]
    changed = [*_settings(session, only_changed=True), *_changes(session)]
    parts.append("\n".join(changed) if changed else _("All settings as by default."))
    if explained:
        parts.append(f"{explained[0]}\n{notes.plain(explained[1])}")
    parts.append("\n".join((_("All settings"), *_settings(session, only_changed=False))))
    return "\n\n".join(parts)


def _settings(session: Session, only_changed: bool) -> Iterator[str]:
    """Lines "label = value" of the hyperparams that matter, then of the view."""
    for values in (session.hyperparams, session.view):
        for field in fields_of(type(values)):
            value = get(values, field.name)
            if (field.used is None or field.used(values)) and not (only_changed and value == field.default):
                yield _line(field, value)


def _changes(session: Session) -> Iterator[str]:
    """Lines of what was changed on the way."""
    fields = {field.name: field for field in fields_of(type(session.hyperparams))}
    for change in session.changes:
        for name, value in change.hyperparams.items():
            yield _("{setting} from step {step} on").format(step=change.step, setting=_line(fields[name], value))


def _line(field: Field, value: Any) -> str:
    label = f"{field.group}: {field.label}" if field.group else field.label
    return f"{label} = {_in_words(field, value)}"


def _in_words(field: Field, value: Any) -> str:
    """Write a value as the controls do: choices by their labels, numbers with their unit."""
    if field.kind == "bool":
        return _("on") if value else _("off")
    if field.kind == "choice":
        return field.choice(value).label
    if field.kind == "choices":
        return ", ".join(field.choice(name).label for name in value)
    return " ".join(part for part in (text_of(field, value), field.unit) if part)

"""What two runs differ in, in few words: "lr 0.3 → 0.1, seed 0 → 1"."""

from itertools import pairwise
from typing import Any

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Field
from explorer.core.i18n import _
from explorer.core.session import Session

MOST = 3
"""So many differences are named; the rest are counted."""
LONGEST = 24
"""Characters of a text that are shown."""

Course = list[tuple[int, Any]]
"""Values of a field with the steps from which on they hold, the first 0."""


def difference(before: Session, after: Session) -> str:
    """Name what became of the settings from one run to another; where that is nothing, the first one's step.

    Live changes count: "lr differs until step 100" where both end with the same value.
    """
    fields = hp.fields_of(type(before.hyperparams))
    texts = [text for field in fields if _matters(field, before, after) and (text := _of_field(field, before, after))]
    if not texts:
        return _("step {step}").format(step=before.step)
    more = [_("{n} more").format(n=len(texts) - MOST)] if len(texts) > MOST else []
    return ", ".join(texts[:MOST] + more)


def _matters(field: Field, *sessions: Session) -> bool:
    return field.used is None or any(field.used(session.current) for session in sessions)


def _of_field(field: Field, before: Session, after: Session) -> str:
    old, new = _course(field, before), _course(field, after)
    if old[-1][1] != new[-1][1]:
        return f"{field.name} {_change(field, old[-1][1], new[-1][1])}"
    if step := _differs_until(old, new):
        return _("{name} differs until step {step}").format(name=field.name, step=step)
    return ""


def _course(field: Field, session: Session) -> Course:
    course = [(0, hp.get(session.hyperparams, field.name))]
    for change in session.changes:
        value = change.hyperparams.get(field.name, course[-1][1])
        value = tuple(value) if isinstance(value, list) else value
        if value != course[-1][1]:
            course = [point for point in course if point[0] < change.step] + [(change.step, value)]
    return course


def _differs_until(old: Course, new: Course) -> int:
    """Step from which on both have the same value; 0: they always had."""
    steps = sorted({step for step, _value in old + new})
    later = [b for a, b in pairwise(steps) if _at(old, a) != _at(new, a)]
    return later[-1] if later else 0


def _at(course: Course, step: int) -> Any:
    return next(value for since, value in reversed(course) if since <= step)


def _change(field: Field, old: Any, new: Any) -> str:
    if field.kind == "choices":
        came = [f"+ {field.choice(name).label}" for name in new if name not in old]
        went = [f"\N{MINUS SIGN} {field.choice(name).label}" for name in old if name not in new]
        return " ".join(came + went)
    return f"{_text(field, old)} → {_text(field, new)}"


def _text(field: Field, value: Any) -> str:
    if field.kind == "choice":
        return field.choice(value).label
    if field.kind == "bool":
        return _("on") if value else _("off")
    text = hp.text_of(field, value)
    if field.kind == "text":
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return text.replace("-", "\N{MINUS SIGN}")

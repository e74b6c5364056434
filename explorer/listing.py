"""What there is, as a table for people and as JSON: experiments, their hyperparams, view options and claims."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from explorer.core.claims import Claim
from explorer.core.deck import Deck
from explorer.core.experiment import ExperimentSpec
from explorer.core.hyperparams import Field, allowed, fields_of, text_of
from explorer.core.i18n import _
from explorer.core.sources import source
from explorer.export.data import plain
from explorer.worker.messages import Checked

WIDTHS = (16, 8, 20, 30, 52)
"""Characters: name, type, default, allowed, meaning. Longer texts go on in the next line."""
CARD_WIDTHS = (3, 14, 10, 20, 79)
"""The same for the cards of a deck: number, experiment, step, panel, title."""


def experiment_json(spec: ExperimentSpec) -> dict[str, Any]:
    """Return all that can be set in an experiment."""
    return {
        "name": spec.name,
        "label": spec.label,
        "default_steps": spec.default_steps,
        "hyperparams": [field_json(f) for f in fields_of(spec.hyperparams)],
        "view": [field_json(f) for f in fields_of(spec.view_options)],
        "presets": [{"name": p.name, "label": p.label, "hyperparams": plain(p.hyperparams)} for p in spec.presets],
    }


def field_json(field: Field) -> dict[str, Any]:
    """Return type, default, range or choices, unit and meaning of a field; null where it has no bound."""
    return {
        "name": field.name,
        "type": field.kind,
        "default": plain(field.default),
        "low": field.low if math.isfinite(field.low) else None,
        "high": field.high if math.isfinite(field.high) else None,
        "scale": field.scale,
        "choices": [c.name for c in field.choices],
        "unit": field.unit,
        "live": field.live,
        "label": field.label,
        "help": field.help,
    }


def deck_text(deck: Deck) -> str:
    """Return the cards of a deck as a table."""
    heads = ("", _("experiment"), _("step"), _("panel"), _("title"))
    rows = [
        (str(number), card.session.experiment, str(card.session.step), card.panel or _("all"), card.title)
        for number, card in enumerate(deck.cards, 1)
    ]
    return table([heads, *rows], CARD_WIDTHS)


def experiment_text(spec: ExperimentSpec) -> str:
    """Return the same as tables."""
    heads = (_("type"), _("default"), _("allowed"), _("meaning"))
    parts = [f"{spec.name}: {spec.label} ({_('{n} steps').format(n=spec.default_steps)})"]
    for title, settings in ((_("hyperparams"), spec.hyperparams), (_("view options"), spec.view_options)):
        parts.append(table([(title, *heads), *(_row(f) for f in fields_of(settings))]))
    return "\n\n".join(parts)


def _row(field: Field) -> tuple[str, ...]:
    meaning = ": ".join(t for t in (field.label, field.help if field.kind != "text" else "") if t)
    default = text_of(field, field.default).replace(",", ", ") if field.kind == "choices" else None
    return (field.name, field.kind, default or text_of(field, field.default), allowed(field), meaning)


def table(rows: Iterable[Sequence[str]], widths: Sequence[int] = WIDTHS) -> str:
    """Align cells in columns of fixed width."""
    return "\n".join(line for row in rows for line in _lines(row, widths))


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=True)]
    for i in range(max(len(lines) for lines in wrapped)):
        cells = [lines[i] if i < len(lines) else "" for lines in wrapped]
        yield "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def claim_json(claim: Claim, checked: Checked) -> dict[str, Any]:
    """Return a claim with what was measured; `outcome` null and an `error` where a trial raised."""
    verdict = checked.verdict
    return {
        "experiment": checked.experiment,
        "number": claim.number,
        "name": claim.name,
        "sentence": claim.sentence,
        "reading": claim.reading,
        "outcome": verdict and str(verdict.outcome),
        "measured": verdict and verdict.measured,
        "numbers": plain(verdict.numbers) if verdict else {},
        "error": checked.error,
        "sources": [source(key).short for key in claim.sources],
    }


def claim_text(claim: Claim, checked: Checked) -> str:
    """Return the same for people."""
    verdict = checked.verdict
    said = f"{verdict.outcome.upper()}: {verdict.measured}" if verdict else _("FAILED: {why}").format(why=checked.error)
    reading = _("better: {reading}").format(reading=claim.reading) if claim.reading else ""
    sources = "; ".join(source(key).short for key in claim.sources)
    lines = [line for line in (said, reading, sources) if line]
    return "\n".join([f"{claim.number:>3}  {claim.sentence}", *(textwrap.indent(line, "     ") for line in lines)])

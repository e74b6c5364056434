"""All that can be found: what the experiment in front has, and actions, experiments and claims."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from PyQt6.QtGui import QKeySequence

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Choice, Field
from explorer.core.i18n import _
from explorer.registry import EXPERIMENTS
from explorer.ui import go_there
from explorer.ui.actions import COMMANDS
from explorer.ui.find import Findable
from explorer.ui.rows import value_text

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

SETTING, CHOICE, PRESET, PANEL = _("Setting"), _("Choice"), _("Preset"), _("Panel")
ACTION, EXPERIMENT, CLAIM = _("Action"), _("Experiment"), _("Claim")
KINDS = (SETTING, CHOICE, PRESET, PANEL, ACTION, EXPERIMENT, CLAIM)


def gather(window: "MainWindow") -> tuple[Findable, ...]:
    """Everything as it stands now; what matters with the present settings goes before what does not."""
    settings = [(field, value) for field, value in _settings(window) if field.name != "panels"]
    settings.sort(key=lambda setting: not _is_used(window, setting[0]))
    return (
        *(_setting(window, field, value) for field, value in settings),
        *(_choice(window, field, value, choice) for field, value in settings for choice in field.choices),
        *_presets(window),
        *_panels(window),
        *_actions(window),
        *_experiments(window),
        *_claims(window),
    )


# --- of the experiment in front ----------------------------------------------------------------------------------
def _settings(window: "MainWindow") -> Iterator[tuple[Field, Any]]:
    controls = window.tab.controls
    for values in (controls.hyperparams, controls.options):
        for field in hp.fields_of(type(values)):
            yield field, hp.get(values, field.name)


def _is_used(window: "MainWindow", field: Field) -> bool:
    return field.name == "seed" or window.tab.controls.row(field.name).used


def _setting(window: "MainWindow", field: Field, value: Any) -> Findable:
    return Findable(
        SETTING,
        field.label,
        partial(go_there.show_setting, window, field.name),
        where=_where(window, field, "" if field.group == field.label else field.group),
        value=_value(field, value),
        name=field.name,
        help=field.help,
        offered=value != field.default,
    )


def _where(window: "MainWindow", field: Field, part: str) -> str:
    effect = "" if _is_used(window, field) else _("has no effect now")
    return " · ".join(words for words in (part, effect) if words)


def _value(field: Field, value: Any) -> str:
    """As the control shows it; of choices how many."""
    if field.kind == "choices":
        return _("{n} of {total}").format(n=len(value), total=len(field.choices))
    text = value_text(field, value)
    return text.replace("-", "\N{MINUS SIGN}") if field.kind in ("float", "int") else text


def _choice(window: "MainWindow", field: Field, value: Any, choice: Choice) -> Findable:
    if field.kind == "choices":
        state = _("on") if choice.name in value else _("off")
    elif choice.name == value:
        state = _("chosen")
    else:
        state = _("now {value}").format(value=value_text(field, value))
    return Findable(
        CHOICE,
        choice.label,
        partial(go_there.switch_on, window, field.name, choice.name),
        where=_where(window, field, field.label),
        value=state,
        name=choice.name,
        help=choice.help,
        role=choice.role,
    )


def _presets(window: "MainWindow") -> Iterator[Findable]:
    controls = window.tab.controls
    for i, preset in enumerate(controls.all_presets):
        yield Findable(
            PRESET,
            preset.label,
            partial(controls.choose_preset, i),
            value=_("chosen") if i == controls.presets.currentIndex() else "",
            name=preset.name,
            offered=True,
        )


def _panels(window: "MainWindow") -> Iterator[Findable]:
    """Those of the figure by their titles, and those that it could have."""
    tab = window.tab
    for panel in tab.view.figure.panels if tab.view.figure else ():
        yield Findable(
            PANEL,
            panel.title,
            partial(tab.view.maximise, panel.key),
            where=panel.quantity,
            value=_("shown alone") if panel.key == tab.view.maximised else _("shown"),
            name=panel.key,
        )
    for choice in hp.field_of(type(tab.controls.options), "panels").choices:
        if choice.name not in tab.controls.options.panels:
            show = partial(go_there.switch_on, window, "panels", choice.name)
            yield Findable(PANEL, choice.label, show, value=_("hidden"), name=choice.name, help=choice.help)


# --- of the window -------------------------------------------------------------------------------------------------
def _actions(window: "MainWindow") -> Iterator[Findable]:
    for command in COMMANDS:
        action = window.actions_by_name[command.name]
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) or command.plain_key
        yield Findable(ACTION, command.text, action.trigger, where=command.menu, value=keys, help=command.also)


def _experiments(window: "MainWindow") -> Iterator[Findable]:
    for number, (name, spec) in enumerate(EXPERIMENTS.items(), 1):
        if spec is not window.tab.spec:
            keys = QKeySequence(f"Ctrl+{number}").toString(QKeySequence.SequenceFormat.NativeText)
            yield Findable(
                EXPERIMENT, spec.label, partial(go_there.show_experiment, window, name), value=keys, name=name
            )


def _claims(window: "MainWindow") -> Iterator[Findable]:
    """Of all experiments, those of the one in front first."""
    for name, spec in sorted(EXPERIMENTS.items(), key=lambda item: item[1] is not window.tab.spec):
        for claim in spec.claims:
            yield Findable(
                CLAIM,
                claim.sentence,
                partial(go_there.show_claim, window, name, claim.name),
                value=f"{spec.label} · {claim.number}",
                name=f"{claim.number} {spec.label}",
                help=claim.reading,
            )

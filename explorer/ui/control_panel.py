"""The controls of an experiment, made from the fields of its hyperparams and view options."""

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QUndoStack
from PyQt6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from explorer.core import hyperparams as hp
from explorer.core.experiment import ExperimentSpec, Preset
from explorer.core.hyperparams import Field
from explorer.core.i18n import _
from explorer.ui.boxes import Box
from explorer.ui.buttons import IconButton
from explorer.ui.groups import Group
from explorer.ui.rows import Row
from explorer.ui.undo import Change, State, change_text

WIDTH = 300
BAR = 10
"""Width of the scroll bar; its place is kept free while there is none."""
VIEW = _("View")
UNDO_LIMIT = 500


class ControlPanel(QWidget):
    """Owns the settings: every change, from wherever, goes through here and can be undone."""

    hyperparams_changed = pyqtSignal(object)
    options_changed = pyqtSignal(object)

    def __init__(self, spec: ExperimentSpec) -> None:
        super().__init__()
        self.spec = spec
        self.all_presets = _presets_of(spec)
        self._state = State(spec.hyperparams(), spec.view_options())
        self._gesture = 0
        self._rows: dict[str, Row] = {}
        self._groups: dict[str, Group] = {}
        self._revealed: Group | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._make_rows()
        self._lay_out()
        self.collapsed_groups = [VIEW, *_nested_titles(self.spec)]
        self._show_rows(set(self._rows))

    # --- making it --------------------------------------------------------------------------------------------
    def _make_rows(self) -> None:
        for field in hp.fields_of(self.spec.hyperparams):
            if field.name != "seed":
                self._add_row(field, "--set", field.group)
        for field in hp.fields_of(self.spec.view_options):
            self._add_row(field, "--view", field.group or VIEW)

    def _add_row(self, field: Field, option: str, title: str) -> None:
        group = self._groups.get(title) or self._add_group(title)
        row = Row(field, option, labelled=not (field.kind == "choices" and field.label == title))
        row.value_picked.connect(self._on_row_value_picked)
        row.gesture_began.connect(self._on_row_gesture_began)
        self._rows[field.name] = row
        group.add(row)

    def _add_group(self, title: str) -> Group:
        group = self._groups[title] = Group(title)
        group.toggled.connect(lambda _opened: self._summarize(group))
        return group

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)
        column.setSpacing(0)
        column.addLayout(self._header())
        self._scrolled = QWidget()
        self._scrolled.setObjectName("scrolled")
        groups = QVBoxLayout(self._scrolled)
        groups.setContentsMargins(14, 6, BAR + 1, 12)
        groups.setSpacing(12)
        for group in self._groups.values():
            groups.addWidget(group)
        groups.addStretch(1)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(self._scrolled)
        bar = self.scroll_area.verticalScrollBar()
        assert bar is not None
        bar.rangeChanged.connect(self._on_bar_range_changed)
        column.addWidget(self.scroll_area, 1)

    def _header(self) -> QHBoxLayout:
        self.presets = Box(self)
        self.presets.setObjectName("preset")
        self.presets.setAccessibleName(_("Preset"))
        self.presets.setPlaceholderText(_("Preset: own settings"))
        for preset in self.all_presets:
            self.presets.addItem(_("Preset: {name}").format(name=preset.label))
        self.presets.activated.connect(self.choose_preset)
        self.undo_button = IconButton("undo-2", _("Undo"), 26, 16)
        self.undo_button.clicked.connect(self.undo_stack.undo)
        self.undo_stack.canUndoChanged.connect(self.undo_button.setEnabled)
        self.undo_stack.undoTextChanged.connect(self._on_undo_stack_undo_text_changed)
        self.undo_button.setEnabled(False)
        self.reset_button = IconButton("rotate-ccw", _("Reset all"), 26, 16)
        self.reset_button.clicked.connect(self.reset_all)
        line = QHBoxLayout()
        line.setContentsMargins(14, 8, 8, 4)
        line.setSpacing(4)
        line.addWidget(self.presets, 1)
        line.addWidget(self.undo_button)
        line.addWidget(self.reset_button)
        return line

    def _on_bar_range_changed(self, _low: int, high: int) -> None:
        """Keep the place of the scroll bar free while there is none: the rows never move."""
        layout = self._scrolled.layout()
        assert layout is not None
        layout.setContentsMargins(14, 6, 1 if high else BAR + 1, 12)

    # --- what others use --------------------------------------------------------------------------------------
    @property
    def hyperparams(self) -> Any:
        return self._state.hyperparams

    @property
    def options(self) -> Any:
        return self._state.options

    def row(self, name: str) -> Row:
        return self._rows[name]

    def reveal(self, name: str) -> Row:
        """Open the group of a row. It stays, until another is revealed, even where nothing in it matters now."""
        row = self._rows[name]
        self._revealed = next(group for group in self._groups.values() if row in group.rows)
        self._revealed.set_collapsed(False)
        self._show_rows(())
        return row

    def change(self, name: str, value: Any) -> None:
        """Set one hyperparam or view option. Raises HyperparamError."""
        self._gesture += 1
        self._change(name, value)

    def apply(self, hyperparams: Any, options: Any = None, text: str = _("Change"), goes_on: bool = False) -> None:
        """Set everything at once; `options` None leaves them as they are.

        It is one thing to undo, together with the one before where the same gesture `goes_on`.
        """
        self._gesture += not goes_on
        new = State(hyperparams, self.options if options is None else options)
        self._push(new, text)

    def reset_all(self) -> None:
        """Go back to the defaults; the seed stays."""
        self.apply(self._preset(0), self.spec.view_options(), _("Reset all"))

    @property
    def collapsed_groups(self) -> list[str]:
        """Titles of the collapsed groups."""
        return [title for title, group in self._groups.items() if group.collapsed]

    @collapsed_groups.setter
    def collapsed_groups(self, titles: Collection[str]) -> None:
        for title, group in self._groups.items():
            group.set_collapsed(bool(title) and title in titles)

    # --- changes ----------------------------------------------------------------------------------------------
    def _on_row_gesture_began(self) -> None:
        self._gesture += 1

    def _on_row_value_picked(self, name: str, value: Any) -> None:
        self._change(name, value)

    def _change(self, name: str, value: Any) -> None:
        new = self._state.replace(name, value)
        self._push(new, change_text(self._state, new, name))

    def _push(self, new: State, text: str) -> None:
        if new != self._state:
            self.undo_stack.push(Change(self._show, self._state, new, text, self._gesture))

    def _show(self, new: State) -> None:
        """Make a state the present one; called by every undo and redo."""
        old, self._state = self._state, new
        self._show_rows(old.changed(new))
        if new.hyperparams != old.hyperparams:
            self.hyperparams_changed.emit(new.hyperparams)
        if new.options != old.options:
            self.options_changed.emit(new.options)

    def _show_rows(self, names: Collection[str]) -> None:
        for name in names:
            if name in self._rows:
                self._rows[name].set_value(self._state.get(name))
        for row, values in self._rows_with_values():
            row.set_used(row.field.used is None or row.field.used(values))
        for group in self._groups.values():
            group.setVisible(group is self._revealed or any(row.used for row in group.rows))
            self._summarize(group)
        self._show_preset()

    def _rows_with_values(self) -> Iterator[tuple[Row, Any]]:
        for name, row in self._rows.items():
            yield row, self.hyperparams if self._state.is_hyperparam(name) else self.options

    def _summarize(self, group: Group) -> None:
        group.summarize({row.field.name: self._state.get(row.field.name) for row in group.rows})

    # --- presets ----------------------------------------------------------------------------------------------
    def _preset(self, index: int) -> Any:
        """Hyperparams of an entry of the box, with the seed as it is; 0 is the default."""
        preset = hp.replace(self.spec.hyperparams(), self.all_presets[index].hyperparams)
        return dataclasses.replace(preset, seed=self.hyperparams.seed)

    def choose_preset(self, index: int) -> None:
        """Set what an entry of the box stands for."""
        self.apply(self._preset(index), text=self.presets.itemText(index))
        self._show_preset()

    def _show_preset(self) -> None:
        indices = range(self.presets.count())
        self.presets.setCurrentIndex(next((i for i in indices if self._preset(i) == self.hyperparams), -1))
        self.presets.update()

    def _on_undo_stack_undo_text_changed(self, text: str) -> None:
        keys = QKeySequence(QKeySequence.StandardKey.Undo).toString(QKeySequence.SequenceFormat.NativeText)
        self.undo_button.setToolTip(f"{_('Undo')}: {text} ({keys})" if text else _("Undo"))


def _presets_of(spec: ExperimentSpec) -> tuple[Preset, ...]:
    """All presets, the defaults first."""
    named = tuple(preset for preset in spec.presets if preset.hyperparams)
    return (Preset("default", _("default"), {}), *named)


def _nested_titles(spec: ExperimentSpec) -> list[str]:
    """Groups of fields with a dot in their names: there may be many of them."""
    return list(dict.fromkeys(field.group for field in hp.fields_of(spec.hyperparams) if "." in field.name))

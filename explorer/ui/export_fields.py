"""The choices of the export dialog, one row each; only those that matter now are shown."""

import dataclasses
from typing import Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from explorer.core.hyperparams import Field
from explorer.export.formats import FORMATS
from explorer.ui import export_choices
from explorer.ui.export_choices import Choices, matters
from explorer.ui.labels import label
from explorer.ui.rows import Editor, editor_of
from explorer.ui.switches import Switch

LABEL = 92


class ExportFields(QWidget):
    """Editors as in the control panel. `panels` are chosen for this figure alone and not remembered."""

    changed = pyqtSignal()

    def __init__(self, choices: Choices, panels: Field) -> None:
        super().__init__()
        self.choices, self.panels = choices, panels.default
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._fields = (*export_choices.fields(), panels)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, LABEL)
        self._grid.setColumnStretch(1, 1)
        for field in self._fields:
            self._add(field)
        self._show()

    def _add(self, field: Field) -> None:
        editor, words, row = editor_of(field), label(field.label), len(self.editors)
        words.setContentsMargins(0, 4, 0, 8)
        editor.value_picked.connect(lambda value, name=field.name: self._on_editor_value_picked(name, value))
        aligned = Qt.AlignmentFlag.AlignLeft if isinstance(editor, Switch) else Qt.AlignmentFlag(0)
        self._grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(editor, row, 1, aligned | Qt.AlignmentFlag.AlignTop)
        self.editors[field.name], self._labels[field.name] = editor, words

    def choose(self, name: str, value: Any) -> None:
        """Choose as a user does."""
        self._on_editor_value_picked(name, value)

    def _on_editor_value_picked(self, name: str, value: Any) -> None:
        if name == "panels":
            self.panels = value or self.panels  # one at least
        else:
            self.choices = export_choices.changed(self.choices, name, value)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Bring every editor up to date; hide what does not matter to the format."""
        values = dataclasses.asdict(self.choices) | {"panels": self.panels}
        for field in self._fields:
            self.editors[field.name].set_value(values[field.name])
            shown = self._panels_matter(field) if field.name == "panels" else matters(field, self.choices)
            self.editors[field.name].setVisible(shown)
            self._labels[field.name].setVisible(shown)

    def _panels_matter(self, panels: Field) -> bool:
        return len(panels.choices) > 1 and "panels" in FORMATS[self.choices.format].takes

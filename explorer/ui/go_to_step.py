"""The way to an exact step of a run."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout

from explorer.core.i18n import _
from explorer.ui.labels import paragraph

if TYPE_CHECKING:
    from explorer.ui.experiment_tab import ExperimentTab

FARTHEST = 1_000_000


class GoToStep(QDialog):
    """Asks for a step; the run is then repeated up to it."""

    def __init__(self, tab: "ExperimentTab") -> None:
        super().__init__(tab)
        self.tab = tab
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Go to step"))
        self.step = QSpinBox()
        self.step.setObjectName("step")
        self.step.setRange(0, FARTHEST)
        self.step.setValue(tab.run.shown.step if tab.run.shown else 0)
        self.step.selectAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow(_("Step"), self.step)
        column = QVBoxLayout(self)
        column.addLayout(form)
        about = _("The run is repeated exactly, with all live changes on the way, and rests there.")
        column.addWidget(paragraph(about, 12, tone="muted"))
        column.addWidget(buttons)

    def accept(self) -> None:
        """Go there."""
        super().accept()
        self.tab.go_to(self.step.value())

"""The script of what the window shows: it follows the settings, and can be searched, copied and saved."""

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PyQt6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from explorer.core.files import WriteError, write_atomically
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.ui.code_view import CodeView
from explorer.ui.experiment_tab import ExperimentTab
from explorer.ui.labels import label

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

SETTLED = 200
"""Milliseconds without another change of the settings after which the script is written anew."""


class CodeDialog(QDialog):
    """Stands beside the window. While a run plays, the script stays that of the step at which it was written."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.window_ = window
        self.session: Session | None = None
        """What the script reproduces."""
        self._tab: ExperimentTab | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLED)
        self._soon.timeout.connect(self.refresh)
        self._make()
        self._lay_out()
        window.stack.currentChanged.connect(self._follow_tab)
        self._follow_tab()

    @classmethod
    def show_for(cls, window: "MainWindow") -> None:
        """Open it, or bring the one that is open to the front."""
        dialog = window.findChild(cls) or cls(window)
        dialog.refresh()
        dialog.show()
        dialog.activateWindow()

    # --- building -----------------------------------------------------------------------------------------------
    def _make(self) -> None:
        self.code = CodeView()
        self.code.setPlaceholderText(_("There is no figure yet: PyTorch is still starting."))
        self.search = QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(_("Find"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(200)
        self.search.returnPressed.connect(self._on_search_return_pressed)
        self.search.textChanged.connect(lambda _text: self.said.clear())
        QShortcut(QKeySequence.StandardKey.Find, self, self._on_find)
        self.about, self.said = label(tone="muted"), label(tone="muted")
        self.said.setObjectName("said")
        self.renew = _button("refresh", _("Refresh"), _("Write the script for the step that is shown"))
        self.copy = _button("copy", _("Copy"), _("Copy the whole script"))
        self.save_ = _button("save", _("Save as…"), _("Save the script as a file"))
        self.renew.clicked.connect(self.refresh)
        self.copy.clicked.connect(self._on_copy_clicked)
        self.save_.clicked.connect(self._on_save_clicked)

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.search)
        bottom.addWidget(self.said, 1)
        for button in (self.renew, self.copy, self.save_):
            bottom.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.code, 1)
        column.addLayout(bottom)
        self.resize(880, 780)

    # --- what it shows ------------------------------------------------------------------------------------------
    def _follow_tab(self) -> None:
        if self._tab is not None:
            self._tab.run.state_changed.disconnect(self._on_run_state_changed)
        self._tab = self.window_.tab
        self._tab.run.state_changed.connect(self._on_run_state_changed)
        self.refresh()

    def _on_run_state_changed(self) -> None:
        """Keep what is being read while the run plays; other settings, or a run that rests, are another script."""
        if self._tab is None:
            return
        now, shown = self._now(), self.session
        if now == shown:
            return
        only_further = now and shown and (now.hyperparams, now.changes) == (shown.hyperparams, shown.changes)
        if not (only_further and self._tab.run.playing):
            self._soon.start()

    def _now(self) -> Session | None:
        tab = self.window_.tab
        return tab.session() if tab.run.frame is not None else None

    def refresh(self) -> None:
        """Write the script of what the window shows."""
        self._soon.stop()
        spec, self.session = self.window_.tab.spec, self._now()
        self.setWindowTitle(_("Code of {experiment}").format(experiment=spec.label))
        self.about.setText("")
        if self.session:
            text = _("{experiment}, step {step}: plain PyTorch that comes to the same numbers")
            self.about.setText(text.format(experiment=spec.label, step=self.session.step))
        self.code.show_text(spec.script(self.session) if self.session else "")
        for button in (self.copy, self.save_):
            button.setEnabled(self.session is not None)

    # --- finding, copying, saving -------------------------------------------------------------------------------
    def _on_find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _on_search_return_pressed(self) -> None:
        wanted = self.search.text()
        if wanted and not self.code.find_next(wanted):
            self._say(_("“{text}” is not in the script").format(text=wanted))

    def _on_copy_clicked(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.code.text)
            self._say(_("Copied"))

    def _on_save_clicked(self) -> None:
        start = Path(self.window_.settings.folder) / f"{self.window_.tab.spec.name}.py"
        name, _kind = QFileDialog.getSaveFileName(self, _("Save script"), str(start), _("Python (*.py)"))
        if name:
            self.save(Path(name).with_suffix(".py"))

    def save(self, path: Path) -> None:
        """Write the file; where that fails, say why."""
        try:
            write_atomically(path, self.code.text.encode())
        except WriteError as error:
            self._say(str(error), "error")
            return
        self.window_.settings.folder = str(path.parent)
        self._say(_("Saved {name}").format(name=path.name))

    def _say(self, text: str, tone: str = "muted") -> None:
        self.said.setProperty("tone", tone)
        style = self.said.style()
        assert style is not None
        style.polish(self.said)
        self.said.setText(text)


def _button(name: str, text: str, help: str) -> QPushButton:
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(help)
    made.setAutoDefault(False)
    return made

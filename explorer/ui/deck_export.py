"""Export of a deck: as slides, pages or files; how large and in which colours. The window goes on meanwhile."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QIcon
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QProgressBar, QVBoxLayout

from explorer.core.deck import Deck
from explorer.core.i18n import _
from explorer.export.job import WriteDeck
from explorer.export.look import SIZES, Look
from explorer.ui.boxes import Box
from explorer.ui.export_job import ExportJob
from explorer.ui.labels import label, paragraph

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

FORMS = {
    "pptx": _("PPTX, a slide per figure"),
    "pdf": _("PDF, a page per figure"),
    "png": _("Folder of PNG images"),
    "svg": _("Folder of SVG drawings"),
}
ABOUT = {
    "pptx": _("For PowerPoint, Impress and Keynote. Settings and your notes are in the speaker’s notes."),
    "pdf": _("Sharp at any size, with an outline. Opening the file in Explorer brings back the deck."),
    "png": _("Numbered files in a folder. Opening one in Explorer brings back its settings."),
    "svg": _("Numbered drawings in a folder, to be edited in Inkscape and the like."),
}
THEMES = {"window": _("As the window"), "light": _("Light"), "dark": _("Dark")}
TYPES = {"": _("As the size asks for"), "slide": _("Fills a slide"), "quarter": _("Quarter of a slide")}
CURVES = {"": _("Picture, exactly as here"), "charts": _("Charts that can be edited")}
FIELD_WIDTH = 230
FINE = 1000
"""Steps of the progress bar."""


class DeckExport(QDialog):
    """Asks how, writes in a process of its own, and can be cancelled."""

    def __init__(self, window: "MainWindow", deck: Deck) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export deck"))
        self.window_, self.deck = window, deck
        self.job: ExportJob | None = None
        kept = window.settings.deck_export
        sizes = {name: size.label for name, size in SIZES.items()}
        self.format = _box("format", FORMS, kept)
        self.size_ = _box("size", sizes, kept)
        self.theme = _box("theme", THEMES, kept)
        self.type = _box("type", TYPES, kept)
        self.curves = _box("curves", CURVES, kept)
        self._fields = (self.format, self.size_, self.theme, self.type, self.curves)
        self._lay_out()
        self.format.currentIndexChanged.connect(self._on_format_changed)
        self.finished.connect(self._cancel_job)
        self._on_format_changed()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        labels = (_("Format"), _("Size"), _("Colours"), _("Type"), _("Curves"))
        for text, field in zip(labels, self._fields, strict=True):
            form.addRow(label(text), field)
        self.about = paragraph(tone="muted")
        self.about.setMinimumHeight(52)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.bar = QProgressBar()
        self.bar.setRange(0, FINE)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self._on_buttons_accepted)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 18)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.about)
        column.addWidget(self.bar)
        column.addWidget(self.buttons)
        self._show_writing(False)
        self.setFixedWidth(400)

    # --- what is chosen ------------------------------------------------------------------------------------------
    @property
    def look(self) -> Look:
        size, theme = SIZES[self.size_.currentData()], self.theme.currentData()
        return Look(
            size.size,
            self.window_.colours.name if theme == "window" else theme,
            type=self.type.currentData() or size.type,
            charts=self._is_slides and self.curves.currentData() == "charts",
        )

    @property
    def _is_slides(self) -> bool:
        return bool(self.format.currentData() == "pptx")

    def _on_format_changed(self) -> None:
        self.curves.setEnabled(self._is_slides)
        self.about.setText(ABOUT[self.format.currentData()])

    # --- writing -------------------------------------------------------------------------------------------------
    def _on_buttons_accepted(self) -> None:
        kind = self.format.currentData()
        name = self.deck.name or _("deck")
        start = Path(self.window_.settings.folder) / (f"{name}.{kind}" if kind in ("pptx", "pdf") else name)
        chosen, _kind = QFileDialog.getSaveFileName(self, _("Export deck"), str(start), FORMS[kind])
        if chosen:
            self.save(Path(chosen).with_suffix(f".{kind}") if kind in ("pptx", "pdf") else Path(chosen))

    def save(self, path: Path) -> None:
        """Begin to write; the dialog closes when it is done, and says why where it fails."""
        kind = self.format.currentData()
        self.window_.settings.deck_export = {box.objectName(): box.currentData() for box in self._fields}
        self.job = ExportJob(self)
        self.job.progressed.connect(self._on_job_progressed)
        self.job.finished.connect(self._on_job_finished)
        self.job.failed.connect(self._on_job_failed)
        self._on_job_progressed(_("Starting …"), 0.0)
        self._show_writing(True)
        suffix = "" if kind in ("pptx", "pdf") else kind
        self.job.start(WriteDeck(Path(os.path.abspath(path)), self.deck, self.look, suffix))

    def _show_writing(self, writing: bool) -> None:
        for field in self._fields:
            field.setEnabled(not writing)
        self.curves.setEnabled(not writing and self._is_slides)
        save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        assert save is not None
        save.setEnabled(not writing)
        policy = self.bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(policy)
        self.bar.setVisible(writing)

    def _on_job_progressed(self, text: str, share: float) -> None:
        self.about.setText(text)
        self.bar.setValue(round(FINE * share))

    def _on_job_finished(self, path: Path) -> None:
        self.window_.settings.folder = str(path.parent)
        self.window_.say("info", _("Exported {name}").format(name=path))
        self.accept()

    def _on_job_failed(self, why: str) -> None:
        self._show_writing(False)
        self.about.setText(why)

    def _cancel_job(self) -> None:
        if self.job is not None:
            self.job.cancel()


def _box(name: str, choices: dict[str, str], kept: dict[str, object]) -> Box:
    """Make a box with what was chosen last, or the first where that is odd."""
    box = Box()
    box.setObjectName(name)
    box.setMinimumWidth(FIELD_WIDTH)
    for key, text in choices.items():
        box.addItem(text, key)
    box.setCurrentIndex(max(0, box.findData(kept.get(name))))
    return box

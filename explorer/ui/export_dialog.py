"""Export: what is written, how large, in which colours, with a preview of exactly that."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QIcon, QResizeEvent
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from explorer.core.experiment import is_whole
from explorer.core.figure import Figure
from explorer.core.hyperparams import Choice, Field
from explorer.core.i18n import _
from explorer.core.selection import only
from explorer.export.formats import FORMATS
from explorer.export.job import Work, WriteFigure, WriteMovie
from explorer.export.look import Look, check_size
from explorer.export.movie_look import check_movie
from explorer.export.picture import check_room, picture
from explorer.export.sample import sample
from explorer.ui import export_choices
from explorer.ui.export_fields import ExportFields
from explorer.ui.export_job import ExportJob
from explorer.ui.labels import paragraph
from explorer.ui.preview import Preview
from explorer.ui.whole_frame import WholeFrame

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

PATIENCE = 500
"""Milliseconds: what is written sooner needs no progress."""
FINE = 1000
"""Steps of the progress bar."""
COLUMN = 316


class ExportDialog(QDialog):
    """Choices at the right, preview at the left. The run rests meanwhile."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export figure"))
        self.window_, self.tab = window, window.tab
        self.writing = False
        self.whole: WholeFrame | None = None
        self._take_frame()
        self.job = self._new_job()
        self.fields = ExportFields(export_choices.remembered(window.settings.export), self._panels_field())
        self.fields.changed.connect(self._on_fields_changed)
        self._lay_out()
        self._preview_soon = _once(self, 0, self._show_preview)
        self._progress_soon = _once(self, PATIENCE, self.progress.show)
        self._on_fields_changed()
        self._rest()

    def _take_frame(self) -> None:
        self.frame = self.tab.run.frame
        self.session = self.tab.session()
        self.figure = self.tab.figure()

    def _rest(self) -> None:
        """Pause the run, take its frame as it rests, and let it go on afterwards."""
        run = self.tab.run
        run.frame_arrived.connect(self._on_run_frame_arrived)
        if run.playing:
            run.play(False)
            self.finished.connect(lambda _result: run.play(True))

    def _on_run_frame_arrived(self, _frame: Any) -> None:
        if not self.writing:
            self._take_frame()
            self._preview_soon.start()

    # --- building -----------------------------------------------------------------------------------------------
    def _panels_field(self) -> Field:
        """One panel where it is alone on the screen, else all."""
        choices = tuple(Choice(panel.key, panel.title) for panel in self.figure.panels)
        alone = self.tab.view.maximised
        chosen = (alone,) if alone else tuple(choice.name for choice in choices)
        return Field("panels", "choices", chosen, _("Panels"), choices=choices, at_least=1)

    def _lay_out(self) -> None:
        self.preview = Preview()
        self.facts, self.about = paragraph(px=12, tone="muted"), paragraph(px=12, tone="muted")
        self.facts.setObjectName("facts")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self.ask_path)
        self.buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.setSpacing(12)
        for widget in (self.fields, self.facts, self.about):
            right.addWidget(widget)
        right.addStretch(1)
        right.addWidget(self.progress)
        right.addWidget(self.buttons)
        for part in (self.fields, self.facts, self.about, self.progress, self.buttons):
            part.setFixedWidth(COLUMN)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 20)
        whole.setSpacing(24)
        whole.addWidget(self.preview, 1)
        whole.addLayout(right)
        self.resize(1120, 620)

    @property
    def save_button(self) -> Any:
        return self.buttons.button(QDialogButtonBox.StandardButton.Save)

    # --- what is chosen -------------------------------------------------------------------------------------------
    @property
    def look(self) -> Look:
        return self.fields.choices.look(self.window_.colours.name)

    @property
    def chosen_figure(self) -> Figure:
        keys = [key for key in self.fields.panels if key in {panel.key for panel in self.figure.panels}]
        return self.figure if len(keys) in (0, len(self.figure.panels)) else only(self.figure, keys)

    def _on_fields_changed(self) -> None:
        self.window_.settings.export = dataclasses.asdict(self.fields.choices)
        mistake = self._mistake()
        self.save_button.setEnabled(not mistake)
        row = FORMATS[self.fields.choices.format]
        self.facts.setText(_in_words(self.look) if "look" in row.takes else "")
        _say(
            self.about,
            mistake or f"{row.about} {_('Opening the file in Explorer brings back these settings.')}",
            bool(mistake),
        )
        self._preview_soon.start()

    def _mistake(self) -> str:
        """What is wrong with the choices, in one line; "" where all is well."""
        choices, takes = self.fields.choices, FORMATS[self.fields.choices.format].takes
        try:
            check_size(self.look.size)
            if "look" in takes and "charts" not in takes:  # a slide is as large as a slide
                check_room(self.chosen_figure, self.look)
            if choices.movie:
                check_movie(choices.format, self.look.size, choices.movie)
        except ValueError as error:
            return str(error)
        return ""

    def _show_preview(self) -> None:
        """Draw what is chosen, at the size of the preview: some 20 ms whatever its pixels."""
        choices, look = self.fields.choices, self.look
        if "look" not in FORMATS[choices.format].takes:
            self.preview.show_text(sample(choices.format, self.chosen_figure, self.frame, self.session))
        elif not self._mistake():
            self.preview.show_image(picture(self.chosen_figure, look, self.preview.room_for(look.size)), look.theme)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._preview_soon.start()

    # --- writing --------------------------------------------------------------------------------------------------
    def ask_path(self) -> None:
        row = FORMATS[self.fields.choices.format]
        start = Path(self.window_.settings.folder) / f"{self.tab.spec.name}.{row.suffix}"
        name, _kind = QFileDialog.getSaveFileName(self, _("Export figure"), str(start), f"{row.label} (*.{row.suffix})")
        if name:
            self.save(Path(name).with_suffix(f".{row.suffix}"))

    def save(self, path: Path) -> None:
        """Write the file in a process of its own; where that fails, say why and stay open."""
        self._set_writing(True)
        if "look" in FORMATS[self.fields.choices.format].takes or is_whole(self.frame):
            self.job.start(self._work(path))
            return
        self.whole = WholeFrame(self.tab.bridge, self.session, self)
        self.whole.progressed.connect(lambda share: self._on_job_progressed(_("Computing every step …"), share))
        self.whole.failed.connect(self._on_job_failed)
        self.whole.arrived.connect(lambda frame: self._on_whole_arrived(frame, path))

    def _on_whole_arrived(self, frame: Any, path: Path) -> None:
        """Write the frame that lacks nothing, and what is drawn of it."""
        self.frame, self.figure = frame, self.tab.spec.figure(frame, self.tab.controls.options)
        self.job.start(self._work(path))

    def _work(self, path: Path) -> Work:
        if movie := self.fields.choices.movie:
            panels = tuple(panel.key for panel in self.chosen_figure.panels)
            return WriteMovie(path, self.session, self.look, movie, panels)
        return WriteFigure(path, self.chosen_figure, self.frame, self.session, self.look)

    def _new_job(self) -> ExportJob:
        """Start the process that will write: it loads Qt while the user chooses."""
        job = ExportJob(self)
        job.progressed.connect(self._on_job_progressed)
        job.finished.connect(self._on_job_finished)
        job.failed.connect(self._on_job_failed)
        return job

    def _set_writing(self, writing: bool) -> None:
        self.writing = writing
        self.fields.setEnabled(not writing)
        self.save_button.setEnabled(not writing)
        self._progress_soon.stop()
        self.progress.setRange(0, 0)  # until it is known how far it is
        self.progress.hide()
        if writing:
            _say(self.about, _("Writing …"), False)
            self._progress_soon.start()

    def _on_job_progressed(self, text: str, share: float) -> None:
        self.progress.setRange(0, FINE)
        self.progress.setValue(round(FINE * share))
        _say(self.about, text, False)

    def _on_job_finished(self, path: Path) -> None:
        self.writing = False
        self.window_.settings.folder = str(path.parent)
        self.window_.say("info", _("Exported {name} ({size})").format(name=path, size=_size_of(path)))
        self.accept()

    def _on_job_failed(self, why: str) -> None:
        self.job = self._new_job()
        self._set_writing(False)
        _say(self.about, why, True)

    def reject(self) -> None:
        """Cancel what is being written and stay open; else close."""
        if not self.writing:
            super().reject()
            return
        if self.whole:
            self.whole.blockSignals(True)
        self.job.cancel()
        self.job = self._new_job()
        self._set_writing(False)
        _say(self.about, _("Cancelled; nothing was written."), False)

    def done(self, result: int) -> None:
        self.job.cancel()
        super().done(result)


def _once(parent: QDialog, milliseconds: int, then: Any) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer


def _say(where: QLabel, text: str, mistaken: bool) -> None:
    where.setText(text)
    where.setProperty("tone", "error" if mistaken else "muted")
    if style := where.style():
        style.unpolish(where)
        style.polish(where)


def _in_words(look: Look) -> str:
    """Pixels, inches, and what they mean on paper."""
    width, height = look.inches
    text = _("{w} × {h} px · {wide:.3g} × {high:.3g} in").format(
        w=look.size[0], h=look.size[1], wide=width, high=height
    )
    return text + (_(" at 300 px per inch") if look.type == "paper" else "")


def _size_of(path: Path) -> str:
    n = path.stat().st_size if path.exists() else 0
    return f"{n / 1e6:.1f} MB" if n >= 1e6 else f"{max(n / 1e3, 0.1):.0f} kB"

"""Export: what is written, how large, in which colours, with a preview of exactly that."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QSize, Qt, QTimer
from PyQt6.QtGui import QIcon, QPixmap
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from explorer.core.figure import Figure, only
from explorer.core.files import WriteError
from explorer.core.i18n import _
from explorer.export.look import Look
from explorer.export.picture import picture
from explorer.export.write import write
from explorer.ui.boxes import Box
from explorer.ui.labels import label, paragraph

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

FORMATS = {
    "png": _("PNG image"),
    "pdf": _("PDF, vector"),
    "csv": _("CSV, the numbers drawn"),
    "json": _("JSON, the whole frame"),
}
SIZES = {
    "1920x1080": _("Slide, 1920 × 1080"),
    "1280x720": _("Small slide, 1280 × 720"),
    "3840x2160": _("4K slide, 3840 × 2160"),
    "free": _("Free size"),
}
PICTURES = ("png", "pdf")
FIELD_WIDTH = 210


@dataclass(frozen=True)
class Choices:
    """What the dialog remembers."""

    suffix: str = "png"
    size: str = "1920x1080"
    width: int = 1600
    height: int = 900
    theme: str = "window"


class ExportDialog(QDialog):
    """Choices at the right, preview at the left. The run rests meanwhile: frames at rest are complete."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Export figure"))
        self.window_, self.tab = window, window.tab
        self._take_frame()
        self._make_fields(_read(window.settings.export))
        self._lay_out()
        self._preview_soon = QTimer(self)
        self._preview_soon.setSingleShot(True)
        self._preview_soon.timeout.connect(self._show_preview)
        self._on_field_changed()
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
        self._take_frame()
        self._preview_soon.start()

    # --- building -----------------------------------------------------------------------------------------------
    def _make_fields(self, choices: Choices) -> None:
        self.format = _box("format", FORMATS, choices.suffix)
        self.size_ = _box("size", SIZES, choices.size)
        self.width_, self.height_ = _pixels("width", choices.width), _pixels("height", choices.height)
        themes = {"window": _("As the window"), "light": _("Light"), "dark": _("Dark")}
        self.theme = _box("theme", themes, choices.theme)
        panels = {"": _("All panels")} | {p.key: p.title for p in self.figure.panels}
        self.panel = _box("panel", panels, self.tab.view.maximised or "")
        for box in (self.format, self.size_, self.theme, self.panel):
            box.currentIndexChanged.connect(self._on_field_changed)
        for spin in (self.width_, self.height_):
            spin.valueChanged.connect(self._on_field_changed)

    def _lay_out(self) -> None:
        self.preview = QLabel()
        self.preview.setObjectName("preview")
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(QSize(480, 300))
        self.preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        free = QWidget()
        row = QHBoxLayout(free)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.width_, label("×"), self.height_):
            row.addWidget(widget)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        fields = (self.format, self.size_, free, self.theme, self.panel)
        labels = (_("Format"), _("Size"), _("Pixels"), _("Colours"), _("Panels"))
        for text, field in zip(labels, fields, strict=True):
            form.addRow(label(text), field)
        self.about = paragraph(tone="muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.accepted.connect(self._on_buttons_accepted)
        self.buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.addLayout(form, 0)
        right.addWidget(self.about)
        right.addStretch(1)
        right.addWidget(self.buttons)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 20)
        whole.setSpacing(24)
        whole.addWidget(self.preview, 1)
        whole.addLayout(right)
        self.resize(1060, 520)

    # --- what is chosen -------------------------------------------------------------------------------------------
    @property
    def choices(self) -> Choices:
        return Choices(
            self.format.currentData(),
            self.size_.currentData(),
            self.width_.value(),
            self.height_.value(),
            self.theme.currentData(),
        )

    @property
    def pixels(self) -> tuple[int, int]:
        if self.size_.currentData() == "free":
            return self.width_.value(), self.height_.value()
        width, height = self.size_.currentData().split("x")
        return int(width), int(height)

    @property
    def look(self) -> Look:
        theme = self.theme.currentData()
        return Look(self.pixels, self.window_.colours.name if theme == "window" else theme)

    @property
    def chosen_figure(self) -> Figure:
        key = self.panel.currentData()
        return only(self.figure, [key]) if key else self.figure

    def _on_field_changed(self) -> None:
        is_picture = self.format.currentData() in PICTURES
        for field in (self.size_, self.theme):
            field.setEnabled(is_picture)
        for spin in (self.width_, self.height_):
            spin.setEnabled(is_picture and self.size_.currentData() == "free")
        self.panel.setEnabled(self.format.currentData() != "json")
        self.about.setText(ABOUT[self.format.currentData()])
        self._preview_soon.start()

    def _show_preview(self) -> None:
        """Draw what is chosen, at the size of the preview."""
        width, height = self.pixels
        share = min(self.preview.width() / width, self.preview.height() / height)
        ratio = self.devicePixelRatioF()
        size = (max(200, round(width * share * ratio)), max(200, round(height * share * ratio)))
        pixmap = QPixmap.fromImage(picture(self.chosen_figure, dataclasses.replace(self.look, size=size)))
        pixmap.setDevicePixelRatio(ratio)
        self.preview.setPixmap(pixmap)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._preview_soon.start()

    # --- writing --------------------------------------------------------------------------------------------------
    def _on_buttons_accepted(self) -> None:
        suffix = self.format.currentData()
        start = Path(self.window_.settings.folder) / f"{self.tab.spec.name}.{suffix}"
        name, _kind = QFileDialog.getSaveFileName(
            self, _("Export figure"), str(start), f"{FORMATS[suffix]} (*.{suffix})"
        )
        if name:
            self.save(Path(name).with_suffix(f".{suffix}"))

    def save(self, path: Path) -> None:
        """Write the file; where that fails, say why and stay open."""
        self.window_.settings.export = vars(self.choices)
        try:
            write(path, self.chosen_figure, self.frame, self.session, self.look)
        except (WriteError, ValueError) as error:
            self.about.setText(str(error))
            return
        self.window_.settings.folder = str(path.parent)
        self.window_.say("info", _("Exported {name}").format(name=path))
        self.accept()


ABOUT = {
    "png": _("For slides and documents. Opening the file in Explorer brings back these settings."),
    "pdf": _("Sharp at any size; text stays text. Opening the file in Explorer brings back these settings."),
    "csv": _("One row per point drawn: panel, series, x, y. For a spreadsheet."),
    "json": _("Every number of this step at full precision, with all settings. Opens in Explorer again."),
}


def _box(name: str, choices: dict[str, str], current: str) -> Box:
    box = Box()
    box.setObjectName(name)
    box.setMinimumWidth(FIELD_WIDTH)
    for key, text in choices.items():
        box.addItem(text, key)
    box.setCurrentIndex(max(0, box.findData(current)))
    return box


def _pixels(name: str, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setRange(200, 16384)
    spin.setSingleStep(10)
    spin.setSuffix(" px")
    spin.setValue(value)
    return spin


def _read(kept: dict[str, Any]) -> Choices:
    """Choices from the settings file; anything odd falls back to the default."""
    default = vars(Choices())
    return Choices(**{k: kept[k] if type(kept.get(k)) is type(v) else v for k, v in default.items()})

"""The editor of a number: slider and exact entry side by side."""

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QWidget

from explorer.core.hyperparams import Field
from explorer.ui.entries import Entry
from explorer.ui.sliders import Slider
from explorer.ui.stops import track_of

GAP = 8


class NumberEditor(QWidget):
    """A field without a finite range has the entry alone."""

    value_picked = pyqtSignal(object)
    mistaken = pyqtSignal(str)
    reverted = pyqtSignal()
    gesture_began = pyqtSignal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        self.entry = Entry(field)
        self.slider: Slider | None = None
        track = track_of(field)
        if track is not None:
            self.slider = Slider(field, track)
            self._connect_slider(self.slider)
            row.addWidget(self.slider, 1)
        else:
            row.addStretch(1)
        row.addWidget(self.entry)
        self.entry.value_picked.connect(self._on_entry_value_picked)
        self.entry.mistaken.connect(self.mistaken)
        self.entry.reverted.connect(self.reverted)
        self.entry.focused.connect(self.gesture_began)

    def _connect_slider(self, slider: Slider) -> None:
        slider.value_picked.connect(self._on_slider_value_picked)
        slider.focused.connect(self.gesture_began)
        slider.sliderPressed.connect(self.gesture_began)
        slider.sliderReleased.connect(self.gesture_began)
        self.entry.nudged.connect(slider.nudge)

    def set_value(self, value: float) -> None:
        self.entry.set_value(value)
        if self.slider is not None:
            self.slider.set_value(value)

    def _on_slider_value_picked(self, value: float) -> None:
        self.entry.set_value(value)
        self.value_picked.emit(value)

    def _on_entry_value_picked(self, value: float) -> None:
        """What is typed is a step of its own, however often."""
        if self.slider is not None:
            self.slider.set_value(value)
        self.gesture_began.emit()
        self.value_picked.emit(value)
        self.gesture_began.emit()

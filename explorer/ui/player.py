"""The player under the figure: restart, play, step, what happened when, speed and seed."""

import random
from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from explorer.core.hyperparams import Field
from explorer.core.i18n import _
from explorer.draw.fonts import font, metrics
from explorer.ui.boxes import Box
from explorer.ui.buttons import IconButton, PlayButton
from explorer.ui.entries import Entry
from explorer.ui.labels import label
from explorer.ui.timeline import Mark, Timeline

__all__ = ["Mark", "Player"]

HEIGHT = 56
SPEEDS: tuple[float | None, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 1000.0, None)
HIGHEST_SEED = 999_999
NARROW = 720
"""Narrower than that, the words before speed and seed go."""
THIN_SPACE = "\N{THIN SPACE}"


class Player(QWidget):
    """Says what the user wants; shows what it is told."""

    play_toggled = pyqtSignal(bool)
    step_requested = pyqtSignal()
    restart_requested = pyqtSignal()
    speed_changed = pyqtSignal(object)
    """Steps per second; None is unlimited."""
    seed_changed = pyqtSignal(int)
    rerun_requested = pyqtSignal()
    """To the step that is shown."""
    go_to_requested = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.restart_button = IconButton("rotate-ccw", _("Restart (Ctrl+R)"))
        self.play_button = PlayButton()
        self.step_button = IconButton("step-forward", _("Single step (.)"))
        self.step_number = _Number("0", _("step"), 62)
        self.step_number.setToolTip(_("Double-click: go to a step (Ctrl+J)"))
        self.rate = _Number("0", _("steps/s"), 64)
        self.timeline = Timeline()
        self.rerun_button = IconButton("undo-2", "", 30)
        self.newest_button = IconButton("skip-forward", _("Back to the newest step (End)"), 30)
        self._rate_or_past = _either(self.rate, self.rerun_button, self.newest_button)
        self._make_speed()
        self._make_seed()
        self._marks: tuple[Mark, ...] = ()
        self._lay_out()
        self._connect()
        self.set_playing(False)
        self.set_speed(SPEEDS[-1])

    def _make_speed(self) -> None:
        self._speed_word = label(_("Speed"), 12, tone="muted")
        self.speed = Box(self)
        self.speed.setObjectName("speed")
        self.speed.setAccessibleName(_("Speed"))
        self.speed.setToolTip(_("Steps per second"))
        self.speed.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.speed.setFixedWidth(102)
        for rate in SPEEDS:
            self.speed.addItem(_("unlimited") if rate is None else _("{rate}/s").format(rate=count_text(rate)), rate)

    def _make_seed(self) -> None:
        self._seed_word = label(_("Seed"), 12, tone="muted")
        self.seed = Entry(Field("seed", "int", 0, _("Seed"), low=0, high=HIGHEST_SEED))
        self.seed.setFixedWidth(60)
        self._seed_tip = _("Decides weights, data order and all else that is drawn at random")
        self.seed.setToolTip(self._seed_tip)
        self.dice_button = IconButton("dices", _("New seed (Ctrl+G)"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 1, 10, 0)
        row.setSpacing(4)
        parts: tuple[QWidget | int, ...] = (
            *(self.restart_button, self.play_button, self.step_button, 6, self.step_number, 6, self.timeline, 6),
            *(self._rate_or_past, 10, self._speed_word, self.speed, 8, self._seed_word, self.seed, self.dice_button),
        )
        for part in parts:
            if isinstance(part, int):
                row.addSpacing(part)
            else:
                row.addWidget(part, 1 if part is self.timeline else 0)

    def _connect(self) -> None:
        self.play_button.clicked.connect(self._on_play_button_clicked)
        self.step_button.clicked.connect(self.step_requested)
        self.restart_button.clicked.connect(self.restart_requested)
        self.speed.activated.connect(lambda index: self.speed_changed.emit(self.speed.itemData(index)))
        self.seed.value_picked.connect(self._on_seed_value_picked)
        self.seed.mistaken.connect(self.seed.setToolTip)
        self.seed.reverted.connect(lambda: self.seed.setToolTip(self._seed_tip))
        self.seed.nudged.connect(self._on_seed_nudged)
        self.dice_button.clicked.connect(self.roll_seed)
        self.newest_button.clicked.connect(self.timeline.newest_requested)
        self.rerun_button.clicked.connect(self.rerun_requested)
        self.step_number.double_clicked.connect(self.go_to_requested)

    # --- what the user does -----------------------------------------------------------------------------------
    def _on_play_button_clicked(self, playing: bool) -> None:
        self.set_playing(playing)
        self.play_toggled.emit(playing)

    def _on_seed_value_picked(self, seed: int) -> None:
        self.set_seed(seed)
        self.seed_changed.emit(seed)

    def _on_seed_nudged(self, by: int) -> None:
        self._on_seed_value_picked(min(max(self.seed.value + by, 0), HIGHEST_SEED))

    def roll_seed(self) -> None:
        """Take a new seed, short enough to be read out."""
        seed = random.randrange(1000)
        self._on_seed_value_picked(seed if seed != self.seed.value else seed + 1)

    # --- what is shown ----------------------------------------------------------------------------------------
    def set_playing(self, playing: bool) -> None:
        self.play_button.setChecked(playing)
        word = _("Pause") if playing else _("Play")
        self.play_button.setAccessibleName(word)
        self.play_button.setToolTip(_("{word} (Space)").format(word=word))

    def show_state(self, step: int, rate: float | None, marks: Sequence[Mark] = (), done: bool = False) -> None:
        """Show the step, the measured steps/s (None: it is paused) and what happened when."""
        self._marks = tuple(marks)
        self.step_number.show_text(count_text(step))
        self.rate.show_text(_("done") if done else _("paused") if rate is None else rate_text(rate))
        self.timeline.show_run(step, step, self._marks)
        self._rate_or_past.setCurrentIndex(0)

    def show_past(self, step: int, newest: int, marks: Sequence[Mark] = ()) -> None:
        """Show a step before the newest, and the ways from there."""
        self._marks = tuple(marks)
        self.step_number.show_text(count_text(step))
        self.timeline.show_run(step, newest, self._marks)
        self.rerun_button.setToolTip(_("Rerun to step {step}: go on from here").format(step=count_text(step)))
        self.rerun_button.setAccessibleName(_("Rerun to this step"))
        self._rate_or_past.setCurrentIndex(1)

    def set_seed(self, seed: int) -> None:
        self.seed.setToolTip(self._seed_tip)
        self.seed.set_value(seed)

    def set_speed(self, speed: float | None) -> None:
        """Choose a speed; one that is not on the list becomes the next slower."""
        fitting = [i for i, rate in enumerate(SPEEDS) if rate is not None and speed is not None and rate <= speed]
        self.speed.setCurrentIndex(len(SPEEDS) - 1 if speed is None else max(fitting, default=0))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        for word in (self._speed_word, self._seed_word):
            word.setVisible(self.width() >= NARROW)


def _either(shown: QWidget, *instead: QWidget) -> QStackedWidget:
    """One widget, or some others beside each other in its place."""
    others = QWidget()
    row = QHBoxLayout(others)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    stack = QStackedWidget()
    stack.setFixedWidth(shown.width())
    for widget in instead:
        row.addWidget(widget)
    for page in (shown, others):
        stack.addWidget(page)
    return stack


class _Number(QWidget):
    """A number above what it counts."""

    double_clicked = pyqtSignal()

    def __init__(self, text: str, unit: str, width: int) -> None:
        super().__init__()
        self.setFixedWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.number, self.unit = label(text, 14, 600), label(unit, 11, tone="muted")
        column.addStretch(1)
        for part in (self.number, self.unit):
            part.setAlignment(Qt.AlignmentFlag.AlignRight)
            column.addWidget(part)
        column.addStretch(1)

    def show_text(self, text: str) -> None:
        """Long numbers are written smaller rather than cut; a word counts nothing."""
        if text == self.number.text():
            return
        self.unit.setVisible(text[:1].isdigit())
        px = next((px for px in (14, 13, 12, 11, 10) if metrics(px, 600).horizontalAdvance(text) <= self.width()), 9)
        self.number.setFont(font(px, 600))
        self.number.setText(text)

    def mouseDoubleClickEvent(self, _event: QMouseEvent | None) -> None:
        self.double_clicked.emit()


def count_text(n: float) -> str:
    """Write a whole number with thin spaces between thousands: 2 940."""
    return f"{n:,.0f}".replace(",", THIN_SPACE)


def rate_text(rate: float) -> str:
    """Write steps per second with no more digits than were measured: 2 940, 57, 3.2, 0.25."""
    if round(rate) >= 1000:
        return count_text(round(rate, -1))
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"

"""Comparing the live run of a tab with pinned ones: Ctrl+P, the list of pins, the ghosts in the figure."""

from typing import TYPE_CHECKING

from explorer.core.figure import Figure
from explorer.core.i18n import _
from explorer.core.session import Session
from explorer.ui.pin_list import PinList, PinText
from explorer.ui.pins import MOST, Pins

if TYPE_CHECKING:
    from explorer.ui.experiment_tab import ExperimentTab
    from explorer.ui.window import MainWindow


class Comparison:
    """Wires the pins of a tab with their list, the figure and the run."""

    def __init__(self, tab: "ExperimentTab") -> None:
        self.tab = tab
        self.pins, self.list = Pins(tab.spec), PinList()
        self.pins.changed.connect(self._on_pins_changed)
        self.list.renamed.connect(self.pins.rename)
        self.list.shown_toggled.connect(self.pins.show)
        self.list.removed.connect(self.pins.remove)
        self.list.recalled.connect(self.recall)

    def pin(self) -> None:
        """Keep the run as it is shown."""
        assert self.tab.run.shown is not None
        self.pins.add(self.tab.run.shown, self.tab.controls.options)

    def recall(self, number: int) -> None:
        """Bring a pinned run back: its settings, replayed to its step."""
        self.tab.restore(next(pin.session for pin in self.pins.all if pin.number == number))

    def behind(self, figure: Figure) -> Figure:
        """Put the pinned runs behind the tab's figure."""
        return self.pins.behind(figure, self.tab.controls.options, self._live)

    def refresh(self) -> None:
        """Let the list say what the pins are, beside the run that is shown now."""
        if not self.pins.all:
            return
        names, options = self.pins.names(self._live), self.tab.controls.options
        self.list.show_texts(
            [
                PinText(
                    names[pin.number],
                    pin.shot.step,
                    pin.shot.seconds,
                    self.pins.finals(pin, options),
                    self.pins.headline(pin, options),
                )
                for pin in self.pins.all
            ]
        )

    @property
    def _live(self) -> Session:
        return self.tab.session()

    def _on_pins_changed(self) -> None:
        self.list.show_pins(self.pins.all)
        self.tab.show_frame()


def pin_run(window: "MainWindow") -> None:
    """Pin the run of the present tab; where there is no room for another, say so and offer the oldest's."""
    comparison = window.tab.comparison
    if window.tab.run.shown is None:
        window.say("info", _("There is nothing to pin yet: PyTorch is still starting."))
        return
    if not comparison.pins.is_full:
        comparison.pin()
        return
    oldest = comparison.pins.all[0]
    name = comparison.pins.names(window.tab.session())[oldest.number]
    text = _("{n} runs are pinned, which is all there is room for. The oldest is {number}: {name}.")
    window.say("warning", text.format(n=MOST, number=oldest.number, name=name))
    assert window.message is not None
    window.message.add_button(_("Replace the oldest"), lambda: _replace_oldest(window, comparison))


def _replace_oldest(window: "MainWindow", comparison: Comparison) -> None:
    if comparison.pins.is_full:
        comparison.pins.remove_oldest()
    comparison.pin()
    if window.message is not None:
        window.message.hide()
        window.message.closed.emit()

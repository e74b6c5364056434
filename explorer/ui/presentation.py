"""The lecture hall: full screen, large type, at most four panels, controls gone."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QWidget

from explorer.core.i18n import _
from explorer.draw.figure_canvas import presentation_scale
from explorer.draw.fonts import font
from explorer.ui import theme

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

AT_MOST = 4


class Presentation:
    """Enters and leaves the mode; the window's state before is what it comes back to."""

    def __init__(self, window: "MainWindow") -> None:
        self.window = window
        self.active = False
        self._was_maximised = False
        self._foot: Foot | None = None

    def toggle(self) -> None:
        self.active = not self.active
        if self.active:
            self._enter()
        else:
            self._leave()
        self.window.actions_by_name["present"].setChecked(self.active)

    def _enter(self) -> None:
        window, tab = self.window, self.window.tab
        self._was_maximised = window.isMaximized()
        window.top_bar.hide()
        tab.player.hide()
        tab.comparison.list.set_allowed(False)
        self._foot = Foot(tab)
        window.show_sides()
        tab.view.set_at_most(AT_MOST)
        window.showFullScreen()
        tab.view.setFocus()
        QTimer.singleShot(0, self.rescale)  # when the layout has given the figure the room of what is hidden

    def rescale(self) -> None:
        """Fit the type to the screen: it must be read from the last row."""
        if self.active:
            view = self.window.tab.view
            view.set_scale(presentation_scale(view.width(), view.height(), view.panel_count))

    def _leave(self) -> None:
        window, tab = self.window, self.window.tab
        if self._foot is not None:
            self._foot.close()
            self._foot = None
        window.top_bar.show()
        tab.player.show()
        tab.comparison.list.set_allowed(True)
        tab.view.set_at_most(None)
        tab.view.set_scale(1.0)
        if self._was_maximised:
            window.showMaximized()
        else:
            window.showNormal()
        window.show_sides()


class Foot(QWidget):
    """Step and rate at the left, the keys at the right, and a thin line of how far the run is."""

    def __init__(self, tab: "QWidget") -> None:
        super().__init__(tab)
        from explorer.ui.experiment_tab import ExperimentTab

        assert isinstance(tab, ExperimentTab)
        self.tab = tab
        self.setFixedHeight(30)
        tab.middle.addWidget(self)
        tab.figure_shown.connect(self.update)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        colours, run = theme.current(), self.tab.run
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.paper))
        painter.setPen(QColor(colours.muted))
        painter.setFont(font(13))
        text = self.rect().adjusted(40, 0, -40, -6)
        step = run.frame.step if run.frame is not None else 0
        rate = _("{rate:.0f} steps/s").format(rate=run.rate) if run.playing else _("paused")
        painter.drawText(
            text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{_('step')} {step}  ·  {rate}"
        )
        keys = _("Space pause  ·  1–8 one panel  ·  F11 leave")
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        share = min(1.0, step / max(1, self.tab.spec.default_steps))
        painter.fillRect(QRectF(0, self.height() - 3, self.width() * share, 3), QColor(colours.ink))
        painter.end()

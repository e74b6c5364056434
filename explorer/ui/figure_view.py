"""The figure on the screen."""

import pyqtgraph as pg
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPaintEvent, QResizeEvent
from PyQt6.QtWidgets import QFrame, QGraphicsView

from explorer.core.figure import Figure, only
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.palette import Palette
from explorer.draw.style import Style


class FigureView(pg.GraphicsView):
    """Shows a Figure and lets the user look closer: zoom, pan, values under the cursor, one panel alone."""

    panel_maximised = pyqtSignal(str)
    """Key of the panel that is alone now; empty: all are back."""
    picked = pyqtSignal(str, float, float)
    """The panel's `pick`, and where in it (data coordinates) the user clicked or dragged."""
    painted = pyqtSignal()

    def __init__(self, palette: Palette, scale: float = 1.0) -> None:
        self.canvas = FigureCanvas(Style(palette, scale))  # before the base class, which calls resizeEvent(None)
        self.figure: Figure | None = None
        self.maximised: str | None = None
        self._at_most: int | None = None
        super().__init__(background=palette.paper)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.scene().addItem(self.canvas)

    # --- what is shown -------------------------------------------------------------------------------------------
    def show_figure(self, figure: Figure) -> None:
        """Draw the newest figure; what the user zoomed into stays."""
        self.figure = figure
        if self.maximised not in {panel.key for panel in figure.panels}:
            self.maximised = None
        self.canvas.show_figure(self._chosen(figure))

    @property
    def shown_figure(self) -> Figure | None:
        """The figure as it is on the screen: with one panel or fewer panels than it has, if so chosen."""
        return self.canvas.figure

    @property
    def panel_count(self) -> int:
        return len(self.canvas.panels)

    def _chosen(self, figure: Figure) -> Figure:
        if self.maximised:
            return only(figure, [self.maximised])
        if self._at_most is not None and len(figure.panels) > self._at_most:
            return only(figure, [panel.key for panel in figure.panels[: self._at_most]])
        return figure

    def maximise(self, key: str | None) -> None:
        """Show one panel alone; None: all."""
        if self.figure is None or key == self.maximised:
            return
        self.maximised = key
        self.canvas.show_figure(self._chosen(self.figure))
        self.panel_maximised.emit(key or "")

    def set_at_most(self, n: int | None) -> None:
        """Show only the first n panels, arranged anew; None: all as the figure has them."""
        self._at_most = n
        if self.figure:
            self.canvas.show_figure(self._chosen(self.figure))

    def set_palette(self, palette: Palette) -> None:
        self.setBackground(palette.paper)
        self.canvas.set_style(Style(palette, self.canvas.style.scale))

    def set_scale(self, scale: float) -> None:
        self.canvas.set_style(Style(self.canvas.style.palette, scale))

    def autoscale(self) -> None:
        self.canvas.autoscale()

    # --- Qt ------------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            self.canvas.set_size(self.width(), self.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        self.painted.emit()

"""The figure on the screen."""

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PyQt6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView

from explorer.core.figure import Figure
from explorer.core.roles import Role
from explorer.core.selection import fewer, hinting, only
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.palette import Palette
from explorer.draw.style import Style
from explorer.ui.figure_mouse import FigureMouse
from explorer.ui.offer_button import OfferButton


class FigureView(QGraphicsView):
    """Shows a Figure and lets the user look closer: zoom, pan, values under the cursor, one panel alone."""

    panel_maximised = pyqtSignal(str)
    """Key of the panel that is alone now; empty: all are back."""
    picked = pyqtSignal(object, float, float)
    """The panel's `pick`, and where in it (data coordinates) the user clicked or dragged."""
    painted = pyqtSignal()

    def __init__(self, palette: Palette, scale: float = 1.0) -> None:
        super().__init__()
        self.canvas = FigureCanvas(Style(palette, scale))
        self.figure: Figure | None = None
        self.maximised: str | None = None
        self.pick_goes_on = False
        """Whether what is picked belongs to the same drag as the pick before."""
        self._at_most: int | None = None
        self.figures = QGraphicsScene(self)
        self.setScene(self.figures)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setBackgroundBrush(QColor(palette.paper))
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.figures.addItem(self.canvas)
        self.mouse = FigureMouse(self)
        self.offer = OfferButton(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # --- what is shown -------------------------------------------------------------------------------------------
    def show_figure(self, figure: Figure) -> None:
        """Draw the newest figure; what the user zoomed into stays."""
        self.figure = figure
        if self.maximised not in {panel.key for panel in figure.panels}:
            self.maximised = None
        self._show_chosen()
        self._describe(figure)

    @property
    def shown_figure(self) -> Figure | None:
        """The figure as it is on the screen, without hints: with one panel or fewer than it has, if so chosen."""
        return self._chosen(self.figure) if self.figure else None

    @property
    def panel_count(self) -> int:
        return len(self.canvas.panels)

    def _show_chosen(self) -> None:
        if self.figure is not None:
            self.canvas.show_figure(hinting(self._chosen(self.figure)))
            self.mouse.refresh()
            self._place_offer()

    def _place_offer(self) -> None:
        panels = self.canvas.panels.values()
        self.offer.show_on(next((item for item in panels if item.content.offer), None))

    def _chosen(self, figure: Figure) -> Figure:
        if self.maximised:
            return only(figure, [self.maximised])
        return figure if self._at_most is None else fewer(figure, self._at_most)

    def maximise(self, key: str | None) -> None:
        """Show one panel alone; None: all."""
        if self.figure is None or key == self.maximised:
            return
        self.maximised = key
        self._show_chosen()
        self.panel_maximised.emit(key or "")

    def set_at_most(self, n: int | None) -> None:
        """Show only the n leading panels, arranged anew; None: all as the figure has them."""
        self._at_most = n
        self._show_chosen()

    def set_palette(self, palette: Palette) -> None:
        self.setBackgroundBrush(QColor(palette.paper))
        self.canvas.set_style(Style(palette, self.canvas.style.scale))
        self.mouse.restyle()

    def set_scale(self, scale: float) -> None:
        self.canvas.set_style(Style(self.canvas.style.palette, scale))
        self.mouse.restyle()

    def autoscale(self) -> None:
        self.canvas.autoscale()
        self.mouse.refresh()

    def point_at(self, role: Role | None) -> None:
        """Dim everything of another role, while a chip is pointed at; None: nothing."""
        self.canvas.point_at(role)

    def toggle_maximised(self, key: str) -> None:
        self.maximise(None if self.maximised else key)

    def _describe(self, figure: Figure) -> None:
        """For screen readers."""
        if figure.headline != self.accessibleName():
            self.setAccessibleName(figure.headline)
            texts = (f"{panel.title}: {panel.summary or panel.quantity}" for panel in figure.panels)
            self.setAccessibleDescription("\n".join((*texts, figure.settings)))

    # --- Qt ------------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.setSceneRect(0, 0, self.width(), self.height())
        self.canvas.set_size(self.width(), self.height())
        self._place_offer()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        super().paintEvent(event)
        self.painted.emit()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event:
            self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event:
            self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event:
            self.mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event:
            self.mouse.wheel(event)

    def leaveEvent(self, event: QEvent | None) -> None:
        self.mouse.leave()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Digits show one panel, 0 and Esc all of them, A autoscales."""
        if event is None or self.figure is None:
            return
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        index = event.key() - Qt.Key.Key_1
        if plain and 0 <= index < min(len(self.figure.panels), 8):
            self.maximise(self.figure.panels[index].key)
        elif plain and self.maximised and event.key() in (Qt.Key.Key_0, Qt.Key.Key_Escape):
            self.maximise(None)
        elif plain and event.key() == Qt.Key.Key_A:
            self.autoscale()
        else:
            event.ignore()

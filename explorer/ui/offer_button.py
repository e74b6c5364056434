"""A button at the title of a panel that has found hyperparams worth setting."""

from PyQt6.QtCore import QPoint, pyqtSignal
from PyQt6.QtWidgets import QWidget

from explorer.core.figure import Offer
from explorer.draw.panel import PanelItem
from explorer.ui.buttons import LinkButton


class OfferButton(LinkButton):
    """Hidden while no panel offers anything."""

    accepted = pyqtSignal(object)
    """The Offer."""

    def __init__(self, over: QWidget) -> None:
        super().__init__("", over)
        self.setObjectName("offer")
        self.offer: Offer | None = None
        self.clicked.connect(lambda: self.accepted.emit(self.offer))
        self.hide()

    def show_on(self, item: PanelItem | None) -> None:
        """Stand at the right end of a panel's title; None: nothing is offered."""
        self.offer = item.content.offer if item else None
        if item is None or self.offer is None:
            self.hide()
            return
        if self.text() != self.offer.text:
            self.setText(self.offer.text)
        self.resize(self.sizeHint())
        corner = item.scenePos() + item.boundingRect().topRight()
        self.move(QPoint(round(corner.x()) - self.width(), round(corner.y() - 4)))
        self.show()

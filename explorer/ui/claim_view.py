"""One claim in the notes: the sentence, what measuring it said, where it comes from, and a way to try it."""

from html import escape

from PyQt6.QtCore import QEvent, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPaintEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.core.claims import Claim, Outcome, Verdict
from explorer.core.i18n import _
from explorer.core.sources import sources
from explorer.draw.palette import Palette
from explorer.ui import theme
from explorer.ui.buttons import LinkButton
from explorer.ui.icons import icon_pixmap
from explorer.ui.labels import paragraph

ICON = 16
INDENT = 24
WORDS = {
    Outcome.HOLDS: _("Holds"),
    Outcome.IN_PART: _("Holds in part"),
    Outcome.NOT: _("Does not hold"),
}
ICONS = {
    Outcome.HOLDS: "circle-check",
    Outcome.IN_PART: "circle-dot",
    Outcome.NOT: "circle-x",
}


class ClaimView(QWidget):
    """Shows what it is told; says what the user wants."""

    try_requested = pyqtSignal(str)
    check_requested = pyqtSignal(str)

    def __init__(self, claim: Claim) -> None:
        super().__init__()
        self.setObjectName(claim.name)
        self.claim = claim
        self._icon = "circle-dashed"
        self._outcome: Outcome | None = None
        self._words: tuple[str, str] = ("", "")
        self.sentence = paragraph(claim.sentence, weight=500)
        self.status = paragraph(px=11.5, tone="muted")
        self.status.setTextFormat(Qt.TextFormat.RichText)
        self.reading = paragraph(_("Better: {reading}").format(reading=claim.reading), px=11.5)
        self.check_link = LinkButton(_("Measure"))
        self.try_link = LinkButton(_("Try it"))
        self.check_link.setAccessibleName(_("Measure claim {number}").format(number=claim.number))
        self.try_link.setAccessibleName(_("Try claim {number}").format(number=claim.number))
        self.try_link.setToolTip(_("Set the hyperparams that test this, and watch"))
        self.check_link.clicked.connect(lambda: self.check_requested.emit(claim.name))
        self.try_link.clicked.connect(lambda: self.try_requested.emit(claim.name))
        self._lay_out()
        self._say("circle-dashed", None, _("Not yet measured"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INDENT, 8, 0, 8)
        column.setSpacing(2)
        for words in (self.sentence, self.status, self.reading):
            column.addWidget(words)
        self.reading.setVisible(bool(self.claim.reading))  # not before it has a parent: it would be a window
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._sources(), 1)
        line.addWidget(self.check_link)
        line.addWidget(self.try_link)
        column.addLayout(line)

    def _sources(self) -> QLabel:
        cited = [sources()[key] for key in self.claim.sources]
        made = paragraph("; ".join(s.short for s in cited), px=11, tone="muted")
        made.setToolTip("<br><br>".join(escape(f"{s.reference} {s.where}") for s in cited))
        return made

    # --- what is shown ----------------------------------------------------------------------------------------
    def show_verdict(self, verdict: Verdict | None, error: str) -> None:
        """Show what was measured; None: why it could not be."""
        if verdict is None:
            self._say("triangle-alert", None, _("Could not be measured"), error)
        else:
            self._say(ICONS[verdict.outcome], verdict.outcome, WORDS[verdict.outcome], verdict.measured)
        self.check_link.setVisible(True)
        self.check_link.setText(_("Again"))

    def show_checking(self, share: float) -> None:
        """Show how much of the measuring is done."""
        self._say("circle-dashed", None, _("Measuring … {share:.0f} %").format(share=100 * share))
        self.check_link.setVisible(False)

    def show_cancelled(self) -> None:
        self._say("circle-dashed", None, _("Not yet measured"))
        self.check_link.setVisible(True)

    def _say(self, icon: str, outcome: Outcome | None, word: str, measured: str = "") -> None:
        self._icon, self._outcome, self._words = icon, outcome, (word, measured)
        self._write()
        self.update()

    def _colour(self) -> str:
        palette = theme.current()
        if self._icon == "triangle-alert":
            return palette.error
        return _colours(palette)[self._outcome] if self._outcome else palette.muted

    def _write(self) -> None:
        word, measured = self._words
        more = f" · {escape(measured)}" if measured else ""
        self.status.setText(f'<span style="color:{self._colour()}; font-weight:600">{escape(word)}</span>{more}')

    def changeEvent(self, event: QEvent | None) -> None:
        """The one place where a colour is written into a text: write it again in the new theme."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.StyleChange:
            self._write()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 9, icon_pixmap(self._icon, self._colour(), ICON, self.devicePixelRatioF(), 2.0))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), QColor(theme.current().hairline))
        painter.end()


def _colours(palette: Palette) -> dict[Outcome, str]:
    return {Outcome.HOLDS: palette.ok, Outcome.IN_PART: palette.warning, Outcome.NOT: palette.error}

"""The notes beside the figure: what is seen, how to read it, claims that can be measured, sources."""

from html import escape

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.core.claims import Verdict
from explorer.core.experiment import ExperimentSpec
from explorer.core.i18n import _
from explorer.core.sources import Source, sources
from explorer.ui.buttons import LinkButton
from explorer.ui.claim_view import ClaimView
from explorer.ui.labels import label, paragraph
from explorer.ui.notes_text import notes_of

WIDTH = 288


class NotesPanel(QWidget):
    """Shows what it is told about the claims; says what the user wants.

    It is written when it is first needed, which the start of the program need not wait for.
    """

    try_requested = pyqtSignal(str)
    check_requested = pyqtSignal(str)
    check_all_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(self, spec: ExperimentSpec) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._spec = spec
        self._claims: dict[str, ClaimView] = {}
        self._awaited: dict[str, float] = {}
        self._asked = 0
        content = QWidget()
        content.setObjectName("scrolled")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 14, 12, 14)
        self._column.setSpacing(4)
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(content)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 0, 0, 0)
        frame.addWidget(self.scroll_area)

    def showEvent(self, event: QShowEvent | None) -> None:
        self._write()
        super().showEvent(event)

    @property
    def claims(self) -> dict[str, ClaimView]:
        self._write()
        return self._claims

    def _write(self) -> None:
        if self._column.count():
            return
        for heading, html in notes_of(self._spec.name):
            self._add_section(heading, html)
        self._add_claims(self._spec)
        self._add_sources(self._spec)
        self._column.addStretch(1)

    def _add_section(self, heading: str, html: str) -> None:
        self._column.addWidget(label(heading, 12.5, 600))
        self._column.addWidget(_rich(html))
        self._column.addSpacing(8)

    def _add_claims(self, spec: ExperimentSpec) -> None:
        if not spec.claims:
            return
        self.check_all_link = LinkButton(_("Measure all"))
        self.check_all_link.clicked.connect(self._on_check_all_link_clicked)
        line = QHBoxLayout()
        line.addWidget(label(_("Claims"), 12.5, 600))
        line.addStretch(1)
        line.addWidget(self.check_all_link)
        self._column.addLayout(line)
        for claim in spec.claims:
            view = self._claims[claim.name] = ClaimView(claim)
            view.try_requested.connect(self.try_requested)
            view.check_requested.connect(self.check_requested)
            self._column.addWidget(view)
        self._column.addSpacing(12)

    def _add_sources(self, spec: ExperimentSpec) -> None:
        keys = dict.fromkeys(key for claim in spec.claims for key in claim.sources)
        if not keys:
            return
        self._column.addWidget(label(_("Sources"), 12.5, 600))
        for key in keys:
            words = _rich(_source_html(sources()[key]), 11.5)
            words.setOpenExternalLinks(True)
            self._column.addWidget(words)
            self._column.addSpacing(2)

    def _on_check_all_link_clicked(self) -> None:
        if not self._awaited:
            self.check_all_requested.emit()
            return
        self.cancel_requested.emit()
        for name in list(self._awaited):
            self.claims[name].show_cancelled()
        self._awaited.clear()
        self._show_progress()

    # --- what is shown ----------------------------------------------------------------------------------------
    def show_verdict(self, name: str, verdict: Verdict | None, error: str = "") -> None:
        """Show what measuring a claim said; verdict None: why it could not be measured."""
        self._awaited.pop(name, None)
        self.claims[name].show_verdict(verdict, error)
        self._show_progress()

    def show_checking(self, name: str, share: float) -> None:
        """Show that a claim is being measured, and how much of it is done."""
        self._awaited[name] = share
        self._asked = max(self._asked, len(self._awaited))
        self.claims[name].show_checking(share)
        self._show_progress()

    def _show_progress(self) -> None:
        if not self._awaited:
            self._asked = 0
            self.check_all_link.setText(_("Measure all"))
        else:
            done = self._asked - len(self._awaited) + sum(self._awaited.values())
            self.check_all_link.setText(_("Cancel ({share:.0f} % done)").format(share=100 * done / self._asked))
        self.check_all_link.updateGeometry()


def _source_html(source: Source) -> str:
    """Reference, link, and how far it was read, which is part of being honest about it."""
    where = f" {escape(source.where)}" if source.where else ""
    link = f' <a href="{escape(source.url)}">{_("Open")}</a>' if source.url else ""
    return f"{escape(source.reference)}{where} <i>({escape(source.verified)})</i>{link}"


def _rich(html: str, px: float = 12.5) -> QLabel:
    made = paragraph(html, px)
    made.setTextFormat(Qt.TextFormat.RichText)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextBrowserInteraction if "<a " in html else Qt.TextInteractionFlag.TextSelectableByMouse
    )
    return made

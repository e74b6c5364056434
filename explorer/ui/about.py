"""About: what this program is, the versions that a bug report needs, and the licence of everything in it."""

import platform
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph
from PyQt6.QtCore import PYQT_VERSION_STR, QSysInfo, Qt, qVersion
from PyQt6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PyQt6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
)

from explorer import __version__
from explorer.core import licences
from explorer.core.i18n import _
from explorer.core.licences import Part
from explorer.draw.fonts import font
from explorer.ui.labels import label, paragraph

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

ICON_SIZE = 64
LIST_WIDTH = 190
PART_ROLE = Qt.ItemDataRole.UserRole


def versions(torch_version: str) -> str:
    """What a bug report needs, a line each."""
    frozen = _(", self-contained") if getattr(sys, "frozen", False) else ""
    return "\n".join(
        (
            f"Explorer {__version__}{frozen}",
            f"Python {platform.python_version()}",
            f"PyTorch {torch_version or _('is still starting')}",
            f"Qt {qVersion()}, PyQt {PYQT_VERSION_STR}, {QGuiApplication.platformName()}",
            f"pyqtgraph {pyqtgraph.__version__}",
            f"NumPy {np.__version__}",
            f"{QSysInfo.prettyProductName()}, {platform.platform()}",
        )
    )


def _in_short(part: Part) -> str:
    return "  ·  ".join(text for text in (part.name, part.version, part.licence) if text)


class AboutBox(QDialog):
    """Name and versions above; below, everything with its licence, chosen at the left and read at the right."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self.setObjectName("about")
        self.setWindowTitle(_("About Explorer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._bridge = window.bridge
        self._make_fields()
        self._lay_out()
        self._show_versions()
        self._bridge.ready.connect(self._on_bridge_ready)
        self.parts.currentItemChanged.connect(self._on_parts_current_item_changed)
        self.parts.setCurrentRow(0)
        self.resize(860, 640)

    # --- building -----------------------------------------------------------------------------------------------
    def _make_fields(self) -> None:
        self.versions = paragraph()
        self.versions.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.parts = QListWidget()
        self.parts.setObjectName("parts")
        self.parts.setFixedWidth(LIST_WIDTH)
        self.parts.setFont(font(12.5))
        self.parts.setFrameShape(QListWidget.Shape.NoFrame)
        self.parts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        own = licences.ours()
        for part in [*([replace(own, name="Explorer")] if own else []), *licences.of_others()]:
            self._add(part)
        self.licence = label(tone="muted")
        self.licence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("text")
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(11)
        self.text.setFont(fixed)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton(_("Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        assert self.copy is not None
        assert close is not None
        close.setDefault(True)
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._on_copy_clicked)
        for button in self.buttons.buttons():
            button.setIcon(QIcon())
        self.buttons.rejected.connect(self.reject)

    def _add(self, part: Part) -> None:
        item = QListWidgetItem(part.name, self.parts)
        item.setData(PART_ROLE, part)
        item.setToolTip(_in_short(part))

    def _lay_out(self) -> None:
        picture = QLabel()
        picture.setPixmap(QApplication.windowIcon().pixmap(ICON_SIZE))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label("Explorer", 18, 600))
        words.addWidget(paragraph(_("See why neural networks train or fail.")))
        words.addWidget(
            paragraph(
                _("Free software under the GNU General Public License, version 3 or later; without any warranty."),
                tone="muted",
            )
        )
        words.addSpacing(6)
        words.addWidget(self.versions)
        head = QHBoxLayout()
        head.setSpacing(18)
        head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        reading = QVBoxLayout()
        reading.addWidget(self.licence)
        reading.addWidget(self.text, 1)
        below = QHBoxLayout()
        below.setSpacing(14)
        below.addWidget(self.parts)
        below.addLayout(reading, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(20, 20, 20, 16)
        whole.setSpacing(14)
        whole.addLayout(head)
        whole.addWidget(label(_("Licences"), 13, 600))
        whole.addLayout(below, 1)
        whole.addWidget(self.buttons)

    # --- what it says -------------------------------------------------------------------------------------------
    def _show_versions(self) -> None:
        self.versions.setText(versions(self._bridge.torch_version))

    def _on_bridge_ready(self, _message: object) -> None:
        self._show_versions()

    def _on_parts_current_item_changed(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            part: Part = item.data(PART_ROLE)
            self.licence.setText(_in_short(part))
            self.text.setPlainText(part.text or _("No licence text came with it."))

    def _on_copy_clicked(self) -> None:
        clipboard = QGuiApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(self.versions.text())

"""Small windows of words: keys, and what this program is."""

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING

from PyQt6.QtCore import PYQT_VERSION_STR, QT_VERSION_STR, Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout

from explorer import __version__
from explorer.core.i18n import _
from explorer.ui.actions import keys_text

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow


def show_keys(window: "MainWindow") -> None:
    _show(window, _("Keys"), keys_text(), (520, 640))


def show_about(window: "MainWindow") -> None:
    torch = window.bridge.torch_version or _("still starting")
    text = f"""## Explorer {__version__}

{_("See why neural networks train or fail.")}

{_("Free software under the GNU General Public License, version 3 or later; without any warranty.")}

- Python {platform.python_version()}
- PyTorch {torch} (BSD-3-Clause)
- Qt {QT_VERSION_STR} (LGPL-3.0), PyQt6 {PYQT_VERSION_STR} (GPL-3.0)
- pyqtgraph {version("pyqtgraph")} (MIT)
- NumPy {version("numpy")} (BSD-3-Clause)
- Inter, as “Explorer Sans” (OFL-1.1); Lucide icons (ISC)
- {_("Digits: E. Alpaydin and C. Kaynak, UCI Machine Learning Repository (CC BY 4.0)")}
"""
    _show(window, _("About Explorer"), text, (460, 400))


def _show(window: "MainWindow", title: str, markdown: str, size: tuple[int, int]) -> None:
    dialog = QDialog(window)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    text = QTextBrowser()
    text.setMarkdown(markdown)
    text.setFrameShape(QTextBrowser.Shape.NoFrame)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.resize(*size)
    dialog.open()

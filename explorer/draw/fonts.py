"""The one family of the program: Explorer Sans (Inter, bundled), then what the system has."""

import sys
from functools import cache

from PyQt6.QtCore import QChar
from PyQt6.QtGui import QFont, QFontDatabase, QFontMetricsF

from explorer.core.resources import RESOURCES

SYSTEM_FAMILIES = {
    "darwin": (".AppleSystemUIFont", "PingFang SC"),
    "win32": ("Segoe UI Variable Text", "Segoe UI", "Microsoft YaHei UI"),
}
LINUX_FAMILIES = (
    "Noto Sans",
    "Cantarell",
    "Ubuntu",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
)
CHINESE_FAMILIES = ("PingFang SC", "Microsoft YaHei UI", "Noto Sans CJK SC", "Source Han Sans SC")


@cache
def load_fonts() -> tuple[str, ...]:
    """Load the bundled fonts, once; returns the families to ask for. Needs a QApplication."""
    for file in sorted((RESOURCES / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    _prefer_chinese_face()
    return ("Explorer Sans", *SYSTEM_FAMILIES.get(sys.platform, LINUX_FAMILIES))


def _prefer_chinese_face() -> None:
    """Qt falls back to the Japanese face for Han characters unless it is told otherwise (Qt 6.8 and later)."""
    add = getattr(QFontDatabase, "addApplicationFallbackFontFamily", None)
    installed = set(QFontDatabase.families())
    chinese = next((family for family in CHINESE_FAMILIES if family in installed), None)
    if add and chinese:
        add(QChar.Script.Script_Han, chinese)


@cache
def font(px: float, weight: int = 400, italic: bool = False) -> QFont:
    """Return the face at a size in px, which Qt rounds, and of weight 400, 500 or 600. Do not change the result."""
    face = QFont()
    face.setFamilies(list(load_fonts()))
    face.setPixelSize(max(round(px), 1))
    face.setWeight(QFont.Weight(weight))
    face.setItalic(italic)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Contextual forms of brackets and minus signs have no code point: text copied from a PDF would lack them.
    face.setFeature(QFont.Tag("calt"), 0)
    return face


@cache
def metrics(px: float, weight: int = 400) -> QFontMetricsF:
    """Measures of `font(px, weight)`."""
    return QFontMetricsF(font(px, weight))

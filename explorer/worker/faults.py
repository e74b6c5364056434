"""What went wrong, in words."""

from explorer.core.experiment import TooMuch
from explorer.core.i18n import _


def in_words(error: Exception) -> str:
    """Return one line for people."""
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else ""
    if isinstance(error, MemoryError) or "not enough memory" in text or "can't allocate memory" in text:
        return _("there is not enough memory for it")
    if isinstance(error, TooMuch):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

"""What went wrong, in words, and what can be done about it."""

import sys

from explorer.core.experiment import TooMuch
from explorer.core.i18n import _

NO_MEMORY = (
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to map segment",
    "bad_alloc",
)
"""How torch, Linux, its dynamic linker and C++ say it."""


def in_words(error: Exception) -> str:
    """Return one line for people."""
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else ""
    if lacks_memory(error):
        return _("there is not enough memory for it")
    if isinstance(error, TooMuch):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def lacks_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or any(text in str(error).lower() for text in NO_MEMORY)


def of_torch(error: Exception) -> str:
    """Say why torch cannot be imported, and what to do, in one line."""
    if lacks_memory(error):
        return _("there is not enough memory to start PyTorch; close other programs, then try again")
    if getattr(sys, "frozen", False):
        advice = _("unpack Explorer again, into an empty folder")
    else:
        advice = _("install it anew: {python} -m pip install --force-reinstall torch").format(python=sys.executable)
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        return _("PyTorch is not there; {advice}").format(advice=advice)
    return _("PyTorch could not be imported: {why}; {advice}").format(why=in_words(error), advice=advice)

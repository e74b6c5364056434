"""Where the files that travel with the program are: in a clone, an installed wheel or a frozen application."""

from pathlib import Path

_INSIDE = Path(__file__).parents[1] / "resources"
RESOURCES = _INSIDE if _INSIDE.is_dir() else Path(__file__).parents[2] / "resources"

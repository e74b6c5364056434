"""How a picture looks, whatever it shows: pixels, colours, type, and what stands around its panels. No Qt."""

from dataclasses import dataclass

Size = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """What the export dialog, the command line and a deck choose. The default is a slide in light colours."""

    size: Size = (1920, 1080)
    """Width and height, px."""
    theme: str = "light"
    """"light" or "dark": a key of PALETTES."""

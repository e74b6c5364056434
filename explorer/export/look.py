"""How a picture looks, whatever it shows: pixels, colours, type, and what stands around its panels. No Qt."""

import re
from dataclasses import dataclass
from typing import Literal

from explorer.core.i18n import _

Size = tuple[int, int]
Type = Literal["slide", "quarter", "paper"]
SLIDE = (1280.0, 720.0)
"""Units that a slide is laid out on, whatever its pixels."""
PER_INCH: dict[Type, float] = {"slide": 96.0, "quarter": 192.0, "paper": 192.0}
"""Units per inch: a slide has 13⅓ × 7½ inches as in presentation programs, a quarter of it half of that each way."""
PRINT = 300
"""Pixels per inch on paper."""
LEAST, MOST, MOST_PIXELS = 200, 16384, 200_000_000
MILLIMETRES = 25.4


@dataclass(frozen=True)
class Look:
    """What the export dialog, the command line and a deck choose. The default is a slide in light colours."""

    size: Size = (1920, 1080)
    """Width and height, px."""
    theme: str = "light"
    """"light" or "dark": a key of PALETTES."""
    transparent: bool = False
    """Leave the paper out; the inks are those of the theme. Movies and data have no use for it."""
    type: Type = "slide"
    """How large the type is: to fill a slide, a quarter of one, or to be printed (at 300 px per inch)."""
    title: bool = True
    """The headline."""
    legend: bool = True
    """The figure's key."""
    caption: bool = True
    """The line of settings at the foot."""
    outlines: bool = False
    """Of SVG: text as shapes, which need no font."""
    charts: bool = False
    """Of PPTX: charts that can be edited there, instead of a picture."""

    @property
    def enlargement(self) -> float:
        """Pixels per unit of the layout."""
        if self.type == "paper":
            return PRINT / PER_INCH["paper"]
        return min(self.size[0] / SLIDE[0], self.size[1] / SLIDE[1])

    @property
    def units(self) -> tuple[float, float]:
        """Width and height that the figure is laid out on."""
        return self.size[0] / self.enlargement, self.size[1] / self.enlargement

    @property
    def inches(self) -> tuple[float, float]:
        """Width and height on a slide or on paper."""
        return self.units[0] / PER_INCH[self.type], self.units[1] / PER_INCH[self.type]


@dataclass(frozen=True)
class NamedSize:
    """A size that has a name, with the type that goes with it unless another is chosen."""

    label: str
    size: Size
    type: Type = "slide"


SIZES = {
    "slide": NamedSize(_("Slide, 1920 × 1080"), (1920, 1080)),
    "720p": NamedSize(_("Small slide, 1280 × 720"), (1280, 720)),
    "4k": NamedSize(_("4K slide, 3840 × 2160"), (3840, 2160)),
    "square": NamedSize(_("Square, 1080 × 1080"), (1080, 1080)),
    "column": NamedSize(_("Paper column, 3.35 in wide"), (1005, 780), "paper"),
    "double": NamedSize(_("Two paper columns, 7 in wide"), (2100, 1380), "paper"),
}
_LENGTH = r"(\d{1,6}(?:\.\d{1,4})?)"


def parse_size(text: str) -> tuple[Size, Type]:
    """Read a size's name, "1920x1080" px, "3.35x2.5in" or "85x60mm"; with the type that goes with it.

    Raises ValueError for what is none of these; whether a picture can be so large is `check_size`'s question.
    """
    if named := SIZES.get(text.lower()):
        return named.size, named.type
    match = re.fullmatch(rf"{_LENGTH}[x×]{_LENGTH}(px|in|mm)?", text, re.ASCII)
    if not match or (match[3] in (None, "px") and "." in text):
        raise ValueError(
            _(
                "“{value}” is not a size; allowed: WIDTHxHEIGHT in pixels, in or mm, such as 1920x1080, or {names}"
            ).format(value=text, names=", ".join(SIZES))
        )
    per = {"in": PRINT, "mm": PRINT / MILLIMETRES}.get(match[3], 1)
    return (round(float(match[1]) * per), round(float(match[2]) * per)), "paper" if per != 1 else "slide"


def check_size(size: Size) -> None:
    """Raise ValueError, in one line, for a size that is too small, too large, or no size."""
    width, height = size
    if not (LEAST <= width <= MOST and LEAST <= height <= MOST and width * height <= MOST_PIXELS):
        raise ValueError(
            _("size: {width}×{height} is out of range; allowed: {least} to {most} px a side, {pixels} Mpx").format(
                width=width, height=height, least=LEAST, most=MOST, pixels=MOST_PIXELS // 1_000_000
            )
        )

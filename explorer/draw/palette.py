"""Colours by role, light and dark. No Qt: colours are "#RRGGBB".

Of the text variants: at least 4.5:1 on paper; of the series: at least 3:1.
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from explorer.core.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Palette:
    """Every colour of one theme, named by what it is for."""

    name: str
    dark: bool
    paper: str
    window: str
    field: str
    hover: str
    pressed: str
    sunken: str
    raised: str
    hairline: str
    border: str
    text: str
    muted: str
    faint: str
    """Never of a text."""
    ink: str
    on_ink: str
    grid: str
    axis: str
    error: str
    error_ground: str
    warning: str
    warning_ground: str
    ok: str
    ok_ground: str
    raw_share: float
    """Share of its colour that a raw curve keeps, mixed into paper."""
    series: "Mapping[str, str]" = dataclasses.field(repr=False)
    """By hue."""
    series_text: "Mapping[str, str]" = dataclasses.field(repr=False)
    """By hue: the variant that writes the name of a series; only where it differs from `series`."""

    def colour(self, role: Role) -> str:
        """Colour of a curve, a disc, a chip's swatch."""
        return self.series.get(role.hue, self.text)

    def text_colour(self, role: Role) -> str:
        """Colour in which the name of a series is written."""
        return self.series_text.get(role.hue) or self.colour(role)


@cache
def mix(a: str, b: str, t: float) -> str:
    """Return the colour on the way from `a` (t = 0) to `b` (t = 1), as if `b` were painted over `a` with alpha t."""
    parts = (int(a[i : i + 2], 16) + (int(b[i : i + 2], 16) - int(a[i : i + 2], 16)) * t for i in (1, 3, 5))
    return "#" + "".join(f"{round(part):02X}" for part in parts)


LIGHT = Palette(
    name="light",
    dark=False,
    paper="#FFFFFF",
    window="#F4F5F7",
    field="#FFFFFF",
    hover="#E9EBEF",
    pressed="#DFE2E7",
    sunken="#E6E9EE",
    raised="#FFFFFF",
    hairline="#DDE0E6",
    border="#C9CED6",
    text="#1A1E26",
    muted="#566070",
    faint="#9097A3",
    ink="#2B3240",
    on_ink="#FFFFFF",
    grid="#ECEEF2",
    axis="#8A92A0",
    error="#C0231F",
    error_ground="#FDECEA",
    warning="#8F5B00",
    warning_ground="#FFF4DC",
    ok="#1D7A3E",
    ok_ground="#E6F4EA",
    raw_share=0.20,
    series=MappingProxyType(
        {
            "blue": "#235AD7",
            "orange": "#D87F13",
            "green": "#016947",
            "purple": "#62157C",
            "cyan": "#34A0C0",
            "red": "#BE1E54",
            "ochre": "#927100",
            "pink": "#EA64A0",
            "brown": "#56371F",
            "slate": "#5E6A7D",
        }
    ),
    series_text=MappingProxyType({"orange": "#AD6403", "cyan": "#007F9D", "pink": "#C74482"}),
)

DARK = Palette(
    name="dark",
    dark=True,
    paper="#14171C",
    window="#1C2027",
    field="#252A33",
    hover="#2A303A",
    pressed="#343B47",
    sunken="#14171C",
    raised="#39414E",
    hairline="#2C323C",
    border="#414957",
    text="#E8EBF0",
    muted="#A3ACBA",
    faint="#6A7382",
    ink="#D5DAE3",
    on_ink="#14171C",
    grid="#232831",
    axis="#7C8696",
    error="#FF7B72",
    error_ground="#3A1D1E",
    warning="#F0B849",
    warning_ground="#352A14",
    ok="#5CC98A",
    ok_ground="#16301F",
    raw_share=0.28,
    series=MappingProxyType(
        {
            "blue": "#77ABFE",
            "orange": "#F99211",
            "green": "#21CCA6",
            "purple": "#935FE6",
            "cyan": "#AAEBFE",
            "red": "#E04B4E",
            "ochre": "#E6DA5A",
            "pink": "#EA66BF",
            "brown": "#CC8E6D",
            "slate": "#B1BFD5",
        }
    ),
    series_text=MappingProxyType({"purple": "#9764EB", "red": "#E24D4F"}),
)

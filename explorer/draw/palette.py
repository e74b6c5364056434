"""Colours by role, light and dark, and colour maps. No Qt: colours are "#RRGGBB".

Of the text variants: at least 4.5:1 on paper; of the series: at least 3:1. Maps are interpolated in OKLab, where equal
steps look equal (Ottosson 2020, https://bottosson.github.io/posts/oklab/).
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

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
    maps: "Mapping[str, tuple[str, ...]]" = dataclasses.field(repr=False)
    """Colour maps by name: colours at equal distances from the low end to the high one."""

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


SHADES = 1024
"""Colours of a map: so many that two neighbours differ by one level at most."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@cache
def ramp(stops: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the shades (SHADES, 3) of a map through these colours, sRGB 0 … 255, interpolated in OKLab."""
    srgb = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T  # (n_stops, 3)
    at, places = np.linspace(0, 1, SHADES), np.linspace(0, 1, len(stops))
    between = np.stack([np.interp(at, places, channel) for channel in lab.T], axis=-1)
    light = ((between @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T).clip(0, 1)
    shades = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(255 * shades).astype(np.uint8)


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
    maps=MappingProxyType(
        {
            "surface": ("#FFFFFF", "#EDF0F4", "#D3DAE3", "#B3BECB"),
            "sequential": ("#F1F9F8", "#B5E6E7", "#63C4D7", "#3892C6", "#3063A6", "#284482"),
            "diverging": ("#123B8C", "#2F6FD0", "#86B0E6", "#F3F4F6", "#F0B26A", "#CF6F10", "#7E3B00"),
        }
    ),
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
    maps=MappingProxyType(
        {
            "surface": ("#14171C", "#1F252D", "#2C3541", "#3F4B5A"),
            "sequential": ("#191C22", "#253457", "#2C598E", "#1C8CB4", "#47BFC5", "#8FE4D5"),
            "diverging": ("#7FB2FF", "#4E86E4", "#2B4C86", "#20242C", "#7D4E1A", "#D07F22", "#FFBE6E"),
        }
    ),
)
PALETTES = {palette.name: palette for palette in (LIGHT, DARK)}

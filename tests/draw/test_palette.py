"""The colours keep what they promise; computed here from the definitions."""

import itertools

import numpy as np
import pytest

from explorer.core.roles import INK, Role
from explorer.draw.palette import DARK, LIGHT, mix, ramp

HUES = ("blue", "orange", "green", "purple", "cyan", "red", "ochre", "pink", "brown", "slate")
# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "deuteranope": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protanope": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}
# Ottosson 2020, OKLab.
TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """WCAG 2."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def oklab(colour: str, vision: np.ndarray) -> np.ndarray:
    seen = np.clip(vision @ linear(colour), 0, 1)
    return TO_LAB @ np.cbrt(TO_LMS @ seen)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
class TestPalette:
    @pytest.mark.parametrize("hue", HUES)
    def test_lines_and_names_stand_out_from_paper(self, palette, hue):
        assert contrast(palette.colour(Role(hue)), palette.paper) >= 3
        assert contrast(palette.text_colour(Role(hue)), palette.paper) >= 4.5

    @pytest.mark.parametrize(
        ("text", "ground"),
        [
            *(("text", "paper"), ("text", "window"), ("text", "hover"), ("muted", "paper"), ("muted", "window")),
            *(("on_ink", "ink"), ("error", "error_ground"), ("warning", "warning_ground"), ("ok", "ok_ground")),
        ],
    )
    def test_text_can_be_read(self, palette, text, ground):
        assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5

    @pytest.mark.parametrize("vision", VISION)
    def test_the_first_five_can_be_told_apart_by_everyone(self, palette, vision):
        labs = [oklab(palette.series[hue], VISION[vision]) for hue in HUES[:5]]
        least = 100 * min(np.linalg.norm(a - b) for a, b in itertools.combinations(labs, 2))
        assert least >= (13.9 if palette.dark else 15.9)

    def test_ink_is_the_colour_of_text(self, palette):
        assert palette.colour(INK) == palette.text_colour(INK) == palette.text


def test_mixing_is_painting_with_alpha():
    assert mix("#FFFFFF", "#235AD7", 0.0) == "#FFFFFF"
    assert mix("#FFFFFF", "#235AD7", 1.0) == "#235AD7"
    assert mix("#000000", "#FF8040", 0.5) == "#804020"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("name", ["surface", "sequential", "diverging"])
def test_maps_go_through_their_colours_in_even_steps(palette, name):
    stops = palette.maps[name]
    shades = ramp(stops)
    ends = ["#" + bytes(shades[i]).hex().upper() for i in (0, -1)]
    assert ends == [stops[0], stops[-1]]
    places = np.linspace(0, len(shades) - 1, len(stops)).round().astype(int)
    expected = [[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops]
    np.testing.assert_allclose(shades[places], expected, atol=1)
    assert np.abs(np.diff(shades.astype(int), axis=0)).max() <= 2


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_nothing_is_nearly_paper_in_every_map(palette):
    for name, middle in (("surface", 0), ("sequential", 0), ("diverging", 3)):
        paper, least = (oklab(c, VISION["normal"]) for c in (palette.paper, palette.maps[name][middle]))
        assert 100 * np.linalg.norm(paper - least) < 6

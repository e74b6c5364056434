"""Sizes by name and by length, and what they are on a slide or on paper."""

import pytest

from explorer.draw.style import Style
from explorer.export.look import SIZES, Look, check_size, parse_size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1920x1080", ((1920, 1080), "slide")),
        ("800×600", ((800, 600), "slide")),
        ("4k", ((3840, 2160), "slide")),
        ("Slide", ((1920, 1080), "slide")),
        ("square", ((1080, 1080), "slide")),
        ("column", ((1005, 780), "paper")),
        ("double", ((2100, 1380), "paper")),
        ("3.35x2.5in", ((1005, 750), "paper")),
        ("89x60mm", ((1051, 709), "paper")),
    ],
)
def test_sizes_that_are_understood(text, expected):
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "big", "10", "1920.5x1080", "1e3x200", "-5x5", "3x3cm", "1920x1080x3", "٣x٣"])
def test_what_is_no_size_names_those_there_are(text):
    with pytest.raises(ValueError, match=r"is not a size; allowed: WIDTHxHEIGHT.*slide, 720p, 4k, square") as error:
        parse_size(text)
    assert "\n" not in str(error.value)


def test_every_named_size_can_be_drawn():
    for size in SIZES.values():
        check_size(size.size)


@pytest.mark.parametrize(
    ("look", "inches"),
    [
        (Look(), (40 / 3, 7.5)),
        (Look((3840, 2160)), (40 / 3, 7.5)),
        (Look((1080, 1080)), (40 / 3, 40 / 3)),
        (Look(type="quarter"), (20 / 3, 3.75)),
        (Look((1005, 780), type="paper"), (3.35, 2.6)),
    ],
)
def test_inches(look, inches):
    assert look.inches == pytest.approx(inches)


def test_the_smallest_type_on_paper_has_seven_points(qapp):
    from explorer.draw.colours import TEXT
    from explorer.draw.palette import LIGHT
    from explorer.export.look import PER_INCH
    from explorer.export.picture import SCALES

    (_most, scale), *_rest = SCALES["paper"]
    assert Style(LIGHT, scale).font(TEXT).pixelSize() / PER_INCH["paper"] * 72 >= 7

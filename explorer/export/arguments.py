"""The look of a picture on the command line: options, and the Look that they stand for. Nothing heavy."""

import argparse
import typing
from collections.abc import Sequence

from explorer.core.i18n import _
from explorer.export.formats import FORMATS, Format, FormatError, Takes
from explorer.export.look import SIZES, Look, Size, Type, parse_size

NEEDED: dict[str, tuple[str, Takes]] = {
    "transparent": ("--transparent", "transparent"),
    "title": ("--no-title", "look"),
    "legend": ("--no-legend", "look"),
    "caption": ("--no-caption", "look"),
    "outlines": ("--text", "text"),
    "charts": ("--charts", "charts"),
}
"""Fields of a Look with their option, and what a format must take for them to matter."""


def add_look(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a picture looks."""
    add = parser.add_argument
    size = _("1920x1080 pixels, 3.35x2.5in, 85x60mm, or {names}").format(names=", ".join(SIZES))
    add("--size", metavar="SIZE", type=_size, help=size)
    add("--theme", choices=("light", "dark"), default="light", help=_("colours (default: light)"))
    add("--transparent", action="store_true", help=_("leave the background out"))
    add(
        "--type",
        choices=typing.get_args(Type),
        help=_("to fill a slide, a quarter of one, or for print"),
    )
    add("--no-title", dest="title", action="store_false", help=_("leave the headline out"))
    add("--no-legend", dest="legend", action="store_false", help=_("leave the key out"))
    add("--no-caption", dest="caption", action="store_false", help=_("leave the line of settings out"))
    add("--text", choices=("text", "outlines"), default="text", help=_("SVG: letters as text or as shapes"))


def look_of(options: argparse.Namespace) -> Look:
    """Return the look that options stand for; a size brings its type along."""
    size, usual_type = options.size or (Look().size, Look().type)
    chosen: Type = options.type or usual_type
    return Look(
        size,
        options.theme,
        options.transparent,
        chosen,
        options.title,
        options.legend,
        options.caption,
        options.text == "outlines",
    )


def check_look(look: Look, wanted: Format, panels: Sequence[str] = ()) -> None:
    """Raise FormatError for a choice that the format has no use for. Size, type and colours are passed over."""
    for name, (option, takes) in NEEDED.items():
        if getattr(look, name) != getattr(Look(), name) and takes not in wanted.takes:
            raise _no_use(option, wanted, takes)
    if panels and "panels" not in wanted.takes:
        raise _no_use("--panel", wanted, "panels")


def _no_use(option: str, wanted: Format, takes: Takes) -> FormatError:
    able = ", ".join(row.suffix for row in FORMATS.values() if takes in row.takes)
    return FormatError(
        _("{option}: {suffix} has no use for it; allowed for {able}").format(
            option=option, suffix=wanted.suffix, able=able
        )
    )


def _size(text: str) -> tuple[Size, Type]:
    try:
        return parse_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error

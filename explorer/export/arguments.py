"""How a picture or a movie looks, on the command line: options, and what they stand for. Nothing heavy."""

import argparse
import typing
from collections.abc import Sequence

from explorer.core.i18n import _
from explorer.export.formats import FORMATS, Format, FormatError, Takes
from explorer.export.look import SIZES, Look, Size, Type, parse_size
from explorer.export.movie_look import KINDS, Movie

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
    add("--charts", action="store_true", help=_("PPTX: charts that can be edited instead of a picture"))
    add("--text", choices=("text", "outlines"), default="text", help=_("SVG: letters as text or as shapes"))


def add_movie(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a movie runs."""
    add = parser.add_argument
    add("--seconds", metavar="S", type=float, help=_("of a movie, from the first step to the last (default: 8)"))
    add("--fps", metavar="N", type=int, help=_("of a movie: frames a second (default: 30, GIF 20)"))
    add("--hold", metavar="S", type=float, help=_("of a movie: seconds for which its end stays (default: 1.5)"))


def movie_of(options: argparse.Namespace, kind: Format) -> Movie | None:
    """Return how the movie is to run, if it is to be one. Raises FormatError for what only a movie has."""
    given = {name: getattr(options, name) for name in ("seconds", "fps", "hold") if getattr(options, name) is not None}
    if "movie" in kind.takes:
        return Movie(**{"fps": KINDS[kind.suffix].fps, **given})
    for name in given:
        raise FormatError(_("--{name}: only a movie has it: {formats}").format(name=name, formats=", ".join(KINDS)))
    return None


def look_of(options: argparse.Namespace, kind: Format) -> Look:
    """Return the look that options stand for; a size brings its type along."""
    usual = KINDS[kind.suffix].size if kind.suffix in KINDS else Look().size
    size, usual_type = options.size or (usual, Look().type)
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
        options.charts,
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

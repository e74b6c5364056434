"""`explorer deck`: list the figures of a deck, or write them as slides, pages or files. Nothing heavy at the top."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.core.i18n import _


def add_deck(commands: Any, say: Callable[[str, float], None]) -> None:
    """Add the command to the others."""
    from explorer.export.arguments import add_look

    about = _("list the figures of a deck, or write them as slides, pages or files")
    parser = commands.add_parser("deck", help=about, description=about, allow_abbrev=False)
    parser.set_defaults(command=lambda options: _run(options, say))
    add = parser.add_argument
    add("deck", metavar="DECK.json", type=Path, help=_("a deck that was saved in the window, or a PDF exported of one"))
    add("--out", metavar="FILE", type=Path, help=_("file to write: .pptx or .pdf; without a suffix, a folder of files"))
    add("--format", metavar="png", default="", help=_("write a folder of files of this format"))
    add_look(parser)


def _run(options: argparse.Namespace, say: Callable[[str, float], None]) -> int:
    from explorer import headless, listing
    from explorer.core.files import check_folder
    from explorer.export.arguments import check_look, look_of
    from explorer.export.read import read_deck
    from explorer.export.write_deck import format_in

    deck = read_deck(options.deck)
    if options.out is None:
        print(listing.deck_text(deck))
        return 0
    kind = format_in(options.out, options.format)
    look = look_of(options, kind)
    check_look(look, kind)  # before anything is computed
    check_folder(options.out)
    headless.deck(deck, options.out, look, say, options.format)
    say("", 1.0)
    return 0

"""The formats that there are: a row each. No Qt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.core.i18n import _

Takes = Literal["panels", "look", "transparent", "text", "charts", "movie"]


class FormatError(ValueError):
    """A suffix that is no format, or a size that no picture has; the message is one line that says what is allowed."""


@dataclass(frozen=True)
class Format:
    """`takes`: which choices matter to it; "look" are size, type, colours and what stands around the panels.

    `contents` names the function (figure, frame, session, look) → bytes as "module:function": it is imported when it
    is first needed, for most of them need Qt. A movie has none: it is not made from one frame.
    """

    suffix: str
    label: str
    about: str
    takes: frozenset[Takes]
    contents: str = ""


PICTURE: frozenset[Takes] = frozenset({"panels", "look"})
MOVIE: frozenset[Takes] = PICTURE | {"movie"}
OPENS_AGAIN = _("Opening the file in Explorer brings back these settings.")
FORMATS = {
    row.suffix: row
    for row in (
        Format(
            "png",
            _("PNG image"),
            _("For slides and documents."),
            PICTURE | {"transparent"},
            "explorer.export.picture:png_bytes",
        ),
        Format(
            "svg",
            _("SVG, vector"),
            _("Sharp at any size; can be edited in Inkscape and the like."),
            PICTURE | {"transparent", "text"},
            "explorer.export.svg:svg_bytes",
        ),
        Format(
            "pdf",
            _("PDF, vector"),
            _("Sharp at any size; text stays text."),
            PICTURE | {"transparent"},
            "explorer.export.picture:pdf_bytes",
        ),
        Format(
            "pptx",
            _("PowerPoint slide"),
            _("With title, notes for the speaker and alt text; as a picture, or as charts that can be edited."),
            PICTURE | {"charts"},
            "explorer.export.pptx:pptx_file",
        ),
        Format(
            "mp4",
            _("MP4 movie"),
            _("The run from its first step to this one."),
            MOVIE,
        ),
        Format(
            "gif",
            _("GIF movie"),
            _("The run from its first step to this one, for pages that show no MP4."),
            MOVIE,
        ),
        Format(
            "csv",
            _("CSV, the numbers drawn"),
            _("One row per point drawn: panel, series, x, y. For a spreadsheet."),
            frozenset({"panels"}),
            "explorer.export.data:csv_bytes",
        ),
        Format(
            "json",
            _("JSON, the whole frame"),
            _("Every number of this step at full precision, with all settings."),
            frozenset(),
            "explorer.export.data:json_bytes",
        ),
    )
}


def format_of(path: Path | str) -> Format:
    """Return the format that a file's suffix stands for. Raises FormatError."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise FormatError(
            _("{path}: “{suffix}” is no format; allowed: {formats}").format(
                path=path, suffix=suffix, formats=", ".join(FORMATS)
            )
        )
    return FORMATS[suffix]

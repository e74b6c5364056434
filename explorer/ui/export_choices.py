"""What the export dialog asks: the fields, when each matters, and what they come to. No Qt."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core import hyperparams as hp
from explorer.core.hyperparams import Choice, Field, HyperparamError, view_option
from explorer.core.i18n import _
from explorer.export.formats import FORMATS, Takes
from explorer.export.look import LEAST, MOST, SIZES, Look, Size, Type
from explorer.export.movie_look import HOLD, KINDS, SECONDS, Movie

FREE = "free"
THEMES = (Choice("window", _("As here")), Choice("light", _("Light")), Choice("dark", _("Dark")))
TYPES = (
    Choice("slide", _("Slide"), help=_("To fill a slide")),
    Choice("quarter", _("Quarter"), help=_("Larger, for a picture on a quarter of a slide")),
    Choice("paper", _("Print"), help=_("300 pixels per inch; the smallest type has 7 points")),
)
SHOWN = (Choice("title", _("Headline")), Choice("legend", _("Key")), Choice("caption", _("Settings")))


def _takes(what: Takes) -> Callable[[Any], bool]:
    return lambda choices: what in FORMATS[choices.format].takes


def _is_free(choices: Any) -> bool:
    return _takes("look")(choices) and choices.size == FREE


def _of_format(suffix: str) -> Mapping[str, Any]:
    """A movie has the size and pace of its kind, until others are chosen."""
    kind = KINDS.get(suffix)
    if kind is None:
        return {}
    named = next((name for name, size in SIZES.items() if size.size == kind.size), FREE)
    return {"size": named, "width": kind.size[0], "height": kind.size[1], "fps": kind.fps, "type": "slide"}


def _of_size(name: str) -> Mapping[str, Any]:
    return {"type": SIZES[name].type} if name in SIZES else {}


@dataclass(frozen=True)
class Choices:
    """What the dialog remembers."""

    format: str = view_option(
        "png",
        label=_("Format"),
        choices=tuple(Choice(row.suffix, row.label, help=row.about) for row in FORMATS.values()),
        brings=_of_format,
    )
    size: str = view_option(
        "slide",
        label=_("Size"),
        choices=(*(Choice(name, size.label) for name, size in SIZES.items()), Choice(FREE, _("Free size"))),
        brings=_of_size,
        used=_takes("look"),
    )
    width: int = view_option(1600, LEAST, MOST, scale="log", label=_("Width"), unit="px", used=_is_free)
    height: int = view_option(900, LEAST, MOST, scale="log", label=_("Height"), unit="px", used=_is_free)
    type: str = view_option("slide", label=_("Type for"), choices=TYPES, used=_takes("look"))
    theme: str = view_option("window", label=_("Colours"), choices=THEMES, used=_takes("look"))
    transparent: bool = view_option(False, label=_("Transparent"), used=_takes("transparent"))
    shown: tuple[str, ...] = view_option(
        tuple(choice.name for choice in SHOWN), label=_("With"), choices=SHOWN, used=_takes("look")
    )
    text: str = view_option(
        "text",
        label=_("Letters"),
        choices=(
            Choice("text", _("As text"), help=_("Can be edited and searched; looks best where Inter is installed")),
            Choice("outlines", _("As shapes"), help=_("Looks the same everywhere")),
        ),
        used=_takes("text"),
    )
    charts: str = view_option(
        "picture",
        label=_("Curves"),
        choices=(
            Choice("picture", _("Picture"), help=_("Exactly as here")),
            Choice("charts", _("Charts"), help=_("Can be edited in PowerPoint")),
        ),
        used=_takes("charts"),
    )
    seconds: float = view_option(8.0, *SECONDS, scale="log", label=_("Length"), unit="s", used=_takes("movie"))
    fps: int = view_option(30, 1, 60, label=_("Frames/s"), used=_takes("movie"))
    hold: float = view_option(1.5, *HOLD, label=_("Hold the end"), unit="s", used=_takes("movie"))

    @property
    def pixels(self) -> Size:
        return (self.width, self.height) if self.size == FREE else SIZES[self.size].size

    def look(self, window_theme: str) -> Look:
        """How the picture looks; what its format has no use for is left out."""
        takes = FORMATS[self.format].takes
        type_: Type = next(name for name in ("slide", "quarter", "paper") if name == self.type)
        return Look(
            self.pixels,
            window_theme if self.theme == "window" else self.theme,
            self.transparent and "transparent" in takes,
            type_,
            *("title" in self.shown, "legend" in self.shown, "caption" in self.shown),
            outlines=self.text == "outlines" and "text" in takes,
            charts=self.charts == "charts" and "charts" in takes,
        )

    @property
    def movie(self) -> Movie | None:
        """How it runs, if it is to be a movie."""
        return Movie(self.seconds, self.fps, self.hold) if _takes("movie")(self) else None


def fields() -> tuple[Field, ...]:
    return hp.fields_of(Choices)


def matters(field: Field, choices: Choices) -> bool:
    return field.used is None or field.used(choices)


def remembered(kept: Mapping[str, Any]) -> Choices:
    """Choices from the settings file; anything odd falls back to the default."""
    choices = Choices()
    for field in dataclasses.fields(Choices):
        if field.name in kept:
            try:
                value = hp.check(hp.field_of(Choices, field.name), kept[field.name])
            except HyperparamError:
                continue
            choices = dataclasses.replace(choices, **{field.name: value})
    return choices


def changed(choices: Choices, name: str, value: Any) -> Choices:
    """Return the choices with another value, and with what that brings along."""
    brings = hp.field_of(Choices, name).brings
    return dataclasses.replace(choices, **{**(brings(value) if brings else {}), name: value})

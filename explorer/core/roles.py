"""Roles: what a colour stands for. The theme turns a role into a colour; hue is the family, dash the relative."""

from dataclasses import dataclass
from typing import Literal

Hue = Literal["blue", "orange", "green", "purple", "cyan", "red", "ochre", "pink", "brown", "slate", "ink"]
Dash = Literal["solid", "dash", "dot"]


@dataclass(frozen=True)
class Role:
    """Colour role of a thing: the same thing has the same role in every panel, key, chip and export."""

    hue: Hue
    dash: Dash = "solid"


INK = Role("ink")

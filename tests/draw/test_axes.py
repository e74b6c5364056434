"""What is written beside and below a plot."""

import pytest
from PyQt6.QtWidgets import QGraphicsRectItem

from explorer.core.figure import Axis, Cell, Panel
from explorer.draw.axes import TEXT, Axes
from explorer.draw.palette import LIGHT
from explorer.draw.style import Style

NAMES = ("sigmoid", "tanh", "ReLU", "ELU", "GELU")
NUMBERS = ("10", "20", "30", "40", "50")


@pytest.mark.parametrize(("texts", "written"), [(NAMES, NAMES), (NUMBERS, ("10", "30", "50"))])
def test_names_of_rows_are_all_written_where_they_do_not_touch(qapp, texts, written):
    """In rows as high as a letter with its descender; of numbers every other is enough."""
    style, parent = Style(LIGHT, 1.7), QGraphicsRectItem()
    metrics = style.metrics(TEXT)
    pitch = metrics.capHeight() + metrics.descent() + 1
    ticks = tuple((float(i), text) for i, text in enumerate(texts))
    panel = Panel("gain", "Gain", "", Axis(), Axis(limits=(-0.5, 4.5), ticks=ticks), (), Cell(0, 0, 1, 12))
    axes = Axes(style, parent)
    axes.find_y_ticks(panel, (-0.5, 4.5), 5 * pitch)
    assert tuple(text for _position, text in axes.y_ticks.major) == written

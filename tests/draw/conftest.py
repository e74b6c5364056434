"""Figures drawn for tests."""

import pytest
from PyQt6.QtWidgets import QGraphicsScene

from explorer.core.figure import Figure
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.palette import LIGHT
from explorer.draw.style import Style


@pytest.fixture
def draw(qapp):
    """Canvases in scenes that live as long as the test."""
    scenes = []

    def make(figure: Figure, width=1140, height=800, palette=LIGHT, scale=1.0) -> FigureCanvas:
        scene = QGraphicsScene(0, 0, width, height)
        canvas = FigureCanvas(Style(palette, scale))
        scene.addItem(canvas)
        canvas.set_size(width, height)
        canvas.show_figure(figure)
        scenes.append(scene)
        return canvas

    return make

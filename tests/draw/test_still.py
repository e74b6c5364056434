"""What rarely changes is painted from a picture: pixel by pixel what painting it would give, on any screen."""

import numpy as np
import pytest
from PyQt6.QtWidgets import QGraphicsView

from explorer.core.figure import Axis, Contours, HeatMap
from tests.draw.drawing import one


def pixels(view):
    image = view.grab().toImage()
    return np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).astype(int)


@pytest.mark.parametrize("scale", [1.0, 1.37])
def test_a_kept_picture_is_what_painting_gives_and_is_not_painted_twice(draw, qtbot, monkeypatch, scale):
    x, y = np.linspace(0, 3, 40), np.linspace(0, 2, 30)
    z = np.sin(x[None] * 3) + y[:, None]
    figure = one(
        HeatMap("z", x, y, z, -1.0, 3.0, "surface"), Contours("c", x, y, z, np.linspace(-1, 3, 9)),
        x=Axis(limits=(0, 3)), y=Axis(limits=(0, 2)),
    )  # fmt: skip
    canvas = draw(figure, 600, 400, scale=scale)
    view = QGraphicsView(canvas.scene())
    qtbot.addWidget(view)
    view.resize(620, 420)
    items = canvas.panels["only"].marks.values()
    kept = pixels(view)
    painted = []
    for item in items:
        monkeypatch.setattr(item, "draw", lambda painter, item=item: painted.append(item))
    np.testing.assert_array_equal(pixels(view), kept)
    assert not painted
    monkeypatch.undo()
    for item in items:
        item.is_still = False
    assert np.abs(pixels(view) - kept).max() <= 2

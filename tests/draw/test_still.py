"""What rarely changes is painted from a picture: pixel by pixel what painting it would give, on any screen."""

import numpy as np
import pytest
from PyQt6.QtWidgets import QGraphicsView

from explorer.core.figure import Axis, Contours, HeatMap, Line, Points
from tests.draw.drawing import BLUE, ORANGE, one


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


def test_what_moves_by_less_than_can_be_seen_is_not_painted_again(draw, qapp, qtbot, monkeypatch):
    """A way, its end and the map below them stand still while only the last digits change; a move paints all three."""
    x, y = np.linspace(0, 3, 40), np.linspace(0, 2, 30)

    def figure(by, role=BLUE):
        way = np.array([0.5, 2.5, 2.5, 1.0]) + by, np.array([0.5, 0.5, 1.5, 1.0])
        ground = HeatMap("z", x, y, np.sin(x[None] * 3) + y[:, None], -1.0, 3.0, "surface")
        marks = ground, Line("way", *way, role, weight="trajectory"), Points("end", way[0][-1:], way[1][-1:], role)
        return one(*marks, x=Axis(limits=(0, 3)), y=Axis(limits=(0, 2)))

    canvas = draw(figure(0.0), 600, 400)
    view = QGraphicsView(canvas.scene())
    qtbot.addWidget(view)
    view.resize(620, 420)
    view.show()
    qtbot.waitUntil(lambda: canvas.panels["only"].marks["z"]._still._image is not None)
    painted = []

    def noting(item, paint):
        def noted(*arguments):
            painted.append(item.mark.key)
            paint(*arguments)

        return noted

    for item in canvas.panels["only"].marks.values():
        monkeypatch.setattr(item, "paint", noting(item, item.paint))

    def shown(*change):
        painted.clear()
        canvas.show_figure(figure(*change))
        qapp.processEvents()
        return set(painted)

    assert not shown(1e-9)
    assert shown(0.1) == {"z", "way", "end"}
    assert not shown(0.1 + 1e-9)
    assert shown(0.1 + 1e-9, ORANGE) == {"z", "way", "end"}

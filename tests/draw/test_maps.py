"""Heat maps and contours: every cell in its place and colour, interpolated here anew."""

import numpy as np
import pytest

from explorer.core.figure import Axis, Contours, HeatMap, Line
from explorer.core.roles import Role
from explorer.draw.maps import Cells, contour_lines
from explorer.draw.palette import DARK, LIGHT, mix
from tests.draw.drawing import BLUE, image_of, one, pixel_at
from tests.draw.test_palette import TO_LAB, TO_LMS, linear


def shade(palette, colours: str, share: float) -> np.ndarray:
    """sRGB (3,), 0 … 255, at a share of the way through a map; interpolated in OKLab."""
    labs = [TO_LAB @ np.cbrt(TO_LMS @ linear(stop)) for stop in palette.maps[colours]]
    place = share * (len(labs) - 1)
    i = min(int(place), len(labs) - 2)
    lab = labs[i] + (place - i) * (labs[i + 1] - labs[i])
    light = np.clip(np.linalg.solve(TO_LMS, np.linalg.solve(TO_LAB, lab) ** 3), 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("colours", ["surface", "sequential", "diverging"])
def test_cells_have_the_colour_of_their_value(draw, palette, colours):
    z = np.array([[0.0, 2.5, 4.0], [6.1, 9.7, 10.0]])
    heat = HeatMap("z", np.arange(3.0), np.arange(2.0), z, 0.0, 10.0, colours)
    canvas = draw(one(heat), 600, 400, palette)
    for (row, column), value in np.ndenumerate(z):
        seen = rgb(pixel_at(canvas, column, row))
        np.testing.assert_allclose(seen, shade(palette, colours, value / 10), atol=1)


def test_on_a_log_scale_equal_factors_are_equal_steps(draw):
    heat = HeatMap("z", np.arange(4.0), np.zeros(1), np.array([[1e-3, 1.0, 10.0, 0.0]]), 1e-3, 1e3, "diverging", True)
    canvas = draw(one(heat), 600, 400)
    for x, share in enumerate((0.0, 0.5, 4 / 6, 0.0)):  # zero lies below everything
        np.testing.assert_allclose(rgb(pixel_at(canvas, x, 0)), shade(LIGHT, "diverging", share), atol=1)


def test_values_beyond_the_ends_keep_the_last_colour_and_nan_is_paper(draw):
    z = np.array([[-5.0, np.inf, -np.inf, np.nan]])
    canvas = draw(one(HeatMap("z", np.arange(4.0), np.zeros(1), z, 0.0, 1.0)), 600, 400, DARK)
    low, high = (rgb(DARK.maps["sequential"][i]) for i in (0, -1))
    for x, expected in enumerate((low, high, low, rgb(DARK.paper))):
        np.testing.assert_allclose(rgb(pixel_at(canvas, x, 0)), expected, atol=1)


def test_kinds_have_hues_of_their_own(draw):
    canvas = draw(one(HeatMap("z", np.arange(10.0), np.zeros(1), np.arange(10.0)[None], 0, 9, "hues")), 600, 400)
    seen = [pixel_at(canvas, x, 0) for x in range(10)]
    assert seen == [mix(LIGHT.paper, colour, 0.5) for colour in LIGHT.series.values()]


@pytest.mark.parametrize("flipped", [False, True])
def test_cells_stand_where_both_axes_say_also_on_log_axes(draw, flipped):
    x, y = np.geomspace(0.01, 10, 4), np.array([2.0, 8.0, 32.0])
    z = np.arange(12.0).reshape(3, 4)
    if flipped:
        x, y, z = x[::-1], y[::-1], z[::-1, ::-1]
    canvas = draw(one(HeatMap("z", x, y, z, 0, 11), x=Axis(log=True), y=Axis(log=True)), 700, 500)
    area = canvas.panels["only"].area
    half_x, half_y = 0.5, 0.5 * np.log10(4)  # half a cell on each side, and no paper
    assert (area.x.low, area.x.high) == pytest.approx((-2 - half_x, 1 + half_x))
    assert (area.y.low, area.y.high) == pytest.approx((np.log10(2) - half_y, np.log10(32) + half_y))
    for i, row in enumerate(y):
        for j, column in enumerate(x):
            for off in (0.36, 1 / 0.36):  # anywhere in the cell, not only in its middle
                seen = rgb(pixel_at(canvas, column * off, row * off**0.5))
                np.testing.assert_allclose(seen, shade(LIGHT, "sequential", z[i, j] / 11), atol=1)


def test_cells_are_sharp(draw):
    """No pixel has a colour between those of two cells."""
    z = np.array([[0.0, 1.0], [1.0, 0.0]])
    canvas = draw(one(HeatMap("z", np.arange(2.0), np.arange(2.0), z, 0, 1)), 601, 403)
    item, image = canvas.panels["only"], image_of(canvas)
    rows = range(int(item.pos().y() + item.area.top) + 2, int(item.pos().y() + item.area.bottom) - 2, 7)
    columns = range(int(item.pos().x() + item.area.left) + 2, int(item.pos().x() + item.area.right) - 2)
    seen = {image.pixelColor(column, row).name() for row in rows for column in columns}
    assert seen == {LIGHT.maps["sequential"][0].lower(), LIGHT.maps["sequential"][-1].lower()}


def test_zoomed_in_only_the_cells_in_sight_are_painted_in_their_places(draw, rng):
    z = rng.random((50, 80))
    canvas = draw(one(HeatMap("z", np.arange(80.0), np.arange(50.0), z, 0, 1)), 600, 400)
    canvas.zoom("only", ((33.2, 36.9), (20.1, 22.8)))
    item = canvas.panels["only"].marks["z"]
    assert (item.source.width(), item.source.height()) == (5, 4)
    for x, y in ((34, 21), (36, 22), (35, 21)):
        np.testing.assert_allclose(rgb(pixel_at(canvas, x, y)), shade(LIGHT, "sequential", z[y, x]), atol=1)


def test_curves_lie_over_maps(draw):
    heat = HeatMap("z", np.arange(3.0), np.arange(3.0), np.ones((3, 3)), 0, 1)
    line = Line("l", np.array([0.0, 2.0]), np.array([1.0, 1.0]), Role("orange"), weight="trajectory")
    assert pixel_at(draw(one(line, heat), 600, 400), 0.5, 1.0) == LIGHT.series["orange"]


def test_the_colour_bar_stands_right_with_its_texts_and_leaves_room_for_the_quantity(draw):
    x = np.arange(3.0)
    heat = HeatMap("z", x, x, np.ones((3, 3)), 0, 1, "diverging", low_text="low", high_text="high")
    canvas = draw(one(heat), 600, 400)
    item, bar = canvas.panels["only"], canvas.panels["only"].title.bar
    assert bar.right == item.area.right
    metrics = canvas.style.metrics(10.5)
    left, right = bar.left + metrics.horizontalAdvance("low") + 6, bar.right - metrics.horizontalAdvance("high") - 6
    image, y = image_of(canvas), int(item.pos().y()) + 24
    for share in (0.05, 0.3, 0.5, 0.8, 0.95):
        place = int(item.pos().x() + left + share * (right - left))
        seen = rgb(image.pixelColor(place, y).name().upper())
        np.testing.assert_allclose(seen, shade(LIGHT, "diverging", share), atol=12)  # a pixel is a step of that size
    assert draw(one(HeatMap("z", x, x, np.ones((3, 3)), 0, 1)), 600, 400).panels["only"].title.bar is None
    narrow = draw(one(heat), 200, 400).panels["only"].title.bar
    assert 24 <= narrow.length < bar.length == 66


def test_cells_know_which_of_them_holds_a_place():
    cells = Cells(np.array([1.0, 2.0, 3.0]))
    assert [cells.index(v) for v in (0.4, 0.5, 1.49, 1.51, 3.49, 3.5)] == [None, 0, 0, 1, 2, None]
    assert (cells.low, cells.high) == (0.5, 3.5)
    one_cell = Cells(np.array([7.0]))
    assert (one_cell.low, one_cell.high) == (6.5, 7.5)


# --- contours -----------------------------------------------------------------------------------------------------
def test_contours_of_a_circle_are_circles():
    x = np.linspace(-2, 2, 161)
    lines = contour_lines(x, x, x[None] ** 2 + x[:, None] ** 2, np.array([1.0, 2.25]))
    radius = np.hypot(*lines[np.isfinite(lines[:, 0])].T)
    assert np.isclose(radius, 1, atol=1e-3).sum() > 100
    assert np.isclose(radius, 1.5, atol=1e-3).sum() > 100
    assert (np.isclose(radius, 1, atol=1e-3) | np.isclose(radius, 1.5, atol=1e-3)).all()


def test_no_contour_no_line_and_none_through_what_is_not_known():
    x = np.arange(5.0)
    z = np.tile(x, (5, 1))
    assert np.isnan(contour_lines(x, x, z, np.array([9.0]))).all()
    z[2] = np.nan
    y = contour_lines(x, x, z, np.array([1.5]))[:, 1]
    assert not ((y > 1) & (y < 3)).any()


def test_contours_are_searched_once_for_the_same_data(draw, monkeypatch):
    x = np.linspace(0, 1, 20)
    z, levels = np.outer(x, x), np.array([0.2, 0.5])
    canvas = draw(one(Contours("c", x, x, z, levels)))
    monkeypatch.setattr("explorer.draw.maps.contour_lines", None)
    canvas.show_figure(one(Contours("c", x, x, z.copy(), levels), Line("l", x, x, BLUE)))
    canvas.zoom("only", ((0.2, 0.4), (0.0, 1.0)))


def test_contours_stand_where_their_level_is(draw):
    x, y = np.geomspace(0.01, 100, 81), np.linspace(0, 1, 5)
    z = np.tile(np.log10(x), (5, 1))
    canvas = draw(one(Contours("c", x, y, z, np.array([1.0])), x=Axis(log=True), grid="none"), 600, 400)
    assert pixel_at(canvas, 10.0, 0.5) != LIGHT.paper
    assert pixel_at(canvas, 14.0, 0.5) == pixel_at(canvas, 7.0, 0.5) == LIGHT.paper

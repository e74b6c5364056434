"""Marks that fill their panel: tables and chains."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF
from PyQt6.QtGui import QColor

from explorer.core.figure import Axis, Cell, Chain, Figure, Line, Panel, Table, TableRow
from explorer.core.roles import Role
from explorer.draw.palette import LIGHT
from explorer.draw.style import Style
from explorer.draw.table import natural_widths, shared_out
from tests.draw.drawing import BLUE, ORANGE, image_of, one

ROWS = (TableRow("Adam", BLUE, ("44", "2.3 × 10⁻⁶")), TableRow("SGD", ORANGE, ("283", "–")))


@pytest.fixture
def written(monkeypatch):
    """Every text that a painter was told to write, with its place."""
    texts = []

    def note(self, painter, place, cells, *args, **kwargs):
        original(self, painter, place, cells, *args, **kwargs)
        texts.append((place[0], cells))

    from explorer.draw.table import TableItem

    original = TableItem._write_row
    monkeypatch.setattr(TableItem, "_write_row", note)
    return texts


def ink_columns(image, rows, left, right) -> np.ndarray:
    """Numbers of the pixel columns in which something is darker than paper and hairlines."""
    return np.array([x for x in range(left, right) if any(image.pixelColor(x, y).lightness() < 150 for y in rows)])


def test_a_table_has_no_axes_and_fills_its_panel(draw):
    canvas = draw(one(Table("t", ("method", "steps", "loss"), ROWS)), 600, 400)
    item = canvas.panels["only"]
    assert (item.area.left, item.area.right) == (0, item.boundingRect().width())
    assert not item.axes.isVisible()
    assert item.area.bottom == item.boundingRect().height()


def test_cells_end_together_at_the_right(draw):
    rows = tuple(TableRow("m", BLUE, ("–", "–", text)) for text in ("1", "1 000", "11 111"))
    canvas = draw(one(Table("t", ("method", "a", "b", "steps"), rows)), 600, 400)
    item, image = canvas.panels["only"], image_of(canvas)
    table, left = item.marks["t"], int(item.pos().x())
    ends = []
    for i in range(3):
        top = int(item.pos().y() + item.area.top + 18 + i * table.row_height)
        ends.append(ink_columns(image, range(top + 3, top + 18), left + 450, left + int(item.area.right)).max())
    assert max(ends) - min(ends) <= 1
    assert ends[0] == pytest.approx(left + item.area.right, abs=4)


def test_swatches_have_the_colour_of_their_row(draw):
    canvas = draw(one(Table("t", ("method", "steps", "loss"), ROWS)), 600, 400)
    item, image = canvas.panels["only"], image_of(canvas)
    for i, hue in enumerate(("blue", "orange")):
        y = item.pos().y() + item.area.top + 18 + (i + 0.5) * item.marks["t"].row_height
        assert image.pixelColor(int(item.pos().x()) + 9, round(y)).name().upper() == LIGHT.series[hue]


def test_tables_elide_what_is_too_long_and_stay_in_their_panel(draw):
    rows = (TableRow("a name that is far too long for this panel", BLUE, ("1", "overflow of everything, step 3")),)
    canvas = draw(one(Table("t", ("method", "steps", "state"), rows)), 260, 200)
    item, image = canvas.panels["only"], image_of(canvas)
    table = item.marks["t"]
    assert table.rights[-1] == pytest.approx(item.area.right)
    assert np.all(np.diff(table.rights) > 14)
    right = int(item.pos().x() + item.area.right)
    top = int(item.pos().y() + item.area.top)
    assert not ink_columns(image, range(top, top + 60), right + 1, 259).size


def test_columns_never_become_narrower(draw):
    def table(text: str):
        return one(Table("t", ("method", "loss", "state"), (TableRow("Adam", BLUE, (text, "ok")),)))

    canvas = draw(table("123 456 789"), 600, 400)
    before = canvas.panels["only"].marks["t"].rights
    canvas.show_figure(table("1"))
    np.testing.assert_array_equal(canvas.panels["only"].marks["t"].rights, before)


def test_rows_that_do_not_fit_are_counted(draw, written):
    rows = tuple(TableRow(f"method {i}", BLUE, (str(i),)) for i in range(30))
    canvas = draw(one(Table("t", ("method", "loss"), rows)), 400, 300)
    image_of(canvas)
    names = [cells[0] for _top, cells in written]
    shown = canvas.panels["only"].marks["t"].shown
    assert names == ["method", *(f"method {i}" for i in range(shown)), f"and {30 - shown} more"]
    assert written[-1][0] + canvas.panels["only"].marks["t"].row_height <= canvas.panels["only"].area.bottom + 0.5


def test_spare_room_goes_to_the_values_and_lack_is_taken_from_the_widest():
    np.testing.assert_allclose(shared_out(np.array([50.0, 20.0, 30.0]), 140), [50, 40, 50])
    np.testing.assert_allclose(shared_out(np.array([100.0, 20.0, 90.0]), 140), [60, 20, 60])
    np.testing.assert_allclose(shared_out(np.array([100.0, 20.0, 50.0]), 140), [70, 20, 50])


def test_columns_stay_near_to_each_other_in_a_large_panel(draw):
    canvas = draw(one(Table("t", ("method", "steps", "loss"), ROWS)), 1600, 400)
    table = canvas.panels["only"].marks["t"]
    assert np.diff(table.rights).max() < 200 + 2 * table.widths.max()


def test_a_column_is_as_wide_as_its_widest_text(qapp):
    style = Style(LIGHT)
    table = Table("t", ("a", "a long head"), (TableRow("long name", BLUE, ("1",)),))
    assert natural_widths(table, style)[0] >= style.metrics(12, 500).horizontalAdvance("long name")
    assert natural_widths(table, style)[1] >= style.metrics(11).horizontalAdvance("a long head")


def test_pointing_at_a_role_mutes_the_other_rows(draw):
    canvas = draw(one(Table("t", ("method", "steps", "loss"), ROWS)), 600, 400)
    canvas.point_at(BLUE)
    item, image = canvas.panels["only"], image_of(canvas)
    middles = [item.pos().y() + item.area.top + 18 + (i + 0.5) * item.marks["t"].row_height for i in (0, 1)]
    blue, orange = (image.pixelColor(int(item.pos().x()) + 9, round(y)).name().upper() for y in middles)
    assert blue == LIGHT.series["blue"]
    assert orange != LIGHT.series["orange"]


def test_a_table_does_not_move_the_plots_above_it(draw):
    x = np.arange(3.0)
    line = Panel("a", "A", "q", Axis(), Axis(), (Line("l", x, x, BLUE, "name"),), Cell(0, 0, 1, 12))
    table = Panel("b", "B", "q", Axis(), Axis(), (Table("t", ("m", "n", "o"), ROWS),), Cell(1, 0, 1, 12))
    both = draw(Figure("H", "s", (), (line, table), (1.0, 1.0)), 600, 500).panels["a"].area
    alone = draw(Figure("H", "s", (), (line,), (1.0,)), 600, 500).panels["a"].area
    assert (both.left, both.right) == (alone.left, alone.right)


# --- chains -------------------------------------------------------------------------------------------------------
def chains(**about) -> Figure:
    deep = Chain("deep", "plain deep", ORANGE, 10.0 ** np.arange(5.0, -6, -1), 1e-5, 1e5, 0)
    skips = Chain("res", "residual", BLUE, np.ones(11), 1e-5, 1e5, 1, tuple(i > 0 for i in range(11)), **about)
    short = Chain("short", "shallow", Role("slate"), np.array([1.0, np.nan]), 1e-5, 1e5, 2)
    return one(deep, skips, short, x=Axis(integer=True))


def block_colour(canvas, key: str, block: int) -> str:
    item = canvas.panels["only"]
    place = item.pos() + item.marks[key].blocks[block].center()
    return image_of(canvas).pixelColor(place.toPoint()).name().upper()


def test_blocks_have_the_colour_of_their_value(draw):
    canvas = draw(chains(), 900, 260)
    stops = LIGHT.maps["diverging"]
    assert [block_colour(canvas, "deep", i) for i in (0, 10)] == [stops[-1], stops[0]]
    grey = QColor(block_colour(canvas, "res", 3)).getRgb()[:3]
    np.testing.assert_allclose(grey, QColor("#F3F4F6").getRgb()[:3], atol=1)  # 1 is the middle of the scale
    assert block_colour(canvas, "short", 1) == LIGHT.paper


def test_chains_stand_in_rows_of_one_pitch_right_of_the_longest_name(draw):
    canvas = draw(chains(), 900, 260)
    deep, res, short = (canvas.panels["only"].marks[key].blocks for key in ("deep", "res", "short"))
    assert [b.center().x() for b in short] == [b.center().x() for b in deep[:2]] == [b.center().x() for b in res[:2]]
    tops = [blocks[0].center().y() for blocks in (deep, res, short)]
    assert tops == sorted(tops)
    name = canvas.style.metrics(12, 500).horizontalAdvance("plain deep")
    assert deep[0].left() > name + 22
    assert deep[-1].right() < canvas.panels["only"].boundingRect().width()


def test_an_arc_leads_past_every_block_that_is_skipped(draw):
    canvas = draw(chains(), 900, 260)
    item, image = canvas.panels["only"], image_of(canvas)

    def is_bridged(key: str, block: int) -> bool:
        rect = item.marks[key].blocks[block].translated(item.pos())
        x = int(rect.center().x())
        above = range(int(rect.top() - 0.7 * rect.height()), int(rect.top()) - 2)
        return any(image.pixelColor(x, y).name().upper() != LIGHT.paper for y in above)

    assert [is_bridged("res", i) for i in (0, 1, 10)] == [False, True, True]
    assert not is_bridged("deep", 5)


def test_the_chosen_block_is_outlined(draw):
    def darkest(canvas) -> int:
        item, image = canvas.panels["only"], image_of(canvas)
        rect = item.marks["res"].blocks[4].translated(item.pos())
        return min(image.pixelColor(int(rect.center().x()), round(rect.bottom()) + d).lightness() for d in (-1, 0, 1))

    assert darkest(draw(chains(chosen=4), 900, 260)) < 60 < darkest(draw(chains(), 900, 260))


def test_short_chains_are_not_drawn_out(draw):
    canvas = draw(one(Chain("c", "c", BLUE, np.ones(3), 0.1, 10), x=Axis(integer=True)), 1100, 260)
    first, second = canvas.panels["only"].marks["c"].blocks[:2]
    assert second.x() - first.x() == pytest.approx(72)
    assert [text for _at, text in canvas.panels["only"].axes.x_ticks.major] == ["0", "1", "2"]


def test_numbers_give_way_to_blocks_where_it_is_low(draw):
    tall, low = (draw(chains(), 900, height).panels["only"] for height in (300, 190))
    assert tall.axes.isVisible()
    assert not low.axes.isVisible()


def test_blocks_are_found_under_the_cursor(draw):
    canvas = draw(chains(), 900, 260)
    item = canvas.panels["only"]
    rect = item.marks["res"].blocks[7]
    assert item.place_at(rect.center()) == (7.0, 1.0)
    assert item.place_at(rect.center() + QPointF(0, 3 * rect.height())) != (7.0, 1.0)
    assert item.place_at(QPointF(5, rect.center().y())) is None

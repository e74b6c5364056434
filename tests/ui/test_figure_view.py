"""The figure under real mouse and keys."""

import dataclasses

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QColor, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QGraphicsItem

from explorer.core.figure import Axis, HeatMap
from explorer.draw.palette import DARK, LIGHT
from explorer.ui.figure_view import FigureView
from tests.draw.drawing import one
from tests.draw.figures import ACCURACY, RATES, SIGNALS, SIZES, STATIC, STATIC_X, every_mark, seven_panels


@pytest.fixture
def view(qtbot):
    view = FigureView(LIGHT)
    qtbot.addWidget(view)
    view.resize(1140, 800)
    view.show_figure(seven_panels())
    with qtbot.waitSignal(view.painted):
        view.show()
    return view


def place(view, key: str, x: float, y: float) -> QPoint:
    """Point of the viewport at data coordinates of a panel."""
    item = view.canvas.panels[key]
    return (item.pos() + QPointF(float(item.area.x.px(x)), float(item.area.y.px(y)))).toPoint()


def title(view, key: str) -> QPoint:
    return view.canvas.panels[key].pos().toPoint() + QPoint(20, 8)


def drag(view, start: QPoint, end: QPoint, button=Qt.MouseButton.LeftButton, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mousePress(view.viewport(), button, modifier, start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), button, modifier, end)


def wheel(view, at: QPoint, notches: int):
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def shown(view, key: str):
    area = view.canvas.panels[key].area
    return area.x.low, area.x.high, area.y.low, area.y.high


# --- read-out ---------------------------------------------------------------------------------------------------
def test_the_read_out_says_what_numpy_interpolates(view):
    point = place(view, "function", 1.6, 0.5)
    QTest.mouseMove(view.viewport(), point)
    reading = view.mouse.readout.reading
    area, left = view.canvas.panels["function"].area, view.canvas.panels["function"].pos().x()
    x = -5 + 10 * (point.x() - left - area.left) / (area.right - area.left)
    assert float(reading.x_text.replace("−", "-")) == pytest.approx(x, abs=0.02)
    assert {value.name for value in reading.values} == set(STATIC)
    for value in reading.values:
        expected = np.interp(x, STATIC_X, STATIC[value.name])
        assert value.value == pytest.approx(expected)
        assert float(value.text.replace("−", "-")) == pytest.approx(expected, abs=0.01)


def test_over_layers_the_read_out_keeps_to_whole_ones(view):
    QTest.mouseMove(view.viewport(), place(view, "gradient", 2.3, 0.1))
    reading = view.mouse.readout.reading
    assert reading.x_text == "2"
    lines = {m.name: m.y for m in seven_panels().panel("gradient").marks if getattr(m, "name", "")}
    assert {v.name: v.value for v in reading.values} == pytest.approx({name: y[1] for name, y in lines.items()})


def test_in_a_panel_of_rows_the_row_is_read(view):
    QTest.mouseMove(view.viewport(), place(view, "gain", 1.5, 3.1))
    reading = view.mouse.readout.reading
    assert {v.name: v.value for v in reading.values} == pytest.approx({"tanh backward": 0.2, "tanh forward": 0.4})


def test_the_read_out_follows_new_frames_and_leaves_with_the_cursor(view):
    QTest.mouseMove(view.viewport(), place(view, "loss", 300, 0.5))
    before = {v.name: v.value for v in view.mouse.readout.reading.values}
    view.show_figure(seven_panels(seed=1))
    after = {v.name: v.value for v in view.mouse.readout.reading.values}
    assert before.keys() == after.keys()
    assert before != after
    QTest.mouseMove(view.viewport(), title(view, "loss"))
    assert not view.mouse.readout.isVisible()


def test_the_read_out_is_painted_on_the_cursors_side_with_room(view, qtbot):
    for x, side in ((-4.0, 1), (4.6, -1)):
        with qtbot.waitSignal(view.painted):
            QTest.mouseMove(view.viewport(), place(view, "function", x, 0.5))
        image, point = view.grab().toImage(), place(view, "function", x, 0.5)
        assert image.pixelColor(point.x(), point.y() - 20) == QColor(LIGHT.text)
        item = view.canvas.panels["function"]
        band = [(point.x() + side * d, int(item.pos().y() + item.area.bottom) - 60) for d in range(12, 50)]
        assert item.sceneBoundingRect().contains(QPointF(*band[-1]))


# --- zoom -------------------------------------------------------------------------------------------------------
def test_the_wheel_zooms_around_the_cursor(view):
    point = place(view, "function", 2.0, 1.0)
    item = view.canvas.panels["function"]
    under = item.area.x.value(point.x() - item.pos().x()), item.area.y.value(point.y() - item.pos().y())
    wheel(view, point, 3)
    low, high, bottom, top = shown(view, "function")
    assert high - low == pytest.approx(10 * 0.85**3)
    assert top - bottom == pytest.approx(4.5 * 0.85**3)
    assert item.area.x.value(point.x() - item.pos().x()) == pytest.approx(under[0])
    assert item.area.y.value(point.y() - item.pos().y()) == pytest.approx(under[1])


def test_over_the_numbers_of_an_axis_the_wheel_zooms_that_axis(view):
    below = place(view, "function", 2.0, -1.3) + QPoint(0, 12)
    wheel(view, below, 2)
    low, high, bottom, top = shown(view, "function")
    assert high - low < 10
    assert (bottom, top) == (-1.3, 3.2)


def test_a_drag_pans(view):
    start = place(view, "function", 0.0, 1.0)
    drag(view, start, start + QPoint(60, -40))
    low, high, bottom, _top = shown(view, "function")
    area = view.canvas.panels["function"].area
    assert low == pytest.approx(-5 - 60 * 10 / (area.right - area.left))
    assert high - low == pytest.approx(10)
    assert bottom == pytest.approx(-1.3 - 40 * 4.5 / (area.bottom - area.top))


@pytest.mark.parametrize(
    ("button", "modifier"),
    [
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_a_drawn_rectangle_is_zoomed_into(view, button, modifier):
    drag(view, place(view, "function", -1.0, 2.0), place(view, "function", 3.0, 0.0), button, modifier)
    assert shown(view, "function") == pytest.approx((-1, 3, 0, 2), abs=0.05)


def test_a_zoom_stays_while_frames_arrive_and_goes_with_a_double_click(view):
    own = shown(view, "loss")
    drag(view, place(view, "loss", 100, 1), place(view, "loss", 300, 0.1), Qt.MouseButton.RightButton)
    zoomed = shown(view, "loss")
    assert zoomed != own
    view.show_figure(seven_panels(seed=3))
    assert shown(view, "loss") == zoomed
    QTest.mouseDClick(
        view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place(view, "loss", 200, 0.3)
    )
    view.show_figure(seven_panels())
    assert shown(view, "loss") == own


def test_the_key_a_autoscales_all(view):
    own = {key: shown(view, key) for key in view.canvas.panels}
    for key in ("function", "loss"):
        area = view.canvas.panels[key].area
        wheel(view, (view.canvas.panels[key].pos() + QPointF(area.left + 30, area.top + 30)).toPoint(), 4)
    assert {key: shown(view, key) for key in view.canvas.panels} != own
    QTest.keyClick(view, Qt.Key.Key_A)
    assert {key: shown(view, key) for key in view.canvas.panels} == own


# --- one panel --------------------------------------------------------------------------------------------------
def test_a_double_click_on_a_title_shows_that_panel_alone_and_back(view, qtbot):
    with qtbot.waitSignal(view.panel_maximised) as signal:
        QTest.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, title(view, "loss")
        )
    assert signal.args == ["loss"]
    assert (view.maximised, view.panel_count, list(view.canvas.panels)) == ("loss", 1, ["loss"])
    assert view.canvas.panels["loss"].boundingRect().width() == 1100
    view.show_figure(seven_panels(seed=2))
    assert view.panel_count == 1
    with qtbot.waitSignal(view.panel_maximised) as signal:
        QTest.mouseDClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, title(view, "loss")
        )
    assert signal.args == [""]
    assert view.panel_count == 7


def test_digits_choose_a_panel_and_escape_restores(view):
    QTest.keyClick(view, Qt.Key.Key_4)
    assert view.maximised == "loss"
    QTest.keyClick(view, Qt.Key.Key_1)
    assert view.maximised == "function"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.maximised is None
    QTest.keyClick(view, Qt.Key.Key_8)
    assert view.maximised is None


def test_a_title_says_what_it_does(view):
    QTest.mouseMove(view.viewport(), title(view, "gain"))
    assert view.canvas.panels["gain"].title.pointed
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert "alone" in view.toolTip()
    QTest.mouseMove(view.viewport(), place(view, "gain", 0.5, 3))
    assert not view.canvas.panels["gain"].title.pointed
    assert view.toolTip() == ""


def test_the_icon_beside_a_title_is_a_button(view):
    item = view.canvas.panels["gain"]
    icon = (item.pos() + item.title.icon_rect.center()).toPoint()
    QTest.mouseMove(view.viewport(), icon)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, icon)
    assert view.maximised == "gain"


def test_a_maximised_panel_that_is_gone_gives_way_to_all(view):
    view.maximise("gain")
    figure = seven_panels()
    view.show_figure(dataclasses.replace(figure, panels=figure.panels[:2]))
    assert (view.maximised, view.panel_count) == (None, 2)


def test_at_most_four_panels_stand_two_by_two(view):
    view.set_at_most(4)
    cells = [(panel.cell.row, panel.cell.column) for panel in view.shown_figure.panels]
    assert cells == [(0, 0), (0, 6), (1, 0), (1, 6)]
    assert view.figure.panels[0].cell.column_span == 4
    view.set_at_most(None)
    assert view.panel_count == 7


def test_of_fewer_panels_the_leading_ones_are_shown_in_their_order(view):
    figure = seven_panels()
    keys = [panel.key for panel in figure.panels]
    view.show_figure(dataclasses.replace(figure, leading=(keys[6], keys[4])))
    view.set_at_most(3)
    assert [panel.key for panel in view.shown_figure.panels] == [keys[0], keys[4], keys[6]]


# --- the rest ---------------------------------------------------------------------------------------------------
def test_a_hint_is_written_in_the_window_and_is_no_part_of_the_figure(view):
    """What is exported or copied is the figure: nobody can click a slide."""
    first, *others = seven_panels().panels
    hinted = dataclasses.replace(first, hint="click it")
    view.show_figure(dataclasses.replace(seven_panels(), panels=(hinted, *others)))
    assert view.canvas.panels[first.key].content.quantity == f"{first.quantity}; click it"
    assert view.shown_figure.panels[0].quantity == first.quantity


def test_a_panel_can_pick_a_hyperparam(view, qtbot):
    figure = seven_panels()
    picking = dataclasses.replace(figure.panels[0], pick=("start",))
    view.show_figure(dataclasses.replace(figure, panels=(picking, *figure.panels[1:])))
    own = shown(view, "function")
    with qtbot.waitSignals([view.picked] * 3):
        drag(view, place(view, "function", -2, 1), place(view, "function", 2, 3))
    with qtbot.waitSignal(view.picked) as signal:
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place(view, "function", 1, 2)
        )
    field, x, y = signal.args
    assert field == ("start",)
    assert (x, y) == (pytest.approx(1, abs=0.03), pytest.approx(2, abs=0.03))
    assert shown(view, "function") == own


def test_the_key_dims_what_it_does_not_name(view):
    rect, entry = view.canvas.head.layout.entries[1]
    QTest.mouseMove(view.viewport(), (view.canvas.head.pos() + rect.center()).toPoint())
    dimmed = {key for key, item in view.canvas.panels["loss"].marks.items() if item.dimmed}
    assert entry.name == "tanh"
    assert dimmed == {"sigmoid", "ReLU", "ELU", "GELU"}
    view.show_figure(seven_panels(seed=1))
    assert view.canvas.panels["loss"].marks["ReLU"].dimmed
    QTest.mouseMove(view.viewport(), QPoint(600, 780))
    assert not any(item.dimmed for item in view.canvas.panels["loss"].marks.values())


def test_palette_and_scale_change_what_is_painted(view, qtbot):
    view.set_palette(DARK)
    assert view.grab().toImage().pixelColor(3, 3) == QColor(DARK.paper)
    head = view.canvas.head.layout.height
    view.set_scale(1.8)
    assert view.canvas.head.layout.height > 1.7 * head
    assert view.canvas.style.palette is DARK


def test_a_screen_reader_hears_headline_and_panels(view):
    assert view.accessibleName() == seven_panels().headline
    assert "Training loss: cross-entropy" in view.accessibleDescription()


def test_nothing_moves_when_nothing_changed(view, qtbot):
    """An equal frame costs no painting."""
    painted = []
    QApplication.processEvents()
    view.painted.connect(lambda: painted.append(1))
    view.show_figure(seven_panels())
    QApplication.processEvents()
    assert painted == []


def test_a_closed_view_is_silent(qtbot):
    view = FigureView(LIGHT)
    qtbot.addWidget(view)
    view.show_figure(seven_panels())
    view.show()
    view.close()
    view.resize(300, 200)
    QApplication.processEvents()


# --- maps, histograms, chains ------------------------------------------------------------------------------------
@pytest.fixture
def marks_view(view):
    view.show_figure(every_mark())
    return view


def reading_at(view, point: QPoint):
    QTest.mouseMove(view.viewport(), point)
    return view.mouse.readout.reading


@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 5), (5, 8)])
def test_the_read_out_says_the_value_of_the_cell(marks_view, row, column):
    reading = reading_at(marks_view, place(marks_view, "map", RATES[column] * 1.3, SIZES[row] * 0.9))
    (value,) = reading.values
    assert (value.name, value.value) == ("accuracy", ACCURACY[row, column])
    assert float(value.text) == pytest.approx(ACCURACY[row, column], rel=0.01)
    assert float(reading.x_text) == pytest.approx(RATES[column], rel=0.01)
    assert reading.y_text == f"{SIZES[row]:.0f}"


def test_a_kind_is_read_as_a_number_and_an_axis_without_ticks_not_at_all(view):
    kinds = HeatMap("kinds", np.arange(4.0), np.arange(3.0), np.full((3, 4), 2.0), 0, 9, "hues", name="minimum")
    bare = Axis(limits=(-0.5, 3.5), ticks=()), Axis(limits=(-0.5, 2.5), ticks=())
    view.show_figure(one(kinds, x=bare[0], y=bare[1]))
    reading = reading_at(view, place(view, "only", 1.0, 1.0))
    assert [value.text for value in reading.values] == ["2"]
    assert (reading.x_text, reading.y_text) == ("", "")


def test_the_cell_under_the_cursor_is_framed(marks_view, qtbot):
    point = place(marks_view, "map", RATES[3], SIZES[2])
    with qtbot.waitSignal(marks_view.painted):
        box = reading_at(marks_view, point).box
    item = marks_view.canvas.panels["map"]
    corner = (item.pos() + box.bottomLeft()).toPoint()
    assert box.contains(QPointF(point) - item.pos())
    image = marks_view.grab().toImage()
    assert QColor(LIGHT.text) in [image.pixelColor(corner.x() + d, corner.y() - 8) for d in (-1, 0)]


def test_the_read_out_says_the_count_between_two_edges(marks_view):
    reading = reading_at(marks_view, place(marks_view, "bars", 0.3, 5))
    (value,) = reading.values
    assert (value.name, value.text, value.value) == ("batch", "23", 23)
    assert reading.x_text == "0.00 … 0.50"


def test_the_read_out_of_ridges_is_a_share_of_the_peak_of_the_one_below_the_cursor(marks_view):
    reading = reading_at(marks_view, place(marks_view, "ridges", 0.5, -1.9))
    (value,) = reading.values
    assert value.name == "layer 3"
    assert value.value == pytest.approx(np.exp(-(0.5**2) * 3), abs=0.03)
    assert value.text == f"{100 * value.value:.0f} % of peak"


def block(view, name: str, index: int) -> QPoint:
    item = view.canvas.panels["chains"]
    return (item.pos() + item.marks[name].blocks[index].center()).toPoint()


def test_the_read_out_says_the_value_of_the_block(marks_view):
    (value,) = reading_at(marks_view, block(marks_view, "ReLU", 11)).values
    assert (value.name, value.value, value.text) == ("block 11", SIGNALS["ReLU"][11], "1.00")
    assert reading_at(marks_view, block(marks_view, "tanh", 0) - QPoint(60, 0)) is None


def test_a_click_on_a_block_picks_block_and_row(marks_view, qtbot):
    with qtbot.waitSignal(marks_view.picked) as signal:
        QTest.mouseClick(marks_view.viewport(), Qt.MouseButton.LeftButton, pos=block(marks_view, "ReLU", 4))
    assert signal.args == [("block",), 4.0, 1.0]
    picked = []
    marks_view.picked.connect(lambda *args: picked.append(args))
    drag(marks_view, block(marks_view, "tanh", 2), block(marks_view, "tanh", 2) + QPoint(2, 0))
    assert picked == [(("block",), 2.0, 0.0)]  # once for a block, however the mouse moves in it
    QTest.mouseClick(marks_view.viewport(), Qt.MouseButton.LeftButton, pos=title(marks_view, "chains"))
    assert len(picked) == 1


def test_tables_and_chains_are_not_zoomed(marks_view):
    for key in ("table", "chains"):
        own = marks_view.canvas.panels[key].area
        middle = marks_view.canvas.panels[key].sceneBoundingRect().center().toPoint()
        wheel(marks_view, middle, 2)
        drag(marks_view, middle, middle + QPoint(30, 20), Qt.MouseButton.RightButton)
        drag(marks_view, middle, middle + QPoint(30, 20))
        assert marks_view.canvas.panels[key].area == own


def test_a_drag_picks_all_the_way_and_stays_in_the_plot(marks_view):
    picked = []
    marks_view.picked.connect(lambda *args: picked.append(args))
    drag(marks_view, place(marks_view, "surface", -1, 1), place(marks_view, "surface", 1, -1) + QPoint(0, 900))
    assert len(picked) == 3
    assert picked[0] == (("start",), pytest.approx(-1, abs=0.02), pytest.approx(1, abs=0.02))
    assert picked[-1] == (("start",), pytest.approx(1, abs=0.02), -2.0)


def test_a_panel_that_picks_is_still_moved_with_shift_and_zoomed(marks_view):
    picked = []
    marks_view.picked.connect(lambda *args: picked.append(args))
    start = place(marks_view, "surface", 0, 0)
    drag(marks_view, start, start + QPoint(40, 0), modifier=Qt.KeyboardModifier.ShiftModifier)
    low, high, *_y = shown(marks_view, "surface")
    assert high - low == pytest.approx(6)
    assert low < -3
    wheel(marks_view, start, 2)
    drag(marks_view, start, start + QPoint(60, 50), Qt.MouseButton.RightButton)
    low, high, *_y = shown(marks_view, "surface")
    assert high - low < 3
    assert not picked


def test_the_cursor_says_where_a_click_picks(marks_view):
    def shape(point: QPoint):
        QTest.mouseMove(marks_view.viewport(), point)
        return marks_view.viewport().cursor().shape()

    assert shape(place(marks_view, "surface", 1, 1)) == Qt.CursorShape.CrossCursor
    assert shape(place(marks_view, "surface", 0, -2) + QPoint(0, 20)) == Qt.CursorShape.ArrowCursor
    assert shape(place(marks_view, "map", 1, 8)) == Qt.CursorShape.ArrowCursor
    assert shape(block(marks_view, "tanh", 3)) == Qt.CursorShape.PointingHandCursor
    assert shape(block(marks_view, "tanh", 0) - QPoint(80, 0)) == Qt.CursorShape.ArrowCursor


def test_two_names_are_picked_as_they_stand(view, qtbot):
    figure = every_mark()
    panels = tuple(dataclasses.replace(p, pick=("lr", "batch_size")) if p.key == "map" else p for p in figure.panels)
    view.show_figure(dataclasses.replace(figure, panels=panels))
    with qtbot.waitSignal(view.picked) as signal:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place(view, "map", 0.1, 8))
    assert signal.args[0] == ("lr", "batch_size")
    assert signal.args[1:] == [pytest.approx(0.1, rel=0.05), pytest.approx(8, rel=0.05)]


# --- what Qt must know ---------------------------------------------------------------------------------------------
def kinds_of(kind: type) -> set[type]:
    return {kind} | {below for one in kind.__subclasses__() for below in kinds_of(one)}


@pytest.fixture
def announced(monkeypatch):
    """Items that have said that their bounds will change."""
    said = set()
    for kind in kinds_of(QGraphicsItem):
        if kind.__module__.startswith("explorer."):
            says = kind.prepareGeometryChange
            monkeypatch.setattr(kind, "prepareGeometryChange", lambda self, says=says: (said.add(self), says(self)))
    return said


CHANGES = {
    "grow": lambda view: view.resize(1900, 1200),
    "shrink": lambda view: view.resize(640, 480),
    "maximise": lambda view: view.maximise("function"),
    "fewer": lambda view: view.set_at_most(2),
    "other data": lambda view: view.show_figure(every_mark()),
    "more steps": lambda view: view.show_figure(seven_panels(900, last=90_000)),
    "pointer": lambda view: QTest.mouseMove(view.viewport(), place(view, "loss", 300, 0.1)),
    "pointer leaves": lambda view: view.mouse.leave(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_bounds_change_without_a_word(view, qtbot, announced, change):
    """Else the scene looks for an item where it was, and paints it when it is long gone: a crash."""
    QTest.mouseMove(view.viewport(), place(view, "function", 1, 1))
    before = {item: item.boundingRect() for item in view.figures.items()}
    announced.clear()
    CHANGES[change](view)
    qtbot.waitUntil(lambda: view.canvas.boundingRect().width() == view.width())
    changed = {item for item in view.figures.items() if item in before and item.boundingRect() != before[item]}
    assert {type(item).__name__ for item in changed - announced} == set()

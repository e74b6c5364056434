"""Slides, read by python-pptx and drawn by LibreOffice."""

import dataclasses
import io
import shutil
import subprocess

import numpy as np
import pytest
from lxml import etree
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches
from PyQt6.QtGui import QColor, QImage

from explorer.core.figure import Axis, Bars, Figure, HeatMap, Line, Panel, Points
from explorer.core.roles import Role
from explorer.core.selection import only
from explorer.core.session import Change, Session
from explorer.draw.palette import DARK, LIGHT
from explorer.export.look import Look
from explorer.export.pptx import pptx_bytes, pptx_file
from explorer.export.read import read_session
from explorer.export.slide import Slide, slide_of, speaker_notes
from explorer.registry import EXPERIMENTS
from tests.draw.figures import ROLES, every_mark, seven_panels

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 12, (Change(5, {"lr": 0.1}),))
needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Impress")


@pytest.fixture(scope="module")
def figure(qapp):
    return seven_panels()


def deck_of(*slides: Slide, look=None, charts=False):
    return Presentation(io.BytesIO(pptx_bytes(slides, look or Look(), charts)))


def charts_of(figure: Figure) -> dict:
    page = deck_of(slide_of(figure, SESSION), charts=True).slides[0]
    return [shape.chart for shape in page.shapes if shape.has_chart]


def curves(chart) -> dict[str, np.ndarray]:
    """(2, n) of every series, as XML has it."""
    found = {}
    for series in chart.plots[0].series:
        x, y = (
            [float(v.text) for v in series._element.findall(f"{{*}}{axis}//{{*}}pt/{{*}}v")]
            for axis in ("xVal", "yVal")
        )
        found[series.name] = np.array([x, y])
    return found


def test_a_slide_is_16_to_9_with_the_headline_as_its_title(figure):
    deck = deck_of(slide_of(figure, SESSION))
    assert (deck.slide_width, deck.slide_height) == (Inches(40 / 3), Inches(7.5))
    (page,) = deck.slides
    assert page.shapes.title.text == figure.headline
    assert page.shapes.title.is_placeholder
    for shape in page.shapes:
        assert shape.left >= 0
        assert shape.left + shape.width <= deck.slide_width
        assert shape.top + shape.height <= deck.slide_height


def test_what_the_speaker_adds_is_16_to_9_too(figure):
    deck = deck_of(slide_of(figure, SESSION))
    placeholder = deck.slide_layouts[1].placeholders[0]
    assert placeholder.left + placeholder.width > 0.9 * deck.slide_width


def test_the_picture_is_svg_with_a_png_for_who_cannot_draw_that(figure):
    page = deck_of(slide_of(figure, SESSION)).slides[0]
    (picture,) = (shape for shape in page.shapes if not shape.is_placeholder)
    png = QImage.fromData(picture.image.blob)
    assert png.width() >= 1920
    assert png.width() / png.height() == pytest.approx(picture.width / picture.height, rel=1e-3)
    (blip,) = picture._element.iter("{http://schemas.microsoft.com/office/drawing/2016/SVG/main}svgBlip")
    (relation,) = blip.attrib.values()
    svg = page.part.related_part(relation)
    assert svg.content_type == "image/svg+xml"
    assert etree.fromstring(svg.blob).tag == "{http://www.w3.org/2000/svg}svg"
    alt = picture._element.nvPicPr.cNvPr.get("descr")
    assert figure.headline in alt
    assert all(panel.title in alt for panel in figure.panels)


def test_a_4k_look_gives_a_4k_picture(figure):
    page = deck_of(slide_of(figure, SESSION), look=Look((3840, 2160))).slides[0]
    (picture,) = (shape for shape in page.shapes if not shape.is_placeholder)
    assert QImage.fromData(picture.image.blob).width() == 3840


def test_without_a_title_the_picture_fills_the_slide(figure):
    deck = deck_of(slide_of(figure, SESSION), look=Look(title=False))
    (picture,) = deck.slides[0].shapes
    assert (picture.left, picture.top) == (0, 0)
    assert (picture.width, picture.height) == (deck.slide_width, deck.slide_height)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_the_master_has_the_colours_of_the_theme(figure, palette):
    deck = deck_of(slide_of(figure, SESSION), look=Look(theme=palette.name))
    assert str(deck.slide_master.background.fill.fore_color.rgb) == palette.paper[1:]
    title = deck.slide_master.element.find("{*}txStyles/{*}titleStyle")
    assert {c.get("val") for c in title.iter("{*}srgbClr")} == {palette.text[1:]}


def test_notes_tell_settings_and_explanation(figure):
    text = deck_of(slide_of(figure, SESSION)).slides[0].notes_slide.notes_text_frame.text
    assert text == speaker_notes(SESSION)
    changed, everything = text.split("All settings\n")
    assert "after 12 steps" in changed
    assert "Learning rate = 3e-4" in changed
    assert "Learning rate = 0.1 from step 5 on" in changed
    assert "Batch size = 64" not in changed
    assert "Batch size = 64" in everything
    assert "What you see" in changed
    assert "**" not in text


def test_notes_of_every_experiment_name_no_setting_by_its_code():
    for spec in EXPERIMENTS.values():
        text = speaker_notes(Session(spec.name, spec.hyperparams(), spec.view_options(), 3))
        assert "All settings as by default." in text
        assert len(text) > 500


def test_every_slide_carries_its_session_and_the_first_is_opened(figure, tmp_path):
    second = dataclasses.replace(SESSION, step=77)
    path = tmp_path / "a.pptx"
    path.write_bytes(pptx_bytes([slide_of(figure, SESSION), slide_of(figure, second)], Look()))
    assert read_session(path) == SESSION
    assert len(Presentation(path).slides) == 2


def test_charts_carry_the_session_as_well(figure, tmp_path):
    path = tmp_path / "a.pptx"
    path.write_bytes(pptx_file(figure, None, SESSION, Look(charts=True)))
    assert read_session(path) == SESSION


@pytest.mark.parametrize("size", [(100, 720), (16385, 720)])
def test_sizes_that_no_picture_can_have_are_refused(figure, size):
    with pytest.raises(ValueError, match=r"^size: "):
        pptx_bytes([slide_of(figure, SESSION)], Look(size))


# --- charts ------------------------------------------------------------------------------------------------------
BLUE = Role("blue")


def one(*marks, x=None, y=None) -> Figure:
    return Figure("H", "s", (), (Panel("p", "P", "q", x or Axis("step"), y or Axis(), marks),))


def test_a_curve_keeps_all_its_points(qapp):
    x = np.arange(40.0)
    (chart,) = charts_of(one(Line("a", x, x**2, BLUE, "square")))
    np.testing.assert_array_equal(curves(chart)["square"], [x, x**2])
    assert str(chart.plots[0].series[0].format.line.color.rgb) == LIGHT.colour(BLUE)[1:]


def test_a_long_curve_is_thinned_and_keeps_its_ends_and_extremes(qapp, rng):
    x, y = np.arange(20_000.0), rng.normal(size=20_000)
    y[777], y[15_001] = 9.0, -9.0
    (chart,) = charts_of(one(Line("a", x, y, BLUE, "noise")))
    found = curves(chart)["noise"]
    assert found.shape[1] <= 250
    assert {0.0, 777.0, 15_001.0, 19_999.0} <= set(found[0])
    assert (np.diff(found[0]) > 0).all()
    np.testing.assert_array_equal(found[1], y[found[0].astype(int)])


def test_gaps_stay_gaps_and_no_series_is_longer_than_the_first(qapp):
    y = np.array([1.0, 2, np.nan, 4, 5, 6, np.inf, 8])
    (chart,) = charts_of(one(Line("a", np.arange(8.0), y, BLUE, "a")))
    parts = [np.array(list(series.values)) for series in chart.plots[0].series]
    assert len({part.size for part in parts}) == 1
    assert [sorted(set(part)) for part in parts] == [[1, 2], [4, 5, 6], [8]]


def test_a_log_axis_is_logarithmic_and_in_the_order_of_the_schema(qapp):
    y = np.array([0.02, 0.3, 0, 5.0])
    (chart,) = charts_of(one(Line("a", np.arange(4.0), y, BLUE), y=Axis(log=True)))
    scaling = chart.value_axis._element.find("{*}scaling")
    order = [etree.QName(child).localname for child in scaling]
    assert order == [name for name in ("logBase", "orientation", "max", "min") if name in order]
    assert scaling[0].get("val") == "10"
    assert chart.value_axis.minimum_scale == pytest.approx(0.01)
    assert 0 not in [v for series in chart.plots[0].series for v in series.values]


def test_a_histogram_becomes_columns_without_gaps(qapp):
    counts = np.array([1.0, 5, 3])
    (chart,) = charts_of(one(Bars("b", np.array([-1.0, 0, 1, 2]), counts, BLUE), x=Axis(limits=(-3, 4))))
    (plot,) = chart.plots
    assert (plot.gap_width, plot.overlap) == (0, 100)
    assert list(plot.series[0].values) == [0, 0, 1, 5, 3, 0, 0]
    assert [float(c) for c in plot.categories] == [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]


def test_a_map_lies_behind_its_curves(qapp):
    grid = np.linspace(0, 1, 5)
    heat = HeatMap("z", grid, grid, np.add.outer(grid, grid), 0, 2)
    line = Line("way", np.array([0.1, 0.9, 0.5]), np.array([0.2, 0.3, 0.8]), Role("orange"), "way", "trajectory")
    (chart,) = charts_of(one(heat, line, Points("end", np.array([0.5]), np.array([0.8]), Role("orange"))))
    plot = chart._chartSpace.chart.plotArea
    (blip,) = plot.iter("{*}blip")
    image = QImage.fromData(chart.part.related_part(next(iter(blip.attrib.values()))).blob)
    assert image.width() > 500
    low, high = image.pixelColor(image.width() // 5, image.height() - 5), image.pixelColor(image.width() - 5, 5)
    assert low.lightness() > high.lightness() + 50
    np.testing.assert_array_equal(curves(chart)["way"][:, :3], [line.x, line.y])


def test_tables_are_tables_and_what_has_no_form_of_its_own_is_a_picture(qapp):
    page = deck_of(slide_of(every_mark(), SESSION), charts=True).slides[0]
    assert any(shape.has_table for shape in page.shapes)
    pictures = [shape for shape in page.shapes if shape.shape_type is not None and shape.shape_type.name == "PICTURE"]
    assert pictures
    assert all(picture._element.nvPicPr.cNvPr.get("descr") for picture in pictures)


@needs_office
@pytest.mark.parametrize("charts", [False, True], ids=["picture", "charts"])
def test_libreoffice_draws_every_series_in_its_colour(figure, charts, tmp_path):
    (tmp_path / "a.pptx").write_bytes(pptx_bytes([slide_of(figure, SESSION)], Look(), charts))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "a.pptx"]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    subprocess.run(["pdftoppm", "-r", "144", "-png", tmp_path / "a.pdf", tmp_path / "a"], check=True)
    image = QImage(str(tmp_path / "a-1.png")).convertToFormat(QImage.Format.Format_RGB888)
    data = image.constBits()
    data.setsize(image.sizeInBytes())
    rows = np.frombuffer(data, np.uint8).reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    pixels = rows.reshape(image.height(), image.width(), 3).astype(int)
    for role in ROLES.values():
        near = np.abs(pixels - QColor(LIGHT.colour(role)).getRgb()[:3]).max(-1) < 12
        assert near.sum() > 300


def test_the_steps_of_batch_norm_are_columns_with_an_outline_in_one_shape(qapp):
    spec = EXPERIMENTS["batch_norm"]
    run = spec.run(spec.hyperparams())
    run.step()
    figure = only(spec.figure(run.frame(), spec.view_options()), ["centre"])
    session = Session("batch_norm", spec.hyperparams(), spec.view_options())
    page = deck_of(slide_of(figure, session), charts=True).slides[0]
    assert [shape.has_chart for shape in page.shapes].count(True) == 1
    ways = [shape for shape in page.shapes if shape._element.find(".//" + qn("a:custGeom")) is not None]
    assert len(ways) == 3  # the outline of the step before, the mean, the deviation

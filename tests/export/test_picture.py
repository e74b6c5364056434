"""Exported pictures, looked at by others: Qt's reader, pypdf, poppler."""

import io
import shutil
import subprocess

import numpy as np
import pypdf
import pytest
from PyQt6.QtGui import QColor, QImage, QPainter

from explorer.core.figure import Axis, Figure, HeatMap, Panel
from explorer.core.selection import only
from explorer.core.session import Session, dumps
from explorer.draw.figure_canvas import FigureCanvas
from explorer.draw.palette import DARK, LIGHT, ramp
from explorer.export.look import SIZES, Look
from explorer.export.picture import check_room, laid_out, pdf_bytes, pdf_pages, picture, png_bytes
from explorer.export.svg import svg_bytes
from explorer.registry import EXPERIMENTS
from tests.draw.figures import ROLES, every_mark, seven_panels

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4, expression="x · x"), SPEC.view_options(), 12)


@pytest.fixture(scope="module")
def figure(qapp):
    return seven_panels()


def pixels(image: QImage) -> np.ndarray:
    """(height, width, 3) of 0 … 255."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    data = image.constBits()
    data.setsize(image.sizeInBytes())
    rows = np.frombuffer(data, np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def test_png_carries_the_session(figure):
    image = QImage.fromData(png_bytes(figure, None, SESSION, Look((1280, 720))))
    assert image.text("explorer-session") == dumps(SESSION)
    assert (image.width(), image.height()) == (1280, 720)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_every_series_is_there_in_its_colour(figure, palette):
    image = pixels(picture(figure, Look((1920, 1080), palette.name)))
    assert (image[0, 0] == QColor(palette.paper).getRgb()[:3]).all()
    for role in ROLES.values():
        assert (image == QColor(palette.colour(role)).getRgb()[:3]).all(-1).sum() > 300


def test_resolution_changes_nothing_but_sharpness(figure):
    """Lines, type and markers are scaled with the picture."""
    small = pixels(picture(figure, Look((1280, 720))))
    large = pixels(picture(figure, Look((2560, 1440)))).reshape(720, 2, 1280, 2, 3).mean((1, 3))
    assert (np.abs(small - large).max(-1) > 80).mean() < 0.01


def test_other_shapes_are_filled(figure):
    for width, height in ((1600, 1200), (1080, 1920), (2400, 800)):
        image = pixels(picture(figure, Look((width, height))))
        marked = np.argwhere((image < 250).any(-1))
        assert image.shape[:2] == (height, width)
        assert (marked.max(0) > 0.92 * np.array([height, width])).all()


def test_one_panel_is_written_larger(figure):
    def tallest_letter(shown) -> int:
        rows = (pixels(picture(shown, Look((1280, 720))))[:110] < 100).all(-1).any(1)
        return int(np.diff(np.flatnonzero(np.diff(np.concatenate(([0], rows, [0])))))[::2].max())

    assert tallest_letter(only(figure, ["loss"])) > 1.4 * tallest_letter(figure)


@pytest.mark.parametrize("size", [(100, 720), (1280, 0), (16385, 720), (16384, 16384), (-5, 900)])
def test_sizes_that_no_picture_can_have_are_refused(figure, size):
    for make in (png_bytes, pdf_bytes):
        with pytest.raises(ValueError, match=rf"^size: {size[0]}×{size[1]} .*200 to 16384 px") as error:
            make(figure, None, SESSION, Look(size))
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("contents_of", [png_bytes, pdf_bytes, svg_bytes])
def test_panels_that_would_lie_upon_one_another_are_refused(figure, contents_of):
    column = Look(SIZES["column"].size, type="paper")
    with pytest.raises(ValueError, match=r"7 panel.*3\.35 × 2\.6 in.*fewer"):
        contents_of(figure, None, SESSION, column)
    assert contents_of(only(figure, [figure.panels[0].key]), None, SESSION, column)


@pytest.mark.parametrize("size", SIZES)
def test_all_panels_have_room_on_every_named_size_but_a_column(figure, size):
    if size != "column":
        check_room(figure, Look(SIZES[size].size, type=SIZES[size].type))


def test_pdf_has_text_fonts_and_the_session(figure):
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(figure, None, SESSION, Look((1920, 1080)))))
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    assert reader.attachments["session.json"][0].decode() == dumps(SESSION)
    assert (float(reader.pages[0].mediabox.width), float(reader.pages[0].mediabox.height)) == (960, 540)
    assert reader.metadata.title == figure.headline
    for words in (figure.headline, "Training accuracy", "gain per layer", "‖ ∂L/∂W ‖", figure.settings, "sigmoid"):
        assert words in text
    assert "−4" in text
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert all("ExplorerSans" in font["/BaseFont"] for font in fonts)


def test_pdf_is_drawn_in_vectors(figure):
    page = pypdf.PdfReader(io.BytesIO(pdf_bytes(figure, None, SESSION, Look((1920, 1080), "dark")))).pages[0]
    assert len(page.images) == 0


@pytest.mark.parametrize(("colours", "least"), [("sequential", 100), ("surface", 30)])
def test_heat_maps_in_a_pdf_lose_nothing(qapp, colours, least):
    """Decoded by pypdf: the cells' colours and no others, each cell a sharp rectangle of many pixels."""
    z = np.arange(48.0).reshape(6, 8)
    z[2, 3] = np.nan
    heat = HeatMap("z", np.arange(8.0), np.arange(6.0), z, 0, 47, colours)
    figure = Figure("H", "s", (), (Panel("p", "P", "q", Axis("x"), Axis(), (heat,)),))
    page = pypdf.PdfReader(io.BytesIO(pdf_bytes(figure, None, SESSION, Look((1920, 1080))))).pages[0]
    (picture_of_map,) = page.images
    (stored,) = (item.get_object() for item in page["/Resources"]["/XObject"].values() if "/Width" in item.get_object())
    assert stored["/Filter"] == "/FlateDecode"
    seen = np.array(picture_of_map.image.convert("RGB")).astype(int)
    wide, high = seen.shape[1] // 8, seen.shape[0] // 6
    assert min(wide, high) > least
    cells = seen.reshape(6, high, 8, wide, 3)
    assert (cells == cells[:, :1, :, :1]).all()
    shades = ramp(LIGHT.maps[colours])
    for (row, column), value in np.ndenumerate(z[::-1]):
        expected = shades[round(1023 * value / 47)] if np.isfinite(value) else (255, 255, 255)
        np.testing.assert_allclose(cells[row, 0, column, 0], expected, atol=1)


def test_every_mark_is_in_a_picture(qapp):
    for palette in (LIGHT, DARK):
        assert len(pdf_bytes(every_mark(), None, SESSION, Look((1280, 720), palette.name))) > 10_000
        image = pixels(picture(every_mark(), Look((1280, 720), palette.name)))
        for stop in (palette.maps["diverging"][0], palette.maps["diverging"][-1]):
            assert (np.abs(image - QColor(stop).getRgb()[:3]) <= 1).all(-1).sum() > 50


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler")
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_pdf_and_png_are_the_same_picture(figure, palette, tmp_path):
    _assert_alike(figure, palette, tmp_path)
    _assert_alike(every_mark(), palette, tmp_path)


def _assert_alike(figure, palette, tmp_path):
    (tmp_path / "f.pdf").write_bytes(pdf_bytes(figure, None, SESSION, Look((1920, 1080), palette.name)))
    subprocess.run(["pdftoppm", "-r", "144", "-png", tmp_path / "f.pdf", tmp_path / "f"], check=True)
    printed = pixels(QImage(str(tmp_path / "f-1.png")))
    drawn = pixels(picture(figure, Look((1920, 1080), palette.name)))
    assert printed.shape == drawn.shape
    assert (np.abs(printed - drawn).max(-1) > 64).mean() < 0.01


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs Xvfb")
def test_a_real_screen_changes_nothing(figure, tmp_path):
    import os
    import sys

    script = (
        "import sys; from tests.draw.figures import seven_panels; from explorer.export.look import Look;"
        "from explorer.export.picture import picture;"
        "picture(seven_panels(), Look((1280, 720))).save(sys.argv[1])"
    )
    path = tmp_path / "xcb.png"
    environment = {**os.environ, "QT_QPA_PLATFORM": "xcb"}
    subprocess.run(["xvfb-run", "-a", sys.executable, "-c", script, path], check=True, env=environment)
    np.testing.assert_array_equal(pixels(QImage(str(path))), pixels(picture(figure, Look((1280, 720)))))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_transparent_png_keeps_its_inks(figure, theme):
    image = QImage.fromData(png_bytes(figure, None, SESSION, Look((1280, 720), theme, transparent=True)))
    assert image.hasAlphaChannel()
    assert image.pixelColor(0, 0).alpha() == 0
    whole = pixels(picture(figure, Look((1280, 720), theme)))
    on_paper = QImage(image.size(), QImage.Format.Format_RGB32)
    on_paper.fill(QColor({"light": LIGHT, "dark": DARK}[theme].paper))
    painter = QPainter(on_paper)
    painter.drawImage(0, 0, image)
    painter.end()
    assert (np.abs(pixels(on_paper) - whole).max(-1) > 64).mean() < 0.001


def test_a_transparent_pdf_paints_no_ground(figure):
    with_ground, without = (
        pypdf.PdfReader(io.BytesIO(pdf_bytes(figure, None, SESSION, Look(transparent=transparent))))
        for transparent in (False, True)
    )
    lengths = [len(reader.pages[0].get_contents().get_data()) for reader in (with_ground, without)]
    assert lengths[0] > lengths[1]


def test_a_pdf_for_paper_has_its_inches(figure):
    look = Look(SIZES["column"].size, type="paper")
    box = pypdf.PdfReader(io.BytesIO(pdf_bytes(only(figure, ["loss"]), None, SESSION, look))).pages[0].mediabox
    assert (float(box.width) / 72, float(box.height) / 72) == pytest.approx((3.35, 2.6), abs=0.01)


def test_a_page_for_each_figure(figure):
    pages = pypdf.PdfReader(io.BytesIO(pdf_pages([figure, only(figure, ["loss"])], Look(), "Two"))).pages
    assert len(pages) == 2
    assert "Training accuracy" in pages[0].extract_text()
    assert "Training accuracy" not in pages[1].extract_text()


def test_larger_type_on_a_quarter_of_a_slide(figure):
    def letter(look):
        rows = (pixels(picture(only(figure, ["loss"]), look))[:200] < 100).all(-1).any(1)
        return int(np.diff(np.flatnonzero(np.diff(np.concatenate(([0], rows, [0])))))[::2].max())

    assert letter(Look(type="quarter")) > 1.25 * letter(Look())


def test_what_is_left_out_gives_its_room_to_the_panels(figure):
    def first_panel_top(look):
        with laid_out(figure, look) as scene:
            canvas = next(item for item in scene.items() if isinstance(item, FigureCanvas))
            return canvas.panels["loss"].pos().y(), canvas.panels["function"].pos().y()

    tops = [first_panel_top(look)[1] for look in (Look(), Look(legend=False, caption=False), Look(title=False))]
    bare = first_panel_top(Look(title=False, legend=False, caption=False))[1]
    assert bare < min(tops)
    assert tops[1] < tops[0]

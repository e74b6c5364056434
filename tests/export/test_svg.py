"""SVG, looked at by others: the XML parser of the standard library, and librsvg."""

import os
import re
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
from PyQt6.QtGui import QImage

from explorer.core.resources import RESOURCES
from explorer.core.selection import only
from explorer.core.session import Session
from explorer.export.look import SIZES, Look
from explorer.export.picture import picture
from explorer.export.read import read_session
from explorer.export.svg import svg_bytes
from explorer.registry import EXPERIMENTS
from tests.draw.figures import every_mark, seven_panels
from tests.export.test_picture import pixels

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4, expression="x · x"), SPEC.view_options(), 12)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(qapp):
    return {"seven panels": seven_panels(), "every mark": every_mark()}


@pytest.fixture
def figure(figures):
    return figures["seven panels"]


def root_of(figure, look):
    return ElementTree.fromstring(svg_bytes(figure, None, SESSION, look))


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def drawn_by_rsvg(svg, size, folder):
    """The picture that librsvg makes of it, with our fonts among those of the system."""
    (folder / "fonts.conf").write_text(
        f"<fontconfig><dir>{RESOURCES / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder / 'cache'}</cachedir></fontconfig>"
    )
    (folder / "f.svg").write_bytes(svg)
    command = ["rsvg-convert", "-w", str(size[0]), "-h", str(size[1]), "-o", folder / "f.png", folder / "f.svg"]
    subprocess.run(command, check=True, env={**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")})
    return QImage(str(folder / "f.png"))


def share_that_differs(a, b):
    return (np.abs(pixels(a) - pixels(b)).max(-1) > 64).mean()


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="needs librsvg")
@pytest.mark.parametrize("outlines", [False, True], ids=["text", "outlines"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["seven panels", "every mark"])
def test_svg_and_png_are_the_same_picture(figures, name, theme, outlines, tmp_path):
    look = Look((1920, 1080), theme, outlines=outlines)
    drawn = drawn_by_rsvg(svg_bytes(figures[name], None, SESSION, look), look.size, tmp_path)
    assert share_that_differs(drawn, picture(figures[name], look)) < 0.01


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="needs librsvg")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_transparent_svg_is_as_transparent_as_the_png(figure, theme, tmp_path):
    look = Look((1280, 720), theme, transparent=True)
    drawn = drawn_by_rsvg(svg_bytes(figure, None, SESSION, look), look.size, tmp_path)
    ours = picture(figure, look)
    alpha = [image.convertToFormat(QImage.Format.Format_Alpha8) for image in (drawn, ours)]
    assert drawn.pixelColor(0, 0).alpha() == ours.pixelColor(0, 0).alpha() == 0
    grey = [a.convertToFormat(QImage.Format.Format_RGB888) for a in alpha]
    assert share_that_differs(*grey) < 0.01


def test_text_is_text(figure):
    said = texts(root_of(figure, Look()))
    for words in (
        figure.headline,
        "Training accuracy",
        "gain per layer",
        "‖ ∂L/∂W ‖",
        figure.settings,
        "sigmoid",
        "−4",
    ):
        assert words in said
    first = next(root_of(figure, Look()).iter(f"{SVG}text"))
    assert float(first.get("textLength")) > 500  # measured, so that another font takes the same room


def test_outlines_need_no_font(figure):
    root = root_of(figure, Look(outlines=True))
    assert texts(root) == []
    assert root.find(f"{SVG}title").text == figure.headline


def test_it_says_what_it_is_and_carries_the_session(figure, tmp_path):
    root = root_of(figure, Look())
    assert root.find(f"{SVG}title").text == figure.headline
    assert "Training loss: cross-entropy" in root.find(f"{SVG}desc").text
    (tmp_path / "a.svg").write_bytes(svg_bytes(figure, None, SESSION, Look()))
    assert read_session(tmp_path / "a.svg") == SESSION


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (Look(), ("13.3333in", "7.5in", "0 0 1280 720")),
        (Look((3840, 2160)), ("13.3333in", "7.5in", "0 0 1280 720")),
        (Look(SIZES["column"].size, type="paper"), ("3.35in", "2.6in", "0 0 643.2 499.2")),
        (Look(type="quarter"), ("6.66667in", "3.75in", "0 0 1280 720")),
    ],
)
def test_the_size_is_that_on_the_slide_or_on_paper(figure, look, expected):
    root = root_of(only(figure, ["loss"]), look)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == expected


def test_it_is_small_and_repeats_no_clip(figures):
    for figure in figures.values():
        text = svg_bytes(figure, None, SESSION, Look()).decode()
        assert len(text) < 150_000
        clips = re.findall(r"<clipPath id=\"(\w+)\">(.*?)</clipPath>", text)
        assert len({shape for _name, shape in clips}) == len(clips) > 0
        assert set(re.findall(r"url\(#(\w+)\)", text)) == {name for name, _shape in clips}
        drawing = re.sub(r'xlink:href="[^"]*"', "", text.partition("</metadata>")[2])
        assert not re.search(r'="[^"]*\d\.\d{3}', drawing)


def test_maps_are_embedded_and_a_crowd_stays_dots(figures, rng):
    from explorer.core.figure import Points
    from tests.draw.drawing import BLUE, one

    assert svg_bytes(figures["every mark"], None, SESSION, Look()).count(b"data:image/png;base64,") >= 2
    crowd = one(Points("p", rng.normal(size=5000), rng.normal(size=5000), BLUE))
    text = svg_bytes(crowd, None, SESSION, Look())
    assert b"<image" not in text
    assert text.count(b"h0") == 5000
    assert len(text) < 120_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bare_figure_has_no_words_around_it(figure, theme):
    said = texts(root_of(figure, Look(theme=theme, title=False, legend=False, caption=False)))
    assert figure.headline not in said
    assert figure.settings not in said
    assert "Explorer" not in said
    assert "Training loss" in said

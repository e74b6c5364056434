from contextlib import contextmanager

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QColor, QIcon
from PyQt6.QtWidgets import QApplication

from explorer.core.hyperparams import field_of
from explorer.core.resources import RESOURCES
from explorer.draw.palette import DARK, LIGHT
from explorer.ui import theme
from explorer.ui.icons import icon, icon_pixmap
from explorer.ui.switches import Switch
from tests.ui.imaginary import Hyperparams


@contextmanager
def dressed(app, palette):
    """Wear another theme for a while."""
    theme.apply_theme(app, palette)
    yield
    theme.apply_theme(app, LIGHT)


def colours_of(pixmap) -> set[str]:
    image = pixmap.toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name().upper() for colour in pixels if colour.alpha() == 255}


def test_an_icon_follows_the_theme(qapp):
    made = icon("play")
    assert LIGHT.muted in colours_of(made.pixmap(QSize(64, 64)))
    with dressed(qapp, DARK):
        assert DARK.muted in colours_of(made.pixmap(QSize(64, 64)))
        assert DARK.faint in colours_of(made.pixmap(QSize(64, 64), QIcon.Mode.Disabled))
        assert DARK.text in colours_of(made.pixmap(QSize(64, 64), QIcon.Mode.Normal, QIcon.State.On))


@pytest.mark.parametrize("path", sorted((RESOURCES / "icons").glob("*.svg")), ids=lambda p: p.stem)
def test_every_icon_can_be_drawn(qapp, path):
    assert colours_of(icon_pixmap(path.stem, "#FF0000", 48)) == {"#FF0000"}


def test_icons_are_sharp_on_dense_screens(qapp):
    pixmap = icon_pixmap("x", "#FF0000", 16, 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (32, 2.0)


def test_painted_widgets_change_with_the_theme(qtbot, qapp):
    switch = Switch(field_of(Hyperparams, "batch_norm"))
    qtbot.addWidget(switch)
    switch.set_value(True)
    assert LIGHT.ink in colours_of(switch.grab())
    with dressed(qapp, DARK):
        assert DARK.ink in colours_of(switch.grab())
        palette = QApplication.palette()
        assert palette.window().color() == QColor(DARK.window)
        assert palette.text().color() == QColor(DARK.text)
    assert theme.current() is LIGHT

"""Pictures of the real window, every tab, light and dark, large and small, and of its slides: `make gallery`.

Shows the program's own window on the screen there is, or on a virtual one (Xvfb), with settings of its own, lets each
experiment run to the steps that its default figure needs, and writes PNGs to build/gallery/. `--readme` also renews the
small copies that README.md shows, in docs/.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from virtual_screen import virtual_screen

from explorer.worker.client import WorkerClient

if TYPE_CHECKING:
    from explorer.ui.window import MainWindow

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "build" / "gallery"
DOCS = ROOT / "docs"
SIZES = ((1280, 800), (1440, 900), (1920, 1080))
THEMES = ("light", "dark")
README = (
    "activations-light-1440x900",
    "initializers-light-1440x900",
    "optimizers-dark-1280x800",
    "batch_norm-light-1440x900",
    "residual-light-1440x900",
)
"""What the README shows; without the size, these are the names in docs/."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="also renew the pictures in docs/")
    arguments = parser.parse_args()
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        sys.exit(on_virtual_screen())
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        photograph(Path(folder) / "settings.json")
    print(f"{len(list(GALLERY.iterdir()))} pictures in {GALLERY.relative_to(ROOT)}/")
    if arguments.readme:
        renew_docs()


def on_virtual_screen() -> int:
    """Start again on a screen of our own."""
    with virtual_screen(2200, 1300) as display:
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        return subprocess.run([sys.executable, *sys.argv], env=environment, check=False).returncode


def photograph(settings: Path) -> None:
    """Show the window, and take all its pictures."""
    client = WorkerClient()
    client.start()

    from PyQt6.QtGui import QCursor

    from explorer.registry import EXPERIMENTS
    from explorer.ui.app import make_application
    from explorer.ui.settings import Settings, save
    from explorer.ui.window import MainWindow

    app = make_application()
    save(Settings(speed=None, theme="light"), settings)
    window = MainWindow(client, settings)
    window.show()
    QCursor.setPos(2190, 1290)  # nothing is hovered
    for name, spec in EXPERIMENTS.items():
        window.show_tab(name)
        run_to(window, spec.default_steps)
        photograph_tab(window, name)
    window.close()
    app.processEvents()


def photograph_tab(window: "MainWindow", name: str) -> None:
    """All pictures of the tab in front, whose run rests."""
    for theme, size in itertools.product(THEMES, SIZES):
        if window.settings.theme != theme:
            window.toggle_theme()
        window.resize(*size)
        save_picture(window, f"{name}-{theme}-{size[0]}x{size[1]}")
        window.toggle_notes()
        save_picture(window, f"{name}-notes-{theme}-{size[0]}x{size[1]}")
        window.toggle_notes()
        if size == SIZES[-1]:
            export_slide(window, f"{name}-slide-{theme}")
    window.toggle_presentation()
    save_picture(window, f"{name}-presentation-dark")
    window.toggle_presentation()


def run_to(window: "MainWindow", step: int) -> None:
    """Let the run in front reach a step exactly, and rest there."""
    run = window.tab.run
    wait_until(lambda: run.frame is not None)
    run.play(False)
    session = window.tab.session()
    window.tab.restore(type(session)(session.experiment, session.hyperparams, session.view, step))
    wait_until(lambda: run.frame.step == step)


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    from PyQt6.QtWidgets import QApplication

    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            raise SystemExit("the window did not get there in time")
        QApplication.processEvents()


def save_picture(window: "MainWindow", name: str) -> None:
    """Write the window as it is on the screen, once it has settled."""
    settled = monotonic() + 0.4
    wait_until(lambda: monotonic() > settled)
    window.grab().save(str(GALLERY / f"{name}.png"))


def export_slide(window: "MainWindow", name: str) -> None:
    from explorer.export.look import Look
    from explorer.export.write import write

    tab, look = window.tab, Look((1920, 1080), theme=window.colours.name)
    write(GALLERY / f"{name}.png", tab.view.shown_figure, tab.run.frame, tab.session(), look)


def renew_docs() -> None:
    """Copy what the README shows, as PNGs of few bytes: six bits of each colour look the same in less room."""
    from PyQt6.QtGui import QImage

    DOCS.mkdir(exist_ok=True)
    for name in README:
        image = QImage(str(GALLERY / f"{name}.png")).convertToFormat(QImage.Format.Format_RGB666)
        image.convertToFormat(QImage.Format.Format_RGB888).save(str(DOCS / f"{name.rpartition('-')[0]}.png"), "PNG", 0)


if __name__ == "__main__":
    main()

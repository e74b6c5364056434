"""How long a new frame takes to be shown: median and 95th percentile of update and paint, in ms.

QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.bench_draw
"""

import sys
import time

import numpy as np
from PyQt6.QtWidgets import QApplication

from explorer.draw.palette import LIGHT
from explorer.ui.figure_view import FigureView
from tests.draw.figures import seven_panels

FRAMES = 60
SAMPLES = 4096


def main() -> None:
    app = QApplication(sys.argv[:1])
    view = FigureView(LIGHT)
    view.resize(1140, 800)
    figures = [seven_panels(SAMPLES, seed, 4096.0 + seed) for seed in range(FRAMES)]
    view.show_figure(figures[0])
    view.show()
    app.processEvents()
    updates, paints = zip(*(_show(app, view, figure) for figure in figures), strict=True)
    for name, seconds in (("update", updates), ("paint", paints), ("both", np.add(updates, paints))):
        median, late = np.percentile(np.asarray(seconds) * 1e3, (50, 95))
        print(f"{name:8} {median:6.2f} ms  (95 %: {late:.2f} ms)")
    view.close()


def _show(app: QApplication, view: FigureView, figure) -> tuple[float, float]:
    start = time.perf_counter()
    view.show_figure(figure)
    updated = time.perf_counter()
    app.processEvents()
    return updated - start, time.perf_counter() - updated


if __name__ == "__main__":
    main()

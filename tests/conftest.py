"""What all tests share: one worker, a dressed application, settings of their own, and a look for what is left over."""

import multiprocessing
import os
import sys

# Before torch and Qt are imported, here and in the worker: one thread each, English, no screen.
os.environ |= {"OMP_NUM_THREADS": "1", "LANGUAGE": "en"}
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest

from explorer.worker.client import WorkerClient
from explorer.worker.messages import Ready

WORKER_STARTS_WITHIN = 60  # seconds, on a machine with much else to do


@pytest.fixture(scope="session", autouse=True)
def no_process_left():
    """Every worker that a test started has ended with the tests."""
    yield
    assert not multiprocessing.active_children()


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    """Nothing is read from or written to the settings of whoever runs the tests."""
    for place in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{place}_HOME", str(tmp_path / place.lower()))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def start_worker() -> WorkerClient:
    """Start a worker and wait until PyTorch is imported."""
    client = WorkerClient()
    client.start()
    answer = client.next_answer(WORKER_STARTS_WITHIN)
    if not isinstance(answer, Ready):
        client.kill()
        pytest.fail(f"the worker said {answer} instead of Ready")
    return client


@pytest.fixture(scope="session")
def shared_worker(no_process_left):
    """Do not use this: `worker` is the same, left as it was found."""
    client = start_worker()
    yield client
    client.kill()


@pytest.fixture
def worker(shared_worker):
    """A real worker with PyTorch imported, shared by all tests: importing takes a second. It may be killed."""
    if not shared_worker.alive:
        shared_worker.restart()
        assert isinstance(shared_worker.next_answer(WORKER_STARTS_WITHIN), Ready)
    yield shared_worker
    shared_worker.on_answer = None
    shared_worker.forget()  # answers that are still on their way belong to no run
    while shared_worker.next_answer(0) is not None:
        pass


@pytest.fixture(scope="session")
def qapp(qapp):
    """The application with our fonts and colours."""
    from explorer.draw.palette import LIGHT
    from explorer.ui.theme import apply_theme

    apply_theme(qapp, LIGHT)
    return qapp


@pytest.fixture(autouse=True)
def no_window_left():
    """A test leaves no window behind that it, or a fixture that outlives it, does not own."""
    before = top_level_widgets()
    yield
    left = top_level_widgets() - before
    assert not left, [(type(widget).__name__, widget.objectName(), widget.windowTitle()) for widget in left]


def top_level_widgets() -> set:
    """Windows without a parent, once everything that was to be deleted is; pyqtgraph keeps hidden menus for ever."""
    widgets = sys.modules.get("PyQt6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    core = sys.modules["PyQt6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    found = {widget for widget in widgets.QApplication.topLevelWidgets() if widget.parent() is None}
    return {widget for widget in found if widget.isVisible() or not isinstance(widget, widgets.QMenu)}

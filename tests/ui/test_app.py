"""The application object: what it does for the window without being seen."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GARBAGE_IN_ANOTHER_THREAD = """
import gc, threading
from PyQt6.QtCore import QTimer
from explorer.ui.app import make_application

gc.set_threshold(1000)
app, threads = make_application(), []
gc.callbacks.append(lambda phase, _info: threads.append(threading.current_thread().name))

def make_cycles():
    while not threads:
        cycle = []
        cycle.append(cycle)

maker = threading.Thread(target=make_cycles, daemon=True)
maker.start()
ask = QTimer()
ask.timeout.connect(lambda: maker.is_alive() or app.quit())
ask.start(10)
app.exec()
print(*sorted(set(threads)))
"""


def test_garbage_is_collected_in_the_windows_thread_alone():
    """In another it could end what Qt draws while Qt draws it."""
    command = [sys.executable, "-c", GARBAGE_IN_ANOTHER_THREAD]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.stdout.split() == ["MainThread"], done.stderr

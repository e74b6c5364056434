"""The smoke test that packagers run, run here from source: it passes, and it can fail."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.export.formats import FORMATS
from explorer.export.read import read_session
from explorer.registry import EXPERIMENTS
from explorer.ui import smoke
from explorer.ui.window import MainWindow

ROOT = Path(__file__).parents[2]


def smoke_test(folder):
    command = [sys.executable, "-m", "explorer", "--smoke-test", str(folder)]
    told = {"PYTHONFAULTHANDLER": "1"}  # where it was, should it crash
    environment = os.environ | told | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, env=environment)


def test_the_whole_program_works(tmp_path):
    done = smoke_test(tmp_path / "new" / "folder")
    assert done.returncode == 0, done.stderr
    steps = re.findall(r"^ *\d+\.\d\d s  (.+)$", done.stdout, re.MULTILINE)
    frames = [f"live frame of {name}" for name in EXPERIMENTS]
    exports = [f"exported figure.{suffix}" for suffix in FORMATS]
    assert steps == ["window", *frames, *exports, "notes", "about box"]
    written = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {f"figure.{suffix}" for suffix in FORMATS} | {"settings.json"}
    assert read_session(tmp_path / "new" / "folder" / "figure.png").step > 0


def test_users_are_not_bothered_with_it():
    done = subprocess.run([sys.executable, "-m", "explorer", "--help"], capture_output=True, text=True, check=True)
    assert "--version" in done.stdout
    assert "smoke" not in done.stdout


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf8")
    done = smoke_test(tmp_path / "file")
    assert done.returncode == 1
    assert "explorer: the smoke test failed: " in done.stderr


@pytest.fixture
def window(worker, tmp_path):
    window = MainWindow(worker, tmp_path / "settings.json")
    window.show()
    yield window
    window.close()
    window.deleteLater()


def test_what_does_not_come_in_time_is_named(window, qtbot, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(smoke, "WITHIN", 0.5)
    monkeypatch.setattr(smoke.SmokeTest, "_is_training", lambda self: False)
    test = smoke.SmokeTest(window, tmp_path)
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert test.status == 1
    assert capsys.readouterr().err.startswith("explorer: the smoke test failed: not within 0 s: live frame of ")


def test_what_the_window_says_in_red_fails_it(window, qtbot, tmp_path, capsys):
    test = smoke.SmokeTest(window, tmp_path)
    window.say("error", "Something went wrong: it is broken")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=20_000)
    assert test.status == 1
    assert "Something went wrong: it is broken" in capsys.readouterr().err

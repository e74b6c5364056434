"""Who imports whom: the linter's rules have no exceptions, and processes that really run bear them out."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from explorer.registry import EXPERIMENTS
from explorer.worker.messages import FrameReady

ROOT = Path(__file__).parents[1]
QT = {"PyQt6", "pyqtgraph", "superqt"}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def packages_after(code: str) -> set[str]:
    """Top-level packages that a new interpreter has imported after this code."""
    code += "\nimport json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def test_the_rules_of_the_linter_have_no_exceptions():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    assert not [c["name"] for c in contracts if "ignore_imports" in c or c.get("allow_indirect_imports")]
    named = " ".join(module for c in contracts for module in (*c.get("source_modules", ()), *c.get("modules", ())))
    parts = {p.parent.name for p in (ROOT / "explorer").glob("*/__init__.py")}
    assert {part for part in parts if f"explorer.{part}" not in named} == set()


def test_the_entry_imports_nothing_heavy():
    assert not packages_after("import explorer.__main__") & (QT | {"torch", "numpy"})


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_all_but_computing_does_without_torch_and_qt(name):
    code = "import importlib\nfor part in ('spec', 'figure', 'claims'):\n"
    code += f"    importlib.import_module(f'explorer.experiments.{name}.{{part}}')"
    assert not packages_after(code) & (QT | {"torch"})


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_computing_does_without_qt(name):
    assert not packages_after(f"import explorer.experiments.{name}.compute, explorer.worker.process") & QT


WINDOW = """
import json
import sys
from pathlib import Path

from explorer.worker.client import WorkerClient

if __name__ == "__main__":
    client = WorkerClient()
    client.start()
    from explorer.ui.app import make_application
    from explorer.ui.window import MainWindow

    app = make_application()
    window = MainWindow(client)
    window.tab.view.painted.connect(lambda: window.tab.run.frame is None or app.exit())  # quit() would close the window
    window.show()
    app.exec()
    window_maps, worker_maps = (Path(f"/proc/{pid}/maps").read_text() for pid in ("self", client.pid))
    print(json.dumps({"modules": list(sys.modules), "window": window_maps, "worker": worker_maps}))
    window.close()
"""


@LINUX
def test_a_running_window_has_no_torch_and_its_worker_no_qt(tmp_path):
    """The window is the real one, after its first live figure was painted."""
    script = tmp_path / "window.py"
    script.write_text(WINDOW, encoding="utf8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert "torch" not in seen["modules"]
    assert ("libtorch" in seen["window"], "libtorch" in seen["worker"]) == (False, True)
    assert ("libQt6" in seen["window"], "libQt6" in seen["worker"]) == (True, False)


@LINUX
def test_a_working_worker_has_neither_qt_nor_the_compiler(worker):
    spec = next(iter(EXPERIMENTS.values()))
    worker.begin(spec.name, spec.hyperparams(), to_step=2)
    answer = worker.next_answer(60)
    while not isinstance(answer, FrameReady):
        answer = worker.next_answer(60)
        assert answer is not None
    assert answer.frame.step == 2
    maps = Path(f"/proc/{worker.pid}/maps").read_text(encoding="utf8")
    assert "libtorch" in maps
    assert "libQt6" not in maps

"""What may go wrong with a machine is said in words, and the window lives: see also test_client, test_export_job."""

import errno
import os
import signal
import sys
from pathlib import Path

import pytest
from PyQt6.QtCore import QByteArray
from PyQt6.QtGui import QFontDatabase, QFontInfo, QGuiApplication

from explorer import headless
from explorer.core.files import WriteError, write_atomically
from explorer.core.processes import ending_in_words
from explorer.draw.fonts import font
from explorer.ui import files, settings
from explorer.ui.settings import Settings
from explorer.ui.window import MainWindow
from explorer.worker import faults
from explorer.worker.client import WorkerClient
from explorer.worker.messages import Died

WITHIN = 60


@pytest.fixture
def window(qapp, tmp_path):
    """A window that is never shown needs no worker."""
    made = []

    def make(**kept):
        settings.save(Settings(**kept), tmp_path / "settings.json")
        made.append(MainWindow(WorkerClient(), tmp_path / "settings.json"))
        return made[-1]

    yield make
    for one in made:
        one.bridge.close()
        one.deleteLater()


# --- a worker that cannot start ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raised", "said", "advice"),
    [
        ("ModuleNotFoundError(name='torch')", "PyTorch is not there; ", " -m pip install "),
        ("ImportError('no libtorch.so')", "PyTorch could not be imported: ImportError: no libtorch.so; ", "reinstall"),
        (
            "OSError('a DLL failed')",
            "PyTorch could not be imported: OSError: a DLL failed; ",
            "--force-reinstall torch",
        ),
        ("MemoryError()", "there is not enough memory to start PyTorch; ", "close other programs"),
        ("ImportError('a.so: failed to map segment from shared object')", "there is not enough memory", "close other"),
    ],
)
def test_a_torch_that_cannot_be_imported_is_said_in_words(tmp_path, monkeypatch, raised, said, advice):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text(f"raise {raised}\n", encoding="utf8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])  # a spawned process takes it over
    client = WorkerClient()
    client.start()
    answer = client.next_answer(WITHIN)
    client.kill()
    assert isinstance(answer, Died)
    assert answer.message.startswith(said)
    assert advice in answer.message.removeprefix(said)
    assert "\n" not in answer.message


def test_a_self_contained_program_without_torch_is_to_be_unpacked_again(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    said = faults.of_torch(ModuleNotFoundError("No module named 'torch'", name="torch"))
    assert "unpack" in said
    assert "pip" not in said


def test_a_worker_that_is_killed_before_it_is_ready_is_said(tmp_path):
    client = WorkerClient()
    client.start()
    os.kill(client.pid, 9)
    answer = client.next_answer(WITHIN)
    client.kill()
    assert isinstance(answer, Died)
    assert "it was killed; out of memory?" in answer.message


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (-signal.SIGKILL, "it was killed; out of memory?"),
        (-signal.SIGABRT, "it gave up; out of memory?"),
        (-signal.SIGSEGV, "it crashed: Segmentation fault"),
        (3, "it ended with status 3"),
    ],
)
def test_an_end_that_nobody_wanted_is_said_in_words(code, said):
    assert ending_in_words(code) == said


# --- files ---------------------------------------------------------------------------------------------------------
FAULTS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EBUSY, errno.EDQUOT)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: errno.errorcode[fault])
def test_a_disk_that_takes_nothing_costs_nothing_that_was_there(window, tmp_path, monkeypatch, fault):
    """Settings, sessions and the deck: all go through one way of writing."""
    shown = window(theme="dark")
    session = tmp_path / "kept.json"
    files.save_path(shown, session)
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    why = os.strerror(fault)

    def fail(*_arguments, **_more):
        raise OSError(fault, why)

    monkeypatch.setattr(os, "fsync", fail)
    files.save_path(shown, session)
    assert shown.message.words.text() == f"{session} could not be written: {why}"
    shown.deck.save_path(session)
    assert why in shown.message.words.text()
    assert why in settings.save(shown.settings, shown.path)
    with pytest.raises(WriteError, match=why):
        write_atomically(session, b"x")
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("name", ["folder", "x" * 300 + ".json", "no/such/a.json", "file/a.json"])
def test_settings_and_sessions_say_where_they_cannot_go(window, tmp_path, name):
    shown = window()
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf8")
    files.save_path(shown, tmp_path / name)
    assert shown.message.kind == "error"
    assert "could not be written: " in shown.message.words.text()


def test_settings_that_cannot_be_kept_are_said_before_the_window_closes(window, tmp_path, monkeypatch, capsys):
    shown = window()

    def fail(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    assert not shown.close()
    said = shown.message.words.text()
    assert said.startswith("The settings could not be kept: ")
    assert "No space left on device" in said
    assert "Close again" in said
    assert "No space left on device" in capsys.readouterr().err
    assert shown.close()


def test_settings_that_can_be_kept_after_all_close_the_window_with_them(window, monkeypatch):
    shown = window(theme="light")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda *_arguments: os.close(-1))
        assert not shown.close()
    shown.toggle_theme()
    assert shown.close()
    assert settings.load(shown.path)[0].theme == "dark"


@pytest.mark.parametrize("name", ["folder", "x" * 300, "file/a"])
def test_settings_that_cannot_be_read_or_kept_leave_a_program_with_defaults(tmp_path, name):
    (tmp_path / "file").write_text("", encoding="utf8")
    (tmp_path / "folder").mkdir()
    found, message = settings.load(tmp_path / name)
    assert found == Settings()
    assert message
    assert "\n" not in message


# --- system --------------------------------------------------------------------------------------------------------
def test_a_library_that_qt_misses_is_said_with_what_to_install(monkeypatch, tmp_path):
    text = "libEGL.so.1: cannot open shared object file: No such file or directory"
    (tmp_path / "needs_gl.py").write_text(f"raise ImportError({text!r})\n", encoding="utf8")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(headless.ComputeError, match=r"libEGL\.so\.1.*apt-get install .*libegl1"):
        headless.import_qt("needs_gl")


def test_the_program_brings_its_own_font(qapp):
    assert "Explorer Sans" in QFontDatabase.families()
    assert QFontInfo(font(13)).family() == "Explorer Sans"


@pytest.mark.parametrize("x", [-9000, 9000])
def test_a_window_of_a_screen_that_is_gone_comes_back_on_one_that_is_there(window, x):
    first = window()
    first.setGeometry(x, x, 1000, 700)
    kept = bytes(first.saveGeometry().toBase64().data()).decode()
    again = window(geometry=kept)
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    assert any(screen.contains(again.geometry().center()) for screen in screens)


@pytest.mark.parametrize(
    "geometry", ["", "????", "é", "AAAA", bytes(QByteArray(b"\xff" * 400).toBase64().data()).decode()]
)
def test_odd_settings_still_give_a_window(window, geometry):
    shown = window(
        geometry=geometry, theme="pink", tab="nowhere", speed=1e8, folder="\0", collapsed={"activations": ["?"]}
    )
    assert shown.tab.spec.name == "activations"
    assert shown.width() >= 960


def test_of_two_windows_the_one_closed_last_keeps_its_settings(window):
    first, second = window(theme="light"), window(theme="light")
    first.toggle_theme()
    for one in (second, first):
        one.remember()
    found, message = settings.load(first.path)
    assert (found.theme, message) == ("dark", "")
    assert sorted(Path(first.path.parent).glob(".explorer-*")) == []

"""Writing in a process of its own: done, cancelled, killed, on a full disk."""

import os
import signal
import sys

import pytest

from explorer.core.session import Session
from explorer.export.job import WriteFigure
from explorer.export.look import Look
from explorer.export.read import read_session
from explorer.registry import EXPERIMENTS
from explorer.ui.export_job import ExportJob
from tests.draw.figures import seven_panels

SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 12)
WITHIN = 30_000


@pytest.fixture
def job(qapp):
    made = ExportJob()
    yield made
    made.cancel()


def work(path, look=None):
    return WriteFigure(path, seven_panels(), None, SESSION, look or Look((640, 360)))


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv"])
def test_a_file_is_written(job, qtbot, tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    with qtbot.waitSignal(job.finished, timeout=WITHIN) as done:
        job.start(work(path))
    assert done.args == [path]
    assert read_session(path) == SESSION
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_is_said_and_nothing_is_left(job, qtbot, tmp_path):
    with qtbot.waitSignal(job.failed, timeout=WITHIN) as failed:
        job.start(work(tmp_path / "no" / "a.png"))
    assert failed.args == [f"{tmp_path / 'no' / 'a.png'} could not be written: No such file or directory"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process")
def test_a_full_disk_keeps_the_older_file(job, qtbot, tmp_path):
    import resource

    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    resource.prlimit(job.pid, resource.RLIMIT_FSIZE, (1000, 1000))
    with qtbot.waitSignal(job.failed, timeout=WITHIN) as failed:
        job.start(work(path))
    assert failed.args == [f"{path} could not be written: File too large"]
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_cancelling_ends_it_and_clears_up(job, qtbot, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"older")
    said = []
    for told in (job.finished, job.failed):
        told.connect(said.append)
    os.kill(job.pid, signal.SIGSTOP)  # it cannot be faster than we are
    job.start(work(path, Look((3840, 2160))))
    (tmp_path / f".explorer-{job.pid}-0123.tmp").write_bytes(b"half")
    (tmp_path / ".explorer-1-0123.tmp").write_bytes(b"of another process")
    assert job.writing
    job.cancel()
    assert not job.writing
    assert sorted(p.name for p in tmp_path.iterdir()) == [".explorer-1-0123.tmp", "a.png"]
    assert path.read_bytes() == b"older"
    qtbot.waitUntil(lambda: not job.writing)
    assert said == []


def test_a_killed_process_is_noticed(job, qtbot, tmp_path):
    os.kill(job.pid, signal.SIGSTOP)
    job.start(work(tmp_path / "a.png"))
    with qtbot.waitSignal(job.failed, timeout=WITHIN) as failed:
        os.kill(job.pid, signal.SIGKILL)
    assert failed.args == ["Nothing was written: the process that writes is gone (it was killed; out of memory?)."]
    assert list(tmp_path.iterdir()) == []


def test_a_job_that_nobody_starts_ends(qapp):
    job = ExportJob()
    job.cancel()
    assert not job.writing

"""Writing as a whole or not at all."""

import os
import stat
import sys

import pytest

from explorer.core.files import WriteError, check_folder, make_folder, put_aside, write_atomically, write_folder


def test_a_file_is_written_and_replaced_with_nothing_left_over(tmp_path):
    path = tmp_path / "a.json"
    write_atomically(path, b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    write_atomically(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_atomically(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"x"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_keeps_the_old_file_and_leaves_no_part(tmp_path, monkeypatch, step):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(WriteError) as error:
        write_atomically(path, b"new")
    assert str(error.value) == f"{path} could not be written: No space left on device"
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no/a.png", "No such file or directory"),
        ("file/a.png", "Not a directory"),
        ("folder", "it exists and is not a file"),
        ("x" * 300, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path, name, why):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError, match=f"could not be written: {why}$"):
        write_atomically(tmp_path / name, b"x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(sys.platform != "linux", reason="a device that is always full")
def test_a_device_is_no_file():
    with pytest.raises(WriteError, match="is not a file"):
        write_atomically("/dev/full", b"x")


@pytest.mark.parametrize("write", [check_folder, make_folder, lambda path: write_folder(path, {"a": b"x"})])
@pytest.mark.parametrize(("name", "why"), [("x" * 300 + "/a", "File name too long"), ("file/a", "")])
def test_a_folder_out_of_reach_is_said(tmp_path, write, name, why):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(WriteError, match=f"/a could not be written: {why}"):
        write(tmp_path / name)


def test_what_was_put_aside_is_not_lost_to_the_next(tmp_path):
    path = tmp_path / "deck.json"
    for text in ("one", "two", "three"):
        path.write_text(text)
        put_aside(path)
    names = {"deck.broken.json": "one", "deck.broken-2.json": "two", "deck.broken-3.json": "three"}
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == names

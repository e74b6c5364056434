import json

import pytest

from explorer.ui import settings
from explorer.ui.settings import Settings


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new folder" / "settings.json"


def test_what_is_saved_comes_back(path):
    kept = Settings(theme="dark", tab="activations", speed=None, collapsed={"activations": ["View"]})
    assert settings.save(kept, path) == ""
    assert settings.load(path) == (kept, "")


def test_without_a_file_there_are_defaults_and_nothing_to_say(path):
    assert settings.load(path) == (Settings(), "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"version": 99}',
        '{"version": 1, "theme": 3}',
        '{"version": 1, "speed": "fast"}',
        '{"version": 1, "speed": -1}',
        '{"version": 1, "sessions": {"activations": 7}}',
        '{"version": 1, "collapsed": {"activations": [1]}}',
        "[" * 100_000,
        '{"version": 1, "tab": "' + "\ud800" + '"}',
    ],
)
def test_a_broken_file_is_put_aside_and_reported(path, text):
    path.parent.mkdir()
    path.write_bytes(text.encode("utf8", "surrogatepass"))
    found, message = settings.load(path)
    assert found == Settings()
    assert "settings.broken.json" in message
    assert not path.exists()
    assert path.with_name("settings.broken.json").read_bytes() == text.encode("utf8", "surrogatepass")


def test_a_newer_field_is_ignored_and_a_missing_one_has_its_default(path):
    path.parent.mkdir()
    path.write_text(json.dumps({"version": 1, "theme": "dark", "not_yet_invented": 1}))
    assert settings.load(path) == (Settings(theme="dark"), "")


def test_a_folder_that_cannot_be_written_is_said_not_raised(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert "could not be kept" in settings.save(Settings(), blocked / "settings.json")
    assert blocked.read_text() == "no folder"

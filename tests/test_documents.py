"""What the documents say is so."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from explorer import __version__
from explorer.cli import _parser
from explorer.ui.actions import keys_text

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")
COMMANDS = [line.split("#")[0] for line in README.splitlines() if line.startswith("explorer ")]


def test_the_readme_lists_the_keys_that_there_are():
    assert keys_text() in README


@pytest.mark.parametrize("line", COMMANDS)
def test_command_lines_in_the_readme_are_understood(line):
    assert callable(_parser().parse_args(shlex.split(line)[1:]).command)


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_what_a_document_points_to_is_there(document):
    text = (ROOT / document).read_text(encoding="utf8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / target).exists(), target
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", text)) <= targets


def test_the_worked_example_is_an_experiment():
    """The spec that CONTRIBUTING shows can be run as it stands."""
    from explorer.core import hyperparams as hp

    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")
    code = re.search(r"```python\n(\"\"\"Dropout.*?)```", text, re.DOTALL)[1]
    namespace = {"__name__": "dropout.spec"}
    exec(compile(code, "CONTRIBUTING.md", "exec"), namespace)
    spec = namespace["SPEC"]
    assert [f.name for f in hp.fields_of(spec.hyperparams)] == ["p", "depth", "width", "lr", "seed"]
    assert hp.replace(spec.hyperparams(), spec.presets[0].hyperparams).p == 0.0


def test_the_changelog_knows_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf8")
    assert f"## [{__version__}]" in changelog
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    assert project["project"]["license"] == "GPL-3.0-or-later"
    assert (ROOT / "LICENSE").read_text(encoding="utf8").lstrip().startswith("GNU GENERAL PUBLIC LICENSE")

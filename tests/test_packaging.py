"""What is installed, and what the check of system libraries says."""

import ast
import configparser
import importlib.util
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PyQt6.QtGui import QImage

from explorer.registry import EXPERIMENTS
from explorer.ui import app
from explorer.ui.app import DESKTOP_ENTRY

ROOT = Path(__file__).parents[1]
CONSTRAINTS = {
    canonicalize_name(requirement.name): requirement
    for line in (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf8").splitlines()
    if line and not line.startswith("#")
    for requirement in [Requirement(line)]
}


def loaded(name):
    """A file of packaging/ as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def system():
    return loaded("system")


@pytest.fixture(scope="module")
def program_icon(qapp):
    return loaded("program_icon")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and a source distribution."""
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", target], cwd=ROOT, check=True, capture_output=True
    )
    return target


def test_the_wheel_carries_code_resources_and_licences(built):
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "explorer").rglob("*.py")}
    resources = {f"explorer/{path.relative_to(ROOT)}" for path in (ROOT / "resources").rglob("*") if path.is_file()}
    assert modules | resources <= names
    assert {name.partition("/")[0] for name in names} == {
        "explorer",
        next(n for n in names if "/METADATA" in n).partition("/")[0],
    }
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_the_source_distribution_can_build_itself(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "Makefile", "packaging/constraints.txt", "resources/fonts/OFL.txt", "LICENSE"} <= names


def test_every_dependency_is_pinned_within_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    wanted += project["project"]["optional-dependencies"]["build"]
    for requirement in map(Requirement, [*wanted, *project["build-system"]["requires"]]):
        (pin,) = CONSTRAINTS[canonicalize_name(requirement.name)].specifier
        assert pin.operator == "=="
        assert pin.version in requirement.specifier


def test_resources_of_others_come_with_their_licence():
    for folder, licence in {"fonts": "OFL.txt", "icons": "LICENSE", "data": "LICENSE"}.items():
        assert (ROOT / "resources" / folder / licence).read_text(encoding="utf8").strip()


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libX11.so.6", "libx11-6"),
        ("libGL.so.1", "libgl1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_debian_packages_are_named_after_their_library(system, library, package):
    assert system.debian_package(library) == package


def test_missing_libraries_are_read_from_ldd(system):
    listing = "\tlinux-vdso.so.1 (0x7ffc)\n\tlibGL.so.1 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n"
    assert system.missing_in(listing) == {"libGL.so.1"}


def test_without_root_and_sudo_one_line_says_what_to_install(system, monkeypatch, capsys):
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.shutil, "which", lambda program: None if program == "sudo" else f"/usr/bin/{program}")
    assert not system.install(["libegl1", "libgl1"], "Qt needs libEGL.so.1 libGL.so.1")
    said = capsys.readouterr().err
    assert "sudo apt-get install -y --no-install-recommends libegl1 libgl1" in said.splitlines()[-1]


def test_an_older_python_is_refused_with_what_to_do(system, monkeypatch, capsys):
    monkeypatch.setattr(system.sys, "version_info", (3, 9, 2, "final", 0))
    assert not system.check_venv()
    assert "PYTHON=" in capsys.readouterr().err


def test_what_building_needs_is_named_by_its_package(system, monkeypatch):
    asked = []
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system.shutil, "which", lambda program: None if program in ("strip", "Xvfb") else "/usr/bin/x")
    monkeypatch.setattr(system, "python_library", lambda: "libpython3.0.so.1.0")
    monkeypatch.setattr(system, "install", lambda packages, why: asked.extend(packages) or True)
    assert system.check_dist()
    assert asked == ["binutils", "libpython{}.{}".format(*sys.version_info), "xvfb"]


def test_a_python_that_cannot_be_put_into_a_program_is_refused(system, monkeypatch, capsys):
    monkeypatch.setattr(system.sys, "platform", "linux")
    monkeypatch.setattr(system, "python_library", lambda: "libpython3.11.a")
    assert not system.check_dist()
    assert "shared library" in capsys.readouterr().err


# --- the self-contained program -----------------------------------------------------------------------------------
SPEC = ROOT / "packaging" / "explorer.spec"
SPEC_TREE = ast.parse(SPEC.read_text(encoding="utf8"))


def imported_by(folder: Path) -> set[str]:
    """Dotted names that the Python files of a folder import, with all that leads to them."""
    nodes = [node for file in folder.rglob("*.py") for node in ast.walk(ast.parse(file.read_text(encoding="utf8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name[:end] for name in names for end in (*(m.start() for m in re.finditer(r"\.", name)), len(name))}


def words_of(name: str) -> list[str]:
    """A list of words that the spec splits from a text."""
    (node,) = [n for n in SPEC_TREE.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == name]
    return node.value.func.value.value.split()


def test_nothing_that_the_program_imports_is_left_out():
    imported = imported_by(ROOT / "explorer")
    assert "torch.nn" in imported  # the reading works
    assert imported & set(words_of("UNUSED")) == set()
    assert len(words_of("UNUSED")) > 30


@pytest.mark.parametrize(
    "file", ["worker_first.py", "hooks/hook-torch.py", "hooks/hook-pptx.py", "bundled_licences.py", "dist.py"]
)
def test_what_pyinstaller_runs_is_python(file):
    compile((ROOT / "packaging" / file).read_text(encoding="utf8"), file, "exec")


@pytest.mark.parametrize(("suffix", "size"), [(".png", 48), (".ico", 256), (".icns", 512)])
def test_the_icon_is_drawn_for_every_system(program_icon, tmp_path, suffix, size):
    image = QImage(program_icon.written(tmp_path / "new" / f"icon{suffix}", size))
    assert (image.width(), image.height()) == (size, size)
    assert image.pixelColor(0, 0).alpha() == 0
    assert (
        image.pixelColor(round(size * 0.77), round(size * 0.77)).name() == "#77abfe"
    )  # the end of the one that trains


# --- the desktop --------------------------------------------------------------------------------------------------
LINUX = ROOT / "packaging" / "linux"


@pytest.fixture
def entry():
    """The desktop entry's fields."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(LINUX / f"{DESKTOP_ENTRY}.desktop", encoding="utf8")
    return parser["Desktop Entry"]


@pytest.fixture
def component():
    """The AppStream component."""
    return ElementTree.parse(LINUX / f"{DESKTOP_ENTRY}.metainfo.xml").getroot()


def test_the_desktop_entry_starts_what_is_installed(entry):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
    assert entry["Exec"] in project["project"]["scripts"]
    assert (entry["Type"], entry["Terminal"]) == ("Application", "false")
    assert entry["Icon"] == DESKTOP_ENTRY
    for field in ("Categories", "Keywords"):
        assert entry[field].endswith(";")


def test_window_entry_and_component_are_one(qapp, component, entry):
    app.name_application(qapp)
    assert qapp.desktopFileName() == DESKTOP_ENTRY == component.findtext("id")
    assert entry["StartupWMClass"] == qapp.applicationName()
    assert component.findtext("launchable") == f"{DESKTOP_ENTRY}.desktop"
    assert component.findtext("name") == entry["Name"] == qapp.applicationDisplayName()
    assert component.findtext("provides/binary") == entry["Exec"]
    assert not qapp.windowIcon().isNull()


def test_the_component_tells_of_every_experiment(component):
    items = [item.text.partition(":")[0] for item in component.iterfind("description/ul/li")]
    assert items == [spec.label for spec in EXPERIMENTS.values()]
    assert component.findtext("project_license") == "GPL-3.0-or-later"


@pytest.mark.parametrize(
    "command", [("desktop-file-validate", "{}.desktop"), ("appstreamcli", "validate", "--no-net", "{}.metainfo.xml")]
)
def test_those_who_read_them_find_no_fault(command):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    arguments = [part.format(LINUX / DESKTOP_ENTRY) for part in command]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_of_the_tarball_is_filled_in():
    text = (LINUX / "README.txt").read_text(encoding="utf8").format(glibc="2.36")
    assert "glibc 2.36 or newer" in text
    assert DESKTOP_ENTRY in text
    assert max(map(len, text.splitlines())) <= 80

"""What is installed, and what the check of system libraries says."""

import importlib.util
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
CONSTRAINTS = {
    canonicalize_name(requirement.name): requirement
    for line in (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf8").splitlines()
    if line and not line.startswith("#")
    for requirement in [Requirement(line)]
}


@pytest.fixture(scope="module")
def system():
    spec = importlib.util.spec_from_file_location("system", ROOT / "packaging" / "system.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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

"""Everything that is given out, in dist/: `make dist`.

Builds the wheel and the source distribution, then the program with its own Python (PyInstaller, explorer.spec). On
Linux that folder gets its desktop entry, icons and metadata, is tried on a virtual screen without anything of the
system's Python in reach, packed, and its size and start-up time are printed beside those of the program from source.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic

from virtual_screen import virtual_screen

ROOT = Path(__file__).parents[1]
LINUX = ROOT / "packaging" / "linux"
ENTRY = "org.explorer_dl.Explorer"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
STARTS = 5
SOURCE = (sys.executable, "-m", "explorer")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder to write to (default: dist)")
    out = parser.parse_args().out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build", "-d", out)
    freeze(out)
    if sys.platform != "linux":
        return
    (folder,) = out.glob("explorer-*-linux-*/")
    complete(folder)
    with virtual_screen(1920, 1080) as display:
        try_program(folder / "explorer", display)
        pack(folder)
        report(out)
        report_starts(folder / "explorer", display)


def run(*command: object, **about: object) -> None:
    """Run a command in the project's folder; where it fails, so do we."""
    done = subprocess.run([*map(str, command)], cwd=ROOT, check=False, **about)
    if done.returncode:
        sys.exit(f"make dist: {Path(str(command[0])).name} ended with status {done.returncode}")


def freeze(out: Path) -> None:
    folders = ("--distpath", out, "--workpath", ROOT / "build" / "pyinstaller")
    run(sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *folders, "packaging/explorer.spec")


def complete(folder: Path) -> None:
    """Add what is read before the program runs, and what a desktop wants to know of it, ready for ~/.local/share."""
    import program_icon

    share = folder / "share"
    icons = share / "icons" / "hicolor"
    for size in ICON_SIZES:
        program_icon.written(icons / f"{size}x{size}" / "apps" / f"{ENTRY}.png", size)
    copies = {
        ROOT / "LICENSE": folder / "LICENSE",
        LINUX / f"{ENTRY}.desktop": share / "applications" / f"{ENTRY}.desktop",
        LINUX / f"{ENTRY}.metainfo.xml": share / "metainfo" / f"{ENTRY}.metainfo.xml",
        program_icon.SVG: icons / "scalable" / "apps" / f"{ENTRY}.svg",
    }
    for source, target in copies.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    readme = (LINUX / "README.txt").read_text(encoding="utf8")
    (folder / "README.txt").write_text(readme.format(glibc=platform.libc_ver()[1]), encoding="utf8")


def try_program(program: Path, display: str) -> None:
    """Run the smoke test with nothing in the environment but a screen."""
    with tempfile.TemporaryDirectory() as folder:
        run(program, "--smoke-test", folder, env={"DISPLAY": display})


def pack(folder: Path) -> None:
    target = folder.with_name(f"{folder.name}.tar.xz")
    owner = ("--sort=name", "--owner=0", "--group=0", "--numeric-owner")
    run("tar", *owner, "-C", folder.parent, "-cJf", target, folder.name, env=os.environ | {"XZ_OPT": "-T0 -2"})


def report(out: Path) -> None:
    print("\nsize")
    for path in sorted(out.iterdir()):
        size = sum(file.stat().st_size for file in path.rglob("*") if not file.is_symlink()) or path.stat().st_size
        print(f"  {path.name:<44}{size / 1e6:8.1f} MB")


def report_starts(program: Path, display: str) -> None:
    print(f"\nstart-up, medians of {STARTS}{'window':>20}{'first live frame':>20}")
    for name, command in {"this folder": (str(program),), "from source": SOURCE}.items():
        starts = [start(command, display) for _ in range(STARTS)]
        window, frame = (median(times) for times in zip(*starts, strict=True))
        print(f"  {name:<30}{window:>10.2f} s{frame:>18.2f} s")
    print(f"\n{platform.platform()}, {os.cpu_count()} cores")


def start(command: tuple[str, ...], display: str) -> tuple[float, float]:
    """Seconds until the window is shown and until the first live frame is; then the program is ended."""
    with tempfile.TemporaryDirectory() as folder:
        began_at, seen = monotonic(), []
        line = [*command, "--smoke-test", folder]
        with subprocess.Popen(line, cwd=ROOT, env=os.environ | {"DISPLAY": display}, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(2):  # the first two steps of the smoke test
                process.stdout.readline()
                seen.append(monotonic() - began_at)
            process.kill()
    return seen[0], seen[1]


if __name__ == "__main__":
    main()

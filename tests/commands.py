"""The command line as tests use it."""

import subprocess
import sys

from explorer.cli import run


def explorer(*arguments, **about):
    """Run the program in a process of its own."""
    command = [sys.executable, "-m", "explorer", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, **about)


def complaint(capsys, *arguments):
    """Exit status and the one line on stderr."""
    try:
        status = run([str(a) for a in arguments])
    except SystemExit as end:
        status = end.code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("explorer: ")
    assert err.count("\n") == 1
    return status, err.removeprefix("explorer: ").strip()

"""`make soak`: the real window under a restless user for many minutes; what fails is shrunk to its shortest sequence.

make soak MINUTES=10 SEED=1        random actions, in pieces of a few minutes
make soak REPLAY=build/soak.json   those of a file again
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "soak.json"
PIECE = 240
"""Seconds after which a new window is begun, with the next seed."""
SHRINKING = 900
"""Seconds that looking for a shorter sequence may take."""
PLAIN = ("name", "seed", "wait")
Actions = Sequence[dict[str, Any]]


def driven(timeout: float, **order: Any) -> dict[str, Any]:
    """Drive a window in a process of its own: a crash is a failure too."""
    with tempfile.TemporaryDirectory(prefix="explorer-soak-", ignore_cleanup_errors=True) as folder:
        text = json.dumps(order | {"folder": folder})
        command = [sys.executable, "-X", "faulthandler", "-m", "tests.soak.drive"]
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=timeout, cwd=ROOT)
        except subprocess.TimeoutExpired as error:
            return _broken_off(f"no end after {timeout:.0f} s", (error.stderr or b"").decode(errors="replace"))
    if done.returncode:
        return _broken_off(f"the process ended with {done.returncode}", done.stderr)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _broken_off(failure: str, written: str) -> dict[str, Any]:
    """Tell the end of a process by what it wrote: every action as it began, and perhaps a traceback."""
    lines = written.splitlines()
    actions = [json.loads(line) for line in lines if line.startswith('{"name"') and line.endswith("}")]
    rest = [line for line in lines if not line.startswith('{"name"')]
    return {"failures": ["\n".join([failure, *rest[-60:]])], "actions": actions, "memory": {}}


def fails(actions: Actions) -> bool:
    plain = [{key: action[key] for key in PLAIN} for action in actions]
    return bool(driven(60 + 3 * len(actions), actions=plain)["failures"])


def shortest(actions: Actions, fails: Callable[[Actions], bool], over: Callable[[], bool] = lambda: False) -> Actions:
    """Leave out parts, halves first, as long as it still fails: delta debugging (Zeller and Hildebrandt 2002)."""
    parts = 2
    while len(actions) > 1 and not over():
        size = -(-len(actions) // parts)
        tries = ([*actions[:i], *actions[i + size :]] for i in range(0, len(actions), size))
        shorter = next((some for some in tries if not over() and fails(some)), None)
        if shorter is not None:
            actions, parts = shorter, max(parts - 1, 2)
        elif size == 1:
            break
        else:
            parts = min(2 * parts, len(actions))
    return actions


def report(found: dict[str, Any], seed: int) -> None:
    """Say what failed; keep and print the shortest sequence."""
    print(f"\nseed {seed} failed:", *found["failures"], sep="\n", flush=True)
    if not (actions := found["actions"]):
        return
    end = time.monotonic() + SHRINKING
    if fails(actions):
        actions = shortest(actions, fails, lambda: time.monotonic() > end)
    else:
        print("the same actions do not always fail")
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(actions, indent=1), encoding="utf8")
    print(f"{len(actions)} actions, kept in {KEPT} (make soak REPLAY={KEPT.relative_to(ROOT)}):")
    print(*(f"  {action.get('what') or action['name']}" for action in actions), sep="\n")


def soak(minutes: float, seed: int) -> int:
    """Drive one window after the other; return the exit status."""
    end = time.monotonic() + 60 * minutes
    while (left := end - time.monotonic()) > 0:
        seconds = min(left, PIECE)
        found = driven(seconds + 300, seconds=seconds, seed=seed)
        if found["failures"]:
            report(found, seed)
            return 1
        print(f"seed {seed}: {len(found['actions'])} actions; MB {found['memory']}", flush=True)
        seed += 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args()
    if not options.replay:
        return soak(options.minutes, options.seed)
    actions = json.loads(options.replay.read_text(encoding="utf8"))
    found = driven(60 + 3 * len(actions), actions=[{key: a[key] for key in PLAIN} for a in actions])
    print(*found["failures"] or ["nothing failed"], sep="\n")
    return bool(found["failures"])


if __name__ == "__main__":
    sys.exit(main())

"""`make soak`: the real window under a restless user for many minutes; what fails is shrunk to its shortest sequence.

make soak MINUTES=10 SEED=1        random actions, in pieces of a few minutes
make soak REPLAY=build/soak.json   those of a file again
"""

import argparse
import contextlib
import json
import signal
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
STUCK = 150
"""Seconds for which a window may do nothing new: more than the waits of any action, on a busy machine too."""
LAST_WORDS = 10
"""Seconds in which a process that is stuck may write where."""
LOOK_EVERY = 0.2
PLAIN = ("name", "seed", "wait")
Actions = Sequence[dict[str, Any]]


def driven(**order: Any) -> dict[str, Any]:
    """Drive a window in a process of its own: a crash is a failure too, and so is one that does not end."""
    command = [sys.executable, "-X", "faulthandler", "-m", "tests.soak.drive"]
    with tempfile.TemporaryDirectory(prefix="explorer-soak-", ignore_cleanup_errors=True) as folder:
        return watched(command, Path(folder), json.dumps(order | {"folder": folder}))


def watched(command: Sequence[str], folder: Path, text: str, stuck: float = STUCK) -> dict[str, Any]:
    """Run a command that reads `text` and writes JSON; in files, for a pipe may be held open by whoever inherits it."""
    given, answer, record = (folder / name for name in ("given", "answer", "record"))
    given.write_text(text, encoding="utf8")
    with given.open() as stdin, answer.open("w") as stdout, record.open("w") as stderr:
        process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, cwd=ROOT)
        try:
            is_stuck = _gets_stuck(process, record, stuck)
        finally:
            process.kill()
            process.wait()
    written = record.read_text(encoding="utf8", errors="replace")
    if is_stuck:
        return _broken_off(f"stuck: nothing new for {stuck:.0f} s", written)
    if process.returncode:
        return _broken_off(f"the process ended with {process.returncode}", written)
    return json.loads(answer.read_text(encoding="utf8"))  # type: ignore[no-any-return]


def _gets_stuck(process: "subprocess.Popen[bytes]", record: Path, stuck: float) -> bool:
    """Wait for the end; where the record does not grow any more, have all threads written into it instead."""
    size, since = 0, time.monotonic()
    while process.poll() is None:
        if (now := record.stat().st_size) != size:
            size, since = now, time.monotonic()
        if time.monotonic() - since > stuck:
            process.send_signal(signal.SIGABRT)  # faulthandler answers it, also where Python cannot
            _wait(process, LAST_WORDS)
            return True
        _wait(process, LOOK_EVERY)
    return False


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def _broken_off(failure: str, written: str) -> dict[str, Any]:
    """Tell the end of a process by what it wrote: every action as it began, and perhaps a traceback."""
    lines = written.splitlines()
    actions = [json.loads(line) for line in lines if line.startswith('{"name"') and line.endswith("}")]
    rest = [line for line in lines if not line.startswith('{"name"')]
    return {"failures": ["\n".join([failure, *rest[-60:]])], "actions": actions, "memory": {}}


def fails(actions: Actions, seconds: float = 1e9) -> bool:
    """Whether a sequence fails again, in so many seconds at most."""
    plain = [{key: action[key] for key in PLAIN} for action in actions]
    return bool(driven(actions=plain, seconds=seconds)["failures"])


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


def report(found: dict[str, Any], seed: int, shrinking: float = SHRINKING) -> str:
    """Say what failed; keep the shortest sequence that is found in some seconds, and return it in words."""
    print(f"\nseed {seed} failed:", *found["failures"], sep="\n", flush=True)
    if not (actions := found["actions"]):
        return ""
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(actions, indent=1), encoding="utf8")  # already: looking may be broken off
    print(f"looking for the shortest sequence, for {shrinking:.0f} s at most …", flush=True)
    end = time.monotonic() + shrinking

    def fails_in_time(some: Actions) -> bool:
        return fails(some, end - time.monotonic())

    if fails_in_time(actions):
        actions = shortest(actions, fails_in_time, lambda: time.monotonic() > end)
    else:
        print("the same actions do not always fail")
    KEPT.write_text(json.dumps(actions, indent=1), encoding="utf8")
    head = f"{len(actions)} actions, kept in {KEPT} (make soak REPLAY={KEPT.relative_to(ROOT)}):"
    return "\n".join([head, *(f"  {action.get('what') or action['name']}" for action in actions)])


def soak(minutes: float, seed: int) -> int:
    """Drive one window after the other; return the exit status."""
    end = time.monotonic() + 60 * minutes
    while (left := end - time.monotonic()) > 0:
        found = driven(seconds=min(left, PIECE), seed=seed)
        if found["failures"]:
            print(report(found, seed))
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
    found = driven(actions=[{key: a[key] for key in PLAIN} for a in actions])
    print(*found["failures"] or ["nothing failed"], sep="\n")
    return bool(found["failures"])


if __name__ == "__main__":
    sys.exit(main())

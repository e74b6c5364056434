"""What the tests of scripts need: scripts run by themselves, and the frames that they are compared with."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from explorer.core import hyperparams as hp
from explorer.core.session import Change, Session
from explorer.registry import EXPERIMENTS

RUNNER = """\
import contextlib, io, pickle, runpy, sys
sys.modules["explorer"] = None
import torch
found = {}
for path in pickle.load(sys.stdin.buffer):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        variables = runpy.run_path(path, run_name="__main__")
    values = {n: v.detach().numpy() for n, v in variables.items() if isinstance(v, torch.Tensor)}
    values |= {n: v for n, v in variables.items() if n.endswith("_step")}
    found[path] = values, said.getvalue()
sys.stdout.buffer.write(pickle.dumps(found))
"""


def session_of(experiment, settings=None, steps=20, changes=()):
    spec = EXPERIMENTS[experiment]
    start = hp.replace(spec.hyperparams(), settings or {})
    return Session(experiment, start, spec.view_options(), steps, tuple(Change(*change) for change in changes))


def frame_of(session):
    """What the run yields, all that it refines included."""
    run, values, changes = EXPERIMENTS[session.experiment].run(session.hyperparams), session.hyperparams, {}
    for change in session.changes:
        changes.setdefault(change.step, []).append(change.hyperparams)
    for step in range(session.step + 1):
        for change in changes.get(step, ()):
            values = hp.replace(values, change)
            run.update(values)
        if step < session.step:
            run.step()
    while session.experiment == "optimizers" and getattr(run, "refined", 1) < 1:
        run.refine()
    return run.frame()


def script_of(session):
    return EXPERIMENTS[session.experiment].script(session)


def every_choice(experiment):
    """A session for every choice and switch, and for both ends of every number."""
    for field in hp.fields_of(EXPERIMENTS[experiment].hyperparams):
        if field.kind in ("choice", "choices"):
            values = [[c.name] if field.kind == "choices" else c.name for c in field.choices]
        else:
            values = {"bool": [True, False], "text": []}.get(field.kind, [field.low, field.high])
        for value in values:
            yield session_of(experiment, {field.name: int(value) if field.kind == "int" else value})


def tidied(scripts, folder):
    """What ruff has against these scripts."""
    for i, text in enumerate(scripts):
        (folder / f"script_{i}.py").write_text(text, "utf-8")
    rules = "E,W,F,I,UP,B,C4,RUF,SIM,D"
    commands = ["format", "--check"], ["check", "--select", rules, "--ignore", "D1,D203,D205,D213,D400,D401,D415"]
    done = [
        subprocess.run([sys.executable, "-m", "ruff", *c, "--isolated", "-q", folder], capture_output=True, text=True)
        for c in commands
    ]
    return "".join(d.stdout + d.stderr for d in done)


def run_alone(scripts, folder):
    """Variables, and what was printed, of each script; all in one process that has none of our modules."""
    paths = {name: str(folder / f"{i}.py") for i, name in enumerate(scripts)}
    for name, path in paths.items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(scripts[name])
    command = [sys.executable, "-W", "error", "-c", RUNNER]
    done = subprocess.run(command, input=pickle.dumps(list(paths.values())), capture_output=True, cwd=folder)
    assert done.returncode == 0, done.stderr.decode()
    found = pickle.loads(done.stdout)
    return {name: found[path] for name, path in paths.items()}


def close(found, expected, rtol, atol=0.0, what=""):
    """`atol` is a share of the largest finite number."""
    expected = np.asarray(expected)
    assert np.shape(found) == expected.shape, what
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0)
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=atol * largest, err_msg=what)


class Scripts:
    """The functions above, by way of a fixture."""

    session, frame, text, every_choice = map(staticmethod, (session_of, frame_of, script_of, every_choice))
    tidied, run_alone, close = map(staticmethod, (tidied, run_alone, close))


@pytest.fixture(scope="session")
def scripts():
    return Scripts

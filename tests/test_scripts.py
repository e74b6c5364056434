"""Every experiment's script: run by itself, without this program, it comes to the numbers of the run."""

import ast
import dataclasses
import os
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from explorer.core import hyperparams as hp
from explorer.core.session import Change, Session
from explorer.registry import EXPERIMENTS

REPRODUCED = {
    "activations": (
        "value gradient forward_gain backward_gain train_loss train_accuracy gradient_norm dead_fraction history_step"
    ),
    "initializers": (
        "activation_mean activation_std unit_std cosine saturated_fraction dead_fraction gradient_std train_loss "
        "train_accuracy history_step"
    ),
    "batch_norm": (
        "train_loss train_accuracy val_loss_eval val_accuracy_eval activation_mean activation_std gradient_norm "
        "channel_input channel_mean channel_var channel_normalized channel_output gamma beta history_step"
    ),
}
"""Fields of the frame that a script has as variables."""
RUNNER = """\
import contextlib, io, pickle, runpy, sys
sys.modules["explorer"] = None
import torch
def plain(value):
    if isinstance(value, torch.Tensor):
        return value.detach().numpy()
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value
found = {}
for path, *names in pickle.load(sys.stdin.buffer):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        variables = runpy.run_path(path, run_name="__main__")
    found[path] = {name: plain(variables[name]) for name in names}, said.getvalue()
sys.stdout.buffer.write(pickle.dumps(found))
"""


@dataclasses.dataclass(frozen=True)
class Case:
    experiment: str
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    steps: int = 12
    changes: dict[int, dict[str, Any]] = dataclasses.field(default_factory=dict)
    but: str = ""
    """Fields that are not compared."""

    @property
    def spec(self):
        return EXPERIMENTS[self.experiment]

    @property
    def session(self) -> Session:
        changes = tuple(Change(step, values) for step, values in self.changes.items())
        start = hp.replace(self.spec.hyperparams(), self.settings)
        return Session(self.experiment, start, self.spec.view_options(), self.steps, changes)

    def frame(self):
        session = self.session
        run, values = self.spec.run(session.hyperparams), session.hyperparams
        for step in range(self.steps + 1):
            if step in self.changes:
                values = hp.replace(values, self.changes[step])
                run.update(values)
            if step < self.steps:
                run.step()
        return run.frame()


def all_of(experiment: str, field: str) -> list[str]:
    return [c.name for c in hp.field_of(EXPERIMENTS[experiment].hyperparams, field).choices]


TIES = "train_accuracy"
"""Where logits are equal, which of them is called the largest is chance."""
DEFAULTS = {f"{name} as it starts": Case(name, steps=EXPERIMENTS[name].default_steps) for name in REPRODUCED}
OTHERS = {
    "every activation": Case("activations", {"functions": all_of("activations", "functions"), "sigma": 3.0}),
    "activations on spirals": Case("activations", {"data": "spirals", "depth": 2, "optimizer": "adam", "lr": 0.01}),
    "one activation with batch norm": Case(
        "activations",
        {"functions": ["sigmoid"], "batch_norm": True, "optimizer": "momentum", "initializer": "pytorch_default"},
    ),
    "an activation that overflows": Case(
        "activations", {"functions": ["relu", "own"], "expression": "x**3 - sqrt(2 / pi)", "lr": 2.0}, 30
    ),
    "a learning rate that changes": Case(
        "activations",
        {"functions": ["tanh"], "batch_size": 32},
        changes={3: {"lr": 0.01}, 7: {"lr": 1.0, "sigma": 2.0, "input_range": 3.0}},
    ),
    "before the first step": Case("activations", {"functions": ["gelu"]}, 0),
    "the first six initializers": Case(
        "initializers", {"initializers": all_of("initializers", "initializers")[:6]}, 2, but=TIES
    ),
    "five initializers more": Case(
        "initializers", {"initializers": all_of("initializers", "initializers")[6:11], "activation": "relu", "depth": 4}
    ),
    "initializers with arguments": Case(
        "initializers",
        {
            "initializers": ["constant", "normal", "uniform", "xavier_uniform", "he_normal", "orthogonal"],
            **{"sigma": 0.1, "bound": 0.2, "constant": 0.02, "gain": 1.5, "fan_mode": "fan_out", "width": 32},
        },
        2,
        but=TIES,
    ),
    "the article's and LSUV": Case(
        "initializers",
        {"initializers": ["article_rand", "article_randn", "lsuv"], "activation": "prelu", "data": "pixels"},
        changes={5: {"lr": 0.001}},
    ),
    "LSUV with batch norm": Case(
        "initializers",
        {"initializers": ["lsuv"], "batch_norm": True, "data": "normal", "optimizer": "adam", "depth": 3, "lr": 1e-3},
        4,
    ),
    "initializers of an own function": Case(
        "initializers", {"activation": "own", "expression": "max(x, min(0.1 * x, 0))", "width": 16, "depth": 2}
    ),
    "every normalisation": Case(
        "batch_norm", {"arms": all_of("batch_norm", "arms"), "depth": 3, "init_scale": 2.0, "data": "pixels"}
    ),
    "normalised after, ends too": Case(
        "batch_norm",
        {
            "arms": ["none", "group_norm", "batch_norm_noise"],
            **{"placed": "after", "also_on": ["input", "output"], "groups": 6, "eps": 0.01, "momentum": 0.3},
            **{"activation": "leaky_relu", "optimizer": "momentum", "lr": 0.05, "depth": 2},
        },
        3,
    ),
    "five seeds": Case("batch_norm", {"seeds": "5", "depth": 2, "batch_size": 16, "arms": ["batch_norm", "rms_norm"]}),
    "batch norm off": Case(
        "batch_norm", {"arms": ["none"], "lr": 20.0}, changes={4: {"lr": 0.1, "layer": 2, "unit": 9}}
    ),
}
CASES = DEFAULTS | OTHERS


def runs(cases: dict[str, Case], folder) -> dict[str, tuple[dict[str, Any], str]]:
    """Variables, and what was printed, of the cases' scripts, all in one process that has none of our modules."""
    tasks = []
    two_threads = {**os.environ, "OMP_NUM_THREADS": "2"}
    for name, case in cases.items():
        path = folder / f"{name}.py"
        path.write_text(case.spec.script(case.session), "utf-8")
        tasks.append((str(path), *REPRODUCED[case.experiment].split()))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUNNER],
        input=pickle.dumps(tasks),
        capture_output=True,
        cwd=folder,
        env=two_threads,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = pickle.loads(done.stdout)
    return {name: found[task[0]] for name, task in zip(cases, tasks, strict=True)}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return runs(CASES, tmp_path_factory.mktemp("scripts"))


def compared(frame, name: str, variable: Any) -> tuple[np.ndarray, np.ndarray]:
    """The field of the frame and the variable, at the steps that the frame has; what is surveyed where it was."""
    expected, found = np.asarray(getattr(frame, name)), np.asarray(variable, np.float64)
    if name.startswith("val_"):
        surveyed = np.searchsorted(frame.history_step, frame.survey_step)
        return expected[..., surveyed], found[..., frame.survey_step - 1]
    if name.startswith("train_") or name == "history_step":
        return expected, found[..., frame.history_step - 1]
    return expected, found


@pytest.mark.parametrize("name", CASES)
def test_script_comes_to_the_numbers_of_the_run(ran, name):
    case, frame = CASES[name], CASES[name].frame()
    variables, said = ran[name]
    for field in set(REPRODUCED[case.experiment].split()) - set(case.but.split()):
        expected, found = compared(frame, field, variables[field])
        assert found.shape == expected.shape, field
        finite = np.abs(expected[np.isfinite(expected)])
        atol = 1e-4 * finite.max(initial=0)
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=atol, err_msg=field)
    assert said.count("\n") > 1


def test_batch_norm_is_rounded_as_the_run_is(ran):
    """To the last bit: in some forty steps networks this deep make another run of the least difference."""
    name = "batch_norm as it starts"
    np.testing.assert_array_equal(ran[name][0]["train_loss"], CASES[name].frame().train_loss)


# --- every choice of every field ---------------------------------------------------------------------------------
def values_of(field: hp.Field) -> list[Any]:
    if field.kind in ("float", "int"):
        return [field.default, *(type(field.default)(v) for v in (field.low, field.high))]
    if field.kind == "bool":
        return [True, False]
    if field.kind == "text":
        return [field.default]
    names = [c.name for c in field.choices]
    return [[name] for name in names] if field.kind == "choices" and field.at_least < 2 else names


def sweep() -> dict[str, str]:
    """Scripts by name: one for every choice of every field of every experiment, the others as they start."""
    scripts = {}
    for spec in EXPERIMENTS.values():
        for field in hp.fields_of(spec.hyperparams):
            for i, value in enumerate(values_of(field)):
                settings = hp.replace(spec.hyperparams(), {field.name: value})
                session = Session(spec.name, settings, spec.view_options(), 100)
                scripts[f"{spec.name}-{field.name}-{i}"] = spec.script(session)
    changed = {f"changes {name}": case.spec.script(case.session) for name, case in CASES.items()}
    return scripts | changed


@pytest.fixture(scope="module")
def swept():
    return sweep()


def test_every_script_stands_alone(swept):
    for name, text in swept.items():
        compile(text, name, "exec")
        imported = {
            (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.Import, ast.ImportFrom))
        }
        assert imported <= {"torch", "numpy", "sklearn", *sys.stdlib_module_names}, name
        assert text.count("\n") < 260, name


@pytest.mark.parametrize("check", [["check", "--select=E,F,I,B"], ["format", "--check"]], ids=lambda c: c[0])
def test_every_script_is_as_ruff_has_it(swept, check, tmp_path):
    for name, text in swept.items():
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *check, "--isolated", "--no-cache", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[:3000]

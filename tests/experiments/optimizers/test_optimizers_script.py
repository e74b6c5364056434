"""Scripts of the optimizers' runs: alone, without this program, they come to the numbers of the run."""

import ast

import numpy as np
import pytest

from explorer.core.catalog import ALL_OPTIMIZERS

ALL = [c.name for c in ALL_OPTIMIZERS]
OTHERS = {
    f"{name}.{key}": value
    for name, settings in {
        "sgd": {"weight_decay": 0.01},
        "momentum": {"momentum": 0.5, "weight_decay": 0.01},
        "nesterov": {"momentum": 0.5},
        "adagrad": {"lr_decay": 0.1, "eps": 1e-3},
        "adadelta": {"rho": 0.5, "eps": 1e-3},
        "rmsprop": {"alpha": 0.5, "momentum": 0.7, "centered": True},
        "adam": {"betas": "0.5, 0.6", "eps": 1e-3, "weight_decay": 0.1},
        "adamw": {"betas": "0.5, 0.6", "weight_decay": 0.0},
        "nadam": {"betas": "0.8, 0.99", "eps": 1e-4, "weight_decay": 0.01, "momentum_decay": 0.1},
        "radam": {"betas": "0.5, 0.9"},
        "adamax": {"weight_decay": 0.1},
        "rprop": {"etas": "0.3, 1.4", "step_sizes": "1e-3, 0.5"},
        "lion": {"betas": "0.8, 0.9", "weight_decay": 0.1},
    }.items()
    for key, value in settings.items()
}
MOMENTA = [
    (0, {"rmsprop.lr": 0.02}),
    (20, {"momentum.momentum": 0.0, "rmsprop.momentum": 0.5, "sgd.lr": 0.002}),
    (30, {"nesterov.momentum": 0.5, "adam.lr": 0.1}),
    (45, {"momentum.momentum": 0.8, "rmsprop.momentum": 0.0, "nesterov.momentum": 0.9}),
]
SURFACES = {
    "defaults": ({}, 300),
    "all": ({"surface": "himmelblau", "optimizers": ALL}, 150),
    "all, other settings": ({"surface": "saddle", "optimizers": ALL, **OTHERS}, 80),
    "cloud with noise": (
        {"surface": "rastrigin", "optimizers": ALL, "starts": "cloud", "n_starts": 20, "noise": 0.5, "seed": 3},
        60,
    ),
    "grid with steps": (
        {"surface": "ackley", "starts": "grid", "n_starts": 30, "spread": 0.3, "schedule": "step", "schedule_steps": 9},
        60,
    ),
    "line with warm-up": (
        {"surface": "styblinski_tang", "starts": "line", "n_starts": 7, "start": "8, 1", "schedule": "warmup"},
        60,
    ),
    "warm-up of one step": ({"surface": "plateau", "schedule": "warmup", "schedule_steps": 1}, 20),
    "turned": (
        {"surface": "quadratic", "rotation": 30.0, "schedule": "exponential", "schedule_gamma": 0.97, "noise": 5.0},
        60,
    ),
    "half a wave": ({"surface": "ravine", "schedule": "cosine", "schedule_steps": 60}, 60),
    "all, past the wave": (
        {"surface": "rosenbrock", "optimizers": ALL, "schedule": "cosine", "schedule_steps": 40},
        60,
    ),
    "a typed function": (
        {"surface": "own", "expression": "max(x, 0.1)**2 + exp(-y) − cos(pi*y)/3 + abs(y)", "start": "0.5, 1"},
        60,
    ),
    "a long one": ({"surface": "own", "expression": f"exp({'+'.join(['x**2/9 + y**2'] * 12)}) + sin(x)"}, 9),
    "a typed number": ({"surface": "own", "expression": "1 / 3"}, 5),
    "overflow": ({"surface": "beale", "optimizers": ["sgd", "momentum", "adam"], "sgd.lr": 1.0}, 60),
    "no step": ({"surface": "monkey_saddle"}, 0),
    "changes": (
        {"optimizers": ["sgd", "momentum", "nesterov", "rmsprop", "adam"]},
        60,
        [*MOMENTA, (25, {"noise": 0.5})],
    ),
    "changes under a schedule": (
        {"schedule": "cosine", "schedule_steps": 50, "noise": 1.0},
        60,
        [*MOMENTA, (40, {"noise": 0.0})],
    ),
    "no momentum at first": (
        {"momentum.momentum": 0.0, "nesterov.momentum": 0.0},
        30,
        [(9, {"momentum.momentum": 0.9})],
    ),
}
ON_NETWORK = {"surface": "network", "resolution": 9, "samples": 100, "width": 8}
NETWORKS = {
    "network, defaults": ({"surface": "network", "resolution": 9}, 30),
    "network, all": ({**ON_NETWORK, "optimizers": ALL}, 30),
    "network, spirals, random plane": (
        {**ON_NETWORK, "data": "spirals", "plane": "random", "extent": 2.0, "schedule": "cosine", "schedule_steps": 9},
        14,
    ),
    "network, three steps": ({**ON_NETWORK, "optimizers": ["adam"]}, 3),
    "network, changes": (
        {**ON_NETWORK, "optimizers": ["rmsprop", "momentum"], "batch_size": 500}, 40,
        [*MOMENTA[1:], (33, {"extent": 2.0, "resolution": 11})],
    ),
    "network, one overflows": ({**ON_NETWORK, "optimizers": ["adadelta", "sgd"], "adadelta.lr": 100.0, "sgd.lr": 10.0,
                                "batch_size": 2}, 30),
    "network, more than is remembered": ({**ON_NETWORK, "width": 128, "optimizers": ALL, "batch_size": 8}, 141),
}  # fmt: skip
CASES = SURFACES | NETWORKS


@pytest.fixture(scope="module")
def ran(scripts, tmp_path_factory):
    texts = {name: scripts.text(scripts.session("optimizers", *case)) for name, case in CASES.items()}
    return scripts.run_alone(texts, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", SURFACES)
def test_surface_script_comes_to_the_numbers_of_the_run(scripts, ran, name):
    (found, said), frame = ran[name], scripts.frame(scripts.session("optimizers", *CASES[name]))
    np.testing.assert_array_equal(found["diverged_at"], frame.diverged_at)
    alive = np.isfinite(frame.loss)
    scripts.close(np.where(alive, found["loss"], 0), np.where(alive, frame.loss, 0), 1e-9, 1e-12)
    scripts.close(np.where(alive[..., None], found["path"], 0), np.where(alive[..., None], frame.path, 0), 1e-9, 1e-12)
    for field in ("path_step", "surface_x", "surface_y", "surface_z"):
        scripts.close(found[field], getattr(frame, field), 1e-9, 1e-12, field)
    assert ("minima" in found) == (frame.hyperparams.surface != "own")
    if "minima" in found:
        scripts.close(found["minima"], frame.minima, 1e-9, 1e-12)
    assert said.count("\n") >= len(frame.optimizers)


@pytest.mark.parametrize("name", NETWORKS)
def test_network_script_comes_to_the_numbers_of_the_run(scripts, ran, name):
    (found, said), frame = ran[name], scripts.frame(scripts.session("optimizers", *CASES[name]))
    np.testing.assert_array_equal(found["diverged_at"], frame.diverged_at)
    for field, axis in (("loss", -1), ("distance", -1), ("path", -2)):  # a long run remembers every second step alone
        if field in found:
            found[field] = np.take(found[field], frame.path_step, axis)
    before = np.isfinite(frame.loss) & (frame.loss < 1e4)
    scripts.close(np.where(before, found["loss"], 0), np.where(before, frame.loss, 0), 1e-3, 1e-4)
    scripts.close(np.where(before, found["distance"], 0), np.where(before, frame.distance, 0), 1e-3, 1e-4)
    if frame.step >= 4:
        shown = before[..., None] & np.isfinite(frame.path)
        scripts.close(np.where(shown, found["path"], 0), np.where(shown, frame.path, 0), 1e-3, 1e-3)
        for field in ("surface_x", "surface_y", "surface_z"):
            scripts.close(found[field], getattr(frame, field), 1e-3, 1e-3, field)
    assert said.count("\n") >= len(frame.optimizers)


def test_every_choice_gives_a_tidy_script_without_our_modules(scripts, tmp_path):
    texts = [scripts.text(scripts.session("optimizers", *case)) for case in CASES.values()]
    texts += [scripts.text(session) for session in scripts.every_choice("optimizers")]
    assert len(texts) > 100
    for text in texts:
        imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert "explorer" not in "".join(map(ast.unparse, imports))
    assert not scripts.tidied(dict.fromkeys(texts), tmp_path)


def test_only_what_is_chosen_is_written(scripts):
    text = scripts.text(scripts.session("optimizers", {"optimizers": ["adam"]}))
    assert text.count("torch.optim.") == 1
    assert not any(word in text for word in ("noise", "CHANGES", "scheduler", "rng", "math"))
    assert text.count("\n") < 60
    assert text.count("Left out") == 0
    raced = scripts.text(scripts.session("optimizers", {"race": True, "surface": "own"}))
    assert "Left out: the search for minima and the race for the best learning rates." in raced

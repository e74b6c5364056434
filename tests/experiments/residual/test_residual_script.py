"""Scripts of residual runs: alone, without this program, they come to the numbers of the run."""

import ast

import numpy as np
import pytest

from explorer.experiments.residual.arms import ARMS

SMALL = {"depth": 8, "shallow_depth": 4, "width": 8, "batch_size": 32}
CASES = {
    "defaults": ({}, 12),
    "every arm": ({**SMALL, "arms": list(ARMS)}, 12),
    "every arm, convolutions": (
        {**SMALL, "arms": list(ARMS), "kind": "conv", "depth": 4, "initializer": "xavier_normal"},
        4,
    ),
    "clipped by norm": (
        {**SMALL, "arms": ["plain", "residual"], "clip": "norm", "clip_threshold": 1e-4, "initializer": "lecun_normal"},
        12,
    ),
    "clipped by value": (
        {**SMALL, "clip": "value", "clip_threshold": 0.01, "optimizer": "sgd", "activation": "leaky_relu"},
        12,
    ),
    "adam on spirals": (
        {**SMALL, "data": "spirals", "optimizer": "adam", "lr": 0.003, "initializer": "pytorch_default", "seed": 3},
        12,
    ),
    "branches over the root": ({**SMALL, "arms": ["residual_bn", "preact"], "branch_scale": "sqrt"}, 12),
    "branches of zero": (
        {**SMALL, "arms": ["residual_bn", "residual", "preact_bn", "preact"], "branch_scale": "zero"},
        12,
    ),
    "one block": ({"arms": ["residual_bn", "shallow"], "depth": 2, "activation": "tanh"}, 12),
    "shallow alone": ({**SMALL, "arms": ["shallow_bn"], "activation": "identity"}, 12),
    "a learning rate that changes": ({**SMALL, "removed": "2,1"}, 12, [(4, {"lr": 0.3}), (9, {"lr": 0.001})]),
    "overflow": ({**SMALL, "arms": ["plain", "residual", "plain_bn"], "depth": 30, "lr": 10.0}, 12),
    "the second hundred": ({"arms": ["residual_bn"], "depth": 4, "width": 4, "batch_size": 8, "lr": 0.01}, 130),
    "no step": (SMALL, 0),
}
BY_BLOCK = (
    "activation_gradient_norm",
    "forward_rms",
    "initial_activation_gradient_norm",
    "initial_forward_rms",
    "map_gradient_norm",
)
CURVES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


@pytest.fixture(scope="module")
def ran(scripts, tmp_path_factory):
    texts = {name: scripts.text(scripts.session("residual", *case)) for name, case in CASES.items()}
    return scripts.run_alone(texts, tmp_path_factory.mktemp("scripts"))


@pytest.mark.parametrize("name", CASES)
def test_script_comes_to_the_numbers_of_the_run(scripts, ran, name):
    (found, said), frame = ran[name], scripts.frame(scripts.session("residual", *CASES[name]))
    last = len(frame.history_step)  # of a run that has ended the frame has no more
    assert last == frame.step
    for field in (*CURVES, *(["total_gradient_norm"] if frame.hyperparams.clip == "norm" else [])):
        scripts.close(found[field][:, :last], getattr(frame, field), 1e-3, 1e-5, field)
        assert np.isnan(found[field][:, last:]).all()
    for field in BY_BLOCK:
        values = found[field][:, :last] if field == "map_gradient_norm" else found[field]
        scripts.close(values, getattr(frame, field), 1e-3, 1e-5, field)
    assert said.count("\n") == len(frame.arms) + 1


def test_deep_plain_networks_round_alike(scripts, ran):
    """Whatever differs in the last digit differs in the first after some steps: gradients grow by thousands."""
    frame = scripts.frame(scripts.session("residual", *CASES["defaults"]))
    np.testing.assert_array_equal(ran["defaults"][0]["train_loss"], frame.train_loss)


def test_every_choice_gives_a_tidy_script_without_our_modules(scripts, tmp_path):
    texts = [scripts.text(scripts.session("residual", *case)) for case in CASES.values()]
    texts += [scripts.text(session) for session in scripts.every_choice("residual")]
    assert len(texts) > 60
    for text in texts:
        imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert "explorer" not in "".join(map(ast.unparse, imports))
    assert not scripts.tidied(dict.fromkeys(texts), tmp_path)


def test_only_what_is_chosen_is_written(scripts):
    text = scripts.text(scripts.session("residual", {"arms": ["residual_bn"]}))
    assert text.count("(nn.Module)") == 2
    assert not any(word in text for word in ("clip", "LRS", "conv", "SHALLOW", "orthogonal"))
    assert text.count("\n") < 165
    assert "Left out" not in text
    assert "Left out: the network without one of its blocks." in scripts.text(
        scripts.session("residual", {}, 9, [(5, {"removed": "3,0"})])
    )

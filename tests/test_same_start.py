"""Whoever changes how a network is trained, and nothing else, starts from the same weights.

The weights depend on the seed and on what shapes them: data (its features), depth, width, initializer and its options,
the functions, arms or initializers that are compared, normalization, and the number of seeds. Where such a field
changes, there is no same start to be had.
"""

import numpy as np
import pytest
import torch

from explorer.core import hyperparams as hp
from explorer.core.experiment import Beginning
from explorer.registry import EXPERIMENTS

TRAINING = {"lr", "optimizer", "batch_size", "clip", "clip_threshold", "schedule", "schedule_steps", "schedule_gamma"}
NETWORKS = {"optimizers": {"surface": "network"}}
"""Settings with which an experiment trains a network, where its defaults do not."""


def other_value(field: hp.Field, value):
    if field.kind == "choice":
        return next(choice.name for choice in field.choices if choice.name != value)
    return {"int": int, "float": float}[field.kind](field.high if value != field.high else field.low)


def start(spec):
    return hp.replace(spec.hyperparams(), NETWORKS.get(spec.name, {}))


def trains_only(field: hp.Field) -> bool:
    return field.name in TRAINING or ("." in field.name and field.kind in ("int", "float"))


CHANGES = [
    pytest.param(spec, field, id=f"{spec.name}-{field.name}")
    for spec in EXPERIMENTS.values()
    for field in hp.fields_of(spec.hyperparams)
    if trains_only(field)
]


def weights(thing, seen: set[int]):
    """Yield all that a run learns, wherever it is: `parameters()`, and tensors with gradients."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if callable(getattr(thing, "parameters", None)):
        yield from (parameter.detach().numpy() for parameter in thing.parameters())
        return
    if isinstance(thing, torch.Tensor):
        if thing.requires_grad and thing.is_leaf:
            yield thing.detach().numpy()
        return
    parts = ()
    if isinstance(thing, dict):
        parts = thing.values()
    elif isinstance(thing, (list, tuple)):
        parts = thing
    elif type(thing).__module__.startswith("explorer.") or isinstance(thing, torch.nn.Module):
        parts = getattr(thing, "__dict__", {}).values()
    for part in parts:
        yield from weights(part, seen)


def begun(run):
    """The run with all its layers."""
    while isinstance(run, Beginning) and not run.begun:
        run.refine()
    return run


def same_weights(spec, first, second) -> bool:
    a, b = (list(weights(begun(spec.run(values)), set())) for values in (first, second))
    assert a, "no weights were found"
    return len(a) == len(b) and all(map(np.array_equal, a, b))


@pytest.mark.parametrize(("spec", "field"), CHANGES)
def test_with_other_training_the_weights_at_the_start_are_the_same(spec, field):
    first = start(spec)
    changed = hp.replace(first, {field.name: other_value(field, hp.get(first, field.name))})
    assert same_weights(spec, first, changed)


@pytest.mark.parametrize("spec", EXPERIMENTS.values(), ids=lambda spec: spec.name)
def test_with_another_seed_they_are_not(spec):
    first = start(spec)
    assert not same_weights(spec, first, hp.replace(first, {"seed": first.seed + 1}))


@pytest.mark.parametrize("spec", EXPERIMENTS.values(), ids=lambda spec: spec.name)
@pytest.mark.parametrize("name", ["lr", "optimizer"])
def test_what_the_first_frame_shows_is_the_same(spec, name):
    """It is measured on the first batch, so that the batch size has a say in it; learning rate and optimizer do not."""
    first = spec.hyperparams()
    if name not in {field.name for field in hp.fields_of(spec.hyperparams)}:
        name = "adam.lr"  # of the experiment that compares optimizers
    field = hp.field_of(spec.hyperparams, name)
    changed = hp.replace(first, {name: other_value(field, hp.get(first, name))})
    frames = [spec.run(values).frame() for values in (first, changed)]
    a, b = ({key: value for key, value in vars(frame).items() if key != "hyperparams"} for frame in frames)
    for key, value in a.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, b[key], err_msg=key)

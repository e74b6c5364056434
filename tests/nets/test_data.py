"""Data sets: what ships with the program, the split, the batches."""

import pytest
import torch

from explorer.core.catalog import DATA_SETS
from explorer.nets.data import Batches, load


@pytest.mark.parametrize("name", [d.name for d in DATA_SETS])
def test_split_and_scale(name):
    data = load(name)
    assert data.inputs.shape == (1397, {"digits": 64, "spirals": 2}[name])
    assert data.test_inputs.shape == (400, data.inputs.shape[1])
    assert data.inputs.mean().item() == pytest.approx(0, abs=1e-5)
    assert data.inputs.std().item() == pytest.approx(1, abs=1e-5)
    assert data.inputs.dtype == torch.float32
    assert sorted(set(data.labels.tolist())) == list(range(data.n_classes))
    assert data.labels.bincount().min() > 0.8 * len(data.labels) / data.n_classes


def test_digits_look_like_digits():
    """A zero has a dark middle, a one a bright one: the mean images of the classes must differ so."""
    data = load("digits")
    middle = data.inputs.view(-1, 8, 8)[:, 2:6, 3:5].mean((1, 2))
    assert middle[data.labels == 1].mean() > 1
    assert middle[data.labels == 0].mean() < 0


def test_spirals_have_two_arms_that_no_line_parts():
    data = load("spirals")
    x = torch.cat([data.inputs, torch.ones(len(data.inputs), 1)], 1)
    line = torch.linalg.lstsq(x, 2.0 * data.labels[:, None] - 1).solution
    right = ((x @ line)[:, 0] > 0) == (data.labels == 1)
    assert 0.5 < right.float().mean() < 0.75


def test_an_epoch_sees_every_sample_once():
    batches = Batches(10, 5, torch.Generator().manual_seed(0))
    first, second = (torch.cat([batches.next(), batches.next()]) for _epoch in range(2))
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(10))
    assert first.tolist() != second.tolist()


def test_batches_are_of_one_size():
    batches = Batches(10, 4, torch.Generator().manual_seed(0))
    assert [len(batches.next()) for _i in range(5)] == [4] * 5
    assert len(Batches(10, 99, torch.Generator().manual_seed(0)).next()) == 10

"""Surfaces against closed forms; gradients against finite differences; minima against the literature."""

import pytest
import torch

from explorer.nets.surfaces import found_minima, known_minima, surface, with_gradient

NAMES = [
    "quadratic", "rosenbrock", "beale", "himmelblau", "saddle", "monkey_saddle", "rastrigin", "ackley",
    "styblinski_tang", "ravine", "plateau",
]  # fmt: skip
LITERATURE = {
    "rosenbrock": [(1, 1, 0)],
    "beale": [(3, 0.5, 0)],
    "himmelblau": [
        (3, 2, 0),
        (-2.805118, 3.131312, 0),
        (-3.779310, -3.283186, 0),
        (3.584428, -1.848126, 0),
    ],
    "saddle": [(0, 1, -0.5), (0, -1, -0.5)],
    "rastrigin": [(0, 0, 0)],
    "ackley": [(0, 0, 0)],
    "styblinski_tang": [(-2.903534, -2.903534, -78.332331)],
}


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_those_of_finite_differences(name):
    f = surface(name, condition=7.0, rotation=30.0)
    points = 4 * torch.rand(50, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) - 2
    _loss, gradient = with_gradient(f, points)
    for axis in range(2):
        step = torch.zeros(2, dtype=torch.float64)
        step[axis] = 1e-6
        ahead, behind = f(*(points + step).T), f(*(points - step).T)
        torch.testing.assert_close(gradient[:, axis], (ahead - behind) / 2e-6, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", LITERATURE)
def test_minima_are_those_of_the_literature(name):
    found = known_minima(name)
    loss = surface(name)(*found.T)
    for x, y, value in LITERATURE[name]:
        distance = (found - torch.tensor([x, y], dtype=torch.float64)).norm(dim=-1)
        assert distance.min() < 1e-5
        assert float(loss[distance.argmin()]) == pytest.approx(value, abs=1e-5)
    assert float(loss.min()) == pytest.approx(LITERATURE[name][0][2], abs=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_minima_are_lower_than_what_lies_around(name):
    f, found = surface(name), known_minima(name)
    assert len(found)
    assert len(torch.unique(found.round(decimals=4), dim=0)) == len(found)
    for way in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01], [0.01, 0.01], [-0.01, 0.01]):
        assert (f(*(found + torch.tensor(way, dtype=torch.float64)).T) > f(*found.T)).all()


def test_a_rotated_quadratic_keeps_its_curvatures():
    f = surface("quadratic", condition=50.0, rotation=35.0)
    hessian = torch.autograd.functional.hessian(lambda p: f(p[0], p[1]), torch.zeros(2, dtype=torch.float64))
    torch.testing.assert_close(torch.linalg.eigvalsh(hessian), torch.tensor([1.0, 50.0], dtype=torch.float64))
    flat = torch.tensor([35.0], dtype=torch.float64).deg2rad()
    assert float(f(flat.cos(), flat.sin())) == pytest.approx(0.5)


def test_the_tip_of_a_kink_is_found():
    grid = torch.linspace(-2, 2, 41, dtype=torch.float64)
    found = found_minima(surface("own", expression="abs(x - 0.5) + abs(y)"), grid, grid)
    torch.testing.assert_close(found, torch.tensor([[0.5, 0.0]], dtype=torch.float64))

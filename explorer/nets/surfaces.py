"""Loss surfaces over a plane: functions of two tensors, their gradients by autograd, and their minima.

Rosenbrock 1960; Beale 1958; Himmelblau 1972; Rastrigin 1974; Ackley 1987; Styblinski & Tang 1990.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from math import cos, e, pi, radians, sin

import torch
from torch import Tensor

from explorer.core.expression import parse
from explorer.nets.activations import TORCH

Surface = Callable[[Tensor, Tensor], Tensor]
"""From x and y to the loss, element by element."""
PLANE = ("x", "y")
"""Variables of an expression."""


def quadratic(x: Tensor, y: Tensor, condition: float = 1.0, rotation: float = 0.0) -> Tensor:
    """½(u² + κv²), where u, v are x, y turned by an angle (degrees): curvatures 1 and κ."""
    c, s = cos(radians(rotation)), sin(radians(rotation))
    return 0.5 * ((c * x + s * y).square() + condition * (c * y - s * x).square())


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x).square() + 100 * (y - x * x).square()


def beale(x: Tensor, y: Tensor) -> Tensor:
    xy = x * y
    xyy = xy * y
    return (1.5 - x + xy).square() + (2.25 - x + xyy).square() + (2.625 - x + xyy * y).square()


def himmelblau(x: Tensor, y: Tensor) -> Tensor:
    return (x * x + y - 11).square() + (x + y * y - 7).square()


def saddle(x: Tensor, y: Tensor) -> Tensor:
    yy = y * y
    return x * x - yy + 0.5 * yy * yy


def monkey_saddle(x: Tensor, y: Tensor) -> Tensor:
    """Three valleys and three ridges meet at the origin; a bowl of fourth order holds it together."""
    xx, yy = x * x, y * y
    return x * (xx - 3 * yy) + 0.5 * (xx + yy).square()


def rastrigin(x: Tensor, y: Tensor) -> Tensor:
    return 20 + x * x + y * y - 10 * (torch.cos(2 * pi * x) + torch.cos(2 * pi * y))


def ackley(x: Tensor, y: Tensor) -> Tensor:
    square = 0.5 * (x * x + y * y)
    # The tip of the cone has no slope; 0 there, as a subgradient, instead of autograd's nan.
    distance = torch.where(square > 0, square, 1.0).sqrt() * (square > 0)
    return 20 + e - 20 * torch.exp(-0.2 * distance) - torch.exp(0.5 * (torch.cos(2 * pi * x) + torch.cos(2 * pi * y)))


def styblinski_tang(x: Tensor, y: Tensor) -> Tensor:
    xx, yy = x * x, y * y
    return 0.5 * (xx * (xx - 16) + 5 * x + yy * (yy - 16) + 5 * y)


def ravine(x: Tensor, y: Tensor) -> Tensor:
    """A narrow valley along y = sin x that falls slowly towards the origin."""
    return 20 * (y - torch.sin(x)).square() + 0.25 * x * x


def plateau(x: Tensor, y: Tensor) -> Tensor:
    """A hole in a plain: the farther away, the flatter."""
    return 1 - torch.exp(-0.25 * (x * x + y * y))


_PLAIN: dict[str, Surface] = {
    f.__name__: f
    for f in (rosenbrock, beale, himmelblau, saddle, monkey_saddle, rastrigin, ackley, styblinski_tang, ravine, plateau)
}


def surface(name: str, condition: float = 1.0, rotation: float = 0.0, expression: str = "x**2 + y**2") -> Surface:
    """Return the surface of this name; "own" is the expression."""
    if name == "quadratic":
        return partial(quadratic, condition=condition, rotation=rotation)
    return _own(expression) if name == "own" else _PLAIN[name]


def _own(text: str) -> Surface:
    expression = parse(text, PLANE)
    number = partial(torch.tensor, dtype=torch.float64)

    def own(x: Tensor, y: Tensor) -> Tensor:
        return expression.evaluate(TORCH, {"x": x, "y": y}, number).expand_as(x)

    return own


def with_gradient(f: Surface, points: Tensor) -> tuple[Tensor, Tensor]:
    """Loss (…) and its exact gradient (…, 2) at points (…, 2)."""
    points = points.detach().requires_grad_()
    loss = f(*points.unbind(-1))
    return loss.detach(), _slope(loss, points)


def on_grid(f: Surface, x: Tensor, y: Tensor) -> Tensor:
    """Loss at every crossing, (n_y, n_x)."""
    with torch.no_grad():
        return f(*torch.meshgrid(x, y, indexing="xy"))


def low_points(f: Surface, x: Tensor, y: Tensor) -> Tensor:
    """Crossings of a grid that are lower than their eight neighbours, the border left out, (n, 2)."""
    z = on_grid(f, x, y).nan_to_num(nan=torch.inf)
    around = -torch.nn.functional.max_pool2d(-z[None], 3, 1)[0]
    row, column = (z[1:-1, 1:-1] <= around).nonzero(as_tuple=True)
    return torch.stack([x[column + 1], y[row + 1]], dim=-1)


_NEAR: dict[str, Sequence[tuple[float, float]]] = {
    "quadratic": [(0, 0)],
    "rosenbrock": [(1, 1)],
    "beale": [(3, 0.5)],
    "himmelblau": [(3, 2), (-2.8, 3.1), (-3.8, -3.3), (3.6, -1.8)],
    "saddle": [(0, -1), (0, 1)],
    "monkey_saddle": [(-1.5, 0), (0.75, -1.3), (0.75, 1.3)],
    "styblinski_tang": [(i, j) for i in (-2.9, 2.75) for j in (-2.9, 2.75)],
    "ravine": [(0, 0)],
    "plateau": [(0, 0)],
}
"""Where the minima are, roughly. Those of the periodic surfaces are looked for."""


@cache
def known_minima(name: str) -> Tensor:
    """All minima of a named surface (of the periodic ones those within ±5), lowest first, (k, 2)."""
    if name in _NEAR:
        return minima(surface(name), torch.tensor(_NEAR[name], dtype=torch.float64))
    return found_minima(surface(name), *torch.linspace(-5.5, 5.5, 221, dtype=torch.float64).expand(2, -1))


def found_minima(f: Surface, x: Tensor, y: Tensor) -> Tensor:
    """Minima of any surface, as far as this grid shows them, lowest first, (k, 2)."""
    return minima(f, low_points(f, x, y))


def minima(f: Surface, near: Tensor, steps: int = 40) -> Tensor:
    """Minima that Newton's method finds near points (n, 2), and points that are the tip of a kink, (k, 2).

    Lowest first, each once; none where the method leaves the neighbourhood or the curvature is not positive.
    """
    points = near
    for _step in range(steps):
        gradient, hessian = _second_order(f, points)
        move = torch.linalg.lstsq(hessian, gradient[..., None]).solution[..., 0]
        points = points - move
        if not (move.abs() > 1e-15).any():
            break
    gradient, hessian = _second_order(f, points)
    flat = gradient.norm(dim=-1) <= 1e-9 * (1 + hessian.norm(dim=(-2, -1)))
    curved = torch.linalg.eigvalsh(hessian)[:, 0] > 1e-9
    good = flat & curved & ((points - near).norm(dim=-1) < 1.0)
    tips = near[_is_tip(f, near)]
    return _distinct(f, torch.cat([points[good], tips]))


def _is_tip(f: Surface, points: Tensor, radius: float = 1e-7) -> Tensor:
    """Whether the loss rises in proportion to the distance on all sides, as at the tip of a cone, (n,) bool."""
    angle = torch.arange(8, dtype=points.dtype) * (pi / 4)
    around = points[:, None] + radius * torch.stack([angle.cos(), angle.sin()], dim=-1)
    with torch.no_grad():
        rise = f(around[..., 0], around[..., 1]) - f(points[:, 0], points[:, 1])[:, None]
    return (rise > 1e-3 * radius).all(-1)


def _second_order(f: Surface, points: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient (n, 2) and Hessian (n, 2, 2); finite, so that no linear solver complains."""
    points = points.detach().requires_grad_()
    loss = f(points[:, 0], points[:, 1])
    gradient = _slope(loss, points, again=True)
    hessian = torch.stack([_slope(part, points, again=True) for part in gradient.unbind(-1)], dim=-2)
    return gradient.detach().nan_to_num(0, 0, 0), hessian.detach().nan_to_num(0, 0, 0)


def _slope(values: Tensor, points: Tensor, again: bool = False) -> Tensor:
    """Gradient of each value at its point; `again`: to be differentiated once more. A constant has slope 0."""
    if not values.requires_grad:
        return torch.zeros_like(points)
    return torch.autograd.grad(values.sum(), points, create_graph=again, materialize_grads=True)[0]


def _distinct(f: Surface, points: Tensor) -> Tensor:
    points = torch.where(points.abs() < 1e-12, 0.0, points)
    with torch.no_grad():
        loss = f(points[:, 0], points[:, 1])
    order = sorted(range(len(points)), key=lambda i: (round(float(loss[i]), 9), *points[i].tolist()))
    kept: list[Tensor] = []
    for point in points[order]:
        if all((point - other).norm() > 1e-5 for other in kept):
            kept.append(point)
    return torch.stack(kept) if kept else points.new_zeros(0, 2)

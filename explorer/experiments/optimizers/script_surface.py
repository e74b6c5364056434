"""The script of a run on a function of x and y."""

from collections.abc import Sequence
from typing import Any

from explorer.core.session import Session
from explorer.experiments.optimizers import script_optimizers as own
from explorer.experiments.optimizers.grounds import GROUNDS, Range
from explorer.experiments.optimizers.spec import Hyperparams, plane_expression, start_of
from explorer.scripts.expression import torch_function_body
from explorer.scripts.source import assemble, constants, indented, literal
from explorer.scripts.training import schedule

_NAMES = {
    "quadratic": "a quadratic bowl",
    "rosenbrock": "Rosenbrock's function",
    "beale": "Beale's function",
    "himmelblau": "Himmelblau's function",
    "saddle": "a saddle",
    "monkey_saddle": "a monkey saddle",
    "rastrigin": "Rastrigin's function",
    "ackley": "Ackley's function",
    "styblinski_tang": "the function of Styblinski and Tang",
    "ravine": "a ravine",
    "plateau": "a plateau",
    "own": "a function of one's own",
}
_FUNCTIONS = {
    "rosenbrock": "return (1 - x) ** 2 + 100 * (y - x**2) ** 2",
    "beale": """\
xy = x * y
return (1.5 - x + xy) ** 2 + (2.25 - x + xy * y) ** 2 + (2.625 - x + xy * y**2) ** 2""",
    "himmelblau": "return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2",
    "saddle": "return x**2 - y**2 + y**4 / 2",
    "monkey_saddle": "return x**3 - 3 * x * y**2 + (x**2 + y**2) ** 2 / 2",
    "rastrigin": """\
waves = torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)
return 20 + x**2 + y**2 - 10 * waves""",
    "ackley": """\
square = (x**2 + y**2) / 2
distance = torch.where(square > 0, square, 1).sqrt() * (square > 0)  # 0 has a slope
waves = torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)
return 20 + math.e - 20 * torch.exp(-0.2 * distance) - torch.exp(waves / 2)""",
    "styblinski_tang": "return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2",
    "ravine": "return 20 * (y - torch.sin(x)) ** 2 + x**2 / 4",
    "plateau": "return 1 - torch.exp(-(x**2 + y**2) / 4)",
}
_MINIMA: dict[str, Sequence[tuple[float, float]]] = {
    "quadratic": [(0, 0)],
    "rosenbrock": [(1, 1)],
    "beale": [(3, 0.5)],
    "himmelblau": [
        (-3.779310253377747, -3.28318599128617),
        (-2.805118086952745, 3.131312518250573),
        (3, 2),
        (3.58442834033049, -1.848126526964404),
    ],
    "saddle": [(0, -1), (0, 1)],
    "monkey_saddle": [(-1.5, 0), (0.75, -1.299038105676658), (0.75, 1.299038105676658)],
    "styblinski_tang": [
        (-2.903534027771177, -2.903534027771177),
        (-2.903534027771177, 2.746802770990837),
        (2.746802770990837, -2.903534027771177),
        (2.746802770990837, 2.746802770990837),
    ],
    "ravine": [(0, 0)],
    "plateau": [(0, 0)],
}
_NEWTON = """\
# Minima: Newton's method from every pair of whole numbers, then the lowest first
slope = torch.func.grad(lambda point: f(*point))
slope, curvature = torch.vmap(slope), torch.vmap(torch.func.jacrev(slope))
minima = torch.cartesian_prod(*2 * [torch.arange(-5, 6, dtype=torch.float64)])
for _ in range(20):
    minima = minima - torch.linalg.solve(curvature(minima), slope(minima))
order = f(*minima.T).round(decimals=9).argsort(stable=True)
minima = minima[order]"""
_DESCEND = '''\
def descend(name):
    """Return the points of one optimizer from every start, (N, STEPS + 1, 2)."""
    points = starts.clone().requires_grad_()
    optimizer = OPTIMIZERS[name]([points])
{before_all}    way = []
    for {step} in range(STEPS + 1):
        way.append(points.detach().clone())
{before_step}        optimizer.zero_grad()
        loss = f(points[:, 0], points[:, 1])
        loss.sum().backward()
{noise}        optimizer.step()
{after_step}    return torch.stack(way, dim=1)'''
_RESULTS = """\
path = torch.stack([descend(name) for name in OPTIMIZERS])  # (M, N, STEPS + 1, 2)
loss = f(path[..., 0], path[..., 1])
finite = (path.sum(-1) + loss).isfinite()
diverged_at = torch.where(finite.all(-1), -1, finite.int().argmin(-1))
path_step = list(range(STEPS + 1))"""
_ONE = """\
print(f"After {STEPS} steps\\n{'':>10}{'x':>12}{'y':>12}{'loss':>12}{'diverged at':>14}")
for i, name in enumerate(OPTIMIZERS):
    x, y = path[i, 0, -1].tolist()
    print(f"{name:>10}{x:12.4g}{y:12.4g}{loss[i, 0, -1]:12.4g}{diverged_at[i, 0]:14}")"""
_MANY = """\
print(f"After {STEPS} steps from {len(starts)} starts")
print(f"{'':>10}{'median loss':>14}{'lowest':>12}{'diverged':>10}")
for name, end, lost in zip(OPTIMIZERS, loss[..., -1], diverged_at >= 0, strict=True):
    print(f"{name:>10}{end.median():14.4g}{end.min():12.4g}{lost.sum():10}")"""


def surface_script(session: Session) -> str:
    """Write the script."""
    hp: Hyperparams = session.hyperparams
    blocks = [
        constants(("STEPS", session.step)),
        _generator(session),
        _function(hp),
        own.lion(session),
        own.optimizers(session),
        own.changes_table(session),
        _starts(hp),
        _noise(session),
        own.factor(session),
        _descent(session),
        _RESULTS,
        _surface(hp),
        _minima(hp),
        _ONE if hp.starts == "one" else _MANY,
    ]
    return assemble(f"Optimizers: side by side on {_NAMES[hp.surface]}.", _about(session), blocks)


def _about(session: Session) -> list[str]:
    hp = session.hyperparams
    left_out = ["the search for minima"] if hp.surface == "own" else []
    left_out += ["the race for the best learning rates"] if hp.race else []
    about = [f"What Explorer shows after {session.step} steps, in plain PyTorch."]
    return [*about, *([f"Left out: {' and '.join(left_out)}."] if left_out else []), "Needs torch."]


def _generator(session: Session) -> str:
    hp = session.hyperparams
    return f"rng = torch.Generator().manual_seed({hp.seed})" if hp.starts == "cloud" or _is_noisy(session) else ""


def _is_noisy(session: Session) -> bool:
    return any(schedule(session, "noise").values())


def _function(hp: Hyperparams) -> str:
    if hp.surface == "quadratic":
        body = _quadratic(hp)
    elif hp.surface == "own":
        body = torch_function_body(plane_expression(hp.expression))
    else:
        body = _FUNCTIONS[hp.surface]
    return f"def f(x, y):\n{indented(body)}"


def _quadratic(hp: Hyperparams) -> str:
    if not hp.rotation:
        return f"return (x**2 + {literal(hp.condition)} * y**2) / 2"
    return f"""\
angle = math.radians({literal(hp.rotation)})
u = math.cos(angle) * x + math.sin(angle) * y
v = math.cos(angle) * y - math.sin(angle) * x
return (u**2 + {literal(hp.condition)} * v**2) / 2"""


# --- starts and noise ------------------------------------------------------------------------------------------------
def _starts(hp: Hyperparams) -> str:
    x, y = start_of(hp.start)
    if hp.starts == "one":
        return f"starts = torch.tensor([[{literal(x)}, {literal(y)}]], dtype=torch.float64)"
    middle, half = zip(*(_spread(hp, ends, at) for ends, at in zip(_picture(hp), (x, y), strict=True)), strict=True)
    if hp.starts == "line":
        ends = f"{literal(_short(middle[0] - half[0]))}, {literal(_short(middle[0] + half[0]))}"
        return f"""\
along = torch.linspace({ends}, {hp.n_starts}, dtype=torch.float64)
starts = torch.stack([along, torch.full_like(along, {literal(y)})], dim=1)"""
    return f"""\
middle = torch.tensor({_list(middle)}, dtype=torch.float64)
half = torch.tensor({_list(half)}, dtype=torch.float64)
{_pattern(hp)}"""


def _pattern(hp: Hyperparams) -> str:
    if hp.starts == "cloud":
        return f"""\
within = torch.rand({hp.n_starts}, 2, dtype=torch.float64, generator=rng)
starts = middle + half * (2 * within - 1)"""
    side = max(round(hp.n_starts**0.5), 2)
    return f"""\
side = torch.linspace(-1, 1, {side}, dtype=torch.float64)
starts = middle + half * torch.cartesian_prod(side, side)"""


def _picture(hp: Hyperparams) -> tuple[Range, Range]:
    """Ends of what is drawn along x and y."""
    ground, (x, y) = GROUNDS[hp.surface], start_of(hp.start)
    return _span(ground.x, x), _span(ground.y, y)


def _span(ends: Range, value: float) -> Range:
    low, high = min(ends[0], value), max(ends[1], value)
    room = 0.06 * (high - low)
    return (low - room if low < ends[0] else low), (high + room if high > ends[1] else high)


def _spread(hp: Hyperparams, ends: Range, start: float) -> tuple[float, float]:
    """Middle and half of the side of the square of starts."""
    middle = (1 - hp.spread) * start + hp.spread * (ends[0] + ends[1]) / 2
    return _short(middle), _short(hp.spread * (ends[1] - ends[0]) / 2)


def _short(value: float) -> float:
    """Without the noise of the last digits: 0.6 instead of 0.6000000000000001."""
    return float(f"{value:.14g}")


def _list(values: Sequence[float]) -> str:
    return f"[{', '.join(map(literal, values))}]"


def _noise(session: Session) -> str:
    if not _is_noisy(session):
        return ""
    values: dict[int, Any] = schedule(session, "noise")
    if len(values) == 1:
        return f"""\
# Normal noise that is added to the gradients, the same for all optimizers
SIGMA = {literal(values[0])}
noise = [
    torch.empty_like(starts).normal_(0, SIGMA, generator=rng) for _ in range(STEPS + 1)
]"""
    return f"""\
# Normal noise that is added to the gradients, the same for all optimizers
SIGMAS = {literal(values)}  # by the number of steps done
noise, sigma = [], 0
for step in range(STEPS + 1):
    sigma = SIGMAS.get(step, sigma)
    noise.append(torch.zeros_like(starts))
    if sigma:  # else no numbers are drawn
        noise[step].normal_(0, sigma, generator=rng)"""


def _descent(session: Session) -> str:
    before_step = own.before_step(session)
    noise = "points.grad += noise[step]\n" if _is_noisy(session) else ""
    return _DESCEND.format(
        step="step" if before_step or noise else "_",
        before_all=indented(own.before_all(session)),
        before_step=indented(before_step, 2),
        noise=indented(noise, 2),
        after_step=indented(own.after_step(session), 2),
    )


# --- the surface -----------------------------------------------------------------------------------------------------
def _surface(hp: Hyperparams) -> str:
    x, y = (f"{literal(_short(low))}, {literal(_short(high))}" for low, high in _picture(hp))
    return f"""\
# The surface, for a picture of it
surface_x = torch.linspace({x}, 201, dtype=torch.float64)
surface_y = torch.linspace({y}, 151, dtype=torch.float64)
surface_z = f(*torch.meshgrid(surface_x, surface_y, indexing="xy"))  # (151, 201)"""


def _minima(hp: Hyperparams) -> str:
    if hp.surface == "own":
        return ""
    if hp.surface not in _MINIMA:
        return _NEWTON
    points = [_list(point) for point in _MINIMA[hp.surface]]
    line = f"minima = torch.tensor([{', '.join(points)}], dtype=torch.float64)"
    if len(line) <= 88:
        return line
    rows = "".join(f"        {point},\n" for point in points)
    return f"minima = torch.tensor(\n    [\n{rows}    ],\n    dtype=torch.float64,\n)"

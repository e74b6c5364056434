"""Made-up figures to draw: like those of an experiment, with numbers that a test can compute."""

import numpy as np

from explorer.core.figure import (
    Axis,
    Bars,
    Cell,
    Chain,
    Contours,
    Figure,
    HeatMap,
    KeyEntry,
    Label,
    Line,
    Panel,
    Points,
    Region,
    Ridge,
    Rule,
    Table,
    TableRow,
)
from explorer.core.roles import INK, Role

ROLES = {
    "sigmoid": Role("orange"),
    "tanh": Role("purple"),
    "ReLU": Role("blue"),
    "ELU": Role("cyan"),
    "GELU": Role("green"),
}
STATIC_X = np.linspace(-5, 5, 401)
STATIC = {
    "sigmoid": 1 / (1 + np.exp(-STATIC_X)),
    "tanh": np.tanh(STATIC_X),
    "ReLU": STATIC_X.clip(0),
    "ELU": np.where(STATIC_X > 0, STATIC_X, np.expm1(STATIC_X)),
    "GELU": STATIC_X / (1 + np.exp(-1.702 * STATIC_X)),
}


def seven_panels(n: int = 600, seed: int = 0, last: float = 600.0) -> Figure:
    """Five functions; `n` samples in each of the two series over time."""
    noise = np.random.default_rng(seed)
    step = np.linspace(1, last, n)
    return Figure(
        "Sigmoid falls behind: loss 0.79 after 600 steps, the other four below 0.01",
        "digits · depth 3 · width 32 · SGD lr 0.3 · batch 64 · seed 0",
        tuple(KeyEntry(name, role) for name, role in ROLES.items()),
        (
            _function("function", "Function", Cell(0, 0, 1, 4), 3.2),
            _function("derivative", "Derivative", Cell(0, 4, 1, 4), 1.2),
            _gain(),
            _series("loss", "Training loss", step, noise, True, Cell(1, 0, 1, 3)),
            _series("accuracy", "Training accuracy", step, noise, False, Cell(1, 3, 1, 3)),
            _layers("gradient", "Gradient by layer", noise, True, Cell(1, 6, 1, 3)),
            _layers("dead", "Saturated or dead", noise, False, Cell(1, 9, 1, 3)),
        ),
        (1.0, 1.0),
    )


def _function(key: str, title: str, cell: Cell, top: float) -> Panel:
    lines = tuple(Line(name, STATIC_X, STATIC[name], role, name) for name, role in ROLES.items())
    bar = Region("bar", np.array([-5.0]), np.array([-3.0]), np.array([-1.25]), np.array([-1.2]), ROLES["tanh"])
    return Panel(key, title, "f(x)", Axis("x", limits=(-5, 5)), Axis(limits=(-1.3, top)), (*lines, bar), cell)


def _gain() -> Panel:
    marks = []
    for i, (name, role) in enumerate(ROLES.items()):
        ends, row = np.array([0.1 * (i + 1), 0.2 * (i + 1)]), np.array([4.0 - i])
        marks += [
            Line(f"{name}.line", ends, np.repeat(row, 2), role, weight="theory"),
            Points(f"{name}.backward", ends[:1], row, role, f"{name} backward", 12, symbol="ring"),
            Points(f"{name}.forward", ends[1:], row, role, f"{name} forward", 7),
        ]
    ticks = tuple((4.0 - i, name) for i, name in enumerate(ROLES))
    x, y = Axis("gain per layer", log=True, limits=(0.05, 2)), Axis(limits=(-0.6, 4.8), ticks=ticks)
    marks.append(Rule("kept", x=1.0, text="1: size is kept"))
    return Panel("gain", "Gain", "● forward   ○ backward", x, y, tuple(marks), Cell(0, 8, 1, 4), grid="x")


def _series(key: str, title: str, step, noise, log: bool, cell: Cell) -> Panel:
    lines = []
    for i, (name, role) in enumerate(ROLES.items()):
        smooth = np.exp(-step * (i + 1) / 600) * np.exp(0.1 * np.cumsum(noise.normal(size=step.size)) / step.size**0.5)
        y = 2.3 * smooth if log else 100 * (1 - np.minimum(smooth, 1))
        lines.append(Line(name, step, y, role, name, thin=True))
    y_axis = Axis(log=True) if log else Axis(limits=(0, 102))
    return Panel(key, title, "cross-entropy", Axis("step", integer=True), y_axis, tuple(lines), cell)


def _layers(key: str, title: str, noise, log: bool, cell: Cell) -> Panel:
    layer = np.arange(1, 5)
    marks = []
    for name, role in ROLES.items():
        y = 10 ** noise.uniform(-3, 0, 4) if log else noise.uniform(0, 60, 4)
        marks += [Line(name, layer, y, role, name), Points(f"{name}.points", layer, y, role)]
    x = Axis("layer", limits=(0.8, 4.2), integer=True)
    y_axis = Axis(log=True) if log else Axis(limits=(-2, 62))
    return Panel(key, title, "‖ ∂L/∂W ‖", x, y_axis, tuple(marks), cell)


def every_mark() -> Figure:
    """Six panels: a surface, a map on log axes, ridges, bars, a table, chains of blocks."""
    return Figure(
        "Every kind of mark",
        "made up",
        tuple(KeyEntry(name, role) for name, role in ROLES.items()),
        (_surface(), _log_map(), _ridges(), _bars(), _table(), _chains()),
        (1.0, 1.0, 0.7),
    )


SURFACE_X, SURFACE_Y = np.linspace(-3, 3, 61), np.linspace(-2, 2, 41)
SURFACE = SURFACE_X**2 + 4 * SURFACE_Y[:, None] ** 2 + 0.1
RATES, SIZES = np.geomspace(0.001, 10, 9), 2.0 ** np.arange(1, 7)
ACCURACY = np.linspace(0, 1, 54).reshape(6, 9)
EDGES, COUNTS = np.linspace(-4, 4, 17), np.array([0, 1, 2, 5, 9, 14, 19, 22, 23, 18, 13, 8, 6, 3, 1, 0])
SIGNALS = {"tanh": 10.0 ** np.linspace(5, 0, 12), "ReLU": 10.0 ** np.linspace(-5, 0, 12)}


def _surface() -> Panel:
    way = np.stack([np.linspace(-2.5, 0, 12), 1.5 * np.cos(np.linspace(0, 9, 12))])
    marks = (
        HeatMap("shade", SURFACE_X, SURFACE_Y, SURFACE, 0.1, 30, "surface", True, "0.1", "30", "loss"),
        Contours("contours", SURFACE_X, SURFACE_Y, SURFACE, np.geomspace(0.2, 25, 9)),
        Line("way", *way, ROLES["ReLU"], "ReLU", "trajectory"),
        Points("end", *way[:, -1:], ROLES["ReLU"], "ReLU", 10),
        Points("start", *way[:, :1], INK, size=12, symbol="ring"),
        Points("minimum", np.zeros(1), np.zeros(1), INK, size=15, symbol="plus"),
        Label("name", 0.0, 0.0, "minimum"),
    )
    x, y = Axis("x", limits=(-3, 3)), Axis(limits=(-2, 2))
    return Panel("surface", "Surface", "y; shade: loss", x, y, marks, Cell(0, 0, 1, 6), "none", ("start",))


def _log_map() -> Panel:
    marks = (
        HeatMap("map", RATES, SIZES, ACCURACY, 0, 1, low_text="0 %", high_text="100 %", name="accuracy"),
        Points("chosen", RATES[4:5], SIZES[2:3], INK, size=13, symbol="circle"),
    )
    x, y = Axis("learning rate", log=True), Axis(log=True, ticks=tuple((s, f"{s:.0f}") for s in SIZES))
    return Panel("map", "Trainable", "batch size", x, y, marks, Cell(0, 6, 1, 6), "none")


def _ridges() -> Panel:
    x = np.linspace(-3, 3, 61)
    marks = tuple(
        Ridge(f"layer{k}", x, 1.4 * np.exp(-(x**2) * (k + 1)) - k, -k, ROLES["tanh"], f"layer {k + 1}")
        for k in range(5)
    )
    ticks = tuple((-float(k), str(k + 1)) for k in range(5))
    y = Axis(limits=(-4.3, 1.6), ticks=ticks)
    return Panel("ridges", "Ridges", "by layer", Axis("a", limits=(-3, 3)), y, marks, Cell(1, 0, 1, 4), "none")


def _bars() -> Panel:
    bars = Bars("bars", EDGES, COUNTS, ROLES["ReLU"], "batch")
    return Panel("bars", "Bars", "count", Axis("x"), Axis(), (bars, Rule("mean", x=0.1)), Cell(1, 4, 1, 4))


def _table() -> Panel:
    rows = tuple(TableRow(name, role, (str(100 + i), "–")) for i, (name, role) in enumerate(ROLES.items()))
    table = Table("table", ("function", "steps", "loss"), rows)
    return Panel("table", "Race", "at step 9", Axis(), Axis(), (table,), Cell(1, 8, 1, 4))


def _chains() -> Panel:
    ends = {"low_text": "10⁻⁵ vanishes", "high_text": "10⁵ explodes"}
    marks = tuple(
        Chain(
            name, name, ROLES[name], v, 1e-5, 1e5, row, (False, *[True] * 11) if row else (), 3 if row else None, **ends
        )
        for row, (name, v) in enumerate(SIGNALS.items())
    )
    return Panel(
        "chains", "Blocks", "gradient", Axis(integer=True), Axis(), marks, Cell(2, 0, 1, 12), "none", ("block",)
    )

"""Many trajectories of many optimizers on one surface, advanced together.

θ ← θ − lr(t) · d / s for every optimizer (see nets/optimizers.py) at points θ = (x, y); gradients of all of them in one
call of autograd, (n_optimizers, n_starts, 2), in double precision. Noise, where wanted, is added to the gradients.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.core.catalog import ALL_OPTIMIZERS, choice
from explorer.core.experiment import Divergence
from explorer.core.frames import fixed
from explorer.core.i18n import _
from explorer.experiments.optimizers.grounds import GROUNDS, Range
from explorer.experiments.optimizers.methods import factor, made, rate_of
from explorer.experiments.optimizers.nearest import nearest
from explorer.experiments.optimizers.network import NetworkRun
from explorer.experiments.optimizers.notable import Notable
from explorer.experiments.optimizers.probes import samples, tuned
from explorer.experiments.optimizers.spec import NEAR, Frame, Hyperparams, start_of
from explorer.experiments.optimizers.spread import Spread, of_one, sampled
from explorer.experiments.optimizers.sweep import RATES, Sweep
from explorer.experiments.optimizers.track import BUDGET, Track, room_for
from explorer.nets.surfaces import Surface, found_minima, known_minima, on_grid, surface, with_gradient

GRID = (201, 151)
GLANCE = 200_000
"""Points of all trajectories together that are sent to the screen while it plays."""
LONGEST_GLANCE = 1000
"""About so many points of one trajectory, for the same."""
SWEEP_STEPS = 4
"""Steps of the fair race between two looks at what else there is to do."""
DISTANCES = 4_000_000
"""Distances between a point and a minimum that a frame may compute."""


@lru_cache(maxsize=64)
def _picture(name: str, how: tuple[float, float, str], x: Range, y: Range) -> dict[str, Any]:
    """Surface, its minima and its lowest loss, as the frame has them."""
    f = surface(name, *how)
    xs, ys = (torch.linspace(*ends, n, dtype=torch.float64) for ends, n in zip((x, y), GRID, strict=True))
    z = on_grid(f, xs, ys)
    minima = known_minima(name) if name not in ("quadratic", "own") else found_minima(f, xs, ys)
    if name == "quadratic":
        minima = torch.zeros(1, 2, dtype=torch.float64)
    depths = f(minima[:, 0], minima[:, 1])
    seen = depths if len(minima) else z[z.isfinite()]
    return {
        "surface_x": fixed(xs.numpy()),
        "surface_y": fixed(ys.numpy()),
        "surface_z": fixed(z.numpy().copy()),
        "minima": minima.numpy(),
        "minimum_loss": depths.numpy(),
        "lowest": float(seen.min()) if len(seen) else 0.0,
    }


def _shape(hp: Hyperparams) -> tuple[float, float, str]:
    """What the surface depends on, the rest as it is by default: another condition is not another ravine."""
    default = Hyperparams()
    quadratic, own = (hp if hp.surface == name else default for name in ("quadratic", "own"))
    return quadratic.condition, quadratic.rotation, own.expression


def _span(ends: Range, value: float) -> Range:
    """Ends of the picture, farther apart where the start would not be in it."""
    low, high = min(ends[0], value), max(ends[1], value)
    room = 0.06 * (high - low)
    return (low - room if low < ends[0] else low), (high + room if high > ends[1] else high)


def _starts(hp: Hyperparams, x: Range, y: Range, generator: torch.Generator) -> Tensor:
    """Points where everybody begins, (n_starts, 2)."""
    start = torch.tensor(start_of(hp.start), dtype=torch.float64)
    if hp.starts == "one":
        return start[None]
    ends = torch.tensor([x, y], dtype=torch.float64)
    centre = (1 - hp.spread) * start + hp.spread * ends.mean(1)
    points = centre + hp.spread * (ends[:, 1] - ends[:, 0]) / 2 * _pattern(hp.starts, hp.n_starts, generator)
    if hp.starts == "line":
        points[:, 1] = start[1]
    return points


def _pattern(starts: str, n: int, generator: torch.Generator) -> Tensor:
    """Points in the square ±1, (n, 2); of a grid the nearest square number."""
    if starts == "cloud":
        return 2 * torch.rand(n, 2, dtype=torch.float64, generator=generator) - 1
    if starts == "line":
        return torch.linspace(-1, 1, n, dtype=torch.float64)[:, None].expand(n, 2)
    side = torch.linspace(-1, 1, max(round(math.sqrt(n)), 2), dtype=torch.float64)
    return torch.cartesian_prod(side, side)


class SurfaceRun:
    """One live execution on a function of x and y."""

    def __init__(self, hyperparams: Hyperparams) -> None:
        self.hyperparams = hp = hyperparams
        self._step = 0
        self._generator = torch.Generator().manual_seed(hp.seed)
        ground, start = GROUNDS[hp.surface], start_of(hp.start)
        x, y = _span(ground.x, start[0]), _span(ground.y, start[1])
        how = _shape(hp)
        self._picture = _picture(hp.surface, how, x, y)
        self._diagonal = math.hypot(x[1] - x[0], y[1] - y[0])
        self._f: Surface = surface(hp.surface, *how)
        starts = _starts(hp, x, y, self._generator)
        self._reference = int((starts - torch.tensor(start)).norm(dim=-1).argmin())
        self._points = starts.repeat(len(hp.optimizers), 1, 1)  # (M, N, 2)
        self._optimizers = [made(name, hp) for name in hp.optimizers]
        self._track, self._spread = self._new_track(x, y), self._new_spread()
        self._diverged: NDArray[np.int64] = np.full(self._points.shape[:2], -1)
        self._divergences: list[Divergence] = []
        self._cancelled = False
        self._sweep = Sweep(hp, self._f, torch.tensor(start, dtype=torch.float64), self._diagonal) if hp.race else None
        self._evaluate()

    def _new_track(self, x: Range, y: Range, budget: int = BUDGET) -> Track:
        n_ways = self._points[..., 0].numel()
        few = n_ways <= GLANCE // LONGEST_GLANCE
        notable = Notable(x, y, self._picture["lowest"], self._reference, n_ways) if few else None
        n_optimizers, n_starts = self._points.shape[:2]
        return Track(n_optimizers, n_starts, notes=notable, budget=budget)

    def _new_spread(self, steps: int = 0) -> Spread | None:
        """Needed where there are several starts; it keeps so many steps at least."""
        n_optimizers, n_starts = self._points.shape[:2]
        if n_starts == 1:
            return None
        return Spread((n_optimizers, n_starts), self._reference, self._picture["minima"], steps)

    def keep_all(self, steps: int) -> None:
        """Remember every step. Raises TooMuch where a file cannot hold so many."""
        x, y = ((float(v[0]), float(v[-1])) for v in (self._picture["surface_x"], self._picture["surface_y"]))
        self._track = self._new_track(x, y, room_for(steps, self._track.row_bytes))
        self._spread = self._new_spread(steps)
        self._put()

    def refine(self) -> None:
        """Take the next steps of the fair race."""
        if self._sweep:
            self._sweep.advance(SWEEP_STEPS)

    @property
    def refined(self) -> float:
        """Share of the fair race that has been run."""
        return 1.0 if self._sweep is None or self._cancelled else self._sweep.share

    def cancel_refining(self) -> None:
        """Leave the fair race where it is."""
        self._cancelled = True

    def update(self, hyperparams: Hyperparams) -> None:
        """Take over live hyperparams."""
        self.hyperparams = hyperparams
        for name, own in zip(hyperparams.optimizers, self._optimizers, strict=True):
            if hasattr(own, "momentum"):
                own.momentum = getattr(hyperparams, name).momentum if name != "sgd" else 0.0

    @property
    def done(self) -> bool:
        """Whether every trajectory has diverged."""
        return bool(self._divergences) and bool((self._diverged >= 0).all())

    def step(self) -> None:
        """One update of every trajectory."""
        hp = self.hyperparams
        scale = factor(hp, self._step)
        with torch.no_grad():
            gradient = self._gradient
            if hp.noise:
                shape = gradient.shape[1:]
                gradient = gradient + hp.noise * torch.randn(shape, dtype=torch.float64, generator=self._generator)
            for name, own, points, slope in zip(hp.optimizers, self._optimizers, self._points, gradient, strict=True):
                own.lr = getattr(hp, name).lr * scale
                own.step([points], [slope])
        self._step += 1
        self._evaluate()

    def _evaluate(self) -> None:
        """Loss and gradient at the present points, and the books."""
        self._loss, self._gradient = with_gradient(self._f, self._points)
        total = self._loss + self._points[..., 0] + self._points[..., 1]  # finite where all three are
        if not math.isfinite(float(total.sum())):
            self._note_divergence(~total.isfinite().numpy() & (self._diverged < 0))
        self._put()

    def _put(self, wanted: bool = True) -> None:
        """Give this step to what wants it; else to what does not, until the next one."""
        keeping = [kept for kept in (self._track, self._spread) if kept and kept.wants(self._step) == wanted]
        if keeping:
            rates = self._rates()
            for kept in keeping:
                kept.put(self._step, self._points.numpy(), self._loss.numpy(), rates)

    def _rates(self) -> NDArray[np.float64]:
        """Effective learning rates of the last step, (n_optimizers, 2)."""
        return np.array([rate_of(own, self._reference) for own in self._optimizers])

    def _note_divergence(self, bad: NDArray[np.bool_]) -> None:
        """Take down which trajectories stopped being finite; `bad` (n_optimizers, n_starts)."""
        for i in np.flatnonzero(bad.any(1)).tolist():
            if (self._diverged[i] < 0).all():
                lost = self._points[i][torch.from_numpy(bad[i])]
                quantity = _("loss") if lost.isfinite().all() else _("point")
                label = choice(ALL_OPTIMIZERS, self.hyperparams.optimizers[i]).label
                self._divergences.append(Divergence(label, self._step, quantity))
        self._diverged[bad] = self._step

    def frame(self) -> Frame:
        """Snapshot with every step that is kept."""
        self._put(wanted=False)
        return self._frame(np.arange(self._track.count))

    def glance(self) -> Frame:
        """Snapshot with as much of the paths as a screen can show."""
        self._put(wanted=False)
        rows = self._track.seen_rows(min(max(GLANCE // self._diverged.size, 2), LONGEST_GLANCE))
        return self._frame(rows, LONGEST_GLANCE)

    def _frame(self, rows: NDArray[np.int64], most: int | None = None) -> Frame:
        """Snapshot with these rows of the ways, and with at `most` so many steps of quartiles."""
        path, minima = self._track.path(rows), self._picture["minima"]
        steps, rates = self._track.steps(rows), self._track.rates(rows)
        n_optimizers, n_starts = self._diverged.shape
        cost = n_optimizers * len(rows) * max(len(minima), 1)
        sample = sampled(n_starts, cost, DISTANCES, self._reference)
        return Frame(
            hyperparams=self.hyperparams,
            step=self._step,
            divergences=tuple(self._divergences),
            optimizers=self.hyperparams.optimizers,
            path_step=steps,
            **(self._spread.curves(most) if self._spread else of_one(steps, rates)),
            path=path,
            loss=self._track.loss(rows),
            diverged_at=self._diverged.copy(),
            gradient=self._gradient[:, self._reference].numpy().copy(),
            reference=self._reference,
            distance_of=sample,
            distance=nearest(path[:, sample], minima)[0],
            reached=self._reached(),
            shown=np.full(len(self._optimizers), np.nan),
            shown_by_chance=math.nan,
            race_lr=RATES if self._sweep else np.empty(0),
            race_loss=self._sweep.loss() if self._sweep else np.empty((len(self._optimizers), 0, 0)),
            race_step=self._sweep.steps if self._sweep else 0,
            **self._picture,
        )

    def _reached(self) -> NDArray[np.int64]:
        distance, which = nearest(self._points.numpy(), self._picture["minima"])
        return np.where(distance <= NEAR * self._diagonal, which, -1)


def Run(hyperparams: Hyperparams) -> SurfaceRun | NetworkRun:
    """Return a live execution."""
    return NetworkRun(hyperparams) if hyperparams.surface == "network" else SurfaceRun(hyperparams)


PROBES = {"tuned": tuned, "samples": samples}

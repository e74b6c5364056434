"""Panels, their places and the sentence above them."""

from itertools import combinations

import numpy as np
import pytest

from explorer.core.figure import Ridge
from explorer.core.hyperparams import replace
from explorer.experiments.initializers.compute import Run
from explorer.experiments.initializers.ridges import scaled
from explorer.experiments.initializers.spec import PANELS, SPEC, Hyperparams, ViewOptions

SMALL = {"depth": 6, "width": 32, "batch_size": 64}
ALL = tuple(p.name for p in PANELS)
SIX = ("zeros", "normal", "xavier_normal", "xavier_uniform", "article_rand", "lsuv")


def frame_of(steps=0, **changes):
    run = Run(replace(Hyperparams(), {**SMALL, **changes}))
    for _step in range(steps):
        run.step()
    return run.frame()


def figure_of(frame, **options):
    return SPEC.figure(frame, replace(ViewOptions(), options))


def test_eight_panels_by_default():
    assert len(figure_of(frame_of()).panels) == 8


@pytest.mark.parametrize("names", [SIX[:n] for n in range(1, 7)])
@pytest.mark.parametrize("panels", [ALL, ("activations",), ("gradients", "loss"), ("loss", "phase")])
def test_panels_fill_the_grid_without_overlap(names, panels):
    figure = figure_of(frame_of(2, initializers=names), panels=panels)
    area = sum(p.cell.row_span * p.cell.column_span for p in figure.panels)
    assert area == pytest.approx(12 * len(figure.row_heights))
    for a, b in combinations([p.cell for p in figure.panels], 2):
        beside = a.column + a.column_span <= b.column + 1e-9 or b.column + b.column_span <= a.column + 1e-9
        above = a.row + a.row_span <= b.row + 1e-9 or b.row + b.row_span <= a.row + 1e-9
        assert beside or above


def test_a_ridge_for_each_layer_as_long_as_there_is_room():
    deep = frame_of(depth=100)
    for n, most in ((12, 13), (100, 100)):
        ridges = [m for m in figure_of(deep, ridges=n).panel("activations.he_normal").marks if isinstance(m, Ridge)]
        assert len(ridges) <= most
        assert (ridges[0].key, ridges[-1].key) == ("1", "100")


def test_ridges_keep_the_shape_beside_the_zeros_of_relu():
    heights = np.array([5000.0, 100, 80, 60, *[0] * 60])
    assert scaled(heights, log=False)[:4].tolist() == [1, 1, 0.8, 0.6]
    assert scaled(np.array([90.0, 100, 60]), log=False).tolist() == [0.9, 1, 0.6]


def test_ridges_go_from_end_to_end_and_never_leave_the_axis():
    frame = frame_of(initializers=("article_rand", "he_normal"), activation="relu")
    for panel in figure_of(frame, panels=("activations", "gradients")).panels:
        for ridge in (m for m in panel.marks if isinstance(m, Ridge)):
            assert (ridge.x[0], ridge.x[-1]) == panel.x.limits
            assert (np.diff(ridge.x) >= 0).all()
            assert ((ridge.y >= ridge.base) & (ridge.y <= ridge.base + 1.3 + 1e-9)).all()


def test_ridges_of_one_kind_share_their_axis():
    figure = figure_of(frame_of(activation="relu"), panels=ALL)
    for kind in ("activations", "gradients"):
        assert len({p.x.limits for p in figure.panels if p.key.startswith(kind)}) == 1


def test_the_headline_says_what_the_layers_do():
    frame = frame_of(depth=10, initializers=("xavier_normal",), activation="relu", width=256, batch_size=128)
    ratio = frame.activation_std[0, 0] / frame.activation_std[0, -1]
    fold = float(figure_of(frame).headline.split("-fold")[0].split()[-1])
    assert fold == pytest.approx(ratio, rel=0.05)
    assert "shrinks" in figure_of(frame).headline


def test_the_headline_says_when_samples_become_one():
    headline = figure_of(frame_of(activation="sigmoid", initializers=("xavier_normal",), depth=20)).headline
    assert headline == "20 sigmoid layers: with Xavier normal all samples become nearly one"


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity", "hardsigmoid"])
@pytest.mark.parametrize("steps", [0, 3])
def test_headlines_fit(activation, steps):
    for names in (SIX, ("zeros",), ("constant", "zeros"), ("pytorch_default", "xavier_uniform", "article_randn")):
        frame = frame_of(steps, activation=activation, initializers=names)
        assert 0 < len(figure_of(frame).headline) <= 100


def test_curves_have_short_names_that_differ():
    frame = frame_of(1, initializers=("xavier_normal", "xavier_uniform", "he_normal"))
    names = [m.name for m in figure_of(frame).panel("collapse").marks if getattr(m, "name", "")]
    assert names == ["Xavier normal", "Xavier uniform", "He"]


def test_marks_of_the_phase_picture_lie_at_the_weights():
    frame = frame_of(depth=10, initializers=("he_normal",), width=128)
    (he,) = [m for m in figure_of(frame).panel("phase").marks if m.key == "he_normal"]
    assert he.x.tolist() == [10]
    assert he.y[0] == pytest.approx((2 / 128) ** 0.5, rel=0.03)

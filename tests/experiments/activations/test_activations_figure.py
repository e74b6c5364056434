"""The figure of the activations, at every state that a run can be in."""

import dataclasses
import re

import numpy as np
import pytest

from explorer.core.figure import Cross, Line, Points, Region, Rule
from explorer.core.hyperparams import replace
from explorer.experiments.activations.compute import Run
from explorer.experiments.activations.spec import FUNCTIONS, PANELS, SPEC, Hyperparams, ViewOptions

ALL = [f.name for f in FUNCTIONS]
STATES = {
    "start": (0, {}),
    "first step": (1, {}),
    "training": (30, {}),
    "default": (600, {}),
    "alone": (50, {"functions": ["gelu"]}),
    "alone at the start": (0, {"functions": ["gelu"]}),
    "two alike": (60, {"functions": ["silu", "gelu"]}),
    "dying": (100, {"functions": ["relu", "leaky_relu"], "depth": 1, "lr": 2.0}),
    "vanishing": (50, {"functions": ["sigmoid", "tanh"], "depth": 8}),
    "one overflows": (40, {"functions": ["identity", "tanh"], "lr": 10.0}),
    "many overflow": (40, {"functions": ALL, "lr": 10.0}),
    "all overflow": (40, {"functions": ["own"], "expression": "x**30"}),
    "never finite": (2, {"functions": ["own"], "expression": "1/0"}),
    "constant": (2, {"functions": ["own"], "expression": "3"}),
    "all functions": (5, {"functions": ALL}),
}


@pytest.fixture(scope="module")
def frames():
    found = {}
    for name, (steps, changes) in STATES.items():
        run = Run(replace(Hyperparams(), changes))
        for _step in range(steps):
            run.step()
        found[name] = run.frame()
    return found


def draw(frame, **options):
    return SPEC.figure(frame, replace(ViewOptions(), options))


@pytest.mark.parametrize("state", STATES)
def test_headline_and_settings_in_every_state(frames, state):
    figure = draw(frames[state])
    assert 10 < len(figure.headline) <= 90
    assert figure.headline[0].isupper() or figure.headline[0].isdigit()
    assert not re.search(r"nan|inf|None|\{|\d-|-\d", figure.headline), figure.headline
    assert "digits · depth" in figure.settings
    assert [k.name for k in figure.key] == [f.label for f in FUNCTIONS if f.name in frames[state].functions]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("start", r"Before training: a layer keeps 0\.045 of the squared gradient with sigmoid, 0\.67 with ELU"),
        ("default", r"Sigmoid falls behind: loss 0\.\d+ after 600 steps, the other four at most 0\.0\d+"),
        ("alone", r"GELU: loss .* after 50 steps, \d+ % of the last batches right"),
        ("dying", r"\d+ % of the ReLU units are dead or saturated at step 100; leaky ReLU: 0 %"),
        ("vanishing", r"Sigmoid: the first layer’s gradient is .* · 10⁻. of the read-out’s at step 50"),
        ("one overflows", r"Identity overflows at step \d+; tanh reaches loss .*"),
        ("many overflow", r".* networks overflow, the first, .*, at step \d+; .*"),
        ("never finite", r"Own f\(x\) has no finite loss from the start"),
    ],
)
def test_headline_says_what_was_measured(frames, state, sentence):
    assert re.fullmatch(sentence, draw(frames[state]).headline)


def test_headline_numbers_are_true(frames):
    frame = frames["default"]
    bound = float(re.search(r"at most ([\d.]+)", draw(frame).headline)[1])
    last = np.exp(np.log(frame.train_loss[1:, -100:]).mean(1))
    assert (last < 3 * bound).all()
    smooth = draw(frame).panel("loss").marks
    assert all(m.y[-1] <= bound for m in smooth if isinstance(m, Line) and m.key != "sigmoid")


def values_of(mark):
    """All x and y of a mark."""
    match mark:
        case Region():
            return np.concatenate([mark.x0, mark.x1]), np.concatenate([mark.y0, mark.y1])
        case Rule():
            return np.array([mark.x if mark.x is not None else np.nan]), np.array([np.nan])
        case _:
            return np.atleast_1d(mark.x), np.atleast_1d(mark.y)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("log_loss", [True, False])
def test_limits_are_finite_and_cut_nothing(frames, state, log_loss):
    for panel in draw(frames[state], log_loss=log_loss).panels:
        for axis, i in ((panel.x, 0), (panel.y, 1)):
            low, high = axis.limits
            assert np.isfinite([low, high]).all()
            assert low < high
            assert low > 0 or not axis.log
            for mark in panel.marks:
                values = values_of(mark)[i]
                values = values[np.isfinite(values)]
                assert (values >= low - 1e-9 * abs(low)).all(), (panel.key, mark.key)
                assert (values <= high + 1e-9 * abs(high)).all(), (panel.key, mark.key)


@pytest.mark.parametrize("state", STATES)
def test_keys_are_unique_and_roles_the_same_everywhere(frames, state):
    figure = draw(frames[state])
    roles = {}
    for panel in figure.panels:
        assert len({m.key for m in panel.marks}) == len(panel.marks)
        assert panel.summary
        for mark in panel.marks:
            if not isinstance(mark, Rule):
                assert roles.setdefault(mark.key.split(".")[0], mark.role) == mark.role


def test_panels_are_those_chosen(frames):
    assert [p.key for p in draw(frames["training"]).panels] == [p.name for p in PANELS]
    few = draw(frames["training"], panels=["loss", "gain"])
    assert [p.key for p in few.panels] == ["gain", "loss"]
    assert sum(p.cell.column_span for p in few.panels) == 12


def test_saturation_bars_lie_where_the_slope_is_small(frames):
    panel = draw(frames["training"], saturation=10.0).panel("derivative")
    bars = {m.key: m for m in panel.marks if isinstance(m, Region)}
    x0, x1 = bars["tanh.saturated"].x0, bars["tanh.saturated"].x1
    edge = np.arccosh(np.sqrt(10))  # sech² = 0.1
    np.testing.assert_allclose([x0[0], x1[0], x0[1], x1[1]], [-5, -edge, edge, 5], atol=0.03)
    assert not len(bars["sigmoid.saturated"].x0) or abs(bars["sigmoid.saturated"].x0).min() > 3.6
    heights = [m.y1.max() for m in bars.values() if len(m.y1)]
    assert max(heights) < min(m.y.min() for m in panel.marks if isinstance(m, Line))


def test_the_threshold_counts_the_units_too(frames):
    frame = frames["default"]
    panel = draw(frame, saturation=1.0).panel("dead")
    for i, name in enumerate(frame.functions):
        line = next(m for m in panel.marks if m.key == name)
        np.testing.assert_allclose(line.y, 100 * frame.dead_fraction[i], rtol=1e-6)
    assert draw(frame, saturation=50.0).panel("dead").marks[0].y.mean() >= panel.marks[0].y.mean()


def test_gains_are_beside_one_for_what_keeps_the_size(frames):
    frame = dataclasses.replace(frames["all functions"], hyperparams=Hyperparams(sigma=2.0))
    panel = draw(frame).panel("gain")
    forward = next(m for m in panel.marks if m.key == "identity.forward")
    assert forward.x[0] == pytest.approx(frame.forward_gain[0] / 4)
    assert "4" in panel.title


def test_a_network_that_overflowed_has_its_cross_and_words(frames):
    frame = frames["one overflows"]
    (cross,) = (m for m in draw(frame).panel("loss").marks if isinstance(m, Cross))
    step = frame.divergences[0].step
    assert (cross.x, cross.text) == (step, f"identity, step {step}")
    assert np.isfinite(cross.y)
    line = next(m for m in draw(frame).panel("loss").marks if m.key == "identity")
    assert np.isnan(line.y[step - 1 :]).all()


def test_every_batch_is_shown_only_behind_few_curves(frames):
    def raw(state, **options):
        return [m for m in draw(frames[state], **options).panel("loss").marks if getattr(m, "weight", "") == "raw"]

    assert len(raw("two alike")) == 2
    assert not raw("training")
    assert not raw("two alike", smoothing=1)


def test_layers_have_discs(frames):
    marks = draw(frames["training"]).panel("gradient").marks
    points = [m for m in marks if isinstance(m, Points)]
    assert [len(p.x) for p in points] == [4] * 5

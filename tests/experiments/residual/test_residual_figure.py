"""The figure of the residual experiment, at every state that a run can be in."""

import dataclasses
import re

import numpy as np
import pytest

from explorer.core.figure import Band, Chain, Cross, HeatMap, Label, Line, Points, Rule
from explorer.core.hyperparams import replace
from explorer.experiments.residual.arms import ARMS, CHOICES
from explorer.experiments.residual.compute import Run
from explorer.experiments.residual.spec import DEFAULT_PANELS, PANELS, SPEC, Hyperparams, ViewOptions

EVERY = [p.name for p in PANELS]
SMALL = {"depth": 12, "shallow_depth": 4, "width": 16}
STATES = {
    "start": (0, {}),
    "first step": (1, {}),
    "training": (40, {}),
    "default": (SPEC.default_steps, {"depth": 50, "width": 32, "shallow_depth": 8}),
    "alone": (20, {"arms": ["rezero"]}),
    "alone at the start": (0, {"arms": ["rezero"]}),
    "shallow alone": (20, {"arms": ["shallow_bn"]}),
    "two alike": (60, {"arms": ["rezero", "fixup"]}),
    "removed": (40, {"removed": "3,1"}),
    "removed at the start": (0, {"removed": "3,1"}),
    "removed where nothing is": (20, {"removed": "90,0"}),
    "clipped": (20, {"clip": "norm", "clip_threshold": 0.1}),
    "clipped by value": (20, {"clip": "value", "clip_threshold": 0.1}),
    "one overflows": (20, {"arms": ["plain_bn", "residual", "shallow_bn"], "depth": 60, "lr": 0.1}),
    "all overflow": (40, {"arms": ["residual", "preact"], "depth": 200, "lr": 10.0}),
    "every arm": (5, {"arms": list(ARMS)}),
    "shortest": (5, {"depth": 2}),
    "convolutions": (3, {"kind": "conv", "width": 4}),
}


@pytest.fixture(scope="module")
def frames():
    """Odd states with the slow measurements, even ones without."""
    found = {}
    for i, (name, (steps, changes)) in enumerate(STATES.items()):
        run = Run(replace(Hyperparams(), {**SMALL, **changes}))
        for _step in range(steps):
            run.step()
        while i % 2 and run.refined < 1:
            run.refine()
        found[name] = run.frame()
    return found


def draw(frame, **options):
    return SPEC.figure(frame, replace(ViewOptions(), options))


@pytest.mark.parametrize("state", STATES)
def test_headline_and_settings_in_every_state(frames, state):
    figure = draw(frames[state])
    assert 10 < len(figure.headline) <= 95
    assert figure.headline[0].isupper()
    assert not re.search(r"nan|inf|None|\{|\d-\d| -\d", figure.headline), figure.headline
    assert " · depth" in figure.settings
    assert [k.name for k in figure.key] == [c.label for c in CHOICES if c.name in frames[state].arms]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("start", r"At initialization the gradient grows \d+-fold in plain deep, \d.*-fold in residual deep"),
        ("alone at the start", r"At initialization the gradient stays as it is in ReZero"),
        ("default", r"Plain deep is \d\.\d above plain shallow in training loss; residual deep reaches 0\.\d+"),
        ("alone", r"ReZero: training loss .* after 20 steps, \d+ % of the test samples right"),
        ("removed", r"Without block 3 residual deep gets \d+ % of the test samples right, with it \d+ %"),
        ("one overflows", r"Residual, no BN overflows at step \d+; plain shallow reaches loss .*"),
        ("all overflow", r"Two arms overflow, the first, .*, at step \d+"),
    ],
)
def test_headline_says_what_was_measured(frames, state, sentence):
    assert re.fullmatch(sentence, draw(frames[state]).headline), draw(frames[state]).headline


def test_headline_numbers_are_true(frames):
    frame = frames["default"]
    above, reached = map(float, re.findall(r"\d\.\d+", draw(frame).headline))
    last = dict(zip(frame.arms, frame.train_loss[:, -40:].mean(1), strict=True))
    assert above == pytest.approx(last["plain_bn"] - last["shallow_bn"], rel=0.1)
    assert reached == pytest.approx(last["residual_bn"], rel=0.5)
    growth = re.search(r"grows (\d+)-fold in plain deep", draw(frames["start"]).headline)[1]
    norms = frames["start"].initial_activation_gradient_norm[0]
    assert float(growth) == pytest.approx(norms[0] / norms[-1], rel=0.06)


def values_of(mark):
    """All x and y of a mark that has both."""
    match mark:
        case Rule():
            return np.array([np.nan if mark.x is None else mark.x]), np.array([np.nan if mark.y is None else mark.y])
        case Band():
            return mark.x, np.concatenate([mark.low, mark.high])
        case Line() | Points() | Label() | Cross() | HeatMap():
            return np.atleast_1d(mark.x), np.atleast_1d(mark.y)
    return None


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("options", [{"log_loss": True}, {"log_loss": False, "moment": "now", "smoothing": 1}])
def test_limits_are_finite_and_cut_nothing(frames, state, options):
    figure = draw(frames[state], panels=EVERY, **options)
    assert [p.key for p in figure.panels] == EVERY
    for panel in figure.panels:
        assert panel.summary
        assert "{" not in panel.summary
        for axis, i in ((panel.x, 0), (panel.y, 1)):
            if axis.limits is None:
                continue
            low, high = axis.limits
            assert np.isfinite([low, high]).all()
            assert low < high
            assert low > 0 or not axis.log
            may_leave = {c.name for c in CHOICES if c.label in {d.network for d in frames[state].divergences}}
            for mark in panel.marks:
                if panel.key in ("loss", "val_loss") and mark.key.removesuffix(".raw") in may_leave:
                    continue
                values = values_of(mark)[i] if values_of(mark) else np.array([])
                values = values[np.isfinite(values)]
                assert (values >= low - 1e-6 * abs(low)).all(), (panel.key, mark.key)
                assert (values <= high + 1e-6 * abs(high)).all(), (panel.key, mark.key)


@pytest.mark.parametrize("panels", [EVERY, DEFAULT_PANELS, ("strip",), ("loss",), ("strip", "loss"), EVERY[1:]])
def test_panels_fill_their_rows(frames, panels):
    figure = draw(frames["training"], panels=panels)
    assert [p.key for p in figure.panels] == [p for p in EVERY if p in panels]
    for row in range(len(figure.row_heights)):
        cells = [p.cell for p in figure.panels if p.cell.row == row]
        assert sum(c.column_span for c in cells) == pytest.approx(12)
    if "strip" in panels and len(panels) > 1:
        assert figure.panel("strip").cell.column_span == 12


def test_the_default_has_at_most_eight_panels(frames):
    assert len(draw(frames["training"]).panels) == 8


def test_the_strip_shows_the_networks(frames):
    frame = frames["removed"]
    panel = draw(frame).panel("strip")
    chains = [m for m in panel.marks if isinstance(m, Chain)]
    assert [c.key for c in chains] == list(frame.arms)
    assert [len(c.values) for c in chains] == [7, 7, 3]
    assert [any(c.skips) for c in chains] == [False, True, False]
    assert [c.chosen for c in chains] == [None, 3, None]
    assert panel.pick == ("removed",)
    norms = frame.initial_activation_gradient_norm
    np.testing.assert_allclose(chains[1].values, norms[1, :7] / norms[1, 6], rtol=1e-5)
    now = draw(frame, moment="now").panel("strip").marks[1]
    np.testing.assert_allclose(now.values, frame.activation_gradient_norm[1, :7] / frame.activation_gradient_norm[1, 6])


def test_maps_are_of_a_plain_and_a_residual_arm(frames):
    figure = draw(frames["training"])
    assert "plain deep" in figure.panel("first_map").title
    assert "residual deep" in figure.panel("second_map").title
    (heat,) = figure.panel("second_map").marks
    assert heat.z.shape == (7, 40)
    norms = frames["training"].map_gradient_norm[1, 9]
    np.testing.assert_allclose(heat.z[:, 9], norms / norms[-1], rtol=1e-5)
    assert "ReZero" in draw(frames["alone"]).panel("first_map").title
    assert draw(frames["alone"]).panel("second_map").title == "Gradient over training"
    every = draw(frames["every arm"])
    assert "plain deep" in every.panel("first_map").title
    assert "residual deep" in every.panel("second_map").title


def test_the_chosen_block_stands_out(frames):
    figure = draw(frames["removed"])
    assert any(isinstance(m, Rule) and m.x == 3 for m in figure.panel("gradient").marks)
    (circle,) = [m for m in figure.panel("removal").marks if isinstance(m, Points) and m.symbol == "circle"]
    assert (circle.x[0], circle.y[0]) == (3, 100 * frames["removed"].removed_val_accuracy)
    assert not any(m.key == "chosen" for m in draw(frames["removed where nothing is"]).panel("removal").marks)


def test_old_measurements_say_so(frames):
    frame = dataclasses.replace(frames["alone"], measured_step=7)
    assert "step 7" in draw(frame, panels=["removal"]).panel("removal").quantity
    now = dataclasses.replace(frames["alone"], measured_step=20)
    assert "step" not in draw(now, panels=["removal"]).panel("removal").quantity


def test_overflow_is_marked_where_it_happened(frames):
    frame = frames["one overflows"]
    crosses = [m for m in draw(frame).panel("loss").marks if isinstance(m, Cross)]
    assert [(m.key, m.x) for m in crosses] == [("residual.overflow", frame.divergences[0].step)]


def test_the_same_arm_has_the_same_role_everywhere(frames):
    roles = {c.name: c.role for c in CHOICES}
    for panel in draw(frames["every arm"], panels=EVERY).panels:
        for mark in panel.marks:
            name = mark.key.partition(".")[0]
            if name in roles:
                assert mark.role == roles[name], (panel.key, mark.key)

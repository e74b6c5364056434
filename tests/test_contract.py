"""What every experiment promises: these tests run over the whole registry."""

import csv
import dataclasses
import json
import math
import pickle
import re
import shutil
import tomllib
from functools import cache
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.core import hyperparams as hp
from explorer.core.experiment import Divergence, ExperimentSpec, Refining
from explorer.core.figure import Bars, Contours, Figure, HeatMap, Label, Line, Panel, Points, Rule, Table, series
from explorer.core.resources import RESOURCES
from explorer.core.session import Session
from explorer.export.look import Look
from explorer.export.read import read_session
from explorer.export.write import write
from explorer.registry import EXPERIMENTS

STEPS = 3
SPECS = list(EXPERIMENTS.values())
FIELDS = [
    pytest.param(spec, settings_type, field, id=f"{spec.name}-{field.name}")
    for spec in SPECS
    for settings_type in (spec.hyperparams, spec.view_options)
    for field in hp.fields_of(settings_type)
]
each_experiment = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
each_field = pytest.mark.parametrize(("spec", "settings_type", "field"), FIELDS)


def extremes(field: hp.Field) -> list:
    """The ends of a number's range, every single choice (and all of them), both positions of a switch."""
    if field.kind in ("float", "int"):
        return [value if field.kind == "float" else int(value) for value in (field.low, field.high)]
    if field.kind == "bool":
        return [True, False]
    names = [choice.name for choice in field.choices]
    if field.kind == "choices":
        return [list(some) for some in (*combinations(names, max(field.at_least, 1)), names[: field.at_most or None])]
    return names


EXTREMES = [
    pytest.param(spec, field.name, value, id=f"{spec.name}-{field.name}={hp.text_of(field, value)[:40]}")
    for spec in SPECS
    for field in hp.fields_of(spec.hyperparams)
    for value in extremes(field)
]
VIEW_EXTREMES = [
    pytest.param(spec, field.name, value, id=f"{spec.name}-{field.name}={hp.text_of(field, value)[:40]}")
    for spec in SPECS
    for field in hp.fields_of(spec.view_options)
    for value in extremes(field)
]
LIVE = [
    pytest.param(spec, field, id=f"{spec.name}-{field.name}")
    for spec in SPECS
    for field in hp.fields_of(spec.hyperparams)
    if field.live and field.kind != "text"  # what a text may be, only its own experiment knows
]


def choice_of(panel: Panel) -> str:
    """The choice of the view option `panels` that a panel is, or is part of."""
    return panel.key.partition(".")[0]


def advance(run, steps: int):
    for _ in range(steps):
        run.step()
    return run


def begun(run):
    """The run with the first pieces of what it refines."""
    if isinstance(run, Refining):
        for _ in range(2):
            run.refine()
    return run


def default_frame(spec: ExperimentSpec, steps: int = STEPS):
    return _default_frame(spec.name, steps)


@cache
def _default_frame(name: str, steps: int):
    spec = EXPERIMENTS[name]
    return advance(spec.run(spec.hyperparams()), steps).frame()


def own_fields(frame) -> dict:
    return {f.name: getattr(frame, f.name) for f in dataclasses.fields(frame)}


def assert_same(first, second, name=""):
    """Equal to the last bit, nan included."""
    if dataclasses.is_dataclass(first):
        assert type(first) is type(second)
        for key, value in own_fields(first).items():
            assert_same(value, getattr(second, key), f"{name}.{key}")
    elif isinstance(first, (tuple, list)):
        assert len(first) == len(second), name
        for a, b in zip(first, second, strict=True):
            assert_same(a, b, name)
    else:
        np.testing.assert_array_equal(first, second, err_msg=name)


# --- fields ------------------------------------------------------------------------------------------------------
@each_experiment
def test_names_are_fit_for_the_command_line(spec):
    names = [f.name for settings_type in (spec.hyperparams, spec.view_options) for f in hp.fields_of(settings_type)]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", name) for name in [spec.name, *names])
    assert len(names) == len(set(names))
    assert hp.field_of(spec.hyperparams, "seed").kind == "int"
    assert hp.field_of(spec.view_options, "panels").kind == "choices"


@each_field
def test_a_field_says_what_it_is(spec, settings_type, field):
    assert field.label.strip()
    assert field.help.strip()
    assert len({choice.name for choice in field.choices}) == len(field.choices)
    assert all(choice.label.strip() for choice in field.choices)
    assert not (field.live and settings_type is spec.view_options)


@each_field
def test_a_range_is_finite_and_holds_the_default(spec, settings_type, field):
    assert hp.check(field, field.default) == field.default
    if field.kind in ("float", "int"):
        assert math.isfinite(field.low)
        assert math.isfinite(field.high)
        assert field.low < field.high
        assert field.scale == "linear" or field.low > 0
    if field.used is not None:
        assert isinstance(field.used(settings_type()), bool)


@each_field
def test_what_is_written_reads_back(spec, settings_type, field):
    values = [field.default] if field.kind == "text" else [field.default, *extremes(field)]
    for value in values:
        value = hp.check(field, value)
        assert hp.parse(field, hp.text_of(field, value)) == value


@each_field
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_number_in_range_reads_back_exactly(spec, settings_type, field, data):
    if field.kind == "float":
        value = data.draw(st.floats(field.low, field.high))
    elif field.kind == "int":
        value = data.draw(st.integers(int(field.low), int(field.high)))
    else:
        value = field.default
    assert hp.parse(field, hp.text_of(field, value)) == value


@each_experiment
def test_presets_can_be_chosen(spec):
    assert len({preset.name for preset in spec.presets}) == len(spec.presets)
    for preset in spec.presets:
        assert preset.label.strip()
        json.dumps(preset.hyperparams)
        hp.replace(spec.hyperparams(), preset.hyperparams)


# --- runs and frames ---------------------------------------------------------------------------------------------
def assert_plain(value, name):
    """Numbers, texts, numpy arrays of the three documented kinds, and tuples of these."""
    if isinstance(value, np.ndarray):
        assert value.dtype in (np.float32, np.float64, np.int64), (name, value.dtype)
    elif isinstance(value, tuple):
        for part in value:
            assert_plain(part, name)
    else:
        assert value is None or isinstance(value, (int, float, str, Divergence)), (name, type(value))


@each_experiment
def test_a_frame_is_plain_frozen_data(spec):
    frame = default_frame(spec)
    assert type(frame) is spec.frame
    assert frame.step == STEPS
    assert frame.hyperparams == spec.hyperparams()
    for name, value in own_fields(frame).items():
        if name != "hyperparams":
            assert_plain(value, name)
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.step = 0
    assert spec.frame.__eq__ is object.__eq__
    assert_same(pickle.loads(pickle.dumps(frame)), frame)


@each_experiment
def test_the_pace_of_frames_changes_nothing(spec):
    watched, alone = spec.run(spec.hyperparams()), spec.run(spec.hyperparams())
    for _ in range(STEPS * 3):
        watched.frame()
        watched.step()
    assert_same(watched.frame(), advance(alone, STEPS * 3).frame())


def settings_of_presets(spec):
    """What an experiment offers to begin with: the defaults first."""
    return [spec.hyperparams(), *(hp.replace(spec.hyperparams(), preset.hyperparams) for preset in spec.presets)]


def settings_that_use(spec, field):
    """Those of a preset, or else such with another choice somewhere."""
    offered = settings_of_presets(spec)
    choices = [(f.name, c.name) for f in hp.fields_of(spec.hyperparams) if f.kind == "choice" for c in f.choices]
    varied = (hp.replace(values, {name: choice}) for values in offered for name, choice in choices)
    return next(v for v in chain(offered, varied) if field.used is None or field.used(v))


@each_experiment
def test_the_seed_decides(spec):
    """Of the defaults, or where nothing in them is drawn, of a preset."""
    for first in settings_of_presets(spec):
        other = hp.replace(first, {"seed": first.seed + 1})
        frames = [advance(spec.run(values), STEPS).frame() for values in (first, other)]
        try:
            assert_same(dataclasses.replace(frames[1], hyperparams=first), frames[0])
        except AssertionError:
            return
    pytest.fail("the seed decides nothing")


@each_experiment
def test_a_frame_stays_as_it_was(spec):
    run = advance(spec.run(spec.hyperparams()), STEPS)
    frame = run.frame()
    kept = pickle.loads(pickle.dumps(frame))
    advance(run, STEPS).frame()
    assert_same(frame, kept)


@pytest.mark.parametrize(("spec", "field"), LIVE)
def test_a_live_field_acts_on_the_running_run(spec, field):
    first = settings_that_use(spec, field)
    changed = hp.replace(first, {field.name: next(v for v in extremes(field) if v != hp.get(first, field.name))})
    frames, refined = [], []
    for update in (True, True, False):
        run = advance(spec.run(first), STEPS)
        if update:
            run.update(changed)
        frames.append(advance(run, STEPS).frame())
        refined.append(begun(run).frame())
    assert frames[0].step == 2 * STEPS
    assert frames[0].hyperparams == changed
    assert_same(frames[0], frames[1])
    with pytest.raises(AssertionError):
        assert_same(dataclasses.replace(refined[2], hyperparams=changed), refined[0])


@pytest.mark.parametrize(("spec", "name", "value"), EXTREMES)
def test_no_value_in_range_breaks_a_run(spec, name, value):
    hyperparams = hp.replace(spec.hyperparams(), {name: value})
    frame = advance(spec.run(hyperparams), STEPS).frame()
    assert_sound(spec.figure(frame, spec.view_options()))


# --- figures -----------------------------------------------------------------------------------------------------
def assert_sound(figure: Figure):
    assert 0 < len(figure.headline) <= 100
    assert figure.settings.strip()
    assert len({entry.name for entry in figure.key}) == len(figure.key)
    assert len({panel.key for panel in figure.panels}) == len(figure.panels)
    assert all(height > 0 for height in figure.row_heights)
    for panel in figure.panels:
        assert_panel_sound(panel, len(figure.row_heights))


def assert_panel_sound(panel: Panel, rows: int):
    assert panel.title.strip()
    assert panel.summary.strip()
    keys = [mark.key for mark in panel.marks]
    assert len(keys) == len(set(keys)), panel.key
    assert panel.cell.column >= 0
    assert panel.cell.column + panel.cell.column_span <= 12 + 1e-9
    assert panel.cell.row + panel.cell.row_span <= rows + 1e-9
    for axis in (panel.x, panel.y):
        if axis.limits is not None:
            low, high = axis.limits
            assert math.isfinite(low), (panel.key, axis)
            assert math.isfinite(high), (panel.key, axis)
            assert low < high, (panel.key, axis)
            assert low > 0 or not axis.log, (panel.key, axis)
    for mark in panel.marks:
        assert_mark_sound(mark)


def assert_mark_sound(mark):
    """Arrays fit one another."""
    if isinstance(mark, HeatMap | Contours):
        assert mark.z.shape == (mark.y.size, mark.x.size), mark.key
    elif isinstance(mark, Bars):
        assert mark.edges.shape == (mark.count.size + 1,), mark.key
    elif isinstance(mark, Table):
        assert all(len(row.cells) == len(mark.columns) - 1 for row in mark.rows), mark.key
    elif isinstance(mark, Rule):
        assert (mark.x is None) != (mark.y is None), mark.key
    else:
        values = [getattr(mark, f.name) for f in dataclasses.fields(mark)]
        shapes = {value.shape for value in values if isinstance(value, np.ndarray)}
        assert len(shapes) <= 1, (mark.key, shapes)
        assert all(len(shape) == 1 for shape in shapes), (mark.key, shapes)


@each_experiment
@pytest.mark.parametrize("steps", [0, STEPS])
def test_the_default_figure_is_sound(spec, steps):
    figure = spec.figure(default_frame(spec, steps), spec.view_options())
    assert_sound(figure)
    assert list(dict.fromkeys(map(choice_of, figure.panels))) == list(spec.view_options().panels)
    hyperparam_names = {f.name for f in hp.fields_of(spec.hyperparams)}
    assert {name for panel in figure.panels for name in panel.pick} <= hyperparam_names


@each_experiment
def test_panels_of_a_figure_do_not_overlap(spec):
    cells = [panel.cell for panel in spec.figure(default_frame(spec), spec.view_options()).panels]
    for a, b in combinations(cells, 2):
        beside = a.column + a.column_span <= b.column + 1e-9 or b.column + b.column_span <= a.column + 1e-9
        above = a.row + a.row_span <= b.row + 1e-9 or b.row + b.row_span <= a.row + 1e-9
        assert beside or above, (a, b)


@pytest.mark.parametrize(("spec", "name", "value"), VIEW_EXTREMES)
def test_every_view_option_draws(spec, name, value):
    options = hp.replace(spec.view_options(), {name: value})
    figure = spec.figure(default_frame(spec), options)
    assert_sound(figure)
    drawn = set(map(choice_of, figure.panels))
    assert drawn
    assert drawn <= set(options.panels)
    for absent in set(options.panels) - drawn:  # what takes no room says why where it is alone
        (panel,) = spec.figure(default_frame(spec), hp.replace(options, {"panels": (absent,)})).panels
        assert choice_of(panel) == absent
        assert [type(mark) for mark in panel.marks] == [Label]


@each_experiment
def test_a_figure_leaves_its_frame_alone(spec):
    frame = default_frame(spec)
    kept = pickle.loads(pickle.dumps(frame))
    spec.figure(frame, spec.view_options())
    assert_same(frame, kept)


# --- exports -----------------------------------------------------------------------------------------------------
def from_json(value):
    """The opposite of how JSON writes numbers: "nan", "inf" and "-inf" are numbers again."""
    if isinstance(value, list):
        return [from_json(part) for part in value]
    return float(value) if value in ("nan", "inf", "-inf") else value


@each_experiment
def test_a_json_export_holds_the_frame_and_opens_again(spec, tmp_path):
    frame, path = default_frame(spec), tmp_path / "frame.json"
    session = Session(spec.name, frame.hyperparams, spec.view_options(), frame.step)
    write(path, spec.figure(frame, session.view), frame, session, Look((640, 360)))
    data = json.loads(path.read_text(encoding="utf8"), parse_constant=pytest.fail)
    assert (data["experiment"], data["step"]) == (spec.name, STEPS)
    assert set(data["frame"]) == set(own_fields(frame)) - {"hyperparams", "step"}
    for name, value in own_fields(frame).items():
        if isinstance(value, np.ndarray):
            read = np.array(from_json(data["frame"][name]), value.dtype).reshape(value.shape)
            np.testing.assert_array_equal(read, value, err_msg=name)
    assert read_session(path) == session


@each_experiment
def test_a_csv_export_has_a_row_for_every_point(spec, tmp_path):
    frame, path = default_frame(spec), tmp_path / "figure.csv"
    figure = spec.figure(frame, spec.view_options())
    session = Session(spec.name, frame.hyperparams, spec.view_options(), frame.step)
    write(path, figure, frame, session, Look((640, 360)))
    rows = list(csv.DictReader(path.read_text(encoding="utf8").splitlines()))
    for panel, mark in series(figure):
        if isinstance(mark, Line | Points):
            of_mark = [row for row in rows if row["panel"] == panel and row["series"] == mark.key]
            np.testing.assert_array_equal([float(row["x"]) for row in of_mark], mark.x)
            np.testing.assert_array_equal([float(row["y"]) for row in of_mark], mark.y)


@pytest.mark.skipif(shutil.which("rsvg-convert") is None, reason="needs librsvg")
@pytest.mark.parametrize("look", [Look(), Look(theme="dark", outlines=True)], ids=["light", "dark outlines"])
@each_experiment
def test_an_svg_export_is_the_picture_and_opens_again(spec, look, qapp, tmp_path):
    from explorer.export.picture import picture
    from tests.export.test_svg import drawn_by_rsvg, share_that_differs

    frame, path = default_frame(spec), tmp_path / "figure.svg"
    figure = spec.figure(frame, spec.view_options())
    session = Session(spec.name, frame.hyperparams, spec.view_options(), frame.step)
    write(path, figure, frame, session, look)
    assert share_that_differs(drawn_by_rsvg(path.read_bytes(), look.size, tmp_path), picture(figure, look)) < 0.01
    assert read_session(path) == session


# --- notes, claims -----------------------------------------------------------------------------------------------
@each_experiment
def test_there_are_notes(spec):
    assert list((RESOURCES / "notes").rglob(f"{spec.name}*.md"))


@each_experiment
def test_claims_cite_sources_that_there_are(spec):
    sources = tomllib.loads((RESOURCES / "sources.toml").read_text(encoding="utf8"))
    for claim in spec.claims:
        assert claim.sources
        assert set(claim.sources) <= set(sources), claim.name


@each_experiment
def test_claims_can_be_run(spec):
    assert (
        len({claim.name for claim in spec.claims}) == len({claim.number for claim in spec.claims}) == len(spec.claims)
    )
    for claim in spec.claims:
        assert claim.sentence.strip()
        assert claim.trials
        for trial in claim.trials:
            hp.replace(spec.hyperparams(), trial.hyperparams)
            assert trial.steps >= 0
            assert not trial.probe or callable(spec.probe(trial.probe))


@each_experiment
def test_the_raw_losses_of_a_figure_are_those_of_its_frame(spec):
    """Limits of an axis cut what is drawn, never the numbers: a CSV holds what was measured."""
    run = advance(spec.run(spec.hyperparams()), 60)
    frame = run.frame()
    raw = [m for _panel, m in series(spec.figure(frame, spec.view_options())) if getattr(m, "weight", "") == "raw"]
    for mark in raw:
        assert any(np.array_equal(mark.y, row, equal_nan=True) for row in frame.train_loss), mark.key

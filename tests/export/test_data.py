"""Figures and frames as data: every mark, every number."""

import csv
import io
import json
import typing
from dataclasses import dataclass

import numpy as np
import pytest

from explorer.core import figure as fig
from explorer.core.experiment import Divergence
from explorer.core.roles import INK
from explorer.core.session import Change, Session, loads
from explorer.export import data
from explorer.export.data import csv_bytes, json_bytes, plain
from explorer.export.look import Look
from explorer.registry import EXPERIMENTS

X = np.array([1.0, 2.0])
Y = np.array([0.5, np.nan])
GRID = np.array([[1.0, 2.0], [3.0, np.inf]])
MARKS = {
    fig.Line: (fig.Line("m", X, Y, INK), [("m", "1.0", "0.5"), ("m", "2.0", "nan")]),
    fig.Points: (fig.Points("m", X, Y, INK), [("m", "1.0", "0.5"), ("m", "2.0", "nan")]),
    fig.Ridge: (fig.Ridge("m", X, Y, 0.0, INK), [("m", "1.0", "0.5"), ("m", "2.0", "nan")]),
    fig.Band: (fig.Band("m", X[:1], X[:1], X[1:], INK), [("m:low", "1.0", "1.0"), ("m:high", "1.0", "2.0")]),
    fig.Region: (
        fig.Region("m", X[:1], X[1:], -X[:1], -X[1:], INK),
        [("m:from", "1.0", "-1.0"), ("m:to", "2.0", "-2.0")],
    ),
    fig.Bars: (fig.Bars("m", X, np.array([7]), INK), [("m:from", "1.0", "7"), ("m:to", "2.0", "7")]),
    fig.Rule: (fig.Rule("m", y=0.25, text="quarter"), [("m", "", "0.25")]),
    fig.Label: (fig.Label("m", 1.0, 2.0, "here"), [("m", "1.0", "2.0")]),
    fig.Cross: (fig.Cross("m", 1.0, 2.0, INK), [("m", "1.0", "2.0")]),
    fig.HeatMap: (
        fig.HeatMap("m", X, -X, GRID, 0.0, 3.0),
        [
            ("m", "1.0", "-1.0", "1.0"),
            ("m", "2.0", "-1.0", "2.0"),
            ("m", "1.0", "-2.0", "3.0"),
            ("m", "2.0", "-2.0", "inf"),
        ],
    ),
    fig.Contours: (fig.Contours("m", X[:1], X[:1], GRID[:1, :1], X), [("m", "1.0", "1.0", "1.0")]),
    fig.Chain: (
        fig.Chain("m", "plain", INK, np.array([0.1, 7.0]), 0.1, 10.0, row=2),
        [("m", "0", "2", "0.1"), ("m", "1", "2", "7.0")],
    ),
    fig.Table: (
        fig.Table("m", ("method", "lr"), (fig.TableRow("Adam", INK, ("0.3",)),)),
        [("m", "Adam", "lr", "0.3")],
    ),
}


def figure_of(*marks):
    panel = fig.Panel("p", "P", "q", fig.Axis(), fig.Axis(), marks)
    return fig.Figure("", "", (), (panel,))


SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 4, (Change(2, {"lr": 1.0}),))


def table_of(figure):
    return csv_bytes(figure, None, SESSION, Look()).decode()


def rows_of(figure):
    """All but the session's column, which is the last."""
    return [row[:-1] for row in csv.reader(io.StringIO(table_of(figure)))]


@pytest.mark.parametrize("kind", typing.get_args(fig.Mark), ids=lambda kind: kind.__name__)
def test_every_kind_of_mark_has_its_rows(kind):
    mark, expected = MARKS[kind]
    head, *rows = rows_of(figure_of(mark))
    assert head == ["panel", "series", "x", "y", "value"][: len(expected[0]) + 1]
    assert [tuple(row) for row in rows] == [("p", *row) for row in expected]


def test_a_third_column_only_where_there_is_one():
    head, first, *_rest = rows_of(figure_of(MARKS[fig.Line][0], MARKS[fig.HeatMap][0]))
    assert head == ["panel", "series", "x", "y", "value"]
    assert first == ["p", "m", "1.0", "0.5", ""]


def test_a_figure_without_marks_still_carries_its_session():
    (row,) = csv.DictReader(io.StringIO(table_of(figure_of())))
    assert loads(row.pop("session"), EXPERIMENTS) == SESSION
    assert row == {"panel": "", "series": "", "x": "", "y": ""}


def test_the_session_is_in_the_first_row_alone():
    first, second = csv.DictReader(io.StringIO(table_of(figure_of(MARKS[fig.Line][0]))))
    assert loads(first["session"], EXPERIMENTS) == SESSION
    assert second["session"] == ""


def test_nothing_is_thinned_and_every_number_exact(rng):
    x, y = np.arange(100_000), rng.normal(size=100_000)
    rows = rows_of(figure_of(fig.Line("m", x, y, INK, thin=True)))[1:]
    np.testing.assert_array_equal([float(row[3]) for row in rows], y)


@dataclass(frozen=True, eq=False)
class Frame:
    hyperparams: object
    step: int
    divergences: tuple[Divergence, ...]
    names: tuple[str, ...]
    loss: np.ndarray
    count: np.ndarray
    best: float


def test_json_holds_the_frame_and_the_session():
    loss = np.array([[0.1, np.nan], [np.inf, -np.inf]], np.float32)
    frame = Frame(None, 4, (Divergence("relu", 3, "loss"),), ("relu",), loss, np.array([1, 2]), float("inf"))
    text = json_bytes(None, frame, SESSION, Look())
    data = json.loads(text, parse_constant=pytest.fail)
    assert list(data) == ["experiment", "version", "hyperparams", "view", "step", "changes", "frame"]
    assert data["frame"] == {
        "divergences": [{"network": "relu", "step": 3, "quantity": "loss"}],
        "names": ["relu"],
        "loss": [[float(np.float32(0.1)), "nan"], ["inf", "-inf"]],
        "count": [1, 2],
        "best": "inf",
    }
    assert data["hyperparams"]["lr"] == 3e-4
    assert loads(text, EXPERIMENTS) == SESSION


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((np.float32(0.5), 0.5), (np.int64(3), 3), (np.array(np.nan), "nan"), (np.bool_(True), True)),
        *((np.zeros((0, 2)), []), ({"a": (1.5, float("-inf"))}, {"a": [1.5, "-inf"]}), (None, None)),
    ],
)
def test_plain_values(value, expected):
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_large_arrays_are_written_as_small_ones_are(monkeypatch):
    spec = EXPERIMENTS["optimizers"]
    run = spec.run(spec.hyperparams())
    run.step()
    frame, session = run.frame(), Session("optimizers", spec.hyperparams(), spec.view_options(), 1)
    monkeypatch.setattr(data, "LARGE", 10**9)
    at_once = json_bytes(None, frame, session, Look())
    monkeypatch.setattr(data, "LARGE", 2)
    assert json_bytes(None, frame, session, Look()) == at_once
    np.testing.assert_array_equal(json.loads(at_once)["frame"]["path"], frame.path)

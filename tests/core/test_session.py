"""Sessions: exact there and back; whatever is broken or unknown is refused with one line that says why."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.core.session import LARGEST, Change, Session, SessionError, dumps, loads, to_json
from explorer.registry import EXPERIMENTS

SPEC = EXPERIMENTS["activations"]


def session(**about):
    return Session("activations", about.pop("hyperparams", SPEC.hyperparams()), SPEC.view_options(), **about)


def broken(**changes):
    return json.dumps(to_json(session()) | changes)


@given(lr=st.floats(1e-4, 10), seed=st.integers(0, 999_999), step=st.integers(0, 10**9))
def test_there_and_back_is_exact(lr, seed, step):
    one = session(
        hyperparams=SPEC.hyperparams(lr=lr, seed=seed), step=step, changes=(Change(0, {"lr": lr / 2 + 1e-4}),)
    )
    assert loads(dumps(one), EXPERIMENTS) == one


def test_what_it_looks_like():
    data = json.loads(dumps(session(step=7)))
    assert list(data) == ["experiment", "version", "hyperparams", "view", "step"]
    assert (data["experiment"], data["version"], data["step"]) == ("activations", 1, 7)
    assert data["hyperparams"]["functions"] == ["sigmoid", "tanh", "relu", "elu", "gelu"]


def test_changes_lead_to_the_current_hyperparams():
    one = session(step=9, changes=(Change(2, {"lr": 1.0}), Change(5, {"lr": 3e-4})))
    assert one.hyperparams.lr == 0.3
    assert one.current.lr == 3e-4


def test_an_export_with_its_frame_is_a_session_and_what_is_missing_has_its_default():
    assert loads(broken(frame={"anything": [1, "nan"]}), EXPERIMENTS) == session()
    assert loads('{"experiment": "activations", "version": 1}', EXPERIMENTS) == session()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is not JSON (line 1, column 1)"),
        ('{"experiment": ', "it is not JSON (line 1, column 16)"),
        (b"\x80\x81{}", "it is not text"),
        ("[" * 200_000, "it is nested too deeply"),
        ("9" * 5000, "it is not JSON"),
        ("[]", "the session: “[]” is not an object"),
        ("{}", "it is no session: “experiment” is missing"),
        ('{"experiment": "activations"}', "it is no session: “version” is missing"),
        (broken(version=2), "it was written by a newer Explorer: version 2, this one reads up to 1"),
        (broken(version="1"), "version: “1” is not a version"),
        (broken(version=True), "version: “True” is not a version"),
        (broken(experiment="resnets"), "experiment: “resnets” is unknown; there are activations"),
        (broken(experiment=["activations"]), "experiment: “['activations']” is unknown"),
        (broken(colour="red"), "“colour” is unknown"),
        (broken(step=-1), "step: “-1” is not a number of steps"),
        (broken(step=1.0), "step: “1.0” is not a number of steps"),
        (broken(step=True), "step: “True” is not a number of steps"),
        (broken(hyperparams=[]), "hyperparams: “[]” is not an object"),
        (broken(hyperparams={"lrr": 1}), "lrr: there is no such field"),
        (broken(hyperparams={"lr": "0.3"}), "lr: “0.3” is not a number; allowed: 1e-4 to 10"),
        (broken(hyperparams={"lr": 99}), "lr: “99” is out of range; allowed: 1e-4 to 10"),
        ('{"experiment": "activations", "version": 1, "hyperparams": {"lr": NaN}}', "NaN is not a finite number"),
        ('{"experiment": "activations", "version": 1, "hyperparams": {"lr": 1e999}}', "lr: “inf” is not finite"),
        (broken(view={"panels": "loss"}), "panels: “loss” is not a list of choices"),
        (broken(changes={}), "changes: “{}” is not a list"),
        (broken(changes=[{"step": 1}]), "changes: “{'step': 1}” is not a step with hyperparams"),
        (broken(changes=[{"step": 1, "hyperparams": {"depth": 2}}]), "changes: “depth” cannot change during a run"),
        (
            broken(changes=[{"step": k, "hyperparams": {"lr": 1}} for k in (5, 3)]),
            "changes: their steps are not in order",
        ),
    ],
)
def test_what_is_broken_or_unknown_is_refused(text, message):
    with pytest.raises(SessionError) as error:
        loads(text, EXPERIMENTS)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_too_large_is_refused():
    with pytest.raises(SessionError, match="larger than 50 MB"):
        loads(" " * (LARGEST + 1), EXPERIMENTS)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["experiment", "version", "step", "view"]), inner)
        ),
        max_leaves=10,
    )
)
def test_nothing_else_is_ever_raised(data):
    with contextlib.suppress(SessionError):
        loads(json.dumps(data), EXPERIMENTS)

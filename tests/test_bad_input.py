"""Whatever somebody hands to the program is used or refused in one short line, soon, and never executed.

Generated input is the same in every run (`derandomize`), so that a failure stays one until it is mended.
"""

import json
import os
from datetime import timedelta
from time import thread_time

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from explorer import cli
from explorer.core import deck as decks
from explorer.core import session as sessions
from explorer.core.checked_json import SessionError
from explorer.core.deck import Card, Deck
from explorer.core.expression import FUNCTIONS, LONGEST, ExpressionError, parse
from explorer.core.hyperparams import HyperparamError, fields_of
from explorer.core.hyperparams import parse as parse_value
from explorer.core.session import Session
from explorer.export.formats import FORMATS
from explorer.export.look import Look
from explorer.export.read import read_deck, read_session
from explorer.export.write import write
from explorer.registry import EXPERIMENTS
from explorer.ui import settings as ui_settings
from tests.draw.figures import seven_panels

LONGEST_LINE = 1200
"""Characters: a message may list all fields there are."""
SOON = 3.0
"""Seconds of computing in which anything is refused, on a slow machine."""
SPEC = EXPERIMENTS["activations"]
SESSION = Session(SPEC.name, SPEC.hyperparams(lr=3e-4), SPEC.view_options(), 12)
steady = settings(
    derandomize=True,
    deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def is_clear(line):
    """Whether a message is one line that fits on a screen."""
    return bool(line) and line.isprintable() and len(line) <= LONGEST_LINE and "Traceback" not in line


def refusal(kind, ask, *arguments):
    """Ask; return what it says to that in one clear line, "" where it takes it."""
    try:
        ask(*arguments)
    except kind as error:
        said = str(error)
    else:
        return ""
    assert is_clear(said), said
    return said


@pytest.fixture(autouse=True)
def nothing_is_executed(monkeypatch):
    """Payloads that reached Python would call one of these."""
    calls = []
    for name in ("system", "popen", "remove", "fork"):
        monkeypatch.setattr(os, name, lambda *about, name=name: calls.append((name, about)))
    yield
    assert not calls


# --- files that carry a session ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def written(tmp_path_factory, worker_frame):
    """Contents of one exported file of every format."""
    folder = tmp_path_factory.mktemp("written")
    found = {"json": sessions.dumps(SESSION).encode(), "deck": decks.dumps(Deck((Card("a", SESSION),))).encode()}
    for suffix in ("png", "svg", "pdf", "pptx", "csv"):
        write(folder / f"a.{suffix}", seven_panels(), None, SESSION, Look((320, 200)))
        found[suffix] = (folder / f"a.{suffix}").read_bytes()
    return found | {"mp4": movie(folder / "a.mp4")}


@pytest.fixture(scope="module")
def worker_frame(qapp):
    """Drawing needs the application and its fonts."""
    return qapp


def movie(path):
    """A movie of two black frames with our comment."""
    import av

    with av.open(path, "w", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata["comment"] = sessions.dumps(SESSION)
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for _i in range(2):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


def refused_or_ours(path, data):
    """Open a file as session and as deck: what comes out is a session of ours, or one line."""
    path.write_bytes(data)
    before = thread_time()
    for read in (read_session, read_deck):
        said = refusal(SessionError, read, path)
        assert not said or said.startswith(f"{path} cannot be opened: ")
    assert thread_time() - before < SOON
    assert path.read_bytes() == data


CONTAINERS = ("json", "deck", "png", "svg", "pdf", "pptx", "csv", "mp4")


def test_all_of_them_open_as_they_are(written, tmp_path):
    for suffix in set(CONTAINERS) - {"deck"}:
        (tmp_path / "a").write_bytes(written[suffix])
        assert read_session(tmp_path / "a") == SESSION, suffix


@pytest.mark.parametrize("suffix", CONTAINERS)
@given(data=st.data())
@settings(steady, max_examples=25)
def test_a_file_cut_off_anywhere_is_refused_in_one_line(written, tmp_path, suffix, data):
    whole = written[suffix]
    refused_or_ours(tmp_path / "a", whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("suffix", CONTAINERS)
@given(data=st.data())
@settings(steady, max_examples=25)
def test_flipped_bits_are_refused_in_one_line(written, tmp_path, suffix, data):
    changed = bytearray(written[suffix])
    places = st.integers(0, len(changed) - 1) | st.integers(0, 200)
    for place in data.draw(st.lists(places, min_size=1, max_size=8)):
        changed[place % len(changed)] ^= 1 << data.draw(st.integers(0, 7))
    refused_or_ours(tmp_path / "a", bytes(changed))


@given(
    start=st.sampled_from(
        (
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"%PDF-1.7\n",
            b"PK\3\4",
            b"GIF89a",
            b"\0\0\0\x18ftypisom",
            b"<svg>",
            b"panel,",
            b"\xef\xbb\xbf{",
            b"\xff\xfe",
            b"\x7fELF",
            b"RIFF",
            b"\x1f\x8b",
            b"#!/bin/sh\n",
            b"SQLite format 3\0",
        )
    ),
    rest=st.binary(max_size=300),
)
@steady
def test_files_of_other_programs_are_refused_in_one_line(tmp_path, start, rest):
    refused_or_ours(tmp_path / "a", start + rest)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"experiment": "activations", "version": 1, "step": ' + b"9" * 100_000 + b"}",
        b'{"experiment": "activations", "version": 1, "hyperparams": {"lr": 1e' + b"9" * 5000 + b"}}",
        b'{"experiment": "activations", "version": 1, "changes": [' + b"0," * 10**6 + b"0]}",
        b'{"experiment": "activations", "version": 1, "hyperparams": {"functions": [' + b'"a",' * 10**6 + b'"a"]}}',
        b'{"experiment": ' + json.dumps("a\n" * 10**6).encode() + b', "version": 1}',
        b'{"experiment": "activations", "version": 1, "' + b"x" * 10**6 + b'": 1}',
        b'{"deck": "a", "version": 1, "cards": [' + b"{}," * 10**6 + b"{}]}",
        b"<svg>" + b"<g>" * 100_000,
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">'.encode() for i in range(12))
        + b"]><svg>&m;</svg>",
        b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><svg>&f;</svg>',
        b"panel," + b"x" * 10**6,
        b"panel" + b",session" * 100_000 + b"\n",
        b"\0" * 10**6,
    ],
    ids=lambda data: data[:30].decode(errors="replace") + f"…{len(data)}",
)
def test_what_is_huge_or_deep_is_refused_soon(tmp_path, data):
    refused_or_ours(tmp_path / "a", data)


@given(
    change=st.dictionaries(
        st.sampled_from(("experiment", "version", "hyperparams", "view", "step", "changes", "x")), json_values
    )
)
@steady
def test_a_session_with_anything_in_it_is_read_or_refused_in_one_line(change):
    text = json.dumps(sessions.to_json(SESSION) | change)
    for loads in (sessions.loads, decks.loads):
        refusal(SessionError, loads, text, EXPERIMENTS)


@given(name=st.sampled_from([f.name for f in fields_of(SPEC.hyperparams)]), value=json_values)
@settings(steady, max_examples=100)
def test_a_hyperparam_of_any_value_is_read_or_refused_by_its_name(name, value):
    text = json.dumps(sessions.to_json(SESSION) | {"hyperparams": {name: value}})
    said = refusal(SessionError, sessions.loads, text, EXPERIMENTS)
    assert not said or said.startswith(name) or "finite" in said


@given(
    card=json_values, others=st.dictionaries(st.sampled_from(("title", "panel", "note", "session", "x")), json_values)
)
@steady
def test_a_card_of_anything_is_read_or_refused_with_its_place(card, others):
    good = {"title": "a", "session": sessions.to_json(SESSION)}
    for bad in (card, good | others):
        text = json.dumps({"deck": "", "version": 1, "cards": [good, bad]})
        refusal(SessionError, decks.loads, text, EXPERIMENTS)


# --- settings ------------------------------------------------------------------------------------------------------
def settings_survive(path, data):
    """What is broken is put aside unharmed, said in one line, and the next start has nothing to say."""
    path.write_bytes(data)
    found, message = ui_settings.load(path)
    found.geometry.encode()  # as the window does
    if message:
        assert is_clear(message), message
        put_aside = max(path.parent.glob("settings.broken*.json"), key=lambda file: file.stat().st_mtime_ns)
        assert put_aside.read_bytes() == data
    assert ui_settings.save(found, path) == ""
    assert ui_settings.load(path)[1] == ""


@given(
    change=st.dictionaries(
        st.sampled_from([*ui_settings.Settings.__dataclass_fields__, "not_yet_invented"]), json_values
    )
)
@steady
def test_settings_of_any_value_are_used_or_put_aside(tmp_path, change):
    settings_survive(tmp_path / "settings.json", json.dumps({"version": 1} | change).encode())


@given(data=st.binary(max_size=200))
@steady
def test_settings_that_are_none_are_put_aside(tmp_path, data):
    settings_survive(tmp_path / "settings.json", data)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"version": ' + b"9" * 100_000 + b"}",
        b'{"version": "' + b"a\\n" * 10**6 + b'"}',
        b'{"version": 1, "speed": NaN}',
        b'{"version": 1, "speed": 1e999}',
        b'{"version": 1, "speed": ' + b"9" * 4000 + b"}",
        b'{"version": 1, "export": {"fps": 1e999}}',
        b'{"version": 1, "geometry": "\\ud800"}',
        b" " * (ui_settings.LARGEST + 1),
    ],
    ids=range(9),
)
def test_huge_settings_are_put_aside(tmp_path, data):
    settings_survive(tmp_path / "settings.json", data)


# --- expressions ---------------------------------------------------------------------------------------------------
PAYLOADS = (
    "__import__('os').system('true')",
    "().__class__.__mro__[1].__subclasses__()",
    "x.__class__",
    "exp.__globals__['os']",
    "exp.__self__",
    "(lambda: x)()",
    "eval('1')",
    "exec('1')",
    "open('a')",
    "getattr(x, 'a')",
    "x if x else x",
    "[x]",
    "{x}",
    "x[0]",
    "x and x",
    "x < 1",
    "f'{x}'",
    "*x",
    "x @ x",
    "x // x",
    "x % x",
    "x << 9",
    "~x",
    "yield",
    "await x",
    "(x := 1)",
    "exp(*x)",
    "exp(**x)",
    "exp()",
    "exp(x, x)",
    "exp(exp)",
    "...",
    "b'x'",
    "'x' * 9",
    "9**9**9",
    "9**(9**9)",
    "x**101",
    "x**-101",
    "x**1e3",
    "x**x",
    "2**(2*3)",
    "1e400",
    "1" * 100,
    "0x1",
    "1_0",
    "None",
    "ｘ",
    "𝑥",
    "х",  # Cyrillic
    "еxp(x)",
    "exp（x）",
    "x\N{ZERO WIDTH SPACE}",
    "x\0",
    "x;x",
    "x\\\n",
    "(" * 100 + "x" + ")" * 99,
)
pieces = st.sampled_from(
    (*FUNCTIONS, *"x()*+-/.,e1 ", "**", "9", "__class__", "__import__", "'os'", "lambda", "pi", "[", "]", "system")
)


@pytest.mark.parametrize("text", [p for p in PAYLOADS if p not in ("0x1", "1_0")])
def test_what_is_no_mathematics_is_refused(text):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert is_clear(str(error.value))
    assert 0 <= error.value.position <= max(len(text), LONGEST)


NUMBERS = {name: lambda *values: np.float64(0.5) for name in FUNCTIONS}


def computed_or_refused(text):
    """Compute with functions that note nothing; only numbers may come out."""
    before = thread_time()
    refused = refusal(ExpressionError, parse, text)
    assert thread_time() - before < SOON
    if refused:
        return
    expression = parse(text)
    with np.errstate(all="ignore"):
        value = expression.evaluate(NUMBERS, {"x": np.float64(0.5)}, np.float64)
    assert isinstance(value, np.float64)


@given(st.lists(pieces, max_size=40).map("".join))
@settings(steady, max_examples=200)
def test_any_row_of_pieces_is_a_number_or_refused(text):
    computed_or_refused(text)


@given(st.text(max_size=LONGEST + 20))
@settings(steady, max_examples=100)
def test_any_text_is_a_number_or_refused(text):
    computed_or_refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "x+" * 10**6,
        "9" * 10**6,
        "-" * 199 + "x",
        "exp(" * 49 + "x" + ")" * 49,
        "x**100**100**100",
        "((((9**99)**99)**99)**99)**99",
    ],
    ids=lambda t: f"{t[:12]}…{len(t)}",
)
def test_long_and_deep_expressions_end_soon(text):
    computed_or_refused(text)


# --- command line --------------------------------------------------------------------------------------------------
def complaint_of(capsys, *arguments):
    """Exit status and message of the command line, in this process."""
    before = thread_time()
    try:
        status = cli.run(list(arguments))
    except SystemExit as end:
        status = end.code
    assert thread_time() - before < SOON
    out, err = capsys.readouterr()
    return status, out, err


def is_refused(capsys, *arguments):
    """`code` computes nothing: what is good gives a script, all else one line and status 2."""
    status, out, err = complaint_of(capsys, *arguments)
    if status == 0:
        assert err == ""
        return
    assert status == 2
    assert out == ""
    assert err.startswith("explorer: ")
    assert err.endswith("\n")
    assert is_clear(err[:-1]), err


fields = [(s, f) for s in EXPERIMENTS.values() for f in (*fields_of(s.hyperparams), *fields_of(s.view_options))]
odd_values = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(PAYLOADS),
    st.sampled_from(
        (
            "9" * 5000,
            "-" * 3000,
            "," * 5000,
            "1e" + "9" * 3000,
            "a\nb\rc\x1b[2J",
            "²",
            "١",
            "0" * 5000 + "1",
            "١" * 5000,
        )
    ),
)


@given(field=st.sampled_from(fields), value=odd_values)
@settings(steady, max_examples=120)
def test_any_value_of_any_field_is_used_or_refused_in_one_line(capsys, field, value):
    spec, about = field
    option = "--set" if about in fields_of(spec.hyperparams) else "--view"
    is_refused(capsys, "code", spec.name, option, f"{about.name}={value}")


@given(name=st.sampled_from(("--set", "--view", "--steps", "--session", "--out", "--x", "-s", "--")), value=odd_values)
@settings(steady, max_examples=60)
def test_any_option_of_the_command_line_is_used_or_refused_in_one_line(capsys, tmp_path, name, value):
    assume(name != "--out")
    is_refused(capsys, "code", "activations", name, value)


@given(
    name=st.sampled_from(
        ("--size", "--seconds", "--fps", "--hold", "--panel", "--theme", "--type", "--text", "--steps")
    ),
    value=odd_values,
    suffix=st.sampled_from([*FORMATS, "exe"]),
)
@settings(steady, max_examples=100)
def test_any_look_is_refused_before_anything_is_computed(capsys, tmp_path, name, value, suffix):
    """`--set` is refused last: nothing is ever written here."""
    out = tmp_path / f"a.{suffix}"
    status, printed, err = complaint_of(
        capsys, "export", "activations", "--out", str(out), name, value, "--set", "no=1"
    )
    assert (status, printed) == (2, "")
    assert is_clear(err.rstrip("\n")), err
    assert not out.exists()


@given(
    arguments=st.lists(
        st.sampled_from(("list", "code", "claims", "deck", "export", "--json")) | odd_values, min_size=1, max_size=3
    )
)
@settings(steady, max_examples=50)
def test_any_words_are_refused_in_one_line(capsys, arguments):
    assume(
        not any(a in ("export", "claims", "--help", "-h", "--version") or a.startswith("--smoke") for a in arguments)
    )
    is_refused(capsys, *arguments)


@given(st.sampled_from(fields).map(lambda found: found[1]), st.text(max_size=400) | odd_values)
@settings(steady, max_examples=300)
def test_a_typed_value_is_taken_or_refused_in_a_line_that_names_its_field(field, text):
    said = refusal(HyperparamError, parse_value, field, text)
    assert not said or said.startswith(f"{field.name}: ")

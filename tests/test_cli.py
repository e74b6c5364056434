"""The command line as a user meets it: a process of its own, or `run` in this one where nothing is computed."""

import csv
import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import av
import numpy as np
import pytest

from explorer import __version__
from explorer.cli import run
from explorer.export.read import read_session
from explorer.registry import EXPERIMENTS
from tests.commands import complaint, explorer

SMALL = ("--set", "functions=relu,tanh", "--set", "width=4", "--steps", "3")


# --- list --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("option", "expected"), [("--version", f"explorer {__version__}"), ("--help", "commands:")])
def test_version_and_help_import_nothing_heavy(option, expected):
    program = (
        "import sys\n"
        "from explorer.__main__ import main\n"
        f"sys.argv[1:] = ['{option}']\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print('numpy' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert expected in done.stdout
    assert done.stdout.splitlines()[-1] == "False"


def test_list_shows_everything_that_can_be_set(capsys):
    assert run(["list"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 140
    for spec in EXPERIMENTS.values():
        assert spec.name in text
    lr = next(line for line in text.splitlines() if line.startswith("lr "))
    assert lr.split()[:6] == ["lr", "float", "0.3", "1e-4", "to", "10"]


def test_list_as_json(capsys):
    assert run(["list", "activations", "--json"]) == 0
    (activations,) = json.loads(capsys.readouterr().out)
    fields = {f["name"]: f for f in activations["hyperparams"]}
    assert {"functions", "depth", "width", "lr", "batch_size", "seed"} <= set(fields)
    assert fields["lr"] | {"label": "", "help": ""} == {
        "name": "lr",
        "type": "float",
        "default": 0.3,
        "low": 1e-4,
        "high": 10.0,
        "scale": "log",
        "choices": [],
        "unit": "",
        "live": True,
        "label": "",
        "help": "",
    }
    assert "leaky_relu" in fields["functions"]["choices"]
    assert [f["name"] for f in activations["view"]]


def test_a_closed_pipe_is_no_error_message():
    done = subprocess.run(
        f"{sys.executable} -m explorer list | head -1", shell=True, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


# --- bad input ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "argument COMMAND: invalid choice: 'nonsense'"),
        (["list", "nonsense"], "NAME: “nonsense” is no experiment; there are activations"),
        (["claims", "nonsense"], "NAME: “nonsense” is no experiment; there are activations"),
        (["export", "nonsense", "--out", "a.json"], "NAME: “nonsense” is no experiment; there are activations"),
        (["export", "activations"], "the following arguments are required: --out"),
        (
            ["export", "activations", "--out", "a.bmp"],
            "a.bmp: “bmp” is no format; allowed: png, svg, pdf, pptx, mp4, gif, csv, json",
        ),
        (
            ["export", "activations", "--out", "a"],
            "a: “” is no format; allowed: png, svg, pdf, pptx, mp4, gif, csv, json",
        ),
    ],
)
def test_what_is_unknown_is_named(capsys, arguments, message):
    status, text = complaint(capsys, *arguments)
    assert status == 2
    assert text.startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "lr=100"], "lr: “100” is out of range; allowed: 1e-4 to 10"),
        (["--set", "lr=fast"], "lr: “fast” is not a number; allowed: 1e-4 to 10"),
        (["--set", "lr"], "--set: “lr” is not field=value"),
        (["--set", "rate=1"], "rate: there is no such field; there are functions, "),
        (["--set", "functions=relu,swoosh"], "functions: “swoosh” is not a choice; allowed: identity, sigmoid, "),
        (["--set", "functions="], "functions: “” has too few choices; allowed: at least 1"),
        (["--set", "expression=__import__('os')"], "expression: "),
        (["--view", "panels=nothing"], "panels: “nothing” is not a choice; allowed: "),
        (["--steps", "-1"], "argument --steps: “-1” is not a number of steps; allowed: 0 to 1000000000"),
        (["--steps", "1.5"], "argument --steps: “1.5” is not a number of steps"),
        (["--size", "big"], "argument --size: “big” is not a size; allowed: WIDTHxHEIGHT"),
        (["--size", "3x3cm"], "argument --size: “3x3cm” is not a size; allowed: WIDTHxHEIGHT"),
        (["--type", "huge"], "argument --type: invalid choice: 'huge'"),
        (["--text", "runes"], "argument --text: invalid choice: 'runes'"),
        (["--transparent"], "--transparent: json has no use for it; allowed for png, svg, pdf"),
        (["--no-legend"], "--no-legend: json has no use for it; allowed for png, svg, pdf"),
        (["--text", "outlines"], "--text: json has no use for it; allowed for svg"),
        (["--panel", "loss"], "--panel: json has no use for it; allowed for png, svg, pdf"),
        (["--theme", "pink"], "argument --theme: invalid choice: 'pink'"),
        (["--session", "nowhere.json"], "nowhere.json cannot be opened: No such file or directory"),
    ],
)
def test_bad_values_name_field_value_and_range(capsys, tmp_path, arguments, message):
    out = tmp_path / "a.json"
    status, text = complaint(capsys, "export", "activations", "--out", out, *arguments)
    assert status == 2
    assert text.startswith(message)
    assert not out.exists()


def test_a_size_that_no_picture_has_is_bad_input(tmp_path):
    done = explorer("export", "activations", "--out", tmp_path / "a.png", "--size", "30x30", "--steps", "0")
    assert done.returncode == 2
    assert done.stderr == "explorer: size: 30×30 is out of range; allowed: 200 to 16384 px a side, 200 Mpx\n"


# --- export ------------------------------------------------------------------------------------------------------
def test_json_has_the_exact_values_that_were_set(tmp_path):
    out = tmp_path / "a.json"
    done = explorer("export", "activations", "--out", out, "--set", "lr=3e-4", "--view", "log_loss=no", *SMALL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    data = json.loads(out.read_text(encoding="utf8"))
    assert (data["experiment"], data["step"]) == ("activations", 3)
    assert data["hyperparams"]["lr"] == 3e-4
    assert data["hyperparams"]["functions"] == ["tanh", "relu"]
    assert data["view"]["log_loss"] is False
    frame = data["frame"]
    assert frame["functions"] == ["tanh", "relu"]
    np.testing.assert_allclose(frame["value"], [np.tanh(frame["x"]), np.maximum(frame["x"], 0)], atol=1e-6)
    assert np.shape(frame["train_loss"]) == (2, len(frame["history_step"]))


def test_pictures_and_tables_come_from_one_command_and_open_again(tmp_path):
    png, pdf, table, again = (tmp_path / name for name in ("a.png", "a.pdf", "a.csv", "b.json"))
    assert explorer("export", "activations", "--out", png, "--size", "800x450", *SMALL).returncode == 0
    assert struct.unpack(">II", png.read_bytes()[16:24]) == (800, 450)
    done = explorer("export", "activations", "--session", png, "--set", "seed=5", "--theme", "dark", "--out", pdf)
    assert (done.returncode, done.stderr) == (0, "")
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert (read_session(pdf).step, read_session(pdf).hyperparams.seed) == (3, 5)
    assert explorer("export", "activations", "--session", pdf, "--out", table).returncode == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf8").splitlines()))
    assert {row["panel"] for row in rows} == set(read_session(pdf).view.panels)
    assert explorer("export", "activations", "--session", pdf, "--steps", "1", "--out", again).returncode == 0
    assert (read_session(again).step, read_session(again).hyperparams) == (1, read_session(pdf).hyperparams)


def test_every_choice_of_a_look_can_be_made(tmp_path):
    out = tmp_path / "a.svg"
    choices = ("--panel", "loss", "--panel", "gain", "--size", "column", "--type", "quarter", "--theme", "dark")
    bare = ("--transparent", "--no-title", "--no-legend", "--no-caption", "--text", "text")
    done = explorer("export", "activations", "--out", out, *choices, *bare, *SMALL)
    assert (done.returncode, done.stderr) == (0, "")
    root = ElementTree.parse(out).getroot()
    said = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Training loss"} <= said
    assert not said & {"Training accuracy", "Explorer", root[0].text}
    assert not [r for r in root.iter("{http://www.w3.org/2000/svg}rect") if r.get("x") == r.get("y") == "0"]
    shapes = ("--panel", "loss", "--size", "square", "--text", "outlines", "--out", tmp_path / "b.svg")
    again = explorer("export", "activations", "--session", out, *shapes)
    assert (again.returncode, again.stderr) == (0, "")
    other = ElementTree.parse(tmp_path / "b.svg").getroot()
    assert other.get("width") == other.get("height")
    assert not list(other.iter("{http://www.w3.org/2000/svg}text"))


def test_a_panel_that_is_not_there_is_named(capsys, tmp_path):
    status, text = complaint(capsys, "export", "activations", "--out", tmp_path / "a.png", "--panel", "nope")
    assert status == 2
    assert text.startswith("--panel: “nope” is no panel of activations; there are function, ")


def test_changes_of_a_session_are_replayed_unless_their_field_is_set(tmp_path):
    session = tmp_path / "a.json"
    changes = [{"step": 1, "hyperparams": {"lr": 1.0}}]
    hyperparams = {"functions": ["relu"], "width": 4}
    session.write_text(
        json.dumps(
            {"experiment": "activations", "version": 1, "hyperparams": hyperparams, "step": 3, "changes": changes}
        )
    )
    losses = []
    for name, arguments in {"with": [], "without": ["--set", "lr=0.3"]}.items():
        out = tmp_path / f"{name}.json"
        assert explorer("export", "activations", "--session", session, "--out", out, *arguments).returncode == 0
        losses.append(json.loads(out.read_text())["frame"]["train_loss"][0])
    assert losses[0][:2] == losses[1][:2]
    assert losses[0][2] != losses[1][2]


def test_a_movie_comes_from_one_command_and_opens_again(tmp_path):
    path = tmp_path / "a.mp4"
    options = ["--size", "320x240", "--seconds", "0.5", "--fps", "10", "--hold", "0.2"]
    done = explorer("export", "activations", "--out", path, *options, *SMALL)
    assert (done.returncode, done.stderr) == (0, "")
    with av.open(path) as movie:
        (stream,) = movie.streams.video
        assert (stream.width, stream.height, stream.frames) == (320, 240, 5 + 2)
    assert read_session(path).step == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--out", "a.mp4", "--size", "321x240"], "size: 321×240 is odd; allowed here: even numbers of px"),
        (["--out", "a.mp4", "--seconds", "0"], "seconds: “0” is out of range; allowed: 0.1 to 600"),
        (["--out", "a.gif", "--fps", "60"], "fps: “60” is out of range; allowed: 1 to 50"),
        (["--out", "a.mp4", "--hold", "nan"], "hold: “nan” is out of range; allowed: 0 to 60"),
        (["--out", "a.png", "--fps", "5"], "--fps: only a movie has it: mp4, gif"),
    ],
)
def test_what_no_movie_can_be_is_said_before_anything_runs(capsys, options, message):
    status, text = complaint(capsys, "export", "activations", *options)
    assert (status, text) == (2, message)


def test_a_failed_write_is_one_line_and_keeps_the_older_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.csv").mkdir()
    for out in (tmp_path / "file" / "a.csv", tmp_path / "none" / "a.csv", tmp_path / "folder.csv"):
        done = explorer("export", "activations", "--out", out, *SMALL)
        assert done.returncode == 1
        assert done.stderr.startswith(f"explorer: {out} could not be written: ")
        assert done.stderr.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_ctrl_c_ends_with_130_and_no_message(tmp_path):
    command = [sys.executable, "-m", "explorer", "export", "activations", "--out", "a.csv", "--steps", "1000000000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=with_root()) as process:
        worker = wait_for_torch_in_child_of(process.pid)
        process.send_signal(signal.SIGINT)
        assert (process.communicate(timeout=30)[1], process.returncode) == ("", 130)
    assert list(tmp_path.iterdir()) == []
    assert not Path(f"/proc/{worker}").exists()


def with_root():
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}


def wait_for_torch_in_child_of(pid):
    """Wait until a child of the process has loaded torch, and return it; the test's time limit ends what hangs."""
    while True:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if "libtorch" in Path(f"/proc/{child}/maps").read_text():
                return child


# --- no screen, claims -------------------------------------------------------------------------------------------
def test_without_a_screen_every_default_figure_is_drawn(tmp_path):
    env = with_root() | {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "nowhere"}
    for name in ("DISPLAY", "QT_QPA_PLATFORM"):
        env.pop(name, None)
    done = explorer(cwd=tmp_path, env=env)
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "no screen" in done.stderr
    figures = [tmp_path / "figures" / f"{name}.png" for name in EXPERIMENTS]
    assert done.stdout.split() == [str(path.relative_to(tmp_path)) for path in figures]
    for path in figures:
        assert struct.unpack(">II", path.read_bytes()[16:24]) == (1920, 1080)


def test_claims_are_run_and_told():
    done = explorer("claims", "activations", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert [claim["number"] for claim in told] == [c.number for c in EXPERIMENTS["activations"].claims]
    for claim in told:
        assert claim["outcome"] in ("holds", "holds in part", "does not hold")
        assert claim["measured"]
        assert claim["sentence"]
        assert claim["sources"]


# --- code --------------------------------------------------------------------------------------------------------
def test_code_prints_the_script_of_the_settings(capsys):
    assert run(["code", "activations", *SMALL]) == 0
    text = capsys.readouterr().out
    assert "WIDTH = 4 " in text
    assert "STEPS = 3\n" in text
    compile(text, "script", "exec")


def test_code_writes_a_file_and_follows_a_session(tmp_path, capsys):
    session = {"experiment": "batch_norm", "version": 1, "hyperparams": {"depth": 2}, "step": 40}
    session["changes"] = [{"step": 7, "hyperparams": {"lr": 0.01}}]
    (tmp_path / "s.json").write_text(json.dumps(session), "utf-8")
    out = tmp_path / "script.py"
    assert run(["code", "batch_norm", "--session", str(tmp_path / "s.json"), "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    text = out.read_text("utf-8")
    assert "STEPS = 40\n" in text
    assert "LRS = {0: 0.3, 7: 0.01}" in text


def test_code_complains_in_one_line(tmp_path, capsys):
    assert complaint(capsys, "code", "nothing")[0] == 2
    assert complaint(capsys, "code", "activations", "--set", "depth=99")[0] == 2
    status, message = complaint(capsys, "code", "activations", "--out", tmp_path / "nowhere" / "x.py")
    assert status == 1
    assert "nowhere" in message

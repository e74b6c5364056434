"""The command line: launch · list · export · deck · code · claims. Bad input: status 2; other failures: status 1."""

import argparse
import dataclasses
import gc
import importlib
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from explorer import __version__
from explorer.core.i18n import _

if TYPE_CHECKING:
    from explorer.core.experiment import ExperimentSpec
    from explorer.core.session import Session

STEPS = (0, 10**9)
LONGEST_LINE = 1000
"""Characters of a complaint, which may quote whatever was typed and list all fields there are."""
INTERRUPTED = 130
OBJECTS = 50_000
"""New objects after which garbage is looked for; Python's 700 are reached hundreds of times at every start."""


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit status."""
    gc.set_threshold(OBJECTS)
    try:
        return _run(_parser().parse_args(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace) -> int:
    from explorer.core.files import WriteError
    from explorer.core.hyperparams import HyperparamError
    from explorer.core.session import SessionError
    from explorer.export.formats import FormatError
    from explorer.starting import ComputeError

    try:
        status: int = options.command(options)
        return status
    except (UsageError, HyperparamError, SessionError, FormatError) as error:
        return _complain(error, 2)
    except (WriteError, ComputeError) as error:
        return _complain(error, 1)


def _complain(error: Exception, status: int) -> int:
    print(f"explorer: {_one_line(str(error))}", file=sys.stderr)
    return status


def _one_line(text: str) -> str:
    """Leave out what could break the line or command the terminal, and the middle of what is too long."""
    line = "".join(c if c.isprintable() else " " for c in text)
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]} … {line[-half:]}"


class UsageError(ValueError):
    """Bad input on the command line; the message is one line."""


# --- arguments ---------------------------------------------------------------------------------------------------
class Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"explorer: {_one_line(message)}\n")


def _parser() -> Parser:
    from explorer.deck_command import add_deck

    parser = Parser(
        prog="explorer",
        description=_("See why neural networks train or fail. Without a command, the window opens."),
        epilog=_("Example: explorer export activations --set functions=relu,tanh --set lr=3e-4 --out figure.png"),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"explorer {__version__}")
    parser.add_argument("--smoke-test", metavar="FOLDER", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(command=_launch)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND", parser_class=Parser)
    _add(commands, "list", _list, _("show experiments and what can be set in them"), name="?")
    _add_export(_add(commands, "export", _export, _("write the figure of an experiment to a file"), name=None))
    _add_code(_add(commands, "code", _code, _("write the PyTorch script that does what a figure shows"), name=None))
    add_deck(commands, _say)
    _add(commands, "claims", _claims, _("test what is said about neural networks"), name="?")
    return parser


def _add(commands: Any, name_: str, command: Callable[[Any], int], about: str, name: str | None) -> Parser:
    parser: Parser = commands.add_parser(name_, help=about, description=about, allow_abbrev=False)
    parser.set_defaults(command=command)
    parser.add_argument("name", metavar="NAME", nargs=name, help=_("name of an experiment"))
    if name == "?":
        parser.add_argument("--json", action="store_true", help=_("as JSON"))
    return parser


def _add_export(parser: Parser) -> None:
    from explorer.export.arguments import add_look, add_movie
    from explorer.export.formats import FORMATS

    add = parser.add_argument
    out = _("file to write: {suffixes}").format(suffixes=", ".join(f".{suffix}" for suffix in FORMATS))
    add("--out", metavar="FILE", type=Path, required=True, help=out)
    _add_session(parser)
    add("--panel", metavar="KEY", action="append", default=[], help=_("draw this panel alone; may be repeated"))
    add_look(parser)
    add_movie(parser)


def _add_code(parser: Parser) -> None:
    parser.set_defaults(panel=[])
    parser.add_argument("--out", metavar="FILE.py", type=Path, help=_("file to write; without it, it is printed"))
    _add_session(parser)


def _add_session(parser: Parser) -> None:
    """What `_session` reads."""
    add = parser.add_argument
    add("--set", metavar="field=value", action="append", default=[], help=_("set a hyperparam; may be repeated"))
    add("--view", metavar="option=value", action="append", default=[], help=_("set a view option; may be repeated"))
    add("--steps", metavar="N", type=_steps, help=_("training steps to take"))
    add("--session", metavar="FILE", type=Path, help=_("start from a session, or from an exported figure"))


def _steps(text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) > STEPS[1]:
        raise argparse.ArgumentTypeError(
            _("“{value}” is not a number of steps; allowed: {low} to {high}").format(
                value=text, low=STEPS[0], high=STEPS[1]
            )
        )
    return int(text)


# --- commands ----------------------------------------------------------------------------------------------------
def _launch(options: argparse.Namespace) -> int:
    from explorer import starting
    from explorer.screen import has_screen

    if not options.smoke_test and not has_screen():
        from explorer import headless

        print(_("There is no screen: drawing the figure of every experiment into figures/ instead."), file=sys.stderr)
        for path in headless.draw_all(Path("figures"), _say):
            _say("")
            print(path)
        return 0
    importlib.import_module("numpy")  # a worker that starts before it would keep the window waiting
    with starting.running_worker() as client:  # before Qt: the first frame is there earlier
        status: int = starting.import_qt("explorer.ui.app").launch(client, options.smoke_test)
        return status


def _list(options: argparse.Namespace) -> int:
    from explorer import listing

    specs = _specs(options.name)
    if options.json:
        _print_json([listing.experiment_json(spec) for spec in specs])
    else:
        print("\n\n".join(listing.experiment_text(spec) for spec in specs))
    return 0


def _export(options: argparse.Namespace) -> int:
    from explorer import headless
    from explorer.core.files import check_folder
    from explorer.export.arguments import check_look, look_of, movie_of
    from explorer.export.formats import format_of

    kind = format_of(options.out)  # before anything is computed
    look, movie = look_of(options, kind), movie_of(options, kind)
    check_look(look, kind, options.panel)
    check_folder(options.out)
    session = _session(options)
    if movie:
        headless.movie(session, options.out, look, movie, _say, options.panel)
    else:
        headless.export(session, options.out, look, _say, options.panel)
    _say("")
    return 0


def _code(options: argparse.Namespace) -> int:
    from explorer.core.files import write_atomically
    from explorer.registry import EXPERIMENTS

    session = _session(options)
    text = EXPERIMENTS[session.experiment].script(session)
    if options.out:
        write_atomically(options.out, text.encode())
    else:
        sys.stdout.write(text)
    return 0


def _claims(options: argparse.Namespace) -> int:
    from explorer import headless, listing

    specs = _specs(options.name)
    claims = [claim for spec in specs for claim in spec.claims]
    found = []
    for claim, checked in zip(claims, headless.check_claims(specs, _say), strict=True):
        found.append((claim, checked))
        _say("")
        if not options.json:
            print(listing.claim_text(claim, checked), end="\n\n", flush=True)
    if options.json:
        _print_json([listing.claim_json(claim, checked) for claim, checked in found])
    return 0 if all(checked.verdict for _claim, checked in found) else 1


def _session(options: argparse.Namespace) -> "Session":
    """What to draw: an experiment's default or a session, then --set, --view and --steps."""
    from explorer.core.hyperparams import replace
    from explorer.core.session import Change
    from explorer.export.read import read_session
    from explorer.headless import default_session

    (spec,) = _specs(options.name)
    session = read_session(options.session) if options.session else default_session(spec)
    if session.experiment != spec.name:
        raise UsageError(
            _("--session: {file} is of {theirs}, not of {ours}").format(
                file=options.session, theirs=session.experiment, ours=spec.name
            )
        )
    values = _assignments("--set", options.set, spec.hyperparams)
    view = _with_panels(spec, session.view, _assignments("--view", options.view, spec.view_options), options.panel)
    kept = (Change(c.step, {k: v for k, v in c.hyperparams.items() if k not in values}) for c in session.changes)
    return dataclasses.replace(
        session,
        hyperparams=replace(session.hyperparams, values),
        view=replace(session.view, view),
        step=session.step if options.steps is None else options.steps,
        changes=tuple(c for c in kept if c.hyperparams),
    )


def _with_panels(spec: "ExperimentSpec", before: Any, values: dict[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    """Values of view options, among the panels those that are wanted alone: they may be hidden by default."""
    from explorer.core.hyperparams import field_of

    names = [choice.name for choice in field_of(spec.view_options, "panels").choices]
    for key in wanted:
        if key.partition(".")[0] not in names:
            raise UsageError(
                _("--panel: “{key}” is no panel of {experiment}; there are {names}").format(
                    key=key, experiment=spec.name, names=", ".join(names)
                )
            )
    shown = {*values.get("panels", before.panels), *(key.partition(".")[0] for key in wanted)}
    return values | {"panels": [name for name in names if name in shown]} if wanted else values


def _assignments(option: str, texts: Sequence[str], settings: type) -> dict[str, Any]:
    from explorer.core.hyperparams import field_of, parse

    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(_("{option}: “{text}” is not field=value").format(option=option, text=text))
        values[name.strip()] = parse(field_of(settings, name.strip()), value)
    return values


def _specs(name: str | None) -> list["ExperimentSpec"]:
    """Return the experiment of a name, or all."""
    from explorer.registry import EXPERIMENTS

    if name is not None and name not in EXPERIMENTS:
        raise UsageError(
            _("NAME: “{name}” is no experiment; there are {names}").format(name=name, names=", ".join(EXPERIMENTS))
        )
    return [EXPERIMENTS[name]] if name else list(EXPERIMENTS.values())


def _print_json(data: Any) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def _say(text: str, _share: float = 1.0) -> None:
    """Show progress to whoever watches; nothing goes into a file."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}\r", end="", file=sys.stderr, flush=True)

"""The command line: launch · list · export · code · claims. Bad input: one line and status 2, other failures: 1."""

import argparse
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
INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit status."""
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
    from explorer.export.write import FormatError
    from explorer.headless import ComputeError

    try:
        status: int = options.command(options)
        return status
    except (UsageError, HyperparamError, SessionError, FormatError) as error:
        return _complain(error, 2)
    except (WriteError, ComputeError) as error:
        return _complain(error, 1)


def _complain(error: Exception, status: int) -> int:
    print(f"explorer: {error}", file=sys.stderr)
    return status


class UsageError(ValueError):
    """Bad input on the command line; the message is one line."""


# --- arguments ---------------------------------------------------------------------------------------------------
class Parser(argparse.ArgumentParser):
    """Complains in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"explorer: {message}\n")


def _parser() -> Parser:
    parser = Parser(
        prog="explorer",
        description=_("See why neural networks train or fail. Without a command, the window opens."),
        epilog=_("Example: explorer export activations --set functions=relu,tanh --set lr=3e-4 --out figure.png"),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"explorer {__version__}")
    parser.set_defaults(command=_launch)
    commands = parser.add_subparsers(title=_("commands"), metavar="COMMAND", parser_class=Parser)
    _add(commands, "list", _list, _("show experiments and what can be set in them"), name="?")
    _add_export(_add(commands, "export", _export, _("write the figure of an experiment to a file"), name=None))
    _add_code(_add(commands, "code", _code, _("write the PyTorch script that does what a figure shows"), name=None))
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
    add = parser.add_argument
    add("--out", metavar="FILE", type=Path, required=True, help=_("file to write: .png, .pdf, .csv or .json"))
    add("--size", metavar="1920x1080", type=_size, default=(1920, 1080), help=_("width and height in pixels"))
    add("--theme", choices=("light", "dark"), default="light", help=_("colours (default: light)"))
    _add_session(parser)


def _add_code(parser: Parser) -> None:
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


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", text, re.ASCII)
    if not match:
        raise argparse.ArgumentTypeError(
            _("“{value}” is not a size; allowed: WIDTHxHEIGHT in pixels, such as 1920x1080").format(value=text)
        )
    return int(match[1]), int(match[2])


# --- commands ----------------------------------------------------------------------------------------------------
def _launch(_options: argparse.Namespace) -> int:
    from explorer import headless
    from explorer.screen import has_screen

    if not has_screen():
        print(_("There is no screen: drawing the figure of every experiment into figures/ instead."), file=sys.stderr)
        for path in headless.draw_all(Path("figures"), _say):
            _say("")
            print(path)
        return 0
    with headless.running_worker() as client:  # before Qt: the first frame is there earlier
        status: int = headless.import_qt("explorer.ui.app").launch(client)
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
    from explorer.core.files import WriteError
    from explorer.export.look import Look
    from explorer.export.write import format_of

    format_of(options.out)  # before anything is computed
    if not options.out.parent.is_dir():
        raise WriteError(
            _("{path} could not be written: there is no folder {folder}").format(
                path=options.out, folder=options.out.parent
            )
        )
    session = _session(options)
    headless.export(session, options.out, Look(options.size, options.theme), _say)
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
    import dataclasses

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
    view = _assignments("--view", options.view, spec.view_options)
    kept = (Change(c.step, {k: v for k, v in c.hyperparams.items() if k not in values}) for c in session.changes)
    return dataclasses.replace(
        session,
        hyperparams=replace(session.hyperparams, values),
        view=replace(session.view, view),
        step=session.step if options.steps is None else options.steps,
        changes=tuple(c for c in kept if c.hyperparams),
    )


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

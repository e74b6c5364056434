"""Expressions that the user types, such as `x * sigmoid(x)`: read by a whitelist, never evaluated as Python.

Python's own parser makes the tree (its grammar is what users of PyTorch know); everything after that walks the tree
here, and whatever is not on the lists below is refused with the place where it stands.
"""

import ast
import math
import operator
import string
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.i18n import _

FUNCTIONS: Mapping[str, int] = {
    **dict.fromkeys(("exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "tanh", "atan", "erf"), 1),
    **dict.fromkeys(("sigmoid", "relu", "softplus"), 1),
    **dict.fromkeys(("min", "max"), 2),
}
"""Names that may be called, with the number of their arguments."""
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}
LONGEST, DEEPEST, HIGHEST_POWER = 200, 50, 100

_SIGNS = frozenset(string.ascii_letters + string.digits + "_.,()+-*/ ")
_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}


class ExpressionError(ValueError):
    """What is wrong with an expression; `position` counts characters from 0, `length` says how many are meant."""

    def __init__(self, message: str, position: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.position = position
        self.length = length


@dataclass(frozen=True)
class Expression:
    """A checked expression of some variables."""

    text: str
    variables: tuple[str, ...]
    tree: ast.expr

    def evaluate(
        self,
        functions: Mapping[str, Callable[..., Any]],
        variables: Mapping[str, Any],
        number: Callable[[float], Any],
    ) -> Any:
        """Value with this table of functions; `number` makes the library's own scalar of a constant.

        (NumPy's and torch's scalars answer 1 / 0 with inf where Python's raise.)
        """
        names = {name: number(value) for name, value in CONSTANTS.items()}
        return _Walk(functions, {**names, **variables}, number).value(self.tree)


def parse(text: str, variables: tuple[str, ...] = ("x",)) -> Expression:
    """Read an expression. Raises ExpressionError with the place of the mistake."""
    plain = _plain(text)
    tree = _tree(plain)
    _check(tree, _Text(plain), variables, DEEPEST)
    return Expression(text, variables, tree)


def _plain(text: str) -> str:
    """Typographic signs as Python writes them, one character for one, so that positions stay."""
    if not text.strip():
        raise ExpressionError(_("nothing is written here"))
    if len(text) > LONGEST:
        raise ExpressionError(_("longer than {n} characters").format(n=LONGEST), LONGEST, len(text) - LONGEST)
    plain = text.translate({0x2212: "-", 0xB7: "*", 0xD7: "*", 0x22C5: "*"})
    bad = next((i for i, sign in enumerate(plain) if sign not in _SIGNS), None)
    if bad is not None:
        advice = _("a power is written **") if plain[bad] == "^" else _("this sign is not known here")
        raise ExpressionError(advice, bad)
    return plain


def _tree(plain: str) -> ast.expr:
    shift = len(plain) - len(plain.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of things like "2if": they are refused below
            tree = ast.parse(plain.strip(), mode="eval").body
    except SyntaxError as error:
        where = error.offset - 1 + shift if error.offset else len(plain.rstrip())  # no offset: something is missing
        raise ExpressionError(_("this cannot be read"), _within(where, plain.rstrip())) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += shift
            node.end_col_offset = (node.end_col_offset or 0) + shift
    return tree


def _within(position: int, text: str) -> int:
    return max(0, min(position, len(text) - 1))


@dataclass(frozen=True)
class _Text:
    plain: str

    def error(self, message: str, node: ast.expr) -> ExpressionError:
        """Mark the node in the text."""
        start, end = node.col_offset, node.end_col_offset or node.col_offset + 1
        return ExpressionError(message, start, max(end - start, 1))


def _check(node: ast.expr, text: _Text, variables: tuple[str, ...], depth: int) -> None:
    """Refuse all that is not on the lists."""
    if depth == 0:
        raise text.error(_("nested too deeply"), node)
    for child in _checked(node, text, variables):
        _check(child, text, variables, depth - 1)


def _checked(node: ast.expr, text: _Text, variables: tuple[str, ...]) -> list[ast.expr]:
    """Check this node alone; what is left to check is returned."""
    match node:
        case ast.Constant():
            _check_number(node, text)
            return []
        case ast.Name():
            _check_name(node, text, variables)
            return []
        case ast.UnaryOp() if type(node.op) in _UNARY:
            return [node.operand]
        case ast.BinOp() if type(node.op) in _BINARY:
            _check_power(node, text)
            return [node.left, node.right]
        case ast.Call():
            _check_call(node, text)
            return node.args
    raise text.error(_("only numbers, {names}, + − * / ** and functions").format(names=", ".join(variables)), node)


def _check_number(node: ast.Constant, text: _Text) -> None:
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        raise text.error(_("this is not a number"), node)
    if not abs(node.value) <= 1e9:
        raise text.error(_("numbers go up to 10⁹"), node)


def _check_name(node: ast.Name, text: _Text, variables: tuple[str, ...]) -> None:
    if node.id in FUNCTIONS:
        raise text.error(_("{name} needs its argument: {name}(x)").format(name=node.id), node)
    if node.id not in variables and node.id not in CONSTANTS:
        known = ", ".join((*variables, *CONSTANTS))
        raise text.error(_("“{name}” is not known; there are {known}").format(name=node.id, known=known), node)


def _check_power(node: ast.BinOp, text: _Text) -> None:
    """Python computes powers of plain numbers exactly, however large: only small exponents are let in."""
    exponent = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
    if not isinstance(node.op, ast.Pow):
        return
    if not isinstance(exponent, ast.Constant):
        raise text.error(_("a power must be a number; write exp for others"), node.right)
    if isinstance(exponent.value, (int, float)) and abs(exponent.value) > HIGHEST_POWER:
        raise text.error(_("powers go up to {n}").format(n=HIGHEST_POWER), node.right)


def _check_call(node: ast.Call, text: _Text) -> None:
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        known = ", ".join(FUNCTIONS)
        raise text.error(_("no such function; there are {known}").format(known=known), node.func)
    wanted = FUNCTIONS[node.func.id]
    if len(node.args) != wanted or node.keywords:
        raise text.error(_("{name} takes {n} argument(s)").format(name=node.func.id, n=wanted), node)


@dataclass(frozen=True)
class _Walk:
    functions: Mapping[str, Callable[..., Any]]
    names: Mapping[str, Any]
    number: Callable[[float], Any]

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float() as constant):
                return self.number(float(constant))
            case ast.Name(id=name):
                return self.names[name]
            case ast.UnaryOp():
                return _UNARY[type(node.op)](self.value(node.operand))
            case ast.BinOp():
                return _BINARY[type(node.op)](self.value(node.left), self.value(node.right))
            case ast.Call(func=ast.Name(id=name)):
                return self.functions[name](*map(self.value, node.args))
        raise AssertionError(node)

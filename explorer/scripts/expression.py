"""An expression that the user typed, as plain torch code."""

import ast
import copy
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from explorer.core.expression import CONSTANTS, Expression

LONGEST = 70
"""Characters of an expression that fit into a line."""
LARGEST = 1e9
"""Numbers beyond it are written as floats: torch has no integers of any size."""
_IN_TORCH = {"min": "torch.minimum", "max": "torch.maximum", "softplus": "F.softplus"}
_IN_MATH = ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh", "atan", "erf")
_BUILT_IN = ("abs", "min", "max")
_NUMPY: Mapping[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "tanh")},
    "atan": np.arctan,
    "erf": lambda x: np.float64(math.erf(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "softplus": lambda x: np.logaddexp(x, 0),
    "min": np.minimum,
    "max": np.maximum,
}


def torch_source(expression: Expression) -> str:
    """Return Python that computes the expression of tensors named as its variables; a constant one has their shape."""
    source = _formatted(ast.unparse(_written(expression.tree, expression.variables)))
    return f"{source} + 0 * {expression.variables[0]}" if _is_number(expression.tree, expression.variables) else source


def torch_function_body(expression: Expression) -> str:
    """Return statements that compute it and return it: one, or where that is too long for a line, its parts first."""
    source = torch_source(expression)
    lines: list[str] = []
    last = _shortened(ast.parse(source, mode="eval").body, lines) if len(source) > LONGEST else source
    return "\n".join([*lines, f"return {last}"])


def _shortened(node: ast.expr, lines: list[str]) -> str:
    """Source of a node; what is long in it is given a name in `lines`."""
    if len(_formatted(ast.unparse(node))) > LONGEST:
        for field, value in ast.iter_fields(node):
            if isinstance(value, list):
                setattr(node, field, [_named(part, lines) for part in value])
            elif isinstance(value, ast.expr) and field != "func":
                setattr(node, field, _named(value, lines))
    return _formatted(ast.unparse(node))


def _named(node: ast.expr, lines: list[str]) -> ast.expr:
    source = _shortened(node, lines)
    if len(source) <= LONGEST // 3:
        return node
    name = f"part{len(lines) + 1}"
    lines.append(f"{name} = {source}")
    return ast.Name(name)


def _formatted(source: str) -> str:
    """Powers as ruff writes them: x**2, -(x**2)."""
    close = re.sub(r"(?<=[\w.]) \*\* (?=-?[\w.]+)", "**", source)
    return re.sub(r"-([\w.]+\*\*-?[\w.]+)", r"-(\1)", close)


def _is_number(node: ast.expr, variables: tuple[str, ...]) -> bool:
    return not any(isinstance(n, ast.Name) and n.id in variables for n in ast.walk(node))


def _written(node: ast.expr, variables: tuple[str, ...]) -> ast.expr:
    if _is_number(node, variables):
        return _number(node)
    match node:
        case ast.UnaryOp():
            return ast.UnaryOp(node.op, _written(node.operand, variables))
        case ast.BinOp():
            return ast.BinOp(_written(node.left, variables), node.op, _written(node.right, variables))
        case ast.Call(func=ast.Name(id=name)):
            arguments = [_written(a, variables) for a in node.args]
            tensors = [_tensor(a, variables[0]) if _is_number(a, variables) else a for a in arguments]
            return ast.Call(_name(_IN_TORCH.get(name, f"torch.{name}")), tensors, [])
    return node


def _number(node: ast.expr) -> ast.expr:
    """Write what has no variable: as it is where Python's floats can follow it, else its value (1 / 0 is inf)."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.expr) and part not in _called(node)]
    if all(abs(_value(part)) <= LARGEST for part in parts) and not _unknown(node):
        return _InPython().visit(copy.deepcopy(node))  # type: ignore[no-any-return]
    value = _value(node)
    return ast.Constant(value) if math.isfinite(value) else _name(f"math.{value}".replace("math.-", "-math."))


def _value(node: ast.expr) -> float:
    with np.errstate(all="ignore"):
        return float(Expression("", (), node).evaluate(_NUMPY, {}, np.float64))


def _called(node: ast.expr) -> list[ast.expr]:
    return [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]


def _unknown(node: ast.expr) -> bool:
    """Whether Python has no function for a call in it."""
    return any(isinstance(f, ast.Name) and f.id not in (*_IN_MATH, *_BUILT_IN) for f in _called(node))


class _InPython(ast.NodeTransformer):
    """Takes functions and constants from `math`."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return _name(f"math.{node.id}") if node.id in (*_IN_MATH, *CONSTANTS) else node


def _tensor(number: ast.expr, like: str) -> ast.expr:
    """A number as precise as the variable of this name."""
    return ast.Call(_name(f"{like}.new_tensor"), [number], [])


def _name(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body

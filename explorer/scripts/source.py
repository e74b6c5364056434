"""How a script is put together: a docstring, the imports that it needs, constants, blocks.

A block is one paragraph of statements or one definition, without empty lines at its ends. Scripts are as `ruff format`
would have them at its own width of 88.
"""

import ast
import textwrap
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from explorer.core.hyperparams import number_text

WIDTH = 88
_IMPORTS = (
    (
        ("copy", "import copy"),
        ("math", "import math"),
        ("partial", "from functools import partial"),
        ("pairwise", "from itertools import pairwise"),
    ),
    (
        ("np", "import numpy as np"),
        ("torch", "import torch"),
        ("F", "import torch.nn.functional as F"),
        ("load_digits", "from sklearn.datasets import load_digits"),
        ("nn", "from torch import nn"),
        ("lr_scheduler", "from torch.optim import lr_scheduler"),
    ),
)
"""Name and import, the standard library first; in the order of isort."""
_ONE_THREAD = "torch.set_num_threads(1)  # the same sums as Explorer, and small nets are faster"
"""Two threads round otherwise, and deep networks make of that another run."""


def assemble(title: str, about: Sequence[str], blocks: Iterable[str]) -> str:
    """Write the whole script: its title, a line up to `WIDTH`; paragraphs on what it does; blocks, empty ones left out.

    Imports are those whose names the blocks use.
    """
    body = _joined([_ONE_THREAD, *(block.strip("\n") for block in blocks if block)])
    paragraphs = "\n\n".join(textwrap.fill(text, WIDTH, break_on_hyphens=False) for text in about)
    docstring = f'"""{title}\n\n{paragraphs}\n"""'
    imports = [block for block in (_imports(body, section) for section in _IMPORTS) if block]
    return "\n\n".join([docstring, *imports, body]) + "\n"


def _imports(body: str, section: Sequence[tuple[str, str]]) -> str:
    used = {node.id for node in ast.walk(ast.parse(body)) if isinstance(node, ast.Name)}
    return "\n".join(text for name, text in section if name in used)


def _joined(blocks: Sequence[str]) -> str:
    """Two empty lines around definitions, one between paragraphs."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        apart = _is_definition(before) or _is_definition(block)
        text += ("\n\n\n" if apart else "\n\n") + block
    return text


def _is_definition(block: str) -> bool:
    first = next(line for line in block.splitlines() if not line.startswith("#"))
    return first.startswith(("def ", "class ", "@"))


def literal(value: Any) -> str:
    """Write a value as Python: 3e-4 rather than 0.0003, "relu" in double quotes."""
    if isinstance(value, float):
        text = number_text(value)
        return text if set(text) & set("e.") else f"{text}.0"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def constants(*rows: tuple[str, Any] | tuple[str, Any, str]) -> str:
    """Write lines such as `WIDTH = 32  # units in every hidden layer`: name, value and what it is."""
    return "\n".join(_constant(*row) for row in rows)


def _constant(name: str, value: Any, comment: str = "") -> str:
    after = f"  # {comment}" if comment else ""
    line = f"{name} = {literal(value)}{after}"
    if len(line) <= WIDTH or not isinstance(value, dict):
        return line
    return table(name, ((k, literal(v)) for k, v in value.items()), comment)


def table(name: str, rows: Iterable[tuple[Any, str]], comment: str = "") -> str:
    """Write a dict of names to expressions, one a line."""
    lines = "".join(f"    {literal(key)}: {value},\n" for key, value in rows)
    return f"{name} = {{{f'  # {comment}' if comment else ''}\n{lines}}}"


def listing(name: str, items: Iterable[str]) -> str:
    """Write a list of expressions, one a line."""
    lines = "".join(f"    {item},\n" for item in items)
    return f"{name} = [\n{lines}]"


def indented(text: str, levels: int = 1) -> str:
    """Move lines to the right."""
    return textwrap.indent(text, "    " * levels)


def call(head: str, arguments: Sequence[str], room: int = 1) -> str:
    """Write `head(arguments)`, in as many lines as it takes; `head` has its indent, `room` is left for what follows."""
    line = f"{head}({', '.join(arguments)})"
    if len(line) + room <= WIDTH:
        return line
    margin = " " * (len(head) - len(head.lstrip()))
    inner = f"{margin}    {', '.join(arguments)}\n"
    if len(inner) > WIDTH + 1:
        inner = "".join(f"{margin}    {argument},\n" for argument in arguments)
    return f"{head}(\n{inner}{margin})"

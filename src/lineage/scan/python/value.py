"""One text that an expression can be, and what a call passes for a parameter."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from lineage.core.use import Certainty
from lineage.core.value import dataclass
from lineage.scan.python.module import Call, Imported, Module

DEEPEST = 14
MOST_VALUES = 48
LONGEST = 1000
"""Characters of a text that may name a model."""


@dataclass(frozen=True)
class Value:
    """One text that an expression can be."""

    text: str
    certainty: Certainty
    line: int
    """Where the literal is."""
    file: str
    is_path: bool = False
    """Built with path operations, so no hub id whatever it looks like."""
    is_composed: bool = False
    """Put together from several pieces that are written apart."""


Finder = Callable[[Module, Imported], "Module | None"]


def weaker(a: Certainty, b: Certainty) -> Certainty:
    """The less sure of two."""
    return a if a.rank >= b.rank else b


def brings_slash(a: Value, b: Value) -> bool:
    """Whether the piece that makes the text a name of the Hub is another module's."""
    return b.file != a.file and "/" in b.text and "/" not in a.text


def argument_of(call: ast.Call, name: str, index: int) -> ast.expr | None:
    """What a call passes for a parameter, by keyword or by position; None where it passes nothing
    or a `*` hides it."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if 0 <= index < len(call.args) and not any(
        isinstance(a, ast.Starred) for a in call.args[: index + 1]
    ):
        return call.args[index]
    return None


def call_argument(call: Call, name: str, index: int) -> ast.expr | None:
    """The same of a call with its scope."""
    return argument_of(call.node, name, index)


def interleave(pieces: list[str], fillers: Iterable[ast.expr]) -> list[ast.expr]:
    """A template's pieces with what fills the places between them."""
    result: list[ast.expr] = [ast.Constant(pieces[0])]
    for filler, piece in zip(fillers, pieces[1:], strict=True):
        result += [filler, ast.Constant(piece)]
    return result

"""Names that are put together around a piece which comes in from elsewhere: `f"org/{name}-v2"`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.core.value import dataclass
from lineage.scan.addresses import as_far_as_named
from lineage.scan.python.module import Scope
from lineage.scan.python.templates import FILLED, pieces_of_percent, pieces_of_template
from lineage.scan.python.value import flat
from lineage.scan.python.values import Evaluator


@dataclass(frozen=True)
class Composed:
    """A text with one piece that is looked for elsewhere, and what stands around it."""

    before: str
    piece: ast.expr
    after: str


def composed(node: ast.expr, scope: Scope, evaluator: Evaluator) -> Iterator[Composed]:
    """The pieces of a name that nothing else in it leaves open; none where it has no mark that
    makes a name of the Hub of them."""
    for pieces in _templates(node, scope, evaluator):
        for at, piece in enumerate(pieces):
            if isinstance(piece, ast.Constant):
                continue
            before = _written(pieces[:at], scope, evaluator)
            if before is None or as_far_as_named(before):
                break
            after = _written(pieces[at + 1 :], scope, evaluator, before)
            if after is not None and "/" in before + after:
                yield Composed(before, piece, after)


def is_template(node: ast.expr) -> bool:
    """Whether an expression puts texts together."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in FILLED
    return isinstance(node, ast.JoinedStr)


def around(before: str, piece: ast.expr, after: str) -> ast.expr:
    """The name with a piece in its place."""
    if not before + after:
        return piece
    ends = (ast.copy_location(ast.Constant(text), piece) for text in (before, after))
    first, last = ends
    return ast.copy_location(ast.JoinedStr([first, piece, last]), piece)


def _templates(node: ast.expr, scope: Scope, evaluator: Evaluator) -> Iterator[list[ast.expr]]:
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    ):
        yield list(flat(node))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from pieces_of_percent(evaluator, node, scope, 0)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_template(node):
        yield from pieces_of_template(evaluator, node, node.func, scope, 0)


def _written(
    pieces: list[ast.expr], scope: Scope, evaluator: Evaluator, before: str = ""
) -> str | None:
    """The one text that pieces make, of an address as far as it names the model; None where they
    may make another."""
    text = ""
    for piece in pieces:
        if isinstance(piece, ast.Constant):
            known = [str(piece.value)]
        else:
            known = [one.text for one in evaluator.values(piece, scope)]
        if len(known) != 1:
            return None
        text += known[0]
        if named := as_far_as_named(f"{before}…{text}"):
            return named.partition("…")[2]
    return text

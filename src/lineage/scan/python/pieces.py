"""Put texts together of the pieces of which they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.use import Certainty
from lineage.scan.python.module import Scope
from lineage.scan.python.nearest import last_set
from lineage.scan.python.rows import Piece, by_rows
from lineage.scan.python.value import LONGEST, Value, brings_slash, weaker

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_MOST_CHOICES = 48
"""Of each piece of a text."""


def joined(
    evaluator: Evaluator, parts: Iterable[ast.expr], node: ast.expr, scope: Scope, depth: int
) -> Iterator[Value]:
    """Every text that the parts make, one after the other."""
    for pieces in by_rows(evaluator, list(parts), scope, depth):
        yield from _joined(evaluator, pieces, node, depth)


def _joined(
    evaluator: Evaluator, pieces: list[Piece], node: ast.expr, depth: int
) -> Iterator[Value]:
    file = evaluator.module.file
    empty = Value("", Certainty.CERTAIN, node.lineno, file)
    texts = [replace(empty, is_composed=len(pieces) > 1)]
    is_known = not pieces
    for part, scope in pieces:
        # Blanks and numbers too, and pieces made here that are on no line.
        if isinstance(part, ast.Constant):
            choices = [Value(str(part.value), Certainty.CERTAIN, node.lineno, file)]
        else:
            last = last_set(part, scope, evaluator.module) if isinstance(part, ast.Name) else None
            possible = evaluator.possible(last or part, scope, depth)
            choices = evaluator.most(possible, _MOST_CHOICES)
        is_known = is_known or bool(choices)
        several = choices or evaluator.unknown(node)
        texts = evaluator.most(_with(a, b) for a in texts for b in several)
    if is_known:
        yield from (t for t in texts if len(t.text) < LONGEST)


def _with(a: Value, b: Value) -> Value:
    """One piece behind the other."""
    is_of_b = brings_slash(a, b)
    return replace(
        a,
        text=a.text + b.text,
        certainty=weaker(a.certainty, b.certainty),
        is_path=a.is_path or b.is_path,
        is_composed=a.is_composed or b.is_composed,
        is_checked=a.is_checked or b.is_checked,
        file=b.file if is_of_b else a.file,
        line=b.line if is_of_b else a.line,
    )

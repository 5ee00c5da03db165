"""Pieces of a text that are taken out of one row of a table: they go together, and with no other
row's."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from lineage.scan.python.displays import literals
from lineage.scan.python.module import How, Scope, dotted

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

Piece = tuple[ast.expr, Scope]


def by_rows(
    evaluator: Evaluator, parts: list[ast.expr], scope: Scope, depth: int
) -> Iterator[list[Piece]]:
    """The parts of a text, once for each row of the table out of which several of them are taken
    (`f"{model['org']}/{model['name']}"`, `org, name = pair.split(":")`), else once."""
    taken = [_taken(part, scope) for part in parts]
    keys: dict[Hashable, set[object]] = {}
    for one in taken:
        if one is not None:
            keys.setdefault(one[0], set()).add(one[2])
    shared = next((row for row, several in keys.items() if len(several) > 1), None)
    table = next((one[1] for one in taken if one is not None and one[0] == shared), None)
    rows = [] if table is None else list(literals(evaluator, *table, depth))
    whole = [(part, scope) for part in parts]
    if table is None or len(rows) < 2 or _is_written(table[0], keys[shared], evaluator):
        yield whole
        return
    for row, where in rows:
        own = [
            (part, scope)
            if one is None or one[0] != shared
            else _member(row, one[2], where) or (part, scope)
            for part, one in zip(parts, taken, strict=True)
        ]
        if all(one is None or one[0] != shared or _member(row, one[2], where) for one in taken):
            yield own
        elif not _is_written_out(row):
            yield whole


def _is_written(row: ast.expr, keys: set[object], evaluator: Evaluator) -> bool:
    """Whether something is put into a row, or under one of its keys, after it was made."""
    name = dotted(row)
    return any(
        one.key.value in keys if isinstance(one.key, ast.Constant) else owner == name
        for owner, several in evaluator.module.written.items()
        for one in several
    )


def _is_written_out(row: ast.expr) -> bool:
    """Whether all that a row has stands in it under its own key or at its own place."""
    if isinstance(row, ast.Dict):
        return all(isinstance(key, ast.Constant) for key in row.keys)
    is_list = isinstance(row, ast.List | ast.Tuple)
    return is_list and not any(isinstance(one, ast.Starred) for one in ast.iter_child_nodes(row))


def _taken(part: ast.expr, scope: Scope) -> tuple[Hashable, Piece, object] | None:
    """What a part is taken out of: something that is the same for all parts of one row, the row
    itself, and the key."""
    if isinstance(part, ast.Name):
        where = scope.holder(part.id)
        bound = where.bindings[part.id] if where is not None else []
        if len(bound) != 1 or bound[0].how is not How.VALUE or bound[0].value is None:
            return None
        part, scope = bound[0].value, bound[0].scope
    if not isinstance(part, ast.Subscript) or not isinstance(part.slice, ast.Constant):
        return None
    row = part.value
    same: Hashable = (scope.holder(row.id), row.id) if isinstance(row, ast.Name) else id(row)
    return same, (row, scope), part.slice.value


def _member(row: ast.expr, key: object, where: Scope) -> Piece | None:
    """What stands in a row under a key or at a place; None where nothing does."""
    found: list[ast.expr] = []
    if isinstance(row, ast.Dict):
        pairs = zip(row.keys, row.values, strict=True)
        found = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == key]
        spread = [v for k, v in zip(row.keys, row.values, strict=True) if k is None]
        if not found and len(spread) == 1:  # `{**COMMON, "name": "net-7b"}`
            there = ast.Subscript(spread[0], ast.Constant(key), ast.Load())  # type: ignore[arg-type]
            found = [ast.copy_location(there, row)]
    elif isinstance(row, ast.List | ast.Tuple) and isinstance(key, int):
        found = row.elts[key : key + 1] if key >= 0 else []
    return (found[-1], where) if found else None

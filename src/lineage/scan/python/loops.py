"""What the names of a loop or a comprehension are bound to."""

from __future__ import annotations

import ast

from lineage.scan.python.module import How, Scope, dotted
from lineage.scan.python.node_names import table_of_items
from lineage.scan.python.value import member


def bind_loop(target: ast.expr, values: ast.expr | None, scope: Scope) -> None:
    """Bind a name to an item of the values; several names each to its place in one, as
    `for name, size in ROWS`, or to what goes through them beside the others (`zip`)."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, How.ITEM if values is not None else How.UNKNOWN, values)
    elif isinstance(target, ast.Starred):
        bind_loop(target.value, None, scope)
    elif isinstance(target, ast.Tuple | ast.List):
        _bind_several(target.elts, values, scope)


def _bind_several(targets: list[ast.expr], values: ast.expr | None, scope: Scope) -> None:
    table = None if values is None else table_of_items(values)
    if table is not None and len(targets) == 2:
        bind_loop(targets[0], table, scope)
        if isinstance(targets[1], ast.Name):
            scope.bind(targets[1].id, How.DICT_VALUE, table)
        else:
            bind_loop(targets[1], None, scope)
        return
    beside = _beside(values, len(targets))
    # One node for all of them: pieces of one row go together.
    row = None if values is None or beside else _some(values)
    for at, target in enumerate(targets):
        if row is not None and isinstance(target, ast.Name):
            scope.bind(target.id, How.VALUE, member(row, at))
        else:
            bind_loop(target, beside[at] if beside else None, scope)


def _beside(values: ast.expr | None, count: int) -> list[ast.expr | None]:
    """What each of so many names goes through of `enumerate(…)` and `zip(…)`."""
    name = dotted(values.func) if isinstance(values, ast.Call) else ""
    given = list[ast.expr | None](values.args) if isinstance(values, ast.Call) else []
    given = [None, *given[:1]] if name == "enumerate" else given
    return given if name in ("enumerate", "zip") and len(given) == count else []


def _some(values: ast.expr) -> ast.expr:
    anywhere = ast.copy_location(ast.Name("_", ast.Load()), values)
    return ast.copy_location(ast.Subscript(values, anywhere, ast.Load()), values)

"""The value that a name was set to right before it is read, on every way that leads there."""

from __future__ import annotations

import ast

from lineage.scan.python.module import How, Module, Scope

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_MOST = 40
"""Statements of one body that are looked through."""


def last_set(name: ast.Name, scope: Scope, module: Module) -> ast.expr | None:
    """What nothing but a plain statement above set the name to, whatever it was before; None where
    it may be something else."""
    bound = scope.bindings.get(name.id, ())
    values = {id(one.value) for one in bound if one.how is How.VALUE}
    node: ast.AST | None = name if len(bound) > 1 and values else None
    while node is not None and node is not scope.node:
        above = module.parents.get(node)
        if isinstance(node, ast.stmt) and above is not None:
            for statement in _before(node, above)[:_MOST]:
                if _sets(statement, name.id):
                    is_plain = isinstance(statement, ast.Assign) and id(statement.value) in values
                    return (
                        statement.value if isinstance(statement, ast.Assign) and is_plain else None
                    )
        node = None if isinstance(above, _LOOPS) else above
    return None


def _before(statement: ast.stmt, above: ast.AST) -> list[ast.stmt]:
    """The statements of its body that stand above one, the nearest first."""
    for name in ("body", "orelse", "finalbody"):
        body = getattr(above, name, None)
        if isinstance(body, list) and statement in body:
            return body[: body.index(statement)][::-1]
    return []


def _sets(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store)
        for part in ast.walk(statement)
    )

"""The value that a name was set to right before it is read, on every way that leads there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.module import Binding, How, Module, Scope

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))
_NAMING = (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)
_SET = "_names_set_in"
"""Kept with the node, which goes when its module does."""
_MOST = 40
"""Statements of one body that are looked through."""


def last_set(name: ast.Name, scope: Scope, module: Module) -> ast.expr | None:
    """What nothing but a plain statement above set the name to, whatever it was before; None where
    it may be something else."""
    bound = scope.bindings.get(name.id, ())
    values = {id(one.value) for one in bound if one.how is How.VALUE}
    if len(bound) < 2 or not values or any(_is_from_afar(one, name.id, module) for one in bound):
        return None
    node: ast.AST | None = name
    while node is not None and node is not scope.node:
        above = module.parents.get(node)
        body = _body_of(node, above)
        for statement in body[:_MOST]:
            if sets(statement, name.id):
                is_plain = isinstance(statement, ast.Assign) and id(statement.value) in values
                return statement.value if isinstance(statement, ast.Assign) and is_plain else None
        node = None if above is None or sets_on_the_way(above, node, name.id) else above
    return None


def _is_from_afar(binding: Binding, name: str, module: Module) -> bool:
    """Whether something sets a name without a plain statement of it: `globals()["name"] = …`."""
    node: ast.AST | None = binding.value if binding.how is How.VALUE else None
    while node is not None and not isinstance(node, ast.stmt):
        node = module.parents.get(node)
    return node is not None and not sets(node, name)


def _body_of(node: ast.AST, above: ast.AST | None) -> list[ast.stmt]:
    """The statements of its body that stand above one, the nearest first."""
    for name in ("body", "orelse", "finalbody"):
        body = getattr(above, name, None)
        if isinstance(node, ast.stmt) and isinstance(body, list) and node in body:
            return body[: body.index(node)][::-1]
    return []


def sets_on_the_way(above: ast.AST, node: ast.AST, name: str) -> bool:
    """Whether what a statement does before it comes to one of its parts may set the name: the body
    of a `try` before what handles its errors, the condition of a branch, an earlier round."""
    if isinstance(above, _LOOPS):
        return True
    before: list[ast.AST] = []
    if isinstance(above, ast.If) and node is not above.test:
        before = [above.test]
    elif isinstance(above, ast.With | ast.AsyncWith):
        before = [*above.items]
    elif isinstance(above, _TRIES) and node not in above.body:
        before = [above]
    elif isinstance(above, ast.match_case):
        before = [above.pattern]
    elif isinstance(above, ast.ExceptHandler):
        return above.name == name
    return any(sets(one, name) for one in before)


def sets(node: ast.AST, name: str) -> bool:
    """Whether something in a statement sets a name."""
    known: frozenset[str] | None = getattr(node, _SET, None)
    if known is None:
        known = frozenset(_set_in(node))
        setattr(node, _SET, known)
    return name in known


def _set_in(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            if isinstance(part.ctx, ast.Store):
                yield part.id
        elif isinstance(part, _NAMING) and part.name is not None:
            yield part.name

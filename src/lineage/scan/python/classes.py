"""The class of an object, as its annotation, the call that made it or a check of it tells."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lineage.scan.python.module import Binding, Scope, dotted

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_MOST = 8
_MOST_IMPORTS = 4
Class = tuple["Evaluator", Scope]
"""A class and the evaluator of the module in which it is."""


def class_of(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Class | None:
    """The class of an object, known from `self`, its annotation, the call that made it, or the
    check (`isinstance`) that stands above."""
    if isinstance(node, ast.Call):
        return class_named(evaluator, node.func, scope)
    if isinstance(node, ast.Attribute):
        return _of_bindings(evaluator, evaluator.module.attributes.get(node.attr, []))
    if not isinstance(node, ast.Name):
        return None
    if node.id in ("self", "cls"):
        inside = scope.enclosing_class
        return (evaluator, inside) if inside is not None else None
    return class_named(evaluator, node, scope) or _of_name(evaluator, node, scope)


def _of_name(evaluator: Evaluator, node: ast.Name, scope: Scope) -> Class | None:
    where: Scope | None = scope
    while where is not None and node.id not in where.bindings:
        where = where.parent
    if where is None:
        return None
    checked = _checked(evaluator, node, where)
    if checked is not None:
        return checked
    annotation = where.annotations.get(node.id)
    found = class_named(evaluator, annotation, where) if annotation is not None else None
    return found or _of_bindings(evaluator, where.bindings[node.id])


def _checked(evaluator: Evaluator, node: ast.Name, where: Scope) -> Class | None:
    """That of the nearest `isinstance(node, …)` above it."""
    above = [
        call.node.args
        for call in evaluator.module.calls_of.get("isinstance", ())
        if call.scope is where and call.node.lineno <= node.lineno and len(call.node.args) == 2
    ]
    mine = [args for args in above if isinstance(args[0], ast.Name) and args[0].id == node.id]
    if not mine:
        return None
    return class_named(evaluator, max(mine, key=lambda args: args[0].lineno)[1], where)


def _of_bindings(evaluator: Evaluator, bindings: list[Binding]) -> Class | None:
    made = (
        (one.value.func, one.scope) for one in bindings[:_MOST] if isinstance(one.value, ast.Call)
    )
    return _first(evaluator, made)


def class_named(evaluator: Evaluator, node: ast.expr, scope: Scope) -> Class | None:
    """The class that a name or an annotation means: `Config`, `"Config"`, `Config | None`."""
    if isinstance(node, ast.Subscript):  # Optional[Config]
        node = node.slice
    if isinstance(node, ast.BinOp):
        return _first(evaluator, ((node.left, scope), (node.right, scope)))
    name = str(node.value) if isinstance(node, ast.Constant) else dotted(node)
    for _ in range(_MOST_IMPORTS):  # packages hand on what their modules define
        own = evaluator.module.own_class(name, scope)
        if own is not None:
            return evaluator, own
        beyond = evaluator.beyond(name, scope)
        if beyond is None:
            return None
        evaluator, name = beyond
        scope = evaluator.module.top
    return None


def _first(evaluator: Evaluator, nodes: Iterable[tuple[ast.expr, Scope]]) -> Class | None:
    return next(filter(None, (class_named(evaluator, *one) for one in nodes)), None)

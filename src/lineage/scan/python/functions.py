"""The functions and methods of the repository that a call may call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lineage.scan.python import attributes
from lineage.scan.python.module import Scope, dotted

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

Function = tuple["Evaluator", Scope]
"""A function, and the evaluator of the module in which it is."""
_MOST = 4
"""Packages that hand a function on, and classes above one that may have a method."""


def called(evaluator: Evaluator, func: ast.expr, scope: Scope) -> list[Function]:
    """Those that a callee may be, by its own name, its module's or its object's class."""
    known = evaluator.called.get((func, scope))
    if known is None:
        found = _called(evaluator, func, scope)
        known = evaluator.called[func, scope] = [function for _, function in found]
    return [(evaluator.of(function), function) for function in known]


def _called(evaluator: Evaluator, func: ast.expr, scope: Scope) -> Iterator[Function]:
    if isinstance(func, ast.Name):
        yield from _at_top(evaluator, func.id, scope)
    elif isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        imported = evaluator.module.imported(func.value.id, scope)
        other = None if imported is None else evaluator.find(evaluator.module, imported.whole)
        if other is not None:
            yield from _at_top(evaluator.of(other.top), func.attr, other.top)
            return
        cls = evaluator.class_of(func.value, scope)
        if cls is not None:
            yield from nearest_methods(cls, func.attr)


def nearest_methods(cls: tuple[Evaluator, Scope], name: str, depth: int = 0) -> Iterator[Function]:
    """The method of a class, or of the nearest class above it that has one of that name."""
    owner, scope = cls
    found = attributes.methods(owner.module, scope, name)
    yield from ((owner, one) for one in found)
    bases = getattr(scope.node, "bases", ()) if not found and depth < _MOST else ()
    for base in bases[:_MOST]:
        above = owner.class_named(base, scope.parent or scope)
        if above is not None and above[1] is not scope:
            yield from nearest_methods(above, name, depth + 1)


def takes_object(function: Scope) -> bool:
    """Whether what a function is called on is its first parameter."""
    decorators = getattr(function.node, "decorator_list", ())
    is_static = any(dotted(one) == "staticmethod" for one in decorators)
    return function.parent is not None and function.parent.is_class and not is_static


def is_property(function: Scope) -> bool:
    """Whether it is read as an attribute."""
    decorators = getattr(function.node, "decorator_list", ())
    return any(dotted(one).endswith("property") for one in decorators)


def _at_top(evaluator: Evaluator, name: str, scope: Scope) -> Iterator[Function]:
    for _ in range(_MOST):
        found = evaluator.module.functions_at_top(name)
        yield from ((evaluator, one) for one in found)
        beyond = None if found else evaluator.beyond(name, scope)
        if beyond is None:
            return
        evaluator, name = beyond
        scope = evaluator.module.top

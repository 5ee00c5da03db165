"""Options of a command line that one module declares and another reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lineage.scan.python.classes import class_named
from lineage.scan.python.module import How, Scope, dotted

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_PARSERS = frozenset(["parse_args", "parse_known_args", "parse_intermixed_args"])
_MAY_PARSE = re.compile(r"(?i)arg|opt|parse|command|cli|flag|conf")
_DEEPEST = 4


def parsed_in(
    evaluator: Evaluator, node: ast.expr, scope: Scope, depth: int = 0
) -> Evaluator | None:
    """The module whose command line an object holds: `args = read_command_line()`, `vars(args)`."""
    if depth > _DEEPEST:
        return None
    found = (parsed_in(*one, depth + 1) for one in _nearer(evaluator, node, scope))
    known = next((one for one in found if one is not None), None)
    if known is None and isinstance(node, ast.Call) and _last(node) in _PARSERS:
        return evaluator
    return known


def _nearer(
    evaluator: Evaluator, node: ast.expr, scope: Scope
) -> Iterator[tuple[Evaluator, ast.expr, Scope]]:
    """What an expression takes its value from."""
    if isinstance(node, ast.Attribute) and node.attr == "__dict__":
        yield evaluator, node.value, scope
    elif isinstance(node, ast.Name):
        where = scope.holder(node.id)
        for binding in where.bindings[node.id][:_DEEPEST] if where else ():
            if binding.how is How.VALUE and binding.value is not None:
                yield evaluator, binding.value, binding.scope
    elif isinstance(node, ast.Call) and _last(node) == "vars":
        yield from ((evaluator, one, scope) for one in node.args[:1])
    elif isinstance(node, ast.Call) and _MAY_PARSE.search(_last(node)):
        for owner, function in _functions(evaluator, node.func, scope):
            body = function.node.body if isinstance(function.node, ast.FunctionDef) else []
            for one in body:
                if isinstance(one, ast.Return) and one.value is not None:
                    yield owner, one.value, function


def _functions(
    evaluator: Evaluator, func: ast.expr, scope: Scope
) -> Iterator[tuple[Evaluator, Scope]]:
    """The functions or methods of the repository that a call calls."""
    if isinstance(func, ast.Name):
        owner, name = evaluator.beyond(func.id, scope) or (evaluator, func.id)
        yield from ((owner, one) for one in owner.module.functions_at_top(name))
    elif isinstance(func, ast.Attribute):
        maker = func.value.func if isinstance(func.value, ast.Call) else func.value
        cls = class_named(evaluator, maker, scope)
        if cls is not None:
            methods = cls[0].module.functions.get(func.attr, ())
            yield from ((cls[0], one) for one in methods if one.parent is cls[1])


def _last(node: ast.Call) -> str:
    return dotted(node.func).rpartition(".")[2]

"""What a module's own calls pass to its functions, and what those put into tables of theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from itertools import islice

from lineage.scan.python.module import Call, Module, Scope, Written, dotted
from lineage.scan.python.value import argument_of, starred_argument

_MOST = 200
"""Places that are looked at for each function that fills a table."""


def passed(
    module: Module, name: str, index: int, function: Scope
) -> Iterator[tuple[Call, ast.expr]]:
    """The calls of a function with what each passes for a parameter, or for a keyword or a place
    that its `**kwargs` or `*args` take."""
    called = function.name
    if called == "__init__" and function.parent is not None:
        called = function.parent.name
    for call in module.calls_of.get(called, ()):
        argument = _argument(call, name, index, function, module)
        if argument is not None:
            yield call, argument


def _argument(
    call: Call, name: str, index: int, function: Scope, module: Module
) -> ast.expr | None:
    is_method = function.parent is not None and function.parent.is_class
    place = index - is_method if index >= 0 else -1
    argument = argument_of(call.node, name, place)
    # A method of what is imported is none of this module's, and a call in the function itself
    # hands on no more than its callers give.
    if argument is None and call.scope is not function:
        is_own = call.name.partition(".")[0] not in module.imports
        argument = starred_argument(call.node, (name,), place) if is_own else None
    is_itself = isinstance(argument, ast.Name) and argument.id == name
    return None if is_itself and call.scope is function else argument


def write_within(module: Module) -> None:
    """Keep what functions put into the tables and lists that a call hands them:
    `add(table, key, value)` of `def add(where, key, value): where[key] = value`."""
    within = [
        one
        for name, several in module.written.items()
        for one in several[:_MOST]
        if isinstance(one.owner, ast.Name) and name in one.scope.parameters
    ]
    for one in within:
        name, function = dotted(one.owner), one.scope
        given = passed(module, name, function.parameters[name], function)
        for call, table in islice(given, _MOST):
            if isinstance(table, ast.Name | ast.Attribute):
                last = table.id if isinstance(table, ast.Name) else table.attr
                more = _as_called(one, call, table, module)
                module.written.setdefault(last, []).append(more)


def _given(node: ast.expr, call: Call, function: Scope, module: Module) -> ast.expr | None:
    """What a call gives for a parameter of the function, or somewhere in a list of such."""
    if isinstance(node, ast.Set):  # somewhere in a list
        given = (_given(one, call, function, module) for one in node.elts)
        members = [one for one in given if one is not None]
        return ast.copy_location(ast.Set(members), node) if members else None
    if not isinstance(node, ast.Name) or node.id not in function.parameters:
        return None
    return _argument(call, node.id, function.parameters[node.id], function, module)


def _as_called(
    one: Written, call: Call, table: ast.Name | ast.Attribute, module: Module
) -> Written:
    """The same as a call has it: with its own arguments where those are what is put in."""
    function = one.scope

    own = partial(_given, call=call, function=function, module=module)
    value = own(one.value)
    if value is None:
        return Written(table, one.key, one.value, function)
    names = (
        (own(part) for part in ast.walk(one.key) if isinstance(part, ast.expr)) if one.key else ()
    )
    key = next((part for part in names if part is not None), one.key)
    return Written(table, key, value, call.scope)

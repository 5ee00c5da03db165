"""What calls give by its place alone, under the name of the parameter or field that takes it:
`Model("org/name", "org/name")` of a class with the fields `ms_model_id` and `hf_model_id`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.index import DECORATOR
from lineage.scan.python.module import Call, Imported, Named, Scope
from lineage.scan.python.values import Evaluator
from lineage.scan.telling import suggests_model

_MOST_ABOVE = 4
"""Classes above a data class whose fields come before its own."""


def placed(evaluator: Evaluator) -> Iterator[Named]:
    """The texts with a slash that the repository's own functions and classes are given so."""
    known: dict[tuple[str, Imported | None], tuple[str, ...]] = {}
    for call in evaluator.module.calls:
        given = [one for one in call.node.args if _is_name(one)]
        if not given or not isinstance(call.node.func, ast.Name):
            continue
        callee = call.name, evaluator.module.imported(call.name, call.scope)
        if callee not in known:
            known[callee] = tuple(_takers(call.node.func, call.scope, evaluator))
        for name, argument in zip(known[callee], call.node.args, strict=False):
            if isinstance(argument, ast.Starred):
                break
            if suggests_model(name) and _is_name(argument):
                yield Named(name, argument, call.scope, _under(call, evaluator))


def _is_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "/" in node.value


def _under(call: Call, evaluator: Evaluator) -> tuple[str, ...]:
    decorated = evaluator.module.parents.get(call.node)
    decorators = getattr(decorated, "decorator_list", ())
    return (DECORATOR, call.last) if call.node in decorators else (call.last,)


def _takers(func: ast.Name, scope: Scope, evaluator: Evaluator) -> list[str]:
    """The names of what takes the arguments of a call, in their order."""
    cls = evaluator.class_named(func, scope)
    if cls is not None:
        return _fields(*cls, _MOST_ABOVE)
    beyond = evaluator.beyond(func.id, scope)
    owner, name = (evaluator, func.id) if beyond is None else beyond
    functions = owner.module.functions_at_top(name)
    return _in_order(functions[0]) if len(functions) == 1 else []


def _fields(owner: Evaluator, cls: Scope, depth: int) -> list[str]:
    """What the constructor of a class takes: its parameters, else the fields of a data class."""
    inits = (one for one in owner.module.functions.get("__init__", ()) if one.parent is cls)
    init = next(inits, None)
    if init is not None:
        return _in_order(init)[1:]
    above: list[str] = []
    for base in getattr(cls.node, "bases", ()) if depth else ():
        found = owner.class_named(base, cls.parent or cls)
        if found is not None and found[1] is not cls:
            above.extend(_fields(*found, depth - 1))
    return list(dict.fromkeys([*above, *cls.annotations]))


def _in_order(function: Scope) -> list[str]:
    places = {place: name for name, place in function.parameters.items() if place >= 0}
    return [places[place] for place in sorted(places)]

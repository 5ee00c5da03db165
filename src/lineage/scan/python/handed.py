"""Loaders that a call hands to a function of the repository, which calls them there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.callee import last_of, may_load
from lineage.scan.python.functions import called, takes_object
from lineage.scan.python.module import Call, Scope, call_at
from lineage.scan.python.value import any_of, starred_argument
from lineage.scan.python.values import Evaluator

_MOST = 8
"""Functions that a call may mean, calls in one of them, and texts of one argument there."""


def handed(call: Call, evaluator: Evaluator) -> Iterator[Call]:
    """The calls of a loader that the function makes which it is handed to: of `run(load)`, where
    `def run(how): how("org/name")`, the call `load("org/name")`."""
    loaders = [one for one in _given(call.node) if may_load(last_of(one[1]), evaluator.module)]
    for owner, function in (
        evaluator.most(called(evaluator, call.node.func, call.scope), _MOST) if loaders else ()
    ):
        for place, loader in loaders:
            name = _parameter(place, function)
            for inner in evaluator.most(owner.module.calls_of.get(name, ()), _MOST):
                is_its = isinstance(inner.node.func, ast.Name)
                if is_its and inner.scope.holder(name) is function:
                    yield _made(call, loader, inner, owner, function)


def _given(node: ast.Call) -> Iterator[tuple[int | str, ast.expr]]:
    """The places and keywords of what a call is given."""
    yield from enumerate(node.args)
    yield from ((one.arg, one.value) for one in node.keywords if one.arg is not None)


def _parameter(place: int | str, function: Scope) -> str:
    """The name of the parameter that is given by a keyword or at a place; empty where there is
    none."""
    if isinstance(place, str):
        return place if place in function.parameters else ""
    place += takes_object(function)
    return next((name for name, at in function.parameters.items() if at == place), "")


def _made(call: Call, loader: ast.expr, inner: Call, owner: Evaluator, function: Scope) -> Call:
    """The call of the loader, with what the function gives it as it stands at the outer call."""
    extra = getattr(function.node, "args", None)
    args: list[ast.expr] = []
    keywords: list[ast.keyword] = []
    for one in inner.node.args:
        if isinstance(one, ast.Starred):
            if isinstance(one.value, ast.Name) and extra and extra.vararg:
                shift = takes_object(function)
                args += call.node.args[len(extra.posonlyargs) + len(extra.args) - shift :]
            continue
        args.append(_argument(one, call, inner, owner, function))
    for keyword in inner.node.keywords:
        if keyword.arg is not None:
            value = _argument(keyword.value, call, inner, owner, function)
            keywords.append(ast.keyword(keyword.arg, value))
        else:
            keywords += [k for k in call.node.keywords if k.arg not in function.parameters]
    made = ast.Call(loader, args, keywords)
    return call_at(ast.copy_location(made, call.node), call.scope)


def _argument(
    node: ast.expr, call: Call, inner: Call, owner: Evaluator, function: Scope
) -> ast.expr:
    """What the function gives: its own parameter as the outer call has it, else its texts."""
    if isinstance(node, ast.Name) and inner.scope.holder(node.id) is function:
        place = function.parameters.get(node.id)
        if place is not None:
            place -= takes_object(function)
            given = starred_argument(call.node, (node.id,), place)
            if given is not None:
                return given
    known = owner.most(owner.possible(node, inner.scope, 0), _MOST)
    texts = [ast.copy_location(ast.Constant(value.text), call.node) for value in known]
    unknown = ast.copy_location(ast.Name("", ast.Load()), call.node)
    return any_of([*texts]) or unknown

"""Values that a text among the arguments of the same call names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_GIVES_DEFAULT = frozenset({"getenv", "get", "getattr", "setdefault", "env", "config", "pop"})
"""Calls `f("MODEL", default)` whose second argument is the value where nothing is set."""


def defaults_of_setting(node: ast.Call, callee: str) -> Iterator[tuple[str, ast.expr]]:
    """`env("MODEL", default=…)` and `getenv("MODEL", …)`: the first text names the value."""
    first = node.args[0]
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return
    name = first.value.lstrip("-")
    for keyword in node.keywords:
        if keyword.arg == "default":
            yield name, keyword.value
    if callee in _GIVES_DEFAULT and len(node.args) == 2:
        yield name, node.args[1]


def named_beside(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """`EnvVar(name="MODEL_ID", value=…)`: the one names the other."""
    if len(node.keywords) > 1:
        given = {k.arg: k.value for k in node.keywords}
        name, value = given.get("name"), given.get("value")
        if value is not None and isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.value, value

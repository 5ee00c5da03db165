"""What indexing a module reads off single nodes: the name of a target, of an option, of a kind."""

from __future__ import annotations

import ast

from lineage.scan.python.module import dotted

OTHER_REPOSITORIES = ("dataset", "space")
"""Kinds of repositories on the Hub that are no models."""


def is_of_data(table: ast.Dict) -> bool:
    """Whether a table says that the repository which it names holds data or an application."""
    return any(
        isinstance(key, ast.Constant)
        and key.value == "repo_type"
        and isinstance(value, ast.Constant)
        and value.value in OTHER_REPOSITORIES
        for key, value in zip(table.keys, table.values, strict=True)
    )


def target_name(target: ast.expr) -> str:
    """The last name of what is assigned to, or the key."""
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return dotted(target).rpartition(".")[2]


def option_name(call: ast.Call) -> str | None:
    """The attribute or parameter that argparse and click make of an
    option: its first long name, or the bare one."""
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    plain = [n for n in names if not n.startswith("-")]
    long = [n.lstrip("-").partition("/")[0] for n in names if n.startswith("--")]
    chosen = plain[:1] or long[:1] or [n.lstrip("-") for n in names[:1]]
    return chosen[0].replace("-", "_") if chosen else None

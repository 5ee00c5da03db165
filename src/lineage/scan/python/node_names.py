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
    return target.attr if isinstance(target, ast.Attribute) else dotted(target)


def option_name(call: ast.Call) -> str | None:
    """The attribute or parameter that argparse and click make of an
    option: its first long name, or the bare one."""
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    plain = [n for n in names if not n.startswith("-")]
    long = [n.lstrip("-").partition("/")[0] for n in names if n.startswith("--")]
    chosen = plain[:1] or long[:1] or [n.lstrip("-") for n in names[:1]]
    return chosen[0].replace("-", "_") if chosen else None


def choices(option: ast.Call) -> ast.expr | None:
    """The list of what an option of argparse or click may be."""
    given = {one.arg: one.value for one in option.keywords}
    kind = given.get("type")
    is_choice = isinstance(kind, ast.Call) and dotted(kind.func).rpartition(".")[2] == "Choice"
    if isinstance(kind, ast.Call) and is_choice and kind.args:
        return kind.args[0]
    return given.get("choices")


def literal(annotation: ast.expr) -> ast.expr | None:
    """The list of what a parameter may be: `Literal["small", "large"]`."""
    if isinstance(annotation, ast.Subscript) and dotted(annotation.value).endswith("Literal"):
        several = annotation.slice
        return several if isinstance(several, ast.Tuple) else ast.Tuple([several], ast.Load())
    return None


def table_of_items(values: ast.expr) -> ast.expr | None:
    """The table of `table.items()`."""
    if isinstance(values, ast.Call) and isinstance(values.func, ast.Attribute):
        return values.func.value if values.func.attr == "items" else None
    return None

"""Tables that a repository keeps in files of JSON, as the code that reads them has them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lineage.scan.python.module import Module, Scope, dotted

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_READERS = frozenset({"json.load", "json.loads"})
_SUFFIX = ".json"
_MAKES_PATH = frozenset(
    [
        "open", "Path", "PurePath", "str", "files", "joinpath", "with_name", "resolve", "absolute",
        "join", "dirname", "abspath", "realpath", "read_text", "read_bytes", "read", "as_file",
        "open_text",
    ]
)  # fmt: skip
_PARTS = frozenset({"path", "parent", "parents", "resources"})
_OF_PATHS = frozenset({"os", "pathlib", "json", "importlib", "io", "importlib_resources"})
_KNOWN = frozenset({"open", "str", "__file__", "__package__", "__name__"})
_WRITES = ("dump", "write", "write_text", "write_bytes")
_MOST_NODES, _MOST_STEPS = 200, 5
"""Of what is looked through for the file's name."""


def kept_tables(
    evaluator: Evaluator, node: ast.Call, scope: Scope
) -> Iterator[tuple[ast.expr, Scope]]:
    """The displays that `json.load(open("models.json"))` gives, where the repository has the file;
    each text stands where the file is read."""
    names = _file_names(evaluator, node, scope)
    for name in dict.fromkeys(names or ()):
        text = evaluator.find.data_of(evaluator.module, name)
        if text is not None:
            try:
                yield _display(json.loads(text), node), scope
            except (ValueError, RecursionError):
                continue  # the call fails when it runs


def _file_names(evaluator: Evaluator, node: ast.Call, scope: Scope) -> list[str] | None:
    """The names of files in what a call is given, through the names that stand for it; None where
    something else may choose the file or write it, so that the repository's own says nothing."""
    module, found = evaluator.module, list[str]()
    if any(name in module.calls_of for name in _WRITES):
        return None
    waiting: list[tuple[ast.expr, Scope, int]] = [(one, scope, 0) for one in node.args]
    seen = 0
    while waiting:
        part, where, steps = waiting.pop()
        for inner in ast.walk(part):
            seen += 1
            if seen > _MOST_NODES or steps > _MOST_STEPS:
                return None
            if isinstance(inner, ast.Constant):
                text = inner.value
                found += [text] if isinstance(text, str) and text.endswith(_SUFFIX) else []
            elif isinstance(inner, ast.Call):
                if dotted(inner.func).rpartition(".")[2] not in _MAKES_PATH:
                    return None
            elif isinstance(inner, ast.Attribute):
                if inner.attr not in _MAKES_PATH and inner.attr not in _PARTS:
                    return None
            elif isinstance(inner, ast.Name):
                if opened := _opened(inner.id, where):
                    waiting += [(one, where, steps + 1) for one in opened]
                    continue
                holder = where.holder(inner.id)
                bound = holder.bindings[inner.id] if holder is not None else []
                if holder is None and not _is_known(inner.id, module):
                    return None
                if holder is not None and inner.id in holder.parameters:
                    return None
                for one in bound:
                    if one.value is None:
                        return None
                    waiting.append((one.value, one.scope, steps + 1))
    return found


def _opened(name: str, scope: Scope) -> list[ast.expr]:
    """What a function opens under a name: `with open(…) as file`."""
    return [
        one.context_expr
        for one in ast.walk(scope.node)
        if isinstance(one, ast.withitem)
        and isinstance(one.optional_vars, ast.Name)
        and one.optional_vars.id == name
    ]


def _is_known(name: str, module: Module) -> bool:
    """Whether a name that the module does not bind is one of those that paths are made with."""
    imported = module.imports.get(name)
    if imported is None:
        return name in _KNOWN
    return not imported.level and imported.module.partition(".")[0] in _OF_PATHS


def reads_data(node: ast.Call) -> bool:
    """Whether a call may read a file of JSON."""
    return dotted(node.func) in _READERS


def _display(value: object, place: ast.expr) -> ast.expr:
    made: ast.expr
    if isinstance(value, dict):
        keys: list[ast.expr | None] = [_display(key, place) for key in value]
        made = ast.Dict(keys, [_display(one, place) for one in value.values()])
    elif isinstance(value, list):
        made = ast.List([_display(one, place) for one in value], ast.Load())
    else:
        made = ast.Constant(value if isinstance(value, str | int) else None)
    return ast.copy_location(made, place)

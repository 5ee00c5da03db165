"""Loads of a model that is not the Hub's: what the same function saved or uploaded under that name
just before, and what a test expects to fail."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.module import Module, Scope, dotted

SAVED_BEFORE = "the same function has saved or uploaded it under that name before"
EXPECTED_TO_FAIL = "a test expects the load to fail"
_SAVES = {
    "save_pretrained": "save_directory", "push_to_hub": "repo_id", "create_repo": "repo_id",
    "upload_folder": "repo_id", "upload_file": "repo_id",
}  # fmt: skip
"""Each with the keyword for what it saves to."""
_TAKES_NAME_FIRST = frozenset({"save_pretrained", "push_to_hub", "create_repo"})
_RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def why_undone(node: ast.expr, scope: Scope, module: Module) -> str:
    """Why what is loaded by an expression is none of the Hub's models; empty where it may be."""
    if any(map(_is_raising, _above(node, module))):
        return EXPECTED_TO_FAIL
    return SAVED_BEFORE if isinstance(node, ast.Name) and _is_saved(node, scope, module) else ""


def _above(node: ast.AST, module: Module) -> Iterator[ast.AST]:
    """What a node stands in, within its function."""
    above = module.parents.get(node)
    while above is not None and not isinstance(above, _FUNCTIONS):
        yield above
        above = module.parents.get(above)


def _is_raising(node: ast.AST) -> bool:
    """Whether a block is one that has to fail."""
    calls = (one.context_expr for one in node.items) if isinstance(node, ast.With) else ()
    return any(
        isinstance(one, ast.Call) and dotted(one.func).rpartition(".")[2] in _RAISES
        for one in calls
    )


def _is_saved(node: ast.Name, scope: Scope, module: Module) -> bool:
    """Whether the code has always been through a call that saves to a name, which was not set to
    anything else since."""
    around = {node, *_above(node, module)}
    set_at = [one.value.lineno for one in scope.bindings.get(node.id, ()) if one.value is not None]
    for name, keyword in _SAVES.items():
        for call in module.calls_of.get(name, ()):
            line = call.node.lineno
            if call.scope is not scope or not line < node.lineno:
                continue
            given = [one.value for one in call.node.keywords if one.arg == keyword]
            given += call.node.args[:1] if name in _TAKES_NAME_FIRST else []
            is_same = any(isinstance(one, ast.Name) and one.id == node.id for one in given)
            is_set = any(line < at <= node.lineno for at in set_at)
            if is_same and not is_set and _leads_to(call.node, around, module):
                return True
    return False


def _leads_to(call: ast.Call, around: set[ast.AST], module: Module) -> bool:
    """Whether a call stands straight before what stands in the other nodes: in a block of theirs,
    behind no condition of its own."""
    step: ast.AST = call
    for above in _above(call, module):
        blocks = [getattr(above, name, ()) for name in ("body", "orelse", "finalbody", "handlers")]
        for block in blocks:
            if isinstance(block, list) and step in block:
                if not around.isdisjoint(block):
                    return True
                if not isinstance(above, ast.With | ast.AsyncWith):
                    return False
        step = above
    function = module.parents.get(step)
    return not around.isdisjoint(getattr(function, "body", ()))

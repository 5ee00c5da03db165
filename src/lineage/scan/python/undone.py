"""Loads of what is no model of the Hub's: what the same function saved or uploaded under that name
just before, what a test expects to fail, and what is given beside a loader that does not read it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.module import Module, Scope, dotted
from lineage.scan.python.value import OWN_NAMES
from lineage.scan.python.values import Evaluator
from lineage.scan.telling import suggests_model

SAVED_BEFORE = "the same function has saved or uploaded it under that name before"
NOT_READ = "what loads it here takes its name and does not read it"
EXPECTED_TO_FAIL = "a test expects the load to fail"
_SAVES = {
    "save_pretrained": "save_directory", "push_to_hub": "repo_id", "create_repo": "repo_id",
    "upload_folder": "repo_id", "upload_file": "repo_id",
}  # fmt: skip
"""Each with the keyword for what it saves to."""
_TAKES_NAME_FIRST = frozenset({"save_pretrained", "push_to_hub", "create_repo"})
_RAISES = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def why_undone(node: ast.expr, scope: Scope, evaluator: Evaluator) -> str:
    """Why what is loaded by an expression is none of the Hub's models; empty where it may be."""
    module = evaluator.module
    if _is_beside_another(node, scope, evaluator):
        return NOT_READ
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


def _is_beside_another(node: ast.expr, scope: Scope, evaluator: Evaluator) -> bool:
    """Whether a call is given the loader for a name, and that never reads what it takes first:
    `Entry(name="acme/random", loader=RandomNet)`."""
    above = evaluator.module.parents.get(node)
    call = evaluator.module.parents.get(above) if isinstance(above, ast.keyword) else above
    given = call.keywords if isinstance(call, ast.Call) else []
    loader = next((one.value for one in given if one.arg == "loader"), None)
    return isinstance(loader, ast.Name) and _ignores(loader, scope, evaluator)


def _ignores(loader: ast.Name, scope: Scope, evaluator: Evaluator) -> bool:
    """Whether a function or a class of the repository takes something, does not read it and is not
    told of a model by anything else."""
    cls = evaluator.class_named(loader, scope)
    if cls is not None:
        inits = cls[0].module.functions.get("__init__", ())
        functions, place = [one for one in inits if one.parent is cls[1]], 1
    else:
        owner, name = evaluator.beyond(loader.id, scope) or (evaluator, loader.id)
        functions, place = owner.module.functions_at_top(name), 0
    if len(functions) != 1:
        return False
    parameters = functions[0].parameters
    taken = [name for name, at in parameters.items() if at == place]
    if any(suggests_model(name) for name in parameters if name not in taken):
        return False
    read = {part.id for part in ast.walk(functions[0].node) if isinstance(part, ast.Name)}
    return bool(taken) and read.isdisjoint((*taken, *OWN_NAMES))

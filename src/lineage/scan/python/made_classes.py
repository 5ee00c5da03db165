"""Classes that a call makes of the names of their fields: `namedtuple("Spec", "key repo")`."""

from __future__ import annotations

import ast

_MAKERS = frozenset({"namedtuple", "NamedTuple", "make_dataclass"})


def made_class(name: str, call: ast.Call, callee: str) -> ast.ClassDef | None:
    """The class, as it would be written out. `callee`: the last part of the name of what makes
    it."""
    if callee not in _MAKERS or len(call.args) < 2:
        return None
    fields: list[ast.stmt] = [
        ast.AnnAssign(ast.Name(field, ast.Store()), ast.Name("Any", ast.Load()), None, 1)
        for field in _fields(call.args[1])
    ]
    made = ast.ClassDef(name, [], [], fields, [])
    return ast.fix_missing_locations(ast.copy_location(made, call)) if fields else None


def _fields(node: ast.expr) -> list[str]:
    """Of a text (`"key repo"`, `"key, repo"`), a list of texts or one of pairs."""
    if isinstance(node, ast.Constant):
        return str(node.value).replace(",", " ").split()
    if not isinstance(node, ast.List | ast.Tuple):
        return []
    firsts = [one.elts[0] if isinstance(one, ast.Tuple) and one.elts else one for one in node.elts]
    return [str(one.value) for one in firsts if isinstance(one, ast.Constant)]

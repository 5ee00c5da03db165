"""What a call calls: which package its name comes from, and what it has called later."""

from __future__ import annotations

import ast

from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.module import Call, Module, call_at


def package_of(func: ast.expr, module: Module) -> str:
    """The top-level package a callee comes from: empty where it is not
    imported, `?` for a method of some object."""
    root = func
    while isinstance(root, (ast.Attribute, ast.Call)):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    if not isinstance(root, ast.Name):
        return "?"
    imported = module.imports.get(root.id)
    if imported is not None:
        return "?" if imported.level else imported.module.partition(".")[0]
    made_by = module.makers.get(root.id)
    if made_by is not None:
        return made_by
    return "?" if isinstance(func, ast.Attribute) else ""


def deferred(call: Call) -> Call | None:
    """The call that is made later with what this one is given: `partial(load, "org/name")`,
    `Thread(target=load, args=("org/name",))`, `pool.submit(load, "org/name")`."""
    given = {k.arg: k.value for k in call.node.keywords}
    func, args = given.get("target"), given.get("args")
    if isinstance(func, ast.Attribute | ast.Name) and isinstance(args, ast.Tuple | ast.List):
        kwargs = given.get("kwargs")
        pairs = zip(kwargs.keys, kwargs.values, strict=True) if isinstance(kwargs, ast.Dict) else ()
        keywords = [ast.keyword(str(k.value), v) for k, v in pairs if isinstance(k, ast.Constant)]
        made = ast.Call(func, args.elts, keywords)
        return call_at(ast.copy_location(made, call.node), call.scope)
    for place, part in enumerate(call.node.args[:2]):  # `run_in_executor(None, load, …)`
        if isinstance(part, ast.Attribute | ast.Name):
            made = ast.Call(part, call.node.args[place + 1 :], call.node.keywords)
            return call_at(ast.copy_location(made, call.node), call.scope)
        if not (isinstance(part, ast.Constant) and part.value is None):
            return None
    return None


def spelled_out(name: str, module: Module) -> str:
    """The callee's name with `import … as` undone."""
    root, dot, rest = name.partition(".")
    imported = module.imports.get(root)
    return f"{imported.name}{dot}{rest}" if imported is not None and imported.name else name


def is_starred(loader: Loader, module: Module) -> bool:
    """Whether `from … import *` brings the loader's packages in."""
    return any(s.partition(".")[0] in loader.packages for s in module.stars)

"""What a call calls: which package its name comes from, and what it has called later."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.scan.python.displays import literals
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.module import Call, Module, Scope, call_at, dotted
from lineage.scan.python.values import Evaluator


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


def resolved(call: Call, evaluator: Evaluator) -> Call:
    """The call with its callee and its `**` spelled out: `f = AutoModel.from_pretrained`,
    `getattr(AutoModel, "from_pretrained")`, `load(**{"model": …})`."""
    func, keywords = call.node.func, call.node.keywords
    if isinstance(func, ast.Name):
        bound = call.scope.bindings.get(func.id) or evaluator.module.top.bindings.get(func.id, [])
        if len(bound) == 1 and isinstance(bound[0].value, ast.Attribute | ast.Call):
            func = bound[0].value if isinstance(bound[0].value, ast.Attribute) else func
            if isinstance(bound[0].value, ast.Call) and _is_getattr(bound[0].value):
                func = bound[0].value
    if isinstance(func, ast.Call) and _is_getattr(func):
        names = evaluator.values(func.args[1], call.scope)
        if len(names) == 1 and names[0].text.isidentifier():
            func = ast.copy_location(ast.Attribute(func.args[0], names[0].text, ast.Load()), func)
    if any(k.arg is None for k in keywords):
        keywords = [one for k in keywords for one in _spelled(k, call.scope, evaluator)]
    if func is call.node.func and keywords is call.node.keywords:
        return call
    made = ast.Call(func, call.node.args, keywords)
    return call_at(ast.copy_location(made, call.node), call.scope)


def _is_getattr(node: ast.Call) -> bool:
    return dotted(node.func) == "getattr" and len(node.args) > 1


def _spelled(keyword: ast.keyword, scope: Scope, evaluator: Evaluator) -> Iterator[ast.keyword]:
    if keyword.arg is not None:
        yield keyword
        return
    for table, _ in literals(evaluator, keyword.value, scope, 0):
        if isinstance(table, ast.Dict):
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield ast.keyword(key.value, value)


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

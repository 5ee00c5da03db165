"""What a call calls: which package its name comes from, and what it has called later."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from lineage.core.value import dataclass
from lineage.scan.python.displays import elements, literals
from lineage.scan.python.functions import is_property
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.loaders.table import is_loading, loaders_for
from lineage.scan.python.module import Binding, Call, How, Module, Scope, call_at, dotted
from lineage.scan.python.value import DEEPEST
from lineage.scan.python.values import Evaluator
from lineage.scan.python.widgets import inputs

_DEEPEST = 12
_MOST = 100
_PARTIAL = re.compile(r"(?:\A|\.)(?:partial(?:method)?|staticmethod|classmethod|cache)\Z")
_METHOD = re.compile(r"(?:\A|\.)(?:methodcaller|attrgetter)\Z")
_MAPS = re.compile(r"(?:\A|\.)(?:map|imap|imap_unordered|starmap|map_async)\Z")
_SELF = frozenset({"__call__", "__func__", "__wrapped__"})
"""Attributes of a function that are the function again."""
_HANDS_ON = frozenset({"get", "partial", "partialmethod", "methodcaller", "attrgetter"})
"""Methods whose call may be a function."""
_MAKES = _HANDS_ON | {"getattr", "__getattribute__", "staticmethod", "classmethod", "cache"}
"""Functions of which that is so, the module's own apart."""
_ANY = ast.Name("_", ast.Load())
"""Stands for a place in a list that is not known."""


def package_of(func: ast.expr, scope: Scope, module: Module) -> str:
    """The top-level package a callee comes from, as it is seen from a scope: empty where it is not
    imported, `?` for a method of some object."""
    root = func
    while isinstance(root, (ast.Attribute, ast.Call)):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    if not isinstance(root, ast.Name):
        return "?"
    imported = module.imported(root.id, scope)
    if imported is not None:
        return "?" if imported.level else imported.module.partition(".")[0]
    made_by = module.makers.get(root.id)
    if made_by is not None:
        return made_by
    return "?" if isinstance(func, ast.Attribute) else ""


@dataclass(frozen=True)
class _Callee:
    """What a call calls after all, and what was given to it before."""

    func: ast.expr
    args: tuple[ast.expr, ...] = ()
    keywords: tuple[ast.keyword, ...] = ()
    is_of_first: bool = False
    """Whether it is a method of what the call is given first, as of `methodcaller("load", …)`."""


def may_load(last: str, module: Module) -> bool:
    """Whether a callee may load something: as its own name, or as that which it was imported
    under."""
    imported = module.imports.get(last)
    return is_loading(last) or bool(imported and imported.name and is_loading(imported.name))


def resolved(call: Call, evaluator: Evaluator) -> Iterator[Call]:
    """The calls that a call may be, with the callee and its `**` spelled out: of
    `f = AutoModel.from_pretrained`, `getattr(AutoModel, "from_pretrained")`, `partial(load, …)`,
    `methodcaller("from_pretrained", …)`, `LOADERS[kind]`, `load(**{"model": …})`."""
    if (above := made_above(call, evaluator.module)) is not None:
        yield above
        return
    node, keywords = call.node, call.node.keywords
    is_spelled = all(k.arg is not None for k in keywords)
    if is_spelled and is_itself(node.func, call.scope, evaluator.module):
        yield call
        return
    if not is_spelled:
        keywords = [one for k in keywords for one in _spelled(k, call.scope, evaluator)]
    for one in _callees(node.func, call.scope, evaluator, ()):
        if one.func is node.func and keywords is node.keywords:
            yield call
        else:
            func, args = one.func, node.args
            if one.is_of_first and isinstance(func, ast.Attribute) and args:
                func, args = ast.Attribute(args[0], func.attr, ast.Load()), args[1:]
                ast.copy_location(func, one.func)
            made = ast.Call(func, [*one.args, *args], [*keywords, *one.keywords])
            yield call_at(ast.copy_location(made, node), call.scope)


def made_above(call: Call, module: Module) -> Call | None:
    """The call of a class that loads which a constructor below it makes: `super().__init__(…)`,
    `Library.__init__(self, …)`."""
    func, args = call.node.func, call.node.args
    cls = call.scope.enclosing_class if call.last == "__init__" else None
    if cls is None or not isinstance(cls.node, ast.ClassDef) or not isinstance(func, ast.Attribute):
        return None
    is_super = isinstance(func.value, ast.Call) and dotted(func.value.func) == "super"
    for base in cls.node.bases:
        is_meant = is_super or dotted(func.value) == dotted(base)
        if is_meant and last_of(base)[:1].isupper() and may_load(last_of(base), module):
            made = ast.Call(base, args if is_super else args[1:], call.node.keywords)
            return call_at(ast.copy_location(made, call.node), call.scope)
    return None


def is_itself(func: ast.expr, scope: Scope, module: Module) -> bool:
    """Whether a callee is nothing but what it is called, as nearly all are."""
    if isinstance(func, ast.Name):
        where: Scope | None = scope
        while where is not None and func.id not in where.bindings:
            where = where.parent
        return where is None or all(_is_plain(one, module) for one in where.bindings[func.id])
    if not isinstance(func, ast.Attribute) or func.attr in _SELF:
        return False
    own = module.attributes.get(func.attr, ()), module.class_attributes.get(func.attr, ())
    is_plain = all(_is_plain(one, module) for some in own for one in some)
    return is_plain and not any(map(is_property, returning(func.attr, module)))


def _is_plain(binding: Binding, module: Module) -> bool:
    """Whether what is bound to a name is for sure no function under that name."""
    value = binding.value
    if not isinstance(value, ast.Call) or binding.how not in (How.VALUE, How.DEFAULT):
        return value is None or isinstance(value, ast.Constant | ast.Lambda)
    if _wrapped(value, module) is not None:
        return False
    made = value.func
    if isinstance(made, ast.Name):  # an object of a class, as most attributes are
        names = {made.id, spelled_out(made.id, binding.scope, module)}
        return made.id not in module.functions and _MAKES.isdisjoint(names)
    is_method = isinstance(made, ast.Attribute) and made.attr not in _HANDS_ON
    return is_method and not returning(last_of(made), module)


def returning(name: str, module: Module) -> list[Scope]:
    """The functions and methods of that name that return something which loads."""
    return [
        one
        for one in module.functions.get(name, ())
        if any(may_load(last_of(value), module) for value in one.returned)
    ]


_Met = tuple[tuple[object, object], ...]
"""What a callee has been followed through, each as what its meanings depend on."""


def _callees(func: ast.expr, scope: Scope, evaluator: Evaluator, met: _Met) -> Iterator[_Callee]:
    found: list[_Callee] = []
    place = _place(func, scope)
    if len(met) >= _DEEPEST:
        evaluator.is_deep(DEEPEST + 1)  # which is told
    elif place not in met and evaluator.spend():  # `layer = layer.next` means nothing new
        depth, beyond = len(met), (*met, place)
        for value, where in _meanings(func, scope, evaluator, depth):
            found.extend(_callees(value, where, evaluator, beyond))
        if isinstance(func, ast.Attribute) and func.attr in _SELF:
            same = _callees(func.value, scope, evaluator, beyond)
            found.extend(replace(one, is_of_first=func.attr == "__func__") for one in same)
        if isinstance(func, ast.Call) and _is_getattr(func):
            found.extend(_named(func, scope, evaluator))
        elif isinstance(func, ast.Call) and _is_made(_PARTIAL, func, scope, evaluator):
            for inner in _callees(func.args[0], scope, evaluator, beyond):
                given, keywords = (*inner.args, *func.args[1:]), (*func.keywords, *inner.keywords)
                found.append(_Callee(inner.func, given, keywords))
        elif isinstance(func, ast.Call):
            found.extend(_methods(func, scope, evaluator))
    named = (one for one in found if isinstance(one.func, ast.Attribute | ast.Name))
    found = evaluator.most(dict.fromkeys(named), _MOST)
    is_imported = isinstance(func, ast.Name) and func.id in evaluator.module.imports
    is_loader = isinstance(func, ast.Attribute) and bool(loaders_for(func.attr))
    if not found or is_imported or is_loader:
        found.append(_Callee(func))
    yield from found


def _place(func: ast.expr, scope: Scope) -> tuple[object, object]:
    """What the meanings of a callee depend on: a name and its scope, an attribute of anything."""
    if isinstance(func, ast.Name):
        return scope.holder(func.id), func.id
    if isinstance(func, ast.Attribute) and func.attr not in _SELF:
        return None, func.attr
    return scope, func


def _meanings(
    func: ast.expr, scope: Scope, evaluator: Evaluator, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """What a callee that is no function's own name may stand for."""
    if isinstance(func, ast.Name):
        where: Scope | None = scope
        while where is not None and func.id not in where.bindings:
            where = where.parent
        yield from _bound(where.bindings[func.id] if where else (), evaluator, depth)
    elif isinstance(func, ast.Attribute):
        module = evaluator.module
        own = (module.attributes.get(func.attr, ()), module.class_attributes.get(func.attr, ()))
        yield from _bound([one for some in own for one in some], evaluator, depth)
        for one in filter(is_property, returning(func.attr, module)):
            yield from ((value, one) for value in one.returned)
    elif isinstance(func, ast.Subscript):
        yield from _members(func.value, func.slice, scope, evaluator, depth)
    elif isinstance(func, ast.IfExp):
        yield from ((func.body, scope), (func.orelse, scope))
    elif isinstance(func, ast.BoolOp):
        yield from ((one, scope) for one in func.values)
    elif isinstance(func, ast.Call) and (inner := _wrapped(func, evaluator.module)) is not None:
        yield inner, scope
    elif isinstance(func, ast.Call) and isinstance(func.func, ast.Attribute):
        if func.func.attr == "get" and func.args:
            yield from _members(func.func.value, func.args[0], scope, evaluator, depth)
        for one in returning(func.func.attr, evaluator.module):
            yield from ((value, one) for value in one.returned)
    elif isinstance(func, ast.Call) and isinstance(func.func, ast.Name):
        for function in evaluator.module.functions_at_top(func.func.id):
            yield from ((value, function) for value in function.returned)


def _bound(
    bindings: Iterable[Binding], evaluator: Evaluator, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    for one in evaluator.most(bindings, _MOST):
        if one.value is None or isinstance(one.value, ast.Constant | ast.Lambda):
            continue
        if one.how in (How.VALUE, How.DEFAULT):
            yield one.value, one.scope
        elif one.how in (How.ITEM, How.DICT_VALUE):
            of_dict = one.how is How.DICT_VALUE
            for item in elements(evaluator, one.value, one.scope, depth, want_values=of_dict):
                yield item, one.scope


def _members(
    table: ast.expr, key: ast.expr, scope: Scope, evaluator: Evaluator, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    for literal, where in literals(evaluator, table, scope, depth):
        if isinstance(literal, ast.Dict):
            pairs = list(zip(literal.keys, literal.values, strict=True))
            wanted = key.value if isinstance(key, ast.Constant) else None
            exact = [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == wanted]
            yield from ((value, where) for value in exact or [v for _, v in pairs])
        elif isinstance(literal, ast.List | ast.Tuple):
            yield from ((value, where) for value in literal.elts)


def _methods(func: ast.Call, scope: Scope, evaluator: Evaluator) -> Iterator[_Callee]:
    """`methodcaller("load", …)`, to be called with the object; `attrgetter("load")(object)`."""
    made = func.func
    owner: ast.expr = _ANY
    given: list[ast.expr] = []
    if _is_made(_METHOD, func, scope, evaluator):
        named, given = func.args[0], func.args[1:]
    elif isinstance(made, ast.Call) and _is_made(_METHOD, made, scope, evaluator) and func.args:
        named, owner = made.args[0], func.args[0]
    else:
        return
    for name in evaluator.most(evaluator.values(named, scope), _MOST):
        if all(part.isidentifier() for part in name.text.split(".")):
            method: ast.expr = owner
            for part in name.text.split("."):
                method = ast.copy_location(ast.Attribute(method, part, ast.Load()), func)
            yield _Callee(method, tuple(given), tuple(func.keywords), is_of_first=owner is _ANY)


def _is_made(by: re.Pattern[str], node: ast.Call, scope: Scope, evaluator: Evaluator) -> bool:
    """Whether a call of that kind makes a function of what it is given."""
    name = spelled_out(dotted(node.func), scope, evaluator.module)
    return bool(node.args) and by.search(name) is not None


def _named(func: ast.Call, scope: Scope, evaluator: Evaluator) -> Iterator[_Callee]:
    args = func.args  # `getattr(object, "load")`, `object.__getattribute__("load")`
    if isinstance(func.func, ast.Attribute) and len(args) == 1:
        args = [func.func.value, *args]
    names = evaluator.values(args[1], scope)
    if len(names) == 1 and names[0].text.isidentifier():
        made = ast.Attribute(args[0], names[0].text, ast.Load())
        yield _Callee(ast.copy_location(made, func))


def _wrapped(node: ast.Call, module: Module) -> ast.expr | None:
    """The one thing that a call makes something of, where it loads: `lru_cache(load)`."""
    inner = node.args[0] if len(node.args) == 1 else None
    return inner if inner is not None and may_load(last_of(inner), module) else None


def _is_getattr(node: ast.Call) -> bool:
    name = dotted(node.func)
    is_method = name.endswith("__getattribute__")
    return (is_method or name == "getattr") and len(node.args) > (0 if is_method else 1)


def _spelled(keyword: ast.keyword, scope: Scope, evaluator: Evaluator) -> Iterator[ast.keyword]:
    if keyword.arg is not None:
        yield keyword
        return
    is_known = False
    for table, _ in literals(evaluator, keyword.value, scope, 0):
        if isinstance(table, ast.Dict):
            is_known = True
            for key, value in zip(table.keys, table.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield ast.keyword(key.value, value)
    if not is_known:
        yield keyword


def deferred(call: Call, may_be: Callable[[str], bool]) -> Call | None:
    """The call that is made later with what this one is given: `partial(load, "org/name")`,
    `Thread(target=load, args=("org/name",))`, `pool.submit(load, "org/name")`.

    `may_be`: whether a callee whose last part has that name is of any interest.
    """
    # Asked of every call: written out, without a generator.
    for part in call.node.args[:2]:
        if may_be(last_of(part)):
            break
    else:
        handlers = (k.value for k in call.node.keywords if k.arg in ("target", "fn"))
        if not any(may_be(last_of(one)) for one in handlers):
            return None
    given = {k.arg: k.value for k in call.node.keywords}
    func, args, kwargs = (given.get(name) for name in ("target", "args", "kwargs"))
    page = inputs(call)
    handler = given.get("fn") or next(iter(call.node.args), None)
    if page is not None and isinstance(handler, ast.Attribute | ast.Name):
        return call_at(ast.copy_location(ast.Call(handler, page, []), call.node), call.scope)
    if isinstance(func, ast.Attribute | ast.Name) and (args is not None or kwargs is not None):
        listed = args.elts if isinstance(args, ast.Tuple | ast.List) else []
        if args is not None and not isinstance(args, ast.Tuple | ast.List):
            listed = [ast.copy_location(ast.Starred(args, ast.Load()), args)]
        keywords = [ast.keyword(None, kwargs)] if kwargs is not None else []
        made = ast.Call(func, listed, keywords)
        return call_at(ast.copy_location(made, call.node), call.scope)
    for place, part in enumerate(call.node.args[:2]):  # `run_in_executor(None, load, …)`
        if isinstance(part, ast.Attribute | ast.Name):
            rest = call.node.args[place + 1 :]
            if _MAPS.search(call.name):  # `map(load, NAMES)`: with each of them
                rest = [ast.copy_location(ast.Subscript(one, _ANY), one) for one in rest]
                if call.last == "starmap":
                    rest = [ast.copy_location(ast.Starred(one, ast.Load()), one) for one in rest]
            made = ast.Call(part, rest, call.node.keywords)
            return call_at(ast.copy_location(made, call.node), call.scope)
        if not (isinstance(part, ast.Constant) and part.value is None):
            return None
    return None


def last_of(part: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    if type(part) is ast.Name:
        return part.id
    return part.attr if type(part) is ast.Attribute else ""


def spelled_out(name: str, scope: Scope, module: Module) -> str:
    """The callee's name with `import … as` undone."""
    root, dot, rest = name.partition(".")
    imported = module.imported(root, scope)
    return f"{imported.name}{dot}{rest}" if imported is not None and imported.name else name


def is_below(loader: Loader, call: Call, module: Module) -> bool:
    """Whether the callee is in the module that has the loader: `torch.hub.load`, and not
    `torch.load`."""
    root, _, rest = call.name.partition(".")
    imported = module.imported(root, call.scope)
    parts = [root] if imported is None else [imported.module, imported.name or ""]
    owner = ".".join((*parts, rest)).rstrip(".").split(".")
    return not loader.below or loader.below in owner[:-1]


def is_starred(loader: Loader, module: Module) -> bool:
    """Whether `from … import *` brings the loader's packages in."""
    return any(s.partition(".")[0] in loader.packages for s in module.stars)

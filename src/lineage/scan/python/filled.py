"""What the calls and classes of a module fill parameters and fields with that are loaded."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from lineage.scan.python.attributes import methods
from lineage.scan.python.callee import deferred, is_itself, last_of, resolved
from lineage.scan.python.composed import around
from lineage.scan.python.data_sets import says_other
from lineage.scan.python.flow import Inlet, Wanted, as_module
from lineage.scan.python.module import Call, Module, Scope, call_at, dotted
from lineage.scan.python.value import Finder, starred_argument
from lineage.scan.python.values import Evaluator

_MOST = 400
"""Parts of what a name is set to that are looked at."""


def filled(evaluator: Evaluator, wanted: Wanted) -> Iterator[tuple[Scope, Inlet, ast.expr]]:
    """What the calls and classes of a module fill one of the inlets with, and where."""
    module, find = evaluator.module, evaluator.find
    renamed = {k: one.name for k, one in module.imports.items() if one.name not in (None, k)}

    def may_be(name: str) -> bool:
        return name in wanted or name == "__init__" or renamed.get(name) in wanted

    for call in _calls_of(evaluator, may_be):
        name, last = call.name, call.last
        imported = module.imported(last, call.scope) if last == name else None
        known = last if imported is None else imported.name
        owners = [last, *([known] if known not in (None, last) else ())]
        if last == "__init__":  # `super().__init__(…)` fills the fields of the classes above
            cls = call.scope.enclosing_class
            bases = cls.node.bases if cls is not None and isinstance(cls.node, ast.ClassDef) else []
            owners = [dotted(base).rpartition(".")[2] for base in bases]
        for owner in owners:
            for inlet in wanted.get(owner, ()):
                root = owner if last == "__init__" else name.partition(".")[0]
                if inlet.is_word or not _calls(module, root, call.scope, inlet, find):
                    continue
                if _is_other_name(inlet, module) or says_other(call, evaluator):
                    continue
                for made in _made_by(call, module) if inlet.is_returned else (call,):
                    argument = starred_argument(made.node, (inlet.parameter,), inlet.position)
                    if argument is not None:
                        yield made.scope, inlet, around(inlet.before, argument, inlet.after)
    yield from _set_below(module, find, wanted)
    for named in module.named:
        for inlet in wanted.get(named.name, ()):
            if inlet.is_word:
                yield named.scope, inlet, named.value


def _made_by(call: Call, module: Module) -> Iterator[Call]:
    """The calls of what a call returns: `get_loader()("org/name")`, `load = get_loader()`."""
    above = module.parents.get(call.node)
    if isinstance(above, ast.Call) and above.func is call.node:
        yield call_at(above, call.scope)
    for target in above.targets if isinstance(above, ast.Assign) else ():
        for one in module.calls_of.get(last_of(target), ()):
            is_same = type(one.node.func) is type(target)
            if isinstance(target, ast.Name):
                is_same = one.scope.holder(target.id) is call.scope.holder(target.id)
            if is_same:
                yield one


def _is_other_name(inlet: Inlet, module: Module) -> bool:
    """Whether the module itself has the loader: its calls are told as calls of that."""
    if inlet.file != module.file or inlet.is_attribute:
        return False
    is_other = inlet.owner not in module.functions and inlet.owner not in module.classes
    return is_other or inlet.is_returned


def _calls_of(evaluator: Evaluator, may_be: Callable[[str], bool]) -> Iterator[Call]:
    """The calls of a module, those that are made later, and of each that is called by another name
    what it calls."""
    module = evaluator.module
    known: dict[int, bool] = {}
    itself: dict[tuple[str, Scope | None], bool] = {}

    def holds(value: ast.expr) -> bool:
        """Whether one of interest stands in what a name is set to."""
        found = known.get(id(value))
        if found is None:
            parts = islice(ast.walk(value), _MOST)
            found = any(isinstance(x, ast.expr) and may_be(last_of(x)) for x in parts)
            known[id(value)] = found
        return found

    for call in module.calls:
        yield call
        later = deferred(call, may_be)
        if later is not None:
            yield later
        func = call.node.func
        place = (call.last, call.scope if isinstance(func, ast.Name) else None)
        is_known = itself.get(place) if isinstance(func, ast.Name | ast.Attribute) else False
        if is_known is None:
            is_known = itself[place] = is_itself(func, call.scope, module)
        if not (is_known or may_be(call.last)) and any(
            map(holds, _behind(call.node.func, call.scope, module))
        ):
            yield from (one for one in resolved(call, evaluator) if one is not call)


def _behind(func: ast.expr, scope: Scope, module: Module) -> Iterator[ast.expr]:
    """A callee that has no name, or what its name is set to."""
    while isinstance(func, ast.Call | ast.Subscript):
        yield func
        func = func.func if isinstance(func, ast.Call) else func.value
    if isinstance(func, ast.Name):
        holder = scope.holder(func.id)
        bound = holder.bindings[func.id] if holder is not None else []
    elif isinstance(func, ast.Attribute):
        own = module.attributes.get(func.attr, ()), module.class_attributes.get(func.attr, ())
        bound = [one for some in own for one in some]
    else:
        yield func
        return
    yield from (one.value for one in bound if one.value is not None)


def _calls(module: Module, root: str, scope: Scope, inlet: Inlet, find: Finder) -> bool:
    """Whether a call of that name, with the first part of its dotted name, is of the owner; of a
    method where the object may be of its class, which the module has or imports."""
    if not inlet.method_of:
        return _is_same(module, root, scope, inlet, find)
    if root in module.imports and root != inlet.method_of:
        return False
    inlet = replace(inlet, owner=inlet.method_of)
    return _is_same(module, inlet.owner, None, inlet, find)  # which any function may import


def _set_below(
    module: Module, find: Finder, wanted: Wanted
) -> Iterator[tuple[Scope, Inlet, ast.expr]]:
    """What classes set in their bodies, or return there, for a field that a class above loads."""
    for cls in module.classes.values():
        bases = cls.node.bases if isinstance(cls.node, ast.ClassDef) else []
        for base in map(dotted, bases):
            for inlet in wanted.get(base.rpartition(".")[2], ()):
                if not inlet.is_of_class or inlet.is_word:
                    continue
                bound = cls.bindings.get(inlet.parameter, ())
                given = [(cls, one.value) for one in bound if one.value is not None]
                for method in methods(module, cls, inlet.parameter):
                    given += [(method, one) for one in method.returned]
                root, around_it = base.partition(".")[0], cls.parent or cls
                if given and _is_same(module, root, around_it, inlet, find):
                    for scope, one in given:
                        yield scope, inlet, around(inlet.before, one, inlet.after)


def _is_same(module: Module, root: str, scope: Scope | None, inlet: Inlet, find: Finder) -> bool:
    """Whether a name in a module is that function or class, straight or handed on by packages."""
    if module.file == inlet.file:
        return root == inlet.owner
    origin: Module | None = module
    name = root
    for _ in range(3):
        if origin is None:
            return False
        imported = origin.imported(name, scope) if scope is not None else origin.imports.get(name)
        if imported is None:
            return False
        if find.file_of(origin, as_module(imported)) == inlet.file and name != inlet.owner:
            return True  # `import helpers; helpers.load(…)`
        if imported.name is None:
            return False
        if find.file_of(origin, imported) == inlet.file:
            return imported.name == inlet.owner
        origin, name = find(origin, imported), imported.name
        scope = scope if origin is None else origin.top
    return False

"""What an attribute of an object, a class or a module can be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.core.use import Certainty
from lineage.scan.python.module import Binding, Module, Scope, dotted
from lineage.scan.python.value import Value, argument_of, weaker
from lineage.scan.python.widgets import held

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_MOST_NAMES = 4
_SHORTEST = 3
"""Letters of an object's name by which its class is told."""


def member(
    evaluator: Evaluator, node: ast.Subscript | ast.Call, scope: Scope, depth: int
) -> Iterator[Value]:
    """`Models["small"].value`, `Models(name).value`: a member of an enumeration, or any of
    them."""
    owner = node.func if isinstance(node, ast.Call) else node.value
    cls, key = evaluator.class_of(owner, scope), getattr(node, "slice", None)
    if cls is not None:
        wanted = key.value if isinstance(key, ast.Constant) else None
        yield from _members(cls, wanted, depth)


def chosen(evaluator: Evaluator, node: ast.Name, scope: Scope, depth: int) -> Iterator[Value]:
    """`size.value` of a parameter `size: Sizes`: any member of that enumeration; of a widget what
    is picked in it."""
    yield from evaluator.likely(held(node, scope), scope, depth)
    cls = evaluator.class_of(node, scope)
    if cls is not None and isinstance(cls[1].node, ast.ClassDef):
        bases = [dotted(base).rpartition(".")[2] for base in cls[1].node.bases]
        if any(base.endswith("Enum") for base in bases):
            yield from _members(cls, None, depth)


def _members(cls: tuple[Evaluator, Scope], wanted: object, depth: int) -> Iterator[Value]:
    for name, bindings in cls[1].bindings.items():
        if wanted in (None, name):
            for one in bindings[:1]:
                yield from cls[0].likely(one.value, cls[1], depth)


def of_class(
    evaluator: Evaluator,
    found: tuple[Evaluator, Scope],
    name: str,
    depth: int,
    read: ast.expr | None = None,
) -> Iterator[Value]:
    """A class's field or class attribute, what its methods put into `self`, what is put into its
    objects from outside, what a property or method of that name returns, and the like of its base
    classes. `read`: where it is read."""
    owner, cls = found
    own = [b for b in owner.module.attributes.get(name, ()) if _is_of(owner, b, cls)]
    bindings = [*cls.bindings.get(name, ()), *own]
    if read is not None and own and len(bindings) > 1 and owner.module is evaluator.module:
        asked = _conditions(read, owner.module, cls)
        bindings = [b for b in bindings if not (asked and _excludes(asked, b, owner.module, cls))]
    yield from owner.bound(bindings, depth)
    for method in methods(owner.module, cls, name):
        for result in method.small_returned:
            yield from owner.likely(result, method, depth)
    if evaluator.module is not owner.module:
        given = evaluator.module.attributes.get(name, ())
        given = [b for b in given if b.on is not None and _is_of(evaluator, b, cls)]
        yield from evaluator.bound(given, depth)
    if not cls.bindings.get(name) and isinstance(cls.node, ast.ClassDef):
        for base in evaluator.most(cls.node.bases, 20):
            parent = owner.class_named(base, cls.parent or cls)
            if parent is not None and parent[1] is not cls and not evaluator.is_deep(depth + 1):
                yield from of_class(owner, parent, name, depth + 1)


def methods(module: Module, cls: Scope, name: str) -> list[Scope]:
    """The methods and properties of that name in a class's body."""
    return [one for one in module.functions.get(name, ()) if one.parent is cls]


def _conditions(node: ast.AST, module: Module, cls: Scope) -> dict[str, bool]:
    """The conditions under which something is reached, and whether they hold there."""
    found: dict[str, bool] = {}
    above = module.parents.get(node)
    while above is not None:
        is_under = isinstance(above, ast.If) and node is not above.test
        if isinstance(above, ast.If) and is_under and _is_lasting(above.test, module, cls):
            found.setdefault(ast.unparse(above.test), node in above.body)
        node, above = above, module.parents.get(above)
    return found


def _is_lasting(test: ast.expr, module: Module, cls: Scope) -> bool:
    """Whether a condition says the same wherever it stands: it asks for nothing but fields that are
    set in one place, or once more than in the class's body before anything asks."""
    parts = list(ast.walk(test))
    fields = [one.attr for one in parts if isinstance(one, ast.Attribute)]
    names = [one.id for one in parts if isinstance(one, ast.Name)]
    if set(names) != {"self"} or len(names) != len(fields):
        return False
    set_at = ((cls.bindings.get(f, []), module.attributes.get(f, [])) for f in fields)
    return all(_is_set_once(body, later, test, cls) for body, later in set_at)


def _is_set_once(body: list[Binding], later: list[Binding], test: ast.expr, cls: Scope) -> bool:
    if any(one.value is None for one in (*body, *later)) or len(body) > 1 or len(later) > 1:
        return False
    if not (body and later):
        return bool(body or later)
    made, value = later[0].scope, later[0].value
    if made.name != "__init__" or made.parent is not cls or value is None:
        return False
    starts = getattr(made.node, "lineno", 0)
    return not starts <= test.lineno <= value.lineno  # what stands before it asks the body's


def _excludes(asked: dict[str, bool], binding: Binding, module: Module, cls: Scope) -> bool:
    """Whether a value is set only where a condition does not hold under which it is read."""
    given = {} if binding.value is None else _conditions(binding.value, module, cls)
    return any(given.get(test, holds) is not holds for test, holds in asked.items())


def _is_of(evaluator: Evaluator, binding: Binding, cls: Scope) -> bool:
    """Whether an attribute is set on an object of that class, or of none that is known."""
    if binding.on is None:
        return binding.scope.enclosing_class is cls
    known = evaluator.class_of(binding.on, binding.scope)
    return known is None or known[1] is cls


def set_on(evaluator: Evaluator, node: ast.Attribute) -> list[Binding]:
    """What the module sets an attribute to that belongs to something it imports."""
    name = dotted(node.value)
    known = evaluator.module.attributes.get(node.attr, ())
    return [one for one in known if one.on is not None and dotted(one.on) == name]


def of_any(evaluator: Evaluator, name: str, depth: int) -> Iterator[Value]:
    """An attribute of an object of unknown class: options of argparse and fields of this module's
    classes have that name, with what a data class is made with."""
    module = evaluator.module
    known = (*module.attributes.get(name, ()), *module.class_attributes.get(name, ()))
    for binding in evaluator.most(known):
        for value in evaluator.of_binding(binding, depth):
            yield replace(value, certainty=weaker(value.certainty, Certainty.LIKELY))
    if name in evaluator.making:
        evaluator.barren.left_out()
    else:
        evaluator.making.add(name)
        given = list(_made_of(evaluator, name, depth))
        evaluator.making.discard(name)
        yield from given


def made_beyond(
    evaluator: Evaluator, node: ast.Attribute, scope: Scope, depth: int
) -> Iterator[Value]:
    """The same of an object out of a table that another module makes: `for row in ROWS`,
    `TABLE[key]`, where that is imported."""
    held: ast.expr | None = node.value
    if isinstance(held, ast.Name) and (where := scope.holder(held.id)) is not None:
        items = (one for one in where.bindings[held.id] if one.value is not None)
        held = next((one.value for one in items), None)
    names = [] if held is None else [x.id for x in ast.walk(held) if isinstance(x, ast.Name)]
    for name in names[:_MOST_NAMES]:
        beyond = evaluator.beyond(name, scope) if scope.holder(name) is None else None
        if beyond is not None and node.attr in evaluator.making:
            evaluator.barren.left_out()
        elif beyond is not None:
            evaluator.making.add(node.attr)
            given = list(_made_of(beyond[0], node.attr, depth))
            evaluator.making.discard(node.attr)
            yield from given


def _made_of(evaluator: Evaluator, name: str, depth: int) -> Iterator[Value]:
    """What the objects of data classes are made with for a field."""
    module = evaluator.module
    for cls in module.classes.values():
        if name in cls.annotations and not methods(module, cls, "__init__"):
            place = list(cls.annotations).index(name)
            for call in evaluator.most(module.calls_of.get(cls.name, ())):
                given = argument_of(call.node, name, place)
                yield from evaluator.likely(given, call.scope, depth)


def made_with(evaluator: Evaluator, node: ast.Attribute, depth: int) -> Iterator[Value]:
    """What an object of unknown class is made with in this module, where a class is called as the
    object is: `AdapterMeta(model="…")` of `self.meta.model`."""
    owner = dotted(node.value).rpartition(".")[2].strip("_").lower()
    if len(owner) < _SHORTEST:
        return
    for name, calls in evaluator.module.calls_of.items():
        if name[:1].isupper() and name.lower().endswith(owner):
            for call in evaluator.most(calls):
                given = (one.value for one in call.node.keywords if one.arg == node.attr)
                for value in given:
                    yield from evaluator.likely(value, call.scope, depth)

"""Work out, without running anything, which texts an expression can be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from lineage.core.use import Certainty
from lineage.scan.python.calls import call_values
from lineage.scan.python.displays import elements, taken_out
from lineage.scan.python.module import Binding, How, Imported, Module, Scope, dotted
from lineage.scan.python.templates import filled_percent
from lineage.scan.python.value import (
    DEEPEST,
    LONGEST,
    MOST_VALUES,
    Finder,
    Value,
    argument_of,
    brings_slash,
    starred_argument,
    weaker,
)

_AGAIN = 2  # times that a name may be met again while it is worked out


class Evaluator:
    """Evaluates expressions of one module; follows names into other modules through `find`."""

    def __init__(self, module: Module, find: Finder, budget: list[int] | None = None) -> None:
        self.module = module
        self._find = find
        self._budget = budget if budget is not None else [200_000]
        """Steps left for everything that one file sets off, however hostile its code."""
        self._known: dict[tuple[ast.expr, Scope], list[Value]] = {}
        # What is being worked out: `text = sep.join([text, more])` says nothing new of itself, and
        # many `name = name.replace(…)` have as many orders.
        self._open: set[tuple[ast.expr, Scope]] = set()
        self._within: list[tuple[Scope, str]] = []
        self.handing: set[tuple[Scope, str, int]] = set()
        """Functions that a chain of `**kwargs` has been through."""

    def values(self, node: ast.expr, scope: Scope) -> list[Value]:
        """All texts that `node` can be, each once; empty where that cannot be known."""
        known = self._known.get((node, scope))
        if known is None:
            known = self._known[node, scope] = self._settled(node, scope)
        return known

    def _settled(self, node: ast.expr, scope: Scope) -> list[Value]:
        seen: dict[tuple[str, bool], Value] = {}
        for value in self.possible(node, scope, 0):
            if not value.text.strip():
                continue
            known = seen.get((value.text, value.is_path))
            if known is None or value.certainty.rank < known.certainty.rank:
                seen[value.text, value.is_path] = value
            if len(seen) >= MOST_VALUES:
                break
        found = list(seen.values())
        return (
            found
            if len(found) == 1
            else [replace(v, certainty=weaker(v.certainty, Certainty.LIKELY)) for v in found]
        )

    @property
    def is_spent(self) -> bool:
        """Whether something was not worked out because it would have taken too many steps."""
        return self._budget[0] < 0

    def spend(self) -> bool:
        """Take one step of the budget; false where none is left."""
        self._budget[0] -= 1
        return self._budget[0] >= 0

    def possible(self, node: ast.expr | None, scope: Scope, depth: int) -> Iterator[Value]:
        """The texts that `node` can be, as they are found; none below a depth."""
        if node is None or depth > DEEPEST:
            return
        if not self.spend() and not isinstance(node, ast.Constant):
            return  # what is written out is found whatever is left
        handler = _HANDLERS.get(type(node))
        place = (node, scope)
        if handler is None or place in self._open:
            return
        self._open.add(place)
        try:
            yield from handler(self, node, scope, depth + 1)
        finally:
            self._open.discard(place)

    # -- literals ----------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant, scope: Scope, depth: int) -> Iterator[Value]:
        if isinstance(node.value, str):
            yield Value(node.value, Certainty.CERTAIN, node.lineno, self.module.file)
        elif isinstance(node.value, bytes):
            text = node.value.decode("latin-1")
            yield Value(text, Certainty.CERTAIN, node.lineno, self.module.file)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Iterator[Value]:
        parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
        yield from self.joined(parts, node, scope, depth)

    def joined(
        self, parts: Iterable[ast.expr], node: ast.expr, scope: Scope, depth: int
    ) -> Iterator[Value]:
        """Every text that the parts make, one after the other."""
        several = list(parts)
        empty = Value("", Certainty.CERTAIN, node.lineno, self.module.file)
        texts = [replace(empty, is_composed=len(several) > 1)]
        for part in several:
            if isinstance(
                part, ast.Constant
            ):  # blanks and numbers too, and pieces made here that are on no line
                choices = [Value(str(part.value), Certainty.CERTAIN, node.lineno, self.module.file)]
            else:
                choices = list(self.possible(part, scope, depth))[:8]
            texts = [
                replace(
                    a,
                    text=a.text + b.text,
                    certainty=weaker(a.certainty, b.certainty),
                    is_path=a.is_path or b.is_path,
                    is_composed=a.is_composed or b.is_composed,
                    file=b.file if brings_slash(a, b) else a.file,
                    line=b.line if brings_slash(a, b) else a.line,
                )
                for a in texts
                for b in choices
            ][:MOST_VALUES]
        yield from (t for t in texts if len(t.text) < LONGEST)

    def _binop(self, node: ast.BinOp, scope: Scope, depth: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Add):
            yield from self.joined([node.left, node.right], node, scope, depth)
        elif isinstance(node.op, ast.Div):
            yield from (
                replace(v, is_path=True)
                for v in self.joined([node.left, ast.Constant("/"), node.right], node, scope, depth)
            )
        elif isinstance(node.op, ast.Mod):
            yield from filled_percent(self, node, scope, depth)

    def _ifexp(self, node: ast.IfExp, scope: Scope, depth: int) -> Iterator[Value]:
        yield from self.likely(node.body, scope, depth)
        yield from self.likely(node.orelse, scope, depth)

    def _boolop(self, node: ast.BoolOp, scope: Scope, depth: int) -> Iterator[Value]:
        for operand in node.values:
            yield from self.likely(operand, scope, depth)

    def _namedexpr(
        self, node: ast.NamedExpr | ast.Await, scope: Scope, depth: int
    ) -> Iterator[Value]:
        yield from self.possible(node.value, scope, depth)

    _await = _namedexpr

    def likely(self, node: ast.expr | None, scope: Scope, depth: int) -> Iterator[Value]:
        """The same, none of it more than likely."""
        for value in self.possible(node, scope, depth):
            yield replace(value, certainty=weaker(value.certainty, Certainty.LIKELY))

    # -- names -------------------------------------------------------------------------------------

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> Iterator[Value]:
        where: Scope | None = scope
        while where is not None:
            if node.id in where.bindings and (where is scope or not where.is_class):
                place = (where, node.id)
                if self._within.count(place) > _AGAIN:
                    return
                self._within.append(place)
                try:
                    yield from self._bound(where.bindings[node.id], depth)
                    if node.id in where.parameters:
                        yield from self.passed(node.id, where.parameters[node.id], where, depth)
                finally:
                    self._within.remove(place)
                return
            where = where.parent
        if node.id in self.module.imports:
            yield from self._imported(self.module.imports[node.id], depth)

    def _bound(self, bindings: list[Binding], depth: int) -> Iterator[Value]:
        single = len(bindings) == 1
        for binding in bindings[:24]:
            for value in self._one(binding, depth):
                yield (
                    value
                    if single and binding.how is How.VALUE
                    else replace(value, certainty=weaker(value.certainty, Certainty.LIKELY))
                )

    def _one(self, binding: Binding, depth: int) -> Iterator[Value]:
        if binding.how in (How.VALUE, How.DEFAULT):
            yield from self.possible(binding.value, binding.scope, depth)
        elif binding.how in (How.ITEM, How.DICT_VALUE) and binding.value is not None:
            for element in elements(
                self, binding.value, binding.scope, depth, want_values=binding.how is How.DICT_VALUE
            ):
                yield from self.possible(element, binding.scope, depth)

    def passed(self, name: str, index: int, function: Scope, depth: int) -> Iterator[Value]:
        """What the module's own calls of this function pass for a parameter, or for a keyword or a
        place that its `**kwargs` or `*args` take."""
        called = function.name
        owner = (
            function.parent if function.parent is not None and function.parent.is_class else None
        )
        if owner is not None and called == "__init__":
            called = owner.name
        shift = 1 if owner is not None else 0
        for call in self.module.calls_of.get(called, [])[:24]:
            place = index - shift if index >= 0 else -1
            argument = argument_of(call.node, name, place)
            # A method of what is imported is none of this module's, and a call in the function
            # itself hands on no more than its callers give.
            is_own = call.name.partition(".")[0] not in self.module.imports
            if argument is None and is_own and call.scope is not function:
                argument = starred_argument(call.node, (name,), place)
            if argument is not None and not (
                isinstance(argument, ast.Name) and argument.id == name
            ):
                yield from self.likely(argument, call.scope, depth)

    def _imported(self, imported: Imported, depth: int) -> Iterator[Value]:
        if imported.name is None:
            return
        other = self._find(self.module, imported)
        if other is not None and imported.name in other.top.bindings:
            inner = Evaluator(other, self._find, self._budget)
            yield from inner._bound(other.top.bindings[imported.name], depth)
        elif other is not None and imported.name in other.imports:
            yield from Evaluator(other, self._find, self._budget)._imported(
                other.imports[imported.name], depth + 1
            )

    def beyond(self, name: str) -> tuple[Evaluator, str] | None:
        """The module of the repository that an imported name comes from, and its name there."""
        imported = self.module.imports.get(name)
        if imported is None or imported.name is None:
            return None
        other = self._find(self.module, imported)
        return (Evaluator(other, self._find, self._budget), imported.name) if other else None

    # -- attributes --------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Iterator[Value]:
        if depth > DEEPEST:
            return
        if isinstance(node.value, ast.Name):
            imported = self.module.imports.get(node.value.id)
            if imported is not None:
                yield from self._of_import(imported, node.attr, depth)
                return
        if node.attr == "value" and isinstance(node.value, ast.Attribute):  # an enum member
            yield from self._attribute(node.value, scope, depth + 1)
            return
        if node.attr == "value" and isinstance(node.value, ast.Subscript | ast.Call):
            yield from self._member(node.value, scope, depth)
            return
        cls = self.class_of(node.value, scope)
        if cls is not None:
            yield from self._field(cls[0], cls[1], node.attr, depth)
            return
        yield from self._loose(node.attr, depth)

    def _member(self, node: ast.Subscript | ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        """`Models["small"].value`, `Models(name).value`: a member of an enumeration, or any of
        them."""
        owner = node.func if isinstance(node, ast.Call) else node.value
        cls, key = self.class_of(owner, scope), getattr(node, "slice", None)
        if cls is not None:
            wanted = key.value if isinstance(key, ast.Constant) else None
            for name, bindings in cls[1].bindings.items():
                if wanted in (None, name):
                    for one in bindings[:1]:
                        yield from cls[0].likely(one.value, cls[1], depth)

    def _of_import(self, imported: Imported, attribute: str, depth: int) -> Iterator[Value]:
        """`config.MODEL` after `import config`, and `Settings.MODEL` or
        `settings.model` after `from … import`."""
        whole = (
            imported
            if imported.name is None
            else Imported(f"{imported.module}.{imported.name}".strip("."), None, imported.level)
        )
        other = self._find(self.module, whole)
        if other is not None and attribute in other.top.bindings:
            yield from Evaluator(other, self._find, self._budget)._bound(
                other.top.bindings[attribute], depth
            )
            return
        other = self._find(self.module, imported) if imported.name is not None else None
        if other is None or imported.name is None:
            return
        inner = Evaluator(other, self._find, self._budget)
        cls = inner.class_of(ast.Name(imported.name), other.top)
        if cls is not None:
            yield from cls[0]._field(cls[0], cls[1], attribute, depth)

    def _field(self, owner: Evaluator, cls: Scope, attribute: str, depth: int) -> Iterator[Value]:
        """A class's field or class attribute, what its methods put into
        `self`, and the like of its base classes."""
        own = [
            b for b in owner.module.attributes.get(attribute, []) if b.scope.enclosing_class is cls
        ]
        bindings = [*cls.bindings.get(attribute, []), *own]
        yield from owner._bound(bindings, depth)
        if not bindings and isinstance(cls.node, ast.ClassDef):
            for base in cls.node.bases[:4]:
                parent = owner._class_named(base)
                if parent is not None and parent[1] is not cls and depth < DEEPEST:
                    yield from parent[0]._field(parent[0], parent[1], attribute, depth + 1)

    def _loose(self, attribute: str, depth: int) -> Iterator[Value]:
        """An attribute of an object of unknown class: options of argparse and
        fields of this module's classes have that name."""
        bindings = (
            *self.module.attributes.get(attribute, []),
            *self.module.class_attributes.get(attribute, []),
        )
        for binding in bindings[:12]:
            for value in self._one(binding, depth):
                yield replace(value, certainty=weaker(value.certainty, Certainty.LIKELY))

    def class_of(self, node: ast.expr, scope: Scope) -> tuple[Evaluator, Scope] | None:
        """The class of an object, known from `self`, its annotation, or the call that made it."""
        if isinstance(node, ast.Call):
            return self._class_named(node.func)
        if isinstance(node, ast.Attribute):
            bindings = self.module.attributes.get(node.attr, [])
            return self._first_class(bindings)
        if not isinstance(node, ast.Name):
            return None
        if node.id in ("self", "cls"):
            inside = scope.enclosing_class
            return (self, inside) if inside is not None else None
        named = self._class_named(node)
        if named is not None:
            return named
        where: Scope | None = scope
        while where is not None and node.id not in where.bindings:
            where = where.parent
        if where is None:
            return None
        if node.id in where.annotations:
            found = self._class_named(where.annotations[node.id])
            if found is not None:
                return found
        return self._first_class(where.bindings[node.id])

    def _first_class(self, bindings: list[Binding]) -> tuple[Evaluator, Scope] | None:
        for binding in bindings[:8]:
            if isinstance(binding.value, ast.Call):
                found = self._class_named(binding.value.func)
                if found is not None:
                    return found
        return None

    def _class_named(self, node: ast.expr) -> tuple[Evaluator, Scope] | None:
        if isinstance(node, ast.Subscript):  # Optional[Config]
            node = node.slice
        name = (
            node.value
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            else dotted(node)
        )
        if name in self.module.classes:
            return self, self.module.classes[name]
        imported = self.module.imports.get(name)
        if imported is not None and imported.name is not None:
            other = self._find(self.module, imported)
            if other is not None and imported.name in other.classes:
                return Evaluator(other, self._find, self._budget), other.classes[imported.name]
        return None

    # -- calls and tables --------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        yield from call_values(self, node, scope, depth)

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Iterator[Value]:
        yield from taken_out(self, node, scope, depth)


_HANDLERS: dict[type, Callable[[Evaluator, Any, Scope, int], Iterator[Value]]] = {
    kind: handler
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, ast.expr)
    and (handler := getattr(Evaluator, f"_{kind.__name__.lower()}", None)) is not None
}
"""By the kind of an expression: what tells its texts."""

"""Work out, without running anything, which texts an expression can be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from lineage.core.use import Certainty
from lineage.scan.python import attributes
from lineage.scan.python.barren import Barren, Reach
from lineage.scan.python.calls import call_values
from lineage.scan.python.classes import class_named, class_of
from lineage.scan.python.displays import elements, taken_out
from lineage.scan.python.grown import grown_values, is_grown
from lineage.scan.python.module import Binding, How, Imported, Module, Scope
from lineage.scan.python.options import parsed_in
from lineage.scan.python.passed import passed
from lineage.scan.python.pieces import joined
from lineage.scan.python.templates import filled_percent
from lineage.scan.python.value import (
    DEEPEST,
    MOST_VALUES,
    Finder,
    Value,
    class_of_constant,
    flat,
    weaker,
)

T = TypeVar("T")
_Table = tuple[ast.expr, Scope]
_AGAIN = 2  # times that a name may be met again while it is worked out


class Evaluator:
    """Evaluates expressions of one module; follows names into other modules through `find`."""

    def __init__(self, module: Module, find: Finder, kin: Evaluator | None = None) -> None:
        """`kin`: that of the module from which this one was come to."""
        self.module = module
        self.find = find
        self._budget: list[int] = [200_000, 0] if kin is None else kin._budget
        """Steps left for everything that one file sets off, and whether anything was cut."""
        self._known: dict[Hashable, tuple[list[Value], int]] = {}
        self._tables: dict[Hashable, tuple[list[_Table], int]] = {}
        self.called: dict[_Table, list[Scope]] = {}
        """Without evaluators: one that held itself would hold its module as long as the scan."""
        # What is being worked out: `text = sep.join([text, more])` says nothing new of itself, and
        # many `name = name.replace(…)` have as many orders.
        self._open: set[tuple[ast.expr, Scope]] = set()
        self._within: list[Hashable] = []
        self.barren: Barren = Barren() if kin is None else kin.barren
        self.returning: set[Scope] = set() if kin is None else kin.returning
        """Functions whose results are being worked out."""
        self.making: set[str] = set() if kin is None else kin.making
        """Fields that are looked for where objects are made."""
        self.handing: set[tuple[Scope, str, int]] = set()
        """Functions that a chain of `**kwargs` has been through."""

    def values(self, node: ast.expr, scope: Scope) -> list[Value]:
        """All texts that `node` can be, each once; empty where that cannot be known."""
        place: Hashable = (node, scope)
        if isinstance(node, ast.Name) and not self._open:  # whose texts are those of what it means
            where = scope.binder(node.id)
            meant = where or self.module.imported(node.id, scope)
            place = place if is_grown(node.id, where) else (node.id, meant)
        known = self._known.get(place)
        if known is None:
            before, self._budget[1] = self._budget[1], 0
            known = self._known[place] = self._settled(node, scope), self._budget[1]
            self._budget[1] = before
        self._budget[1] |= known[1]
        return known[0]

    def tables_of(self, place: Hashable, found: Iterable[_Table]) -> list[_Table]:
        """The displays that are `found` for what stands in one place, each once."""
        known = self._tables.get(place)
        if known is None:
            before, self._budget[1] = self._budget[1], 0
            known = self._tables[place] = list(dict.fromkeys(found)), self._budget[1]
            self._budget[1] = before
        self._budget[1] |= known[1]
        return known[0]

    def whole_values(self, node: ast.expr, scope: Scope) -> tuple[list[Value], bool]:
        """The same, and whether those are all as far as can be known."""
        self._budget[1] = 0
        return self.values(node, scope), not self._budget[1]

    def _settled(self, node: ast.expr, scope: Scope) -> list[Value]:
        seen: dict[tuple[str, bool], Value] = {}
        for value in self.possible(node, scope, 0):
            if not value.text.strip():
                continue
            known = seen.get((value.text, value.is_path))
            if known is None or _sureness(value) < _sureness(known):
                seen[value.text, value.is_path] = value
            if len(seen) > MOST_VALUES:
                self._budget[1] = 1
                break
        found, likely = list(seen.values()), Certainty.LIKELY
        if len(found) == 1:
            return found
        return [replace(v, certainty=weaker(v.certainty, likely)) for v in found]

    @property
    def is_spent(self) -> bool:
        """Whether something was not worked out because it would have taken too many steps."""
        return self._budget[0] < 0

    def is_deep(self, depth: int) -> bool:
        """Whether nothing is followed any further, which is kept in mind."""
        if depth > DEEPEST:
            self._budget[1] = 1
        return depth > DEEPEST

    def most(self, several: Iterable[T], limit: int = MOST_VALUES) -> list[T]:
        """As many as are looked at; that there were more is kept in mind."""
        found = list(islice(several, limit + 1))
        if len(found) > limit:
            self._budget[1] = 1
        return found[:limit]

    def spend(self) -> bool:
        """Take one step of the budget; false where none is left."""
        self._budget[0] -= 1
        return self._budget[0] >= 0

    def possible(self, node: ast.expr | None, scope: Scope, depth: int) -> Iterator[Value]:
        """The texts that `node` can be, as they are found; none below a depth."""
        if node is None or self.is_deep(depth):
            return
        if not self.spend() and not (isinstance(node, ast.Constant) or class_of_constant(node)):
            return  # what is written out is found whatever is left, in a list of constants too
        handler = _HANDLERS.get(type(node))
        place = (node, scope)
        if handler is None:
            return
        if place in self._open:
            self.barren.met_again(place)
            return
        self._open.add(place)
        try:
            values = handler(self, node, scope, depth + 1)
            yield from self.barren.through(place, values) if self.barren.is_trying else values
        finally:
            self._open.discard(place)

    # -- literals ----------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant, scope: Scope, depth: int) -> Iterator[Value]:
        if type(node.value) in (str, int):  # a number is a piece of a text
            yield Value(str(node.value), Certainty.CERTAIN, node.lineno, self.module.file)
        elif isinstance(node.value, bytes):
            text = node.value.decode("latin-1")
            yield Value(text, Certainty.CERTAIN, node.lineno, self.module.file)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Iterator[Value]:
        parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
        yield from joined(self, parts, node, scope, depth)

    def _binop(self, node: ast.BinOp, scope: Scope, depth: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Add):
            yield from joined(self, flat(node), node, scope, depth)
        elif isinstance(node.op, ast.Div):
            parts = [node.left, ast.Constant("/"), node.right]
            for value in joined(self, parts, node, scope, depth):
                yield replace(value, is_path=True)
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
        where = scope.binder(node.id)
        if where is None:
            if (imported := self.module.imported(node.id, scope)) is not None:
                yield from self._imported(imported, depth)
            return
        if is_grown(node.id, where):
            yield from self._grown(node, where, scope, depth)
        else:
            yield from self._meant(node.id, where, depth)

    def _grown(self, node: ast.Name, where: Scope, scope: Scope, depth: int) -> Iterator[Value]:
        place = (where, node.id)
        if self._within.count(place) > _AGAIN:
            self.barren.met_again(place)
            return
        self._within.append(place)
        try:
            grown = grown_values(self, node, scope, depth) if where is scope else ()
            found = list(grown)
            yield from found or self._of_all(node.id, where, depth)
        finally:
            self._within.remove(place)

    def _meant(self, name: str, where: Scope, depth: int) -> Iterator[Value]:
        """What a name of a scope can be."""
        yield from self._followed((where, name), depth, partial(self._of_all, name, where, depth))

    def _followed(
        self, place: Hashable, depth: int, follow: Callable[[], Iterator[Value]]
    ) -> Iterator[Value]:
        """What stands for others gives, unless it was found to give nothing."""
        reach = Reach(depth, len(self.returning))
        was_cut = self.barren.known(place, reach)
        if was_cut is not None:
            self._budget[1] |= was_cut
        elif self.barren.is_trying:
            yield from self.barren.tried(place, reach, self._budget, follow())
        elif self._within.count(place) <= _AGAIN and not self._is_barren(place, reach, follow):
            self._within.append(place)
            try:
                yield from follow()
            finally:
                self._within.remove(place)

    def _is_barren(
        self, place: Hashable, reach: Reach, follow: Callable[[], Iterator[Value]]
    ) -> bool:
        """Whether it gives nothing, tried where nothing is being worked out."""
        if self.barren.was_tried(place):
            return False
        kept = self._open, self._within, self._known, self._tables
        self._open, self._within, self._known, self._tables = set(), [], {}, {}
        try:
            return self.barren.trial(place, reach, self._budget, follow)
        finally:
            self._open, self._within, self._known, self._tables = kept

    def _of_all(self, name: str, where: Scope, depth: int) -> Iterator[Value]:
        """What any meaning of a name can be, and what is passed for it."""
        yield from self.bound(where.bindings[name], depth)
        if name in where.parameters:
            yield from self.passed(name, where.parameters[name], where, depth)

    def unknown(self, node: ast.expr) -> list[Value]:
        """What stands for an expression of which nothing is known: nothing."""
        return []

    def bound(self, bindings: list[Binding], depth: int) -> Iterator[Value]:
        """What any of the meanings of a name can be."""
        single = len(bindings) == 1
        for binding in self.most(bindings):
            for value in self.of_binding(binding, depth):
                yield (
                    value
                    if single and binding.how is How.VALUE
                    else replace(value, certainty=weaker(value.certainty, Certainty.LIKELY))
                )

    def of_binding(self, binding: Binding, depth: int) -> Iterator[Value]:
        """What one meaning of a name can be."""
        if binding.how in (How.VALUE, How.DEFAULT):
            yield from self.possible(binding.value, binding.scope, depth)
        elif binding.how in (How.ITEM, How.DICT_VALUE) and binding.value is not None:
            element = None
            for element in elements(
                self, binding.value, binding.scope, depth, want_values=binding.how is How.DICT_VALUE
            ):
                for value in self.possible(element, binding.scope, depth):
                    yield replace(value, is_checked=True) if binding.is_checked else value
            if element is None:
                yield from self.unknown(binding.value)

    def passed(self, name: str, index: int, function: Scope, depth: int) -> Iterator[Value]:
        """What the module's own calls of this function pass for a parameter, or for a keyword or a
        place that its `**kwargs` or `*args` take."""
        for call, argument in self.most(passed(self.module, name, index, function)):
            yield from self.likely(argument, call.scope, depth)

    def _imported(self, imported: Imported, depth: int) -> Iterator[Value]:
        if imported.name is None or self.is_deep(depth):  # modules may import a name in a circle
            return
        other = self.find(self.module, imported)
        if other is not None and imported.name in other.top.bindings:
            inner = Evaluator(other, self.find, self)
            yield from inner.bound(other.top.bindings[imported.name], depth)
        elif other is not None and imported.name in other.top.imports:
            yield from Evaluator(other, self.find, self)._imported(
                other.top.imports[imported.name], depth + 1
            )

    def of(self, scope: Scope) -> Evaluator:
        """What works out the expressions of a scope, which may be another module's."""
        module = scope.top.module or self.module
        return self if module is self.module else Evaluator(module, self.find, self)

    def beyond(self, name: str, scope: Scope) -> tuple[Evaluator, str] | None:
        """The module of the repository that an imported name comes from, and its name there."""
        imported = self.module.imported(name, scope)
        if imported is None or imported.name is None:
            return None
        other = self.find(self.module, imported)
        return (self.of(other.top), imported.name) if other else None

    # -- attributes --------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> Iterator[Value]:
        if not self.is_deep(depth):
            follow = partial(self._of_object, node, scope, depth)
            yield from self._followed((node, scope), depth, follow)

    def _of_object(self, node: ast.Attribute, scope: Scope, depth: int) -> Iterator[Value]:
        """What an attribute of a module, a class or an object can be."""
        if isinstance(node.value, ast.Name):
            imported = self.module.imported(node.value.id, scope)
            if imported is not None:
                yield from self.bound(attributes.set_on(self, node), depth)
                yield from self._of_import(imported, node.attr, depth)
                return
        if node.attr == "value" and isinstance(node.value, ast.Attribute):  # an enum member
            yield from self._attribute(node.value, scope, depth + 1)
            return
        if node.attr == "value" and isinstance(node.value, ast.Subscript | ast.Call):
            yield from attributes.member(self, node.value, scope, depth)
            return
        if node.attr == "value" and isinstance(node.value, ast.Name):
            yield from attributes.chosen(self, node.value, scope, depth)
        cls = self.class_of(node.value, scope)
        if cls is not None:
            yield from attributes.of_class(self, cls, node.attr, depth, node)
            return
        parser = None if node.attr in self.module.attributes else parsed_in(self, node.value, scope)
        yield from attributes.of_any(parser or self, node.attr, depth)
        yield from attributes.made_with(self, node, depth)
        yield from attributes.made_beyond(self, node, scope, depth)

    def _of_import(self, imported: Imported, attribute: str, depth: int) -> Iterator[Value]:
        """`config.MODEL` after `import config`, and `Settings.MODEL` or
        `settings.model` after `from … import`."""
        other = self.find(self.module, imported.whole)
        if other is not None and attribute in other.top.bindings:
            yield from Evaluator(other, self.find, self).bound(other.top.bindings[attribute], depth)
            return
        other = self.find(self.module, imported) if imported.name is not None else None
        if other is None or imported.name is None:
            return
        inner = Evaluator(other, self.find, self)
        cls = inner.class_of(ast.Name(imported.name), other.top)
        if cls is not None:
            yield from attributes.of_class(self, cls, attribute, depth)

    def class_of(self, node: ast.expr, scope: Scope) -> tuple[Evaluator, Scope] | None:
        """The class of an object, and the evaluator of its module."""
        return class_of(self, node, scope)

    def class_named(self, node: ast.expr, scope: Scope) -> tuple[Evaluator, Scope] | None:
        """The class that a name or an annotation means."""
        return class_named(self, node, scope)

    # -- calls and tables --------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        yield from call_values(self, node, scope, depth)

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Iterator[Value]:
        yield from taken_out(self, node, scope, depth)


def _sureness(value: Value) -> tuple[bool, int]:
    return value.is_checked, value.certainty.rank


_HANDLERS: dict[type, Callable[[Evaluator, Any, Scope, int], Iterator[Value]]] = {
    kind: handler
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, ast.expr)
    and (handler := getattr(Evaluator, f"_{kind.__name__.lower()}", None)) is not None
}
"""By the kind of an expression: what tells its texts."""

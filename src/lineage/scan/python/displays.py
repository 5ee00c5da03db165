"""Lists, tuples, sets and dictionaries written out in the code, and what is taken out of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.scan.python.attributes import of_any
from lineage.scan.python.checked import marks_above
from lineage.scan.python.kept import kept_tables, reads_data
from lineage.scan.python.later import written
from lineage.scan.python.module import Binding, How, Scope, dotted
from lineage.scan.python.options import parsed_in
from lineage.scan.python.passed import passed
from lineage.scan.python.value import MOST_VALUES, Value, handed_on

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_COPIERS = frozenset(
    ["dict", "OrderedDict", "MappingProxyType", "list", "tuple", "set", "frozenset"]
)  # fmt: skip
_GOES_THROUGH = frozenset(
    ["list", "tuple", "set", "sorted", "tqdm", "tqdm.tqdm", "reversed"]
)  # fmt: skip
_MOST_ABOVE = 4
"""Classes above one that may have a table."""


def taken_out(
    evaluator: Evaluator, node: ast.Subscript, scope: Scope, depth: int
) -> Iterator[Value]:
    """What `table[key]` and `text[::-1]` can be."""
    cut = node.slice
    if not isinstance(cut, ast.Slice):
        yield from in_table(evaluator, node.value, cut, scope, depth)
    elif cut.lower is cut.upper is None and cut.step is not None and ast.unparse(cut.step) == "-1":
        for value in evaluator.possible(node.value, scope, depth):
            yield replace(value, text=value.text[::-1], is_composed=True)
    elif cut.upper is cut.step is None:
        first = cut.lower.value if isinstance(cut.lower, ast.Constant) else None
        if isinstance(first, int):
            yield from _cut(evaluator, node, first, scope, depth)


def _cut(
    evaluator: Evaluator, node: ast.Subscript, first: int, scope: Scope, depth: int
) -> Iterator[Value]:
    """A text without so many of its first letters, as a mark of whose name it is: `name[3:]`; below
    `if name.startswith("tu-")` of those that begin so."""
    marks = marks_above(node, first, evaluator.module)
    for value in evaluator.possible(node.value, scope, depth):
        if value.text.lower().startswith(marks):
            yield replace(value, text=value.text[first:], is_composed=True)


def in_table(
    evaluator: Evaluator, table: ast.expr, key: ast.expr, scope: Scope, depth: int
) -> Iterator[Value]:
    """What `table[key]` can be: all of the table where the key is not known; of a function's own
    `**kwargs` what its callers give."""
    own = handed_on(table, key, scope)
    if own is not None:
        yield from _handed(evaluator, own, depth)
    option = key.value if isinstance(key, ast.Constant) else None
    if isinstance(option, str) and (parser := parsed_in(evaluator, table, scope)) is not None:
        yield from of_any(parser, option, depth)
    for literal, where in literals(evaluator, table, scope, depth):
        owner = evaluator.of(where)
        if isinstance(literal, ast.Dict):
            wanted = key.value if isinstance(key, ast.Constant) else None
            exact = [
                v
                for k, v in zip(literal.keys, literal.values, strict=True)
                if isinstance(k, ast.Constant) and k.value == wanted
            ]
            if wanted is not None and not exact:  # what stands under every key
                exact = [v for k, v in zip(literal.keys, literal.values, strict=True) if k is None]
            for value in exact if wanted is not None else evaluator.most(literal.values):
                yield from (
                    owner.possible(value, where, depth)
                    if exact
                    else owner.likely(value, where, depth)
                )
        elif isinstance(literal, (ast.List, ast.Tuple)):
            index = (
                key.value if isinstance(key, ast.Constant) and isinstance(key.value, int) else None
            )
            chosen = (
                literal.elts[index : index + 1]
                if index is not None and index >= 0
                else evaluator.most(literal.elts)
            )
            for value in chosen:
                yield from owner.possible(value, where, depth)
        elif isinstance(literal, ast.Set):  # somewhere in a list
            for value in evaluator.most(literal.elts):
                yield from owner.likely(value, where, depth)


def _handed(evaluator: Evaluator, own: tuple[Scope, str, int], depth: int) -> Iterator[Value]:
    """What the callers of a function give for a keyword, or a place, of its `**kwargs` or `*args`;
    in a chain of such functions each once."""
    if own in evaluator.handing:
        evaluator.barren.left_out()
        return
    is_first = not evaluator.handing
    evaluator.handing.add(own)
    try:
        yield from evaluator.passed(own[1], own[2], own[0], depth)
    finally:
        if is_first:
            evaluator.handing.clear()


def _gets(node: ast.Call) -> bool:
    """`table.get(key)`."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "get" and bool(node.args)


def _splits(node: ast.Call) -> bool:
    """`shlex.split(text)`, `text.split(":")`."""
    func, first = node.func, node.args[0]
    is_by_mark = isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value
    return (
        isinstance(func, ast.Attribute)
        and func.attr == "split"
        and (dotted(func) == "shlex.split" or bool(is_by_mark))
    )


def _split(evaluator: Evaluator, node: ast.Call, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - checked by the caller
    first = node.args[0]
    is_shell = dotted(node.func) == "shlex.split"
    mark = first.value if isinstance(first, ast.Constant) and not is_shell else None
    for known in evaluator.values(first if is_shell else node.func.value, scope):
        parts = known.text.split(str(mark) if mark is not None else None)
        words = [ast.copy_location(ast.Constant(part), node) for part in parts]
        yield ast.copy_location(ast.List(list[ast.expr](words), ast.Load()), node), scope


def _held(literal: ast.expr) -> list[ast.expr]:
    if isinstance(literal, ast.Dict):
        return literal.values
    return literal.elts if isinstance(literal, ast.List | ast.Tuple) else []


def _exactly(literal: ast.expr, key: object) -> list[ast.expr]:
    if isinstance(literal, ast.Dict):
        both = zip(literal.keys, literal.values, strict=True)
        return [value for one, value in both if isinstance(one, ast.Constant) and one.value == key]
    held = _held(literal)
    return [held[key]] if isinstance(key, int) and -len(held) <= key < len(held) else []


def elements(
    evaluator: Evaluator, node: ast.expr, scope: Scope, depth: int, *, want_values: bool
) -> Iterator[ast.expr]:
    """What a loop over the expression meets; of a dictionary its keys, or its values."""
    if isinstance(node, ast.Call) and dotted(node.func) in _GOES_THROUGH and node.args:
        node = node.args[0]
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("values", "keys")
    ):
        want_values = node.func.attr == "values"
        node = node.func.value
    for literal, _ in literals(evaluator, node, scope, depth):
        if isinstance(literal, ast.Dict):
            keys = (k for k in literal.keys if k is not None)
            yield from evaluator.most(literal.values if want_values else keys)
        elif isinstance(literal, (ast.List, ast.Tuple, ast.Set)):
            yield from evaluator.most(literal.elts)


def _imported(
    evaluator: Evaluator, name: str, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The same of a constant that another module of the repository sets."""
    other = evaluator.beyond(name, scope)
    if other is not None:
        where, top = other[0], other[0].module.top
        for binding in evaluator.most(top.bindings.get(other[1], ())):
            if binding.value is not None and binding.how is How.VALUE:
                yield from literals(where, binding.value, binding.scope, depth + 1)
        for more in written(ast.Name(other[1]), top, where.module):
            yield from literals(where, more.display, more.scope, depth + 1)


def _made(
    evaluator: Evaluator, node: ast.Call, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The displays that a call makes a table or a list of, or that a function of the module
    returns."""
    first = node.args[0] if node.args else None
    last = dotted(node.func).rpartition(".")[2]
    if last == "dict" and first is None:
        named = [one for one in node.keywords if one.arg]
        keys: list[ast.expr | None] = [
            ast.copy_location(ast.Constant(one.arg), one.value) for one in named
        ]
        yield ast.copy_location(ast.Dict(keys, [one.value for one in named]), node), scope
    elif last == "defaultdict" and isinstance(first, ast.Lambda):  # under every key
        yield ast.copy_location(ast.Dict([None], [first.body]), node), scope
        for more in node.args[1:]:
            yield from literals(evaluator, more, scope, depth)
    elif last == "dict" and isinstance(first, ast.Call) and dotted(first.func) == "zip":
        sides = [list(literals(evaluator, one, scope, depth)) for one in first.args[:2]]
        if len(sides) == 2 and all(sides):
            both = [_held(side[0][0]) for side in sides]
            pairs = list(zip(*both, strict=False))
            table = ast.Dict([key for key, _ in pairs], [value for _, value in pairs])
            yield ast.copy_location(table, node), sides[1][0][1]
    elif last in _COPIERS and first is not None:
        yield from literals(evaluator, first, scope, depth)
    elif last == "next" and first is not None:
        for literal, inner in literals(evaluator, first, scope, depth):
            for member in _held(literal):
                yield from literals(evaluator, member, inner, depth)
    elif isinstance(node.func, ast.Name):
        for function in evaluator.module.functions_at_top(last):
            if isinstance(function.node, ast.FunctionDef):
                for value in evaluator.most(function.returned):
                    yield from literals(evaluator, value, function, depth)


def literals(
    evaluator: Evaluator, node: ast.expr, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The list, tuple, set or dict displays that an expression refers to."""
    if evaluator.is_deep(depth) or not evaluator.spend():
        return
    if isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
        yield node, scope
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "split"
        and not node.args
    ):
        for known in evaluator.values(node.func.value, scope):
            words = [ast.copy_location(ast.Constant(word), node) for word in known.text.split()]
            yield ast.copy_location(ast.List(list[ast.expr](words), ast.Load()), node), scope
    elif isinstance(node, ast.Call) and node.args and _splits(node):
        yield from _split(evaluator, node, scope)
    elif isinstance(node, ast.Call) and reads_data(node):
        yield from evaluator.tables_of((node, scope), kept_tables(evaluator, node, scope))
    elif isinstance(node, ast.Call) and _gets(node) and isinstance(node.func, ast.Attribute):
        found = _inner(evaluator, node.func.value, node.args[0], scope, depth)
        yield from evaluator.tables_of((node, scope, depth), found)
    elif isinstance(node, ast.Call):
        yield from evaluator.tables_of(
            (node, scope, depth), _made(evaluator, node, scope, depth + 1)
        )
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.BitOr):
        for side in (node.left, node.right):
            yield from literals(evaluator, side, scope, depth + 1)
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
        yield from _kept(evaluator, node, scope, depth + 1)
    # Worked out once: a table of which a name is a part, under the same name (`x = x[key]`), has
    # as many paths through it as the depth has powers.
    elif isinstance(node, ast.Subscript):
        found = _inner(evaluator, node.value, node.slice, scope, depth)
        yield from evaluator.tables_of((node, scope, depth), found)
    elif isinstance(node, ast.Name | ast.Attribute):
        where = scope.holder(node.id) if isinstance(node, ast.Name) else None
        place = (type(node), where, node.id if isinstance(node, ast.Name) else node.attr, depth)
        yield from evaluator.tables_of(place, _named(evaluator, node, scope, depth))


def _kept(
    evaluator: Evaluator,
    node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp,
    scope: Scope,
    depth: int,
) -> Iterator[tuple[ast.expr, Scope]]:
    """`[row for row in rows if …]`, `{row["name"]: row for row in rows}`: the rows themselves; else
    what is made of each, of which there is no telling them apart."""
    first = node.generators[0]
    kept = node.value if isinstance(node, ast.DictComp) else node.elt
    rows = [kept]
    if isinstance(kept, ast.Name) and dotted(first.target) == kept.id:
        rows = list(elements(evaluator, first.iter, scope, depth, want_values=False))
    made: ast.expr = ast.List(rows, ast.Load())
    if rows == [kept]:
        key = node.key if isinstance(node, ast.DictComp) else None
        made = ast.Set([kept]) if key is None else ast.Dict([key], [kept])
    elif isinstance(node, ast.DictComp):  # under some key
        made = ast.Dict([None] * len(rows), rows)
    yield ast.copy_location(made, node), scope


def _inner(
    evaluator: Evaluator, table: ast.expr, key: ast.expr, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The displays in a table of tables: the one at a place of a long one, where that is known."""
    for literal, inner in literals(evaluator, table, scope, depth + 1):
        held = _held(literal)
        if len(held) > MOST_VALUES and isinstance(key, ast.Constant):
            held = _exactly(literal, key.value) or held
        for value in evaluator.most(held):
            yield from literals(evaluator, value, inner, depth + 1)


def _named(
    evaluator: Evaluator, node: ast.Name | ast.Attribute, scope: Scope, depth: int
) -> Iterator[tuple[ast.expr, Scope]]:
    """The displays that a name or an attribute of anything stands for."""
    if isinstance(node, ast.Name):
        where = scope.holder(node.id)
        for binding in evaluator.most(where.bindings[node.id]) if where else ():
            if binding.value is not None and binding.how in (How.VALUE, How.DEFAULT):
                yield from literals(evaluator, binding.value, binding.scope, depth + 1)
            elif binding.value is not None and binding.how in (How.ITEM, How.DICT_VALUE):
                of_dict = binding.how is How.DICT_VALUE
                for one in elements(
                    evaluator, binding.value, binding.scope, depth + 1, want_values=of_dict
                ):
                    yield from literals(evaluator, one, binding.scope, depth + 1)
        if where is None:
            yield from _imported(evaluator, node.id, scope, depth)
        elif node.id in where.parameters:
            owner = evaluator.of(where)
            given = passed(owner.module, node.id, where.parameters[node.id], where)
            for call, argument in evaluator.most(given):
                yield from literals(owner, argument, call.scope, depth + 1)
    else:
        bindings = [
            *evaluator.module.attributes.get(node.attr, []),
            *evaluator.module.class_attributes.get(node.attr, []),
        ]
        known = [(evaluator, one) for one in bindings] or _beyond(evaluator, node, scope)
        for where_set, binding in evaluator.most(known):
            if binding.value is not None and binding.how in (How.VALUE, How.DEFAULT):
                yield from literals(where_set, binding.value, binding.scope, depth + 1)
    for more in written(node, scope, evaluator.module):
        yield from literals(evaluator, more.display, more.scope, depth + 1)


def _beyond(
    evaluator: Evaluator, node: ast.Attribute, scope: Scope
) -> list[tuple[Evaluator, Binding]]:
    """What another module of the repository, or a class of one, has under a name."""
    imported = evaluator.module.imported(getattr(node.value, "id", ""), scope)
    other = None if imported is None else evaluator.find(evaluator.module, imported.whole)
    if other is not None:
        return [(evaluator.of(other.top), one) for one in other.top.bindings.get(node.attr, ())]
    found = evaluator.class_of(node.value, scope)
    for _ in range(_MOST_ABOVE):
        if found is None:
            break
        owner, cls = found
        if bound := cls.bindings.get(node.attr):
            return [(owner, one) for one in bound]
        around = cls.parent or cls
        above = (owner.class_named(one, around) for one in getattr(cls.node, "bases", ()))
        found = next(filter(None, above), None)
    return []

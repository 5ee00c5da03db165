"""What is written into objects and tables after they are made: `config.model = …`,
`table["model"] = …`, `names.append(…)`, `setattr(config, "model", …)`,
`replace(config, model=…)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lineage.scan.python.module import (
    Binding,
    Call,
    How,
    Imported,
    Module,
    Named,
    Scope,
    Written,
    dotted,
)
from lineage.scan.python.node_names import target_name
from lineage.scan.python.value import OWN_NAMES

_COPIES = frozenset(
    {"replace", "_replace", "__replace__", "evolve", "model_copy", "type", "set_defaults"}
)
"""Calls that make an object like another one, with other values for some of its fields."""
_MEMBERS = {"append": 0, "appendleft": 0, "add": 0, "insert": 1, "extend": 0, "extendleft": 0}
"""Methods that give a list more members, with the place of what they are given."""
_SETS = frozenset({"setattr", "__setattr__"})
WRITERS = _COPIES | _SETS | _MEMBERS.keys() | {"update", "setdefault"}
_MOST = 200
_IMPORTS = re.compile(
    r"(?i)(?:\A__import__|(?:\A|_)import_(?:module|lib\w*)|(?:lazy|attempt|try|safe|optional|require)"
    r"_?imports?(?:_\w+)?|import_?(?:or_?\w+|optional\w*|skip)|lazy_?(?:loader|module))\Z"
)
"""Calls that import the module which they are given the name of."""
_MODULE = re.compile(r"(\.*)([^\W\d]\w*(?:\.[^\W\d]\w*)*)\Z")


def imports_later(name: str) -> bool:
    """Whether a call of that name imports what it is given the name of."""
    return _IMPORTS.search(name) is not None


def import_later(
    target: ast.expr, call: ast.Call, callee: str, scope: Scope, module: Module
) -> None:
    """Keep what a call imports under a name: `clip = lazy_import("open_clip")`, and of several
    names of modules (`LazyLoader("timm", globals(), "package.timm")`) the one that is longest.
    `callee`: the last part of its name."""
    if not isinstance(target, ast.Name) or not imports_later(callee):
        return
    texts = [one.value for one in call.args if isinstance(one, ast.Constant)]
    named = [one for text in texts if isinstance(text, str) and (one := _MODULE.match(text))]
    if named:
        dots, path = max(named, key=lambda one: one[2].count(".")).groups()
        if target.id not in module.imports:
            module.keep_import(target.id, Imported(path, None, len(dots)), scope)


def write(call: Call, module: Module) -> None:
    """Keep what a call of one of the `WRITERS` writes, and where to."""
    func, args, scope = call.node.func, call.node.args, call.scope
    owner = func.value if isinstance(func, ast.Attribute) else None
    place = _MEMBERS.get(call.last)
    if call.last in _SETS:
        on = args[0] if len(args) == 3 else owner
        if on is not None and len(args) in (2, 3):
            _field(on, args[-2], args[-1], scope, module)
            if isinstance(args[-2], ast.Constant):
                module.named.append(Named(str(args[-2].value), args[-1], scope))
    elif call.last in _COPIES:
        on = args[0] if args else owner
        for key, value in _given(call.node):
            _field(on or call.node, key, value, scope, module)
    elif owner is None:
        return
    elif place is not None and len(args) == place + 1:
        more = args[place]
        listed = more if call.last == "extend" else ast.copy_location(ast.List([more]), more)
        if call.last in ("extend", "append"):
            module.named.append(Named(target_name(owner), listed, scope))
        if not call.last.startswith("extend"):
            more = ast.copy_location(ast.Set([more]), more)
        elif isinstance(more, ast.List | ast.Tuple):
            more = ast.copy_location(ast.Set(more.elts), more)
        _into(owner, None, more, scope, module)
    elif call.last == "setdefault" and len(args) == 2:
        _into(owner, args[0], args[1], scope, module)
    elif call.last == "update":
        for key, value in _given(call.node):
            _into(owner, key, value, scope, module)


def write_item(target: ast.Subscript, value: ast.expr, scope: Scope, module: Module) -> None:
    """`table[key] = value`."""
    if isinstance(target.slice, ast.Slice) and isinstance(target.value, ast.Attribute):
        bound = Binding(How.VALUE, value, scope, target.value.value)  # `sys.argv[1:] = […]`
        module.attributes.setdefault(target.value.attr, []).append(bound)
    elif not isinstance(target.slice, ast.Slice | ast.Tuple):
        _into(target.value, target.slice, value, scope, module)


def written(node: ast.Name | ast.Attribute, scope: Scope, module: Module) -> Iterator[Written]:
    """The tables and lists that something of that name was given after it was made."""
    name = node.id if isinstance(node, ast.Name) else node.attr
    for one in module.written.get(name, ())[:_MOST]:
        if type(one.owner) is type(node) and (
            isinstance(node, ast.Attribute) or one.scope.holder(name) is scope.holder(name)
        ):
            yield one


def _given(node: ast.Call) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """What a call is given by keyword and in tables; those that stand elsewhere without a key."""
    tables = [one for one in node.args if isinstance(one, ast.Dict)]
    for keyword in node.keywords:
        if isinstance(keyword.value, ast.Dict):
            tables.append(keyword.value)
        if keyword.arg is None:
            yield None, keyword.value
        else:
            yield ast.copy_location(ast.Constant(keyword.arg), keyword.value), keyword.value
    for table in tables:
        yield from zip(table.keys, table.values, strict=True)
    yield from ((None, one) for one in node.args if isinstance(one, ast.Name | ast.Attribute))


def _into(
    table: ast.expr, key: ast.expr | None, value: ast.expr, scope: Scope, module: Module
) -> None:
    if isinstance(table, ast.Attribute) and table.attr == "__dict__":
        _field(table.value, key, value, scope, module)
    elif isinstance(table, ast.Call) and dotted(table.func) in OWN_NAMES:
        if table.args:
            _field(table.args[0], key, value, scope, module)
        elif isinstance(key, ast.Constant):
            module.top.bind(str(key.value), How.VALUE, value, scope)
    elif isinstance(table, ast.Name | ast.Attribute):
        name = table.id if isinstance(table, ast.Name) else table.attr
        module.written.setdefault(name, []).append(Written(table, key, value, scope))


def _field(
    on: ast.expr, key: ast.expr | None, value: ast.expr, scope: Scope, module: Module
) -> None:
    if isinstance(key, ast.Constant):
        bound = Binding(How.VALUE, value, scope, on)
        module.attributes.setdefault(str(key.value), []).append(bound)

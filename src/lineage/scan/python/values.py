"""Work out, without running anything, which texts an expression can be."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from lineage.core.use import Certainty
from lineage.scan.python.module import Binding, Call, How, Imported, Module, Scope, dotted

DEEPEST = 14
MOST_VALUES = 48

_WITH_DEFAULT = frozenset(
    {"getenv", "get", "pop", "setdefault", "getattr", "env", "config", "str_env", "get_env"}
)
_FIELD_MAKERS = frozenset(
    {
        "Field",
        "field",
        "Option",
        "Argument",
        "Query",
        "Body",
        "Param",
        "attrib",
        "ib",
        "ContextVar",
        "CharField",
    }
)
_SAME_TEXT = frozenset(
    {
        "str",
        "strip",
        "rstrip",
        "lstrip",
        "cast",
        "lower_if_needed",
        "quote",
        "unquote",
        "expandvars",
        "Text",
    }
)
_PATH_MAKERS = frozenset(
    [
        "Path", "join", "abspath", "realpath", "expanduser", "joinpath", "PurePath", "PosixPath",
        "dirname", "resolve", "as_posix", "mkdtemp", "TemporaryDirectory", "get_checkpoint_dir",
    ]
)  # fmt: skip
_PATH_MODULES = frozenset(
    {
        "os.path.join",
        "os.path.abspath",
        "os.path.realpath",
        "os.path.expanduser",
        "os.path.dirname",
        "osp.join",
        "path.join",
    }
)


@dataclass(frozen=True)
class Value:
    """One text that an expression can be."""

    text: str
    certainty: Certainty
    line: int
    """Where the literal is."""
    file: str
    is_path: bool = False
    """Built with path operations, so no hub id whatever it looks like."""


Finder = Callable[[Module, Imported], "Module | None"]


def _weaker(a: Certainty, b: Certainty) -> Certainty:
    return a if a.rank >= b.rank else b


class Evaluator:
    """Evaluates expressions of one module; follows names into other modules through `find`."""

    def __init__(self, module: Module, find: Finder, budget: list[int] | None = None) -> None:
        self.module = module
        self._find = find
        self._budget = budget if budget is not None else [200_000]
        """Steps left, shared over everything one file sets off:
        hostile code cannot make this explode."""
        self._known: dict[tuple[ast.expr, Scope], list[Value]] = {}

    def values(self, node: ast.expr, scope: Scope) -> list[Value]:
        """All texts that `node` can be, each once; empty where that cannot be known."""
        known = self._known.get((node, scope))
        if known is None:
            known = self._known[node, scope] = self._settled(node, scope)
        return known

    def _settled(self, node: ast.expr, scope: Scope) -> list[Value]:
        seen: dict[tuple[str, bool], Value] = {}
        for value in self._values(node, scope, 0):
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
            else [replace(v, certainty=_weaker(v.certainty, Certainty.LIKELY)) for v in found]
        )

    def _values(self, node: ast.expr | None, scope: Scope, depth: int) -> Iterator[Value]:
        self._budget[0] -= 1
        if node is None or depth > DEEPEST or self._budget[0] < 0:
            return
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is not None:
            yield from handler(node, scope, depth + 1)

    # -- literals ----------------------------------------------------------------------------------

    def _constant(self, node: ast.Constant, scope: Scope, depth: int) -> Iterator[Value]:
        if isinstance(node.value, str):
            yield Value(node.value, Certainty.CERTAIN, node.lineno, self.module.file)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, depth: int) -> Iterator[Value]:
        parts = [p.value if isinstance(p, ast.FormattedValue) else p for p in node.values]
        yield from self._joined(parts, node, scope, depth)

    def _joined(
        self, parts: Iterable[ast.expr], node: ast.expr, scope: Scope, depth: int
    ) -> Iterator[Value]:
        texts = [Value("", Certainty.CERTAIN, node.lineno, self.module.file)]
        for part in parts:
            if isinstance(
                part, ast.Constant
            ):  # blanks and numbers too, and pieces made here that are on no line
                choices = [Value(str(part.value), Certainty.CERTAIN, node.lineno, self.module.file)]
            else:
                choices = list(self._values(part, scope, depth))[:8]
            texts = [
                replace(
                    a,
                    text=a.text + b.text,
                    certainty=_weaker(a.certainty, b.certainty),
                    is_path=a.is_path or b.is_path,
                    file=b.file if _brings_slash(a, b) else a.file,
                    line=b.line if _brings_slash(a, b) else a.line,
                )
                for a in texts
                for b in choices
            ][:MOST_VALUES]
        yield from (t for t in texts if len(t.text) < 1000)

    def _binop(self, node: ast.BinOp, scope: Scope, depth: int) -> Iterator[Value]:
        if isinstance(node.op, ast.Add):
            yield from self._joined([node.left, node.right], node, scope, depth)
        elif isinstance(node.op, ast.Div):
            yield from (
                replace(v, is_path=True)
                for v in self._joined(
                    [node.left, ast.Constant("/"), node.right], node, scope, depth
                )
            )
        elif (
            isinstance(node.op, ast.Mod)
            and isinstance(node.left, ast.Constant)
            and isinstance(node.left.value, str)
        ):
            fillers = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            pieces = node.left.value.split("%s")
            if len(pieces) == len(fillers) + 1 and "%" not in "".join(pieces):
                yield from self._joined(_interleave(pieces, fillers), node, scope, depth)

    def _ifexp(self, node: ast.IfExp, scope: Scope, depth: int) -> Iterator[Value]:
        yield from self._likely(node.body, scope, depth)
        yield from self._likely(node.orelse, scope, depth)

    def _boolop(self, node: ast.BoolOp, scope: Scope, depth: int) -> Iterator[Value]:
        for operand in node.values:
            yield from self._likely(operand, scope, depth)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, depth: int) -> Iterator[Value]:
        yield from self._values(node.value, scope, depth)

    def _await(self, node: ast.Await, scope: Scope, depth: int) -> Iterator[Value]:
        yield from self._values(node.value, scope, depth)

    def _likely(self, node: ast.expr | None, scope: Scope, depth: int) -> Iterator[Value]:
        for value in self._values(node, scope, depth):
            yield replace(value, certainty=_weaker(value.certainty, Certainty.LIKELY))

    # -- names -------------------------------------------------------------------------------------

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> Iterator[Value]:
        where: Scope | None = scope
        while where is not None:
            if node.id in where.bindings and (where is scope or not where.is_class):
                yield from self._bound(where.bindings[node.id], depth)
                if node.id in where.parameters:
                    yield from self._passed(node.id, where, depth)
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
                    else replace(value, certainty=_weaker(value.certainty, Certainty.LIKELY))
                )

    def _one(self, binding: Binding, depth: int) -> Iterator[Value]:
        if binding.how in (How.VALUE, How.DEFAULT):
            yield from self._values(binding.value, binding.scope, depth)
        elif binding.how in (How.ITEM, How.DICT_VALUE) and binding.value is not None:
            for element in self._elements(
                binding.value, binding.scope, depth, want_values=binding.how is How.DICT_VALUE
            ):
                yield from self._values(element, binding.scope, depth)

    def _passed(self, name: str, function: Scope, depth: int) -> Iterator[Value]:
        """What the module's own calls of this function pass for the parameter."""
        called = function.name
        index = function.parameters[name]
        owner = (
            function.parent if function.parent is not None and function.parent.is_class else None
        )
        if owner is not None and called == "__init__":
            called = owner.name
        shift = 1 if owner is not None else 0
        for call in self.module.calls_of.get(called, [])[:24]:
            argument = _argument(call.node, name, index - shift if index >= 0 else -1)
            if argument is not None and not (
                isinstance(argument, ast.Name) and argument.id == name
            ):
                yield from self._likely(argument, call.scope, depth)

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
        cls = self.class_of(node.value, scope)
        if cls is not None:
            yield from self._field(cls[0], cls[1], node.attr, depth)
            return
        yield from self._loose(node.attr, depth)

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
        bindings = list(self.module.attributes.get(attribute, []))
        for cls in self.module.classes.values():
            bindings.extend(cls.bindings.get(attribute, []))
        for binding in bindings[:12]:
            for value in self._one(binding, depth):
                yield replace(value, certainty=_weaker(value.certainty, Certainty.LIKELY))

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
        if node.id in self.module.classes:
            return self, self.module.classes[node.id]
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
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        if last == "format" and isinstance(node.func, ast.Attribute):
            yield from self._format(node, scope, depth)
        elif last in _FIELD_MAKERS:
            default = next(
                (k.value for k in node.keywords if k.arg in ("default", "default_value")),
                node.args[0] if node.args else None,
            )
            yield from self._likely(default, scope, depth)
        elif last in _SAME_TEXT:
            subject = node.args[-1] if node.args else None
            # An argument of `strip` is a set of characters: the text is the object itself.
            is_strip = last in ("strip", "rstrip", "lstrip")
            if isinstance(node.func, ast.Attribute) and (is_strip or subject is None):
                subject = node.func.value
            yield from self._values(subject, scope, depth)
        elif last in _PATH_MAKERS and (name in _PATH_MODULES or last != "join"):
            yield from self._path(node, scope, depth)
        elif last in _WITH_DEFAULT or last in ("get", "getenv"):
            yield from self._looked_up(node, last, scope, depth)
        elif any(
            k.arg == "default" for k in node.keywords
        ):  # a prompt, a setting, somebody's own look-up
            yield from self._likely(
                next(k.value for k in node.keywords if k.arg == "default"), scope, depth
            )
        elif isinstance(node.func, ast.Name):
            yield from self._returned(node, scope, depth)

    def _format(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        assert isinstance(node.func, ast.Attribute)  # noqa: S101 - checked by the caller
        for template in list(self._values(node.func.value, scope, depth))[:4]:
            pieces = template.text.split("{}")
            if len(pieces) == len(node.args) + 1 and "{" not in "".join(pieces):
                yield from self._joined(_interleave(pieces, node.args), node, scope, depth)

    def _path(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        """A joined path; parts that cannot be known become `…`, since a path stays a path."""
        parts: list[str] = []
        for argument in node.args[:8]:
            known = list(self._values(argument, scope, depth))
            parts.append(known[0].text if known else "…")
        text = "/".join(p.strip("/") if i else p.rstrip("/") for i, p in enumerate(parts)) or "…"
        yield Value(text, Certainty.LIKELY, node.lineno, self.module.file, is_path=True)

    def _looked_up(self, node: ast.Call, last: str, scope: Scope, depth: int) -> Iterator[Value]:
        """`os.environ.get(name, default)`, `getattr(o, name, default)`, `table.get(key,
        default)`: the default, and the table's values."""
        place = 2 if last == "getattr" else 1
        default = next((k.value for k in node.keywords if k.arg in ("default", "fallback")), None)
        default = default or (node.args[place] if len(node.args) > place else None)
        yield from self._likely(default, scope, depth)
        if last in ("get", "pop") and isinstance(node.func, ast.Attribute) and node.args:
            yield from self._in_table(node.func.value, node.args[0], scope, depth)

    def _returned(self, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
        """What a small function of this module returns: `def model_name(): return "org/name"`."""
        assert isinstance(node.func, ast.Name)  # noqa: S101 - checked by the caller
        for statement in self.module.tree.body:
            if (
                isinstance(statement, ast.FunctionDef)
                and statement.name == node.func.id
                and len(statement.body) <= 6
            ):
                for inner in statement.body:
                    if isinstance(inner, ast.Return):
                        yield from self._likely(inner.value, self.module.top, depth)

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Iterator[Value]:
        yield from self._in_table(node.value, node.slice, scope, depth)

    def _in_table(
        self, table: ast.expr, key: ast.expr, scope: Scope, depth: int
    ) -> Iterator[Value]:
        for literal, where in self._literals(table, scope, depth):
            if isinstance(literal, ast.Dict):
                wanted = key.value if isinstance(key, ast.Constant) else None
                exact = [
                    v
                    for k, v in zip(literal.keys, literal.values, strict=True)
                    if isinstance(k, ast.Constant) and k.value == wanted
                ]
                for value in exact if wanted is not None else literal.values[:MOST_VALUES]:
                    yield from (
                        self._values(value, where, depth)
                        if exact
                        else self._likely(value, where, depth)
                    )
            elif isinstance(literal, (ast.List, ast.Tuple)):
                index = (
                    key.value
                    if isinstance(key, ast.Constant) and isinstance(key.value, int)
                    else None
                )
                chosen = (
                    literal.elts[index : index + 1]
                    if index is not None and index >= 0
                    else literal.elts[:MOST_VALUES]
                )
                for value in chosen:
                    yield from self._values(value, where, depth)

    def _elements(
        self, node: ast.expr, scope: Scope, depth: int, *, want_values: bool
    ) -> Iterator[ast.expr]:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("values", "keys")
        ):
            want_values = node.func.attr == "values"
            node = node.func.value
        elif (
            isinstance(node, ast.Call)
            and dotted(node.func)
            in ("list", "tuple", "set", "sorted", "tqdm", "tqdm.tqdm", "reversed")
            and node.args
        ):
            node = node.args[0]
        for literal, _ in self._literals(node, scope, depth):
            if isinstance(literal, ast.Dict):
                yield from (
                    literal.values if want_values else (k for k in literal.keys if k is not None)
                )
            elif isinstance(literal, (ast.List, ast.Tuple, ast.Set)):
                yield from literal.elts[:MOST_VALUES]

    def _literals(
        self, node: ast.expr, scope: Scope, depth: int
    ) -> Iterator[tuple[ast.expr, Scope]]:
        """The list, tuple, set or dict displays that an expression refers to."""
        self._budget[0] -= 1
        if depth > DEEPEST or self._budget[0] < 0:
            return
        if isinstance(node, (ast.Dict, ast.List, ast.Tuple, ast.Set)):
            yield node, scope
        elif isinstance(node, ast.Subscript):  # a table of tables
            for literal, inner in self._literals(node.value, scope, depth + 1):
                if isinstance(literal, ast.Dict):
                    for value in literal.values[:MOST_VALUES]:
                        yield from self._literals(value, inner, depth + 1)
        elif isinstance(node, ast.Name):
            where: Scope | None = scope
            while where is not None and node.id not in where.bindings:
                where = where.parent
            for binding in where.bindings[node.id][:6] if where else []:
                if binding.value is not None and binding.how in (How.VALUE, How.DEFAULT):
                    yield from self._literals(binding.value, binding.scope, depth + 1)
        elif isinstance(node, ast.Attribute):
            bindings = [*self.module.attributes.get(node.attr, [])]
            bindings += [
                b for c in self.module.classes.values() for b in c.bindings.get(node.attr, [])
            ]
            for binding in bindings[:6]:
                if binding.value is not None and binding.how in (How.VALUE, How.DEFAULT):
                    yield from self._literals(binding.value, binding.scope, depth + 1)


def _brings_slash(a: Value, b: Value) -> bool:
    """Whether the piece that makes the text a name of the Hub is another module's."""
    return b.file != a.file and "/" in b.text and "/" not in a.text


def _argument(call: ast.Call, name: str, index: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if 0 <= index < len(call.args) and not any(
        isinstance(a, ast.Starred) for a in call.args[: index + 1]
    ):
        return call.args[index]
    return None


def _interleave(pieces: list[str], fillers: Iterable[ast.expr]) -> list[ast.expr]:
    result: list[ast.expr] = [ast.Constant(pieces[0])]
    for filler, piece in zip(fillers, pieces[1:], strict=True):
        result += [filler, ast.Constant(piece)]
    return result


def call_argument(call: Call, name: str, index: int) -> ast.expr | None:
    """What a call passes for a parameter, by keyword or by position; None
    where it passes nothing or a `*` hides it."""
    return _argument(call.node, name, index)

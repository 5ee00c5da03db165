"""What is known of one module: scopes, what each name is bound
to, imports, and every call with its scope."""

from __future__ import annotations

import ast
import re
from dataclasses import field
from functools import cached_property
from typing import NamedTuple

from lineage.core.value import dataclass
from lineage.core.word import Word

_EXAMPLE = re.compile(r"(?i)(?:\A|_)examples?\Z|\A(?:json_schema|openapi)_extra\Z")
"""Keys and keywords below which frameworks for the web keep what they show of an interface."""

# Fields that hold names, numbers and marks, never an expression.
_LEAVES = frozenset(
    ["ctx", "op", "ops", "attr", "id", "name", "names", "lineno", "kind", "type_comment", "rest",
     "simple", "level", "module", "conversion", "is_async", "asname", "arg", "cls", "kwd_attrs"]
)  # fmt: skip
_SMALL = 6
"""Statements of a function that is worth a look for what it returns."""
FIELDS = {
    kind: tuple(name for name in kind._fields if name not in _LEAVES)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
"""By the kind of a node: its fields that hold expressions."""


class How(Word):
    """How a bound expression becomes the value of its name."""

    VALUE = "value"
    ITEM = "item"
    """One element of it: loops and comprehensions."""
    DICT_VALUE = "dict-value"
    """One value of it: `for k, v in table.items()`."""
    DEFAULT = "default"
    """Unless somebody passes another: parameters, options, fields."""
    ADDED = "added"
    """With something behind what it was, which is told where the name is read."""
    UNKNOWN = "unknown"


class Binding(NamedTuple):
    """One possible meaning of a name."""

    how: How
    value: ast.expr | None
    scope: Scope
    on: ast.expr | None = None
    """The object whose attribute it is, where that is written out."""
    is_checked: bool = False
    """Whether it is no more than what code checks the value to be."""


@dataclass(frozen=True)
class Written:
    """What a table or a list is given after it was made."""

    owner: ast.Name | ast.Attribute
    key: ast.expr | None
    value: ast.expr
    scope: Scope

    @property
    def display(self) -> ast.expr:
        """What it is given, as a table or a list of its own."""
        if self.key is None:
            return self.value
        return ast.copy_location(ast.Dict([self.key], [self.value]), self.value)


@dataclass(eq=False)
class Scope:
    """The body of a module, class or function."""

    name: str
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: dict[str, int] = field(default_factory=dict)
    """Position of each parameter, -1 for keyword-only ones; empty unless a function."""
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    returned: list[ast.expr] = field(default_factory=list)
    """What a function returns, in its branches and blocks too, not what others within it do."""
    declared: dict[str, Scope] | None = None
    """Names that `global` and `nonlocal` say to be another scope's."""
    imports: dict[str, Imported] = field(default_factory=dict)
    """What imports bind in this scope itself."""
    module: Module | None = None
    """Of which it is the body."""

    @property
    def is_class(self) -> bool:
        """Whether names bound here are attributes."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def small_returned(self) -> list[ast.expr]:
        """What it returns, if it is a function so small that it is worth a look."""
        body = getattr(self.node, "body", ())
        return self.returned if isinstance(body, list) and len(body) <= _SMALL else []

    @property
    def enclosing_class(self) -> Scope | None:
        """The class whose method this is in, if any."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def bind(self, name: str, how: How, value: ast.expr | None, scope: Scope | None = None) -> None:
        """Add one possible meaning of `name`."""
        holder = self.declared.get(name, self) if self.declared else self
        holder.bindings.setdefault(name, []).append(Binding(how, value, scope or self))

    @property
    def top(self) -> Scope:
        """The body of the module that it is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def holder(self, name: str) -> Scope | None:
        """The scope, this one or one around it, in which a name is bound."""
        scope: Scope | None = self
        while scope is not None and name not in scope.bindings:
            scope = scope.parent
        return scope

    def binder(self, name: str) -> Scope | None:
        """The scope that binds a name as it is seen from this one: not from within a class's
        methods the class."""
        scope: Scope | None = self
        while scope is not None and (
            name not in scope.bindings or (scope.is_class and scope is not self)
        ):
            scope = scope.parent
        return scope


@dataclass(frozen=True)
class Imported:
    """What an import binds: a module, or one name of it."""

    module: str
    name: str | None
    level: int

    @property
    def whole(self) -> Imported:
        """The same where it binds a module: `from pkg import helpers`."""
        if self.name is None:
            return self
        return Imported(f"{self.module}.{self.name}".strip("."), None, self.level)


class Call(NamedTuple):
    """A call and the scope in which it is."""

    node: ast.Call
    scope: Scope
    name: str
    """Of the callee, as `dotted` spells it."""
    last: str
    """The last part of the name."""


class Named(NamedTuple):
    """A name, key or keyword that is given a value."""

    name: str
    value: ast.expr
    scope: Scope
    under: tuple[str, ...] = ()
    """Outermost first, what the place stands under: `@` for a decorator, callees, targets, keys."""
    is_default: bool = False
    """Whether the value holds unless somebody passes another: parameters, fields, options."""
    function: str = ""
    """Whose parameter it is."""


@dataclass(eq=False)
class Module:
    """Everything that resolving a name needs."""

    file: str
    tree: ast.Module
    top: Scope
    imports: dict[str, Imported] = field(default_factory=dict)
    """What any import binds: those of the module itself, and behind them those of functions."""
    stars: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    calls_of: dict[str, list[Call]] = field(default_factory=dict)
    """By the last part of the callee's name."""
    classes: dict[str, Scope] = field(default_factory=dict)
    functions: dict[str, list[Scope]] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    """What `self.x = …`, `args.x = …` and argparse's options bind, by attribute name."""
    written: dict[str, list[Written]] = field(default_factory=dict)
    """What tables and lists are given after they were made, by the last part of their name."""
    named: list[Named] = field(default_factory=list)
    """Every place where a name, key or keyword is given a value."""
    texts: list[ast.Constant] = field(default_factory=list)
    """Every text."""
    tables: list[ast.Dict] = field(default_factory=list)
    """Every display of a dictionary."""
    scopes: list[Scope] = field(default_factory=list)

    @cached_property
    def class_attributes(self) -> dict[str, list[Binding]]:
        """What the bodies of all classes bind, by name."""
        found: dict[str, list[Binding]] = {}
        for cls in self.classes.values():
            for name, bindings in cls.bindings.items():
                found.setdefault(name, []).extend(bindings)
        return found

    @property
    def method_names(self) -> frozenset[str]:
        """Of all methods and properties."""
        inner = (one for some in self.functions.values() for one in some)
        return frozenset(
            one.name for one in inner if one.parent is not None and one.parent.is_class
        )

    @cached_property
    def makers(self) -> dict[str, str]:
        """By an object's name, its class's package: `client = ollama.Client()`."""
        found: dict[str, str] = {}
        for names in (self.top.bindings, self.class_attributes):
            for name, bindings in names.items():
                package = next(filter(None, map(self._package_of_maker, bindings)), None)
                if package is not None:
                    found.setdefault(name, package)
        return found

    def _package_of_maker(self, binding: Binding) -> str | None:
        if not isinstance(binding.value, ast.Call):
            return None
        imported = self.imports.get(dotted(binding.value.func).partition(".")[0])
        is_known = imported is not None and not imported.level
        return imported.module.partition(".")[0] if imported is not None and is_known else None

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """By each node, what it stands in; of all that hold or read something."""
        found: dict[ast.AST, ast.AST] = {}
        waiting: list[ast.AST] = [self.tree]
        while waiting:
            node = waiting.pop()
            for name in FIELDS[type(node)]:
                value = getattr(node, name, None)
                for one in value if type(value) is list else (value,):
                    if isinstance(one, ast.AST):  # neither None nor the value of a constant
                        found[one] = node
                        waiting.append(one)
        return found

    @cached_property
    def compared(self) -> frozenset[int]:
        """The texts, by their `id`, that something is compared with: conditions, no uses."""
        tests = [one for one in self.parents if isinstance(one, ast.Compare)]
        sides = [side for one in tests for side in (one.left, *one.comparators)]
        lists = (ast.Tuple, ast.List, ast.Set)
        members = (e for side in sides if isinstance(side, lists) for e in side.elts)
        return frozenset(id(one) for one in (*sides, *members) if isinstance(one, ast.Constant))

    @cached_property
    def asserted(self) -> frozenset[int]:
        """What stands in an assertion, by its `id`: a test compares it."""
        calls = [one.node for one in self.calls if one.last.startswith("assert")]
        stated = [one for one in self.parents if isinstance(one, ast.Assert)]
        return frozenset(id(part) for one in (*calls, *stated) for part in ast.walk(one))

    @cached_property
    def shown(self) -> frozenset[int]:
        """What stands in an example of a documented interface, by its `id`."""
        pairs = [pair for one in self.tables for pair in zip(one.keys, one.values, strict=True)]
        under = [v for k, v in pairs if isinstance(k, ast.Constant) and _is_example(k.value)]
        given = [k.value for call in self.calls for k in call.node.keywords if _is_example(k.arg)]
        return frozenset(id(part) for one in (*under, *given) for part in ast.walk(one))

    def imported(self, name: str, scope: Scope) -> Imported | None:
        """What an import binds a name to as it is seen from a scope. Of a name that nothing binds
        there, what any import says: it was followed out of the function that has it."""
        if name not in self.imports:  # as most
            return None
        where: Scope | None = scope
        while where is not None:
            if name in where.imports and (where is scope or not where.is_class):
                return where.imports[name]
            where = where.parent
        is_own = name in self.classes or self.functions_at_top(name) or scope.binder(name)
        return None if is_own else self.imports[name]

    def own_class(self, name: str, scope: Scope) -> Scope | None:
        """The module's own class of that name as it is seen from a scope: not where what a function
        imports under the same name is nearer."""
        found = self.classes.get(name)
        if found is not None and name in self.imports:
            where: Scope | None = scope
            while where is not None and where is not found.parent:
                if name in where.imports:
                    return None
                where = where.parent
        return found

    def keep_import(self, name: str, imported: Imported, scope: Scope) -> None:
        """Keep what an import in a scope binds."""
        holder = scope.declared.get(name, scope) if scope.declared else scope
        holder.imports[name] = imported
        if holder is self.top or name not in self.top.imports:
            self.imports[name] = imported

    def functions_at_top(self, name: str) -> list[Scope]:
        """The functions of that name that belong to no class and no other function."""
        return [one for one in self.functions.get(name, []) if one.parent is self.top]

    def release(self) -> None:
        """Undo the circles between scopes and what is bound in them, so that the memory is free
        at once; nothing can be read of the module afterwards."""
        for scope in self.scopes:
            scope.bindings.clear()
        self.top.module = None
        self.__dict__.pop("class_attributes", None)


def _is_example(key: object) -> bool:
    return isinstance(key, str) and _EXAMPLE.search(key) is not None


def call_at(node: ast.Call, scope: Scope) -> Call:
    """The call that a node is."""
    name = dotted(node.func)
    return Call(node, scope, name, name.rpartition(".")[2])


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; `?` for what is not a name."""
    if type(node) is ast.Name:  # as most
        return node.id
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))

"""Index one module's syntax tree: scopes, what each name is bound
to, imports, and every call with its scope."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field

from lineage.core.word import Word


class How(Word):
    """How a bound expression becomes the value of its name."""

    VALUE = "value"
    ITEM = "item"
    """One element of it: loops and comprehensions."""
    DICT_VALUE = "dict-value"
    """One value of it: `for k, v in table.items()`."""
    DEFAULT = "default"
    """Unless somebody passes another: parameters, options, fields."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Binding:
    """One possible meaning of a name."""

    how: How
    value: ast.expr | None
    scope: Scope


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

    @property
    def is_class(self) -> bool:
        """Whether names bound here are attributes."""
        return isinstance(self.node, ast.ClassDef)

    @property
    def enclosing_class(self) -> Scope | None:
        """The class whose method this is in, if any."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def bind(self, name: str, how: How, value: ast.expr | None, scope: Scope | None = None) -> None:
        """Add one possible meaning of `name`."""
        self.bindings.setdefault(name, []).append(Binding(how, value, scope or self))


@dataclass(frozen=True)
class Imported:
    """What an import binds: a module, or one name of it."""

    module: str
    name: str | None
    level: int


@dataclass(frozen=True)
class Call:
    """A call and the scope in which it is."""

    node: ast.Call
    scope: Scope


@dataclass(eq=False)
class Module:
    """Everything that resolving a name needs."""

    file: str
    tree: ast.Module
    top: Scope
    imports: dict[str, Imported] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    calls_of: dict[str, list[Call]] = field(default_factory=dict)
    """By the last part of the callee's name."""
    classes: dict[str, Scope] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    """What `self.x = …`, `args.x = …` and argparse's options bind, by attribute name."""
    named_strings: list[tuple[str, ast.expr, Scope]] = field(default_factory=list)
    """(name, expression) for every place where a name, key or keyword is given a value."""


def parse(text: str, file: str) -> Module:
    """Index `text`.

    Raises SyntaxError, ValueError, RecursionError or MemoryError
    for what Python itself cannot parse.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in somebody else's code
        tree = ast.parse(text)
    module = Module(file, tree, Scope("", tree, None))
    _Indexer(module).body(tree.body, module.top)
    return module


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; `?` for what is not a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "?")
    return ".".join(reversed(parts))


class _Indexer:
    """One walk over the tree that fills a Module."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def body(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        for node in nodes:
            self.visit(node, scope)

    def visit(self, node: ast.AST, scope: Scope) -> None:
        handler = getattr(self, f"on_{type(node).__name__.lower()}", None)
        if handler is not None:
            handler(node, scope)
        else:
            self.body(ast.iter_child_nodes(node), scope)

    # -- scopes ------------------------------------------------------------------------------------

    def on_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = Scope(node.name, node, scope)
        self.module.classes.setdefault(node.name, inner)
        self.body([*node.decorator_list, *node.bases, *node.keywords], scope)
        self.body(node.body, inner)

    def on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        inner = Scope(node.name, node, scope)
        self._parameters(node.args, inner, scope)
        for decorator in node.decorator_list:
            self._option(decorator, inner, scope)
        self.body(node.decorator_list, scope)
        self.body(
            [d for d in [*node.args.defaults, *node.args.kw_defaults] if d is not None], scope
        )
        self.body(node.body, inner)

    on_asyncfunctiondef = on_functiondef

    def on_lambda(self, node: ast.Lambda, scope: Scope) -> None:
        inner = Scope("<lambda>", node, scope)
        self._parameters(node.args, inner, scope)
        self.visit(node.body, inner)

    def _parameters(self, args: ast.arguments, inner: Scope, outer: Scope) -> None:
        positional = [*args.posonlyargs, *args.args]
        defaults: list[ast.expr | None] = [
            *[None] * (len(positional) - len(args.defaults)),
            *args.defaults,
        ]
        for index, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
            self._parameter(arg, index, default, inner, outer)
        for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            self._parameter(arg, -1, default, inner, outer)
        for extra in (args.vararg, args.kwarg):
            if extra is not None:
                inner.bind(extra.arg, How.UNKNOWN, None)

    def _parameter(
        self, arg: ast.arg, index: int, default: ast.expr | None, inner: Scope, outer: Scope
    ) -> None:
        inner.parameters[arg.arg] = index
        inner.bindings.setdefault(arg.arg, [])
        if arg.annotation is not None:
            inner.annotations[arg.arg] = arg.annotation
        if default is not None:
            inner.bind(arg.arg, How.DEFAULT, default, outer)
            self.module.named_strings.append((arg.arg, default, outer))

    def _option(self, decorator: ast.expr, inner: Scope, outer: Scope) -> None:
        """`@click.option("--model", default=…)` gives the parameter of that name its default."""
        if not isinstance(decorator, ast.Call) or not isinstance(
            decorator.func, ast.Attribute | ast.Name
        ):
            return
        if dotted(decorator.func).rpartition(".")[2] not in ("option", "argument"):
            return
        default = next((k.value for k in decorator.keywords if k.arg == "default"), None)
        name = option_name(decorator)
        if name and default is not None:
            inner.bind(name, How.DEFAULT, default, outer)

    # -- bindings ----------------------------------------------------------------------------------

    def on_assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind(target, How.VALUE, node.value, scope)
        self.visit(node.value, scope)

    def on_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if isinstance(node.target, ast.Name):
            scope.annotations[node.target.id] = node.annotation
        if node.value is not None:
            self._bind(node.target, How.DEFAULT if scope.is_class else How.VALUE, node.value, scope)
            self.visit(node.value, scope)

    def on_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        self._bind(node.target, How.UNKNOWN, None, scope)
        self.visit(node.value, scope)

    def on_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._bind(node.target, How.VALUE, node.value, scope)
        self.visit(node.value, scope)

    def on_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self._loop(node.target, node.iter, scope)
        self.body([node.iter, *node.body, *node.orelse], scope)

    on_asyncfor = on_for

    def on_comprehension(self, node: ast.comprehension, scope: Scope) -> None:
        self._loop(node.target, node.iter, scope)
        self.body([node.iter, *node.ifs], scope)

    def on_dict(self, node: ast.Dict, scope: Scope) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                self.module.named_strings.append((key.value, value, scope))
        self.body(ast.iter_child_nodes(node), scope)

    def _loop(self, target: ast.expr, values: ast.expr, scope: Scope) -> None:
        is_items = (
            isinstance(values, ast.Call)
            and isinstance(values.func, ast.Attribute)
            and values.func.attr == "items"
        )
        if is_items and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            table = values.func.value  # type: ignore[attr-defined]
            self._bind(target.elts[0], How.ITEM, table, scope)
            self._bind(target.elts[1], How.DICT_VALUE, table, scope)
        else:
            self._bind(target, How.ITEM, values, scope)

    def _bind(self, target: ast.expr, how: How, value: ast.expr | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, how, value)
            self._named(target.id, how, value, scope)
        elif isinstance(target, ast.Attribute):
            self.module.attributes.setdefault(target.attr, []).append(Binding(how, value, scope))
            self._named(target.attr, how, value, scope)
        elif (
            isinstance(target, ast.Subscript)
            and isinstance(target.slice, ast.Constant)
            and isinstance(target.slice.value, str)
        ):
            self._named(target.slice.value, how, value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, how, value, scope)

    def _unpack(
        self, targets: list[ast.expr], how: How, value: ast.expr | None, scope: Scope
    ) -> None:
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) and how is How.VALUE else []
        exact = len(values) == len(targets)
        for index, target in enumerate(targets):
            self._bind(
                target, how if exact else How.UNKNOWN, values[index] if exact else None, scope
            )

    def _named(self, name: str, how: How, value: ast.expr | None, scope: Scope) -> None:
        if value is not None and how in (How.VALUE, How.DEFAULT):
            self.module.named_strings.append((name, value, scope))

    # -- imports and calls -------------------------------------------------------------------------

    def on_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.module.imports[name] = Imported(alias.name if alias.asname else name, None, 0)

    def on_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append("." * node.level + (node.module or ""))
            else:
                self.module.imports[alias.asname or alias.name] = Imported(
                    node.module or "", alias.name, node.level
                )

    def on_call(self, node: ast.Call, scope: Scope) -> None:
        call = Call(node, scope)
        self.module.calls.append(call)
        name = dotted(node.func).rpartition(".")[2]
        self.module.calls_of.setdefault(name, []).append(call)
        if name == "add_argument":
            self._argparse(node, scope)
        for keyword in node.keywords:
            if keyword.arg:
                self.module.named_strings.append((keyword.arg, keyword.value, scope))
        self.body(ast.iter_child_nodes(node), scope)

    def _argparse(self, node: ast.Call, scope: Scope) -> None:
        options = {k.arg: k.value for k in node.keywords}
        dest = options.get("dest")
        name = (
            dest.value
            if isinstance(dest, ast.Constant) and isinstance(dest.value, str)
            else option_name(node)
        )
        if name:
            self.module.attributes.setdefault(name, [])
            if "default" in options:
                self.module.attributes[name].append(Binding(How.DEFAULT, options["default"], scope))
                self.module.named_strings.append((name, options["default"], scope))


def option_name(call: ast.Call) -> str | None:
    """The attribute or parameter that argparse and click make of an
    option: its first long name, or the bare one."""
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    plain = [n for n in names if not n.startswith("-")]
    long = [n.lstrip("-").partition("/")[0] for n in names if n.startswith("--")]
    chosen = plain[:1] or long[:1] or [n.lstrip("-") for n in names[:1]]
    return chosen[0].replace("-", "_") if chosen else None

"""Index one module's syntax tree in one walk."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from lineage.scan.python.checked import bind_checks
from lineage.scan.python.labelled import defaults_of_setting, named_beside
from lineage.scan.python.later import WRITERS, import_later, write, write_item
from lineage.scan.python.loops import bind_loop
from lineage.scan.python.made_classes import made_class
from lineage.scan.python.module import (
    FIELDS,
    Binding,
    How,
    Imported,
    Module,
    Named,
    Scope,
    call_at,
    dotted,
)
from lineage.scan.python.node_names import (
    choices,
    is_of_data,
    literal,
    option_name,
    target_name,
)
from lineage.scan.python.passed import write_within
from lineage.scan.python.value import unpacked

DECORATOR = "@"
"""Stands in `Named.under` for everything that decorates."""


def parse(text: str, file: str) -> Module:
    """Index `text`.

    Raises SyntaxError, ValueError, RecursionError or MemoryError
    for what Python itself cannot parse.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in somebody else's code
        tree = ast.parse(text)
    module = Module(file, tree, Scope("", tree, None))
    module.scopes.append(module.top)
    module.top.module = module
    _Indexer(module).body(tree.body, module.top)
    write_within(module)
    return module


def _unhandled(indexer: _Indexer, node: ast.AST, scope: Scope) -> None:
    """Stands for the kinds of nodes that have no handler of their own."""


class _Indexer:
    """One walk over the tree that fills a Module."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self._under: tuple[str, ...] = ()

    def body(self, nodes: Iterable[ast.AST], scope: Scope) -> None:
        for node in nodes:
            self.visit(node, scope)

    def visit(self, node: ast.AST, scope: Scope) -> None:
        while type(node) is ast.Attribute:
            node = node.value
        kind = type(node)
        handler = _HANDLERS.get(kind, _unhandled)
        if handler is _unhandled:  # most nodes by far
            self.fields(node, scope)
        elif handler is not None:
            handler(self, node, scope)

    def fields(self, node: ast.AST, scope: Scope) -> None:
        """Visit what a node holds."""
        for name in FIELDS.get(type(node), ()):  # the `True` of a `case` is no node
            value = getattr(node, name, None)
            item: Any
            for item in value if type(value) is list else (value,):
                kind = type(item)
                if kind is ast.Constant:
                    self.on_constant(item, scope)
                elif kind not in _PASSED_OVER:
                    self.visit(item, scope)

    def _below(self, name: str, node: ast.AST, scope: Scope) -> None:
        """Visit with `name` as what everything in `node` stands under."""
        if type(node) in _PASSED_OVER:
            return
        above = self._under
        self._under = (*above, name)
        self.visit(node, scope)
        self._under = above

    # -- scopes ------------------------------------------------------------------------------------

    def _scope(self, name: str, node: ast.AST, parent: Scope) -> Scope:
        inner = Scope(name, node, parent)
        self.module.scopes.append(inner)
        return inner

    def on_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        inner = self._scope(node.name, node, scope)
        self.module.classes.setdefault(node.name, inner)
        self._decorators(node, scope)
        self.body([*node.bases, *node.keywords], scope)
        self.body(node.body, inner)

    def on_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        inner = self._scope(node.name, node, scope)
        self.module.functions.setdefault(node.name, []).append(inner)
        self._parameters(node.args, inner, scope)
        if node.returns is not None:
            self._annotation(node.returns)
        for decorator in node.decorator_list:
            self._option(decorator, inner, scope)
        self._decorators(node, scope)
        self.body(
            [d for d in [*node.args.defaults, *node.args.kw_defaults] if d is not None], scope
        )
        self.body(node.body, inner)

    on_asyncfunctiondef = on_functiondef

    def _decorators(
        self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
    ) -> None:
        for decorator in node.decorator_list:
            self._below(DECORATOR, decorator, scope)

    def on_lambda(self, node: ast.Lambda, scope: Scope, name: str = "<lambda>") -> None:
        inner = self._scope(name, node, scope)
        self._parameters(node.args, inner, scope)
        self.body([d for d in [*node.args.defaults, *node.args.kw_defaults] if d], scope)
        self.visit(node.body, inner)

    def on_global(self, node: ast.Global, scope: Scope) -> None:
        scope.declared = (scope.declared or {}) | dict.fromkeys(node.names, self.module.top)

    def on_nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        known = {name: scope.parent and scope.parent.holder(name) for name in node.names}
        scope.declared = (scope.declared or {}) | {n: one for n, one in known.items() if one}

    def on_return(self, node: ast.Return, scope: Scope) -> None:
        if node.value is not None:
            scope.returned.append(node.value)
            self._name(scope.name, node.value, scope)
            self._below(scope.name, node.value, scope)

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
                if extra.annotation is not None:
                    self._annotation(extra.annotation)

    def _parameter(
        self, arg: ast.arg, index: int, default: ast.expr | None, inner: Scope, outer: Scope
    ) -> None:
        inner.parameters[arg.arg] = index
        inner.bindings.setdefault(arg.arg, [])
        if arg.annotation is not None:
            inner.annotations[arg.arg] = arg.annotation
            self._annotation(arg.annotation)
            if (one_of := literal(arg.annotation)) is not None:
                inner.bind(arg.arg, How.ITEM, one_of, outer)
        if default is not None:
            inner.bind(arg.arg, How.DEFAULT, default, outer)
            named = Named(arg.arg, default, outer, self._under, True, inner.name)
            self.module.named.append(named)

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
        if name and (chosen := choices(decorator)) is not None:
            inner.bind(name, How.ITEM, chosen, outer)

    # -- bindings ----------------------------------------------------------------------------------

    def on_assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._bind(target, How.VALUE, node.value, scope)
            self.visit(target, scope)
        name = target_name(node.targets[0])
        if isinstance(node.value, ast.Call):
            last = target_name(node.value.func)
            import_later(node.targets[0], node.value, last, scope, self.module)
            if (made := made_class(name, node.value, last)) is not None:
                self.visit(made, scope)
        if isinstance(node.value, ast.Lambda):
            self.on_lambda(node.value, scope, name)
        else:
            self._below(name, node.value, scope)

    def on_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        self._annotation(node.annotation)
        self.visit(node.target, scope)
        if isinstance(node.target, ast.Name):
            scope.annotations[node.target.id] = node.annotation
        if node.value is not None:
            self._bind(node.target, How.DEFAULT if scope.is_class else How.VALUE, node.value, scope)
            self._below(target_name(node.target), node.value, scope)

    def on_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        is_list = isinstance(node.value, ast.List | ast.Tuple)  # `command += ["run", …]`
        added = How.ADDED if isinstance(node.op, ast.Add) else How.UNKNOWN
        how, value = (How.VALUE, node.value) if is_list else (added, None)
        self._bind(node.target, how, value, scope)
        self.visit(node.target, scope)
        self.visit(node.value, scope)

    def on_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> None:
        self._bind(node.target, How.VALUE, node.value, scope)
        self.visit(node.value, scope)

    def on_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        bind_loop(node.target, node.iter, scope)
        self.visit(node.target, scope)
        self.visit(node.iter, scope)
        self.body(node.body, scope)
        self.body(node.orelse, scope)

    on_asyncfor = on_for

    def on_comprehension(self, node: ast.comprehension, scope: Scope) -> None:
        bind_loop(node.target, node.iter, scope)
        self.body([node.target, node.iter, *node.ifs], scope)

    def on_if(self, node: ast.If | ast.Assert | ast.Match | ast.Expr, scope: Scope) -> None:
        bind_checks(node, scope, self.module)
        self.fields(node, scope)

    on_assert = on_match = on_expr = on_if

    def on_dict(self, node: ast.Dict, scope: Scope) -> None:
        self.module.tables.append(node)
        names_other = is_of_data(node)
        for key, value in zip(node.keys, node.values, strict=True):
            text = key.value if isinstance(key, ast.Constant) else None
            if isinstance(text, str):
                if not names_other:
                    self._name(text, value, scope)
                self._below(text, value, scope)
            else:
                self.visit(value, scope)
            if key is not None:
                self.visit(key, scope)

    def _bind(self, target: ast.expr, how: How, value: ast.expr | None, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.bind(target.id, how, value)
            self._assigned(target.id, how, value, scope)
        elif isinstance(target, ast.Attribute):
            bound = Binding(how, value, scope, target.value)
            self.module.attributes.setdefault(target.attr, []).append(bound)
            self._assigned(target.attr, how, value, scope)
        elif isinstance(target, ast.Subscript):
            if value is not None and how is How.VALUE:
                write_item(target, value, scope, self.module)
            if isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
                self._assigned(target.slice.value, how, value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, how, value, scope)

    def _unpack(
        self, targets: list[ast.expr], how: How, value: ast.expr | None, scope: Scope
    ) -> None:
        parts = unpacked(value, targets) if value is not None and how is How.VALUE else []
        for index, target in enumerate(targets):
            part = parts[index] if index < len(parts) else None
            self._bind(target, how if part else How.UNKNOWN, part, scope)

    def _assigned(self, name: str, how: How, value: ast.expr | None, scope: Scope) -> None:
        if value is not None and how in (How.VALUE, How.DEFAULT):
            self._name(name, value, scope, is_default=how is How.DEFAULT)

    def _name(self, name: str, value: ast.expr, scope: Scope, *, is_default: bool = False) -> None:
        self.module.named.append(Named(name, value, scope, self._under, is_default))

    def on_constant(self, node: ast.Constant, scope: Scope) -> None:
        if isinstance(node.value, str):
            self.module.texts.append(node)

    def _annotation(self, node: ast.expr) -> None:
        """Its texts: what is called in it is called for nobody."""
        waiting: list[Any] = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.Constant):
                self.on_constant(part, self.module.top)
            elif type(part) not in _PASSED_OVER:
                for name in FIELDS.get(type(part), ()):
                    value = getattr(part, name, None)
                    waiting.extend(value if type(value) is list else (value,))

    # -- imports and calls -------------------------------------------------------------------------

    def on_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            imported = Imported(alias.name if alias.asname else name, None, 0)
            self.module.keep_import(name, imported, scope)

    def on_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.module.stars.append("." * node.level + (node.module or ""))
            else:
                imported = Imported(node.module or "", alias.name, node.level)
                self.module.keep_import(alias.asname or alias.name, imported, scope)

    def on_call(self, node: ast.Call, scope: Scope) -> None:
        call = call_at(node, scope)
        self.module.calls.append(call)
        callee, name = node.func, call.last
        self.module.calls_of.setdefault(name, []).append(call)
        if name == "add_argument":
            self._argparse(node, scope)
        elif node.args:
            for label, value in defaults_of_setting(node, name):
                self._name(label, value, scope, is_default=True)
        if name in WRITERS:
            write(call, self.module)
        self.visit(callee, scope)
        for label, value in named_beside(node):
            self._name(label, value, scope)
        above = self._under
        self._under = (*above, name)
        for argument in node.args:
            if type(argument) not in _PASSED_OVER:
                self.visit(argument, scope)
        for keyword in node.keywords:
            if keyword.arg:
                self._name(keyword.arg, keyword.value, scope)
                self._below(keyword.arg, keyword.value, scope)
            else:
                self.visit(keyword.value, scope)
        self._under = above

    def on_tuple(self, node: ast.Tuple, scope: Scope) -> None:
        """`("encoder", CharField(default="org/name"))`, as a migration lists its fields."""
        if len(node.elts) == 2 and isinstance(node.elts[1], ast.Call):
            name = node.elts[0].value if isinstance(node.elts[0], ast.Constant) else None
            for keyword in node.elts[1].keywords if isinstance(name, str) else ():
                if keyword.arg == "default":
                    self._name(str(name), keyword.value, scope, is_default=True)
        self.body(node.elts, scope)

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
            for one in (options[key] for key in ("default", "const") if key in options):
                self.module.attributes[name].append(Binding(How.DEFAULT, one, scope))
                self._name(name, one, scope, is_default=True)
            if (chosen := choices(node)) is not None:
                self.module.attributes[name].append(Binding(How.ITEM, chosen, scope))


_HANDLERS: dict[type, Callable[[_Indexer, Any, Scope], None] | None] = {
    kind: handler
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and (handler := getattr(_Indexer, f"on_{kind.__name__.lower()}", None)) is not None
}
# What holds neither a call nor a binding is not descended into.
_PASSED_OVER = frozenset({ast.Name, ast.Pass, type(None)})
_HANDLERS |= dict.fromkeys(_PASSED_OVER)

"""The texts that calls give: those that join, change or look up text, and small functions of the
module itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from lineage.core.use import Certainty
from lineage.scan.python.builtin import (
    CHANGES_TEXT,
    DEFAULT_KEYWORDS,
    FIELD_MAKERS,
    PATH_MAKERS,
    PATH_MODULES,
    SAME_TEXT,
    WITH_DEFAULT,
)
from lineage.scan.python.decoded import DECODERS, decoded
from lineage.scan.python.displays import in_table, literals
from lineage.scan.python.functions import called, takes_object
from lineage.scan.python.left_open import is_marker
from lineage.scan.python.module import How, Scope, dotted
from lineage.scan.python.pieces import joined
from lineage.scan.python.templates import FILLED, filled_template
from lineage.scan.python.value import (
    DEEPEST,
    LONGEST,
    MOST_VALUES,
    Value,
    any_of,
    starred_argument,
)
from lineage.scan.python.widgets import PICKERS, picked

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_MOST_GIVEN = 8
"""Texts of one argument that are put into what a function returns."""
_NESTED = 2
"""Functions that are looked into for what they return, one within another."""
_FAR = 4
_TOLD = (ast.Constant, ast.JoinedStr, ast.Name, ast.Subscript, ast.IfExp, ast.BoolOp, ast.BinOp)
"""Results of a long function that are followed, where its text is read near to its call."""


def call_values(evaluator: Evaluator, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
    """The texts that a call gives."""
    name = dotted(node.func)
    last = name.rpartition(".")[2]
    if last in FILLED and isinstance(node.func, ast.Attribute):
        yield from filled_template(evaluator, node, node.func, scope, depth)
    elif last == "Template" or _is_imported(evaluator, name, scope, "Template"):
        yield from evaluator.possible(node.args[0] if node.args else None, scope, depth)
    elif last in DECODERS:
        yield from decoded(evaluator, node, last, scope, depth)
    elif last in CHANGES_TEXT and isinstance(node.func, ast.Attribute):
        yield from _changed(evaluator, node, node.func, scope, depth)
    elif last == "as_posix" and isinstance(node.func, ast.Attribute):
        yield from evaluator.possible(node.func.value, scope, depth)
    elif last == "join" and isinstance(node.func, ast.Attribute) and name not in PATH_MODULES:
        yield from _joined_list(evaluator, node, node.func.value, scope, depth)
    elif last in FIELD_MAKERS:
        default = next(
            (k.value for k in node.keywords if k.arg in DEFAULT_KEYWORDS),
            node.args[0] if node.args else None,
        )
        made = (k.value for k in node.keywords if k.arg == "default_factory")
        factory = next((one.body for one in made if isinstance(one, ast.Lambda)), None)
        yield from evaluator.likely(default or factory, scope, depth)
    elif last in SAME_TEXT:
        subject = node.args[-1] if node.args else None
        # An argument of `strip` is a set of characters: the text is the object itself.
        is_strip = last in ("strip", "rstrip", "lstrip")
        if isinstance(node.func, ast.Attribute) and (is_strip or subject is None):
            subject = node.func.value
        yield from evaluator.possible(subject, scope, depth)
    elif last in PATH_MAKERS and not _is_own(evaluator, node, name, scope):
        yield from _path(evaluator, node, scope, depth)
    elif last in PICKERS:
        yield from evaluator.likely(picked(node), scope, depth)
    elif last in WITH_DEFAULT:
        yield from _looked_up(evaluator, node, last, scope, depth)
    elif any(k.arg == "default" for k in node.keywords):
        # A prompt, a setting, somebody's own look-up.
        default = next(k.value for k in node.keywords if k.arg == "default")
        yield from evaluator.likely(default, scope, depth)
    else:
        yield from _returned(evaluator, node, scope, depth)


def _changed(
    evaluator: Evaluator, node: ast.Call, func: ast.Attribute, scope: Scope, depth: int
) -> Iterator[Value]:
    """`"ORG/Name".lower()`, `"org__name".replace("__", "/")`."""
    given = [one.value for one in node.args if isinstance(one, ast.Constant)]
    if len(given) < len(node.args) or not all(isinstance(one, str | int) for one in given):
        return
    for value in list(evaluator.possible(func.value, scope, depth))[:MOST_VALUES]:
        try:
            text = getattr(value.text, func.attr)(*given)
        except (TypeError, ValueError, MemoryError):
            return  # a call that fails when it runs
        if len(text) < LONGEST:
            yield replace(value, text=text, is_composed=True)


def _joined_list(
    evaluator: Evaluator, node: ast.Call, glue: ast.expr, scope: Scope, depth: int
) -> Iterator[Value]:
    """`"/".join(["org", "name"])`."""
    if dotted(glue) in ("os.sep", "os.path.sep", "sep"):
        glue = ast.copy_location(ast.Constant("/"), glue)
    if isinstance(glue, ast.Constant) and len(node.args) == 1:
        for one, where in literals(evaluator, node.args[0], scope, depth):
            if isinstance(one, ast.List | ast.Tuple):
                parts = [part for element in one.elts for part in (glue, element)][1:]
                yield from joined(evaluator, parts, node, where, depth)
    else:
        yield from _path(evaluator, node, scope, depth)


def _path(evaluator: Evaluator, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
    """A joined path; parts that cannot be known become `…`, since a path stays a path."""
    parts: list[str] = []
    for argument in node.args[:8]:
        known = list(evaluator.possible(argument, scope, depth))
        parts.append(known[0].text if known else "…")
    text = "/".join(p.strip("/") if i else p.rstrip("/") for i, p in enumerate(parts)) or "…"
    yield Value(text, Certainty.LIKELY, node.lineno, evaluator.module.file, is_path=True)


def _looked_up(
    evaluator: Evaluator, node: ast.Call, last: str, scope: Scope, depth: int
) -> Iterator[Value]:
    """`os.environ.get(name, default)`, `getattr(o, name, default)`, `table.get(key,
    default)`: the default, and the table's values."""
    place = 2 if last == "getattr" else 1
    default = next((k.value for k in node.keywords if k.arg in DEFAULT_KEYWORDS), None)
    default = default or (node.args[place] if len(node.args) > place else None)
    yield from evaluator.likely(default, scope, depth)
    if last in ("get", "pop") and isinstance(node.func, ast.Attribute) and node.args:
        yield from in_table(evaluator, node.func.value, node.args[0], scope, depth)


def _returned(evaluator: Evaluator, node: ast.Call, scope: Scope, depth: int) -> Iterator[Value]:
    """What a function of this repository returns: `def model_name(): return "org/name"`. What is
    not known of one that is not small is kept in mind."""
    for where, function in evaluator.most(called(evaluator, node.func, scope)):
        # `image = resize(image)`, `image = crop(image)` again and again: as many paths as orders.
        if function in evaluator.returning or len(evaluator.returning) >= _NESTED:
            if function in evaluator.returning:
                evaluator.barren.left_out()
            evaluator.is_deep(DEEPEST + 1)
            continue
        results = small = function.small_returned
        if not small and depth < _FAR:
            results = [one for one in function.returned if isinstance(one, _TOLD)]
            if len(results) < len(function.returned):
                evaluator.is_deep(DEEPEST + 1)  # which is told
        if not results:
            continue
        named = {one.id for r in results for one in ast.walk(r) if isinstance(one, ast.Name)}
        evaluator.returning.add(function)
        filler = _Filler(evaluator, node, scope, function, named, depth)
        filled = [(one, filler.filled(one)) for one in evaluator.most(results)]
        texts = [(one, list(where.likely(given, function, depth))) for one, given in filled]
        evaluator.returning.discard(function)
        for result, known in texts:
            if not (known or small or isinstance(result, ast.Constant)):
                evaluator.is_deep(DEEPEST + 1)
            for value in known:
                if small or not is_marker(value.text):
                    yield replace(value, is_checked=True) if filler.is_checked else value


def _is_own(evaluator: Evaluator, node: ast.Call, name: str, scope: Scope) -> bool:
    """Whether a function of the repository has the name of one that makes a path."""
    return name not in PATH_MODULES and bool(called(evaluator, node.func, scope))


class _Filler(ast.NodeTransformer):
    """Puts what a call gives in the place of a function's parameters."""

    def __init__(
        self,
        evaluator: Evaluator,
        call: ast.Call,
        scope: Scope,
        function: Scope,
        named: set[str],
        depth: int,
    ) -> None:
        """`named`: the names in what is to be filled."""
        self._texts: dict[str, ast.expr] = {}
        self.is_checked = False
        """Whether what is given is known from nothing but a check."""
        for name, place in function.parameters.items():
            given = None
            if name in named:
                given = starred_argument(call, (name,), place - takes_object(function))
            if given is not None and _is_kept(name, function):
                known = evaluator.most(evaluator.possible(given, scope, depth), _MOST_GIVEN)
                is_named = isinstance(given, ast.Name | ast.Attribute)
                if is_named and not known and next(literals(evaluator, given, scope, depth), None):
                    continue  # a table, which is looked for where the function reads it
                self._texts[name] = _written(known, given)
                self.is_checked |= any(value.is_checked for value in known)

    def filled(self, result: ast.expr) -> ast.expr:
        """The result with what is given in it; the function's own is left as it is."""
        names = (part.id for part in ast.walk(result) if isinstance(part, ast.Name))
        if self._texts.keys().isdisjoint(names):
            return result
        return cast("ast.expr", self.visit(deepcopy(result)))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A parameter, wherever it stands."""
        return self._texts.get(node.id, node)


def _is_kept(name: str, function: Scope) -> bool:
    """Whether a parameter is what it was given, or that as something checked it."""
    bound = (one.value for one in function.bindings.get(name, ()) if one.how is How.VALUE)
    return all(
        isinstance(one, ast.Call) and any(dotted(given) == name for given in one.args)
        for one in bound
    )


def _written(known: list[Value], given: ast.expr) -> ast.expr:
    """The texts that an argument can be, to be read in any other place."""
    texts = [ast.copy_location(ast.Constant(value.text), given) for value in known]
    unknown = ast.copy_location(ast.Name("", ast.Load()), given)
    return any_of([*texts]) or unknown


def _is_imported(evaluator: Evaluator, name: str, scope: Scope, original: str) -> bool:
    imported = evaluator.module.imported(name, scope)
    return imported is not None and imported.name == original

"""The texts that templates give: `format`, `%`, `string.Template` and Jinja, filled from what they
are handed by name, by place, or as a whole table."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lineage.core.pattern import late
from lineage.scan.addresses import as_far_as_named
from lineage.scan.python.module import Scope, dotted
from lineage.scan.python.pieces import joined
from lineage.scan.python.value import Value, any_of, at_place, interleave, member

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

FILLED = frozenset({"format", "format_map", "substitute", "safe_substitute", "render"})
"""Methods that fill a template."""
_BRACES = late(r"\{([^{}]{0,100})\}")
_DOLLARS = late(r"\$(?:\{(\w{1,100})\}|(\w{1,100}))")
_DOUBLE = late(r"\{\{-?\s*([\w.]{1,100})\s*-?\}\}")
_PERCENT = late(r"%(?:\((\w{1,100})\))?s")
_FIELD = late(r"(\w*)((?:\.\w+|\[\w+\])*)(?:!s)?(?::s?)?\Z")
_STEP = late(r"\.(\w+)|\[(\w+)\]")
_MOST = 4

Given = Callable[[str], "ast.expr | None"]
"""What a template is handed for a field: by its name, or by its place in digits."""


def filled_template(
    evaluator: Evaluator, node: ast.Call, func: ast.Attribute, scope: Scope, depth: int
) -> Iterator[Value]:
    """The texts of `"{org}/{name}".format(**table)` and of its like."""
    for pieces in pieces_of_template(evaluator, node, func, scope, depth):
        yield from joined(evaluator, pieces, node, scope, depth)


def pieces_of_template(
    evaluator: Evaluator, node: ast.Call, func: ast.Attribute, scope: Scope, depth: int
) -> Iterator[list[ast.expr]]:
    """The template's own pieces, with what fills the places between them."""
    template, args = func.value, node.args
    if isinstance(template, ast.Call) and dotted(template.func).endswith("Formatter") and args:
        template, args = args[0], args[1:]
    pattern = {"format": _BRACES, "format_map": _BRACES, "render": _DOUBLE}.get(func.attr, _DOLLARS)
    is_table = func.attr in ("format_map", "substitute", "safe_substitute", "render")
    tables = [args[0]] if is_table and args else []
    tables += [one.value for one in node.keywords if one.arg is None]
    named = {one.arg: one.value for one in node.keywords if one.arg is not None}

    def given(field: str) -> ast.expr | None:
        if field.isdigit():
            return None if is_table else at_place(args, int(field))
        return named.get(field) or any_of([member(one, field) for one in tables])

    for text in list(evaluator.possible(template, scope, depth))[:_MOST]:
        yield from _filled(text.text, pattern, given)


def filled_percent(
    evaluator: Evaluator, node: ast.BinOp, scope: Scope, depth: int
) -> Iterator[Value]:
    """The texts of `"%s/%s" % pair` and `"%(org)s/%(name)s" % table`."""
    for pieces in pieces_of_percent(evaluator, node, scope, depth):
        yield from joined(evaluator, pieces, node, scope, depth)


def pieces_of_percent(
    evaluator: Evaluator, node: ast.BinOp, scope: Scope, depth: int
) -> Iterator[list[ast.expr]]:
    """The same pieces of such a text."""
    right = node.right

    def given(field: str) -> ast.expr | None:
        if not field.isdigit():
            return member(right, field)
        if isinstance(right, ast.Tuple):
            return at_place(right.elts, int(field))
        return right if is_single else member(right, int(field))

    for text in list(evaluator.possible(node.left, scope, depth))[:_MOST]:
        is_single = len(_PERCENT.findall(text.text)) == 1
        if "%" not in _PERCENT.sub("", text.text):
            yield from _filled(text.text, _PERCENT, given)


def _filled(text: str, pattern: re.Pattern[str], given: Given) -> Iterator[list[ast.expr]]:
    pieces, fillers, end = list[str](), list[ast.expr](), 0
    for place, match in enumerate(pattern.finditer(text)):
        if fillers and (named := as_far_as_named(text[: match.start()])):
            text = named
            break  # which file it is need not be known
        pieces.append(text[end : match.start()])
        end = match.end()
        field = next((group for group in match.groups() if group is not None), "")
        filler = _field(field or str(place), str(place), given)
        if filler is None:
            return
        fillers.append(filler)
    if fillers:
        yield interleave([*pieces, text[end:]], fillers)


def _field(text: str, place: str, given: Given) -> ast.expr | None:
    """What fills `org`, `0`, `0[org]`, `config.org`."""
    found = _FIELD.match(text)
    filler = given(found[1] or place) if found else None
    for attribute, key in _STEP.findall(found[2]) if found else ():
        if filler is None:
            return None
        if attribute:
            filler = ast.copy_location(ast.Attribute(filler, attribute, ast.Load()), filler)
        else:
            filler = member(filler, int(key) if key.isdigit() else key)
    return filler

"""One text that an expression can be, and what a call passes for a parameter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from lineage.core.use import Certainty
from lineage.core.value import dataclass
from lineage.scan.python.module import Call, Imported, Module, Scope, dotted

DEEPEST = 14
MOST_VALUES = 500
LONGEST = 1000
"""Characters of a text that may name a model."""


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
    is_composed: bool = False
    """Put together from several pieces that are written apart."""
    is_checked: bool = False
    """Known from nothing but a check of what may be asked for."""


OWN_NAMES = frozenset({"locals", "globals", "vars"})
_TAKES = frozenset({"get", "pop"})
"""Methods of a table that give what stands under a key."""


class Finder(Protocol):
    """Finds what an import means in the scanned repository, as seen from one of its modules."""

    def __call__(self, origin: Module, imported: Imported, /) -> Module | None:
        """The module; None where it is not of the repository."""

    def file_of(self, origin: Module, imported: Imported, /) -> str | None:
        """The same module's file, which costs no parsing."""

    def data_of(self, origin: Module, name: str, /) -> str | None:
        """The text of the repository's file that a module reads by its name or the end of it."""


def weaker(a: Certainty, b: Certainty) -> Certainty:
    """The less sure of two."""
    return a if a.rank >= b.rank else b


_OF_MODELS = re.compile(r"\A_?(?:[A-Z]\w*)?(?:Model|LLM|Embed)")
"""What a class is called that holds the names of models: `ChatModel`, `CommonLLMNames`."""


def is_told_there(value: Value, node: ast.expr, file: str) -> bool:
    """Whether what an expression of a file can be is another module's constant, which that module
    tells by its name; what is taken out of a table there has no name of its own."""
    return value.file != file and not is_taken(node)


def is_taken(node: ast.expr) -> bool:
    """Whether it takes something out of a table: `TABLE[key]`, `TABLE.get(key)`."""
    func = node.func if isinstance(node, ast.Call) else None
    is_got = isinstance(func, ast.Attribute) and func.attr in _TAKES
    return is_got or isinstance(node, ast.Subscript)


def class_of_constant(node: ast.expr) -> str:
    """The name of the class of models of which it is a constant, `ChatModel.MINI`, whose text is
    where the class is; empty for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    if not isinstance(node, ast.Attribute) or not node.attr[:1].isupper():
        return ""
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else node.value
    name = owner.id if isinstance(owner, ast.Name) else owner
    return name if isinstance(name, str) and _OF_MODELS.search(name) else ""


def brings_slash(a: Value, b: Value) -> bool:
    """Whether the piece that makes the text a name of the Hub is another module's."""
    return b.file != a.file and "/" in b.text and "/" not in a.text


def argument_of(call: ast.Call, name: str, index: int) -> ast.expr | None:
    """What a call passes for a parameter, by keyword or by position; None where it passes nothing
    or a `*` hides it."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if 0 <= index < len(call.args) and not any(
        isinstance(a, ast.Starred) for a in call.args[: index + 1]
    ):
        return call.args[index]
    return None


def starred_argument(call: ast.Call, names: tuple[str, ...], index: int) -> ast.expr | None:
    """The same, out of a `*list` or a `**table` where the call has nothing else for it."""
    found = next((k.value for name in names for k in call.keywords if k.arg == name), None)
    if found is None and index >= 0:
        found = at_place(call.args, index)
    if found is None and names:
        tables = [one.value for one in call.keywords if one.arg is None]
        found = any_of([member(table, name) for table in tables for name in names])
    return found


def at_place(args: list[ast.expr], place: int) -> ast.expr | None:
    """What stands at a place of a list of arguments, out of a `*list` too."""
    for index, one in enumerate(args[: place + 1]):
        if isinstance(one, ast.Starred):
            return member(one.value, place - index)
    return args[place] if place < len(args) else None


def any_of(nodes: list[ast.expr]) -> ast.expr | None:
    """One expression for several, any of which may be meant."""
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    return ast.copy_location(ast.BoolOp(ast.Or(), nodes), nodes[0])


def member(table: ast.expr, key: str | int) -> ast.expr:
    """`table[key]`; of `locals()` and its like the name itself."""
    if isinstance(table, ast.Call) and dotted(table.func) in OWN_NAMES and not table.args:
        return ast.copy_location(ast.Name(str(key), ast.Load()), table)
    index = ast.copy_location(ast.Constant(key), table)
    return ast.copy_location(ast.Subscript(table, index, ast.Load()), table)


def unpacked(value: ast.expr, targets: list[ast.expr]) -> list[ast.expr]:
    """What each of several names is given of a value, as far as that can be said."""
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts if len(value.elts) == len(targets) else []
    stars = [at for at, one in enumerate(targets) if isinstance(one, ast.Starred)]
    return [member(value, at) for at in range(stars[0] if stars else len(targets))]


def flat(node: ast.expr) -> Iterator[ast.expr]:
    """The pieces that a template or a sum of texts puts together, one after the other."""
    if isinstance(node, ast.JoinedStr):
        for one in node.values:
            yield from flat(one.value if isinstance(one, ast.FormattedValue) else one)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from flat(node.left)
        yield from flat(node.right)
    else:
        yield node


def is_handed_on(node: ast.expr, call: ast.Call | None, scope: Scope) -> bool:
    """Whether an argument is nothing that the call has itself, but what its function was given by
    `*args` or `**kwargs`."""
    if call and (node in call.args or any(node is one.value for one in call.keywords)):
        return False
    parts = node.values if isinstance(node, ast.BoolOp) else [node]
    return any(isinstance(p, ast.Subscript) and handed_on(p.value, p.slice, scope) for p in parts)


def handed_on(table: ast.expr, key: ast.expr, scope: Scope) -> tuple[Scope, str, int] | None:
    """The function whose `**kwargs` or `*args` a table is, with the keyword or the place that a
    key of it stands for there."""
    if not isinstance(table, ast.Name) or not isinstance(key, ast.Constant):
        return None
    where: Scope | None = scope
    while where is not None and table.id not in where.bindings:
        where = where.parent
    if where is None or not isinstance(where.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    args = where.node.args
    if args.kwarg is not None and args.kwarg.arg == table.id and isinstance(key.value, str):
        return where, key.value, -1
    if args.vararg is not None and args.vararg.arg == table.id and isinstance(key.value, int):
        return where, "", len(args.posonlyargs) + len(args.args) + key.value
    return None


def call_argument(call: Call, name: str, index: int) -> ast.expr | None:
    """The same of a call with its scope."""
    return argument_of(call.node, name, index)


def interleave(pieces: list[str], fillers: Iterable[ast.expr]) -> list[ast.expr]:
    """A template's pieces with what fills the places between them."""
    result: list[ast.expr] = [ast.Constant(pieces[0])]
    for filler, piece in zip(fillers, pieces[1:], strict=True):
        result += [filler, ast.Constant(piece)]
    return result

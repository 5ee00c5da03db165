"""What code checks a value to be: `if name not in NAMES: raise`, `assert name in NAMES`,
`if name == "small": load(name)`. Nothing else gets past the check, so a name may be any of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lineage.scan.python.module import Binding, How, Module, Scope, dotted

Checked = tuple[ast.expr, ast.expr]
"""What is checked, and the list of what it may be."""
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*\Z")
_STATES = re.compile(r"(?i)check|assert|require|ensure|valid|verify")
"""Calls that fail where what they are given first does not hold."""
_TELLS = re.compile(r"(?:\A|\.)(?:print|debug|info|warn|warning|error|exception)\Z|Error\Z")


def bind_checks(
    node: ast.If | ast.Assert | ast.Match | ast.Expr, scope: Scope, module: Module
) -> None:
    """Add what a statement checks a name or an attribute to be to what that may be."""
    for target, several in _checked(node):
        if isinstance(target, ast.Attribute):
            bound = Binding(How.ITEM, several, scope, target.value, is_checked=True)
            module.attributes.setdefault(target.attr, []).append(bound)
        elif isinstance(target, ast.Name) and target.id in scope.bindings:
            scope.bindings[target.id].append(Binding(How.ITEM, several, scope, is_checked=True))


def _checked(node: ast.If | ast.Assert | ast.Match | ast.Expr) -> Iterator[Checked]:
    """What a statement checks, and for what."""
    if isinstance(node, ast.If):
        fails, ends = any(map(_fails, node.body)), _ends(node.orelse)
        for target, several, is_one in _compared(node.test):
            if is_one and isinstance(target, ast.Name):  # an attribute is another one elsewhere
                is_only = not node.orelse and isinstance(several, _DISPLAYS)
                is_list = ends or isinstance(several, _DISPLAYS) or _is_constant(several)
                if is_list and (ends or _hands_on(target, node.body, to_calls=is_only)):
                    yield target, several
            elif fails and not is_one:
                yield target, several
    elif isinstance(node, ast.Match):
        yield from _matched(node)
    else:
        stated = node.test if isinstance(node, ast.Assert) else _stated(node.value)
        for target, several, is_one in _compared(stated) if stated is not None else ():
            if is_one:
                yield target, several


def _matched(node: ast.Match) -> Iterator[Checked]:
    """`match name: case "small": load(name)`."""
    for case in node.cases:
        patterns = (
            case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        )
        texts = [one.value for one in patterns if isinstance(one, ast.MatchValue)]
        texts = [one for one in texts if _is_text(one)]
        if texts and _hands_on(node.subject, case.body, to_calls=True):
            yield node.subject, ast.copy_location(ast.List(texts, ast.Load()), node.subject)


def _stated(call: ast.expr) -> ast.expr | None:
    """What a call that checks it is given: `check(name in NAMES, "message")`."""
    if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Compare):
        return call.args[0] if _STATES.search(dotted(call.func)) else None
    return None


def _compared(test: ast.expr, *, holds: bool = True) -> Iterator[tuple[ast.expr, ast.expr, bool]]:
    """What a condition compares with what, and whether it is that where the condition holds."""
    if isinstance(test, ast.BoolOp):
        forms = [dotted(one) for one in map(_of_form, test.values) if one is not None]
        for one in test.values:
            for found in _compared(one, holds=holds):
                if dotted(found[0]) not in forms:  # else it may be any other of that form
                    yield found
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _compared(test.operand, holds=not holds)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        target, operator, other = test.left, test.ops[0], test.comparators[0]
        if isinstance(operator, ast.Eq | ast.NotEq):
            if _is_text(target):
                target, other = other, target
            if _is_target(target) and _is_text(other):
                several = ast.copy_location(ast.List([other], ast.Load()), other)
                yield target, several, isinstance(operator, ast.Eq) == holds
        elif isinstance(operator, ast.In | ast.NotIn) and _is_target(target) and _is_list(other):
            yield target, other, isinstance(operator, ast.In) == holds


def _of_form(test: ast.expr) -> ast.expr | None:
    """What a test looks for a mark in: `"-v2" not in name`, `name.startswith("org/")`."""
    while isinstance(test, ast.UnaryOp):
        test = test.operand
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute):
        return test.func.value
    is_mark = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In | ast.NotIn)
    return (
        test.comparators[0]
        if isinstance(test, ast.Compare) and is_mark and _is_text(test.left)
        else None
    )


def _is_target(node: ast.expr) -> bool:
    return isinstance(node, ast.Name | ast.Attribute)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_list(node: ast.expr) -> bool:
    """Whether something may be a list of texts: `NAMES`, `NAMES.keys()`, `list(NAMES)`."""
    if isinstance(node, ast.Call):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        inner = inner or next(iter(node.args), None)
        return inner is not None and _is_list(inner)
    return isinstance(node, _DISPLAYS) or _is_target(node)


def _is_constant(node: ast.expr) -> bool:
    return _is_target(node) and _CONSTANT.match(dotted(node).rpartition(".")[2]) is not None


def _fails(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) and statement.exc is not None


def _ends(other: list[ast.stmt]) -> bool:
    """Whether the last of several branches fails, for anything that none of them checked."""
    if len(other) == 1 and isinstance(other[0], ast.If):
        return _ends(other[0].orelse)
    return any(map(_fails, other))


def _hands_on(target: ast.expr, body: list[ast.stmt], *, to_calls: bool) -> bool:
    """Whether a branch gives something another name, or hands it to a call."""
    name = dotted(target)
    for statement in body:
        for part in ast.walk(statement):
            given: list[ast.expr] = []
            if isinstance(part, ast.Assign):
                given = [part.value]
            elif isinstance(part, ast.Call) and to_calls and not _TELLS.search(dotted(part.func)):
                given = [*part.args, *(one.value for one in part.keywords)]
            if any(_is_target(one) and dotted(one) == name for one in given):
                return True
    return False


def marks_above(node: ast.Subscript, length: int, module: Module) -> tuple[str, ...]:
    """The marks, in small letters, with one of which what is cut begins: the nearest condition
    above asks for one of that length (`if name.startswith("tu-"):`); an empty one where none
    does."""
    part: ast.AST | None = node
    while part is not None:
        above = module.parents.get(part)
        if isinstance(above, ast.If | ast.IfExp) and part is not above.test:
            is_met = part in above.body if isinstance(above, ast.If) else part is above.body
            marks = _begun_with(above.test, dotted(node.value)) if is_met else []
            if any(len(mark) == length for mark in marks):
                return tuple(mark.lower() for mark in marks)
        part = above
    return ("",)


def _begun_with(test: ast.expr, name: str) -> list[str]:
    """The texts with one of which a condition has something of that name begin."""
    if isinstance(test, ast.BoolOp):
        found = [_begun_with(one, name) for one in test.values]
        is_any = isinstance(test.op, ast.Or) and not all(found)
        return [] if is_any else [mark for some in found for mark in some]
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.args):
        return []
    owner = test.func.value
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute):
        owner = owner.func.value  # `name.lower().startswith(…)`
    if test.func.attr != "startswith" or dotted(owner) != name:
        return []
    given = test.args[0]
    several = given.elts if isinstance(given, ast.Tuple) else [given]
    return [str(one.value) for one in several if isinstance(one, ast.Constant)]

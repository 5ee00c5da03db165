"""Names that grow piece by piece: `name = "org/net"`, `if size == "small": name += "-small"`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lineage.scan.python.module import How, Scope
from lineage.scan.python.nearest import sets, sets_on_the_way
from lineage.scan.python.pieces import joined
from lineage.scan.python.value import DEEPEST, Value

if TYPE_CHECKING:
    from lineage.scan.python.values import Evaluator

_MOST = 64
"""Ways to a place that are told apart."""
_MOST_OTHERS = 8
"""Of those beside the one that is gone where nobody asks for another."""
_ENDS = (ast.Raise, ast.Return, ast.Continue, ast.Break)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_Way = tuple[tuple[ast.expr, ...], bool]
"""The pieces of the name, and whether it is gone unless somebody asks for another."""
_Ways = list[_Way] | None
"""None where they cannot be told."""


def is_grown(name: str, where: Scope | None) -> bool:
    """Whether something adds to a name where it is bound."""
    return where is not None and any(one.how is How.ADDED for one in where.bindings[name])


def grown_values(evaluator: Evaluator, node: ast.Name, scope: Scope, depth: int) -> Iterator[Value]:
    """What the name holds where it is read, on every way that leads there. By which of several is
    known from what the code compares where that has a default; else it is one of all."""
    ways = _Walk(evaluator, node, scope).ways()
    usual = [one for one in ways if one[1]]
    if usual and len(ways) - len(usual) > _MOST_OTHERS:
        evaluator.is_deep(DEEPEST + 1)  # which is told
        ways = usual
    for pieces, is_usual in ways:
        for value in joined(evaluator, pieces, node, scope, depth):
            yield value if is_usual else replace(value, is_checked=True)


class _Walk:
    """From the beginning of a function to the place where it reads a name."""

    def __init__(self, evaluator: Evaluator, node: ast.Name, scope: Scope) -> None:
        self._name, self._evaluator, self._scope = node.id, evaluator, scope
        self._above = set[ast.AST]()
        part: ast.AST | None = node
        while part is not None and part is not scope.node:
            self._above.add(part)
            part = evaluator.module.parents.get(part)

    def ways(self) -> list[_Way]:
        """Every way; none where they cannot be told."""
        return self._to(getattr(self._scope.node, "body", ()), None) or []

    def _to(self, body: Sequence[ast.stmt], ways: _Ways) -> _Ways:
        """The ways to the statement of a body in which the name is read."""
        for statement in body:
            if statement not in self._above:
                ways = self._through(statement, ways)
                continue
            held: ast.AST = statement
            while (part := self._part(held)) is not None:
                if isinstance(held, _LOOPS) and not self._sets(held):
                    pass
                elif sets_on_the_way(held, part, self._name):
                    ways = None
                inner = (getattr(held, name, None) for name in ("body", "orelse", "finalbody"))
                for one in inner:
                    if isinstance(one, list) and part in one:
                        return self._to(one, ways)
                held = part
            return ways
        return None

    def _part(self, node: ast.AST) -> ast.AST | None:
        """The part of a node in which the name is read."""
        return next((one for one in ast.iter_child_nodes(node) if one in self._above), None)

    def _through(self, statement: ast.stmt, ways: _Ways) -> _Ways:
        """The ways on behind a statement."""
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(one, ast.Name) and one.id == self._name for one in targets):
                return [((statement.value,), True)]
        if isinstance(statement, ast.AugAssign) and self._sets(statement):
            is_added = ways is not None and isinstance(statement.op, ast.Add)
            return [((*one, statement.value), b) for one, b in ways or ()] if is_added else None
        if isinstance(statement, ast.If):
            return self._branched(statement, ways)
        if isinstance(statement, ast.With | ast.AsyncWith):
            is_named = any(sets(one, self._name) for one in statement.items)
            return None if is_named else self._behind(statement.body, ways)
        if isinstance(statement, ast.Try) and self._sets(statement):
            return self._tried(statement, ways)
        return None if self._sets(statement) else ways

    def _branched(self, statement: ast.If, ways: _Ways) -> _Ways:
        if not self._sets(statement) and not any(isinstance(x, _ENDS) for x in ast.walk(statement)):
            return ways
        if sets(statement.test, self._name):
            return None
        body = self._behind(statement.body, ways)
        other = self._behind(statement.orelse, ways)
        if body is None or other is None:
            return None
        holds = self._holds(statement.test)
        if body and other:  # else no other way goes on
            body = [(one, is_usual and holds is True) for one, is_usual in body]
            other = [(one, is_usual and holds is False) for one, is_usual in other]
        return [*body, *other] if len(body) + len(other) <= _MOST else None

    def _tried(self, statement: ast.Try, ways: _Ways) -> _Ways:
        """Its body does all or nothing of what it does to the name before it fails."""
        tried = self._behind([*statement.body, *statement.orelse], ways)
        if ways is None or tried is None:
            return None
        found = list(tried)
        for handler in statement.handlers:
            failed = self._behind(handler.body, [(one, False) for one, _ in (*ways, *tried)])
            if failed is None:
                return None
            found += failed
        return self._behind(statement.finalbody, found) if len(found) <= _MOST else None

    def _behind(self, body: Sequence[ast.stmt], ways: _Ways) -> _Ways:
        for statement in body:
            if isinstance(statement, _ENDS):
                return []
            ways = self._through(statement, ways)
        return ways

    def _holds(self, test: ast.expr) -> bool | None:
        """Whether a comparison with a text holds by default, where that can be told."""
        if isinstance(test, ast.BoolOp):
            parts = [self._holds(one) for one in test.values]
            decides = isinstance(test.op, ast.Or)
            if decides in parts:
                return decides
            return None if None in parts else not decides
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._holds(test.operand)
            return None if inner is None else not inner
        if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq | ast.NotEq):
            return None
        left, right = (self._texts(one) for one in (test.left, test.comparators[0]))
        if len(left) != 1 or len(right) != 1 or len(test.ops) > 1:
            return None
        return (left == right) == isinstance(test.ops[0], ast.Eq)

    def _texts(self, node: ast.expr) -> list[str]:
        known = self._evaluator.values(node, self._scope)
        return [one.text for one in known if not one.is_checked]

    def _sets(self, statement: ast.AST) -> bool:
        return sets(statement, self._name)

"""Which expressions of a module could be texts that the module itself writes: what another one
writes is told there."""

from __future__ import annotations

import ast

from lineage.core.use import Certainty
from lineage.scan.python.callee import last_of
from lineage.scan.python.module import Imported, Module, Scope
from lineage.scan.python.value import Finder, Value, is_taken
from lineage.scan.python.values import Evaluator
from lineage.scan.python.widgets import PICKERS


class _AtHome:
    """Finds no module but the one itself, and the data that modules read."""

    def __init__(self, find: Finder) -> None:
        self.file_of, self.data_of = find.file_of, find.data_of

    def __call__(self, origin: Module, imported: Imported) -> Module | None:
        return origin if self.file_of(origin, imported) == origin.file else None


class WrittenHere(Evaluator):
    """Works out what one module by itself can make, which takes no other module to be parsed: with
    anything in the place of what comes in from elsewhere."""

    def __init__(self, module: Module, find: Finder) -> None:
        super().__init__(module, _AtHome(find))

    def may_be(self, node: ast.expr, scope: Scope) -> bool:
        """Whether the module could write what an expression gives. What is taken out of a table has
        no name where that is, and is told wherever it comes from."""
        is_picked = isinstance(node, ast.Call) and last_of(node.func) in PICKERS
        if isinstance(node, ast.Constant) or is_taken(node) or is_picked or self.is_spent:
            return True
        return any(value.file == self.module.file for value in self.values(node, scope))

    def unknown(self, node: ast.expr) -> list[Value]:
        """Anything."""
        return [Value("\N{REPLACEMENT CHARACTER}", Certainty.LIKELY, node.lineno, self.module.file)]

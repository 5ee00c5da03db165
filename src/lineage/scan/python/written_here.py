"""Which expressions of a module could be texts that the module itself writes: what another one
writes is told there."""

from __future__ import annotations

import ast
from functools import cached_property

from lineage.scan.python.builtin import (
    CHANGES_TEXT,
    FIELD_MAKERS,
    PATH_MAKERS,
    SAME_TEXT,
    WITH_DEFAULT,
)
from lineage.scan.python.calls import is_imported
from lineage.scan.python.decoded import DECODERS
from lineage.scan.python.module import Scope, dotted
from lineage.scan.python.templates import FILLED
from lineage.scan.python.textual import tells
from lineage.scan.python.value import is_taken
from lineage.scan.python.values import Evaluator
from lineage.scan.python.widgets import PICKERS
from lineage.scan.services import Services

_MAKES_TEXT = frozenset({"Template", "as_posix", "join"}).union(
    FILLED, DECODERS, CHANGES_TEXT, FIELD_MAKERS, SAME_TEXT, PATH_MAKERS, WITH_DEFAULT, PICKERS
)
"""Calls that give a text of what they are given."""


class WrittenHere:
    """What one module could write as the name of a model."""

    def __init__(self, evaluator: Evaluator, services: Services) -> None:
        self._evaluator, self._services = evaluator, services

    def may_be(self, node: ast.expr, scope: Scope) -> bool:
        """Whether the module could write what an expression gives. What is taken out of a table has
        no name where that is, and is always told."""
        return is_taken(node) or (self._has_names and not self._is_made_elsewhere(node, scope))

    @cached_property
    def _has_names(self) -> bool:
        """Whether a text is, or could be a part of, a name, or may be one in another form; or
        something is checked against the texts of another module, which are told nowhere else."""
        module = self._evaluator.module
        is_hidden = not DECODERS.isdisjoint(module.calls_of)
        lists = (dotted(one).partition(".")[0] for one in module.checked)
        is_open = is_hidden or not module.imports.keys().isdisjoint(lists)
        return is_open or any(tells(str(one.value), self._services) for one in module.texts)

    def _is_made_elsewhere(self, node: ast.expr, scope: Scope) -> bool:
        """Whether it calls nothing that makes a text, and nothing that this module has."""
        if not isinstance(node, ast.Call):
            return False
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        is_maker = last in _MAKES_TEXT or any(k.arg == "default" for k in node.keywords)
        is_known = is_maker or last in self._evaluator.module.functions
        return not (is_known or is_imported(self._evaluator, name, scope, "Template"))

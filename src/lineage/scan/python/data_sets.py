"""What code hands to loaders of data sets: a name that comes by such a parameter or field is of no
model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from lineage.scan.python.flow import Inlet, inlets
from lineage.scan.python.module import Call
from lineage.scan.python.node_names import OTHER_REPOSITORIES
from lineage.scan.python.value import call_argument
from lineage.scan.python.values import Evaluator

DATA_LOADERS = frozenset(
    ["load_dataset", "load_dataset_builder", "get_dataset_config_names", "get_dataset_split_names",
     "get_dataset_infos", "get_dataset_config_info"]
)  # fmt: skip


def data_inlets(call: Call, evaluator: Evaluator) -> Iterator[Inlet]:
    """The parameters and fields by which the name of a data set comes to a call that loads it."""
    imported = evaluator.module.imported(call.last, call.scope)
    name = call.last if imported is None or imported.name is None else imported.name
    if name in DATA_LOADERS:
        yield from _of_data(call_argument(call, "path", 0), call, evaluator)
    elif says_other(call, evaluator):
        yield from _of_data(call_argument(call, "repo_id", 0), call, evaluator)


def says_other(call: Call, evaluator: Evaluator) -> bool:
    """Whether a call says itself that its repository holds no model."""
    kind = call_argument(call, "repo_type", -1)
    values = evaluator.values(kind, call.scope) if kind is not None else []
    return any(value.text in OTHER_REPOSITORIES for value in values)


def _of_data(argument: ast.expr | None, call: Call, evaluator: Evaluator) -> Iterator[Inlet]:
    if argument is not None:
        for inlet in inlets(argument, call.scope, evaluator):
            if not (inlet.before or inlet.after):
                yield replace(inlet, is_data=True)
        if isinstance(argument, ast.Name) and argument.id not in call.scope.parameters:
            where, name = evaluator.beyond(argument.id, call.scope) or (evaluator, argument.id)
            if name in where.module.top.bindings:
                yield Inlet(where.module.file, "", name, -1, is_data=True)

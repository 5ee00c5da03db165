"""What code hands to loaders of data sets: a name that comes by such a parameter or field is of no
model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from lineage.scan.python.flow import Inlet, inlets
from lineage.scan.python.module import Call, Scope
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
        argument = call_argument(call, "path", 0)
    elif says_other(call, evaluator):
        argument = call_argument(call, "repo_id", 0)
    else:
        return
    if argument is not None:
        yield from of_data(argument, call.scope, evaluator)


def says_other(call: Call, evaluator: Evaluator) -> bool:
    """Whether a call says itself that its repository holds no model."""
    kind = call_argument(call, "repo_type", -1)
    values = evaluator.values(kind, call.scope) if kind is not None else []
    return any(value.text in OTHER_REPOSITORIES for value in values)


def of_data(argument: ast.expr, scope: Scope, evaluator: Evaluator) -> Iterator[Inlet]:
    """By what an expression comes in that a data set is loaded from, and where what it can be is
    written."""
    for inlet in inlets(argument, scope, evaluator):
        if not (inlet.before or inlet.after):
            yield replace(inlet, is_data=True)
    if not isinstance(argument, ast.Constant):  # which nothing else tells by its name
        for value in evaluator.values(argument, scope):
            if "/" in value.text and not (value.is_path or value.is_composed):
                yield Inlet(value.file, "", value.text, value.line, is_data=True)

"""What code hands to loaders of data sets, or of code: a name that comes by such a parameter or
field is of no model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from lineage.scan.python.flow import Inlet, inlets
from lineage.scan.python.module import Call, Module, Scope, dotted
from lineage.scan.python.node_names import OTHER_REPOSITORIES
from lineage.scan.python.value import call_argument, flat, starred_argument
from lineage.scan.python.values import Evaluator
from lineage.scan.telling import says_data, says_only_repository

OTHER_LOADERS = {
    **dict.fromkeys(
        ["load_dataset", "load_dataset_builder", "get_dataset_config_names",
         "get_dataset_split_names", "get_dataset_infos", "get_dataset_config_info"], "path"
    ),
    **dict.fromkeys(["get_kernel", "has_kernel", "install_kernel", "load_kernel"], "repo_id"),
}  # fmt: skip
"""Each with the keyword for what it loads, which it takes first too."""
_GIVEN = ("path", "repo_id", "repo", "dataset")
"""Under which a loader of data sets that nobody knows is given one, or at the first place."""
_BUILDERS = frozenset({"GeneratorBasedBuilder", "ArrowBasedBuilder", "BeamBasedBuilder"})
"""A module with a class below these is the script of a data set."""
_CODE = re.compile(r"(?i)https?://[\w.-]*\b(?:github(?:usercontent)?|gitlab)\.com/(?:repos/)?\Z")


def data_inlets(call: Call, evaluator: Evaluator) -> Iterator[Inlet]:
    """The parameters and fields by which the name of a data set comes to a call that loads it."""
    imported = evaluator.module.imported(call.last, call.scope)
    name = call.last if imported is None or imported.name is None else imported.name
    is_hinted = False
    if name in OTHER_LOADERS:
        argument = call_argument(call, OTHER_LOADERS[name], 0)
    elif says_other(call, evaluator):
        argument = call_argument(call, "repo_id", 0)
    elif says_data(name) and _is_elsewhere(call, evaluator):
        argument = starred_argument(call.node, _GIVEN, 0)
        is_hinted = True
    else:
        return
    if argument is not None:
        yield from of_data(argument, call.scope, evaluator, is_hinted=is_hinted)


def named_for_others(evaluator: Evaluator) -> Iterator[Inlet]:
    """Where names are written that something else than a model stands under, or that are put into
    the addresses of code: `dataset={"path": NAME}`, `f"https://github.com/{NAME}"`."""
    module = evaluator.module
    is_script = any(map(_is_builder, module.classes.values()))
    for named in module.named:
        if not says_only_repository(named.name):
            continue
        if is_script or any(map(says_data, named.under[-2:])):
            yield from of_data(named.value, named.scope, evaluator, is_hinted=True)
    for piece, scope in _put_into_addresses(module):
        yield from of_data(piece, scope, evaluator, is_hinted=True)


def says_other(call: Call, evaluator: Evaluator) -> bool:
    """Whether a call says itself that its repository holds no model; of a condition both branches
    have to."""
    kind = call_argument(call, "repo_type", -1)
    branches = [kind.body, kind.orelse] if isinstance(kind, ast.IfExp) else [kind]
    return all(one is not None and _is_other(one, call.scope, evaluator) for one in branches)


def _is_other(kind: ast.expr, scope: Scope, evaluator: Evaluator) -> bool:
    texts = {value.text for value in evaluator.values(kind, scope)}
    is_set_here = isinstance(kind, ast.Name) and kind.id not in scope.parameters
    return bool(texts) and (all if is_set_here else any)(one in OTHER_REPOSITORIES for one in texts)


def of_data(
    argument: ast.expr, scope: Scope, evaluator: Evaluator, *, is_hinted: bool
) -> Iterator[Inlet]:
    """By what an expression comes in that something else than a model is loaded from, and where
    what it can be is written."""
    for inlet in inlets(argument, scope, evaluator):
        is_likely = not is_hinted or not inlet.parameter or says_only_repository(inlet.parameter)
        if is_likely and not (inlet.before or inlet.after):
            yield replace(inlet, is_data=True, is_hinted=is_hinted)
    for value in evaluator.values(argument, scope):
        if "/" in value.text and not (value.is_path or value.is_composed):
            yield Inlet(value.file, "", value.text, value.line, is_data=True, is_hinted=is_hinted)


def _is_elsewhere(call: Call, evaluator: Evaluator) -> bool:
    """Whether what is called comes from outside the repository."""
    module = evaluator.module
    imported = module.imported(call.name.partition(".")[0], call.scope)
    return imported is not None and evaluator.find.file_of(module, imported) is None


def _is_builder(cls: Scope) -> bool:
    bases = cls.node.bases if isinstance(cls.node, ast.ClassDef) else []
    return any(dotted(base).rpartition(".")[2] in _BUILDERS for base in bases)


def _put_into_addresses(module: Module) -> Iterator[tuple[ast.expr, Scope]]:
    """What stands for a repository in the addresses of code that a module puts together."""
    scopes: dict[ast.AST, Scope] = {}
    for text in module.texts:
        if ".com/" not in str(text.value) or not _CODE.search(str(text.value)):
            continue
        above = module.parents.get(text)
        pieces = list(flat(above)) if isinstance(above, ast.JoinedStr | ast.BinOp) else []
        for before, piece in pairwise(pieces):
            if before is text:
                scopes = scopes or {scope.node: scope for scope in module.scopes}
                around: ast.AST = text
                while around not in scopes:
                    around = module.parents[around]
                yield piece, scopes[around]

"""Which calls of a module could tell of a model: of nearly all, the name, the keywords and what
they are handed say that they cannot."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from lineage.scan.python.called import COMMANDS, is_program, may_run
from lineage.scan.python.callee import is_itself, last_of, made_above, may_load
from lineage.scan.python.data_sets import OTHER_LOADERS
from lineage.scan.python.fetched import may_fetch
from lineage.scan.python.hub_paths import OPENS
from lineage.scan.python.loaders.table import is_loading
from lineage.scan.python.loaders.telling import runs_code
from lineage.scan.python.module import Call, Module
from lineage.scan.services import Services
from lineage.scan.telling import says_address_of_hub, says_data

_KEYWORDS = frozenset([None, "target", "repo_type", *COMMANDS])
"""By which a call of any name may tell; None stands for `**`."""


def telling_calls(module: Module, services: Services, *, knows_hub: bool) -> Iterator[Call]:
    """The calls of which some reader could have something to say, in their order; `knows_hub`:
    whether the module knows the Hub's address."""
    names: dict[str, bool] = {}
    for call in module.calls:
        name = call.name
        says = names.get(name)
        if says is None:
            imported = module.imports.get(call.last)
            says = (
                _says(call.last, services)
                or runs_code(name)
                or (imported is not None and _says(imported.name or "", services))
                or (knows_hub and may_fetch(name))
            )
            names[name] = says
        if (
            says
            or _is_handed(call, module)
            or not is_itself(call.node.func, call.scope, module)
            or made_above(call, module) is not None
        ):
            yield call


@lru_cache(maxsize=50_000)
def _says(last: str, services: Services) -> bool:
    """Whether a callee says that it may tell, by the last part of its name or by what that was
    imported as."""
    return (
        is_loading(last)
        or last in OTHER_LOADERS
        or says_data(last)
        or last in OPENS
        or last in services.names_with_defaults
        or may_run(last)
        or says_address_of_hub(last)
    )


def _is_handed(call: Call, module: Module) -> bool:
    """Whether it is given something that may tell: `submit(load, "org/name")`, `serve("vllm")`."""
    for keyword in call.node.keywords:
        kind = type(keyword.value)
        if keyword.arg in _KEYWORDS:
            return True
        if (kind is ast.Name or kind is ast.Attribute) and may_load(last_of(keyword.value), module):
            return True
    for part in call.node.args:
        kind = type(part)
        if kind is ast.Constant or kind is ast.List or kind is ast.Tuple:
            if is_program(part):
                return True
        elif (kind is ast.Name or kind is ast.Attribute) and may_load(last_of(part), module):
            return True
    return False

"""Tables and lists that hold ids of models which the tables know, under names that do not say so:
nobody writes several by chance, so all names of the Hub there are possible."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.names import Bare, is_hub_shaped, judge, judged_use
from lineage.scan.python.module import Module
from lineage.scan.services import Services

VIA = "in a table with known models"
_ENOUGH = 2
"""Known ids that make a table one of models."""
_MOST = 5_000
"""Names of one table."""
_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
_DATA = re.compile(r"(?i)data|corpus|corpora")


def listed_models(module: Module, services: Services) -> Iterator[ModelUse]:
    """Every name of such a table that is more than a key under which facts are told of it."""
    known = [one for one in module.texts if "/" in str(one.value)]
    known = [one for one in known if str(one.value).casefold() in services.hub_ids]
    if len(known) < _ENOUGH:
        return
    tables = Counter(table for one in known if (table := _outermost(one, module)) is not None)
    for table, count in tables.items():
        if count < _ENOUGH:
            continue
        for text in list(_names(table))[:_MOST]:
            judged = judge(str(text.value), Bare.IGNORED)
            if judged is not None and judged.kind is UseKind.HUB and _is_free(text, module):
                place = (module.file, text.lineno, text.col_offset + 1)
                yield judged_use(judged, place, VIA, Certainty.POSSIBLE)


def _outermost(text: ast.Constant, module: Module) -> ast.expr | None:
    """The display that a text is in, with those around it."""
    found: ast.expr | None = None
    above = module.parents.get(text)
    while isinstance(above, _DISPLAYS):
        found, above = above, module.parents.get(above)
    return found


def _names(node: ast.expr | None) -> Iterator[ast.Constant]:
    """The names of the Hub in a display; a key where a name stands under it."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and is_hub_shaped(node.value):
            yield node
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and _DATA.search(str(key.value)):
                continue
            held = list(_names(value))
            if held:
                yield from _names(key)
            yield from held
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        for one in node.elts:
            yield from _names(one)


def _is_free(text: ast.Constant, module: Module) -> bool:
    return not any(id(text) in told for told in (module.compared, module.asserted, module.shown))

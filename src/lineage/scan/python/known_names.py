"""Names of models that the tables know, where nothing in the code asks a service for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from lineage.core.use import Certainty
from lineage.core.value import dataclass
from lineage.scan.names import Judged
from lineage.scan.python.module import Module, Scope
from lineage.scan.python.named import is_said
from lineage.scan.python.value import Value
from lineage.scan.python.values import Evaluator
from lineage.scan.services import NAME_ALONE, Services
from lineage.scan.telling import suggests_model

_NUMBERED = re.compile(r"(?=[^\s]*[\d-])[A-Za-z][\w.:@+-]{2,100}\Z")
_DEFAULTS = frozenset({"name", "engine", "deployment"})
"""Parameters and fields whose default may be a model's name, and is where the tables know it."""
# Functions that are given a model's name and call no model.
_ASKS_ABOUT = re.compile(
    r"(?i)\A(?:get_models|list|is|has|supports|check|valid|register)|encod|count|cost|pric|info|limit|name\Z"
)


@dataclass(frozen=True)
class KnownName:
    """One such name, and how a report says where it stands."""

    node: ast.expr
    judged: Judged
    via: str
    value: Value


def known_names(
    module: Module, evaluator: Evaluator, services: Services, told: Collection[int]
) -> Iterator[KnownName]:
    """Under a name that says model, in a variable that says whose, or in a form that one service
    alone has. `told`: expressions that were told already, by their `id`."""
    is_known = any(services.host_of_name(str(text.value)) for text in module.texts)
    for name, node, scope in _speaking(module):
        said = services.host_of_variable(name) if name.isupper() else ""
        if id(node) in told or not (is_known or said):
            continue
        for value in evaluator.values(node, scope):
            host, via = services.host_of_name(value.text), f"{NAME_ALONE}{name}"
            if said and _NUMBERED.match(value.text):
                host, via = said, f"name {name}"
            elif is_put_together(value):
                continue
            judged = services.judge(host, value.text) if host else None
            if judged is not None and value.file == module.file:
                yield KnownName(node, judged, via, replace(value, certainty=Certainty.LIKELY))
    for part in module.texts:
        text = str(part.value)
        route = services.formed(text, alone=True)
        if route is None or id(part) in told or any(part is one.value for one in module.named):
            continue
        judged = services.judge(*route)
        if judged is not None:
            value = Value(text, Certainty.LIKELY, part.lineno, module.file)
            yield KnownName(part, judged, "an id of its service's own form", value)


def is_put_together(value: Value) -> bool:
    """Whether a name without a slash was made of pieces: that it names a model of a service is
    only known of what is written out, or given to a call that asks one."""
    return value.is_composed and "/" not in value.text


def _speaking(module: Module) -> Iterator[tuple[str, ast.expr, Scope]]:
    """What stands under a name that says model: names, keys, tables, and calls that are given it
    first (`get_llm("gpt-4o")`)."""
    for named in module.named:
        if suggests_model(named.name) or (named.is_default and named.name in _DEFAULTS):
            yield named.name, named.value, named.scope
        elif (
            named.under
            and suggests_model(named.under[-1])
            and not (is_said(named) or _ASKS_ABOUT.search(named.under[-1]))
        ):
            yield named.under[-1], named.value, named.scope
    for call in module.calls:
        name = call.name.rpartition(".")[2]
        if call.node.args and suggests_model(name) and not _ASKS_ABOUT.search(name):
            yield name, call.node.args[0], call.scope

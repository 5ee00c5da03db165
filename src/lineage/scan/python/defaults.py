"""What a call of a library loads where it is given no model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lineage.core.value import dataclass
from lineage.scan.names import judge
from lineage.scan.python.callee import package_of
from lineage.scan.python.loaders.table import loaders_for
from lineage.scan.python.module import Call
from lineage.scan.python.value import call_argument
from lineage.scan.python.values import Evaluator
from lineage.scan.services import Services
from lineage.scan.telling import suggests_model


@dataclass(frozen=True)
class Default:
    """A model that nobody wrote down."""

    model: str
    via: str
    """The call, and of which versions its default is known."""


def defaults_of(call: Call, evaluator: Evaluator, services: Services) -> Iterator[Default]:
    """The default of a call that names no model and hides none behind `*` or `**`; of each task
    where it may be of several."""
    name = _imported_name(call, evaluator)
    if name not in services.names_with_defaults:
        return
    package = package_of(call.node.func, call.scope, evaluator.module)
    if (name, package) not in services.with_defaults or _gives_model(call, name, package):
        return
    first = call_argument(call, "language", -1) or call_argument(call, "task", 0)
    tasks = {v.text for v in evaluator.values(first, call.scope)} if first is not None else set()
    by_task = any(key[:2] == (name, package) and key[2] for key in services.defaults)
    for task in sorted(tasks) if by_task and first is not None else [""]:
        known = services.defaults.get((name, package, task))
        if known is not None:
            yield Default(known[0], f"{name}, the default of {known[1]}")


def local_default(
    setting: str, owner: str, package: str, model: str, services: Services
) -> Default | None:
    """What `setting = "local"` loads, or the model that stands behind the colon."""
    if model:
        judged = judge(model)
        return Default(judged.model, setting) if judged is not None and judged.model else None
    known = services.defaults.get((owner, package, ""))
    return Default(known[0], f"{setting}, the default of {known[1]}") if known else None


def _imported_name(call: Call, evaluator: Evaluator) -> str:
    name = call.name.rpartition(".")[2]
    imported = evaluator.module.imported(name, call.scope)
    return imported.name if imported is not None and imported.name else name


def _gives_model(call: Call, name: str, package: str) -> bool:
    """Whether the call passes something where its model goes, or may."""
    node = call.node
    if any(isinstance(a, ast.Starred) for a in node.args) or any(not k.arg for k in node.keywords):
        return True
    if any(suggests_model(k.arg or "") for k in node.keywords):
        return True
    rows = [one for one in loaders_for(name) if not one.packages or package in one.packages]
    return (not rows and bool(node.args)) or any(
        (loader.position is not None and len(node.args) > loader.position)
        or any(k.arg in (*loader.keywords, "model") for k in node.keywords)
        for loader in rows
    )

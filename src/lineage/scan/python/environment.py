"""Variables of the environment that Python code sets under a name which it puts together or keeps
in a constant: `os.environ["HF_" + "ENDPOINT"] = …`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.scan.asked_of import ANOTHER_HUB, ENDPOINTS, is_other_address
from lineage.scan.python.module import Module, Scope
from lineage.scan.python.values import Evaluator

_SETTERS = frozenset({"putenv", "setdefault", "setenv", "set_key"})
SETS = _SETTERS | {"environ"}
_LEAST = 2
"""Characters of a piece of such a name."""


def endpoints_set(module: Module, evaluator: Evaluator) -> Iterator[ModelUse]:
    """An open point for each that sends names of the Hub to another address."""
    for key, node, scope in _set(module):
        names = [one.text for one in evaluator.values(key, scope) if one.text in ENDPOINTS]
        known = [one.text for one in evaluator.values(node, scope)] if names else []
        if names and (not known or any(map(is_other_address, known))):
            address = next(filter(is_other_address, known), ast.unparse(node))
            yield ModelUse(
                module.file,
                node.lineno,
                node.col_offset + 1,
                UseKind.UNRESOLVED,
                "",
                names[0],
                Certainty.LIKELY,
                expression=f"{names[0]}={address}"[:120],
                reason=ANOTHER_HUB,
            )


def may_set_endpoint(texts: Iterable[str]) -> bool:
    """Whether the name of such a variable could be made of these texts."""
    pieces = [text for text in texts if len(text) >= _LEAST]
    return any(name.startswith(one) for name in ENDPOINTS for one in pieces) and any(
        name.endswith(one) for name in ENDPOINTS for one in pieces
    )


def _set(module: Module) -> Iterator[tuple[ast.expr, ast.expr, Scope]]:
    """Keys that are not written out, with what stands under them."""
    for one in module.written.get("environ", ()):
        if one.key is not None and not isinstance(one.key, ast.Constant):
            yield one.key, one.value, one.scope
    for name in _SETTERS:
        for call in module.calls_of.get(name, ()):
            if len(call.node.args) > 1 and not isinstance(call.node.args[-2], ast.Constant):
                yield call.node.args[-2], call.node.args[-1], call.scope
    for table in module.tables:  # `environ |= {…}`, and what a process is given
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.BinOp | ast.Name | ast.JoinedStr):
                yield key, value, module.top

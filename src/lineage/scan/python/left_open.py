"""Names under words that say model which nothing in their module takes for a load: the Hub decides
whether they are models. It is asked for each, so that nothing that exists is left out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from lineage.scan.python.module import Module, Named
from lineage.scan.telling import suggests_model

_MARKERS = frozenset({"none", "null", "nil", "auto", "default", "unknown", "undefined", "unset"})
"""Words that programs say `nothing` or `whatever` with."""
_MAKERS = frozenset({"__init__", "__call__"})


def is_marker(text: str) -> bool:
    """Whether every part of a name says that there is none: `none/none`."""
    return all(part in _MARKERS for part in text.lower().split("/"))


def is_for_others(named: Named, module: Module) -> bool:
    """Whether a default that its module does not read is a class's own, and what makes an object
    of the class has to name a model: the field tells others of the class."""
    node = named.scope.node
    if not isinstance(node, ast.ClassDef) or not named.is_default:
        return False
    if any(text.value == named.name for text in module.texts):
        return False  # `getattr(self, "default_model")`
    return any(
        isinstance(one, ast.FunctionDef) and one.name in _MAKERS and _asks_for_model(one)
        for one in node.body
    )


def _asks_for_model(function: ast.FunctionDef) -> bool:
    """Whether a function has a parameter that says model and holds nothing by itself."""
    args = function.args
    placed = [*args.posonlyargs, *args.args]
    required = placed[: len(placed) - len(args.defaults)]
    required += [
        arg for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True) if value is None
    ]
    return any(suggests_model(arg.arg) for arg in required)


def is_taken_apart(named: Named, module: Module, reads: Sequence[ast.AST]) -> bool:
    """Whether all that reads a parameter's default takes it apart at its slash, and nothing takes
    it whole: `kind, size = name.split("/")`."""
    return bool(named.function and reads) and all(_splits(one, module) for one in reads)


def _splits(part: ast.AST, module: Module) -> bool:
    above = module.parents.get(part)
    call = module.parents.get(above) if isinstance(above, ast.Attribute) else None
    return (
        isinstance(above, ast.Attribute)
        and above.attr in ("split", "partition", "rpartition", "rsplit")
        and isinstance(call, ast.Call)
        and call.func is above
        and bool(call.args)
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value == "/"
    )

"""A place where a text names a model, and the uses that it makes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from lineage.core.elsewhere import Elsewhere, Place
from lineage.core.use import Certainty, ModelUse, UseKind
from lineage.core.value import dataclass
from lineage.scan.made_code import made_use
from lineage.scan.names import Bare, Judged, is_hub_shaped, judge, judged_use, named_elsewhere
from lineage.scan.python.loaders.loader import Loader
from lineage.scan.python.module import Call, Scope
from lineage.scan.python.undone import why_undone
from lineage.scan.python.value import Value, call_argument
from lineage.scan.python.values import Evaluator

ONLY_CHECKED = "one of those that the code checks for"
_ARGS_MODEL = re.compile(r"(?:^|,)\s*(?:pretrained|peft|tokenizer|model)\s*=\s*([^,\s]+)")
_DEFAULTS_OF_PIPELINE = "the task's default model"


@dataclass(frozen=True)
class Found:
    """Where one text was named, before it is judged."""

    node: ast.expr
    scope: Scope
    via: str
    bare: Bare
    is_sure: bool
    tagged: bool = False
    foreign: bool = False
    register: Place | None = None
    """Where a foreign name is looked up, where that is known."""
    revision: str | None = None
    hub_namespaces: bool = False
    """Whether a foreign name with a namespace is the Hub's after all."""
    needs_namespace: bool = False
    """Whether a foreign name without one is none: of several, another place's."""
    if_found: bool = False
    """As the use has it."""
    prefix: str = ""
    """Which the name may have before it."""


def of_weights(found: Found, loader: Loader, call: Call) -> Iterator[Found]:
    """The same where a call says that weights are loaded, or which: `pretrained=True`, and a tag
    that tells them apart."""
    argument = None if loader.weights is None else call_argument(call, *loader.weights)
    node = found.node
    if argument is None:
        return
    if loader.bare is not Bare.OPEN_CLIP:
        if not _is_on(argument, call.scope):
            return
    else:
        slash = ast.copy_location(ast.Constant("/"), argument)
        node = ast.copy_location(ast.JoinedStr([node, slash, argument]), node)
    yield replace(found, node=node, bare=loader.bare)


def _is_on(node: ast.expr, scope: Scope) -> bool:
    """Whether an argument is true, or a name that is so unless somebody says otherwise."""
    where = scope.holder(node.id) if isinstance(node, ast.Name) else None
    bound = where.bindings[node.id] if where is not None and isinstance(node, ast.Name) else ()
    nodes = [one.value for one in bound] or [node]
    return any(isinstance(one, ast.Constant) and bool(one.value) for one in nodes)


def uses_of(found: Found, evaluator: Evaluator) -> Iterator[ModelUse]:
    """One use for each model that the text can be; where it should be one and is not known, a place
    that is not resolved."""
    values, is_whole = (
        ([], True)
        if isinstance(found.node, ast.Call) and found.node.func is None
        else evaluator.whole_values(found.node, found.scope)
    )
    # Of a path no part of which is known, nobody can say that it is none of the Hub's names.
    values = [value for value in values if not value.is_path or value.text.strip("…/")]
    shown = 0
    undone: str | None = None
    for value in values:
        judged = _judge(value, found)
        if judged is not None:
            shown += 1
            use = use_at(found, value, judged, evaluator.module.file)
            if undone is None:
                undone = why_undone(found.node, found.scope, evaluator)
            is_undone = undone and use.kind is UseKind.HUB
            yield replace(use, certainty=Certainty.POSSIBLE, reason=undone) if is_undone else use
    is_unknown = shown == 0 and not values and not _is_object(found.node)
    if found.is_sure and (is_unknown or not is_whole):
        yield unresolved(found, evaluator.module.file)


def _judge(value: Value, found: Found) -> Judged | None:
    if value.is_path:
        is_name = not found.foreign and is_hub_shaped(value.text)
        kind = UseKind.HUB if is_name else UseKind.LOCAL
        return Judged(kind, value.text, reason="a path")  # which the Hub is asked for as a name
    if found.register is not None and re.fullmatch(
        r"[\w.-]+(?:/[\w.-]+)*(?::[\w./-]+)?", value.text
    ):
        is_none = found.needs_namespace and "/" not in value.text
        return None if is_none else named_elsewhere(Elsewhere(found.register, value.text))
    is_hubs = value.text.startswith("hf://") or (found.hub_namespaces and "/" in value.text)
    foreign = found.foreign and not is_hubs
    bare = Bare.OTHER if found.foreign else found.bare
    judged = judge(value.text.removeprefix(found.prefix), bare, tagged=found.tagged)
    if judged is not None and foreign and judged.kind is UseKind.HUB:
        return Judged(
            UseKind.OTHER,
            judged.model,
            judged.revision,
            "a name of the library's own registry, not of the Hub",
        )
    return judged


def use_at(found: Found, value: Value, judged: Judged, file: str) -> ModelUse:
    """The use that one judged value makes."""
    node = found.node
    line, column = node.lineno, node.col_offset + 1
    elsewhere = (value.file, value.line) != (file, line)
    is_shown = isinstance(node, ast.Constant) and judged.kind is not UseKind.UNRESOLVED
    written = "" if is_shown else source_of(node)
    return ModelUse(
        file,
        line,
        column,
        judged.kind,
        judged.model,
        found.via,
        value.certainty,
        found.revision or judged.revision,
        written,
        defined_at=f"{value.file}:{value.line}" if elsewhere else "",
        reason=judged.reason or (ONLY_CHECKED if value.is_checked else ""),
        target=judged.target,
        if_found=found.if_found
        or (judged.kind is UseKind.HUB and (value.is_path or value.is_checked)),
    )


def in_arguments(node: ast.Constant, file: str) -> Iterator[ModelUse]:
    """The models in the arguments of an evaluation: `model_args = "pretrained=org/name,…"`."""
    for match in _ARGS_MODEL.finditer(str(node.value)):
        judged = judge(match.group(1), Bare.HUB)
        if judged is not None:
            place = (file, node.lineno, node.col_offset + 1)
            yield judged_use(judged, place, "model_args", Certainty.LIKELY)


def unresolved(found: Found, file: str) -> ModelUse:
    """A place that loads or calls a model which nothing names."""
    is_default = found.via.endswith("pipeline") and isinstance(found.node, ast.Call)
    reason = _DEFAULTS_OF_PIPELINE if is_default else "known only when the code runs"
    node = found.node
    return ModelUse(
        file,
        node.lineno,
        node.col_offset + 1,
        UseKind.UNRESOLVED,
        "",
        found.via,
        Certainty.CERTAIN,
        found.revision,
        source_of(node),
        reason=reason,
    )


def made_code(node: ast.Call, via: str, file: str) -> ModelUse:
    """A place that runs code which is put together or fetched while it runs."""
    return made_use((file, node.lineno, node.col_offset + 1), via, source_of(node))


def _is_object(node: ast.expr) -> bool:
    """Whether the argument is plainly no name: a model object made in place, a number, None."""
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str)
    return isinstance(node, (ast.List, ast.Dict, ast.Lambda))


def source_of(node: ast.expr, limit: int = 120) -> str:
    """The expression as code, cut at a length."""
    try:
        text = ast.unparse(node)
    except (ValueError, RecursionError):
        return ""
    return text if len(text) <= limit else text[: limit - 1] + "…"

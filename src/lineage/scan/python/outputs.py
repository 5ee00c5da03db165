"""Names that a module only writes: into cards and messages, and as repositories that it uploads to.
What nothing loads, asks or hands on elsewhere is no use of a model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lineage.scan.python.left_open import is_for_others, is_marker, is_taken_apart
from lineage.scan.python.module import Module, Named, dotted
from lineage.scan.python.node_names import option_name, target_name

ONLY_WRITTEN = "only compared, written into cards and messages, or uploaded to"
_UPLOADS = re.compile(
    r"(?:\A|\.)(?:upload_(?:file|folder|large_folder|to_hub)|push_to_hub"
    r"|(?:create|delete|update)_(?:repo|branch|commit|tag)\w*)\Z"
)
_TELLS = re.compile(
    r"(?i)(?:\A|\.)(?:print|echo|secho|log|debug|info|warn|warning|error|exception|critical)\Z"
    r"|(?:Error|Exception|Warning)\Z"
)
"""Calls that tell somebody something, or fail."""
_CARD = re.compile(r"\A\s*---\n(?:.*\n)*?(?:license|library_name|tags|base_model|pipeline_tag):")
"""The head of a model's card."""
_CLASS = re.compile(r"(?m)^[ \t]*class[ \t]+(\w+)")
_MOST = 12
_DEEPEST = 8


def takes(text: str | None, name: str, origin: str | None) -> bool:
    """Whether a module may take what another, the origin, binds to a name; a text is None where it
    cannot be read."""
    if text is None or origin is None:
        return True
    word, star = re.escape(name), r"\*|" if not name.startswith("_") else ""
    taken = re.compile(
        rf"(?:\b(?P<own>self|cls)\s*)?\.\s*{word}\b|[\"']{word}[\"']|\bimport\b[ \t]*(?:{star}"
        rf"\([^()]*\b{word}\b|(?:[^\n(\\]|\\\n)*\b{word}\b)"
    )
    found = [one["own"] for one in taken.finditer(text)]
    # An object's own field is the other's only in a class below one of that module.
    return not all(found) or (bool(found) and _is_below(text, origin))


def _is_below(text: str, origin: str) -> bool:
    classes = "|".join(_CLASS.findall(origin))
    return (
        bool(classes) and re.search(rf"\bclass\s+\w+\s*\([^()]*\b(?:{classes})\b", text) is not None
    )


def is_upload(named: Named) -> bool:
    """Whether a value stands in a call that uploads."""
    return bool(named.under) and _UPLOADS.search(named.under[-1]) is not None


class Outputs:
    """What becomes of the names of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._read: dict[str, list[ast.AST]] = {}
        for node in module.parents:
            if type(node) is ast.Name and type(node.ctx) is ast.Load:
                self._read.setdefault(node.id, []).append(node)
            elif type(node) is ast.Attribute and type(node.ctx) is ast.Load:
                self._read.setdefault(node.attr, []).append(node)

    def is_only_written(self, named: Named) -> bool:
        """Whether a call that uploads is given what stands under a name, or all that reads it
        writes it, here and under the names by which it is handed on."""
        if is_upload(named):
            return True
        names, done = [named.name], set[str]()
        while names:
            one = names.pop()
            if one in done:
                continue
            done.add(one)
            reads = self._read.get(one, ())
            if not reads or len(done) > _MOST:
                return False
            for part in reads:
                further = self._further(part)
                if further is None:
                    return False
                names.extend(further)
        return True

    def is_left_open(self, named: Named, text: str) -> bool:
        """Whether nothing here takes what stands under a name for a model as it is."""
        reads = self._read.get(named.name, ())
        return (
            is_marker(text)
            or (not reads and is_for_others(named, self._module))
            or is_taken_apart(named, self._module, reads)
        )

    def _further(self, part: ast.AST) -> list[str] | None:
        """The names under which something that is read goes on; None where it is used."""
        for _ in range(_DEEPEST):
            above = self._module.parents.get(part)
            if isinstance(above, ast.JoinedStr):
                pieces = (p.value for p in above.values if isinstance(p, ast.Constant))
                if _CARD.match("".join(map(str, pieces))):
                    return []
            elif isinstance(above, ast.Call):
                return self._given(above, part)
            elif isinstance(above, ast.Compare) or (
                isinstance(above, ast.IfExp | ast.If) and part is above.test
            ):
                return []
            elif isinstance(above, ast.Assign):
                return [target_name(one) for one in above.targets]
            elif isinstance(above, ast.arguments):
                return list(_parameters(above, part))
            elif not isinstance(above, _PASSES):
                return None  # the module itself stands in nothing
            part = above
        return None

    def _given(self, call: ast.Call, part: ast.AST) -> list[str] | None:
        name = dotted(call.func)
        if part is call.func:
            return None
        if _UPLOADS.search(name) or _TELLS.search(name):
            return []
        if isinstance(part, ast.keyword):
            if name.endswith("add_argument") and part.arg == "default":
                option = option_name(call)
                return [option] if option else None
            is_own = self._functions(name)
            return [part.arg] if part.arg and is_own else None
        if isinstance(part, ast.expr) and part in call.args:
            place = call.args.index(part)
            found = [
                parameter
                for parameters in self._functions(name)
                for parameter, at in parameters.items()
                if at == place
            ]
            return found or None
        return None

    def _functions(self, name: str) -> list[dict[str, int]]:
        return [one.parameters for one in self._module.functions_at_top(name)]


_PASSES = (ast.FormattedValue, ast.JoinedStr, ast.keyword, ast.BoolOp, ast.IfExp)
"""What hands on what stands in it."""


def _parameters(args: ast.arguments, default: ast.AST) -> Iterator[str]:
    """The parameter whose default something is."""
    positional = [*args.posonlyargs, *args.args]
    placed = positional[len(positional) - len(args.defaults) :]
    for arg, value in (
        *zip(placed, args.defaults, strict=True),
        *zip(args.kwonlyargs, args.kw_defaults, strict=True),
    ):
        if value is default:
            yield arg.arg

"""Follow a loaded name backwards: to the parameter or field it came by."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace

from lineage.core.value import dataclass
from lineage.scan.names import SENTENCE_NAMESPACE, Bare, is_legacy
from lineage.scan.python.attributes import methods
from lineage.scan.python.composed import composed, is_template
from lineage.scan.python.loaders.table import loaders_for
from lineage.scan.python.module import How, Imported, Module, Scope, dotted
from lineage.scan.python.value import handed_on
from lineage.scan.python.values import Evaluator
from lineage.scan.short_names import WHISPER
from lineage.scan.telling import is_telling

_ANYTHING = frozenset(
    ["value", "text", "data", "key", "item", "file", "filename", "file_path", "filepath", "input",
     "output", "prompt", "content", "message", "task", "config", "args", "kwargs", "title", "label",
     "folder", "directory", "cache_dir", "output_dir", "save_dir", "base_dir", "dataset", "version"]
)  # fmt: skip
"""Words that hold whatever there is, though a loader may be given it under them."""
_SHORT = 1
_OF_TEXT = re.compile(r"\bstr|\b(?:Any|object|Path|PathLike|Literal)\b|Name|Id\b")
_LONGEST = 200
_SPEECH = re.compile(r"(?i)whisper|speech|transcri|(?:\A|_)(?:stt|asr)(?:_|\Z)")
_OF_SPEECH = frozenset({Bare.WHISPER, Bare.OPENAI_WHISPER})
_MODEL_LIKE = re.compile(r"/.*[\d-]")
_DEEPEST = 6


@dataclass(frozen=True)
class Inlet:
    """A parameter of a function, or a field of a class, whose value is loaded as a model."""

    file: str
    owner: str
    """The function, or the class whose constructor takes it; empty for a text that is written
    out."""
    parameter: str
    """Empty for a place in its `*args`; or that text."""
    position: int
    """Among positional arguments; -1 where only the keyword reaches it. Of a text its line."""
    is_attribute: bool = False
    """Whether classes below set it in their bodies, and nobody by a call."""
    is_of_class: bool = True
    """Whether constructors of classes below it fill it too, by `super().__init__(…)`."""
    is_data: bool = False
    """Whether what is loaded is a data set, or code, and no model."""
    is_hinted: bool = False
    """Whether only names, or an address of code, say that it is."""
    bare: Bare = Bare.IGNORED
    """What a name without a namespace means to the loader."""
    method_of: str = ""
    """The class whose method the owner is."""
    is_word: bool = False
    """Whether it is no more than a name that tells in this repository: what is loaded is the field
    of an object of unknown class."""
    is_changed: bool = False
    """Whether the function gives it back as it is or with something behind or before it."""
    is_loader: bool = False
    """Whether the owner is a loader itself under another name."""
    is_returned: bool = False
    """Whether the owner returns the loader, which takes the value then."""
    register: str = ""
    """Where such a loader looks names up that are not the Hub's, where that is known."""
    before: str = ""
    after: str = ""
    """What stands around the value in the name that is loaded."""

    @property
    def is_followed(self) -> bool:
        """Whether it is looked for what comes by it; a mere word is too little for data sets, which
        are loaded by words that hold anything."""
        return not self.is_data or (bool(self.owner) and not self.is_word)

    @property
    def via(self) -> str:
        """How a use shows it."""
        if self.is_word:
            return f"name {self.parameter}"
        return f"{self.owner}({self.parameter}=)" if self.parameter else f"{self.owner}(*)"

    def may_be(self, model: str) -> bool:
        """Whether a name that comes by it is told: by a mere word one that looks like a model's,
        and without a namespace one that the Hub has kept, or of the form that Sentence Transformers
        give theirs."""
        if "/" not in model:
            return is_legacy(model)
        if self.bare is Bare.SENTENCE and model.startswith(SENTENCE_NAMESPACE):
            return "-" in model.removeprefix(SENTENCE_NAMESPACE) and "_" not in model
        return not self.is_word or _MODEL_LIKE.search(model) is not None


def may_come_by_word(text: str) -> bool:
    """Whether a text is told, or a part of what is told, where no more than a word tells of it."""
    is_like = len(text) < _LONGEST and _MODEL_LIKE.search(text) is not None
    is_like = is_like and text.split() == [text.strip()]  # a sentence is none
    return is_like or is_legacy(text) or text in WHISPER


Wanted = Mapping[str, Sequence[Inlet]]
"""Inlets, by their owner's name, sorted by it."""


def by_owner(inlets: Iterable[Inlet]) -> Wanted:
    """The inlets as they are asked for."""
    wanted: dict[str, list[Inlet]] = {}
    for inlet in sorted(inlets, key=astuple):
        wanted.setdefault(inlet.owner, []).append(inlet)
    return wanted


def loaded_inlets(
    node: ast.expr, scope: Scope, evaluator: Evaluator, bare: Bare
) -> Iterator[Inlet]:
    """The inlets of a name that a loader is given which takes bare names so."""
    for inlet in inlets(node, scope, evaluator):
        word = inlet.parameter
        if not inlet.is_word:
            yield replace(inlet, bare=bare)
            continue
        is_of_speech = bare in _OF_SPEECH and _SPEECH.search(word) is not None
        is_any = word in _ANYTHING or len(word) <= _SHORT or word.startswith("_")
        if is_of_speech or not (is_any or is_telling(word)):
            is_known = is_of_speech or bare is Bare.HUB
            yield replace(inlet, bare=bare if is_known else Bare.IGNORED)


def inlets(node: ast.expr, scope: Scope, evaluator: Evaluator, depth: int = 0) -> Iterator[Inlet]:
    """Where the value of an expression comes in from outside its function or object."""
    if depth > _DEEPEST:
        return
    if isinstance(node, ast.Name):
        yield from _of_name(node.id, scope, evaluator, depth)
    elif isinstance(node, ast.Attribute):
        known = evaluator.class_of(node.value, scope)
        if known is not None:
            yield from _of_field(known[0], known[1], node.attr, depth)
        else:
            yield Inlet("", node.attr, node.attr, -1, is_of_class=False, is_word=True)
    elif isinstance(node, ast.Subscript):
        yield from _of_table(node.value, node.slice, scope, evaluator)
    elif is_template(node):
        yield from composed_inlets(node, scope, evaluator, depth)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("get", "pop"):
            yield from _of_table(node.func.value, node.args[0], scope, evaluator)
        else:
            yield from _returned(node, evaluator, depth)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _returned(node, evaluator, depth)
        known = evaluator.class_of(node.func.value, scope)
        if known is not None and methods(known[0].module, known[1], node.func.attr):
            yield _of_body(known[0], known[1], node.func.attr)
    elif isinstance(node, ast.Call):
        yield from _returned(node, evaluator, depth)
    elif isinstance(node, ast.BoolOp):
        for operand in node.values:
            yield from inlets(operand, scope, evaluator, depth + 1)
    elif isinstance(node, ast.IfExp):
        yield from inlets(node.body, scope, evaluator, depth + 1)
        yield from inlets(node.orelse, scope, evaluator, depth + 1)


def composed_inlets(
    node: ast.expr, scope: Scope, evaluator: Evaluator, depth: int = 0
) -> Iterator[Inlet]:
    """Where the one piece of a name comes in that is not written beside the others."""
    for one in composed(node, scope, evaluator):
        for inlet in inlets(one.piece, scope, evaluator, depth + 1):
            if not (inlet.is_word or inlet.before or inlet.after):
                yield replace(inlet, before=one.before, after=one.after)


def _of_name(name: str, scope: Scope, evaluator: Evaluator, depth: int) -> Iterator[Inlet]:
    where: Scope | None = scope
    while where is not None and name not in where.bindings:
        where = where.parent
    if where is None or name in ("self", "cls"):
        return
    if name in where.parameters:
        yield from _of_parameter(name, where.parameters[name], where, evaluator.module)
    for binding in where.bindings[name][:6]:
        if binding.how is How.VALUE and binding.value is not None:
            yield from inlets(binding.value, binding.scope, evaluator, depth + 1)


def _returned(call: ast.Call, evaluator: Evaluator, depth: int) -> Iterator[Inlet]:
    """Of what the module's own functions return."""
    name = dotted(call.func).rpartition(".")[2]
    for function in evaluator.module.functions.get(name, ())[:4]:
        returns = (one for one in ast.walk(function.node) if isinstance(one, ast.Return))
        results = [one.value for one in returns if one.value is not None]
        changed = {
            part.id
            for one in results
            for part in (ast.walk(one) if is_template(one) else ())
            if isinstance(part, ast.Name)
        }
        for result in results:
            for inlet in inlets(result, function, evaluator, depth + 1):
                is_its = inlet.owner == function.name and inlet.parameter in changed
                yield replace(inlet, is_changed=True) if is_its else inlet


def _of_table(
    table: ast.expr, key: ast.expr, scope: Scope, evaluator: Evaluator
) -> Iterator[Inlet]:
    """What callers give to a function's `**kwargs` or `*args`."""
    own = handed_on(table, key, scope)
    if own is not None:
        yield from _of_parameter(own[1], own[2], own[0], evaluator.module)


def _of_parameter(name: str, position: int, function: Scope, module: Module) -> Iterator[Inlet]:
    owner = function.parent
    if owner is None or not owner.is_class:
        yield Inlet(module.file, function.name, name, position, is_of_class=False)
        return
    is_static = any(dotted(one) == "staticmethod" for one in _decorators(function.node))
    place = position if is_static else position - 1 if position > 0 else -1
    if function.name == "__init__":
        yield Inlet(module.file, owner.name, name, place)
    elif not (
        function.name.startswith("__")
        or loaders_for(function.name)
        or _is_of_objects(function.annotations.get(name))
    ):
        yield Inlet(
            module.file, function.name, name, place, is_of_class=False, method_of=owner.name
        )


def _is_of_objects(annotation: ast.expr | None) -> bool:
    """Whether a parameter takes no text: a model, a configuration."""
    return annotation is not None and not _OF_TEXT.search(ast.unparse(annotation))


def _decorators(node: ast.AST) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else []


def _of_body(owner: Evaluator, cls: Scope, field: str) -> Inlet:
    """A field, property or method that classes below may set in their bodies."""
    return Inlet(owner.module.file, cls.name, field, -1, is_attribute=True)


def _of_field(owner: Evaluator, cls: Scope, field: str, depth: int) -> Iterator[Inlet]:
    """A data class's constructor fills its fields; elsewhere what `__init__` binds to them does."""
    has_init = any(
        s.parent is cls and s.name == "__init__" for s in owner.module.functions.get("__init__", [])
    )
    fields = list(cls.annotations)
    if field in fields and not has_init:
        yield Inlet(owner.module.file, cls.name, field, fields.index(field))
    elif field not in fields:  # which classes below may set
        yield _of_body(owner, cls, field)
    for binding in owner.module.attributes.get(field, [])[:6]:
        if binding.scope.enclosing_class is cls and binding.value is not None:
            yield from inlets(binding.value, binding.scope, owner, depth + 1)
    if depth <= _DEEPEST and isinstance(cls.node, ast.ClassDef):
        for base in cls.node.bases[:4]:
            above = owner.class_of(base, owner.module.top)
            if above is not None and above[1] is not cls:
                yield from _of_field(*above, field, depth + 1)


def as_module(imported: Imported) -> Imported:
    """`from pkg import helpers` binds a module where there is one of that name."""
    return imported.whole

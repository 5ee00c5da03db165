"""Values whose name, key or keyword says that they are models, where no known call loads them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lineage.core.use import Certainty, UseKind
from lineage.core.value import dataclass
from lineage.scan.names import (
    WEIGHT_FILES,
    Bare,
    Judged,
    is_legacy,
    is_pinned_version,
    judge,
    names_hub,
)
from lineage.scan.python.index import DECORATOR
from lineage.scan.python.module import Named, Scope
from lineage.scan.python.value import Value, is_told_there
from lineage.scan.python.values import Evaluator
from lineage.scan.python.written_here import WrittenHere
from lineage.scan.services import folded
from lineage.scan.telling import is_weak, says_hub, says_learning, suggests_model

_MODEL_LIKE = re.compile(r"/.*[\d-]")
_ONE = (
    ast.Constant, ast.Call, ast.IfExp, ast.BoolOp, ast.JoinedStr, ast.BinOp, ast.Name,
    ast.Subscript, ast.Attribute,
)  # fmt: skip
_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
# What a table is called that says of models rather than gives them to be loaded.
_SAYS = re.compile(
    r"(?:^|_|(?<=[a-z]))(?:supported|available|known|allowed|valid|unsupported|deprecated|choices"
    r"|prices?|pricing|costs?|limits?|profiles?|capabilit(?:y|ies)|windows?|aliases|tokens?"
    r"|prompts?|templates?|mapping|patterns?|examples?|docs?|docstring|documentation|description"
    r"|help|message|licen[cs]es?|benchmarks?|datasets?|kernels?|archive|vocab_files)"
    r"(?:_|$|(?=[A-Z]))",
    re.IGNORECASE,
)
DOCUMENTS = re.compile(r"doc(?:s|strings?|umentation)?(?:_|$)|example", re.IGNORECASE)
"""Names of decorators and keywords that write documentation."""
_KERNELS = re.compile(r"kernel|FuncRepository|LayerRepository", re.IGNORECASE)
_DEFAULT = re.compile(r"(?i)(?:\A|_)(?:defaults?|pref(?:s|erred|erences?)?|fallbacks?)(?:_|\Z)")
"""A list of that name is what is used where nothing else is named, one after the other."""
_MOST_RESULTS = 3
_MOST_MEMBERS = 5_000
"""Members of a list that are looked at."""
_KEY = re.compile(r"[a-z_/-]+")
_KEY_END = re.compile(r"(?:\A|[_-])(?:models?|id|name|prompt)\Z")
DOCUMENTED = "documentation"


@dataclass(frozen=True)
class NamedUse:
    """One name of a model at such a place."""

    leaf: ast.expr
    scope: Scope
    value: Value
    judged: Judged
    certainty: Certainty
    via: str
    is_of_learning: bool
    """Whether a name of the place has a word that machine learning alone has."""
    is_loose: bool = False
    """Whether only the Hub can tell that it is one: it says so by what it is a field of, or the
    name is a kind of model and may be a word of the code's own (`net_1_lora = "net-1/lora"`)."""


def named_uses(named: Named, evaluator: Evaluator, written: WrittenHere) -> Iterator[NamedUse]:
    """What one named place holds that has the form of a model of the Hub."""
    is_sure = suggests_model(named.name)
    if not is_sure and not is_weak(named.name):
        return
    is_field = not is_sure and _is_field_of_model(named)
    is_kernel: bool | None = None  # asked once for all that the place holds
    for leaf, certainty in _leaves(named):
        if not written.may_be(leaf, named.scope):
            continue
        for value in evaluator.values(leaf, named.scope):
            if value.is_path or is_told_there(value, leaf, evaluator.module.file):
                continue
            text = _name_in(value.text, named.name)
            # Pieces that make such a name the filter of texts cannot see.
            is_old = is_sure and not value.is_composed and is_legacy(text)
            judged = judge(text, Bare.HUB if is_old else Bare.IGNORED)
            is_elsewhere = is_sure and is_pinned_version(text)
            if judged is None or not (is_old or is_elsewhere or names_hub(text)):
                continue
            if judged.kind is not UseKind.HUB and not is_elsewhere:
                continue
            if not (is_sure or is_field) and not _MODEL_LIKE.search(judged.model):
                continue
            if is_kernel is None:
                is_kernel = _is_kernel(named)
            if is_kernel:
                return
            documents = _is_documentation(named)
            via = f"{DOCUMENTED} {named.name}" if documents else f"name {named.name}"
            of_learning = any(map(says_learning, (named.name, *named.under)))
            says_none = not (is_sure or is_field) or is_own_key(named.name, value.text)
            sure = Certainty.POSSIBLE if documents or says_none else certainty
            is_loose = is_field or _is_kind(named.name, judged.model)
            yield NamedUse(leaf, named.scope, value, judged, sure, via, of_learning, is_loose)


def _is_field_of_model(named: Named) -> bool:
    """Whether a name that may hold anything is a field of what calls itself a model:
    `StarterModel(source="org/name")`, `MODELS = {"small": {"repo": "org/name"}}`."""
    return any(map(suggests_model, named.under[-2:])) and not is_said(named)


def _is_kind(name: str, model: str) -> bool:
    """Whether a constant's name spells its value, of which the last part is a kind of model."""
    above, _, last = model.partition("/")
    first = re.match(r"[a-z]+", above.lower())
    spelled = folded(name)
    begins_alike = first is not None and spelled.startswith(first[0])
    return last.isalpha() and suggests_model(last) and begins_alike and spelled.endswith(last)


def _name_in(text: str, name: str) -> str:
    """A text without the file, or the place for one, that the Hub's repository has behind it
    (`hf_hub="org/name/"`); where nothing says that it is the Hub's, such a text is a path."""
    parts = text.split("/")
    is_file = len(parts) == 3 and (not parts[2] or parts[2].lower().endswith(WEIGHT_FILES))
    return "/".join(parts[:2]) if is_file and says_hub(name) else text


def is_own_key(name: str, text: str) -> bool:
    """Whether a constant holds the key of a setting, which says model because the constant does:
    `TRANSCRIBER_LLM_MODEL = "transcriber/llm-model"`."""
    last = text.rpartition("/")[2]
    if not _KEY.fullmatch(text) or not suggests_model(last):
        return False
    spelled = folded(name)
    ends_alike = spelled.endswith(folded(last)) and _KEY_END.search(last) is not None
    return ends_alike or spelled == folded(text)


def is_default(named: Named) -> bool:
    """Whether what a name holds is what is used where nobody names another."""
    return named.is_default or _DEFAULT.search(named.name) is not None


def members(named: Named) -> list[ast.expr]:
    """What stands under a name, one by one where that is a list of defaults."""
    node = named.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and is_default(named):
        return [node] if is_said(named) else node.elts
    return [node]


def is_said(named: Named) -> bool:
    """Whether a table's name says that it tells of models rather than gives them to be used."""
    return any(_SAYS.search(name) for name in (named.name, *named.under[-2:]))


def _is_documentation(named: Named) -> bool:
    """Arguments of decorators that write documentation (`@auto_docstring(checkpoint=…)`), and
    what is kept for them: `_CHECKPOINT_FOR_DOC`."""
    inside = named.under[named.under.index(DECORATOR) :] if DECORATOR in named.under else ()
    return any(DOCUMENTS.search(name) for name in (*inside, named.name))


def _is_kernel(named: Named) -> bool:
    """A repository of compiled kernels holds code for a processor and no weights."""
    taken = (part.id for part in ast.walk(named.value) if isinstance(part, ast.Name))
    return any(_KERNELS.search(name) for name in (named.name, *named.under, *taken))


def _leaves(named: Named) -> Iterator[tuple[ast.expr, Certainty]]:
    """The expressions that are names, and how sure it is that they are used: single values and
    what a table's keys lead to are, and the parts of a result; keys themselves never, members of
    a list as a default."""
    node = named.value
    if isinstance(node, _ONE):
        yield node, Certainty.LIKELY
    elif isinstance(node, _DISPLAYS):
        value = Certainty.POSSIBLE if is_said(named) else Certainty.LIKELY
        is_sure = is_default(named) or _is_result(named)
        yield from _members(node, value, value if is_sure else Certainty.POSSIBLE)


def _is_result(named: Named) -> bool:
    """Whether it is a few values that a function returns together: `return encoder, decoder`."""
    node = named.value
    is_short = isinstance(node, ast.Tuple) and len(node.elts) <= _MOST_RESULTS
    return is_short and named.name == named.scope.name


def _members(
    node: ast.expr, value: Certainty, member: Certainty, depth: int = 0
) -> Iterator[tuple[ast.expr, Certainty]]:
    if isinstance(node, ast.Dict):
        for key, inner in zip(node.keys, node.values, strict=True):
            if key is not None and _is_text(key):
                yield key, Certainty.POSSIBLE
            if _is_text(inner):
                yield inner, value
            elif depth < 2:
                yield from _members(inner, value, Certainty.POSSIBLE, depth + 1)
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        for inner in node.elts[:_MOST_MEMBERS]:
            if _is_text(inner):
                yield inner, member
            elif isinstance(inner, (ast.List, ast.Tuple)) and depth < 2:
                is_pair = isinstance(inner, ast.Tuple) and _is_keyed(inner)
                own = value if is_pair else Certainty.POSSIBLE
                yield from _members(inner, value, own, depth + 1)


def _is_keyed(row: ast.Tuple) -> bool:
    """Whether a row has one name with a slash beside other texts, as a table has it under a key:
    `("fp8", "org/name")`."""
    texts = [str(one.value) for one in row.elts if isinstance(one, ast.Constant) and _is_text(one)]
    return len(texts) == len(row.elts) > 1 and sum("/" in text for text in texts) == 1


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)

"""Classes that wrap a service: they hold the key or the address for it, and the name of the model
that it is asked for where nobody names another."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from lineage.core.value import dataclass
from lineage.scan.python.clients import ADDRESS_KEY, CLIENT_KEYS
from lineage.scan.python.hosted_texts import is_id
from lineage.scan.python.known_names import is_asked_about
from lineage.scan.python.module import Module, Named, Scope, dotted
from lineage.scan.python.named import is_own_key
from lineage.scan.python.value import Value
from lineage.scan.python.values import Evaluator
from lineage.scan.services import SELF_HOSTED, UNKNOWN, Services, folded, is_loopback

SIGN = re.compile(r"(?:\A|_)(?:api_?(?:key|token|base)|base_?url)\Z", re.IGNORECASE)
"""What a wrapper calls its key or its address."""
MODEL_FIELD = re.compile(r"(?:\A|_)model(?:_?(?:id|name))?\Z", re.IGNORECASE)
"""What it calls its model, and `id`."""
_KEY_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*_(?:API_KEY|API_TOKEN|KEY|TOKEN)\Z")
# What a class, its bases, its fields or its file are called where the model is of machine learning:
# other services have models of printers and cars.
_LEARNS = re.compile(
    r"(?i)llm|embed|rerank|tts|stt(?![a-z])|asr(?![a-z])|speech|voice|image|video|vision|chat|gpt"
    r"|openai|transcri|completion|tokens|temperature|prompt|messages|ocr(?![a-z])"
)
_NOTHING = re.compile(
    r"(?i)(?:not?|your|my|default|auto|automatic|none|null|unknown|custom|placeholder|dummy|any"
    r"|model|local|test|same)(?:[-_ ].*)?\Z"
)
"""What stands in the place of a model's name and is none."""
_MARKED = re.compile(r"[\d:.-]")
"""What a word has that names nothing but a model: a method's `model` may be `fast`."""
_OF_CODE = re.compile(r"[a-z]+(?:_[a-z]+)+\Z")
_WRITTEN = (ast.Constant, ast.BoolOp, ast.IfExp, ast.Call)


@lru_cache(maxsize=50_000)
def is_sign(word: str) -> bool:
    """Whether a name is what a wrapper calls its key or its address."""
    return SIGN.search(word) is not None


def is_model_field(word: str) -> bool:
    """Whether a name is what a wrapper calls its model."""
    return word == "id" or MODEL_FIELD.search(word) is not None


@dataclass(frozen=True)
class Wrapped:
    """One name of a model in a wrapper of a service, and the host that is asked."""

    node: ast.expr
    host: str
    via: str
    values: tuple[Value, ...]


def wrapped_models(module: Module, evaluator: Evaluator, services: Services) -> Iterator[Wrapped]:
    """The models that the wrappers of a module name."""
    made = (name for one in module.functions.get("__init__", ()) for name in one.parameters)
    if not any(map(is_sign, (*made, *(named.name for named in module.named)))):
        return  # as nearly all modules
    inside: dict[Scope, list[Named]] = defaultdict(list)
    for named in module.named:
        cls = named.scope.enclosing_class
        if cls is not None:
            inside[cls].append(named)
    for cls, members in inside.items():
        models = [one for one in members if is_model_field(one.name) and _is_given(one, cls)]
        if models and isinstance(cls.node, ast.ClassDef):
            yield from _Wrapper(cls, cls.node, members, module, evaluator, services).models(models)


def _is_given(named: Named, cls: Scope) -> bool:
    """Whether a model's name stands where the wrapper takes it from: a field, a default, a value
    that is written out where it is handed on."""
    if is_asked_about(named) or named.name == named.scope.name:  # what a function returns
        return False
    is_own = named.scope is cls and (not named.under or named.under[-1][:1].isupper())
    if named.name == "id" and not (is_own and named.function in ("", "__init__")):
        return False
    return is_own or (named.scope is not cls and _is_written(named))


def _is_written(named: Named) -> bool:
    """Whether a method writes a name out or takes a constant for it: what it is passed is told
    where that is passed."""
    node = named.value
    if isinstance(node, ast.Name):
        holder = named.scope.holder(node.id)
        return holder is None or holder.parent is None
    if isinstance(node, ast.Attribute):
        return dotted(node)[:1].isupper()
    return isinstance(node, _WRITTEN)


class _Wrapper:
    """One class."""

    def __init__(
        self,
        cls: Scope,
        node: ast.ClassDef,
        members: list[Named],
        module: Module,
        evaluator: Evaluator,
        services: Services,
    ) -> None:
        self._cls, self._node, self._members = cls, node, members
        self._module, self._evaluator, self._services = module, evaluator, services
        self._bases = [dotted(base).rpartition(".")[2] for base in node.bases]
        made = (one for one in module.functions.get("__init__", []) if one.parent is cls)
        taken = [name for one in made for name in one.parameters]
        fields = (one.name for one in members if one.scope is cls and not one.under)
        self._fields = [*taken, *fields]

    def models(self, models: list[Named]) -> Iterator[Wrapped]:
        """The models that it asks its service for."""
        if not any(map(is_sign, self._fields)):
            return
        host, is_stated = self._host()
        asks = host or any(map(ADDRESS_KEY.search, self._fields))
        if not asks and self._node.name.endswith("Server"):
            return  # the key is its own clients', and the model is what it loads or answers as
        is_known = self._services.is_known(host) or host in self._services.words.values()
        words = (self._node.name, self._module.file, *self._bases, *self._fields)
        if not (is_known or any(map(_LEARNS.search, words))):
            return
        for named in models:
            if named.name == "id" and not is_stated:
                continue
            values = tuple(self._names(named))
            if values:
                via = f"{named.name} of {self._node.name}"
                yield Wrapped(named.value, host or UNKNOWN, via, values)

    def _names(self, named: Named) -> Iterable[Value]:
        of_class = named.function in ("", "__init__")
        for value in self._evaluator.values(named.value, named.scope):
            is_name = is_id(value.text) and not _NOTHING.match(value.text)
            is_name = is_name and (of_class or _MARKED.search(value.text) is not None)
            is_key = folded(value.text) == folded(named.name)  # `X_MODEL_NAME = "x_model_name"`
            is_key = is_key or is_own_key(named.name, value.text)
            # The name of a class or a function of the code's own: no service has such ids.
            is_key = is_key or _OF_CODE.match(value.text) is not None
            if is_name and not is_key and not value.is_path:
                yield value

    def _host(self) -> tuple[str, bool]:
        """Whom it asks, and whether an address, a provider or a base of that kind says so: an `id`
        alone may be of anything."""
        stated = self._address()
        provider = next(self._providers(), "")
        is_stated = bool(stated or provider or any(map(_LEARNS.search, self._bases)))
        if stated and not is_loopback(stated):
            return stated, True
        said = provider or self._called()
        if stated and not (said in SELF_HOSTED or said == "ollama"):
            return stated, True
        return said, is_stated

    def _address(self) -> str:
        """The host of the first address that a field holds; one that the tables know first."""
        found = [
            self._services.host_of(_as_web(value.text))
            for named in self._members
            if ADDRESS_KEY.search(named.name) and named.scope is self._cls
            for value in self._evaluator.values(named.value, named.scope)
            if "." in value.text or ":" in value.text
        ]
        known = [host for host in found if self._services.is_known(host)]
        return next(iter((*known, *filter(None, found))), "")

    def _providers(self) -> Iterator[str]:
        for named in self._members:
            if named.scope is self._cls and CLIENT_KEYS.search(named.name):
                for value in self._evaluator.values(named.value, named.scope)[:1]:
                    if host := self._services.host_of_word(value.text):
                        yield host

    def _called(self) -> str:
        """The service that the variable of its key, its own name, its file's or its folder's
        says."""
        for call in self._module.calls:
            first = call.node.args[0] if call.node.args else None
            text = first.value if isinstance(first, ast.Constant) else None
            if (
                isinstance(text, str)
                and _KEY_VARIABLE.match(text)
                and call.scope.enclosing_class is self._cls
                and (host := self._services.host_of_variable(text))
            ):
                return host
        path = PurePosixPath(self._module.file)
        for name in (self._node.name, path.stem, path.parent.name):
            if host := self._services.host_of_class(name):
                return host
        return ""


def _as_web(address: str) -> str:
    return re.sub(r"\Aws(?=s?://)", "http", address)

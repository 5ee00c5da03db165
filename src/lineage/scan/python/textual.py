"""Tell by its text alone whether a module could name a model, so that only those are parsed.

Sound, never exact: every use that the reader finds needs a text with a slash that could be a name
or a part of one, the name of a service's model, or the name of something that loads models or asks
a service. What has none of them is not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lineage.core.ref import HUB_ADDRESSES
from lineage.core.use import UseKind
from lineage.scan.addresses import addresses, required
from lineage.scan.commands.launchers import LAUNCHERS, starts_command
from lineage.scan.names import Bare, is_legacy, judge
from lineage.scan.python.asked import GIVEN_FIRST, MODEL_KEYS, ROUTERS
from lineage.scan.python.clients import ADDRESS_KEY, CLIENT_CLASSES, CLIENT_KEYS
from lineage.scan.python.data_sets import OTHER_LOADERS
from lineage.scan.python.environment import SETS, may_set_endpoint
from lineage.scan.python.later import imports_later
from lineage.scan.python.lexed import Lexed
from lineage.scan.python.loaders.table import LOADERS
from lineage.scan.python.loaders.telling import (
    LOCAL_SETTINGS,
    OTHER_TELLING_NAMES,
    SHELL_CALLS,
    SHELL_PACKAGES,
    TELLING_NAME,
    TELLING_PARTS,
)
from lineage.scan.python.sent import CONNECTS, SENDS
from lineage.scan.python.wrappers import MODEL_FIELD, SIGN, is_model_field, is_sign
from lineage.scan.python.written_calls import (
    is_called,
    is_given_several,
    is_loaded_with,
    is_of_method,
    keywords_at,
)
from lineage.scan.services import Services
from lineage.scan.short_names import may_be_own_name
from lineage.scan.telling import HUB_WORDS, says_address_of_hub, says_from_hub, suggests_model

_LONGEST_KEY = 100
_KEPT = 80
"""Characters of a text of which it is kept what it tells."""
_LONGEST = 2_000
"""An address with its query is shorter; longer texts without a blank are data."""
# What a name of the Hub can be or be put together from: no blank, none of the marks of a template.
_PIECE = re.compile(r"(?:^|\})[\w.:@%+=~&#-]*/[\w.:@%/+=~&#?*-]*(?:$|\{)")
_BRACES = re.compile(r"[{}]")
_ADDRESS = re.compile(r"(?i)(?:https?|hf|huggingface)://")
_IMPORTED = re.compile(r"[fi](?:(?<=\bf)rom|(?<=\bi)mport)\b((?:[\w., \t]|\\\s*)+)")
_NAME = re.compile(r"\w+")
_EXECUTES = {
    name.encode(): re.compile(rf"{name}(?<![{before}]{name})[\s\\]*\(")
    for name, before in (
        ("exec", r"\w."),
        ("eval", r"\w."),
        ("compile", r"\w."),
        ("run_cell", r"\w"),
    )
}
"""By the name of what executes a text: a call of it, which begins with what the engine skips to."""
_BY_TEXT = frozenset({b"getattr", b"methodcaller", b"attrgetter"})
_LAUNCHERS = frozenset(LAUNCHERS)
_BEGINNING = 200
_EXECUTING = frozenset(_EXECUTES)
_MOST_WORDS = 100_000
_TELLING = tuple(part.encode() for part in TELLING_PARTS)
_ROUTERS = frozenset(name.encode() for name in ROUTERS)
_GIVEN_FIRST = frozenset(name.encode() for name in GIVEN_FIRST)
_KEY_TEXTS = frozenset((*MODEL_KEYS, "llm"))
_MODEL_KEYS = frozenset(key.encode() for key in _KEY_TEXTS)
_CONNECTS = frozenset(name.encode() for name in CONNECTS)
_SENDS = frozenset(name.encode() for name in SENDS)
_SETS = frozenset(name.encode() for name in SETS)
_ASKING = (
    *(_EXECUTING, _BY_TEXT, _CONNECTS, _SENDS, _SETS),
    *(CLIENT_CLASSES, _ROUTERS, _GIVEN_FIRST, _MODEL_KEYS),
)
# Names of fields and keywords that could tell something, and perhaps a few more.
_FIELDS = "|".join(one.pattern for one in (ADDRESS_KEY, CLIENT_KEYS, SIGN, MODEL_FIELD))
_FIELD = re.compile(_FIELDS.encode(), re.IGNORECASE)
# What every other word has that could: most are done with when this is not in them.
_MAY_TELL = re.compile(
    rb"(?-i:\A[A-Z])|[\x80-\xff]|import\B|\Bimport|lazy|%b|%b"
    % ("|".join(HUB_WORDS).encode(), _FIELD.pattern),
    re.IGNORECASE,
)
_QUOTES = "\"'"
_OF_MODELS = ("Model", "LLM", "Embed")
_MEMBER = re.compile(r"\w*\s*\.\s*[A-Z]")
"""Behind one of them a constant of a class that may hold the names of models: `ChatModel.MINI`."""


def may_name_model(module: Lexed, services: Services) -> bool:
    """Whether parsing a module could show a use of a model."""
    if not module.is_sure:
        return True  # it may go on where its texts seem to, or Python cannot read it either
    return any(tells(text, services) for text in module.texts) or code_may_name_model(
        module, services
    )


def code_may_name_model(module: Lexed, services: Services) -> bool:
    """Whether the code could load a model or ask a service for one, whatever its texts say."""
    if not module.is_sure:
        return True
    words = _notable(module.words, services)
    if any(_EXECUTES[word].search(module.code) for word in _EXECUTING & words):
        return True  # the code is in a text
    if not _SETS.isdisjoint(words) and may_set_endpoint(module.texts):
        return True
    if _loads(module, words, services):
        return True
    asks = _has_member(module.code) or _asks_service(module, words, services)
    return bool(services.words) and asks


# -- what a text says ------------------------------------------------------------------------------


def tells(text: str, services: Services) -> bool:
    """Whether a text is, or could be a part of, the name of a model or the address of a
    service."""
    # A long one stands in one module alone: to keep it would keep most of a repository's prose.
    return _tells(text, services) if len(text) < _KEPT else _tells.__wrapped__(text, services)


@lru_cache(maxsize=100_000)
def _tells(text: str, services: Services) -> bool:
    inner = required(text.strip().strip(_QUOTES).strip())
    if _ADDRESS.match(inner):
        return _is_address(inner, services)
    if "/" in inner and (_PIECE.match(inner) or ("}" in inner and _PIECE.search(inner))):
        return True
    if " " in inner and _is_command(inner):
        return True
    if len(inner) < _LONGEST_KEY and any(map(may_be_own_name, _BRACES.split(inner))):
        return True
    if "}" in inner and any(map(services.formed, _BRACES.split(inner))):
        return True
    head = inner.partition("{")[0]
    if not head or len(head) > _LONGEST or head.split(None, 1) != [head]:
        return False  # with a blank it is none
    return _is_of_service(head, services)


def _is_command(text: str) -> bool:
    """Whether a text begins with a command that loads a model."""
    words = text[:_BEGINNING].split()[:8]
    if _LAUNCHERS.isdisjoint(words):
        return False
    return any(starts_command(words, at) for at in range(len(words)))


def _is_address(text: str, services: Services) -> bool:
    """Whether an address is of a model or of a service, or could go on to be."""
    begins = text.split(None, 1)[0][:_LONGEST]
    is_web = begins.lower().startswith("http")
    if not is_web or next(addresses(begins), None) or "{" in begins or "%s" in begins:
        return True
    judged = judge(begins, Bare.IGNORED)
    if judged is not None and judged.kind is UseKind.HUB:
        return True
    host, slash, path = begins.partition("://")[2].partition("/")
    if services.is_known(services.host_of(begins)):
        return True
    if not slash:
        return any(known.startswith(host) for known in (*HUB_ADDRESSES, *services.hosts))
    return host in HUB_ADDRESSES and path.count("/") < 2 and not path.startswith("docs")


def _is_of_service(text: str, services: Services) -> bool:
    """Whether a text is a service's route to a model (`openai:gpt-4o`), its address, or a name
    that the tables know."""
    if "." in text and services.is_known(services.host_of(text)):
        return True
    if (
        is_legacy(text)
        or services.host_of_name(text)
        or services.formed(text)
        or _is_variable(text, services)
    ):
        return True
    head, mark, _ = text.partition(":")
    return bool(mark and services.host_of_word(head))


# -- what the code says ----------------------------------------------------------------------------


def _notable(words: frozenset[bytes], services: Services) -> frozenset[bytes]:
    """Those of a module's words that could tell anything, alone or beside others."""
    plain = _plain(services)
    if len(plain) > _MOST_WORDS:
        plain.clear()
    left = words - plain
    asked_for = left & _asked_for(services)
    others = filter(_MAY_TELL.search, left - asked_for)
    found = asked_for.union(word for word in others if _is_notable(word, services))
    plain |= left - found
    return found


@lru_cache(maxsize=1)
def _plain(services: Services) -> set[bytes]:
    """Words seen before that tell nothing."""
    return set()


def _is_notable(word: bytes, services: Services) -> bool:
    # Asked once of each: `_plain` keeps those that are not.
    is_telling = _is_telling.__wrapped__(word, services)
    return is_telling or bool(_FIELD.search(word)) or _imports_later(word)


def _imports_later(word: bytes) -> bool:
    return imports_later(word.decode("utf-8", "replace"))


@lru_cache(maxsize=1)
def _asked_for(services: Services) -> frozenset[bytes]:
    """Every word that is looked for as it is."""
    always, of_packages = _names(services)
    return always.union(*_ASKING, _by_keyword(), of_packages, *of_packages.values())


@lru_cache(maxsize=10_000)
def _is_telling(word: bytes, services: Services) -> bool:
    return word.startswith(_TELLING) or _tells_alone(word, services)


def _loads(module: Lexed, words: frozenset[bytes], services: Services) -> bool:
    """Whether the code has the name of something that loads models."""
    always, of_packages = _names(services)
    by_text = frozenset[bytes]()
    # They are given a name as a text.
    if not _BY_TEXT.isdisjoint(words) or any(map(_imports_later, words)):
        names = (text for text in module.texts if text.isidentifier())
        by_text = frozenset(text.encode("utf-8", "replace") for text in names)
        words |= by_text
    if any(
        word in by_text or is_loaded_with(word.decode(), module.code, by_keyword=only)
        for several, only in ((always, False), (_by_keyword(), True))
        for word in several & words
    ):
        return True
    if any(word in of_packages and of_packages[word] & words for word in words):
        return True
    return any(
        _tells_alone(word, services) or _is_called(word.decode(), module.code)
        for word in words
        if _is_telling(word, services)
    )


def _asks_service(module: Lexed, words: frozenset[bytes], services: Services) -> bool:
    """Whether the code makes a client of a service, hands a name to a package that routes by it,
    or gives a model to a call or beside an address: whom that asks may stand in another module."""
    if not CLIENT_CLASSES.isdisjoint(words) and any(
        services.host_of_class(word.decode("utf-8", "replace")) for word in module.words
    ):
        return True  # beside the name of its package
    if not _CONNECTS.isdisjoint(words) and any(map(services.may_be_host, module.texts)):
        return True
    if any(is_given_several(word.decode(), module.code) for word in _SENDS & words):
        return True  # an address and what is sent there, in which a name may be put together
    if not _ROUTERS.isdisjoint(words) and not ROUTERS.isdisjoint(_imported(module)):
        return True
    if not _GIVEN_FIRST.isdisjoint(words) and any(map(services.host_of_package, _imported(module))):
        return True
    if _may_wrap(words):
        return True
    keys = _MODEL_KEYS & words
    if keys and _is_keyword(keys, words, module.code):
        return True
    if _KEY_TEXTS.isdisjoint(module.texts):
        return False
    short = (text for text in module.texts if len(text) < _LONGEST_KEY)
    return any(_is_host_key(text.encode("utf-8", "replace")) for text in short)


def _has_member(code: str) -> bool:
    """Whether it has a constant of a class of models: found part by part, as most have none."""
    for part in _OF_MODELS:
        at = code.find(part)
        while at >= 0:
            at += len(part)
            if _MEMBER.match(code, at):
                return True
            at = code.find(part, at)
    return False


def _may_wrap(words: Iterable[bytes]) -> bool:
    """Whether a class of the module may wrap a service: its key or address beside a model."""
    return any(map(_is_sign, words)) and any(map(_is_model_field, words))


@lru_cache(maxsize=100_000)
def _is_sign(word: bytes) -> bool:
    return is_sign(word.decode("utf-8", "replace"))


@lru_cache(maxsize=100_000)
def _is_model_field(word: bytes) -> bool:
    return is_model_field(word.decode("utf-8", "replace"))


def _imported(module: Lexed) -> set[str]:
    """Words that name the packages which the module imports, among others."""
    return {name for line in _IMPORTED.findall(module.code) for name in _NAME.findall(line)}


@lru_cache(maxsize=100_000)
def _is_host_key(word: bytes) -> bool:
    text = word.decode("utf-8", "replace")
    return bool(ADDRESS_KEY.search(text) or CLIENT_KEYS.search(text))


def _is_keyword(keys: Iterable[bytes], words: Iterable[bytes], code: str) -> bool:
    """Whether one of the words may be a keyword of a call that asks: on some object, or beside an
    address. Classes of services and routers are seen by their names."""
    given = (at for key in keys for at in keywords_at(key.decode(), code))
    if any(map(_is_host_key, words)):
        return next(given, None) is not None
    return any(is_of_method(code, at) for at in given)


def _tells_alone(word: bytes, services: Services) -> bool:
    """Whether a name of the code is a service's, or that of an address on the Hub."""
    text = word.decode("utf-8", "replace")
    if not text[:1].isupper():
        return says_address_of_hub(text) or says_from_hub(text)
    return bool(services.host_of_class(text)) or _is_variable(text, services)


def _is_variable(text: str, services: Services) -> bool:
    """Whether a text is the name of a variable for a model of some service: `GROQ_MODEL`."""
    is_one = text.isupper() and "_" in text and suggests_model(text)
    return is_one and bool(services.host_of_variable(text))


def _is_called(name: str, code: str) -> bool:
    """Whether something of that name is called under its own or another one."""
    if not TELLING_NAME.match(name):
        return False
    return re.search(rf"{name}\s+as\b", code) is not None or is_called(name, code)


@lru_cache(maxsize=1)
def _names(services: Services) -> tuple[frozenset[bytes], dict[bytes, frozenset[bytes]]]:
    """Names that tell by themselves, and the packages of names that tell beside one of them."""
    always = {*OTHER_TELLING_NAMES, *OTHER_LOADERS}
    beside: dict[str, set[str]] = {name: set(SHELL_PACKAGES) for name in SHELL_CALLS}
    for setting, (package, _) in LOCAL_SETTINGS.items():
        beside.setdefault(setting, set()).add(package)
    for name, package in services.with_defaults:
        beside.setdefault(name, set()).add(package)
    for loader in LOADERS:
        if not loader.packages and loader.position is None:
            continue
        if not loader.packages or "?" in loader.packages:
            always.update(loader.names)
        else:
            for name in (loader.below,) if loader.below else loader.names:
                beside.setdefault(name, set()).update(loader.packages)
    return _encoded(always), {n.encode(): _encoded(packages) for n, packages in beside.items()}


@lru_cache(maxsize=1)
def _by_keyword() -> frozenset[bytes]:
    """Names that tell by themselves, of what is given a model by a keyword alone: `create`."""
    rows = (one for one in LOADERS if not one.packages and one.position is None)
    return _encoded(name for one in rows for name in one.names)


def _encoded(names: Iterable[str]) -> frozenset[bytes]:
    return frozenset(name.encode() for name in names)

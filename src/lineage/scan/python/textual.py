"""Tell by its text alone whether a module could name a model, so that only those are parsed.

Sound, never exact: every use that the reader finds needs either a text with a slash that has no
blank in it, or the name of something that loads models. What has neither is not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from lineage.core.use import UseKind
from lineage.scan.addresses import addresses
from lineage.scan.names import Bare, judge
from lineage.scan.python.clients import CLIENT_CLASSES
from lineage.scan.python.flow import Inlet
from lineage.scan.python.hosted_calls import ASKING, CLIENT_OBJECTS, ROUTERS
from lineage.scan.python.loaders.table import LOADERS
from lineage.scan.python.loaders.telling import (
    LOCAL_SETTINGS,
    OTHER_TELLING_NAMES,
    SHELL_CALLS,
    SHELL_PACKAGES,
    TELLING_NAME,
    TELLING_PARTS,
)
from lineage.scan.services import Services
from lineage.scan.telling import suggests_model

_NOT_IN_WORDS = bytes(
    c if c >= 0x80 or chr(c).isalnum() or chr(c) == "_" else 0x20 for c in range(256)
)
_ESCAPED_SLASH = re.compile(r"\\(?:x2[fF]|u002[fF]|U0000002[fF]|0?57|N\{SOLIDUS)")
# Comments and texts in the order in which Python itself reads them; group 1 is a text, or a quote
# that begins none.
_LEXED = re.compile(
    r"""#[^\n]*|(\"{3}[^"\\]*(?:(?:\\(?s:.)|"(?!""))[^"\\]*)*\"{3}"""
    r"""|'{3}[^'\\]*(?:(?:\\(?s:.)|'(?!''))[^'\\]*)*'{3}"""
    r"""|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'|["'])"""
)
# What a name of the Hub can be or be put together from: no blank, none of the marks of a template.
_PIECE = re.compile(r"(?:^|\})[\w.:@%+=~&#-]*/[\w.:@%/+=~&#?-]*(?:$|\{)")
_IMPORTED = re.compile(r"(?m)(?:^|;)[ \t]*(?:from|import)[ \t]+([\w., \t]+)")
_BEFORE_BRACKET = r"\s*(?:(?:#[^\n]*|\\)\s*)*[(,]"
_MOST_WORDS = 100_000
_TELLING = tuple(part.encode() for part in TELLING_PARTS)


def may_name_model(text: str, services: Services) -> bool:
    """Whether parsing `text` could show a use of a model."""
    text = text.replace("\\\n", "")
    speaks = _speaks(text, services)
    if not speaks and not any(mark in text for mark in "/:.-\\"):
        return False
    literals = set(_LEXED.findall(text))
    if not literals.isdisjoint("\"'"):
        return True  # where its texts begin and end is not known: a file that Python cannot read
    for literal in literals:
        if "/" in literal and _is_piece(literal):
            return True
        # Quotes within a template's braces, as Python 3.12 allows: where it ends is not known here.
        if literal.count("{") != literal.count("}") and _is_template(literal, text):
            return True
        if "\\" in literal and _ESCAPED_SLASH.search(literal):
            return True
        if _is_of_service(literal, services):
            return True
    return speaks and _speaks(_LEXED.sub(" ", text), services)


@lru_cache(maxsize=100_000)
def _is_of_service(literal: str, services: Services) -> bool:
    """Whether a text is a service's word, its route to a model (`openai:gpt-4o`) or its address."""
    inner = literal.strip("\"' \t\n").split("{")[0]
    if not inner or len(inner) > 300 or any(c.isspace() for c in inner):
        return False
    if "." in inner or "://" in inner:
        host = services.host_of(inner)
        if services.is_known(host):
            return True
    if services.split(inner) is not None or services.host_of_name(inner):
        return True
    if _is_variable(inner, services):
        return True
    return bool(services.host_of_word(inner.partition(":")[0]))


def may_fill(text: str, wanted: Mapping[str, Iterable[Inlet]]) -> bool:
    """Whether a module could hand something to one of the inlets: it calls the owner, or is of a
    class below it that calls `super().__init__(…)`."""
    words = text.encode("utf-8", "replace").translate(_NOT_IN_WORDS).split()
    if {name.encode("utf-8", "replace") for name in wanted}.isdisjoint(words):
        return False
    return any(
        name in text
        and (
            (b"__init__" in words and any(inlet.is_of_class for inlet in inlets))
            or re.search(rf"(?<!def )\b{re.escape(name)}{_BEFORE_BRACKET}", text)
        )
        for name, inlets in wanted.items()
    )


def _is_template(literal: str, text: str) -> bool:
    return any(prefix + literal in text for prefix in ("f", "F", "fr", "fR", "Fr", "FR"))


def _is_piece(literal: str) -> bool:
    inner = literal.strip("\"' \t\n")
    if "://" in inner and "{" not in inner and not inner.startswith("hf"):
        if next(addresses(inner), None) is not None:
            return True
        judged = judge(inner, Bare.IGNORED)
        return judged is not None and judged.kind is UseKind.HUB
    return _PIECE.search(inner) is not None


def _speaks(text: str, services: Services) -> bool:
    """Whether the text has the name of something that loads models or asks a service for one."""
    words = set(text.encode("utf-8", "replace").translate(_NOT_IN_WORDS).split())
    always, of_packages = _names()
    if not always.isdisjoint(words):
        return True
    if any(not names.isdisjoint(words) and packages & words for packages, names in of_packages):
        return True
    telling, plain = _words(services)
    if len(plain) > _MOST_WORDS:
        plain.clear()
    for word in words - telling - plain:
        says = word.startswith(_TELLING) or _is_class_of_service(word, services)
        (telling if says else plain).add(word)
    for word in words & telling:
        if _is_class_of_service(word, services) or _is_called(word.decode(), text):
            return True
    return bool(services.words) and _asks_service(text, words, services)


def _asks_service(text: str, words: set[bytes], services: Services) -> bool:
    if CLIENT_CLASSES & words:
        return True
    if CLIENT_OBJECTS & words and ASKING.search(text):
        return True
    imported = (name.strip() for line in _IMPORTED.findall(text) for name in line.split(","))
    return any(
        package in ROUTERS or services.host_of_word(package)
        for package in {name.partition(".")[0] for name in imported}
    )


@lru_cache(maxsize=1)
def _words(services: Services) -> tuple[set[bytes], set[bytes]]:
    """Words seen before: those that may tell by themselves, and those that do not."""
    return set(), set()


def _is_class_of_service(word: bytes, services: Services) -> bool:
    text = word.decode("utf-8", "replace")
    if not text[:1].isupper():
        return False
    return bool(services.host_of_class(text)) or _is_variable(text, services)


def _is_variable(text: str, services: Services) -> bool:
    """Whether a text is the name of a variable for a model of some service: `GROQ_MODEL`."""
    is_one = text.isupper() and "_" in text and suggests_model(text)
    return is_one and bool(services.host_of_variable(text))


def _is_called(name: str, text: str) -> bool:
    if not TELLING_NAME.match(name):
        return False
    if re.search(rf"{name}(?:\s*\(|\s+as\b)", text):
        return True
    return "partial" in text and re.search(rf"\bpartial\s*\(\s*[\w.]*\b{name}", text) is not None


@cache
def _names() -> tuple[frozenset[bytes], tuple[tuple[frozenset[bytes], frozenset[bytes]], ...]]:
    """Names that tell by themselves, and names that tell beside one of their packages."""
    always = set(OTHER_TELLING_NAMES)
    beside: dict[tuple[str, ...], set[str]] = {SHELL_PACKAGES: set(SHELL_CALLS)}
    for setting, (package, _) in LOCAL_SETTINGS.items():
        beside.setdefault((package,), set()).add(setting)
    for loader in LOADERS:
        if not loader.packages or "?" in loader.packages:
            always.update(loader.names)
        else:
            beside.setdefault(loader.packages, set()).update(loader.names)
    return _encoded(always), tuple((_encoded(p), _encoded(n)) for p, n in beside.items())


def _encoded(names: set[str] | tuple[str, ...]) -> frozenset[bytes]:
    return frozenset(name.encode() for name in names)

"""Tells which well-known namespace a name is made to look like: other letters of the same shape,
other punctuation, a word added."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property

from lineage.core.value import dataclass

# Letters of other scripts that look like Latin ones in most fonts (after Unicode's confusables, as
# far as names could use them).
_LOOKS_LIKE = (
    "аa еe оo рp сc уy хx ѕs іi јj ԁd ԛq ԝw һh кk мm тt вb нh гr пn "  # Cyrillic
    "αa εe ιi κk νv οo ρp τt υu χx γy ηn ωw "  # Greek
    "օo սu հh ꓲi ⅼl ıi"  # Armenian, Lisu, numerals, Turkish
)
_SHAPES = {ord(pair[0]): pair[1] for pair in _LOOKS_LIKE.split()}
_DIGITS = str.maketrans("0135", "oles")
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SEPARATORS = re.compile(r"[-_.]+")
_ADDED = frozenset(
    {
        "ai",
        "org",
        "official",
        "team",
        "hq",
        "inc",
        "real",
        "the",
        "hf",
        "labs",
        "lab",
        "model",
        "models",
        "llm",
    }
)
_LONGEST = 96
_SHORTEST = 4
"""Characters; shorter namespaces are like each other by chance."""


@dataclass(frozen=True)
class Likeness:
    """A namespace that is not the well-known one, and why it may be taken for it."""

    namespace: str
    """As written, without the name behind the slash."""
    known: str
    """The well-known one, as its owner spells it."""
    how: str
    """One clause: what differs."""


class Lookalikes:
    """Knows the namespaces that are worth imitating: those of developers in the registry."""

    def __init__(self, known: Iterable[str]) -> None:
        spelled = sorted(set(known))
        self._known = {name.casefold() for name in spelled}
        self._long = [name for name in spelled if len(name) >= _SHORTEST]

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        return _first(self._long, _letters)

    @cached_property
    def _by_shape(self) -> dict[str, str]:
        return _first(self._long, _shape)

    @cached_property
    def _by_stem(self) -> dict[str, str]:
        return _first(self._long, _stem)

    def of(self, name: str) -> Likeness | None:
        """What the namespace of a repo id, or of a text that was meant as one, looks like; None for
        the well-known ones themselves."""
        namespace = name.partition("/")[0].strip()
        if (
            "/" not in name
            or not namespace
            or len(namespace) > _LONGEST
            or namespace.casefold() in self._known
        ):
            return None
        if not namespace.isascii():
            return self._foreign(namespace)
        for table, fold, how in (
            (self._by_letters, _letters, "the same letters with other punctuation"),
            (self._by_shape, _shape, "characters of the same shape"),
            (self._by_stem, _stem, "the same name with another word added or left out"),
        ):
            known = table.get(fold(namespace))
            if known is not None:
                return Likeness(namespace, known, how)
        return None

    def _foreign(self, namespace: str) -> Likeness | None:
        folded = _latin(namespace)
        known = self._by_shape.get(_shape(folded)) or next(
            (k for k in self._by_shape.values() if k.casefold() == folded), None
        )
        odd = next(char for char in namespace if not char.isascii())
        text = (
            f"U+{ord(odd):04X} {unicodedata.name(odd, 'without a name')} in the place of a "
            "Latin letter"
        )
        return Likeness(namespace, known, text) if known is not None else None


def _first(names: Iterable[str], fold: Callable[[str], str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        key = fold(name)
        if len(key) >= _SHORTEST:
            found.setdefault(key, name)
    return found


def _latin(text: str) -> str:
    """Without accents, invisible characters and letters of other scripts."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_SHAPES)
    if plain.isascii():
        return plain
    return "".join(
        char
        for char in plain
        if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )


def _letters(namespace: str) -> str:
    return _SEPARATORS.sub("", namespace.casefold())


def _shape(namespace: str) -> str:
    """The letters as an eye that is in a hurry sees them: `rneta-IIama` and `meta-llama` are
    one."""
    seen = _letters(_latin(namespace)).translate(_DIGITS)
    for pair, single in _PAIRS:
        seen = seen.replace(pair, single)
    return seen.replace("i", "l")


def _stem(namespace: str) -> str:
    """Without words that anybody can add: `Qwen-official` is `qwen`, and so is `the-qwen-team`."""
    words = [word for word in _SEPARATORS.split(namespace.casefold()) if word]
    left = [word for word in words if word not in _ADDED]
    return "".join(left or words)

"""Licences as people write them: `Apache License, Version 2.0` is `apache-2.0`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lineage.core.value import dataclass
from lineage.evidence.supplied import Agreement

_TOKEN = re.compile(r"\d+(?:\.\d+)*|[a-z]+")
_PHRASES = (
    ("creative commons", "cc"),
    ("non commercial", "nc"),
    ("noncommercial", "nc"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("attribution", "by"),
    ("general public", "gpl"),
    ("lesser gpl", "lgpl"),
    ("affero gpl", "agpl"),
    ("gnu lesser", "lgpl"),
    ("gnu affero", "agpl"),
    ("open rail", "openrail"),
    ("clause", ""),
)
_WORDS_NOISE = (
    "license licence licensed licences licenses the version v agreement community "
    "public international software terms of use under gnu only or later and https http "
    "www org com html txt ref licenseref spdx deed en legalcode model software "
    "foundation expat meta opensource creativecommons huggingface ai custom unported "
    "generic"
)
_NOISE = frozenset(_WORDS_NOISE.split())
_WORDS_STATES_NOTHING = (
    "proprietary commercial closed internal other unknown none na tbd see contract "
    "vendor own source open free permissive noassertion"
)
_STATES_NOTHING = frozenset(_WORDS_STATES_NOTHING.split())
_WORDS_KNOWN = (
    "apache mit bsd gpl lgpl agpl cc mpl openrail llama gemma qwen deepseek mistral "
    "mnpl mrl falcon nvidia creativeml bigscience bigcode isc epl eupl unlicense cdla "
    "odc ofl bsl tongyi openmdl"
)
_KNOWN = frozenset(_WORDS_KNOWN.split())
"""Words that begin the name of one licence or line of licences."""


@dataclass(frozen=True)
class _Licence:
    letters: frozenset[str]
    numbers: frozenset[str]

    @property
    def is_known(self) -> bool:
        return bool(self.letters & _KNOWN)


def compare_licences(stated: Iterable[str], found: Iterable[str]) -> Agreement:
    """How licences that a supplier names stand to those that a card declares."""
    ours = [one for text in stated for one in _all(text)]
    theirs = [one for text in found for one in _all(text)]
    if not theirs or not ours or any(not one.letters for one in ours):
        return Agreement.CANNOT_BE_COMPARED
    ways = [max((_fit(one, other) for other in theirs), key=_ORDER.index) for one in ours]
    if all(way is Agreement.AGREES for way in ways):
        return Agreement.AGREES if len(ours) >= len(theirs) else Agreement.IN_PART
    if all(way is ways[0] for way in ways):
        return ways[0]
    if all(way in (Agreement.AGREES, Agreement.SAYS_LESS) for way in ways):
        return Agreement.SAYS_LESS
    known = {Agreement.AGREES, Agreement.SAYS_LESS, Agreement.IN_PART}
    return Agreement.IN_PART if known & set(ways) else Agreement.CANNOT_BE_COMPARED


_ORDER = [
    Agreement.CONTRADICTS,
    Agreement.CANNOT_BE_COMPARED,
    Agreement.IN_PART,
    Agreement.SAYS_LESS,
    Agreement.AGREES,
]


def _fit(stated: _Licence, found: _Licence) -> Agreement:
    if stated == found:
        return Agreement.AGREES
    if stated.letters <= found.letters and stated.numbers <= found.numbers:
        return Agreement.SAYS_LESS
    if stated.letters == found.letters:
        exact = stated.numbers and found.numbers and not _near(stated.numbers, found.numbers)
        return Agreement.CONTRADICTS if exact else Agreement.IN_PART
    if (
        found.letters < stated.letters
        and found.numbers <= stated.numbers
        and not _adds(stated, found)
    ):
        return Agreement.IN_PART
    both = stated.is_known and found.is_known
    return Agreement.CONTRADICTS if both else Agreement.CANNOT_BE_COMPARED


def _near(stated: frozenset[str], found: frozenset[str]) -> bool:
    """`2` and `2.0`, `3` and `3.1`."""
    return all(
        any(f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}.") for b in found)
        for a in stated
    )


def _adds(stated: _Licence, found: _Licence) -> bool:
    """Whether what one says more is another licence, or another condition of Creative Commons."""
    more = stated.letters - found.letters
    return bool(more & _KNOWN) or "cc" in found.letters


def _all(text: str) -> list[_Licence]:
    """The licences of an expression, a sentence or an address."""
    parts = re.split(r"\s+(?:AND|OR|WITH)\s+|\s+or\s+(?!later)|\s+and\s+|\s/\s", text.strip("() "))
    return [_one(part) for part in parts if part.strip()]


def _one(text: str) -> _Licence:
    plain = " ".join(_TOKEN.findall(text.casefold()))
    for phrase, word in _PHRASES:
        plain = re.sub(rf"\b{phrase}\b", word, plain)
    words = [word for word in plain.split() if word not in _NOISE and word != "v"]
    if set(words) & _STATES_NOTHING and not set(words) & _KNOWN:
        words = []
    numbers = frozenset(re.sub(r"(?:\.0)+\Z", "", word) for word in words if word[0].isdigit())
    return _Licence(frozenset(word for word in words if not word[0].isdigit()), numbers)

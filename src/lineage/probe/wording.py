"""Brings what a model wrote into one spelling, so that the same name is the same text however it
was typed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from lineage.core.packaged import DATA

_MARKS = re.compile(r"[*_`#~>|]+|<\|[^|>]{1,40}\|>|</?[a-z]{1,12}/?>")
"""Markdown, template tokens and tags that are around words."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_WORD = re.compile(rf"[^\W_{_CJK}]+")
# Where one statement ends: a denial in one sentence does not touch the fact in the next.
_CLAUSE = re.compile(
    r"[!?。！？；;\n]+|\.(?=\s|$)|,?\s+(?=(?:but|while|whereas|however|although|though|yet)\b)"
    r"|[,，](?=但|然而|不过|而)"
)
_SUFFIXES = ("", "s", "es", "d", "ed")
_MOST_JOINED = 6


def plain(text: str) -> str:
    """One spelling: full width, case, accents, traditional characters, markdown and invisible signs
    are gone."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _without_accents(text).translate(_simplified())
    text = _MARKS.sub(" ", text.casefold()).replace("’", "'").replace("‘", "'")
    text = re.sub(r"[^\S\n]+", " ", text)
    return _BETWEEN_CJK.sub("", text).strip()


def unwrapped(text: str) -> str:
    """An answer given as JSON, as lines of `key: value`; any other as it is."""
    inner = re.sub(r"^\s*```[a-z]*\s*|\s*```\s*$", "", text)
    if not inner.lstrip().startswith(("{", "[")):
        return text
    try:
        return "\n".join(_lines(json.loads(inner)))
    except (ValueError, RecursionError):
        return text


def _lines(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _lines(one, str(name))
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one, key)
    else:
        yield f"{key}: {value}" if key else str(value)


def clauses(text: str) -> Iterator[str]:
    """The statements of a text in one spelling."""
    return (one for part in _CLAUSE.split(text) if part and (one := part.strip()))


def holds(text: str, alias: str) -> bool:
    """Whether a text in one spelling names `alias`, in one spelling too.

    Names in letters are found as whole words, whatever joins or parts them (Xiao-bo, Xiao Bo,
    Xiaobo); other scripts, which set no spaces or glue endings to names, anywhere.
    """
    if not _is_in_letters(alias):
        return _squashed(alias) in _squashed(text)
    wanted = _squashed(alias)
    endings = {wanted + suffix for suffix in _SUFFIXES} if len(wanted) > 3 else {wanted}
    words = _WORD.findall(text)
    for start in range(len(words)):
        joined = ""
        for word in words[start : start + _MOST_JOINED + wanted.count("'")]:
            joined += word
            if joined in endings:
                return True
            if len(joined) > len(wanted) + 2:
                break
    return False


def stands_alone(text: str, alias: str) -> bool:
    """Whether a name of one character is a word of its own: 善 is one, the 善 of 改善 is none."""
    return re.search(rf"(?<![{_CJK}]){re.escape(alias)}(?![{_CJK}])", text) is not None


@lru_cache(maxsize=4096)
def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@lru_cache(maxsize=4096)
def _is_in_letters(alias: str) -> bool:
    """Of an alphabet with spaces between words; Arabic glues articles and prepositions to names, so
    it is none here."""
    return all(ord(one) < 0x590 for one in alias if one.isalpha())


def _without_accents(text: str) -> str:
    """Ürümqi is Urumqi; kana and hangul, whose marks make other letters, stay whole."""
    parted = unicodedata.normalize("NFD", text)
    kept = "".join(
        one for one in parted if not 0x300 <= ord(one) <= 0x36F and not 0x64B <= ord(one) <= 0x652
    )
    return unicodedata.normalize("NFC", kept)


@cache
def _simplified() -> dict[int, int]:
    traditional, plain_ones = (DATA / "hanzi.txt").read_text(encoding="utf-8").split()
    return {ord(one): ord(other) for one, other in zip(traditional, plain_ones, strict=True)}

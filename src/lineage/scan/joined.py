"""Texts that other languages put together from pieces, joined line by line: `"org/" + NAME`,
`${org}/name`, `format!("{}/{}", "org", "name")`."""

from __future__ import annotations

import re

_CONSTANT = re.compile(
    r"(?<![\w.$])(?P<name>[A-Za-z_]\w{0,60})(?:[ \t]?:[ \t]?[&'\w<>\[\]][&'\w<>\[\] ]{0,40})?"
    r"\s{0,20}(?::=|=)\s{0,20}"
    r"(?P<quote>[\"'`])(?P<value>[\w./:@-]{1,120})(?P=quote)\s*(?:[;,)\n]|\Z)"
)
_PLUS = re.compile(r"([\"'`])[ \t]*(?:\+|\.\.)[ \t]*\1")
_FILLED = re.compile(r"\$\{\s*(\w{1,60})\s*\}|#\{\s*(\w{1,60})\s*\}")
_WITH_NAME = re.compile(
    r"(?P<before>[\"'`])[ \t]*(?:\+|\.\.)[ \t]*(?P<after_name>[A-Za-z_]\w{0,60})\b(?![.(\[])"
    r"|(?<![\w.$])(?P<name>[A-Za-z_]\w{0,60})[ \t]*(?:\+|\.\.)[ \t]*(?P<after>[\"'`])"
)
_ARGUMENT = re.compile(r"(?<=[(,=])(\s*)([A-Za-z_]\w{0,60})(?=(?:\.\w+\(\))?\s*[,);])")
_WORDS = r"(?:[\"'][^\"'\n]{1,100}[\"']\s*,\s*){0,5}[\"'][^\"'\n]{1,100}[\"']"
_FORMATTED = re.compile(
    r"(?:format!?|[sS]printf|concat!|String\.format)\s*\(\s*(?P<texts>" + _WORDS + r")\s*,?\s*\)"
)
_LISTED = re.compile(
    r"\[\s*(?P<texts>" + _WORDS + r")\s*\]\s*\.\s*join\(\s*[\"'](?P<glue>[^\"'\n]{0,4})[\"']\s*\)"
)
_TEXT = re.compile(r"[\"']([^\"'\n]{1,100})[\"']")
_PLACE = re.compile(r"\{\d*\}|%[sv]")
_QUICK = re.compile(r"\+|\.\.|[$#]\{|\bformat|printf|concat!|\.\s*join\(")
_ROUNDS = 3


def joined(code: str) -> str:
    """The code with what it puts together written out; every line stays on its line."""
    values = _constants(code)
    if not values and not _QUICK.search(code):
        return code

    def named(match: re.Match[str]) -> str:
        value = values.get(match.group(2))
        return match.group() if value is None else f'{match.group(1)}"{value}"'

    def fill(match: re.Match[str]) -> str:
        return values.get(match.group(1) or match.group(2), match.group())

    def spell(match: re.Match[str]) -> str:
        if match["before"]:
            value = values.get(match["after_name"])
            return match.group() if value is None else value + match["before"]
        value = values.get(match["name"])
        return match.group() if value is None else match["after"] + value

    for _ in range(_ROUNDS):
        before = code
        code = _LISTED.sub(_glued, _FORMATTED.sub(_formatted, _FILLED.sub(fill, code)))
        code = _PLUS.sub("", _WITH_NAME.sub(spell, code))
        if code == before:
            break
        values = _constants(code)
    return _ARGUMENT.sub(named, code)


def _constants(code: str) -> dict[str, str]:
    """Names that are set once, to a text that could be a piece of a model's name."""
    known: dict[str, set[str]] = {}
    for match in _CONSTANT.finditer(code):
        known.setdefault(match["name"], set()).add(match["value"])
    return {name: texts.pop() for name, texts in known.items() if len(texts) == 1}


def _formatted(match: re.Match[str]) -> str:
    first, *rest = _TEXT.findall(match["texts"])
    if "concat" in match.group()[:7]:
        return _quoted("".join([first, *rest]), match)
    if len(_PLACE.findall(first)) != len(rest):
        return match.group()
    for text in rest:
        place = _PLACE.search(first)
        assert place is not None  # noqa: S101 - as many as there are texts
        first = first[: place.start()] + text + first[place.end() :]
    return _quoted(first, match)


def _glued(match: re.Match[str]) -> str:
    return _quoted(match["glue"].join(_TEXT.findall(match["texts"])), match)


def _quoted(text: str, match: re.Match[str]) -> str:
    return f'"{text}"' + "\n" * match.group().count("\n")

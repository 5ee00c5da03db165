"""Texts that other languages put together from pieces, joined line by line: `"org/" + NAME`,
`${org}/name`, `format!("{}/{}", "org", "name")`."""

from __future__ import annotations

import re

# A text that is set, found by its sign, which is rarer than names; then what it is set to.
_VALUE = re.compile(
    r"=\s{0,20}(?P<quote>[\"'`])(?P<value>[\w./:@-]{1,120})(?P=quote)\s*(?:[;,)\n]|\Z)"
)
_SET_NAME = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_]\w{0,60})(?:[ \t]?:[ \t]?[&'\w<>\[\]][&'\w<>\[\] ]{0,40})?"
    r"\s{0,20}:?\Z"
)
_NAME_BEFORE = 130
# Between two pieces: of most languages, of Lua, Visual Basic, Julia, and of PHP.
_AND = r"(?:[ \t]*(?:\+|\.\.|&|\*)[ \t]*|[ \t]+\.[ \t]+)"
# C and Dart put pieces side by side; others give them to a method of the first.
_PLUS = re.compile(
    rf"([\"'`]){_AND}\1|(?<=/)([\"'])[ \t]+\2|([\"'])[ \t]+\3(?=/)"
    r"|[\"']\)?\.(?:concat|append)\([\"']"
)
# In a text `$name` stands behind its quote or a mark; elsewhere it is a variable of PHP itself.
_FILLED = re.compile(
    r"[$#]?\{\s*(\w{1,60})\s*\}|[$]\{\s*(?:local|var)\.(\w{1,60})\s*\}"
    r"|(?<=[\"/:.-])[$](\w{1,60})\b"
)
_SPELLED = re.compile(r"\\(?:x|u00)(2[df]|3[0-9a]|4[0-9a-f]|5[0-9a]|5f|6[1-9a-f]|7[0-9a])", re.I)
_WITH_NAME = re.compile(
    r"(?P<before>[\"'`])" + _AND + r"\$?(?P<after_name>[A-Za-z_]\w{0,60})\b(?![.(\[])"
    r"|(?<![\w.])\$?(?P<name>[A-Za-z_]\w{0,60})" + _AND + r"(?P<after>[\"'`])"
)
_ARGUMENT = re.compile(r"(?<=[(,=])(\s*)([A-Za-z_]\w{0,60})(?=(?:\.\w+\(\))?\s*[,);])")
_WORDS = r"(?:[\"'][^\"'\n]{1,100}[\"']\s*,\s*){0,5}[\"'][^\"'\n]{1,100}[\"']"
_FORMATTED = re.compile(
    r"(?P<call>format!?|[sS]printf|concat!|paste0|[sS]tring\.(?:[fF]ormat|[jJ]oin))\s*\(\s*(?P<texts>"
    + _WORDS
    + r")\s*,?\s*\)"
)
_LISTED = re.compile(
    r"\[\s*(?P<texts>" + _WORDS + r")\s*\]\s*\.\s*join\(\s*[\"'](?P<glue>[^\"'\n]{0,4})[\"']\s*\)"
)
_GO_LISTED = re.compile(
    r"strings\.Join\(\s*\[\]string\{\s*(?P<texts>"
    + _WORDS
    + r")\s*\}\s*,\s*\"(?P<glue>[^\"\n]{0,4})\"\s*\)"
)
_FORMATTING = re.compile(
    r"(?P<first>[\"'][^\"'\n]{1,100}[\"'])\.formatted\(\s*(?P<texts>" + _WORDS + r")\s*\)"
)
_TEXT = re.compile(r"[\"']([^\"'\n]{1,100})[\"']")
_PLACE = re.compile(r"\{\d*\}|%[sv]")
_QUICK = re.compile(
    r"\+|\.\.|[$#]\{|[fF]ormat|printf|concat|append|paste0|[jJ]oin\(|[\"'][ \t]+[\"'.&*]"
)
_ROUNDS = 3


def joined(code: str) -> str:
    """The code with what it puts together written out; every line stays on its line."""
    if "\\x" in code or "\\u00" in code:
        code = _SPELLED.sub(lambda match: chr(int(match.group(1), 16)), code)
    values = _constants(code)
    if not values and not _QUICK.search(code):
        return code

    def named(match: re.Match[str]) -> str:
        value = values.get(match.group(2))
        return match.group() if value is None else f'{match.group(1)}"{value}"'

    def fill(match: re.Match[str]) -> str:
        return values.get(next(filter(None, match.groups())), match.group())

    def spell(match: re.Match[str]) -> str:
        if match["before"]:
            value = values.get(match["after_name"])
            return match.group() if value is None else value + match["before"]
        value = values.get(match["name"])
        return match.group() if value is None else match["after"] + value

    for _ in range(_ROUNDS):
        before = code
        code = _FORMATTED.sub(_formatted, _FILLED.sub(fill, code))
        code = _LISTED.sub(_glued, _GO_LISTED.sub(_glued, _FORMATTING.sub(_formatted, code)))
        code = _PLUS.sub("", _WITH_NAME.sub(spell, code))
        if code == before:
            break
        values = _constants(code)
    return _ARGUMENT.sub(named, code)


def _constants(code: str) -> dict[str, str]:
    """Names that are set once, to a text that could be a piece of a model's name."""
    known: dict[str, set[str]] = {}
    for match in _VALUE.finditer(code):
        name = _SET_NAME.search(code[max(0, match.start() - _NAME_BEFORE) : match.start()])
        if name:
            known.setdefault(name["name"], set()).add(match["value"])
    return {name: texts.pop() for name, texts in known.items() if len(texts) == 1}


def _formatted(match: re.Match[str]) -> str:
    known = match.groupdict()
    first, *rest = _TEXT.findall(f"{known.get('first', '')} {match['texts']}")
    call = known.get("call", "")
    if call in ("concat!", "paste0"):
        return _quoted("".join([first, *rest]), match)
    if call.lower() == "string.join":
        return _quoted(first.join(rest), match)
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

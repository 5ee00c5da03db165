"""Texts that other languages put together from pieces, joined line by line: `"org/" + NAME`,
`${org}/name`, `format!("{}/{}", "org", "name")`."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    r"[$#]?\{\s*(\w{1,60})\s*\}|[$#]\{\s*(?P<owned>\w{1,60}(?:\.\w{1,60}){1,2})\s*\}"
    r"|(?<=[\"/:.-])[$](\w{1,60})\b"
)
_SPELLED = re.compile(r"\\(?:x|u00)(2[df]|3[0-9a]|4[0-9a-f]|5[0-9a]|5f|6[1-9a-f]|7[0-9a])", re.I)
_OWNED = r"(?:[A-Za-z_]\w{0,60}\.){0,2}[A-Za-z_]\w{0,60}"
_WITH_NAME = re.compile(
    rf"(?P<before>[\"'`]){_AND}\$?(?P<after_name>{_OWNED})\b(?![.(\[])"
    rf"|(?<![\w.])\$?(?P<name>{_OWNED}){_AND}(?P<after>[\"'`])"
)
_ARGUMENT = re.compile(rf"(?<=[(,=])(\s*)[$@]?({_OWNED})(?=(?:\.\w+\(\))?\s*(?:[,);}}]|\n))")
_WORDS = r"(?:[\"'][^\"'\n]{1,100}[\"']\s*,\s*){0,5}[\"'][^\"'\n]{1,100}[\"']"
_FORMATTED = re.compile(
    r"(?P<call>format!?|[sS]printf|concat!|paste0|[sS]tring\.(?:[fF]ormat|[jJ]oin))\s*\(\s*(?P<texts>"
    + _WORDS
    + r")\s*,?\s*\)"
)
_GLUE = r"[\"'](?P<glue>[^\"'\n]{0,4})[\"']"
_GLUED = (  # by a text before the list, behind it, as a method of it
    re.compile(
        r"\b(?:join|implode|[sS]tring\.[jJ]oin)\(\s*" + _GLUE + r"\s*,\s*"
        r"(?:new\s*\w{0,10}\[\]\s*)?[\[({]\s*(?P<texts>" + _WORDS + r")\s*[\])}]\s*\)"
    ),
    re.compile(
        r"\b(?:[jJ]oin\(\s*(?:\[\]string\{|\[)\s*(?P<texts>" + _WORDS + r")\s*[\]}]|paste\(\s*"
        r"(?P<pasted>" + _WORDS + r"))\s*,\s*(?:sep\s*=\s*)?" + _GLUE + r"\s*\)"
    ),
    re.compile(
        r"[\[(]\s*(?P<texts>" + _WORDS + r")\s*[\])]\s*\.\s*(?:join|joinToString|mkString)"
        r"\(\s*" + _GLUE + r"\s*\)"
    ),
)
_PATH = re.compile(
    r"\b(?:(?:file)?path|posix|File|Paths?|Path)\.(?:[jJ]oin|Combine|get|of)\(\s*(?P<texts>"
    + _WORDS
    + r")\s*\)"
)
_FORMATTING = re.compile(
    r"(?P<first>[\"'][^\"'\n]{1,100}[\"'])\.(?P<method>formatted|concat)"
    r"\(\s*(?P<texts>" + _WORDS + r")\s*\)"
)
_OWNER = re.compile(r"(?<![\w.])\w{1,20}(?:\.|::)(?=[\"'])")  # `fmt.`, of a call that is gone
_TEXT = re.compile(r"[\"']([^\"'\n]{1,100})[\"']")
_PLACE = re.compile(r"\{\d*\}|%[sv]")
_QUICK = re.compile(
    r"\+|\.\.|[$#]\{|[fF]ormat|printf|concat|append|paste|implode|[jJ]oin|mkString|Combine"
    r"|[\"'][ \t]+[\"'.&*]"
)
_ROUNDS = 3
# What is set otherwise than by a sign: an attribute of an Elixir module, a variable of Terraform.
_ATTRIBUTE = re.compile(r"(?m)^[ \t]*@(?P<name>[a-z]\w{0,60})[ \t]+\"(?P<value>[\w./:@-]{1,120})\"")
_VARIABLE = re.compile(
    r"\bvariable[ \t]+\"?(?P<name>\w{1,60})\"?\s*\{[^{}]{0,2000}?\bdefault\s*=\s*"
    r"\"(?P<value>[\w./:@-]{1,120})\""
)
_MEMBER = re.compile(
    r"(?<![\w.])[\"']?(?P<name>[A-Za-z_]\w{0,60})[\"']?:\s{0,20}(?P<quote>[\"'`])"
    r"(?P<value>[\w./:@-]{1,120})(?P=quote)\s*[,}\n]"
)


@dataclass
class Constants:
    """Names that are set once, to a text that could be a piece of a model's name."""

    names: dict[str, str]
    members: dict[str, str]
    """Of objects: they count where their owner stands before them."""

    def of(self, written: str) -> str | None:
        """What a name, or one with its owner before it, is set to."""
        name = written.rpartition(".")[2]
        found = self.names.get(name)
        return self.members.get(name) if found is None and name != written else found


def joined(code: str, imported: Constants | None = None) -> str:
    """The code with what it puts together written out; every line stays on its line. `imported`:
    what other files set for it."""
    if "\\x" in code or "\\u00" in code:
        code = _SPELLED.sub(lambda match: chr(int(match.group(1), 16)), code)
    known = constants_of(code, imported)
    if not known.names and not known.members and not _QUICK.search(code):
        return code

    def named(match: re.Match[str]) -> str:
        value = known.of(match.group(2))
        return match.group() if value is None else f'{match.group(1)}"{value}"'

    def fill(match: re.Match[str]) -> str:
        return known.of(next(filter(None, match.groups()))) or match.group()

    def spell(match: re.Match[str]) -> str:
        if match["before"]:
            value = known.of(match["after_name"])
            return match.group() if value is None else value + match["before"]
        value = known.of(match["name"])
        return match.group() if value is None else match["after"] + value

    for _ in range(_ROUNDS):
        before = code
        code = _FORMATTED.sub(_formatted, _FILLED.sub(fill, code))
        for glued in _GLUED:
            code = glued.sub(_glued, code)
        code = _PATH.sub(_glued, _FORMATTING.sub(_formatted, code))
        code = _PLUS.sub("", _WITH_NAME.sub(spell, code))
        code = _ARGUMENT.sub(named, code)
        if code == before:
            break
        code = _OWNER.sub("", code)
        known = constants_of(code, imported)
    return code


def constants_of(code: str, imported: Constants | None = None) -> Constants:
    """What a text sets, and what was imported into it."""
    known: dict[str, set[str]] = {}
    for match in _VALUE.finditer(code):
        name = _SET_NAME.search(code[max(0, match.start() - _NAME_BEFORE) : match.start()])
        if name:
            known.setdefault(name["name"], set()).add(match["value"])
    members: dict[str, set[str]] = {}
    for mark, pattern, into in (
        ("@", _ATTRIBUTE, known),
        ("variable", _VARIABLE, known),
        (":", _MEMBER, members),
    ):
        for match in pattern.finditer(code) if mark in code else ():
            into.setdefault(match["name"], set()).add(match["value"])
    found = Constants(_once(known), _once(members))
    if imported is not None:
        found.names = {**imported.names, **found.names}
        found.members = {**imported.members, **found.members}
    return found


def _once(known: dict[str, set[str]]) -> dict[str, str]:
    return {name: texts.pop() for name, texts in known.items() if len(texts) == 1}


def _formatted(match: re.Match[str]) -> str:
    known = match.groupdict()
    first, *rest = _TEXT.findall(f"{known.get('first', '')} {match['texts']}")
    call = known.get("call", "")
    if call in ("concat!", "paste0") or known.get("method") == "concat":
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
    known = match.groupdict()
    texts = known["texts"] or known.get("pasted") or ""
    glue = known.get("glue")
    return _quoted(("/" if glue is None else glue).join(_TEXT.findall(texts)), match)


def _quoted(text: str, match: re.Match[str]) -> str:
    return f'"{text}"' + "\n" * match.group().count("\n")

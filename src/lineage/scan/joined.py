"""Texts that other languages put together from pieces, joined line by line: `"org/" + NAME`,
`${org}/name`, `format!("{}/{}", "org", "name")`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lineage.scan.place import is_of_word, start_of

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
    rf"([\"'`])(?:{_AND}\1|(?<!`)(?:(?<=/.)[ \t]+\1|[ \t]+\1(?=/)"
    r"|\)?\.(?:concat|append)\([\"']))"
)
# In a text `$name` stands behind its quote or a mark; elsewhere it is a variable of PHP itself.
_FILLED = re.compile(
    r"[$#{](?:(?:(?<=\{)|(?<!\{)\{)\s*(\w{1,60})\s*\}"
    r"|(?<!\{)\{\s*(?P<owned>\w{1,60}(?:\.\w{1,60}){1,2})\s*\}"
    r"|(?<=[\"/:.-][$])(\w{1,60})\b)"
)
_SPELLED = re.compile(r"\\(?:x|u00)(2[df]|3[0-9a]|4[0-9a-f]|5[0-9a]|5f|6[1-9a-f]|7[0-9a])", re.I)
_OWNED = r"(?:[A-Za-z_]\w{0,60}\.){0,2}[A-Za-z_]\w{0,60}"
_TEXT_AND_NAME = re.compile(rf"([\"'`]){_AND}\$?(?P<name>{_OWNED})\b(?![.(\[])")
# A name and a text: found by what stands between them, which is rarer than names.
_AND_TEXT = re.compile(r"[+.&*][ \t]*[\"'`]")
_NAME_AND = re.compile(rf"(?<![\w.])\$?(?P<name>{_OWNED}){_AND}\Z")
_WORDS = r"(?:[\"'][^\"'\n]{1,100}[\"']\s*,\s*){0,5}[\"'][^\"'\n]{1,100}[\"']"
_FORMATTED = re.compile(
    r"(?P<call>[fsScp](?:(?<=f)ormat!?|(?<=[sS])printf|(?<=c)oncat!|(?<=p)aste0"
    r"|(?<=[sS])tring\.(?:[fF]ormat|[jJ]oin)))\s*\(\s*(?P<texts>" + _WORDS + r")\s*,?\s*\)"
)
_GLUE = r"[\"'](?P<glue>[^\"'\n]{0,4})[\"']"
_GLUED_BEFORE = re.compile(  # by a text before the list
    r"[jisS](?<!\w.)(?:(?<=j)oin|(?<=i)mplode|(?<=[sS])tring\.[jJ]oin)"
    r"\(\s*" + _GLUE + r"\s*,\s*"
    r"(?:new\s*\w{0,10}\[\]\s*)?[\[({]\s*(?P<texts>" + _WORDS + r")\s*[\])}]\s*\)"
)
_GLUED_BEHIND = re.compile(
    r"[jJp](?<!\w.)(?:(?<=[jJ])oin\(\s*(?:\[\]string\{|\[)\s*(?P<texts>"
    + _WORDS
    + r")\s*[\]}]|(?<=p)aste\(\s*"
    r"(?P<pasted>" + _WORDS + r"))\s*,\s*(?:sep\s*=\s*)?" + _GLUE + r"\s*\)"
)
_LIST_GLUED = re.compile(  # by a method of the list
    r"[\[(]\s*(?P<texts>" + _WORDS + r")\s*[\])]\s*\.\s*(?:join|joinToString|mkString)"
    r"\(\s*" + _GLUE + r"\s*\)"
)
_PATH = re.compile(
    r"[fpFP](?<!\w.)(?:(?<=f)ilepath|(?<=p)ath|(?<=p)osix|(?<=F)ile|(?<=P)aths?)"
    r"\.(?:[jJ]oin|Combine|get|of)\(\s*(?P<texts>" + _WORDS + r")\s*\)"
)
_FORMATTING = re.compile(
    r"(?P<first>[\"'][^\"'\n]{1,100}[\"'])\.(?P<method>formatted|concat)"
    r"\(\s*(?P<texts>" + _WORDS + r")\s*\)"
)
_OWNER = re.compile(r"(?<![\w.])\w{1,20}(?:\.|::)\Z")  # `fmt.`, of a call that is gone
_OWNED_TEXT = re.compile(r"(?:\.|::)(?=[\"'])")
_TEXT = re.compile(r"[\"']([^\"'\n]{1,100})[\"']")
_PLACE = re.compile(r"\{\d*\}|%[sv]")
_QUICK = re.compile(
    r"\+|\.\.|[$#]\{|[fF]ormat|printf|concat|append|paste|implode|[jJ]oin|mkString|Combine"
    r"|[\"'][ \t]+[\"'.&*]"
)
_ROUNDS = 3
_LONG = 20_000
"""Characters for which a pattern of its own is worth its making."""
_MOST_EACH = 100
_SIGNS = frozenset(" \t+.&*")
# What is set otherwise than by a sign: an attribute of an Elixir module, a variable of Terraform.
_ATTRIBUTE = re.compile(r"(?m)^[ \t]*@(?P<name>[a-z]\w{0,60})[ \t]+\"(?P<value>[\w./:@-]{1,120})\"")
_VARIABLE = re.compile(
    r"\bvariable[ \t]+\"?(?P<name>\w{1,60})\"?\s*\{[^{}]{0,2000}?\bdefault\s*=\s*"
    r"\"(?P<value>[\w./:@-]{1,120})\""
)
_MEMBER = re.compile(r":\s{0,20}(?P<quote>[\"'`])(?P<value>[\w./:@-]{1,120})(?P=quote)\s*[,}\n]")
_MEMBER_NAME = re.compile(r"(?P<name>[A-Za-z_]\w{0,60})[\"']?\Z")


@dataclass
class Constants:
    """Names that are set once, to a text that could be a piece of a model's name."""

    names: dict[str, str]
    members: dict[str, str]
    """Of objects: they count where their owner stands before them."""

    def of(self, written: str) -> str | None:
        """What a name, or one with its owner before it, is set to."""
        found = self.names.get(written)
        if found is None and "." in written:
            name = written.rpartition(".")[2]
            found = self.names.get(name, self.members.get(name))
        return found


def joined(code: str, imported: Constants | None = None) -> str:
    """The code with what it puts together written out; every line stays on its line. `imported`:
    what other files set for it."""
    if "\\x" in code or "\\u00" in code:
        code = _SPELLED.sub(lambda match: chr(int(match.group(1), 16)), code)
    known = constants_of(code, imported)
    if not known.names and not known.members and not _QUICK.search(code):
        return code
    for number in range(_ROUNDS):
        before, known = code, constants_of(code, imported) if number else known
        code = _put(_filled(code, known), code)
        for sign, pattern, written in _CALLS:
            if sign.search(code):
                code = pattern.sub(written, code)
        code = _put(_beside_texts(code, known), code)
        code = _PLUS.sub("", _put(_before_texts(code, known), code))
        code = _put(_arguments(code, known), code)
        if code == before:
            break
        code = _put(_owners(code), code)
    return code


Put = tuple[int, int, str]
"""Where a piece of the code begins and ends, and what stands there instead."""


def _put(puts: Iterable[Put], code: str) -> str:
    pieces, done = list[str](), 0
    for start, end, text in puts:
        pieces += (code[done:start], text)
        done = end
    return "".join((*pieces, code[done:])) if pieces else code


def _filled(code: str, known: Constants) -> Iterator[Put]:
    for match in _FILLED.finditer(code):
        if value := known.of(match[match.lastindex or 0]):
            yield *match.span(), value


def _beside_texts(code: str, known: Constants) -> Iterator[Put]:
    """`"text" + NAME`."""
    for match in _TEXT_AND_NAME.finditer(code):
        value = known.of(match["name"])
        if value is not None:
            yield *match.span(), value + match[1]


def _before_texts(code: str, known: Constants) -> Iterator[Put]:
    """`NAME + "text"`."""
    for match in _AND_TEXT.finditer(code):
        quote, end = match.end() - 1, start_of(code, match.start(), _SIGNS.__contains__)
        start = _start_of_name(code, end)
        if known.of(code[start:end]) is not None:
            name = _NAME_AND.search(code, max(0, start - 1), quote)
            if name and (value := known.of(name["name"])) is not None:
                yield name.start(), match.end(), code[quote] + value


def _start_of_name(code: str, end: int) -> int:
    """Where the name, with its owners, begins that ends there."""
    return start_of(code, end, _is_of_name, end - _NAME_BEFORE * 2)


def _is_of_name(character: str) -> bool:
    return is_of_word(character) or character == "."


def _arguments(code: str, known: Constants) -> Iterator[Put]:
    is_long = len(code) > _LONG
    owned = _one_of({*known.names, *known.members}, each=is_long)
    alone = _one_of(set(known.names), each=is_long)
    for match in _argument(alone, owned).finditer(code) if owned else ():
        value = known.of(match["name"])
        if value is not None:
            yield *match.span(), f'{match[1]}"{value}"'


def _one_of(names: set[str], *, each: bool) -> str:
    """A pattern for names; for many, or for a short text, one for all that begin alike."""
    if each and len(names) <= _MOST_EACH:
        return "|".join(sorted(names))
    letters = "".join(sorted({name[0] for name in names}))
    return rf"[{letters}]\w{{0,60}}" if letters else ""


@lru_cache(maxsize=200)
def _argument(alone: str, owned: str) -> re.Pattern[str]:
    """A name as an argument."""
    name = rf"(?:[A-Za-z_]\w{{0,60}}\.){{1,2}}(?:{owned})"
    name = rf"{alone}|{name}" if alone else name
    return re.compile(rf"([(,=]\s*)[$@]?(?P<name>{name})(?=(?:\.\w+\(\))?\s*(?:[,);}}]|\n))")


def _owners(code: str) -> Iterator[Put]:
    for match in _OWNED_TEXT.finditer(code):
        owner = _OWNER.search(code, max(0, match.start() - 30), match.end())
        if owner:
            yield *owner.span(), ""


def constants_of(code: str, imported: Constants | None = None) -> Constants:
    """What a text sets, and what was imported into it."""
    known: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for match in _VALUE.finditer(code):
        name = _SET_NAME.search(code[max(0, match.start() - _NAME_BEFORE) : match.start()])
        if name:
            known.setdefault(name["name"], set()).add(match["value"])
    for match in _MEMBER.finditer(code):
        end = match.start()
        start = _start_of_name(code, end - (code[end - 1 : end] in ("'", '"')))
        if name := _MEMBER_NAME.match(code, start, end):
            members.setdefault(name["name"], set()).add(match["value"])
    for mark, pattern in (("@", _ATTRIBUTE), ("variable", _VARIABLE)):
        for match in pattern.finditer(code) if mark in code else ():
            known.setdefault(match["name"], set()).add(match["value"])
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


# Each behind a sign of it that is found at once, since it begins with one character, and is rare.
_CALLS = (
    (
        re.compile(r"\((?:(?<=mat\(|at!\(|ntf\(|te0\()|(?<=ring\.[jJ]oin\()|(?<=\s\())\s*[\"']"),
        _FORMATTED,
        _formatted,
    ),
    (
        re.compile(r"\((?<=[ne]\()\s*" + _GLUE + r"\s*,\s*(?:new\s*\w{0,10}\[\]\s*)?[\[({]"),
        _GLUED_BEFORE,
        _glued,
    ),
    (re.compile(r"\((?:(?<=oin\()\s*\[|(?<=ste\()\s*[\"'])"), _GLUED_BEHIND, _glued),
    (
        re.compile(r"\.(?<=[\"'][\])]\.|\s[\])]\.|[\s\S]\s\.)\s*(?:join|mkString)"),
        _LIST_GLUED,
        _glued,
    ),
    (re.compile(r"\.(?:formatted|concat)\("), _FORMATTING, _formatted),
    (
        re.compile(r"\.(?<=(?:th|hs|ix|le)\.)(?:[jJ]oin|Combine|get|of)\(\s*[\"']"),
        _PATH,
        _glued,
    ),
)

"""Texts that other languages put together from pieces, joined line by line: `"org/" + NAME`,
`${org}/name`, `format!("{}/{}", "org", "name")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lineage.scan.constants import Constants, constants_of

# Between two pieces: of most languages, of Lua, Visual Basic, Julia, and of PHP.
_AND = r"(?:[ \t]*(?:\+|\.\.|&|\*)[ \t]*|[ \t]+\.[ \t]+)"
# C and Dart put pieces side by side; others give them to a method of the first. Patterns begin with
# a mark or a set of them, which the engine skips to: a bundle is one line of millions.
_PLUS = re.compile(
    rf"([\"'`])(?:{_AND}\1|(?<=/[\"'])[ \t]+\1|(?<=[\"'])[ \t]+\1(?=/)"
    r"|(?<=[\"'])\)?\.(?:concat|append)\([\"'])"
)
_BRACED = re.compile(r"\{\s*(\w{1,60}(?:\.\w{1,60}){0,2})\s*\}")
# In a text `$name` stands behind its quote or a mark; elsewhere it is a variable of PHP itself.
_DOLLAR = re.compile(r"\$(?<=[\"/:.-].)(\w{1,60})\b")
_SPELLED = re.compile(r"\\(?:x|u00)(2[df]|3[0-9a]|4[0-9a-f]|5[0-9a]|5f|6[1-9a-f]|7[0-9a])", re.I)
_OWNED = r"(?:[A-Za-z_]\w{0,60}\.){0,2}[A-Za-z_]\w{0,60}"
_AFTER = re.compile(rf"[\"'`]{_AND}\$?({_OWNED})\b(?![.(\[])")
_BEFORE = re.compile(r"[+&*.][ \t]*[\"'`]")
_NAME_BEFORE = re.compile(rf"(?<![\w.])\$?({_OWNED}){_AND}\Z")
_LAST_WORD = re.compile(r"[ \t.]*(\w{1,61})")  # of a text that is turned round
_NEAR = 100
_LONGEST_OWNED = 260
_ARGUMENT = re.compile(rf"[(,=]\s*([$@]?({_OWNED}))(?=(?:\.\w+\(\))?\s*(?:[,);}}]|\n))")
_WORDS = r"(?:[\"'][^\"'\n]{1,100}[\"']\s*,\s*){0,5}[\"'][^\"'\n]{1,100}[\"']"
_FORMATTED = re.compile(
    r"(?P<call>[fsScp](?:(?<=f)ormat!?|(?<=[sS])printf|(?<=c)oncat!|(?<=p)aste0"
    r"|(?<=[sS])tring\.(?:[fF]ormat|[jJ]oin)))\s*\(\s*(?P<texts>" + _WORDS + r")\s*,?\s*\)"
)
_GLUE = r"[\"'](?P<glue>[^\"'\n]{0,4})[\"']"
_GLUED = (  # by a text before the list, behind it, as a method of it
    re.compile(
        r"[jisS](?<!\w.)(?:(?<=j)oin|(?<=i)mplode|(?<=[sS])tring\.[jJ]oin)\(\s*"
        + _GLUE
        + r"\s*,\s*"
        r"(?:new\s*\w{0,10}\[\]\s*)?[\[({]\s*(?P<texts>" + _WORDS + r")\s*[\])}]\s*\)"
    ),
    re.compile(
        r"[jJp](?<!\w.)(?:(?<=[jJ])oin\(\s*(?:\[\]string\{|\[)\s*(?P<texts>"
        + _WORDS
        + r")\s*[\]}]|(?<=p)aste\(\s*"
        r"(?P<pasted>" + _WORDS + r"))\s*,\s*(?:sep\s*=\s*)?" + _GLUE + r"\s*\)"
    ),
    re.compile(
        r"[\[(]\s*(?P<texts>" + _WORDS + r")\s*[\])]\s*\.\s*(?:join|joinToString|mkString)"
        r"\(\s*" + _GLUE + r"\s*\)"
    ),
)
_PATH = re.compile(
    r"[fpPF](?<!\w.)(?:(?<=f)ilepath|(?<=p)ath|(?<=p)osix|(?<=F)ile|(?<=P)aths?)\.(?:[jJ]oin|Combine|get|of)\(\s*(?P<texts>"
    + _WORDS
    + r")\s*\)"
)
_FORMATTING = re.compile(
    r"(?P<first>[\"'][^\"'\n]{1,100}[\"'])\.formatted\(\s*(?P<texts>" + _WORDS + r")\s*\)"
)
_OWNER = re.compile(r"(?:\.|::)(?=[\"'])")
_OWNS = re.compile(r"\w{1,20}(?![\w.])")  # of a text that is turned round
_TEXT = re.compile(r"[\"']([^\"'\n]{1,100})[\"']")
_PLACE = re.compile(r"\{\d*\}|%[sv]")
_QUICK = re.compile(
    r"\+|\.\.|[$#]\{|[fF]ormat|printf|concat|append|paste|implode|[jJ]oin|mkString|Combine"
    r"|[\"'][ \t]+[\"'.&*]"
)
_ROUNDS = 3
_Place = tuple[int, int, str]
"""Beginning and end of a piece, and what stands there instead."""


def joined(code: str, imported: Constants | None = None) -> str:
    """The code with what it puts together written out; every line stays on its line. `imported`:
    what other files set for it."""
    if "\\x" in code or "\\u00" in code:
        code = _SPELLED.sub(lambda match: chr(int(match.group(1), 16)), code)
    known = constants_of(code, imported)
    if not known and not _QUICK.search(code):
        return code
    for _ in range(_ROUNDS):
        before = code
        code = _replaced(code, _filled(code, known))
        for marks, pattern, made in _CALLS:
            if any(mark in code for mark in marks):
                code = pattern.sub(made, code)
        code = _replaced(code, _beside(code, known))
        code = _PLUS.sub("", code)
        code = _replaced(code, _arguments(code, known))
        if code == before:
            return before
        code = _replaced(code, _owners(code))
        known = constants_of(code, imported)
    return code


def _replaced(code: str, places: Iterable[_Place]) -> str:
    pieces: list[str] = []
    end = 0
    for start, behind, text in places:
        pieces += (code[end:start], text)
        end = behind
    return "".join([*pieces, code[end:]]) if pieces else code


def _filled(code: str, known: Constants) -> list[_Place]:
    """The fields of templates, `{NAME}` and `$NAME`, whose name is known."""
    found: list[_Place] = []
    for match in _BRACED.finditer(code) if known and "{" in code else ():
        value = known.of(match[1])
        is_marked = code[match.start() - 1 : match.start()] in ("$", "#")
        if value and (is_marked or "." not in match[1]):
            found.append((match.start() - is_marked, match.end(), value))
    dollars = _DOLLAR.finditer(code) if known and "$" in code else ()
    found += [(*match.span(), value) for match in dollars if (value := known.of(match[1]))]
    return sorted(found)


def _beside(code: str, known: Constants) -> Iterator[_Place]:
    """Known names that are joined to a text: what they are set to becomes a part of it."""
    found: list[_Place] = []
    for match in _AFTER.finditer(code) if known else ():
        value = known.of(match[1])
        if value is not None and not _name_before(code, match.start()):
            found.append((*match.span(), value + code[match.start()]))
    for match in _BEFORE.finditer(code) if known else ():
        end = match.end() - 1
        word = _LAST_WORD.match(code[max(0, match.start() - _NEAR) : match.start()][::-1])
        if word and (word[1][::-1] in known.names or word[1][::-1] in known.members):
            name = _name_before(code, end)
            value = known.of(name[1]) if name else None
            if name and value is not None:
                found.append((name.start(), match.end(), code[end] + value))
    end = 0
    for start, behind, text in sorted(found):
        if start >= end:
            end = behind
            yield start, behind, text


def _name_before(code: str, end: int) -> re.Match[str] | None:
    """The name that is joined to a text which begins there."""
    return _NAME_BEFORE.search(code, max(0, end - _LONGEST_OWNED), end)


def _owners(code: str) -> Iterator[_Place]:
    """`fmt.`, of a call that is gone."""
    for match in _OWNER.finditer(code):
        start = match.start()
        if owner := _OWNS.match(code[max(0, start - _NEAR) : start][::-1]):
            yield start - len(owner[0]), match.end(), ""


def _arguments(code: str, known: Constants) -> Iterator[_Place]:
    """Known names that are given to a call or set to a name as they are."""
    for match in _ARGUMENT.finditer(code) if known else ():
        value = known.of(match[2])
        if value is not None:
            yield *match.span(1), f'"{value}"'


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
    known = match.groupdict()
    texts = known["texts"] or known.get("pasted") or ""
    glue = known.get("glue")
    return _quoted(("/" if glue is None else glue).join(_TEXT.findall(texts)), match)


def _quoted(text: str, match: re.Match[str]) -> str:
    return f'"{text}"' + "\n" * match.group().count("\n")


_CALLS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (("format", "printf", "concat!", "paste0", "tring."), _FORMATTED, _formatted),
    (("join", "implode", "Join"), _GLUED[0], _glued),
    (("oin(", "paste("), _GLUED[1], _glued),
    (("join", "mkString"), _GLUED[2], _glued),
    ((".formatted(",), _FORMATTING, _formatted),
    (("ath.", "aths.", "posix.", "File."), _PATH, _glued),
)
"""Calls that put texts together: words one of which every such call has, the call, and what it
makes."""

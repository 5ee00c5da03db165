"""What a text of a language without a parser here sets names to, where that could be a piece of a
model's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A text that is set, found by its sign, which is rarer than names; then what it is set to.
_VALUE = re.compile(
    r"=\s{0,20}(?P<quote>[\"'`])(?P<value>[\w./:@-]{1,120})(?P=quote)\s*(?:[;,)\n]|\Z)"
)
_TYPED_NAME = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_]\w{0,60})(?:[ \t]?:[ \t]?[&'\w<>\[\]][&'\w<>\[\] ]{0,40})"
    r"\s{0,20}:?\Z"
)
_TYPE = re.compile(r"[&'\w<>\[\]\s]+")
_NAME_BEFORE = 130
_MOST_BLANK = 20
_LAST_WORD = re.compile(r"(\w{1,61})(?![\w.])")  # of a text that is turned round
# What is set otherwise than by a sign: an attribute of an Elixir module, a variable of Terraform.
_ATTRIBUTE = re.compile(r"(?m)^[ \t]*@(?P<name>[a-z]\w{0,60})[ \t]+\"(?P<value>[\w./:@-]{1,120})\"")
_VARIABLE = re.compile(
    r"variable[ \t]+\"?(?P<name>\w{1,60})\"?\s*\{[^{}]{0,2000}?\bdefault\s*=\s*"
    r"\"(?P<value>[\w./:@-]{1,120})\""
)
_MEMBER = re.compile(r":\s{0,20}(?P<quote>[\"'`])(?P<value>[\w./:@-]{1,120})(?P=quote)\s*[,}\n]")


@dataclass
class Constants:
    """Names that are set once, to a text that could be a piece of a model's name."""

    names: dict[str, str]
    members: dict[str, str]
    """Of objects: they count where their owner stands before them."""

    def __bool__(self) -> bool:
        return bool(self.names or self.members)

    def of(self, written: str) -> str | None:
        """What a name, or one with its owner before it, is set to."""
        name = written.rpartition(".")[2]
        found = self.names.get(name)
        return self.members.get(name) if found is None and name != written else found


def constants_of(code: str, imported: Constants | None = None) -> Constants:
    """What a text sets, and what was imported into it."""
    known: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}

    def add(into: dict[str, set[str]], name: str, value: str) -> None:
        if name:
            into.setdefault(name, set()).add(value)

    for match in _VALUE.finditer(code):
        add(known, _name_before(code, match.start()), match["value"])
    for match in _ATTRIBUTE.finditer(code) if "@" in code else ():
        add(known, match["name"], match["value"])
    for match in _VARIABLE.finditer(code) if "variable" in code else ():
        if not _is_of_word(code[match.start() - 1 : match.start()]):
            add(known, match["name"], match["value"])
    for match in _MEMBER.finditer(code):
        before = code[max(0, match.start() - _NAME_BEFORE) : match.start()]
        name = before[:-1] if before.endswith(("'", '"')) else before
        add(members, _last_word(name), match["value"])
    found = Constants(_once(known), _once(members))
    if imported is not None:
        found.names = {**imported.names, **found.names}
        found.members = {**imported.members, **found.members}
    return found


def _name_before(code: str, at: int) -> str:
    """The name that a sign at this place sets, of whatever type it says that it is."""
    before = code[max(0, at - _NAME_BEFORE) : at]
    plain = before.removesuffix(":")
    _, colon, last = plain.rpartition(":")
    if colon and _TYPE.fullmatch(last):
        typed = _TYPED_NAME.search(before)
        if typed is not None:
            return typed["name"]
    name = plain.rstrip()
    return _last_word(name) if len(plain) - len(name) <= _MOST_BLANK else ""


def _last_word(text: str) -> str:
    """The name with which a text ends; empty where that is a member's, or none."""
    match = _LAST_WORD.match(text[::-1])
    name = match[1][::-1] if match else ""
    return name if name[:1] == "_" or (name[:1].isascii() and name[:1].isalpha()) else ""


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _once(known: dict[str, set[str]]) -> dict[str, str]:
    return {name: texts.pop() for name, texts in known.items() if len(texts) == 1}

"""Read XML as the scalars of a structured file: Maven, Spring, Android, .NET, property lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from lineage.scan.entries import DEEPEST, MOST_ENTRIES, Entry, NotReadableError

_OPTION = re.compile(r"--?(?P<name>[A-Za-z][\w.-]*)(?:=(?P<value>.+))?\Z", re.DOTALL)
# Attributes, and elements before their sibling, that say what a value is of.
_LABELS = frozenset({"name", "key", "param-name", "propertyname"})
_VALUES = frozenset({"value", "string", "param-value", "data"})


def xml_entries(text: str) -> list[Entry]:
    """Each attribute, and each text without elements in it, under the names of the elements around
    it; `<property name="model" value="…"/>`, `<key>model</key><string>…` and `--model` before the
    next argument name what they label.

    Raises NotReadableError for what is not XML, and for entities of its own: they would have to be
    expanded.
    """
    return _Reader().read(text)


@dataclass
class _Open:
    """One element that has begun and not ended."""

    name: str
    label: str
    """What an attribute of it calls its text."""
    place: tuple[int, int]
    text: list[str] = field(default_factory=list)
    is_leaf: bool = True
    pending: str = ""
    """What its last child calls the next one."""


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity
        self._open: list[_Open] = []
        self._entries: list[Entry] = []

    def read(self, text: str) -> list[Entry]:
        try:
            self._parser.Parse(text, True)
        except expat.ExpatError as problem:
            raise NotReadableError(f"not valid XML at line {problem.lineno}") from None
        return self._entries

    def _place(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise NotReadableError(f"nested deeper than {DEEPEST}")
        label = next((v for key, v in attributes.items() if key.lower() in _LABELS), "")
        pending = ""
        if self._open:
            above = self._open[-1]
            above.is_leaf = False
            pending, above.pending = above.pending, ""
            if name.lower() in _VALUES:  # `<property name="model"><value>…`, lists of strings
                pending = pending or above.label
        one = _Open(name, label or pending, self._place())
        self._open.append(one)
        for key, value in attributes.items():
            self._add((key,), value, one.place)
            if label and key.lower() in _VALUES:
                self._add((label,), value, one.place)

    def _characters(self, text: str) -> None:
        if self._open:
            one = self._open[-1]
            if not one.text or not "".join(one.text).strip():
                one.text, one.place = [], self._place()
            one.text.append(text)

    def _end(self, name: str) -> None:
        one = self._open[-1]
        text = "".join(one.text)
        value = text.strip()
        if one.is_leaf and value:
            line, column = one.place
            skipped = text[: len(text) - len(text.lstrip())]
            if skipped.count("\n"):
                line, column = line + skipped.count("\n"), 1
            option = _OPTION.match(value)
            if option and option["value"]:
                self._add((option["name"],), option["value"], (line, column))
            else:
                self._add((), value, (line, column))
                if one.label:
                    self._add((one.label,), value, (line, column))
            if len(self._open) > 1:
                labels = option["name"] if option else value if name.lower() in _LABELS else ""
                self._open[-2].pending = labels[:200]
        self._open.pop()

    def _add(self, steps: tuple[str, ...], value: str, place: tuple[int, int]) -> None:
        if len(self._entries) >= MOST_ENTRIES:
            raise NotReadableError(f"more than {MOST_ENTRIES} values")
        path = (*(one.name.rpartition(":")[2] for one in self._open), *steps)
        self._entries.append(Entry(path, value, *place, is_block="\n" in value))

    def _entity(self, *_: object) -> None:
        raise NotReadableError("declares entities of its own")

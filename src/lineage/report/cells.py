"""Text in the cells of a terminal: wide characters count two, wrapped lines count their indent, and
names are shortened from the left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from lineage.core.elsewhere import Place, parse_elsewhere

_NOTHING = frozenset({"Mn", "Me", "Cf"})
_ADDRESS = ("https://", "http://")


def cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(char: str) -> int:
    if unicodedata.category(char) in _NOTHING:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def padded(text: str, width: int) -> str:
    """The text with spaces behind it, up to the width."""
    return text + " " * (width - cells(text))


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """Lines of at most `width` cells with `first` before the first of them and `rest` (by default
    as many spaces) before the others. A longer word is broken; an address never is, so that it can
    be copied."""
    indent = " " * cells(first) if rest is None else rest
    lines, line, has_word = [], first, False
    for word in text.split():
        gap = " " if has_word else ""
        if has_word and cells(line) + cells(gap) + cells(word) > width:
            lines.append(line)
            line, gap = indent, ""
        while not word.startswith(_ADDRESS) and cells(line) + cells(word) > width:
            piece = _upto(word, max(width - cells(line), 1))
            lines.append(line + piece)
            line, gap, word = indent, "", word[len(piece) :]
        line, has_word = f"{line}{gap}{word}", True
    return [*lines, line] if has_word or not lines else lines


def _upto(word: str, room: int) -> str:
    """The longest beginning that fits, ended behind a separator where one is in its second half; at
    least one character, with the marks that belong to it."""
    taken = 0
    for at, char in enumerate(word):
        taken += _cell(char)
        if taken > room and at:
            end = max(word.rfind(mark, 0, at) for mark in "-_/") + 1
            return word[: end if 2 * end > at else at]
    return word


def from_left(names: Iterable[str], room: int) -> dict[str, str]:
    """Each name in at most `room` cells, cut from the left, at a slash where that can be, else at
    another separator; one that could then be taken for another stays as it is."""
    cut = {name: _cut(name, room) for name in names}
    many: dict[str, int] = {}
    for short in cut.values():
        many[short] = many.get(short, 0) + 1
    return {name: short if many[short] == 1 else name for name, short in cut.items()}


def _cut(name: str, room: int) -> str:
    if cells(name) <= room:
        return name
    named = parse_elsewhere(name)
    if named is not None and named.place is not Place.SERVER:
        # Without its place it would be taken for the Hub's of that name.
        short = f"{named.place}:…/{name.rpartition('/')[2]}"
        return short if cells(short) <= room else name
    tail = name[1:]
    while tail and cells(tail) + 1 > room:
        tail = tail[1:]
    last = name.rpartition("/")[2]
    if cells(last) + 2 <= room:
        return f"…/{last}"
    at = re.search("[-_/]", tail)
    whole = tail[at.start() :] if at is not None else ""
    return f"…{whole if 3 * cells(whole) >= room else tail}"


def clipped(text: str, room: int) -> str:
    """The beginning of a sentence, ended between words where it is longer than `room` cells, and
    before a bracket that would stay open."""
    if cells(text) <= room:
        return text
    start = wrapped(text, max(room - 2, 1))[0]
    before, bracket, inside = start.rpartition(" (")
    return f"{before if bracket and ')' not in inside else start} …"

"""Words of the commands in a line, with the variables that are known filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lineage.core.value import dataclass
from lineage.scan.commands.word import ShellWord
from lineage.scan.shell.dialect import POSIX, Dialect
from lineage.scan.shell.lines import Line

Known = dict[str, tuple[str, ...]]
"""What variables hold; several values for loops, arrays and matrices."""
MOST_VALUES = 100
"""Of one variable, so many values are filled in."""
_DEFAULTS = ("default", "otherwise")


@dataclass(frozen=True)
class RawWord:
    """A word as written: pieces of text, and whether variables in each are filled in."""

    pieces: tuple[tuple[str, bool], ...]
    start: int


@dataclass(frozen=True)
class RawCommand:
    """One simple command, or the items of an array that a variable is set to."""

    words: tuple[RawWord, ...]
    array: str = ""


def raw_commands(line: Line, dialect: Dialect = POSIX) -> Iterator[RawCommand]:
    """The simple commands of one logical line."""
    words: list[RawWord] = []
    pieces: list[tuple[str, bool]] = []
    start, array = 0, ""

    def close() -> None:
        if pieces:
            words.append(RawWord(tuple(pieces), start))
            pieces.clear()

    for match in dialect.token.finditer(line.text):
        kind, piece = match.lastgroup, match.group()
        if kind == "space" or (kind == "op" and array and piece == "\n"):
            close()
        elif kind == "op":
            opened = re.fullmatch(r"(\w+)\+?=", pieces[-1][0]) if pieces and piece == "(" else None
            if opened:
                pieces.clear()
            close()
            if words or array:
                yield RawCommand(tuple(words), array)
            words = []
            array = opened.group(1) if opened else ""
        elif kind == "plain" and piece.startswith("#") and not pieces:
            break
        else:
            start = start if pieces else match.start()
            pieces.append(_piece(match, dialect))
    close()
    if words:
        yield RawCommand(tuple(words), array)


def _piece(match: re.Match[str], dialect: Dialect) -> tuple[str, bool]:
    kind = match.lastgroup
    if kind == "single":
        return match.group("single"), False
    if kind == "double":
        inner = match.group("double")
        return (re.sub(r'\\(["\\$`])', r"\1", inner) if dialect is POSIX else inner), True
    if kind == "escape":
        return match.group()[1:], False
    return match.group(), True


def filled(
    raw: RawCommand, line: Line, known: Mapping[str, tuple[str, ...]], dialect: Dialect = POSIX
) -> Iterator[list[ShellWord]]:
    """The command once for each value of its variables that have several."""
    names = {
        dialect.key(name)
        for word in raw.words
        for text, is_open in word.pieces
        if is_open
        for name in _names(text, dialect)
    }
    rounds = max([1, *(len(known[name]) for name in names if name in known)])
    for index in range(min(rounds, MOST_VALUES)):
        values = {n: known[n][index % len(known[n])] for n in names if known.get(n)}
        yield [_word(word, line, values, dialect) for word in raw.words]


def _names(text: str, dialect: Dialect) -> Iterator[str]:
    if any(mark in text for mark in "$%!{"):
        for match in dialect.variable.finditer(text):
            yield _name(match)


def _name(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((v for k, v in groups.items() if k not in _DEFAULTS and v), "")


def _word(raw: RawWord, line: Line, values: Mapping[str, str], dialect: Dialect) -> ShellWord:
    text, is_filled = "", False
    for piece, is_open in raw.pieces:
        value = fill(piece, values, dialect) if is_open else piece
        text += value
        is_filled = is_filled or (is_open and value != piece)
    return ShellWord(text, *line.place(raw.start), is_default=is_filled)


def fill(text: str, values: Mapping[str, str], dialect: Dialect = POSIX) -> str:
    """The text with what is known of its variables, defaults included; the rest stays."""
    if not any(mark in text for mark in "$%!{"):
        return text

    def value(match: re.Match[str]) -> str:
        found = values.get(dialect.key(_name(match))) or match["default"]
        return found or match["otherwise"] or match.group()

    return dialect.variable.sub(value, text)

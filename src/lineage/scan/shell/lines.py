"""Logical lines of a script: continuations, arrays and here-documents joined, places kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from lineage.core.value import dataclass
from lineage.core.word import Word
from lineage.scan.shell.dialect import POSIX, Dialect

_LONGEST_LINE = 20_000
"""In a longer line, many blanks are one."""
_LONGEST = 10 * _LONGEST_LINE
_BLANKS = re.compile(r"[ \t]{2,}")
_HEREDOC = re.compile(r"(?<!<)<<(?P<dash>-?)\s*(?P<quote>[\"']?)(?P<tag>[A-Za-z_]\w*)(?P=quote)")
_ARRAY = re.compile(r"\s*(?:(?:declare|local|readonly|export)\s+(?:-\w+\s+)*)?\w+\+?=\([^)]*\Z")


class Joins(Word):
    """Which physical lines belong together beside those that say so."""

    NONE = "none"
    OPTIONS = "options"
    """A line that begins with an option goes on with the command before it, as in YAML blocks."""
    ALL = "all"
    """The whole text is one command."""


@dataclass(frozen=True)
class Heredoc:
    """A here-document: text that a command is given."""

    text: str
    line: int
    """Of its first line of text."""


@dataclass(frozen=True)
class Line:
    """One logical line, with the place of each physical one."""

    text: str
    number: int
    starts: tuple[int, ...] = (0,)
    """Offsets in `text` at which the physical lines begin."""
    heredocs: tuple[Heredoc, ...] = ()
    column: int = 1
    is_cut: bool = False
    """Whether it goes on behind a bound."""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        index = bisect_right(self.starts, offset) - 1
        first = self.column if index == 0 else 1
        return self.number + index, offset - self.starts[index] + first


def logical_lines(
    text: str, first: int = 1, dialect: Dialect = POSIX, joins: Joins = Joins.NONE
) -> Iterator[Line]:
    """The lines of a script as its shell reads them; lines of comment are left out."""
    lines = [physical.rstrip("\r") for physical in text.split("\n")]
    lines = [_BLANKS.sub(" ", one) if len(one) > _LONGEST_LINE else one for one in lines]
    at = 0
    while at < len(lines):
        if dialect.comment.match(lines[at]) or not lines[at].strip():
            at += 1
            continue
        start = at
        parts, starts, at = _joined(lines, at, dialect, joins)
        documents: list[Heredoc] = []
        whole = "".join(parts)
        if dialect.heredocs:
            for found in _HEREDOC.finditer(whole):
                end = _end_of(lines, at, found.group("tag"))
                if end is not None:
                    documents.append(Heredoc("\n".join(lines[at:end]), first + at))
                    at = end + 1
        is_cut = len(whole) > _LONGEST
        yield Line(whole[:_LONGEST], first + start, starts, tuple(documents), is_cut=is_cut)


def _joined(
    lines: list[str], at: int, dialect: Dialect, joins: Joins
) -> tuple[list[str], tuple[int, ...], int]:
    """The pieces of the logical line that begins at `at`, and where the next one begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    in_array = dialect.heredocs and bool(_ARRAY.match(lines[at]))
    while at < len(lines):
        line = lines[at]
        is_comment = bool(parts) and bool(dialect.comment.match(line))
        if in_array:
            line = re.sub(r"(?:^|\s)#[^\"']*\Z", "", line)
        goes_on = line.rstrip(" \t").endswith(dialect.continuation) and not is_comment
        piece = line.rstrip(" \t")[:-1] if goes_on else line
        if is_comment:
            piece = ""
        at += 1
        starts.append(length)
        goes_on = goes_on or is_comment or (in_array and ")" not in line)
        goes_on = (
            goes_on or joins is Joins.ALL or (at < len(lines) and _is_option(lines[at], joins))
        )
        parts.append(f"{piece} " if goes_on else piece)
        length += len(parts[-1])
        if not goes_on or length > _LONGEST:
            break
    return parts, tuple(starts), at


def _is_option(line: str, joins: Joins) -> bool:
    return joins is Joins.OPTIONS and re.match(r"\s*--?[A-Za-z]", line) is not None


def _end_of(lines: list[str], at: int, tag: str) -> int | None:
    return next((i for i in range(at, len(lines)) if lines[i].strip() == tag), None)

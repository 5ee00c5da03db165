"""Finds the line on which a key of a TOML document stands; the parser tells values only."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple["str | int", ...]

_HEADER = re.compile(r"\s*\[(\[)?\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?\Z")
_KEY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|"
    r"'[^']*'))*)\s*="
)
_PART = re.compile(r"\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+)")


def line_of(text: str, path: Path) -> int | None:
    """The line, from 1, of the deepest part of the path that has one of its own. None where not
    even the first part has."""
    best, found = 0, None
    for line, here in _places(text):
        depth = _shared(here, path)
        if depth == len(here) and depth > best:
            best, found = depth, line
    return found


def _shared(here: Path, path: Path) -> int:
    depth = 0
    for left, right in zip(here, path, strict=False):
        if left != right:
            break
        depth += 1
    return depth


def _places(text: str) -> Iterator[tuple[int, Path]]:
    """Every header and key with its line and full path; arrays of tables are counted."""
    table: Path = ()
    counts: dict[Path, int] = {}
    closing = ""
    for number, line in enumerate(text.splitlines(), 1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header and not key:
            table = _table(_parts(header[2]), bool(header[1]), counts)
            yield number, table
        elif key:
            yield number, (*table, *_parts(key[1]))
            closing = _opens(line[key.end() :])


def _table(parts: Path, is_array: bool, counts: dict[Path, int]) -> Path:
    """The full path of a header: names of arrays above it are followed by the number of their last
    table."""
    path: Path = ()
    for index, part in enumerate(parts):
        path = (*path, part)
        if is_array and index == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(name: str) -> Path:
    return tuple(
        next(group for group in match.groups() if group is not None)
        for match in _PART.finditer(name)
    )


def _opens(rest: str) -> str:
    """The quotes that a text of several lines opens and does not close on this line."""
    return next((quotes for quotes in ('"""', "'''") if rest.count(quotes) == 1), "")

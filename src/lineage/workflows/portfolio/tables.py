"""Lists that people keep: CSV from a spreadsheet, one model per line, a JSON list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lineage.core.errors import UsageError
from lineage.workflows.portfolio.row import InputRow, SupplierStatement, clipped

# Header words after lower-casing and dropping everything but letters
# and digits; the first that a file has wins.
_TARGET = (
    "model",
    "modelid",
    "hfmodel",
    "huggingface",
    "huggingfaceid",
    "repo",
    "repoid",
    "repository",
    "target",
    "id",
    "url",
    "link",
    "modelname",
    "name",
)
_BASES = ("basemodel", "basemodels", "base", "foundation", "foundationmodel", "parent")
_LICENCES = ("license", "licence", "licenses", "licences")
_REVISION = ("revision", "commit", "sha")
_DEVELOPER = ("developer", "manufacturer", "developedby")
_WORD = re.compile(r"[^a-z0-9]+")


def from_csv(text: str, name: str, delimiter: str | None) -> list[InputRow]:
    """Rows of a table with a header. Raises UsageError where no column can hold models."""
    table = list(_cells(text, delimiter or _delimiter(text)))
    if not table:
        return []
    header, start = table[0], 1
    column = _column(header)
    if column is None and len(header) == 1 and "/" in header[0]:
        header, column, start = (
            ["model"],
            0,
            0,
        )  # a list of ids that was saved as CSV, without a header
    if column is None:
        raise UsageError(
            f"{name} row 1 names no column of models (found: {', '.join(header[:12])}).",
            "Call one column `model`.",
        )
    places = ((f"row {n}", cells) for n, cells in enumerate(table[start:], start + 1))
    return [_table_row(name, place, header, column, cells) for place, cells in places if any(cells)]


_UNREADABLE = "\0unreadable"
"""A marker in place of a row that no table can hold."""


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    """Row by row; where one cannot be loaded (a cell of megabytes) the next ones still count."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as problem:
            yield [_UNREADABLE, str(problem)]


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t|", key=first.count)


def _column(header: Sequence[str]) -> int | None:
    words = [_WORD.sub("", cell.lower()) for cell in header]
    return next((words.index(word) for word in _TARGET if word in words), None)


def _table_row(
    name: str, place: str, header: Sequence[str], column: int, cells: Sequence[str]
) -> InputRow:
    if cells[0] == _UNREADABLE:
        return InputRow(
            name, place, "", problem=f"{name} {place} could not be read: {clipped(cells[1])}."
        )
    by_header = {
        head or f"column {i}": clipped(cell)
        for i, (head, cell) in enumerate(zip(header, cells, strict=False), 1)
    }
    target = clipped(cells[column]) if column < len(cells) else ""
    rest = {head: cell for i, (head, cell) in enumerate(by_header.items()) if i != column}
    return _row(name, place, target, rest)


def from_lines(text: str, name: str) -> list[InputRow]:
    """One model per line; `#` begins a comment."""
    lines = (
        (n, re.split(r"(?:^|\s)#", line)[0].strip()) for n, line in enumerate(text.splitlines(), 1)
    )
    return [_row(name, f"line {n}", clipped(line), {}) for n, line in lines if line]


def from_list(entries: Sequence[Any], name: str) -> list[InputRow]:
    """Ids, or objects with a member that names the model."""
    return [_entry(name, f"entry {n}", entry) for n, entry in enumerate(entries, 1)]


def _entry(name: str, place: str, entry: Any) -> InputRow:
    if isinstance(entry, str):
        return _row(name, place, clipped(entry), {})
    if not isinstance(entry, Mapping):
        return InputRow(name, place, "", problem=f"{name} {place} is neither a name nor an object.")
    keys = list(entry)
    column = _column([str(key) for key in keys])
    target = entry[keys[column]] if column is not None else ""
    rest = {str(key): _cell(entry[key]) for i, key in enumerate(keys) if i != column}
    return _row(name, place, clipped(target) if isinstance(target, str) else "", rest)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(clipped(one) for one in value[:50])
    return "" if value is None else clipped(value)


def _row(name: str, place: str, target: str, rest: Mapping[str, str]) -> InputRow:
    problem = "" if target else f"{name} {place} names no model."
    return InputRow(
        name,
        place,
        target,
        tuple((head, cell) for head, cell in rest.items() if cell),
        _statement(rest),
        problem,
    )


def _statement(rest: Mapping[str, str]) -> SupplierStatement:
    words = {_WORD.sub("", head.lower()): cell for head, cell in rest.items() if cell}

    def listed(names: Sequence[str]) -> tuple[str, ...]:
        found = next((words[n] for n in names if n in words), "")
        return tuple(part.strip() for part in re.split(r"[;,\n|]", found) if part.strip())

    def one(names: Sequence[str]) -> str:
        return next((words[n] for n in names if n in words), "")

    return SupplierStatement(listed(_BASES), listed(_LICENCES), one(_REVISION), one(_DEVELOPER))

"""Lists that people keep: tables from a spreadsheet, one model per line, a JSON list."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lineage.core.errors import UsageError
from lineage.core.ref import unwrapped
from lineage.workflows.portfolio.naming import BARE, CLEAR, NONE, clearness, names_in
from lineage.workflows.portfolio.row import InputRow, Listing, SupplierStatement, clipped

# Header words after lower-casing and dropping everything but letters and digits.
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
_TARGET_FORM = re.compile(
    r"(?:(?:hf|huggingface|hub|modelhub)(?:hub)?)?(?:ai)?(?:models?|repo|repository|checkpoint|"
    r"weights|modelcard)?(?:id|identifier|links?|urls?|uri|names?|path|page|address|purl|ref|"
    r"reference|used|hub)?\Z"
)
"""What else people call the column: `Hugging Face Link`, `HF repo URL`, `AI model used`."""
BASES = (
    "basemodel",
    "basemodels",
    "basemodelid",
    "basemodelname",
    "base",
    "foundation",
    "foundationmodel",
    "foundationmodels",
    "parent",
    "parentmodel",
    "parentmodels",
    "underlyingmodel",
    "pretrainedmodel",
    "upstreammodel",
    "modelbase",
    "builton",
    "basedon",
    "derivedfrom",
    "finetunedfrom",
    "trainedfrom",
    "descendantof",
)
"""What a column, a member or a property is called that names base models."""
_FAMILY = ("family", "modelfamily", "architecturefamily", "modelline")
_MODEL = ("model", "modelname", "aimodel", "modelused", "aimodelused", "llm")
_LICENCES = ("license", "licence", "licenses", "licences", "modellicense", "modellicence")
_REVISION = ("revision", "commit", "sha")
_DEVELOPER = ("developer", "modeldeveloper", "manufacturer", "developedby", "madeby", "originator")
_BETWEEN = re.compile(r"[;\n|]|,(?!\s*(?:version|v\.?\s?\d|inc\b|ltd\b|llc\b))", re.IGNORECASE)
_WORD = re.compile(r"[^a-z0-9]+")
_TITLES = 20
"""Rows above the header that may hold a title, a date, a note."""
_SAMPLE = 500
"""Rows by which a column is judged."""

Table = Sequence[tuple[str, Sequence[str]]]
"""Rows with their places; the header is among them."""


def from_csv(text: str, listing: Listing, delimiter: str | None) -> list[InputRow]:
    """Rows of a table with a header. Raises UsageError where no column holds models."""
    cells = _cells(text, delimiter or delimiter_of(text))
    return from_table([(f"row {n}", row) for n, row in enumerate(cells, 1)], listing)


def from_table(table: Table, listing: Listing) -> list[InputRow]:
    """The rows below the header, which may be under a title; a list of names may lack one.

    Raises UsageError where no column holds models.
    """
    table = [(place, cells) for place, cells in table if any(cells)]
    if not table:
        return []
    head, column = _place_of_models(table, listing)
    header = table[head][1] if head >= 0 else ["model" if column == 0 else ""] * (column + 1)
    return [
        row
        for place, cells in table[head + 1 :]
        for row in _table_rows(listing, place, header, column, cells)
    ]


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


def delimiter_of(text: str) -> str:
    """What is between the cells: the sign that the first lines hold most of."""
    first = "\n".join(text.splitlines()[:_TITLES])
    return max(",;\t|", key=lambda sign: (first.partition("\n")[0].count(sign), first.count(sign)))


def is_table(text: str) -> bool:
    """Whether a text without a telling suffix is a table: a row of several cells heads a column of
    models."""
    sign = delimiter_of(text)
    rows = list(_cells("\n".join(text.splitlines()[:_TITLES]), sign))
    return any(len(cells) > 1 and columns_of(cells) for cells in rows)


def _place_of_models(table: Table, listing: Listing) -> tuple[int, int]:
    """The index of the header (-1 where there is none) and the column of models."""
    if listing.column:
        return _wanted(table, listing)
    named: tuple[int, int] | None = None
    for head, (_, cells) in enumerate(table[:_TITLES]):
        columns = columns_of(cells)
        counts = {column: len(_named_below(table, head, column)) for column in columns}
        if any(counts.values()):
            return head, _likeliest(table, head, counts, listing)
        named = named or ((head, columns[0]) if columns else None)
    first = [clearness(cell) == CLEAR for cell in table[0][1]]
    if any(first):
        return -1, first.index(True)  # a list of ids that was saved without a header
    width = max(len(cells) for _, cells in table[:_SAMPLE])
    content = {column: len(_named_below(table, 0, column, CLEAR)) for column in range(width)}
    best = max(content, key=lambda column: content[column])
    if named is None and content[best] and not _is_a_base(table[0][1], best):
        listing.note(f"{listing.name}: the models were taken from column {best + 1}.")
        return 0, best
    if named is None:
        raise UsageError(
            f"{listing.name} row 1 names no column of models (found: {_shown(table[0][1])}).",
            "Call one column `model`, or name it with --model-column.",
        )
    raise _no_names(table, *named, listing)


def _likeliest(table: Table, head: int, counts: Mapping[int, int], listing: Listing) -> int:
    """Of the columns that may hold models, the likeliest first: one with about as many names as
    any. Where it leaves owners out that another tells in the same rows, that other one."""
    most = max(counts.values())
    first, *others = (column for column, count in counts.items() if count * 2 >= most)
    named = _named_below(table, head, first)
    if named == _named_below(table, head, first, CLEAR):
        return first
    found = next((c for c in others if named <= _named_below(table, head, c, CLEAR)), first)
    if found != first:
        name = clipped(table[head][1][found])
        listing.note(f"{listing.name}: the models were taken from the column {name!r}.")
    return found


def _wanted(table: Table, listing: Listing) -> tuple[int, int]:
    word = _plain(listing.column)
    for head, (_, cells) in enumerate(table[:_TITLES]):
        words = [_plain(cell) for cell in cells]
        exact = next((i for i, cell in enumerate(cells) if cell == listing.column), None)
        if exact is None and word not in words:
            continue
        column = words.index(word) if exact is None else exact
        if not _named_below(table, head, column):
            raise _no_names(table, head, column, listing)
        return head, column
    raise UsageError(
        f"{listing.name} has no column {listing.column!r} (found: {_shown(table[0][1])}).",
        "Give --model-column the header of the column that holds the models.",
    )


def _no_names(table: Table, head: int, column: int, listing: Listing) -> UsageError:
    cells = [cells[column] for _, cells in table[head + 1 :] if column < len(cells)]
    found = next((cell for cell in cells if cell), "nothing")
    return UsageError(
        f"{listing.name} is not a list of models: the column {clipped(table[head][1][column])!r} "
        f"holds no name of one (found: {found[:60]!r}).",
        "Write the models as org/name or as addresses; --model-column names another column.",
    )


def _named_below(table: Table, head: int, column: int, least: int = BARE) -> set[int]:
    """The rows that name a model in that column."""
    below = (cells for _, cells in table[head + 1 : head + 1 + _SAMPLE])
    return {
        number
        for number, cells in enumerate(below)
        if cells[column:] and any(clearness(one) >= least for one in names_in(cells[column]))
    }


def columns_of(header: Sequence[str]) -> list[int]:
    """The columns that may hold models by their headers, the likeliest first."""
    words = [_plain(cell) for cell in header]
    known = [words.index(word) for word in _TARGET if word in words]
    others = [i for i, word in enumerate(words) if word and _TARGET_FORM.match(word)]
    return list(dict.fromkeys((*known, *others)))


def _is_a_base(header: Sequence[str], column: int) -> bool:
    return column < len(header) and _plain(header[column]) in BASES


def _plain(header: str) -> str:
    return _WORD.sub("", header.lower())


def _shown(header: Sequence[str]) -> str:
    return ", ".join(clipped(cell)[:60] for cell in header[:12])


def _table_rows(
    listing: Listing, place: str, header: Sequence[str], column: int, cells: Sequence[str]
) -> list[InputRow]:
    name = listing.name
    if cells[0] == _UNREADABLE:
        text = f"{name} {place} could not be read: {clipped(cells[1])}."
        return [InputRow(name, place, "", problem=text)]
    by_column = {
        (header[i] if i < len(header) else "") or f"column {i + 1}": clipped(cell)
        for i, cell in enumerate(cells)
        if i != column
    }
    cell = clipped(cells[column]) if column < len(cells) else ""
    targets = (unwrapped(cell),) if clearness(cell) else names_in(cell) or (cell,)
    rows = [_row(name, place, target, by_column) for target in targets]
    return rows if len(rows) == 1 else [_numbered(row, i) for i, row in enumerate(rows, 1)]


def _numbered(row: InputRow, number: int) -> InputRow:
    return replace(row, place=f"{row.place}, model {number}")


def from_lines(text: str, listing: Listing) -> list[InputRow]:
    """One model per line; `#` begins a comment.

    Raises UsageError where the lines are no list: hardly one of them names a model.
    """
    lines = [
        (n, re.split(r"(?:^|\s)#", line)[0].strip()) for n, line in enumerate(text.splitlines(), 1)
    ]
    lines = [(n, line) for n, line in lines if line]
    named = [clearness(line) for _, line in lines[:_SAMPLE]]
    others = named.count(NONE)
    if others and (CLEAR not in named or others > 3 * (len(named) - others)):
        number, line = next((n, line) for n, line in lines if clearness(line) is NONE)
        raise UsageError(
            f"{listing.name} is not a list of models: line {number} is {line[:60]!r}.",
            "Write one model per line, as org/name.",
        )
    return [_row(listing.name, f"line {n}", clipped(line), {}) for n, line in lines]


def from_list(entries: Sequence[Any], listing: Listing) -> list[InputRow]:
    """Ids, or objects with a member that names the model. Raises UsageError where none does."""
    rows = [_entry(listing, f"entry {n}", entry) for n, entry in enumerate(entries, 1)]
    if rows and not any(row.target and clearness(row.target) for row in rows):
        raise UsageError(
            f"{listing.name} is not a list of models: no entry names one.",
            "Give names such as org/name, or objects with a member `model`; --model-column names "
            "another member.",
        )
    return rows


def _entry(listing: Listing, place: str, entry: Any) -> InputRow:
    name = listing.name
    if isinstance(entry, str):
        return _row(name, place, clipped(entry), {})
    if not isinstance(entry, Mapping):
        return InputRow(name, place, "", problem=f"{name} {place} is neither a name nor an object.")
    keys = [str(key) for key in entry]
    values = dict(zip(keys, entry.values(), strict=True))
    columns = [keys[i] for i in columns_of(keys) if isinstance(values[keys[i]], str)]
    if listing.column:
        columns = [key for key in keys if listing.column in (key, _plain(key))][:1]
    best = max(columns, key=lambda key: clearness(str(values[key])), default=None)
    target = values[best] if best is not None else ""
    rest = {key: _cell(value) for key, value in values.items() if key != best}
    return _row(name, place, clipped(target) if isinstance(target, str) else "", rest)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(clipped(one) for one in value[:50])
    return "" if value is None else clipped(value)


def _row(name: str, place: str, target: str, rest: Mapping[str, str]) -> InputRow:
    problem = "" if target else f"{name} {place} names no model."
    columns = tuple((head, cell) for head, cell in rest.items() if cell)
    return InputRow(name, place, target, columns, _statement(rest), problem)


def _statement(rest: Mapping[str, str]) -> SupplierStatement:
    words = {_plain(head): cell for head, cell in rest.items() if cell}

    def one(names: Sequence[str]) -> str:
        return next((words[n] for n in names if n in words), "")

    return SupplierStatement(
        bases=listed(one(BASES)),
        licences=listed(one(_LICENCES)),
        revision=one(_REVISION),
        developer=one(_DEVELOPER),
        family=one(_FAMILY),
        model=one(_MODEL),
    )


def listed(cell: str) -> tuple[str, ...]:
    """The parts of a cell or value that names several, a JSON list written as text included."""
    parts = (part.strip(" \t[]\"'`") for part in _BETWEEN.split(cell))
    return tuple(part for part in parts if part)

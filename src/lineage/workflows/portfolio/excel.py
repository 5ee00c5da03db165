"""Tables of an Excel workbook (.xlsx), links behind cells included."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from functools import reduce
from typing import Any

from lineage.core.errors import UsageError
from lineage.workflows.portfolio import tables
from lineage.workflows.portfolio.naming import CLEAR, clearness
from lineage.workflows.portfolio.row import MOST_ROWS, InputRow, Listing, clipped

_MOST_UNPACKED = 128 * 2**20
_MOST_ELEMENTS = 2_000_000
"""Of XML in all sheets: half a million cells."""
_MOST_SPANNED = 100_000
"""Cells that merges and links span: openpyxl makes every one of them."""
_MOST_COLUMNS = 200
_AS_CSV = "Save the sheet as CSV."
_SPANNING = re.compile(rb"<(?:[\w.-]+:)?(?:mergeCell|hyperlink)\s([^<]*)")
_REF = re.compile(rb"\bref\s*=\s*[\"']([^\"'<]*)")
_SPAN = re.compile(rb"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")
_SHEETS = "xl/worksheets/"
_VALUELESS = re.compile(
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</|</(?:\w+:)?c>)"
)
"""What programs write that do not calculate."""
_OTHER_LETTERS = (b"\xfe\xff", b"\xff\xfe", b"\x00<", b"<\x00")
"""Of UTF-16, in which nothing here would be found."""


def from_excel(raw: bytes, listing: Listing) -> list[InputRow]:
    """The rows of every sheet that has a column of models, hidden sheets too.

    Raises UsageError where no sheet has one, where it is no workbook, and where the package that
    reads one is missing.
    """
    name = listing.name
    _check(raw, listing)
    try:
        import defusedxml  # noqa: F401 - openpyxl parses with it where it is there
        from openpyxl import load_workbook
    except ImportError as problem:
        raise UsageError(
            f"{name} is an Excel workbook; reading it needs openpyxl and defusedxml.",
            "Run: pip install 'lineage-audit[inputs]', or save the sheet as CSV.",
        ) from problem
    try:
        book = load_workbook(io.BytesIO(raw), data_only=True)
        sheets = [(sheet.title, _table(sheet)) for sheet in book.worksheets]
        unseen = {sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"}
    except Exception as problem:
        raise UsageError(
            f"{name} could not be read as an Excel workbook ({type(problem).__name__}).", _AS_CSV
        ) from problem
    rows: list[InputRow] = []
    refused: dict[str, UsageError] = {}
    hidden = []
    for title, table in sheets:
        placed = [(f"{title} {place}" if len(sheets) > 1 else place, row) for place, row in table]
        try:
            found = tables.from_table(placed, listing)
            rows += found
            hidden += [title] if found and title in unseen else []
        except UsageError as problem:
            if any(cell.strip() for _, row in table for cell in row):
                refused[title] = problem
    if not rows and refused:
        raise next(iter(refused.values()))
    if hidden:
        named = ", ".join(repr(clipped(title)) for title in hidden)
        listing.note(f"{name}: these sheets are hidden, and were read too: {named}.")
    if refused:
        named = ", ".join(repr(clipped(title)) for title in refused)
        listing.note(f"{name}: no models were found on these sheets, which were not read: {named}.")
    return rows


def _check(raw: bytes, listing: Listing) -> None:
    """Notes formulas without values. Raises UsageError for what is no workbook, or is small and
    grows without bounds."""
    name = listing.name
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if "xl/workbook.xml" not in packed.namelist():
                raise UsageError(f"{name} is an archive, but no Excel workbook.", _AS_CSV)
            if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
                size = f"{_MOST_UNPACKED // 2**20} MB"
                raise UsageError(f"{name} unpacks to more than {size}.", _AS_CSV)
            _weigh((packed.read(one) for one in packed.infolist()), name)
            sheets = (one for one in packed.infolist() if one.filename.startswith(_SHEETS))
            if count := sum(len(_VALUELESS.findall(packed.read(one))) for one in sheets):
                listing.note(
                    f"{name}: Formulas without a value in the file, read as empty cells: {count}. "
                    "Open it in a spreadsheet program and save it."
                )
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as problem:
        raise UsageError(f"{name} is a broken archive or workbook.", _AS_CSV) from problem


def _weigh(parts: Iterable[bytes], name: str) -> None:
    elements = spanned = 0
    for part in parts:
        if part.startswith(_OTHER_LETTERS) or b"<!DOCTYPE" in part:
            raise UsageError(f"{name} is not written as Excel writes it.", _AS_CSV)
        elements += part.count(b"<")
        for tag in _SPANNING.finditer(part):
            spanned += sum(_cells(ref) for ref in _REF.findall(tag[1]))
        if elements > _MOST_ELEMENTS or spanned > _MOST_SPANNED:
            raise UsageError(f"{name} has more cells than are read.", _AS_CSV)


def _cells(span: bytes) -> int:
    """How many there are between two corners; too many where that cannot be told."""
    corners = _SPAN.fullmatch(span)
    if corners is None:
        return _MOST_SPANNED + 1
    left, top, right, bottom = corners.groups()
    if right is None:
        return 1
    return (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)


def _column(letters: bytes) -> int:
    return reduce(lambda number, letter: number * 26 + letter - 64, letters.upper(), 0)


def _table(sheet: Any) -> list[tuple[str, list[str]]]:
    width = min(sheet.max_column or 1, _MOST_COLUMNS)
    most = min(sheet.max_row or 1, MOST_ROWS + 100)
    found: dict[int, list[str]] = {}
    # To walk over a sheet would make all the cells that are not there.
    for (number, column), cell in sheet._cells.items():
        if number <= most and column <= width:
            found.setdefault(number, [""] * width)[column - 1] = _text(cell)
    spans = (span.bounds for span in sheet.merged_cells.ranges)
    for left, top, right, bottom in sorted(spans, key=lambda one: (one[2] > one[0], one)):
        if top <= most and left <= width:
            _spread(found, left - 1, top, min(right, width), min(bottom, most))
    blank = [""] * width
    return [(f"row {number}", found.get(number, blank)) for number in range(1, most + 1)]


def _spread(found: dict[int, list[str]], left: int, top: int, right: int, bottom: int) -> None:
    """Cells that are merged down a column show the same on each row. A heading over several columns
    that have headings of their own goes into each of these."""
    head = found.get(top, [])
    text = head[left] if head else ""
    if bottom > top and right == left + 1:
        for number in range(top + 1, bottom + 1):
            found.setdefault(number, [""] * len(head))[left] = text
    below = found.get(bottom + 1, [])
    if right > left + 1 and tables.columns_of([text]) and sum(map(bool, below[left:right])) > 1:
        texts = [text if left <= column < right else one for column, one in enumerate(head)]
        pairs = zip(texts, below, strict=True)
        found[bottom + 1] = [one if one == sub else f"{one} {sub}".strip() for one, sub in pairs]
        found.pop(top)


def _text(cell: Any) -> str:
    """What a cell shows; where it only shows a word for the address behind it, the address."""
    shown = "" if cell.value is None else str(cell.value).strip()
    link = getattr(cell, "hyperlink", None)
    target = (getattr(link, "target", None) or "") if link else ""
    return target if target and clearness(target) == CLEAR > clearness(shown) else shown

"""Tables of an Excel workbook (.xlsx), links behind cells included."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lineage.core.errors import UsageError
from lineage.workflows.portfolio import tables
from lineage.workflows.portfolio.naming import CLEAR, clearness
from lineage.workflows.portfolio.row import MOST_ROWS, InputRow, Listing

_MOST_UNPACKED = 512 * 2**20
_MOST_COLUMNS = 200
_AS_CSV = "Save the sheet as CSV."


def from_excel(raw: bytes, listing: Listing) -> list[InputRow]:
    """The rows of every sheet that has a column of models, hidden sheets too.

    Raises UsageError where no sheet has one, where it is no workbook, and where the package that
    reads one is missing.
    """
    name = listing.name
    _check(raw, name)
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
    except Exception as problem:
        raise UsageError(
            f"{name} could not be read as an Excel workbook ({type(problem).__name__}).", _AS_CSV
        ) from problem
    rows: list[InputRow] = []
    refused: list[UsageError] = []
    for title, table in sheets:
        placed = [(f"{title} {place}" if len(sheets) > 1 else place, row) for place, row in table]
        try:
            rows += tables.from_table(placed, listing)
        except UsageError as problem:
            refused.append(problem)
    if not rows and refused:
        raise refused[0]
    return rows


def _check(raw: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        raise UsageError(f"{name} is a broken archive or workbook.", _AS_CSV) from problem
    if "xl/workbook.xml" not in names:
        raise UsageError(f"{name} is an archive, but no Excel workbook.", _AS_CSV)
    if size > _MOST_UNPACKED:
        raise UsageError(f"{name} unpacks to more than {_MOST_UNPACKED // 2**20} MB.", _AS_CSV)


def _table(sheet: Any) -> list[tuple[str, list[str]]]:
    table = []
    width = min(sheet.max_column or 1, _MOST_COLUMNS)
    most = min(sheet.max_row or 1, MOST_ROWS + 100)
    for number, cells in enumerate(sheet.iter_rows(max_row=most, max_col=width), 1):
        table.append((f"row {number}", [_text(cell) for cell in cells]))
    return table


def _text(cell: Any) -> str:
    """What a cell shows; where it only shows a word for the address behind it, the address."""
    shown = "" if cell.value is None else str(cell.value).strip()
    link = getattr(cell, "hyperlink", None)
    target = (getattr(link, "target", None) or "") if link else ""
    return target if target and clearness(target) == CLEAR > clearness(shown) else shown

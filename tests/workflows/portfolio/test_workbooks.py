"""Workbooks that are small and would grow without bounds, and others that only look so."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from lineage.core.errors import UsageError
from lineage.workflows.portfolio.read import rows_of
from lineage.workflows.portfolio.row import Listing

openpyxl = pytest.importorskip("openpyxl")
SHEET = "xl/worksheets/sheet1.xml"
EVERYTHING = b"A1:XFD1048576"


def changed(edit: Callable[[bytes], bytes], part: str = SHEET) -> bytes:
    """A workbook with one model, of which one part is changed."""
    book, plain, packed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["model"])
    book.active.append(["acme/m1"])
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content) if name == part else content)
    return packed.getvalue()


def after_data(added: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + added)


def in_data(added: bytes) -> Callable[[bytes], bytes]:
    return lambda sheet: sheet.replace(b"</sheetData>", added + b"</sheetData>")


def link(attributes: bytes) -> Callable[[bytes], bytes]:
    return after_data(b"<hyperlinks><hyperlink location='x' " + attributes + b"/></hyperlinks>")


def merge(ref: bytes) -> Callable[[bytes], bytes]:
    return after_data(b"<mergeCells count='1'><mergeCell ref=" + ref + b"/></mergeCells>")


BOMBS = {
    "a merge of the sheet": changed(merge(b'"' + EVERYTHING + b'"')),
    "written in escapes": changed(merge(b"'A&#49;:XFD1048576'")),
    "many merges": changed(
        after_data(b"<mergeCells>" + b'<mergeCell ref="A1:Z99"/>' * 50 + b"</mergeCells>")
    ),
    "a link over the sheet": changed(link(b'ref = "' + EVERYTHING + b'"')),
    "behind another ref": changed(link(b"tooltip='ref=\"A1\"' ref='" + EVERYTHING + b"'")),
    "by a document type": changed(
        lambda sheet: b'<!DOCTYPE worksheet [<!ATTLIST mergeCell ref CDATA "A1:XFD9999">]>' + sheet
    ),
    "in other letters": changed(lambda sheet: sheet.decode().encode("utf-16")),
    "many cells": changed(in_data(b"<row>" + b"<c/>" * 2_000_001 + b"</row>")),
    "large parts": changed(lambda _: b" " * (129 * 2**20), "xl/styles.xml"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_before_it_is_opened(what: str) -> None:
    raw = BOMBS[what]
    assert len(raw) < 2**20
    with pytest.raises(UsageError, match="Save the sheet as CSV"):
        rows_of(raw, ".xlsx", Listing("list.xlsx"))


@pytest.mark.parametrize(
    "edit",
    [
        in_data(b"<row r='100000'><c r='GR100000'><v>1</v></c></row>"),
        merge(b'"C1:$F$40"'),
        link(b"ref='A2'"),
        after_data(b"<!-- <mergeCell> ref -->"),
    ],
)
def test_what_only_looks_large_is_read(edit: Callable[[bytes], bytes]) -> None:
    rows = rows_of(changed(edit), ".xlsx", Listing("list.xlsx"))
    assert rows[0].target == "acme/m1"


def test_a_formula_without_a_value_is_told() -> None:
    """Its cell is empty for whoever does not calculate; the row must not vanish unsaid."""
    book, made, listing = openpyxl.Workbook(), io.BytesIO(), Listing("made.xlsx")
    for cell in ("model", "=A3", "acme/base"):
        book.active.append([cell])
    book.save(made)
    rows = rows_of(made.getvalue(), ".xlsx", listing)
    assert [row.target for row in rows] == ["acme/base"]
    assert len(listing.notes) == 1 and "Formulas without a value" in listing.notes[0]
    valued = changed(
        lambda sheet: re.sub(
            rb"<c r=\"A2\".*?</c>", rb'<c r="A2" t="str"><f>B1</f><v>a/b</v></c>', sheet
        )
    )
    plain = Listing("made.xlsx")
    assert [row.target for row in rows_of(valued, ".xlsx", plain)] == ["a/b"]
    assert not plain.notes


def test_a_sheet_without_models_beside_one_with_them_is_named() -> None:
    """Nothing of a workbook is left out unsaid; an empty sheet is nothing."""
    book = openpyxl.Workbook()
    book.active.append(["model"])
    book.active.append(["org/a"])
    second = book.create_sheet("Vendors 2026")
    second.append(["supplier", "what they run"])
    second.append(["Acme", "the big one"])
    book.create_sheet("Empty")
    body = io.BytesIO()
    book.save(body)
    listing = Listing("v.xlsx")
    assert [row.target for row in rows_of(body.getvalue(), ".xlsx", listing)] == ["org/a"]
    (note,) = listing.notes
    assert "'Vendors 2026'" in note and "Empty" not in note


def _read(rows: list[list[str | None]], *merged: str) -> list[tuple[str, dict[str, str]]]:
    """Target and other cells of each row of a workbook."""
    book, raw = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for span in merged:
        book.active.merge_cells(span)
    book.save(raw)
    found = rows_of(raw.getvalue(), ".xlsx", Listing("list.xlsx"))
    return [(row.target, dict(row.columns)) for row in found]


def test_a_model_merged_down_counts_on_each_row() -> None:
    rows = [["model", "used for"], ["acme/m1", "chat"], [None, "search"], ["acme/m2", "code"]]
    assert [target for target, _ in _read(rows, "A2:A3")] == ["acme/m1", "acme/m1", "acme/m2"]


def test_a_heading_over_several_columns_is_no_row() -> None:
    """Its own headings are read with it; cells that are merged for their looks are what they are."""
    heads: list[list[str | None]] = [
        ["Approved 2026", None, None, None],
        ["Vendor", "AI model", None, "Owner"],
        [None, "Name", "Version", None],
    ]
    rows = [*heads, ["Acme", "acme/m1", "1.0", "Bob"], ["Acme", "acme/m2", "2", "Eve"]]
    for more in ((), ("A2:A3", "D2:D3")):
        assert _read(rows, "A1:D1", "B2:C2", *more) == [
            (name, {"Vendor": "Acme", "AI model Version": version, "Owner": owner})
            for name, version, owner in (("acme/m1", "1.0", "Bob"), ("acme/m2", "2", "Eve"))
        ]
    wide: list[list[str | None]] = [["x", "model", None], ["1", "acme/m1", None]]
    wide += [["2", "acme/m2", "note"]]
    assert [target for target, _ in _read(wide, "B1:C1", "B2:C2")] == ["acme/m1", "acme/m2"]


def test_a_hidden_sheet_is_read_and_named() -> None:
    """Somebody who looks at the workbook does not see it."""
    book, raw = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["acme/m1"])
    for state in ("visible", "hidden", "veryHidden"):
        sheet = book.create_sheet(state)
        sheet.append(["model"])
        sheet.append([f"acme/{state}"])
        sheet.sheet_state = state
    book.save(raw)
    listing = Listing("list.xlsx")
    found = rows_of(raw.getvalue(), ".xlsx", listing)
    assert [row.target for row in found] == [
        *("acme/m1", "acme/visible", "acme/hidden", "acme/veryHidden")
    ]
    assert listing.notes == [
        "list.xlsx: these sheets are hidden, and were read too: 'hidden', 'veryHidden'."
    ]

"""Reads a list of models: a table, lines, Markdown, JSON, YAML, or a bill of materials that a
supplier sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lineage.core.errors import UsageError
from lineage.core.guarded_yaml import read_yaml
from lineage.core.plain_file import read_plain
from lineage.workflows.portfolio import boms, tables
from lineage.workflows.portfolio.markdown import from_markdown, is_markdown
from lineage.workflows.portfolio.row import MOST_ROWS, InputRow, Listing

MOST_BYTES = 64 * 2**20
"""Bytes of one file."""
_FORMS = (
    "Give a table (.csv, .xlsx) with a column `model`, lines or Markdown with one model each, a "
    "JSON or YAML list, or a CycloneDX or SPDX file."
)
_JSON = (".json", ".jsonld", ".spdx", ".cdx", ".bom", "")
_WRAPPERS = ("sbom", "bom", "predicate")
"""Members under which services and attestations hand out a bill of materials."""
_YAML_BILL = re.compile(r"^(?:bomFormat|spdxVersion|\"?@graph\"?|models|targets|items):", re.M)
_PAGES = re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read_inputs(
    path: Path,
    *,
    content: bytes | None = None,
    column: str = "",
    note: Callable[[str], None] | None = None,
) -> list[InputRow]:
    """Every row of the file, in its order; what is wrong with one row is in its `problem`.

    `content` is given for what is no file, such as standard input. `column` is the header of the
    models. `note` hears what was read otherwise than as it stands.
    Raises UsageError, naming the file, where the file as a whole cannot be read or is no list.
    """
    listing = Listing("standard input" if content is not None else path.name, column)
    raw = bytes_of(path) if content is None else content
    suffix = "" if content is not None else path.suffix.lower()
    try:
        rows = rows_of(raw, suffix, listing)
    except UsageError as problem:
        if content is not None or problem.message.startswith(str(path)):
            raise
        reason = problem.message.removeprefix(listing.name)
        raise UsageError(f"{path}{reason}", problem.next_step or _FORMS) from problem
    shown = listing.name if content is not None else path
    if not rows:
        raise UsageError(f"{shown} names no model.", _FORMS)
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"{shown} has {len(rows)} rows; one run takes {MOST_ROWS}.", "Split the file."
        )
    if note is not None:
        for text in listing.notes:
            note(text)
    return rows


def bytes_of(path: Path) -> bytes:
    """The content of a list. Raises UsageError, naming it, where it cannot be read."""
    try:
        return read_plain(path, MOST_BYTES)
    except OSError as problem:
        raise UsageError(
            f"{path} could not be read: {problem.strerror or problem}.", _FORMS
        ) from problem


def rows_of(raw: bytes, suffix: str, listing: Listing) -> list[InputRow]:
    """The rows of a file's content; `suffix` is that of its name, in lower case."""
    if raw.startswith(b"PK\x03\x04"):
        from lineage.workflows.portfolio.excel import from_excel

        return from_excel(raw, listing)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise UsageError(
            f"{listing.name} is a spreadsheet of old Excel.", "Save it as .xlsx or CSV first."
        )
    text = _text(raw, listing)
    start = text.lstrip()[:20]
    if start.startswith("<") and not _ADDRESS_IN_BRACKETS.match(start):
        if _PAGES.match(text):
            raise UsageError(f"{listing.name} is a web page, no list of models.", _FORMS)
        from lineage.workflows.portfolio.xml import document_of

        return _of_document(document_of(raw, listing.name), "XML", listing)
    if start.startswith("SPDXVersion:") or "\nSPDXVersion:" in text[:4000]:
        from lineage.workflows.portfolio.tag_value import document_of_tags

        return boms.from_spdx2(document_of_tags(text), listing.name)
    is_link = re.match(r"\[[^\[\]\"{]*\]\(", start) is not None
    if suffix in _JSON[:-1] or (start[:1] in ("{", "[") and not is_link):
        return _of_document(_parsed(text, listing.name), "JSON", listing)
    if suffix in (".yaml", ".yml") or _YAML_BILL.search(text[:4000]):
        return _of_document(_yaml(text, listing.name), "YAML", listing)
    return _of_text(text, suffix, listing)


_ADDRESS_IN_BRACKETS = re.compile(r"<(?:https?:|hf:|[\w.-]+/[\w.-]+>)")


def _of_text(text: str, suffix: str, listing: Listing) -> list[InputRow]:
    if suffix in (".csv", ".tsv", ".tab"):
        return tables.from_csv(text, listing, None if suffix == ".csv" else "\t")
    if suffix in (".md", ".markdown") or is_markdown(text):
        return from_markdown(text, listing)
    if listing.column or tables.is_table(text):
        return tables.from_csv(text, listing, None)
    return tables.from_lines(text, listing)


def _text(raw: bytes, listing: Listing) -> str:
    """The bytes as text: UTF-8 or UTF-16, else as Windows of the West writes it."""
    is_wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in raw[:4096] and not is_wide:
        raise UsageError(f"{listing.name} is not text.", "Save it as UTF-8.")
    try:
        return raw.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as problem:
        if is_wide:
            raise UsageError(f"{listing.name} is not text.", _FORMS) from problem
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"{listing.name} is neither UTF-8 nor Windows-1252 text (byte {problem.start}).",
            "Save it as UTF-8.",
        ) from problem
    listing.note(f"{listing.name} is not UTF-8; it was read as Windows-1252 (cp1252).")
    return text


def _parsed(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        where = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise UsageError(f"{name} is not valid JSON{where}.", _FORMS) from problem


def _yaml(text: str, name: str) -> Any:
    reading = read_yaml(text)
    if not reading.documents:
        raise UsageError(
            f"{name} could not be read as YAML: {reading.problem or 'it is empty'}.",
            "Convert it to JSON.",
        )
    return reading.documents[0]


def _of_document(document: Any, form: str, listing: Listing) -> list[InputRow]:
    if isinstance(document, dict):
        inner = (document.get(key) for key in _WRAPPERS)
        document = next((one for one in inner if isinstance(one, dict)), document)
        if str(document.get("bomFormat")).lower() == "cyclonedx":
            return boms.from_cyclonedx(document, listing)
        if "spdxVersion" in document:
            return boms.from_spdx2(document, listing.name)
        if "@graph" in document or "@context" in document:
            return boms.from_spdx3(document, listing.name)
        document = next(
            (
                document[key]
                for key in ("models", "targets", "items")
                if isinstance(document.get(key), list)
            ),
            None,
        )
    if not isinstance(document, list):
        raise UsageError(
            f"{listing.name} is {form}, but no list of models and no CycloneDX or SPDX document.",
            _FORMS,
        )
    return tables.from_list(document, listing)

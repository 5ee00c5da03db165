"""Reads a list of models: CSV, plain text, JSON, or a
CycloneDX or SPDX file that a supplier sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lineage.core.errors import UsageError
from lineage.core.plain_file import read_plain
from lineage.workflows.portfolio import boms, tables
from lineage.workflows.portfolio.row import MOST_ROWS, InputRow

_MOST_BYTES = 64 * 2**20
_FORMS = (
    "Give a .csv with a column `model`, a .txt with one model per line, a .json list, or a "
    "CycloneDX or SPDX file in JSON."
)


def read_inputs(path: Path) -> list[InputRow]:
    """Every row of the file, in its order; what is wrong with one row is in its `problem`.

    Raises UsageError, naming the file, where the file as a whole cannot be read.
    """
    text = _text(path)
    name, suffix = path.name, path.suffix.lower()
    if suffix in (".json", ".jsonld", ".spdx", ".cdx", ".bom") or (
        suffix not in (".csv", ".tsv", ".txt") and text.lstrip()[:1] in "{["
    ):
        rows = _from_json(_parsed(text, path), name, path)
    elif suffix in (".csv", ".tsv"):
        rows = tables.from_csv(text, name, "\t" if suffix == ".tsv" else None)
    else:
        rows = tables.from_lines(text, name)
    if not rows:
        raise UsageError(f"{path} names no model.", _FORMS)
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"{path} has {len(rows)} rows; one run takes {MOST_ROWS}.", "Split the file."
        )
    return rows


def _text(path: Path) -> str:
    try:
        raw = read_plain(path, _MOST_BYTES)
    except OSError as problem:
        raise UsageError(
            f"{path} could not be read: {problem.strerror or problem}.", _FORMS
        ) from problem
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError(f"{path} is a spreadsheet or an archive.", "Save it as CSV first.")
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageError(
            f"{path} is not UTF-8 text (byte {problem.start}).", "Save it as UTF-8."
        ) from problem


def _parsed(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        where = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise UsageError(f"{path} is not valid JSON{where}.", _FORMS) from problem


def _from_json(document: Any, name: str, path: Path) -> list[InputRow]:
    if isinstance(document, dict):
        if document.get("bomFormat") == "CycloneDX":
            return boms.from_cyclonedx(document, name)
        if "spdxVersion" in document:
            return boms.from_spdx2(document, name)
        if "@graph" in document or "@context" in document:
            return boms.from_spdx3(document, name)
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
            f"{path} is JSON, but no list of models and no CycloneDX or SPDX document.", _FORMS
        )
    return tables.from_list(document, name)

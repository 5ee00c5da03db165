"""Reads the compiled data documents of the package, or of an installed version."""

from __future__ import annotations

import json
from typing import Any

from lineage.core.errors import DataError
from lineage.core.packaged import EMBEDDED, DataSet


def load(name: str, data: DataSet = EMBEDDED) -> dict[str, Any]:
    """The document NAME of this data. Raises DataError when it is missing or holds something else:
    the installation is damaged."""
    folder = data.folder
    try:
        # In a checkout they are made from its records; other folders are read as they lie.
        if data == EMBEDDED and (folder / "developers").is_dir():
            from lineage.evidence import compile as compiler

            if compiler.is_stale(folder, name):
                compiler.write(folder)
        document = json.loads((folder / name).read_bytes())
    except (OSError, ValueError) as problem:
        raise _damaged(name, data, f"cannot be read: {problem}") from problem
    if not isinstance(document, dict) or "version" not in document:
        raise _damaged(name, data, "was not written by lineage")
    return document


def _damaged(name: str, data: DataSet, text: str) -> DataError:
    if data == EMBEDDED:
        step = "Install lineage-audit again."
        return DataError(f"The data file {name} of this installation {text}.", step)
    step = "Run `lineage data update`, or give --data-version embedded."
    return DataError(f"The data file {name} of the data {data.version} {text}.", step)


_QUOTE = "^"
"""Stands for the quotation marks of a packed row: a mark inside a text costs more than the row."""


def packed(value: object) -> str:
    """A row of which a run needs few, as a text inside the document: opening the document then
    costs a fraction. Raises ValueError for one that holds the sign itself."""
    text = dumped(value)
    if _QUOTE in text:
        raise ValueError(f"no record may hold the sign {_QUOTE}: {text[:200]}")
    return text.replace('"', _QUOTE)


def unpacked(text: str) -> Any:
    """The row."""
    return json.loads(text.replace(_QUOTE, '"'))


def dumped(value: object) -> str:
    """The same bytes for the same value, in ASCII: a document with one wide letter takes twice the
    memory and time."""
    return json.dumps(value, separators=(",", ":"), sort_keys=True)

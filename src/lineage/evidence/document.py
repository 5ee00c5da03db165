"""Reads the compiled data documents that ship inside the package."""

from __future__ import annotations

import json
from typing import Any

from lineage.core.errors import DataError
from lineage.core.packaged import DATA


def load(name: str) -> dict[str, Any]:
    """The document `data/NAME`. Raises DataError when it is missing or holds something else: the
    installation is damaged."""
    try:
        if (DATA / "developers").is_dir():  # a checkout: its documents are made from its records
            from lineage.evidence import compile as compiler

            if compiler.is_stale(DATA, name):
                compiler.write(DATA)
        document = json.loads((DATA / name).read_bytes())
    except (OSError, ValueError) as problem:
        raise DataError(
            f"The data file {name} of this installation cannot be read: {problem}.",
            "Install lineage-audit again.",
        ) from problem
    if not isinstance(document, dict) or "version" not in document:
        raise DataError(
            f"The data file {name} of this installation was not written by lineage.",
            "Install lineage-audit again.",
        )
    return document


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

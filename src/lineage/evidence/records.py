"""Reads the reviewed TOML records below the package's data folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Row = dict[str, Any]

FOLDERS = (
    "developers",
    "families",
    "lineage",
    "results",
    "suites",
    "units",
    "names",
    "licence_texts",
)
"""Where the records are that have a file each."""


def read(path: Path) -> Row:
    """One TOML file."""
    with path.open("rb") as file:
        return tomllib.load(file)


def records(folder: Path) -> Iterator[Row]:
    """Every record of a folder, in the order of file names; a file is named after its record's
    id."""
    for path in sorted(folder.glob("*.toml")):
        record = read(path)
        if record.get("id") != path.stem:
            raise ValueError(f"{path.name} holds the record {record.get('id')!r}")
        if not record.get("withdrawn_on"):
            yield record


def version(rows: list[Row]) -> str:
    """The date of the newest record."""
    return max(str(row["curated_on"]) for row in rows)

"""The file list of a repository: the site cuts every list without a word, so that a long one is
read folder by folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lineage.core.record import FileEntry
from lineage.core.value import dataclass
from lineage.sources.web.listed import is_path, odd_entries

CUT_AT = 3_000
"""Entries of one list; a list of so many may lack any number of others."""
MOST_CALLS = 20
"""For the list of one repository."""
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")

Ask = Callable[[str, bool], list[Any]]
"""The entries below a folder: all of them, or with False its own alone."""


@dataclass(frozen=True)
class Listing:
    """The files, and what of them the site did not tell."""

    files: tuple[FileEntry, ...]
    gaps: tuple[str, ...] = ()


def list_files(ask: Ask, digests: Mapping[str, str]) -> Listing:
    """Every file that the site lists within the bound on calls. `digests`: those that it told
    elsewhere, by path. Raises what `ask` raises."""
    found: dict[str, FileEntry] = {}
    gaps: dict[str, None] = {}
    odd = calls = 0
    folders = [""]
    while folders and calls < MOST_CALLS:
        folder = folders.pop()
        rows = ask(folder, True)
        calls += 1
        if len(rows) >= CUT_AT and calls < MOST_CALLS:
            own = ask(folder, False)
            calls += 1
            if len(own) >= CUT_AT:
                gaps[f"the list of {folder or 'its files'} is cut at {CUT_AT:,} entries"] = None
            folders += sorted(_folders(own), reverse=True)
            rows += own
        elif len(rows) >= CUT_AT:
            folders.append(folder)
        for row in rows:
            if isinstance(row, dict) and row.get("Type") == "tree":
                continue
            entry = _file(row, digests)
            if entry is None:
                odd += 1
            else:
                found.setdefault(entry.path, entry)
    if folders:
        gaps[f"its file list takes more than {MOST_CALLS} calls; the rest is not known"] = None
    return Listing(tuple(found.values()), (*gaps, *odd_entries(odd)))


def _folders(rows: list[Any]) -> Iterator[str]:
    for row in rows:
        path = row.get("Path") if isinstance(row, dict) and row.get("Type") == "tree" else None
        if is_path(path):
            yield str(path)


def _file(row: Any, digests: Mapping[str, str]) -> FileEntry | None:
    path = row.get("Path") if isinstance(row, dict) else None
    if not is_path(path):
        return None
    size, digest = row.get("Size"), str(row.get("Sha256") or digests.get(str(path), "")).lower()
    return FileEntry(
        str(path),
        size if type(size) is int and 0 <= size < 1 << 60 else None,
        digest if _SHA256.match(digest) else None,
    )

"""Checks an index file through and through: every page, every record, every edge."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from lineage.core.errors import DataError
from lineage.index.layout import COUNTS, open_index, read_info
from lineage.index.stored import GRADES, RELATIONS, STATUSES, unpacked

_MOST = 20
_ORPHANS = {
    "edges name a child that is not a model": (
        "SELECT count(*) FROM edge e LEFT JOIN model m ON m.id = e.child WHERE m.id IS NULL"
    ),
    "edges name a parent without a name": (
        "SELECT count(*) FROM edge e LEFT JOIN name n ON n.id = e.parent WHERE n.id IS NULL"
    ),
    "models have no name": (
        "SELECT count(*) FROM model m LEFT JOIN name n ON n.id = m.id WHERE n.id IS NULL"
    ),
    "moves lead from or to nothing": (
        "SELECT count(*) FROM alias a LEFT JOIN name o ON o.id = a.name "
        "LEFT JOIN name n ON n.id = a.model WHERE o.id IS NULL OR n.id IS NULL"
    ),
    "edges lead from a model to itself": "SELECT count(*) FROM edge WHERE child = parent",
    "edges have an unknown relation or grade": (
        f"SELECT count(*) FROM edge WHERE relation NOT BETWEEN 0 AND {len(RELATIONS) - 1} "  # noqa: S608
        f"OR grade NOT BETWEEN 0 AND {len(GRADES) - 1}"
    ),
}


def verify_index(path: Path) -> list[str]:
    """One sentence for each thing that is wrong; nothing where the file is whole.

    Raises DataError where it is not an index at all.
    """
    with closing(open_index(path)) as database:
        return list(_problems(database))[:_MOST]


def _problems(database: sqlite3.Connection) -> Iterator[str]:
    try:
        for (text,) in database.execute("PRAGMA integrity_check(10)"):
            if text != "ok":
                yield f"The file is damaged: {text}."
        info = read_info(database)
        if not info.task:  # an unfinished walk counts what it read, the end of it what is there
            for field, query in COUNTS.items():
                counted = database.execute(query).fetchone()[0]
                if counted != getattr(info, field):
                    yield (
                        f"It says that it holds {getattr(info, field):,} {field}, and holds "
                        f"{counted:,}."
                    )
        for what, query in _ORPHANS.items():
            if count := database.execute(query).fetchone()[0]:
                yield f"{count:,} {what}."
        yield from _bad_records(database)
    except sqlite3.Error as problem:
        yield f"The file is damaged: {problem}."


def _bad_records(database: sqlite3.Connection) -> Iterator[str]:
    rows = database.execute(
        "SELECT n.text, n.key, m.status, m.body FROM model m JOIN name n ON n.id = m.id"
    )
    for text, key, status, body in rows:
        try:
            record = unpacked(body, text)
            if record.id != text or text.casefold() != key or STATUSES[status] is not record.status:
                yield (
                    f"The record of {text[:100]!r} is another's: {record.id[:100]!r}, "
                    f"{record.status}."
                )
        except (DataError, IndexError) as problem:
            yield f"The record of {text[:100]!r} cannot be read: {problem}"

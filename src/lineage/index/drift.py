"""What differs between two indexes: models, where names lead, statuses, and who stems from whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from lineage.core.errors import DataError
from lineage.core.value import dataclass
from lineage.index.layout import MAKE, IndexInfo, open_index, read_info
from lineage.index.stored import RELATIONS, STATUSES

# The placeholders stand for the names of the two databases, which are in this file alone.
_NEW = """
SELECT n.text FROM {here}.model m JOIN {here}.name n ON n.id = m.id
WHERE NOT EXISTS (
    SELECT 1 FROM {there}.name o JOIN {there}.model p ON p.id = o.id WHERE o.key = n.key)
ORDER BY n.key
"""
_LED = """
SELECT t.text FROM main.name n JOIN main.alias a ON a.name = n.id
JOIN main.name t ON t.id = a.model
WHERE n.key = ?
"""
_STATUS = """
SELECT n.text, p.status, m.status FROM main.model m JOIN main.name n ON n.id = m.id
JOIN was.name o ON o.key = n.key JOIN was.model p ON p.id = o.id
WHERE p.status <> m.status ORDER BY n.key
"""
# Edges of models that both have. A claim inferred from a name counts where such a model is there.
_EDGES = """
SELECT n.text, q.text, e.relation, e.component FROM {here}.edge e
JOIN {here}.name n ON n.id = e.child JOIN {here}.name q ON q.id = e.parent
WHERE (NOT e.tentative OR e.parent IN (SELECT id FROM {here}.model))
AND EXISTS (
    SELECT 1 FROM {there}.name o JOIN {there}.model p ON p.id = o.id WHERE o.key = n.key)
AND NOT EXISTS (
    SELECT 1 FROM {there}.edge f JOIN {there}.name c ON c.id = f.child
    JOIN {there}.name d ON d.id = f.parent
    WHERE c.key = n.key AND d.key = q.key AND f.component = e.component
    AND f.relation = e.relation
    AND (NOT f.tentative OR f.parent IN (SELECT id FROM {there}.model)))
ORDER BY n.key, q.key, e.component
"""


@dataclass(frozen=True)
class IndexChange:
    """One difference; an empty side is one that has none."""

    what: str
    """`model`, `name`, `status` or `edge`."""
    model: str
    before: str
    after: str


def is_index(path: Path) -> bool:
    """Whether it is a file, no pipe, that begins as a database does."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"
    except OSError:
        return False


def index_changes(before: Path, after: Path) -> Iterator[IndexChange]:
    """All of them, by kind and name. Raises DataError where one of the files is no index."""
    with closing(open_index(before)):
        pass  # attached below; what it holds beside our tables was refused here
    with closing(open_index(after)) as database:
        try:
            database.execute("ATTACH DATABASE ? AS was", (f"{before.resolve().as_uri()}?mode=ro",))
            yield from _changes(database)
        except (sqlite3.Error, IndexError) as problem:
            raise DataError(f"{before} and {after} cannot be compared: {problem}.", MAKE) from None


def index_info(path: Path) -> IndexInfo:
    """What an index says of itself."""
    with closing(open_index(path)) as database:
        return read_info(database)


def _changes(database: sqlite3.Connection) -> Iterator[IndexChange]:
    for (name,) in database.execute(_NEW.format(here="main", there="was")):
        yield IndexChange("model", name, "", name)
    for (name,) in database.execute(_NEW.format(here="was", there="main")):
        led = database.execute(_LED, (str(name).casefold(),)).fetchone()
        if led is None:
            yield IndexChange("model", name, name, "")
        else:
            yield IndexChange("name", name, name, led[0])
    for name, was, now in database.execute(_STATUS):
        yield IndexChange("status", name, str(STATUSES[was]), str(STATUSES[now]))
    for child, *edge in database.execute(_EDGES.format(here="main", there="was")):
        yield IndexChange("edge", child, "", _shown(*edge))
    for child, *edge in database.execute(_EDGES.format(here="was", there="main")):
        yield IndexChange("edge", child, _shown(*edge), "")


def _shown(parent: str, relation: int, component: str) -> str:
    how = str(RELATIONS[relation])
    return f"{parent} ({how}, {component})" if component else f"{parent} ({how})"

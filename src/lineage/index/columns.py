"""The whole index as columns of numbers, kept in the file itself, so
that every model can be looked at in one pass."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lineage.core.errors import CannotRunError, DataError
from lineage.index.layout import IndexInfo, open_index, read_info
from lineage.index.stored import RELATIONS, STATUSES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Flags = NDArray[np.bool_]

NOBODY = 255
"""Status of a name that is not a model of the index."""
_EDGES = """
SELECT e.child, CASE WHEN p.id IS NULL THEN coalesce(a.model, e.parent) ELSE e.parent END,
    e.relation, e.component <> '', e.grade
FROM edge e LEFT JOIN model p ON p.id = e.parent LEFT JOIN alias a ON a.name = e.parent
WHERE NOT e.tentative OR p.id IS NOT NULL ORDER BY e.child
"""
_MODELS = (
    "SELECT id, status + 100 * partial, coalesce(created, -1), min(coalesce(downloads, -1), "
    "2147483647) FROM model"
)


@dataclass(frozen=True)
class Columns:
    """One number for every name of the index, and one row for every edge that counts, by child."""

    status: NDArray[np.uint8]
    """Position in `STATUSES`, or NOBODY."""
    partial: Flags
    created: Ints
    """Days since 1970; -1 is unknown."""
    downloads: Ints
    """-1 is unknown."""
    child: Ints
    parent: Ints
    relation: NDArray[np.uint8]
    """Position in `RELATIONS`."""
    is_part: Flags
    """Whether the parent gave only a component."""
    grade: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """How many names there are."""
        return len(self.status)


def require_numpy() -> Any:
    """The module. Raises CannotRunError with the line that installs it."""
    try:
        import numpy
    except ImportError as problem:
        raise CannotRunError(
            "Looking at every model at once needs numpy.", "Run: pip install 'lineage-audit[index]'"
        ) from problem
    return numpy


def require_duckdb(doing: str) -> Any:
    """The module. Raises CannotRunError with the line that installs it."""
    try:
        import duckdb
    except ImportError as problem:
        raise CannotRunError(
            f"{doing} needs DuckDB.", "Run: pip install 'lineage-audit[index]'"
        ) from problem
    return duckdb


def pack(database: sqlite3.Connection, info: IndexInfo) -> None:
    """Keep the columns in the file, in the transaction that is open; without
    numpy they are made when they are asked for."""
    try:
        columns = _read(database, info.names)
    except CannotRunError:
        return
    rows = [(name, getattr(columns, name).tobytes()) for name in Columns.__dataclass_fields__]
    rows.append(("changes", str(info.changes).encode()))
    database.executemany("INSERT OR REPLACE INTO packed VALUES (?, ?)", rows)


def load_columns(path: Path) -> Columns:
    """All columns: as kept, or read from the rows where they
    were kept for another state of the file."""
    with closing(open_index(path)) as database:
        info = read_info(database)
        names = database.execute("SELECT coalesce(max(id), -1) + 1 FROM name").fetchone()[0]
        packed = dict(database.execute("SELECT name, body FROM packed"))
        if packed.get("changes") == str(info.changes).encode():
            return _unpacked(packed, names)
        return _read(database, names)


def _unpacked(packed: dict[str, bytes], names: int) -> Columns:
    numpy = require_numpy()
    kinds = _kinds(numpy)
    try:
        columns = Columns(
            **{name: numpy.frombuffer(packed[name], kind) for name, kind in kinds.items()}
        )
    except (KeyError, ValueError) as problem:
        raise DataError(
            f"The index holds damaged columns: {problem}.",
            "Run `lineage index verify`, and build it again.",
        ) from problem
    edges = {
        len(getattr(columns, name)) for name in ("child", "parent", "relation", "is_part", "grade")
    }
    nodes = {len(getattr(columns, name)) for name in ("status", "partial", "created", "downloads")}
    ends = (columns.child, columns.parent)
    if (
        len(edges) != 1
        or nodes != {names}
        or any(len(end) and (end.min() < 0 or end.max() >= names) for end in ends)
    ):
        raise DataError(
            "The index holds damaged columns.", "Run `lineage index verify`, and build it again."
        )
    return columns


def _kinds(numpy: Any) -> dict[str, Any]:
    small, flag, number = numpy.uint8, numpy.bool_, numpy.int32
    edges = {
        "child": number,
        "parent": number,
        "relation": small,
        "is_part": flag,
        "grade": small,
    }
    return {"status": small, "partial": flag, "created": number, "downloads": number, **edges}


def _read(database: sqlite3.Connection, names: int) -> Columns:
    numpy = require_numpy()
    status = numpy.full(names, NOBODY, numpy.uint8)
    partial = numpy.zeros(names, numpy.bool_)
    created, downloads = (numpy.full(names, -1, numpy.int32) for _ in range(2))
    for rows in _chunks(database, _MODELS, numpy):
        at = rows[:, 0]
        status[at], partial[at] = rows[:, 1] % 100, rows[:, 1] >= 100
        created[at], downloads[at] = rows[:, 2], rows[:, 3]
    edges = numpy.concatenate([numpy.empty((0, 5), numpy.int64), *_chunks(database, _EDGES, numpy)])
    edges = _distinct(edges[edges[:, 0] != edges[:, 1]], numpy)
    if (status[status != NOBODY] >= len(STATUSES)).any() or (
        len(edges) and edges[:, 2].max() >= len(RELATIONS)
    ):
        raise DataError(
            "The index holds an unknown status or relation.",
            "Run `lineage index verify`, and build it again.",
        )
    child, parent = (edges[:, i].astype(numpy.int32) for i in (0, 1))
    relation, is_part, grade = (
        edges[:, i].astype(kind)
        for i, kind in ((2, numpy.uint8), (3, numpy.bool_), (4, numpy.uint8))
    )
    return Columns(
        status,
        partial,
        created,
        downloads,
        child,
        parent,
        relation,
        is_part,
        grade,
    )


def _chunks(
    database: sqlite3.Connection, query: str, numpy: Any, size: int = 100_000
) -> Iterator[Any]:
    rows = database.execute(query)
    while chunk := rows.fetchmany(size):
        yield numpy.array(chunk, numpy.int64)


def _distinct(edges: Any, numpy: Any) -> Any:
    """One row for each child, parent and kind: an old and a new name of one
    parent are one edge, under the stronger grade."""
    order = numpy.lexsort((edges[:, 4], edges[:, 3], edges[:, 1], edges[:, 0]))
    edges = edges[order]
    same = numpy.zeros(len(edges), numpy.bool_)
    same[1:] = (edges[1:, [0, 1, 3]] == edges[:-1, [0, 1, 3]]).all(axis=1)
    return edges[~same]

"""What an index knows below a model: every child that names it,
in whatever spelling, down to any depth."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from lineage.core.errors import DataError
from lineage.graph.descendants import Below, Descent, assembled
from lineage.index.layout import open_index
from lineage.index.source import IndexSource
from lineage.index.stored import GRADES, RELATIONS, day_of

_CHILDREN = """
SELECT e.parent, m.id, n.text, e.relation, e.grade, e.component, m.downloads, m.created
FROM json_each(?) f JOIN edge e ON e.parent = f.value JOIN model m ON m.id = e.child
JOIN name n ON n.id = m.id
WHERE NOT e.tentative OR EXISTS (SELECT 1 FROM model p WHERE p.id = e.parent)
"""
# Names that are not models themselves and lead to one of these.
_FORMER = (
    "SELECT a.name, a.model FROM json_each(?) f JOIN alias a ON a.model = f.value WHERE a.name NOT "
    "IN (SELECT id FROM model)"
)

_MOVED = (
    "SELECT m.id, n.text FROM alias a JOIN model m ON m.id = a.model JOIN name n ON n.id = m.id "
    "WHERE a.name = ?"
)


def below(
    path: Path, target: str, *, max_depth: int = 1000, max_models: int = 1_000_000
) -> Descent:
    """Everything below `target`, under its present or a former name.

    Raises DataError where the index does not know it.
    """
    source = IndexSource(path)
    with closing(open_index(path)) as database:
        start = _start(database, source, target)
        walk = _IndexWalk(database, *start)
        hit = walk.run(max_depth, max_models)
    source.close()
    info = source.info()
    message = f"From {source.description}; what was made or changed since is not in it."
    if not info.complete:
        hit.append("The index is not complete yet: models that it has not read are missing.")
    return assembled(
        walk.names[start[0]], walk.edges, walk.facts, source="index", note=message, bounds_hit=hit
    )


def _start(database: sqlite3.Connection, source: IndexSource, target: str) -> tuple[int, str]:
    row = database.execute(
        "SELECT id, text FROM name WHERE key = ?", (target.casefold(),)
    ).fetchone()
    if row is None:
        message = f"{target} is not in {source.description}, nor does any model in it name it."
        raise DataError(message, "Look at the spelling, or ask the hub without --index.")
    is_model = database.execute("SELECT 1 FROM model WHERE id = ?", row[:1]).fetchone()
    moved = None if is_model else database.execute(_MOVED, row[:1]).fetchone()
    return (int(moved[0]), str(moved[1])) if moved else (int(row[0]), str(row[1]))


class _IndexWalk:
    """Level by level over the index on parents; each model once, so it ends in cycles."""

    def __init__(self, database: sqlite3.Connection, start: int, name: str) -> None:
        self._database = database
        self._level = [start]
        self.names = {start: name}
        self.edges: list[Below] = []
        self.facts: dict[str, tuple[int | None, str]] = {}

    def run(self, max_depth: int, max_models: int) -> list[str]:
        """What cut it short, or nothing."""
        for _ in range(max_depth):
            self._level = self._next()
            if len(self.names) > max_models:
                return [f"The search stopped at {len(self.names) - 1} models; there may be more."]
            if not self._level:
                return []
        if not self._level:
            return []
        left = len(self._level)
        return [
            f"The search stopped at depth {max_depth}; {left} models there were not asked about."
        ]

    def _next(self) -> list[int]:
        former = dict(self._database.execute(_FORMER, (json.dumps(self._level),)))
        fresh: list[int] = []
        asked = json.dumps([*self._level, *former])
        for (
            parent,
            child,
            name,
            relation,
            grade,
            component,
            downloads,
            created,
        ) in self._database.execute(_CHILDREN, (asked,)):
            if child not in self.names:
                self.names[child] = name
                self.facts[name] = (downloads, day_of(created))
                fresh.append(child)
            above = former.get(parent, parent)
            if above != child:
                self.edges.append(
                    Below(
                        name,
                        self.names[above],
                        RELATIONS[relation],
                        GRADES[grade],
                        component or None,
                    )
                )
        return fresh

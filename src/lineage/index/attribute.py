"""Attributes every model of an index at once, by DuckDB's recursive SQL: to all roots of its
weights, to what tests found in its line, to what is not known.

Each question goes down from where an answer begins (roots, models that were not read, tested
models) along the edges that carry it; what two ways bring twice is kept once, so cycles end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lineage.core.relation import Grade, Relation
from lineage.evidence.evidence import Applicability, ExposureState
from lineage.evidence.reach import ITSELF, Reached, over
from lineage.graph.paths import groups
from lineage.index.columns import NOBODY, Columns, require_duckdb, require_numpy
from lineage.index.exposures import Exposures
from lineage.index.stored import GRADES, RELATIONS, STATUSES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TEACHES = RELATIONS.index(Relation.DISTILLED)
_GUESSED = GRADES.index(Grade.INFERRED)
_NEARNESS = tuple(Applicability)
_OWN = max(_NEARNESS.index(one) for one in ITSELF)
STATES = tuple(ExposureState)
_TABLES = f"""
CREATE TABLE node AS SELECT * FROM nodes;
CREATE TABLE edge AS SELECT * FROM edges;
CREATE TABLE whole AS SELECT child, parent FROM edge WHERE NOT is_part AND relation <> {_TEACHES};
"""
_ROOTS = """
CREATE TABLE root AS WITH RECURSIVE down(model, root) AS (
    SELECT id, id FROM node WHERE id NOT IN (SELECT child FROM whole)
    UNION SELECT child, root FROM down JOIN whole ON parent = down.model)
FROM down
"""
_NO_ROOT = "SELECT child, parent FROM whole WHERE child NOT IN (SELECT model FROM root)"
_CYCLES = """
INSERT INTO root WITH RECURSIVE down(model, root) AS (
    SELECT unnest(?), unnest(?)
    UNION SELECT child, root FROM down JOIN whole ON parent = down.model)
FROM down
"""
_HIDDEN = f"""
CREATE TABLE hidden AS WITH RECURSIVE down(model) AS (
    SELECT id FROM node WHERE (status = {NOBODY} OR NOT list_contains(?, status)) AND id NOT IN
        (SELECT unnest(?))
    UNION SELECT child FROM down JOIN whole ON parent = down.model)
FROM down
"""
_STEPS = ", ".join(
    f"({before}, {number}, {_NEARNESS.index(over(nearness, relation))})"
    for before, nearness in enumerate(_NEARNESS)
    for number, relation in enumerate(RELATIONS)
)
_TESTED = """
CREATE TABLE tested AS
    SELECT unnest(?)::INT AS model, unnest(?)::BIT AS measured, unnest(?)::BOOL AS is_base
"""
_REACHED = f"""
CREATE TABLE reached AS WITH RECURSIVE bears AS (
    SELECT child, parent, relation, measured FROM edge LEFT JOIN tested ON model = child
    WHERE NOT is_part AND NOT (relation = {_TEACHES} AND grade = {_GUESSED})),
step(nearness, relation, after) AS (VALUES {_STEPS}),
passes AS (SELECT step.*, model AS tested FROM step, tested WHERE after <= {_OWN} OR NOT is_base),
down(model, tested, nearness, nearer) AS (
    SELECT model, model, 0, xor(measured, measured) FROM tested
    UNION SELECT e.child, d.tested, p.after,
        CASE WHEN e.measured IS NULL THEN d.nearer ELSE d.nearer | e.measured END
    FROM down d JOIN bears e ON e.parent = d.model
    JOIN passes p ON p.tested = d.tested AND p.nearness = d.nearness AND p.relation = e.relation
    WHERE e.child <> d.tested)
SELECT model, list_sort(list(struct_pack(tested, nearness, nearer))) AS found
FROM down GROUP BY model;
CREATE TABLE ways AS
    SELECT row_number() OVER () AS id, found FROM (SELECT DISTINCT found FROM reached);
"""
_EXPOSURE = """
CREATE TABLE exposure AS
    WITH decided AS (SELECT unnest(?)::BIGINT AS id, unnest(?)::INT AS state)
    SELECT model, state FROM reached JOIN ways USING (found) JOIN decided USING (id)
"""


@dataclass(frozen=True)
class Attributed:
    """What was found of every name of the index.

    Tables: `node`, `edge`; `root(model, root)` with all roots of each, itself where it has no
    parent; `hidden(model)`, where it or anything above it could not be looked at;
    `exposure(model, state)`, where published tests decide, as a position in `STATES`.
    """

    database: DuckDBPyConnection

    @property
    def size(self) -> int:
        """How many names there are."""
        return int(self._rows("SELECT count(*) FROM node")[0][0])

    def state(self, model: int) -> ExposureState:
        """What published tests found for one model: the state that an audit gives it."""
        if found := self._rows(f"SELECT state FROM exposure WHERE model = {model:d}"):
            return STATES[int(found[0][0])]
        hidden = self.is_incomplete(model)
        return ExposureState.UNKNOWN if hidden else ExposureState.UNTESTED

    def roots_of(self, model: int) -> frozenset[int]:
        """All roots of one model's weights; itself where it has no parent."""
        return frozenset(r for (r,) in self._rows(f"SELECT root FROM root WHERE model = {model:d}"))

    def is_incomplete(self, model: int) -> bool:
        """Whether it, or anything above it, could not be looked at."""
        return bool(self._rows(f"SELECT model FROM hidden WHERE model = {model:d}"))

    def _rows(self, query: str) -> list[tuple[int, ...]]:
        return self.database.execute(query).fetchall()


def attribute_all(
    columns: Columns, exposures: Exposures | None = None, cited: Iterable[int] = ()
) -> Attributed:
    """Every model to all its roots and exposures.

    `cited` are models whose origin cited sources state: nothing is hidden in them, read or not.
    """
    database = require_duckdb("Looking at every model at once").connect()
    _load(database, columns)
    database.execute(_ROOTS)
    if starts := _cycles(database):
        database.execute(_CYCLES, [list(starts), list(starts.values())])
    known = [number for number, status in enumerate(STATUSES) if status.is_known]
    database.execute(_HIDDEN, [known, list(cited)])
    _expose(database, exposures or Exposures({}))
    return Attributed(database)


def _load(database: DuckDBPyConnection, columns: Columns) -> None:
    numpy = require_numpy()
    nodes = {name: getattr(columns, name) for name in ("status", "created", "downloads")}
    edges = {name: getattr(columns, name) for name in ("child", "parent", "relation", "grade")}
    ids = numpy.arange(columns.size, dtype=numpy.int32)
    database.register("nodes", {"id": ids, **nodes, "partial": columns.partial.view("uint8")})
    database.register("edges", {**edges, "is_part": columns.is_part.view("uint8")})
    database.execute(_TABLES)


def _cycles(database: DuckDBPyConnection) -> dict[int, int]:
    """Members of cycles that no edge leaves, each with the first member, which is their root."""
    heads: dict[int, list[int]] = {}
    for child, parent in database.execute(_NO_ROOT).fetchall():
        heads.setdefault(child, []).append(parent)
    found = groups(list(heads), heads)
    return {
        model: min(group)
        for group in found
        if all(parent in group for one in group for parent in heads[one])
        for model in group
    }


def _expose(database: DuckDBPyConnection, exposures: Exposures) -> None:
    """What tests say, as one state for each distinct set of what reaches a model."""
    languages = sorted({one for found in exposures.measured.values() for one in found})
    bits = [
        "0" + "".join("1" if one in found else "0" for one in languages)
        for found in exposures.measured.values()
    ]
    models = list(exposures.measured)
    database.execute(_TESTED, [models, bits, [one in exposures.bases for one in models]])
    database.execute(_REACHED)
    ways = dict(database.execute("SELECT id, found FROM ways").fetchall())
    states = {id: exposures.state(_read(found, languages)) for id, found in ways.items()}
    decided = {id: STATES.index(state) for id, state in states.items() if state}
    database.execute(_EXPOSURE, [list(decided), list(decided.values())])


def _read(found: list[dict[str, Any]], languages: list[str]) -> frozenset[Reached[int]]:
    return frozenset(
        Reached(
            one["tested"],
            _NEARNESS[one["nearness"]],
            frozenset(n for n, bit in zip(languages, one["nearer"][1:], strict=True) if bit == "1"),
        )
        for one in found
    )

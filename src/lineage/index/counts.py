"""Counts over every model of a hub that is attributed: by label, time, relation and state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING, Any

from lineage.evidence.evidence import ExposureState
from lineage.index.attribute import STATES
from lineage.index.stored import RELATIONS, STATUSES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOT_KNOWN = "not known"
_SEEN = ", ".join(str(n) for n, status in enumerate(STATUSES) if status.has_statements)
_MODELS = f"""
CREATE TABLE model AS SELECT id, partial > 0 AS partial, downloads >= 0 AS counted,
    greatest(downloads, 0)::BIGINT AS downloads, id IN (SELECT child FROM edge) AS derived,
    CASE WHEN created >= 0 THEN DATE '1970-01-01' + created END AS created
FROM node WHERE status IN ({_SEEN})
"""
_TOTALS = """
SELECT count(*), count(*) FILTER (derived), count(*) FILTER (partial),
    coalesce(sum(downloads), 0)::BIGINT, count(*) FILTER (counted) FROM model
"""
_BY_RELATION = f"""
WITH edges AS (SELECT child, min(is_part * 10000 + grade::INT * 100 + relation) % 100 AS relation
    FROM edge GROUP BY child)
SELECT coalesce(relation, {len(RELATIONS)}), count(*), sum(downloads)::BIGINT
FROM model LEFT JOIN edges ON child = id GROUP BY ALL
"""
"""By the relation to the strongest-known base that gave weights."""
_BY_STATE = """
SELECT coalesce(e.state, CASE WHEN h.model IS NULL THEN ? ELSE ? END), count(*),
    sum(downloads)::BIGINT
FROM model m LEFT JOIN exposure e ON e.model = m.id LEFT JOIN hidden h ON h.model = m.id
GROUP BY ALL
"""
_LABELLED = """
CREATE TABLE axis_{axis} AS
    WITH label AS (SELECT unnest(?)::INT AS root, unnest(?)::VARCHAR AS id,
        unnest(?)::VARCHAR AS name),
    pairs AS (SELECT DISTINCT m.id AS model, coalesce(l.id, '') AS id, coalesce(l.name, ?) AS name
        FROM model m JOIN root r ON r.model = m.id LEFT JOIN label l ON l.root = r.root)
    SELECT *, count(*) OVER (PARTITION BY model) AS labels FROM pairs
"""


@dataclass(frozen=True)
class Share:
    """What is built on one developer, family or jurisdiction."""

    label: str
    models: int
    only: int
    """Those that are built on nothing else."""
    derived: int
    """Those that have a base themselves."""
    downloads: int
    id: str = ""
    """Registry id, or ISO code; empty where it is not known."""


@dataclass(frozen=True)
class LabelCount:
    """Models and their downloads in one class of a partition."""

    label: str
    models: int
    downloads: int


@dataclass(frozen=True)
class Timeline:
    """Models by the period in which they were made."""

    periods: tuple[str, ...]
    totals: tuple[int, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    """For the largest labels: how many of each period's models are built on them."""


class HubCounts:
    """Every model that the index holds, counted."""

    def __init__(self, database: DuckDBPyConnection) -> None:
        """`database`: with the tables of `Attributed`."""
        self._database = database
        database.execute(_MODELS)

    def roots(self) -> list[int]:
        """Every root of any model."""
        query = "SELECT DISTINCT root FROM root JOIN model ON model = id ORDER BY root"
        return [root for (root,) in self._rows(query)]

    def totals(self) -> dict[str, int]:
        """The sums over all models, by the names of `Landscape`."""
        names = ("models", "derived", "unseen", "downloads", "counted")
        return dict(zip(names, self._rows(_TOTALS)[0], strict=True))

    def relations(self) -> tuple[LabelCount, ...]:
        """The most frequent first; models without a base come last, and always."""
        words = [*map(str, RELATIONS), "no base known"]
        found = {words[n]: (models, sums) for n, models, sums in self._rows(_BY_RELATION)}
        none = LabelCount(words[-1], *found.pop(words[-1], (0, 0)))
        known = [LabelCount(word, *found[word]) for word in words if word in found]
        return (*sorted(known, key=lambda count: -count.models), none)

    def exposures(self) -> tuple[LabelCount, ...]:
        """By the state that an audit gives."""
        undecided = [STATES.index(s) for s in (ExposureState.UNTESTED, ExposureState.UNKNOWN)]
        found = sorted(self._rows(_BY_STATE, undecided))
        return tuple(LabelCount(str(STATES[n]), models, sums) for n, models, sums in found)

    def label(self, axis: str, labels: Mapping[int, tuple[str, str]]) -> AxisCounts:
        """The models under the labels (id and name) of their roots, on one axis."""
        ids, names = ([label[n] for label in labels.values()] for n in (0, 1))
        self._database.execute(_LABELLED.format(axis=axis), [list(labels), ids, names, NOT_KNOWN])
        return AxisCounts(self._database, f"axis_{axis}")

    def _rows(self, query: str, values: Sequence[int] = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(query, list(values)).fetchall()


class AxisCounts:
    """Every model under each label of its roots; what no label is known of comes under none."""

    def __init__(self, database: DuckDBPyConnection, table: str) -> None:
        self._database = database
        self._table = table

    def shares(self) -> tuple[Share, ...]:
        """Largest first; what is not known last."""
        found = self._rows(
            "SELECT a.name, count(*), count(*) FILTER (labels = 1), count(*) FILTER (derived), "
            f"sum(downloads)::BIGINT, a.id FROM {self._table} a JOIN model m ON m.id = a.model "
            "GROUP BY a.id, a.name"
        )
        return tuple(sorted(starmap(Share, found), key=lambda s: (not s.id, -s.models, s.label)))

    def timeline(self, shares: Sequence[Share]) -> Timeline:
        """By quarter, from the first to the last with a model."""
        quarter = "year(created)::INT * 4 + quarter(created)::INT - 1"
        totals = dict(
            self._rows(
                f"SELECT {quarter}, count(*) FROM model WHERE created IS NOT NULL GROUP BY 1"
            )
        )
        if not totals:
            return Timeline((), (), ())
        found = {
            (at, id): models
            for at, id, models in self._rows(
                f"SELECT {quarter}, a.id, count(*) FROM {self._table} a JOIN model m "
                "ON m.id = a.model WHERE created IS NOT NULL GROUP BY ALL"
            )
        }
        periods = range(min(totals), max(totals) + 1)
        return Timeline(
            tuple(f"{at // 4}-Q{at % 4 + 1}" for at in periods),
            tuple(totals.get(at, 0) for at in periods),
            tuple((s.label, tuple(found.get((at, s.id), 0) for at in periods)) for s in shares),
        )

    def effective(self) -> float:
        """1 / sum of squared shares over models whose every root is known, each split evenly over
        its labels; 0 where there is none."""
        weights = [
            weight
            for (weight,) in self._rows(
                f"SELECT sum(1 / labels) FROM {self._table} WHERE model NOT IN "
                f"(SELECT model FROM {self._table} WHERE id = '') GROUP BY id"
            )
        ]
        squares = sum(weight * weight for weight in weights)
        return round(sum(weights) ** 2 / squares, 2) if weights else 0.0

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        return self._database.execute(query).fetchall()
